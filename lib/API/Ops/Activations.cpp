//===- Activations.cpp - activation functions -------------------------------===//

#include "OpSupport.h"
#include "cotan/ops/activations.h"

#include "cotan/ops/elementwise.h"
#include "cotan/ops/nn.h"
#include <cmath>
#include <cstring>
#include <numbers>

namespace cotan::nn::functional {

using namespace cotan::detail;
using cotan::tracing::select;

namespace {

Value number(const Value &like, double value) { return constant(like.dtype(), value); }

Value logistic(const Value &x) { return unary(OpKind::Logistic, x); }

Value isPositive(const Value &x) { return compare(Comparison::Gt, x, number(x, 0)); }

/// `low` and `high` outside the open interval, where no derivative flows.
Value saturate(const Value &x, double low, double high) {
  Value lower = select(compare(Comparison::Le, x, number(x, low)), number(x, low), x);
  // The upper bound wins where the bounds cross.
  return select(compare(Comparison::Ge, lower, number(x, high)), number(x, high), lower);
}

/// scale * (exp(x * inputScale) - 1) up to 0, x above; the exponential never sees a positive argument.
Value exponentialLinear(const Value &x, double scale, double inputScale) {
  Value exponential = compare(Comparison::Le, x, number(x, 0));
  Value safe = select(exponential, x, number(x, 0));
  Value argument = inputScale == 1 ? safe : mul(safe, number(x, inputScale));
  return select(exponential, mul(number(x, scale), unary(OpKind::Expm1, argument)), x);
}

/// log(1 + exp(x)); x where it is above `threshold`, so that exp does not overflow.
Value softplusOf(const Value &x, double threshold) {
  Value large = compare(Comparison::Gt, x, number(x, threshold));
  Value safe = select(large, number(x, 0), x);
  return select(large, x, unary(OpKind::Log1p, exp(safe)));
}

} // namespace

Tensor gelu(const Tensor &input, const char *approximate, Where where) {
  COTAN_OP(gelu, "GeluBackward0", true);
  Value x = readFloating(input, "input");
  Value half = mul(number(x, 0.5), x);
  if (!std::strcmp(approximate, "none"))
    return wrap(mul(half, add(number(x, 1), unary(OpKind::Erf, mul(x, number(x, std::numbers::sqrt2 / 2))))));
  if (std::strcmp(approximate, "tanh"))
    throw ValueError("approximate argument must be either none or tanh.", where);
  Value cubic = add(x, mul(number(x, 0.044715), mul(mul(x, x), x)));
  Value angle = mul(number(x, std::numbers::sqrt2 * std::numbers::inv_sqrtpi), cubic);
  return wrap(mul(half, add(number(x, 1), unary(OpKind::Tanh, angle))));
}

Tensor silu(const Tensor &input, Where where) {
  COTAN_OP(silu, "SiluBackward0", true);
  Value x = readFloating(input, "input");
  return wrap(mul(x, logistic(x)));
}

Tensor mish(const Tensor &input, Where where) {
  COTAN_OP(mish, "MishBackward0", true);
  Value x = readFloating(input, "input");
  return wrap(mul(x, unary(OpKind::Tanh, softplusOf(x, 20))));
}

Tensor elu(const Tensor &input, double alpha, Where where) {
  COTAN_OP(elu, "EluBackward0", true);
  return wrap(exponentialLinear(readFloating(input, "input"), alpha, 1));
}

Tensor celu(const Tensor &input, double alpha, Where where) {
  COTAN_OP(celu, "EluBackward0", true);
  if (alpha == 0)
    throw ValueError("ZeroDivisionError: alpha cannot be 0 for CELU", where);
  return wrap(exponentialLinear(readFloating(input, "input"), alpha, 1 / alpha));
}

Tensor selu(const Tensor &input, Where where) {
  COTAN_OP(selu, "EluBackward0", true);
  // Klambauer et al. 2017, the fixed point of zero mean and unit variance.
  constexpr double alpha = 1.6732632423543772848170429916717, scale = 1.0507009873554804934193349852946;
  Value x = readFloating(input, "input");
  return wrap(mul(number(x, scale), exponentialLinear(x, alpha, 1)));
}

Tensor leaky_relu(const Tensor &input, double negative_slope, Where where) {
  COTAN_OP(leaky_relu, "LeakyReluBackward0", true);
  Value x = readFloating(input, "input");
  return wrap(select(isPositive(x), x, mul(x, number(x, negative_slope))));
}

Tensor prelu(const Tensor &input, const Tensor &weight, Where where) {
  COTAN_OP(prelu, "PreluBackward0", true);
  Value x = readFloating(input, "input"), w = read(weight, "weight");
  if (w.numel() != 1) {
    int64_t channels = x.rank() > 1 ? x.size(1) : 1;
    if (w.rank() != 1 || w.numel() != channels)
      throw ValueError("Mismatch of parameter numbers and input channel size. Found parameter numbers = " + std::to_string(w.numel()) +
                           " and channel size = " + std::to_string(channels) + ".",
                       where);
    std::vector<int64_t> shape(x.rank(), 1);
    shape[1] = channels;
    w = reshape(w, shape);
  } else {
    w = reshape(w, {});
  }
  return wrap(select(isPositive(x), x, mul(w, x)));
}

Tensor relu6(const Tensor &input, Where where) {
  COTAN_OP(relu6, "HardtanhBackward0", true);
  return wrap(saturate(readFloating(input, "input"), 0, 6));
}

Tensor hardtanh(const Tensor &input, double min_val, double max_val, Where where) {
  COTAN_OP(hardtanh, "HardtanhBackward0", true);
  return wrap(saturate(readFloating(input, "input"), min_val, max_val));
}

Tensor hardsigmoid(const Tensor &input, Where where) {
  COTAN_OP(hardsigmoid, "HardsigmoidBackward0", true);
  Value x = readFloating(input, "input");
  Value shifted = add(x, number(x, 3));
  // Unlike hardtanh's, its derivative at NaN is 0.
  Value inside = binary(OpKind::And, compare(Comparison::Gt, shifted, number(x, 0)), compare(Comparison::Lt, shifted, number(x, 6)));
  return wrap(div(select(inside, shifted, stopGradient(saturate(shifted, 0, 6))), number(x, 6)));
}

Tensor hardswish(const Tensor &input, Where where) {
  COTAN_OP(hardswish, "HardswishBackward0", true);
  Value x = readFloating(input, "input");
  Value inside = binary(OpKind::And, compare(Comparison::Ge, x, number(x, -3)), compare(Comparison::Le, x, number(x, 3)));
  Value safe = select(inside, x, number(x, 0)); // the derivative of what is not chosen is finite
  Value middle = div(mul(safe, add(safe, number(x, 3))), number(x, 6));
  Value upper = select(compare(Comparison::Le, x, number(x, 3)), middle, x);
  // x times 0 rather than 0: torch gives NaN at -inf.
  Value zero = mul(stopGradient(x), number(x, 0));
  return wrap(select(compare(Comparison::Lt, x, number(x, -3)), zero, upper));
}

Tensor hardshrink(const Tensor &input, double lambd, Where where) {
  COTAN_OP(hardshrink, "HardshrinkBackward0", true);
  Value x = readFloating(input, "input");
  return wrap(select(compare(Comparison::Le, abs(x), number(x, lambd)), number(x, 0), x));
}

Tensor softshrink(const Tensor &input, double lambd, Where where) {
  COTAN_OP(softshrink, "SoftshrinkBackward0", true);
  if (lambd < 0)
    throw ValueError("lambda must be greater or equal to 0, but found to be " + std::to_string(lambd) + ".", where);
  Value x = readFloating(input, "input");
  Value lower = select(compare(Comparison::Lt, x, number(x, -lambd)), add(x, number(x, lambd)), number(x, 0));
  Value value = select(compare(Comparison::Gt, x, number(x, lambd)), sub(x, number(x, lambd)), lower);
  // torch's at NaN: the value is 0 and the derivative 1.
  Value inside = compare(Comparison::Le, abs(x), number(x, lambd));
  return wrap(saved(select(inside, number(x, 0), x), stopGradient(value)));
}

Tensor tanhshrink(const Tensor &input, Where where) {
  COTAN_OP(tanhshrink, "SubBackward0", true);
  Value x = readFloating(input, "input");
  return wrap(sub(x, unary(OpKind::Tanh, x)));
}

Tensor softplus(const Tensor &input, double beta, double threshold, Where where) {
  COTAN_OP(softplus, "SoftplusBackward0", true);
  Value x = readFloating(input, "input");
  if (beta == 1)
    return wrap(softplusOf(x, threshold));
  return wrap(div(softplusOf(mul(x, number(x, beta)), threshold), number(x, beta)));
}

Tensor softsign(const Tensor &input, Where where) {
  COTAN_OP(softsign, "DivBackward0", true);
  Value x = readFloating(input, "input");
  return wrap(div(x, add(number(x, 1), abs(x))));
}

Tensor threshold(const Tensor &input, double threshold, double value, Where where) {
  COTAN_OP(threshold, "ThresholdBackward0", true);
  Value x = readFloating(input, "input");
  return wrap(select(compare(Comparison::Le, x, number(x, threshold)), number(x, value), x));
}

Tensor logsigmoid(const Tensor &input, Where where) {
  COTAN_OP(logsigmoid, "LogSigmoidBackward0", true);
  Value x = readFloating(input, "input");
  // One form for each side; neither sees an argument whose exponential overflows.
  Value negative = compare(Comparison::Le, x, number(x, 0));
  Value below = select(negative, x, number(x, 0)), above = select(negative, number(x, 0), x);
  return wrap(select(negative, sub(below, unary(OpKind::Log1p, exp(below))), neg(unary(OpKind::Log1p, exp(neg(above))))));
}

Tensor glu(const Tensor &input, int64_t dim, Where where) {
  COTAN_OP(glu, "GluBackward0", true);
  Value x = readFloating(input, "input");
  dim = wrapDim(dim, x.rank());
  if (x.rank() == 0)
    throw ValueError("glu does not support 0-dimensional tensors", where);
  if (x.size(dim) % 2)
    throw ValueError("Halving dimension must be even, but dimension " + std::to_string(dim) + " is size " + std::to_string(x.size(dim)),
                     where);
  std::vector<int64_t> starts(x.rank(), 0), limits = x.shape().vec(), strides(x.rank(), 1);
  int64_t half = x.size(dim) / 2;
  limits[dim] = half;
  Value first = cotan::tracing::slice(x, starts, limits, strides);
  starts[dim] = half;
  limits[dim] = 2 * half;
  return wrap(mul(first, logistic(cotan::tracing::slice(x, starts, limits, strides))));
}

Tensor softmin(const Tensor &input, int64_t dim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(softmin, "SoftmaxBackward0", true);
  return cotan::softmax(cotan::neg(input, where), dim, type, where);
}

Tensor tanh(const Tensor &input, Where where) { return cotan::tanh(input, where); }
Tensor sigmoid(const Tensor &input, Where where) { return cotan::sigmoid(input, where); }

} // namespace cotan::nn::functional
