//===- chain_rule.cpp - a simple function and its gradient ----------------===//
//
// A notebook on automatic differentiation, cell by cell: y = 2 x'x, gradients that accumulate, detached parts, control flow.
//
//===----------------------------------------------------------------------===//

#include "notebook.h"
#include <cmath>

int main() {
  // In [2]
  auto x = torch::arange(4.0);
  show(x);

  // In [3]: the gradient is None by default
  x.requires_grad_(true);
  show(x.grad());

  // In [4]
  auto y = 2 * torch::dot(x, x);
  show(y);

  // In [5]
  y.backward();
  show(x.grad());

  // In [6]
  x = torch::arange(4.0, torch::requires_grad());
  y = 2 * torch::dot(x, x);
  y.backward();
  show(x.grad());

  // In [7]: y = 2 x'x, so the gradient should be 4 x
  show(x.grad() == 4 * x);

  // In [8]
  show(x);

  // In [9]: reset the gradient
  x.grad().zero_();
  y = x.sum();
  y.backward();
  show(x.grad());

  // In [10]: backward for non-scalar variables
  show(x.grad().zero_());

  // In [11]: faster: y.sum().backward()
  x.grad().zero_();
  y = x * x;
  y.backward(torch::ones(y.len()));
  show(x.grad());

  // In [12]
  x.grad().zero_();
  y = x * x;
  y.sum().backward();
  show(x.grad());

  // In [13]: detaching computation
  x.grad().zero_();
  y = x * x;
  auto u = y.detach();
  auto z = u * x;
  z.sum().backward();
  show(x.grad() == u);

  // In [14]
  x.grad().zero_();
  y.sum().backward();
  show(x.grad() == 2 * x);

  // In [15] defines f, in notebook.h. In [48]: gradients and control flow, at a random point
  auto a = torch::randn({}, torch::requires_grad());
  show(a);
  auto d = f(a);
  d.backward();
  auto e = d / a;
  show(e);
  show(a.grad() == e);

  // f is piecewise linear: its slope is a power of two, or 100 times one.
  double slope = e.item<double>(), exponent = std::log2(slope), exponentOfHundredth = std::log2(slope / 100);
  return exponent == std::round(exponent) || std::abs(exponentOfHundredth - std::round(exponentOfHundredth)) < 1e-6 ? 0 : 1;
}
