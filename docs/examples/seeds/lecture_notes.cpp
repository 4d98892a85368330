//===- lecture_notes.cpp - automatic differentiation in a reader's notes --===//

#include "notebook.h"

int main() {
  // In [2]
  auto x = torch::arange(4.0);
  show(x);

  // In [3]
  x.requires_grad_(true);
  show(x.grad());

  // In [4]
  auto y = 2 * torch::dot(x, x);
  show(y);

  // In [5]
  y.backward();
  show(x.grad());

  // In [6]
  show(x.grad() == 4 * x);

  // In [7]
  x.grad().zero_();
  y = x.sum();
  y.backward();
  show(x.grad());

  // In [8]
  x.grad().zero_();
  y = x * x;
  y.backward(torch::ones(y.len()));
  show(x.grad());

  // In [9]
  x.grad().zero_();
  y = x * x;
  auto u = y.detach();
  auto z = u * x;
  z.sum().backward();
  show(x.grad() == u);

  // In [10]
  x.grad().zero_();
  y.sum().backward();
  show(x.grad() == 2 * x);

  // In [11] defines f, in notebook.h. In [12]: at a random point
  auto a = torch::randn({}, torch::requires_grad());
  auto d = f(a);
  d.backward();

  // In [13]
  show(a.grad() == d / a);
}
