//===- WitnessOde.cpp - the ode workload, hand-written -----------------------===//
//
// Scalar C++ with fused multiply-adds: Runge-Kutta, keeping the states, and an adjoint by hand that goes back over them.
//
//===----------------------------------------------------------------------===//

#include "Witness.h"

#include <vector>

// After the headers: their functions must not be compiled for a processor that may not be there.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

namespace cotan::bench {
namespace {

struct State {
  double x, y;
};
struct Parameters {
  double a, b, c, d;
};

/// Factored, as each then is one fused operation and a product.
inline State slope(const Parameters &p, State s) { return {s.x * (p.a - p.b * s.y), s.y * (p.d * s.x - p.c)}; }

inline State along(State s, double h, State k) { return {s.x + h * k.x, s.y + h * k.y}; }

/// The cotangent of `s` from that of slope(p, s); the parameters' are added to `sums`.
inline State slopeAdjoint(const Parameters &p, State s, State k, Parameters &sums) {
  double product = s.x * s.y, bar = p.d * k.y - p.b * k.x;
  sums.a += k.x * s.x;
  sums.b -= k.x * product;
  sums.c -= k.y * s.y;
  sums.d += k.y * product;
  return {p.a * k.x + bar * s.y, bar * s.x - p.c * k.y};
}

inline State add(State a, State b) { return {a.x + b.x, a.y + b.y}; }
inline State scale(double h, State s) { return {h * s.x, h * s.y}; }

/// The cotangent of a step's start from that of its end.
inline State stepAdjoint(const Parameters &p, State s, double h, State end, Parameters &sums) {
  State s2 = along(s, 0.5 * h, slope(p, s)), s3 = along(s, 0.5 * h, slope(p, s2)), s4 = along(s, h, slope(p, s3));
  State b4 = slopeAdjoint(p, s4, scale(h / 6, end), sums);
  State b3 = slopeAdjoint(p, s3, along(scale(h / 3, end), h, b4), sums);
  State b2 = slopeAdjoint(p, s2, along(scale(h / 3, end), 0.5 * h, b3), sums);
  State b1 = slopeAdjoint(p, s, along(scale(h / 6, end), 0.5 * h, b2), sums);
  return add(add(end, b1), add(add(b2, b3), b4));
}

} // namespace

double witness_ode(const double *p, const double *start, double h, long steps, double *grad) {
  thread_local std::vector<State> states;
  if (states.size() < size_t(steps))
    states.resize(size_t(steps));
  Parameters parameters = {p[0], p[1], p[2], p[3]};
  State state = {start[0], start[1]};
  for (long i = 0; i < steps; ++i) {
    if (grad)
      states[size_t(i)] = state;
    State k1 = slope(parameters, state), k2 = slope(parameters, along(state, 0.5 * h, k1)), k3 = slope(parameters, along(state, 0.5 * h, k2)),
          k4 = slope(parameters, along(state, h, k3));
    state = along(state, h / 6, add(add(k1, k4), scale(2, add(k2, k3))));
  }
  if (!grad)
    return state.x + state.y;
  Parameters sums{};
  State bar = {1, 1};
  for (long i = steps; i-- > 0;)
    bar = stepAdjoint(parameters, states[size_t(i)], h, bar, sums);
  grad[0] = sums.a;
  grad[1] = sums.b;
  grad[2] = sums.c;
  grad[3] = sums.d;
  return state.x + state.y;
}

} // namespace cotan::bench

#pragma clang attribute pop
