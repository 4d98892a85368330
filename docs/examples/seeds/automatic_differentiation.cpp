//===- automatic_differentiation.cpp - the same lesson, shown as tuples ---===//
//
// A notebook on automatic differentiation, cell by cell. Its cells were run out of order; this is the notebook's order on the page.
//
//===----------------------------------------------------------------------===//

#include "notebook.h"

int main() {
  // In [2]
  auto x = torch::arange(4.0);
  show(x);

  // In [3]: the gradient is None by default
  x.requires_grad_(true);
  show(x.grad());

  // In [5]
  show(torch::dot(x, x));

  // In [4]
  auto y = 2 * torch::dot(x, x);
  show(y);

  // In [6]
  y.backward();
  show(x.grad());

  // In [8]
  show(x.grad(), 4 * x);

  // In [9]
  show(x.grad() == 4 * x);

  // In [10]
  show(x.sum());

  // In [11]: reset the gradient
  x.grad().zero_();
  y = x.sum();
  y.backward();
  show(x.grad());

  // In [18]: backward for non-scalar variables
  show(x, x * x);

  // In [20]
  x.grad().zero_();
  y = x * x;
  y.backward(torch::ones(y.len()));
  show(x.grad());

  // In [22]
  show(y.sum(), torch::ones(y.len()));

  // In [64]: detaching computation
  x.grad().zero_();
  y = x * x;
  auto u = y.detach();
  auto z = u * x;
  z.sum().backward();
  show(x.grad() == u);

  // In [66]: a tuple of four, one a line
  std::cout << "(" << y << ",\n " << z << ",\n " << u << ",\n " << x.grad() << ")\n";

  // In [67]
  x.grad().zero_();
  y.sum().backward();
  show(x.grad() == 2 * x);

  // In [68] defines f, in notebook.h. In [79]: gradients and control flow
  auto a = torch::randn({}, torch::requires_grad());
  a = torch::tensor(100., torch::requires_grad());
  auto d = f(a);
  d.backward();
  show(a, d);

  // In [80]
  show(a.grad() == d / a, a.grad());
}
