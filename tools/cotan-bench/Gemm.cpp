//===- Gemm.cpp - matrix products ----------------------------------------------===//

#include "Limits.h"
#include "Measure.h"

#include "cotan/cotan.h"
#include <cmath>

namespace cotan::bench {
namespace {

template <typename T> double worstError(const Tensor &a, const Tensor &b, const Tensor &c, int64_t n) {
  const T *pa = a.data_ptr<T>(), *pb = b.data_ptr<T>(), *pc = c.data_ptr<T>();
  double worst = 0;
  // A sample of rows and columns; the unit tests compare every element.
  for (int64_t i = 0; i < n; i += std::max<int64_t>(1, n / 13))
    for (int64_t j = 0; j < n; j += std::max<int64_t>(1, n / 17)) {
      double exact = 0, scale = 0;
      for (int64_t k = 0; k < n; ++k) {
        double term = double(pa[i * n + k]) * double(pb[k * n + j]);
        exact += term;
        scale += std::fabs(term);
      }
      worst = std::max(worst, std::fabs(double(pc[i * n + j]) - exact) / scale);
    }
  return worst;
}

template <typename T> void runSize(int64_t n, ScalarType type, const char *name, double seconds, std::vector<Result> &results) {
  Tensor a = (randn({n, n}, type)).eval(), b = (randn({n, n}, type)).eval(), c;
  auto product = jit([](const Tensor &x, const Tensor &y) { return matmul(x, y); });
  double start = now();
  auto call = [&] {
    c = product(a, b);
    c.eval();
  };
  call();
  double first = now() - start;
  Result result{"gemm", "n=" + std::to_string(n), "primal", name, "cotan", {}, -1, first, 1, worstError<T>(a, b, c, n)};
  if (result.error > 1e-5)
    throw WrongResult{"gemm " + result.caseName + ": relative error " + std::to_string(result.error)};
  double flops = 2.0 * double(n) * double(n) * double(n);
  int bits = widest_vector_bits();
  // The peak is measured in turns with the product: both see the same disturbances.
  double peak = 0;
  std::vector<Timing> rounds;
  for (int round = 0; round < 5; ++round) {
    peak = std::max(peak, sizeof(T) == 4 ? fma_peak_gflops_f32(bits) : fma_peak_gflops_f64(bits));
    rounds.push_back(timeInTurns({call}, seconds / 5)[0]);
  }
  std::sort(rounds.begin(), rounds.end(), [](auto &x, auto &y) { return x.median < y.median; });
  result.time = rounds[2];
  result.time.minimum = rounds[0].minimum;
  result.bound = flops / (peak * 1e9);
  results.push_back(result);
}

} // namespace

void runGemm(const Options &options, std::vector<Result> &results) {
  std::vector<int64_t> sizes = options.quick ? std::vector<int64_t>{31, 64} : std::vector<int64_t>{16, 31, 64, 128, 257, 512, 1024, 2048};
  for (int64_t n : sizes) {
    double seconds = options.quick ? 0.01 : 0.5;
    runSize<float>(n, kFloat, "f32", seconds, results);
    runSize<double>(n, kDouble, "f64", seconds, results);
  }
}

} // namespace cotan::bench
