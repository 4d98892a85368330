//===- Elementwise.cpp - ew: a chain of elementwise ops and a mean -----------===//

#include "Oracle.h"
#include "Witness.h"

#include <cmath>

namespace cotan::bench {
namespace {

/// mean((gelu_tanh(x*y + x)*y)^2).
Tensor loss(const Tensors &in) {
  const Tensor &x = in[0], &y = in[1];
  return cotan::square(nn::functional::gelu(x * y + x, "tanh") * y).mean();
}

std::vector<Named> closedForm(const Tensor &xs, const Tensor &ys, bool gradient) {
  std::vector<double> x = toVector(xs), y = toVector(ys), slopes(x.size());
  const double k = std::sqrt(2 / M_PI), c = 0.044715, n = double(x.size());
  double value = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    double u = x[i] * y[i] + x[i], t = std::tanh(k * (u + c * u * u * u)), v = 0.5 * u * (1 + t) * y[i];
    double slope = 0.5 * (1 + t) + 0.5 * u * (1 - t * t) * k * (1 + 3 * c * u * u);
    value += v * v / n;
    slopes[i] = 2 / n * v * y[i] * slope * (y[i] + 1.0);
  }
  std::vector<Named> results = {{"loss", fromVector({value}, {})}};
  if (gradient)
    results.push_back({"grad_x", fromVector(slopes, xs.sizes().vec())});
  return results;
}

/// The hand-written loop on copies of the inputs.
Implementation witness(const Tensor &x, const Tensor &y) {
  struct State {
    WitnessArray x, y, gradient;
    float value = 0;
  };
  int64_t n = x.numel();
  auto state = std::make_shared<State>(State{WitnessArray(x), WitnessArray(y), WitnessArray(size_t(n))});
  return {[=] { state->value = witness_ew(state->x.data(), state->y.data(), state->gradient.data(), size_t(n)); },
          [=] { return std::vector<Named>{{"loss", cotan::tensor(state->value).eval()}, {"grad_x", state->gradient.tensor({n})}}; }};
}

Case makeCase(int64_t n, bool gradient) {
  Numbers numbers(n);
  Case c;
  Tensor x = numbers.uniform({n}, -2, 2), y = numbers.uniform({n}, -1.5, 1.5);
  c.inputs = {{"x", x}, {"y", y}};
  c.program = gradient ? lossAndGradients(loss, c.inputs, {"x"}) : lossOnly(loss);
  c.oracle = [=] { return closedForm(x, y, gradient); };
  c.tolerance = 1e-5;
  c.bytes = double(gradient ? 12 : 8) * double(n);
  if (gradient)
    c.witness = [=] { return witness(x, y); };
  return c;
}

} // namespace

std::vector<CaseMaker> elementwiseCases(const Options &options) {
  std::vector<CaseMaker> cases;
  for (int64_t n : options.quick ? std::vector<int64_t>{1 << 10} : std::vector<int64_t>{1 << 10, 1 << 14, 1 << 20, 1 << 24})
    for (bool gradient : {false, true})
      cases.push_back({"n=" + std::to_string(n), gradient ? "grad" : "primal", "f32", [=] { return makeCase(n, gradient); }});
  return cases;
}

} // namespace cotan::bench
