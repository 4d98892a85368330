//===- math.h - elementwise functions beyond arithmetic ---------*- C++ -*-===//
//
// Each computes on every element; binary ones broadcast and promote as torch's of the same name. Integer tensors are taken as the
// default floating-point type where the result is not an integer.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_MATH_H
#define COTAN_OPS_MATH_H

#include "cotan/tensor.h"

namespace cotan {

COTAN_API Tensor acos(const Tensor &self, Where where = Where::current());
COTAN_API Tensor acosh(const Tensor &self, Where where = Where::current());
COTAN_API Tensor asin(const Tensor &self, Where where = Where::current());
COTAN_API Tensor asinh(const Tensor &self, Where where = Where::current());
COTAN_API Tensor atan(const Tensor &self, Where where = Where::current());
COTAN_API Tensor atanh(const Tensor &self, Where where = Where::current());
COTAN_API Tensor cosh(const Tensor &self, Where where = Where::current());
COTAN_API Tensor sinh(const Tensor &self, Where where = Where::current());
COTAN_API Tensor tan(const Tensor &self, Where where = Where::current());
COTAN_API Tensor erfc(const Tensor &self, Where where = Where::current());
COTAN_API Tensor erfinv(const Tensor &self, Where where = Where::current());
COTAN_API Tensor exp2(const Tensor &self, Where where = Where::current());
COTAN_API Tensor expm1(const Tensor &self, Where where = Where::current());
COTAN_API Tensor log10(const Tensor &self, Where where = Where::current());
COTAN_API Tensor log1p(const Tensor &self, Where where = Where::current());
COTAN_API Tensor log2(const Tensor &self, Where where = Where::current());
/// sin(pi x) / (pi x), 1 at 0.
COTAN_API Tensor sinc(const Tensor &self, Where where = Where::current());
/// log(x / (1 - x)); with `eps`, x is clamped to [eps, 1 - eps] first.
COTAN_API Tensor logit(const Tensor &self, std::optional<double> eps = std::nullopt, Where where = Where::current());
COTAN_API Tensor deg2rad(const Tensor &self, Where where = Where::current());
COTAN_API Tensor rad2deg(const Tensor &self, Where where = Where::current());
COTAN_API Tensor positive(const Tensor &self, Where where = Where::current());

COTAN_API Tensor floor(const Tensor &self, Where where = Where::current());
COTAN_API Tensor ceil(const Tensor &self, Where where = Where::current());
/// To nearest, ties to even; with `decimals`, to that many decimal places (negative: to the left of the point).
COTAN_API Tensor round(const Tensor &self, int64_t decimals = 0, Where where = Where::current());
COTAN_API Tensor trunc(const Tensor &self, Where where = Where::current());
/// x - trunc(x).
COTAN_API Tensor frac(const Tensor &self, Where where = Where::current());

COTAN_API Tensor isnan(const Tensor &self, Where where = Where::current());
COTAN_API Tensor isinf(const Tensor &self, Where where = Where::current());
COTAN_API Tensor isfinite(const Tensor &self, Where where = Where::current());
COTAN_API Tensor isposinf(const Tensor &self, Where where = Where::current());
COTAN_API Tensor isneginf(const Tensor &self, Where where = Where::current());
/// Replaces NaN and the infinities; by default with 0 and the largest finite numbers.
COTAN_API Tensor nan_to_num(const Tensor &self, double nan = 0, std::optional<double> posinf = std::nullopt,
                            std::optional<double> neginf = std::nullopt, Where where = Where::current());

COTAN_API Tensor atan2(const Tensor &self, const Tensor &other, Where where = Where::current());
/// |self| with the sign of other.
COTAN_API Tensor copysign(const Arg &self, const Arg &other, Where where = Where::current());
/// `rounding_mode`: "trunc" or "floor".
COTAN_API Tensor div(const Arg &self, const Arg &other, const char *rounding_mode, Where where = Where::current());
COTAN_API Tensor floor_divide(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor true_divide(const Arg &self, const Arg &other, Where where = Where::current());
/// The remainder with the sign of self (C's fmod).
COTAN_API Tensor fmod(const Arg &self, const Arg &other, Where where = Where::current());
/// The larger; the other operand where one is NaN.
COTAN_API Tensor fmax(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor fmin(const Tensor &self, const Tensor &other, Where where = Where::current());
/// 0 for negative, 1 for positive elements of self, `values` at zero. Not differentiable.
COTAN_API Tensor heaviside(const Tensor &self, const Tensor &values, Where where = Where::current());
COTAN_API Tensor hypot(const Tensor &self, const Tensor &other, Where where = Where::current());
/// self * 2^other.
COTAN_API Tensor ldexp(const Tensor &self, const Tensor &other, Where where = Where::current());
/// self + weight * (end - self).
COTAN_API Tensor lerp(const Tensor &self, const Tensor &end, const Arg &weight, Where where = Where::current());
/// log(exp(self) + exp(other)), without overflow.
COTAN_API Tensor logaddexp(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor logaddexp2(const Tensor &self, const Tensor &other, Where where = Where::current());
/// other - alpha * self.
COTAN_API Tensor rsub(const Tensor &self, const Arg &other, const Scalar &alpha = 1, Where where = Where::current());
/// pow computed in float64.
COTAN_API Tensor float_power(const Arg &self, const Arg &exponent, Where where = Where::current());
/// self * log(other), 0 where self is 0 and other is not NaN.
COTAN_API Tensor xlogy(const Arg &self, const Arg &other, Where where = Where::current());
/// self + value * tensor1 / tensor2, and self + value * tensor1 * tensor2.
COTAN_API Tensor addcdiv(const Tensor &self, const Tensor &tensor1, const Tensor &tensor2, const Scalar &value = 1,
                         Where where = Where::current());
COTAN_API Tensor addcmul(const Tensor &self, const Tensor &tensor1, const Tensor &tensor2, const Scalar &value = 1,
                         Where where = Where::current());
/// Elementwise bounds; an undefined bound is none. NaN in self or a bound gives NaN.
COTAN_API Tensor clamp(const Tensor &self, const Tensor &min, const Tensor &max, Where where = Where::current());
COTAN_API Tensor clamp_min(const Tensor &self, const Arg &min, Where where = Where::current());
COTAN_API Tensor clamp_max(const Tensor &self, const Arg &max, Where where = Where::current());
COTAN_API Tensor logical_and(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor logical_or(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor logical_xor(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor logical_not(const Tensor &self, Where where = Where::current());
COTAN_API Tensor masked_fill(const Tensor &self, const Tensor &mask, const Arg &value, Where where = Where::current());

namespace special {
/// -x log x for positive x, 0 at 0, -inf below.
COTAN_API Tensor entr(const Tensor &self, Where where = Where::current());
/// self * log1p(other), 0 where self is 0 and other is not NaN.
COTAN_API Tensor xlog1py(const Arg &self, const Arg &other, Where where = Where::current());
} // namespace special

} // namespace cotan

#endif // COTAN_OPS_MATH_H
