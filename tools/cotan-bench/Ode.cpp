//===- Ode.cpp - ode: Lotka-Volterra by Runge-Kutta --------------------------===//

#include "Oracle.h"
#include "Witness.h"

#include <array>
#include <cmath>

namespace cotan::bench {
namespace {

constexpr double dt = 0.05;

struct State {
  Tensor x, y;
};

/// One step; x, y and the parameters are scalars.
State step(const std::array<Tensor, 4> &p, const State &state) {
  const auto &[a, b, c, d] = p;
  auto slope = [&](const State &s) {
    Tensor product = s.x * s.y;
    return State{a * s.x - b * product, d * product - c * s.y};
  };
  auto along = [&](const State &k, double h) { return State{state.x + h * k.x, state.y + h * k.y}; };
  State k1 = slope(state), k2 = slope(along(k1, 0.5 * dt)), k3 = slope(along(k2, 0.5 * dt)), k4 = slope(along(k3, dt));
  return {state.x + dt / 6 * (k1.x + 2 * (k2.x + k3.x) + k4.x), state.y + dt / 6 * (k1.y + 2 * (k2.y + k3.y) + k4.y)};
}

/// x + y after `steps` steps.
Tensor integrate(const Tensor &p, const Tensor &start, int64_t steps) {
  std::array<Tensor, 4> parameters = {p[0], p[1], p[2], p[3]};
  State state = {start[0], start[1]};
  for (int64_t i = 0; i < steps; ++i)
    state = step(parameters, state);
  return state.x + state.y;
}

/// The trip count is an input: the program reads it, a C++ loop runs.
Tensor integrateByInput(const Tensors &in) { return integrate(in[0], in[1], in[2].item<int64_t>()); }

using Vector = std::array<double, 2>;
/// The sensitivities of a state to a, b, c, d.
using Sensitivity = std::array<Vector, 4>;

/// The slope of the state, and of its sensitivities by the variational equation: d/dt S = (df/ds) S + df/dp.
void slopes(const std::vector<double> &p, const Vector &s, const Sensitivity &S, Vector &k, Sensitivity &K) {
  double x = s[0], y = s[1];
  k = {p[0] * x - p[1] * x * y, -p[2] * y + p[3] * x * y};
  const Sensitivity direct = {{{x, 0}, {-x * y, 0}, {0, -y}, {0, x * y}}};
  for (int i = 0; i < 4; ++i)
    K[i] = {(p[0] - p[1] * y) * S[i][0] - p[1] * x * S[i][1] + direct[i][0], p[3] * y * S[i][0] + (p[3] * x - p[2]) * S[i][1] + direct[i][1]};
}

/// Runge-Kutta of the state and its sensitivities together: the exact derivative of Runge-Kutta of the state.
std::vector<Named> variationalEquation(const std::vector<double> &p, const std::vector<double> &start, int64_t steps, bool gradient) {
  Vector state = {start[0], start[1]};
  Sensitivity sensitivity{};
  for (int64_t i = 0; i < steps; ++i) {
    Vector s = state, k, sum{};
    Sensitivity S = sensitivity, K, total{};
    const double ahead[] = {0.5 * dt, 0.5 * dt, dt, 0}, weight[] = {1, 2, 2, 1};
    for (int stage = 0; stage < 4; ++stage) {
      slopes(p, s, S, k, K);
      for (int j = 0; j < 2; ++j) {
        sum[j] += weight[stage] * k[j];
        s[j] = state[j] + ahead[stage] * k[j];
        for (int q = 0; q < 4; ++q) {
          total[q][j] += weight[stage] * K[q][j];
          S[q][j] = sensitivity[q][j] + ahead[stage] * K[q][j];
        }
      }
    }
    for (int j = 0; j < 2; ++j) {
      state[j] += dt / 6 * sum[j];
      for (int q = 0; q < 4; ++q)
        sensitivity[q][j] += dt / 6 * total[q][j];
    }
  }
  std::vector<Named> results = {{"loss", fromVector({state[0] + state[1]}, {})}};
  std::vector<double> gradients;
  for (const Vector &each : sensitivity)
    gradients.push_back(each[0] + each[1]);
  if (gradient)
    results.push_back({"grad_p", fromVector(gradients, {4})});
  return results;
}

Implementation witness(const Tensor &p, const Tensor &start, int64_t steps, bool gradient) {
  struct Results {
    double loss = 0;
    std::vector<double> gradient = std::vector<double>(4);
  };
  auto results = std::make_shared<Results>();
  return {[=, p = toVector(p), start = toVector(start)] {
            results->loss = witness_ode(p.data(), start.data(), dt, steps, gradient ? results->gradient.data() : nullptr);
          },
          [=] {
            std::vector<Named> named = {{"loss", fromVector({results->loss}, {})}};
            if (gradient)
              named.push_back({"grad_p", fromVector(results->gradient, {4})});
            return named;
          }};
}

Case makeCase(int64_t steps, bool input, bool gradient) {
  Tensor p = fromVector({1.5, 1.0, 3.0, 1.0}, {4}), start = fromVector({1.0, 1.0}, {2});
  Case c;
  c.inputs = {{"p", p}, {"state", start}};
  if (input)
    c.inputs.push_back({"steps", cotan::tensor(long(steps)).eval()});
  auto loss = input ? std::function<Tensor(const Tensors &)>(integrateByInput)
                    : [steps](const Tensors &in) { return integrate(in[0], in[1], steps); };
  c.eager = input;
  c.program = gradient ? lossAndGradients(loss, c.inputs, {"p"}) : lossOnly(loss);
  c.oracle = [=] { return variationalEquation(toVector(p), toVector(start), steps, gradient); };
  c.tolerance = 1e-9;
  c.bytes = 8.0 * (gradient ? 11 : 7);
  // Four slopes of 7, three states of 4, and 12 for their weighted sum; an adjoint is about twice that.
  c.flops = 52.0 * double(steps) * (gradient ? 3 : 1);
  c.witness = [=] { return witness(p, start, steps, gradient); };
  return c;
}

} // namespace

std::vector<CaseMaker> odeCases(const Options &options) {
  std::vector<CaseMaker> cases;
  int64_t steps = options.quick ? 10 : 200;
  for (bool input : {false, true})
    for (bool gradient : {false, true})
      cases.push_back({input ? "steps=input" : "steps=" + std::to_string(steps), gradient ? "grad" : "primal", "f64",
                       [=] { return makeCase(steps, input, gradient); }});
  return cases;
}

} // namespace cotan::bench
