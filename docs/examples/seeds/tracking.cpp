//===- tracking.cpp - tracking computations and computing gradients -------===//
//
// A notebook that prints with f-strings: `cotan::format` gives what `{x}` shows.
//
//===----------------------------------------------------------------------===//

#include "notebook.h"
#include <cotan/format.h>

using torch::format;

int main() {
  // In [2]
  auto a = torch::tensor({2., 3.}, torch::requires_grad());
  auto b = torch::tensor({6., 4.}, torch::requires_grad());
  std::cout << "Tensor a: " << format(a) << "\n";
  std::cout << "Tensor b: " << format(b) << "\n";

  // In [4]: 3 a^3
  auto a_cubed = a.pow(3);
  auto term1 = 3 * a_cubed;

  // In [5]: b^2
  auto term2 = b.pow(2);

  // In [6]
  auto Q = term1 - term2;
  std::cout << "Q = 3a^3 - b^2:\n" << format(Q) << "\n";

  // In [7]: Q is not a scalar, so backward needs a gradient for it
  auto external_grad = torch::tensor({1.0, 1.0});
  Q.backward(external_grad);

  // In [9]
  std::cout << "Gradients for a (dQ/da = 9a^2): " << format(a.grad()) << "\n";

  // In [10]
  std::cout << "Gradients for b (dQ/db = -2b): " << format(b.grad()) << "\n";

  // In [12]
  auto x = torch::tensor(2.0, torch::requires_grad());
  auto y = torch::tensor(3.0, torch::requires_grad());
  auto z = x.pow(2) * y + x * y;
  std::cout << "x: " << format(x) << ", y: " << format(y) << "\n";
  std::cout << "z = x**2 * y + x*y: " << format(z) << "\n";

  // In [13]
  z.backward();

  // In [14]
  std::cout << "Gradient dz/dx: " << format(x.grad()) << "\n";
  std::cout << "Gradient dz/dy: " << format(y.grad()) << "\n";

  // In [15]
  x.grad().zero_();
  y.grad().zero_();
  std::cout << "\nGradients after zeroing: x.grad=" << format(x.grad()) << ", y.grad=" << format(y.grad()) << "\n";

  // In [16]
  std::cout << "Q requires grad: " << truth(Q.requires_grad()) << "\n";

  // In [17]
  {
    torch::NoGradGuard no_grad;
    auto Q_no_grad = 3 * a.pow(3) - b.pow(2);
    std::cout << "Q_no_grad requires grad: " << truth(Q_no_grad.requires_grad()) << "\n";
  }

  // In [18]
  auto Q_again = 3 * a.pow(3) - b.pow(2);
  std::cout << "Q_again requires grad: " << truth(Q_again.requires_grad()) << "\n";
}
