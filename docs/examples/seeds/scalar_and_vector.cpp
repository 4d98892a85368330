//===- scalar_and_vector.cpp - derivatives by shape of input and output ---===//
//
// A notebook cell by cell, with what it only mentions: the errors of dot of 2-D tensors and of backward() of a vector and backward()
// twice, x.t() of integer tensors, prints that are commented out.
//
//===----------------------------------------------------------------------===//

#include "notebook.h"

/// Runs what the notebook says throws an error, and prints its message.
template <typename F> void throws(F run) {
  try {
    run();
    std::cout << "no error\n";
  } catch (const torch::Error &error) {
    std::cout << "RuntimeError: " << error.msg() << "\n";
  }
}

int main() {
  {
    // In [10]: scalar input and scalar output, y = 3x^2 + 4x + 2ux
    auto x = torch::tensor(3.0, torch::requires_grad());
    auto u = torch::tensor(2.0, torch::requires_grad());
    auto y = 3 * x.pow(2) + 4 * x + 2 * u * x;
    y.backward();
    std::cout << "dy/dx for x = 3 :  " << x.grad() << "\n";
    std::cout << "dy/dx for u = 2 :  " << u.grad() << "\n";

    // In [11]
    x.grad().zero_();
    auto z = 3 * x.pow(2) + x;
    z.backward();
    std::cout << "dz/dx at x = 3 :  " << x.grad() << "\n";

    // In [12]: y has to be redefined, otherwise it won't work
    throws([&] { y.backward(); });
    x = torch::tensor(7.0, torch::requires_grad());
    y = 3 * x.pow(2) + 4 * x + 2 * u * x;
    y.backward();
    std::cout << x.grad() << "\n";
  }
  {
    // In [None]: a 2-D tensor and a 1-D tensor of the same numbers are not the same
    auto x = torch::tensor({{1, 7, -2}});
    std::cout << x << " " << x.t() << " " << size_text(x.sizes()) << " " << size_text(x.t().sizes()) << " " << x.matmul(x.t()) << "\n";
    throws([&] { torch::dot(x, x); }); // dot is only allowed for 1-D tensors
    x = torch::tensor({1, 7, -2});
    std::cout << x << " " << x.t() << " " << size_text(x.sizes()) << " " << size_text(x.t().sizes()) << " " << x.matmul(x.t()) << "\n";
    show(torch::dot(x, x));
  }
  {
    // In [85]
    auto x = torch::tensor({1.0, 7.0, -2.0}, torch::requires_grad());
    auto y = 3 * torch::dot(x, torch::tensor({1.0, 7.0, 5.0})) + x.matmul(x.t());
    std::cout << y << "\n";
    y.backward();
    std::cout << x.grad() << "\n";
  }
  {
    // In [2]: vector output
    auto x = torch::tensor({1.0, 7.0, -2.0}, torch::requires_grad());
    auto y = 3 * x * x + x.pow(2);
    std::cout << y << "\n";
    throws([&] { y.backward(); }); // grad can be created only for scalar output functions
    y.backward(torch::ones(y.len()));
    std::cout << x.grad() << "\n";
  }
  {
    // In [11]: control flow
    auto a = torch::tensor({5.0}, torch::requires_grad());
    auto d = f(a);
    d.backward();
    std::cout << "df/da at a = 5:  " << a.grad() << "\n";
  }
}
