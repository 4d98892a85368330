//===- Witness.h - hand-written loops as bounds -----------------*- C++ -*-===//
//
// Where functions like exp dominate, or where several passes over memory tempt, a workload's bound is the time of a loop a specialist would
// write for it.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_WITNESS_H
#define COTAN_TOOLS_BENCH_WITNESS_H

#include "cotan/tensor.h"
#include <cstddef>
#include <cstdint>
#include <memory>

namespace cotan::bench {

/// Floats at the start of a cache line, in large pages where the system has them: what a witness works on.
class WitnessArray {
public:
  explicit WitnessArray(size_t count);
  /// A copy of an f32 tensor.
  explicit WitnessArray(const Tensor &tensor);
  float *data() { return values.get(); }
  const float *data() const { return values.get(); }
  /// A copy as a tensor.
  Tensor tensor(std::vector<int64_t> shape) const;

private:
  struct Free {
    void operator()(float *p) const;
  };
  size_t count;
  std::unique_ptr<float[], Free> values;
};

/// The value of the ew workload; its gradient with respect to x goes to `grad`. All arrays hold n floats, n a multiple of 64. Needs AVX2 and FMA.
float witness_ew(const float *x, const float *y, float *grad, size_t n);

/// Call prices of n options, a multiple of 16; delta and vega too unless null. Needs AVX2 and FMA.
void witness_options(const float *spot, const float *strike, const float *expiry, float rate, float volatility, float *price, float *delta,
                     float *vega, size_t n);

struct AsianOption {
  float spot, volatility, strike, rate, expiry;
};
/// results[0]: the price of an arithmetic-average call by the normals [steps, paths], paths a multiple of 16; with `gradient` results[1] and [2]: its
/// derivatives by spot and volatility. Needs AVX2 and FMA.
void witness_asian(const float *normals, size_t steps, size_t paths, const AsianOption &option, float *results, bool gradient);

/// x + y of Lotka-Volterra after `steps` steps of Runge-Kutta from `start`; its gradient by the four parameters goes to `grad` unless null. Needs
/// AVX2 and FMA.
double witness_ode(const double *parameters, const double *start, double dt, long steps, double *grad);

/// The mean softmax cross-entropy of x[rows, classes]; its gradient goes to `gradient`. Needs AVX2 and FMA.
float witness_xent(const float *x, const int64_t *target, float *gradient, size_t rows, size_t classes);

/// The lnorm workload: x, cotangent and grad_x are [rows, width], the others [width]; width a multiple of 32.
struct LayerNormArrays {
  const float *x, *weight, *bias, *cotangent;
  float *grad_x, *grad_weight, *grad_bias;
  size_t rows, width;
  float epsilon;
};
/// The loss; gradients go to the arrays. Needs AVX2 and FMA.
float witness_lnorm(const LayerNormArrays &arrays);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_WITNESS_H
