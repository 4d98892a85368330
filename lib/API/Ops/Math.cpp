//===- Math.cpp - elementwise functions beyond arithmetic -------------------===//

#include "OpSupport.h"
#include "cotan/ops/math.h"

#include "cotan/ops/elementwise.h"
#include "cotan/ops/reductions.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

namespace cotan {

using namespace detail;

namespace {

Value number(const Value &like, double value) { return constant(like.dtype(), value); }

Value isNan(const Value &x) { return compare(Comparison::Ne, x, x); }

Value logicalOr(const Value &a, const Value &b) { return binary(OpKind::Or, a, b); }
Value logicalAnd(const Value &a, const Value &b) { return binary(OpKind::And, a, b); }

/// 2 operands promoted to one floating-point type.
struct FloatPair {
  FloatPair(const Arg &a, const Arg &b) {
    ScalarType type = resultType(a, b);
    type = isFloatingType(type) ? type : get_default_dtype();
    first = readAs(a, type, "self");
    second = readAs(b, type, "other");
  }
  Value first, second;
};

struct PromotedPair {
  PromotedPair(const Arg &a, const Arg &b) {
    ScalarType type = resultType(a, b);
    first = readAs(a, type, "self");
    second = readAs(b, type, "other");
  }
  Value first, second;
};

} // namespace

//===----------------------------------------------------------------------===//
// Functions of one tensor
//===----------------------------------------------------------------------===//

#define COTAN_UNARY_FLOAT(NAME, KIND, GRAD_FN)                                                                         \
  Tensor NAME(const Tensor &self, Where where) {                                                                       \
    COTAN_OP(NAME, GRAD_FN, true);                                                                                     \
    return wrap(unary(OpKind::KIND, readFloating(self)));                                                              \
  }

COTAN_UNARY_FLOAT(acos, Acos, "AcosBackward0")
COTAN_UNARY_FLOAT(acosh, Acosh, "AcoshBackward0")
COTAN_UNARY_FLOAT(asin, Asin, "AsinBackward0")
COTAN_UNARY_FLOAT(asinh, Asinh, "AsinhBackward0")
COTAN_UNARY_FLOAT(atan, Atan, "AtanBackward0")
COTAN_UNARY_FLOAT(atanh, Atanh, "AtanhBackward0")
COTAN_UNARY_FLOAT(cosh, Cosh, "CoshBackward0")
COTAN_UNARY_FLOAT(sinh, Sinh, "SinhBackward0")
COTAN_UNARY_FLOAT(tan, Tan, "TanBackward0")
COTAN_UNARY_FLOAT(erfc, Erfc, "ErfcBackward0")
COTAN_UNARY_FLOAT(erfinv, Erfinv, "ErfinvBackward0")
COTAN_UNARY_FLOAT(exp2, Exp2, "Exp2Backward0")
COTAN_UNARY_FLOAT(expm1, Expm1, "Expm1Backward0")
COTAN_UNARY_FLOAT(log10, Log10, "Log10Backward0")
COTAN_UNARY_FLOAT(log1p, Log1p, "Log1PBackward0")
COTAN_UNARY_FLOAT(log2, Log2, "Log2Backward0")
#undef COTAN_UNARY_FLOAT

// Integers are integral already.
#define COTAN_ROUNDING(NAME, KIND, GRAD_FN)                                                                            \
  Tensor NAME(const Tensor &self, Where where) {                                                                       \
    COTAN_OP(NAME, GRAD_FN, false);                                                                                    \
    Value x = read(self);                                                                                              \
    return wrap(isFloatingType(x.dtype()) ? unary(OpKind::KIND, x) : x);                                               \
  }

COTAN_ROUNDING(floor, Floor, "FloorBackward0")
COTAN_ROUNDING(ceil, Ceil, "CeilBackward0")
COTAN_ROUNDING(trunc, Trunc, "TruncBackward0")
#undef COTAN_ROUNDING

Tensor round(const Tensor &self, int64_t decimals, Where where) {
  COTAN_OP(round, "RoundBackward0", false);
  Value x = read(self);
  if (!isFloatingType(x.dtype()))
    return wrap(x);
  if (decimals == 0)
    return wrap(unary(OpKind::Round, x));
  Value scale = number(x, std::pow(10.0, std::fabs(double(decimals))));
  if (decimals > 0)
    return wrap(div(unary(OpKind::Round, mul(x, scale)), scale));
  return wrap(mul(unary(OpKind::Round, div(x, scale)), scale));
}

Tensor frac(const Tensor &self, Where where) {
  COTAN_OP(frac, "FracBackward0", false);
  Value x = readFloating(self);
  return wrap(sub(x, unary(OpKind::Trunc, x)));
}

Tensor sinc(const Tensor &self, Where where) {
  COTAN_OP(sinc, "SincBackward0", true);
  Value x = readFloating(self);
  Value atZero = compare(Comparison::Eq, x, number(x, 0));
  Value angle = mul(select(atZero, number(x, 1), x), number(x, std::numbers::pi));
  return wrap(select(atZero, number(x, 1), div(unary(OpKind::Sin, angle), angle)));
}

Tensor logit(const Tensor &self, std::optional<double> eps, Where where) {
  COTAN_OP(logit, "LogitBackward0", true);
  Value x = readFloating(self);
  if (eps) {
    Value low = number(x, *eps), high = number(x, 1 - *eps);
    x = select(compare(Comparison::Lt, x, low), low, select(compare(Comparison::Gt, x, high), high, x));
  }
  return wrap(log(div(x, sub(number(x, 1), x))));
}

Tensor deg2rad(const Tensor &self, Where where) {
  COTAN_OP(deg2rad, "Deg2RadBackward0", false);
  Value x = readFloating(self);
  return wrap(mul(x, number(x, std::numbers::pi / 180)));
}

Tensor rad2deg(const Tensor &self, Where where) {
  COTAN_OP(rad2deg, "Rad2DegBackward0", false);
  Value x = readFloating(self);
  return wrap(mul(x, number(x, 180 / std::numbers::pi)));
}

Tensor positive(const Tensor &self, Where where) {
  COTAN_OP(positive, "PositiveBackward0", false);
  Value x = read(self);
  if (x.dtype() == kBool)
    throw TypeError("The `+` operator, on a bool tensor is not supported.", where);
  return wrap(x);
}

//===----------------------------------------------------------------------===//
// NaN and infinities
//===----------------------------------------------------------------------===//

namespace {

Value isInfinite(const Value &x, double infinity) { return compare(Comparison::Eq, x, number(x, infinity)); }

/// False for every integer.
template <typename Test> Tensor testFloat(const Tensor &self, bool ofInteger, Test test) {
  Value x = read(self);
  if (!isFloatingType(x.dtype()))
    return wrap(constant(kBool, ofInteger, x.shape()));
  return wrap(test(x));
}

constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

Tensor isnan(const Tensor &self, Where where) {
  COTAN_OP(isnan, "", false);
  return testFloat(self, false, isNan);
}

Tensor isinf(const Tensor &self, Where where) {
  COTAN_OP(isinf, "", false);
  return testFloat(self, false, [](const Value &x) { return isInfinite(abs(x), infinity); });
}

Tensor isposinf(const Tensor &self, Where where) {
  COTAN_OP(isposinf, "", false);
  return testFloat(self, false, [](const Value &x) { return isInfinite(x, infinity); });
}

Tensor isneginf(const Tensor &self, Where where) {
  COTAN_OP(isneginf, "", false);
  return testFloat(self, false, [](const Value &x) { return isInfinite(x, -infinity); });
}

Tensor isfinite(const Tensor &self, Where where) {
  COTAN_OP(isfinite, "", false);
  return testFloat(self, true, [](const Value &x) { return compare(Comparison::Lt, abs(x), number(x, infinity)); });
}

Tensor nan_to_num(const Tensor &self, double nan, std::optional<double> posinf, std::optional<double> neginf, Where where) {
  COTAN_OP(nan_to_num, "NanToNumBackward0", true);
  Value x = read(self);
  if (!isFloatingType(x.dtype()))
    return wrap(x);
  double largest = x.dtype() == kFloat ? double(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
  Value finite = select(isInfinite(x, infinity), number(x, posinf.value_or(largest)),
                        select(isInfinite(x, -infinity), number(x, neginf.value_or(-largest)), x));
  return wrap(select(isNan(x), number(x, nan), finite));
}

//===----------------------------------------------------------------------===//
// Functions of two tensors
//===----------------------------------------------------------------------===//

Tensor atan2(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(atan2, "Atan2Backward0", true);
  FloatPair pair(self, other);
  return wrap(binary(OpKind::Atan2, pair.first, pair.second));
}

Tensor copysign(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(copysign, "CopysignBackward0", true);
  FloatPair pair(self, other);
  Value zero = number(pair.second, 0);
  // 1 / -0.0 is -inf, which tells the sign of a zero.
  Value negativeZero = logicalAnd(compare(Comparison::Eq, pair.second, zero),
                                  compare(Comparison::Lt, div(number(pair.second, 1), stopGradient(pair.second)), zero));
  Value negative = logicalOr(compare(Comparison::Lt, pair.second, zero), negativeZero);
  Value magnitude = abs(pair.first);
  return wrap(select(negative, neg(magnitude), magnitude));
}

namespace {

/// Python's floor division: the quotient of a - (a mod b) is exact where a / b would round up to an integer.
Value floorDivide(const Value &a, const Value &b) {
  Value zero = number(a, 0), one = number(a, 1);
  Value remainder = binary(OpKind::Rem, a, b);
  Value signsDiffer = compare(Comparison::Ne, compare(Comparison::Lt, remainder, zero), compare(Comparison::Lt, b, zero));
  Value adjust = logicalAnd(compare(Comparison::Ne, remainder, zero), signsDiffer);
  if (!isFloatingType(a.dtype()))
    return sub(div(a, b), cast(adjust, a.dtype()));
  Value quotient = div(sub(a, remainder), b);
  quotient = unary(OpKind::Round, select(adjust, sub(quotient, one), quotient));
  // Division by zero keeps IEEE's infinities and NaN.
  return select(compare(Comparison::Eq, b, zero), unary(OpKind::Trunc, div(a, b)), quotient);
}

Value truncDivide(const Value &a, const Value &b) {
  return isFloatingType(a.dtype()) ? unary(OpKind::Trunc, div(a, b)) : div(a, b);
}

} // namespace

Tensor div(const Arg &self, const Arg &other, const char *rounding_mode, Where where) {
  COTAN_OP(div, "DivBackward1", false);
  bool floors = rounding_mode && !std::strcmp(rounding_mode, "floor");
  if (!floors && (!rounding_mode || std::strcmp(rounding_mode, "trunc")))
    throw ValueError(std::string("div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '") +
                         (rounding_mode ? rounding_mode : "null") + "'",
                     where);
  PromotedPair pair(self, other);
  // Constant almost everywhere: the rounding at the end lets no derivative through.
  return wrap(floors ? floorDivide(pair.first, pair.second) : truncDivide(pair.first, pair.second));
}

Tensor floor_divide(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(floor_divide, "NotImplemented", false);
  PromotedPair pair(self, other);
  return wrap(floorDivide(stopGradient(pair.first), stopGradient(pair.second)));
}

Tensor true_divide(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(true_divide, "DivBackward0", true);
  FloatPair pair(self, other);
  return wrap(div(pair.first, pair.second));
}

Tensor fmod(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(fmod, "FmodBackward0", true);
  PromotedPair pair(self, other);
  return wrap(binary(OpKind::Rem, pair.first, pair.second));
}

namespace {

/// The larger; the other where one is NaN.
Value fmaxOf(const Value &a, const Value &b) { return select(logicalOr(compare(Comparison::Ge, a, b), isNan(b)), a, b); }

} // namespace

Tensor fmax(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(fmax, "FmaxBackward0", true);
  PromotedPair pair(self, other);
  return wrap(fmaxOf(pair.first, pair.second));
}

Tensor fmin(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(fmin, "FminBackward0", true);
  PromotedPair pair(self, other);
  Value first = logicalOr(compare(Comparison::Le, pair.first, pair.second), isNan(pair.second));
  return wrap(select(first, pair.first, pair.second));
}

Tensor max(const Tensor &self, const Tensor &other, Where where) { return maximum(self, other, where); }
Tensor min(const Tensor &self, const Tensor &other, Where where) { return minimum(self, other, where); }

Tensor heaviside(const Tensor &self, const Tensor &values, Where where) {
  COTAN_OP(heaviside, "NotImplemented", false);
  PromotedPair pair(self, values);
  Value x = stopGradient(pair.first), zero = number(x, 0);
  Value step = cast(compare(Comparison::Gt, x, zero), x.dtype());
  return wrap(select(compare(Comparison::Eq, x, zero), stopGradient(pair.second), step));
}

Tensor hypot(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(hypot, "HypotBackward0", true);
  FloatPair pair(self, other);
  // Scaled by a constant so that squares neither overflow nor vanish; the value does not depend on the scale.
  Value scale = stopGradient(max(abs(pair.first), abs(pair.second)));
  Value usable = logicalAnd(compare(Comparison::Gt, scale, number(scale, 0)), compare(Comparison::Lt, scale, number(scale, infinity)));
  scale = select(usable, scale, number(scale, 1));
  Value a = div(pair.first, scale), b = div(pair.second, scale);
  Value length = mul(scale, sqrt(add(mul(a, a), mul(b, b))));
  // Infinite where an operand is, whatever the other.
  Value infinite = compare(Comparison::Eq, max(fmaxOf(abs(pair.first), number(a, 0)), fmaxOf(abs(pair.second), number(a, 0))), number(a, infinity));
  return wrap(saved(length, stopGradient(select(infinite, number(a, infinity), length))));
}

Tensor ldexp(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(ldexp, "LdexpBackward0", true);
  FloatPair pair(self, other);
  return wrap(mul(pair.first, unary(OpKind::Exp2, pair.second)));
}

Tensor lerp(const Tensor &self, const Tensor &end, const Arg &weight, Where where) {
  COTAN_OP(lerp, "LerpBackward0", true);
  PromotedPair pair(self, end);
  Value w = readAs(weight, pair.first.dtype(), "weight");
  Value difference = sub(pair.second, pair.first);
  // From the nearer end, so that weights 0 and 1 are exact.
  Value near = compare(Comparison::Lt, abs(w), number(w, 0.5));
  return wrap(select(near, add(pair.first, mul(w, difference)), sub(pair.second, mul(difference, sub(number(w, 1), w)))));
}

namespace {

/// log_base(base^a + base^b) about the larger operand, which is a constant to differentiation.
Value logAddExp(const Value &a, const Value &b, OpKind power, OpKind logarithm) {
  Value pivot = stopGradient(max(a, b));
  pivot = select(compare(Comparison::Lt, abs(pivot), number(a, infinity)), pivot, number(a, 0));
  return add(pivot, unary(logarithm, add(unary(power, sub(a, pivot)), unary(power, sub(b, pivot)))));
}

} // namespace

Tensor logaddexp(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(logaddexp, "LogaddexpBackward0", true);
  FloatPair pair(self, other);
  return wrap(logAddExp(pair.first, pair.second, OpKind::Exp, OpKind::Log));
}

Tensor logaddexp2(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(logaddexp2, "Logaddexp2Backward0", true);
  FloatPair pair(self, other);
  return wrap(logAddExp(pair.first, pair.second, OpKind::Exp2, OpKind::Log2));
}

Tensor rsub(const Tensor &self, const Arg &other, const Scalar &alpha, Where where) {
  COTAN_OP(rsub, "RsubBackward1", false);
  PromotedPair pair(self, other);
  return wrap(sub(pair.second, mul(scalar(pair.first.dtype(), alpha), pair.first)));
}

Tensor float_power(const Arg &self, const Arg &exponent, Where where) {
  COTAN_OP(float_power, "PowBackward1", true);
  return wrap(binary(OpKind::Pow, readAs(self, kDouble, "self"), readAs(exponent, kDouble, "exponent")));
}

namespace {

/// x f(y), 0 where x is 0 and y is a number. The derivative with respect to such an x is f(y) where y is above `lowest`, else 0, as in torch.
Value xTimes(const Value &x, const Value &y, double lowest, OpKind function) {
  Value isZero = compare(Comparison::Eq, x, number(x, 0));
  Value undefined = logicalAnd(isZero, compare(Comparison::Le, y, number(y, lowest)));
  Value product = mul(x, unary(function, y));
  Value zero = logicalAnd(isZero, compare(Comparison::Eq, y, y));
  Value result = select(zero, number(x, 0), product);
  if (!result->requiresGrad)
    return result;
  return saved(mul(select(undefined, stopGradient(x), x), unary(function, y)), stopGradient(result));
}

} // namespace

Tensor xlogy(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(xlogy, "XlogyBackward0", true);
  FloatPair pair(self, other);
  return wrap(xTimes(pair.first, pair.second, 0, OpKind::Log));
}

Tensor special::xlog1py(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(xlog1py, "SpecialXlog1PyBackward0", true);
  FloatPair pair(self, other);
  return wrap(xTimes(pair.first, pair.second, -1, OpKind::Log1p));
}

Tensor special::entr(const Tensor &self, Where where) {
  COTAN_OP(entr, "SpecialEntrBackward0", true);
  Value x = readFloating(self);
  Value positive = compare(Comparison::Gt, x, number(x, 0));
  Value safe = select(positive, x, number(x, 1));
  Value outside = select(compare(Comparison::Eq, x, number(x, 0)), number(x, 0), select(isNan(x), x, number(x, -infinity)));
  return wrap(select(positive, neg(mul(safe, log(safe))), outside));
}

Tensor addcdiv(const Tensor &self, const Tensor &tensor1, const Tensor &tensor2, const Scalar &value, Where where) {
  COTAN_OP(addcdiv, "AddcdivBackward0", true);
  FloatPair pair(tensor1, tensor2);
  Value x = readAs(self, pair.first.dtype(), "self");
  return wrap(add(x, mul(scalar(x.dtype(), value), div(pair.first, pair.second))));
}

Tensor addcmul(const Tensor &self, const Tensor &tensor1, const Tensor &tensor2, const Scalar &value, Where where) {
  COTAN_OP(addcmul, "AddcmulBackward0", true);
  PromotedPair pair(tensor1, tensor2);
  Value x = readAs(self, pair.first.dtype(), "self");
  return wrap(add(x, mul(scalar(x.dtype(), value), mul(pair.first, pair.second))));
}

//===----------------------------------------------------------------------===//
// Bounds and masks
//===----------------------------------------------------------------------===//

namespace {

/// The bound where x is beyond it. x keeps the gradient where it equals the bound; a NaN on either side gives NaN.
Value bounded(const Value &x, const Value &bound, Comparison within) {
  Value keeps = logicalOr(compare(within, x, bound), isNan(x));
  return select(keeps, x, bound);
}

} // namespace

Tensor clamp(const Tensor &self, const Tensor &min, const Tensor &max, Where where) {
  COTAN_OP(clamp, "ClampBackward1", true);
  if (!min.defined() && !max.defined())
    throw ValueError("torch.clamp: At least one of 'min' or 'max' must not be None", where);
  ScalarType type = min.defined() ? resultType(self, min) : resultType(self, max);
  if (min.defined() && max.defined())
    type = promoteTypes(type, resultType(self, max));
  Value x = readAs(self, type, "self");
  if (min.defined())
    x = bounded(x, readAs(min, type, "min"), Comparison::Ge);
  // The upper bound wins where the bounds cross.
  if (max.defined())
    x = bounded(x, readAs(max, type, "max"), Comparison::Le);
  return wrap(x);
}

Tensor clamp_min(const Tensor &self, const Arg &min, Where where) {
  COTAN_OP(clamp_min, "ClampMinBackward0", true);
  PromotedPair pair(self, min);
  return wrap(bounded(pair.first, pair.second, Comparison::Ge));
}

Tensor clamp_max(const Tensor &self, const Arg &max, Where where) {
  COTAN_OP(clamp_max, "ClampMaxBackward0", true);
  PromotedPair pair(self, max);
  return wrap(bounded(pair.first, pair.second, Comparison::Le));
}

Tensor logical_and(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(logical_and, "", false);
  return wrap(logicalAnd(cast(read(self), kBool), cast(read(other, "other"), kBool)));
}

Tensor logical_or(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(logical_or, "", false);
  return wrap(logicalOr(cast(read(self), kBool), cast(read(other, "other"), kBool)));
}

Tensor logical_xor(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(logical_xor, "", false);
  return wrap(binary(OpKind::Xor, cast(read(self), kBool), cast(read(other, "other"), kBool)));
}

Tensor logical_not(const Tensor &self, Where where) {
  COTAN_OP(logical_not, "", false);
  return wrap(logicalNot(cast(read(self), kBool)));
}

Tensor masked_fill(const Tensor &self, const Tensor &mask, const Arg &value, Where where) {
  COTAN_OP(masked_fill, "MaskedFillBackward0", true);
  Value x = read(self), m = read(mask, "mask");
  if (m.dtype() != kBool)
    throw TypeError(std::string("masked_fill_ only supports boolean masks, but got mask with dtype ") + name(m.dtype()), where);
  if (value.isTensor() && value.tensor->dim() != 0)
    throw ValueError("masked_fill_ only supports a 0-dimensional value tensor, but got tensor with " +
                         std::to_string(value.tensor->dim()) + " dimension(s).",
                     where);
  return wrap(select(m, readAs(value, x.dtype(), "value"), x));
}

} // namespace cotan
