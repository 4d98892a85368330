//===- Calls.cpp - call: what a cached call costs -----------------------------===//

#include "Oracle.h"

#include <cmath>

namespace cotan::bench {
namespace {

constexpr int64_t n = 64;

std::vector<Named> power(int64_t factors) {
  // Every element of w is 0.5 and of x 1.01: y = w x^factors.
  return {{"y", fromVector(std::vector<double>(n, 0.5 * std::pow(double(1.01f), double(factors))), {n})}};
}

Case inputsOf() {
  Case c;
  c.inputs = {{"w", full({n}, 0.5).eval()}, {"x", full({n}, 1.01).eval()}};
  c.eager = true;
  c.tolerance = 1e-5;
  return c;
}

Case oneOp() {
  Case c = inputsOf();
  c.program = [](const Tensors &in) { return std::vector<Named>{{"y", in[0] * in[1]}}; };
  c.oracle = [] { return power(1); };
  return c;
}

Case hundredOps() {
  Case c = inputsOf();
  c.program = [](const Tensors &in) {
    Tensor y = in[0];
    for (int i = 0; i < 100; ++i)
      y = y * in[1];
    return std::vector<Named>{{"y", y}};
  };
  c.oracle = [] { return power(100); };
  return c;
}

/// A new graph is recorded at each call, and its gradient taken; s is an input, as a learning rate would be.
Case fiveOps() {
  Case c = inputsOf();
  c.inputs.push_back({"s", full({}, 0.1).eval()});
  auto s = [](int64_t call) { return 0.1 + 0.001 * double(call % 1000); };
  c.vary = [s](Tensors &in, int64_t call) { in[2] = cotan::tensor(s(call)); };
  c.program = [](const Tensors &in) {
    Tensor w = in[0].detach().requires_grad_();
    Tensor loss = (((w * in[1]).exp() + in[2]) * in[1]).sum();
    return std::vector<Named>{{"loss", loss.detach()}, {"grad_w", autograd::grad({loss}, {w})[0]}};
  };
  c.oracleOfCall = [s](int64_t call) {
    double x = double(1.01f), e = std::exp(0.5 * x);
    return std::vector<Named>{{"loss", fromVector({n * (e + s(call)) * x}, {})}, {"grad_w", fromVector(std::vector<double>(n, e * x * x), {n})}};
  };
  c.oracle = [atCall = c.oracleOfCall] { return atCall(0); };
  return c;
}

} // namespace

std::vector<CaseMaker> callCases(const Options &) {
  return {{"1 op", "primal", "f32", oneOp, true}, {"5 ops", "grad", "f32", fiveOps, true}, {"100 ops", "primal", "f32", hundredOps, true}};
}

} // namespace cotan::bench
