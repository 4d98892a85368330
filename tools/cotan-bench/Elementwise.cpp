//===- Elementwise.cpp - the ew workload --------------------------------------===//

#include "Limits.h"
#include "Measure.h"
#include "Witness.h"

#include "cotan/cotan.h"
#include <algorithm>
#include <cmath>

namespace cotan::bench {
namespace {

/// l = mean((gelu_tanh(x*y + x)*y)^2).
Tensor loss(const Tensor &x, const Tensor &y) {
  return cotan::square(nn::functional::gelu(x * y + x, "tanh") * y).mean();
}

struct Oracle {
  double value;
  std::vector<double> gradient;
};

Oracle oracle(const std::vector<float> &x, const std::vector<float> &y) {
  Oracle result{0, std::vector<double>(x.size())};
  const double k = std::sqrt(2 / M_PI), c = 0.044715, n = double(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    double u = double(x[i]) * y[i] + x[i], t = std::tanh(k * (u + c * u * u * u)), v = 0.5 * u * (1 + t) * y[i];
    double slope = 0.5 * (1 + t) + 0.5 * u * (1 - t * t) * k * (1 + 3 * c * u * u);
    result.value += v * v / n;
    result.gradient[i] = 2 / n * v * y[i] * slope * (y[i] + 1.0);
  }
  return result;
}

/// Relative to the largest gradient, since single ones cancel to nothing.
double errorOf(double value, const float *gradient, const Oracle &expected) {
  double largest = 0, worst = 0;
  for (double g : expected.gradient)
    largest = std::max(largest, std::fabs(g));
  for (size_t i = 0; i < expected.gradient.size(); ++i)
    worst = std::max(worst, std::fabs(gradient[i] - expected.gradient[i]) / largest);
  return std::max(worst, std::fabs(value - expected.value) / std::fabs(expected.value));
}

void runSize(int64_t n, double seconds, std::vector<Result> &results) {
  std::vector<float> xs(n), ys(n);
  for (int64_t i = 0; i < n; ++i) {
    xs[i] = float(2 * std::sin(0.37 * double(i)));
    ys[i] = float(1.5 * std::cos(0.11 * double(i)));
  }
  Tensor x = tensor(xs).eval(), y = tensor(ys).eval();
  auto step = jit([](const Tensor &a, const Tensor &b) { return value_and_grad(loss)(a, b); });
  Tensor value, gradient;
  double start = now();
  auto call = [&] {
    auto result = step(x, y);
    value = result.first;
    gradient = result.second;
    gradient.eval();
  };
  call();
  double first = now() - start;
  uint64_t launches = statistics().launches;
  call();
  launches = statistics().launches - launches;

  Oracle expected = oracle(xs, ys);
  Result ours{"ew", "n=" + std::to_string(n), "grad", "f32", "cotan", {}, -1, first, int64_t(launches), -1};
  ours.error = errorOf(value.item<float>(), gradient.data_ptr<float>(), expected);
  if (ours.error > 1e-5)
    throw WrongResult{"ew " + ours.caseName + ": relative error " + std::to_string(ours.error)};
  Result hand{"ew", ours.caseName, "grad", "f32", "hand", {}, -1, -1, -1, -1};
  std::vector<float> handGradient(n);
  float handValue = witness_ew(xs.data(), ys.data(), handGradient.data(), n);
  hand.error = errorOf(handValue, handGradient.data(), expected);

  auto timings = timeInTurns({call, [&] { handValue = witness_ew(xs.data(), ys.data(), handGradient.data(), n); }}, seconds);
  double triad = triad_seconds(12 * n);
  ours.time = timings[0];
  hand.time = timings[1];
  ours.bound = hand.bound = std::max(triad, timings[1].median);
  results.push_back(ours);
  results.push_back(hand);
  results.push_back({"ew", ours.caseName, "limit", "f32", "triad", {triad, triad}, -1, -1, -1, -1});
}

} // namespace

void runElementwise(const Options &options, std::vector<Result> &results) {
  std::vector<int64_t> sizes = options.quick ? std::vector<int64_t>{1 << 10} : std::vector<int64_t>{1 << 10, 1 << 14, 1 << 20, 1 << 24};
  for (int64_t n : sizes)
    runSize(n, options.quick ? 0.01 : n > 1 << 20 ? 2 : 0.7, results);
}

} // namespace cotan::bench
