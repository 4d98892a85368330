//===- Oracle.h - expected results ------------------------------*- C++ -*-===//
//
// What a workload's oracle is made of: a program's results in f64, finite differences, and the comparison.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_ORACLE_H
#define COTAN_TOOLS_BENCH_ORACLE_H

#include "Suite.h"

namespace cotan::bench {

/// The inputs with every f32 tensor as f64.
Tensors asDouble(const std::vector<Named> &inputs);
std::vector<double> toVector(const Tensor &tensor);
/// An f64 tensor of a shape from a vector.
Tensor fromVector(const std::vector<double> &values, std::vector<int64_t> shape);

/// How finite differences are taken, and how far from them a gradient may be.
struct Differences {
  double step = 1e-6, tolerance = 1e-6; ///< what is cut off is about as small as what is rounded
};
/// Relu and the maximum have kinks: of many units a few lie within a step. The shorter the step the fewer, and the more is rounded.
constexpr Differences acrossKinks{1e-8, 1e-4};

/// The program's results on the inputs in f64 (one jit call). Then the directional derivatives of its result `loss` by central differences are
/// compared with its results `grad_NAME` along two directions in each input that has one, the gradient bent by random factors and a random one; beyond
/// the tolerance (relative to the norms) it throws WrongResult.
std::vector<Named> checkedReference(const Program &program, const std::vector<Named> &inputs, Differences differences = {});

/// The largest difference of a result's elements over the largest element of the expected one, worst of all expected; infinite if one is missing,
/// has another shape, or a NaN where the other has none. Of a step's `new_NAME` the gradient in it is compared, as the parameter would hide it.
double errorOf(const std::vector<Named> &actual, const std::vector<Named> &expected, const std::vector<Named> &inputs);

/// Thrown when an oracle contradicts itself or a result is not the oracle's.
struct WrongResult : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thrown by an oracle that knows no results for a case which Cotan lacks: nobody can be timed.
struct NothingExpected : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// `loss` and `grad_NAME` for the inputs named, from a function to the loss.
Program lossAndGradients(std::function<Tensor(const Tensors &)> loss, const std::vector<Named> &inputs, const std::vector<std::string> &names);
/// The loss alone.
Program lossOnly(std::function<Tensor(const Tensors &)> loss);
/// A step of gradient descent: `loss` and `new_NAME` = NAME - 0.1 * gradient.
Program descentStep(std::function<Tensor(const Tensors &)> loss, const std::vector<Named> &inputs, const std::vector<std::string> &names);
/// What `descentStep` should give, from checked gradients in f64.
std::vector<Named> expectedStep(std::function<Tensor(const Tensors &)> loss, const std::vector<Named> &inputs, const std::vector<std::string> &names,
                                Differences differences = {});

/// The same "random" numbers on every machine: uniform in (low, high) from a linear congruential generator.
class Numbers {
public:
  explicit Numbers(uint64_t seed) : state(seed * 2654435761u + 88172645463325252u) {}
  double uniform(double low, double high);
  double normal();
  Tensor uniform(std::vector<int64_t> shape, double low, double high, ScalarType type = kFloat);
  Tensor normal(std::vector<int64_t> shape, double scale = 1, ScalarType type = kFloat);
  Tensor integers(std::vector<int64_t> shape, int64_t below);

private:
  uint64_t state;
};

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_ORACLE_H
