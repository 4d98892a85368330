//===- Newton.cpp - newton: Kepler's equation, as many steps as the data need --===//

#include "Oracle.h"

#include <algorithm>
#include <cmath>

namespace cotan::bench {
namespace {

constexpr double tolerance = 1e-12;

/// E of M = E - e sin E, summed. The number of steps is decided by the data: the loop reads the largest step.
Tensor loss(const Tensors &in) {
  const Tensor &M = in[0], &e = in[1];
  Tensor E = M, step;
  do {
    step = (E - e * E.sin() - M) / (1 - e * E.cos());
    E = E - step;
  } while (step.abs().max().item<double>() >= tolerance);
  return E.sum();
}

struct Solution {
  std::vector<double> E;
  int steps = 0;
};

Solution solve(const std::vector<double> &M, const std::vector<double> &e) {
  Solution solution{M, 0};
  double largest = 1;
  for (; largest >= tolerance; ++solution.steps) {
    largest = 0;
    for (size_t i = 0; i < M.size(); ++i) {
      double &E = solution.E[i], step = (E - e[i] * std::sin(E) - M[i]) / (1 - e[i] * std::cos(E));
      E -= step;
      largest = std::max(largest, std::fabs(step));
    }
  }
  return solution;
}

/// The derivatives of a solution by the implicit function theorem: dE/dM = 1 / (1 - e cos E), dE/de = sin E / (1 - e cos E).
std::vector<Named> implicitDerivatives(const std::vector<double> &M, const std::vector<double> &e, bool gradient) {
  Solution solution = solve(M, e);
  std::vector<double> byM, byE;
  double sum = 0;
  for (size_t i = 0; i < M.size(); ++i) {
    double E = solution.E[i], slope = 1 - e[i] * std::cos(E);
    sum += E;
    byM.push_back(1 / slope);
    byE.push_back(std::sin(E) / slope);
  }
  std::vector<Named> results = {{"loss", fromVector({sum}, {})}};
  if (gradient) {
    results.push_back({"grad_M", fromVector(byM, {int64_t(M.size())})});
    results.push_back({"grad_e", fromVector(byE, {int64_t(M.size())})});
  }
  return results;
}

/// As a program would write it whose loop is not known to a transformation: the tape is what the loop recorded.
std::vector<Named> gradients(const Tensors &in) {
  Tensor M = in[0].detach().requires_grad_(), e = in[1].detach().requires_grad_();
  Tensor value = loss({M, e});
  Tensors found = autograd::grad({value}, {M, e});
  return {{"loss", value.detach()}, {"grad_M", found[0]}, {"grad_e", found[1]}};
}

Case makeCase(int64_t lanes, bool gradient) {
  Numbers numbers(lanes);
  Tensor M = numbers.uniform({lanes}, 0, 2 * M_PI, kDouble), e = numbers.uniform({lanes}, 0, 0.9, kDouble);
  Case c;
  c.inputs = {{"M", M}, {"e", e}};
  c.eager = true;
  c.program = gradient ? Program(gradients) : lossOnly(loss);
  std::vector<double> Ms = toVector(M), es = toVector(e);
  c.oracle = [=] { return implicitDerivatives(Ms, es, gradient); };
  // The iterations before the last few forget nothing but rounding: their derivatives add up to the implicit one.
  c.tolerance = 1e-10;
  c.bytes = 8.0 * double(gradient ? 4 : 2) * double(lanes);
  // A step and its size: 3 in the numerator, 2 below it, a division, a difference and a maximum; its adjoint as through the iterations: the step's two
  // partial derivatives (3), E's cotangent (2), and 2 for each input.
  double steps = solve(Ms, es).steps;
  c.flops = double(lanes) * steps * (8.0 + (gradient ? 9.0 : 0.0));
  return c;
}

} // namespace

std::vector<CaseMaker> newtonCases(const Options &options) {
  std::vector<CaseMaker> cases;
  int64_t lanes = options.quick ? 256 : 65536;
  for (bool gradient : {false, true})
    cases.push_back({"lanes=" + std::to_string(lanes), gradient ? "grad" : "primal", "f64", [=] { return makeCase(lanes, gradient); }});
  return cases;
}

} // namespace cotan::bench
