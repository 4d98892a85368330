//===- Arithmetic.cpp - add, sub, mul, div, pow and operators -------------===//

#include "../OpSupport.h"
#include "cotan/ops/elementwise.h"

namespace cotan {

using namespace detail;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

namespace {

/// The line of an operator's expression.
Where siteOf(const Arg &a, const Arg &b) { return a.where.line() ? a.where : b.where; }

struct Operands {
  Operands(const Arg &a, const Arg &b, bool floating = false) : type(resultType(a, b)) {
    if (floating && !isFloatingType(type))
      type = get_default_dtype();
    left = readAs(a, type, "self");
    right = readAs(b, type, "other");
  }
  ScalarType type;
  Value left, right;
};

Value scaled(const Value &x, const Scalar &alpha) {
  if (alpha.isIntegral(false) && alpha.toLong() == 1)
    return x;
  if (alpha.isFloatingPoint() && !isFloatingType(x.dtype()))
    throw Error("For integral input tensors, argument alpha must not be a floating point number.", here());
  return tracing::mul(x, scalar(x.dtype(), alpha));
}

Value addValues(const Arg &a, const Arg &b, const Scalar &alpha) {
  Operands x(a, b);
  return x.type == kBool ? binary(OpKind::Or, x.left, x.right) : tracing::add(x.left, scaled(x.right, alpha));
}

Value subValues(const Arg &a, const Arg &b, const Scalar &alpha) {
  Operands x(a, b);
  if (x.type == kBool)
    throw Error("Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
                here());
  return tracing::sub(x.left, scaled(x.right, alpha));
}

Value mulValues(const Arg &a, const Arg &b) {
  Operands x(a, b);
  return binary(x.type == kBool ? OpKind::And : OpKind::Mul, x.left, x.right);
}

Value divValues(const Arg &a, const Arg &b) {
  Operands x(a, b, true);
  return tracing::div(x.left, x.right);
}

/// Exponents that are part of the program's structure; others are run-time scalars.
Value powStatic(const Value &x, double exponent) {
  if (exponent == 1)
    return identity(x);
  if (exponent == 2)
    return tracing::mul(x, x);
  if (exponent == 3)
    return tracing::mul(tracing::mul(x, x), x);
  if (exponent == 4) {
    Value squared = tracing::mul(x, x);
    return tracing::mul(squared, squared);
  }
  if (!isFloatingType(x.dtype()))
    return {};
  if (exponent == 0)
    return binary(OpKind::Pow, x, constant(x.dtype(), 0));
  if (exponent == 0.5)
    return tracing::sqrt(x);
  if (exponent == -0.5)
    return unary(OpKind::Rsqrt, x);
  if (exponent == -1)
    return tracing::div(constant(x.dtype(), 1), x);
  if (exponent == -2) {
    // The square of the inverse, not the inverse of the square: its derivative at 0 is -inf, where the other's is NaN.
    Value inverse = tracing::div(constant(x.dtype(), 1), x);
    return tracing::mul(inverse, inverse);
  }
  return {};
}

/// By squaring; products wrap, so six bits of the exponent tell all but powers of -1, 0 and 1, which repeat.
Value powInteger(const Value &base, const Value &exponent) {
  ScalarType type = base.dtype();
  Value result = constant(type, 1), square = base, rest = exponent;
  for (int bit = 0; bit < (type == kInt ? 31 : 63); ++bit) {
    Value odd = compare(Comparison::Ne, binary(OpKind::And, rest, constant(type, 1)), constant(type, 0));
    result = select(odd, tracing::mul(result, square), result);
    square = tracing::mul(square, square);
    rest = binary(OpKind::Shr, rest, constant(type, 1));
  }
  return result;
}

Value powValues(const Arg &a, const Arg &b) {
  if (a.isTensor() && !b.isTensor()) {
    ScalarType type = resultType(a, b);
    if (!isFloatingType(type) && b.number.toLong() < 0)
      throw Error("Integers to negative integer powers are not allowed.", here());
    if (type == kBool)
      type = kLong;
    if (Value known = powStatic(readAs(a, type, "self"), b.number.toDouble()))
      return known;
  }
  Operands x(a, b);
  if (isFloatingType(x.type))
    return binary(OpKind::Pow, x.left, x.right);
  return powInteger(x.left, x.right);
}

/// torch.remainder: the sign of the divisor.
Value remainderValues(const Arg &a, const Arg &b) {
  Operands x(a, b);
  if (x.type == kBool)
    throw Error("remainder: not implemented for 'Bool'", here());
  Value rest = binary(OpKind::Rem, x.left, x.right), zero = constant(x.type, 0);
  Value differs = compare(Comparison::Ne, compare(Comparison::Lt, rest, zero), compare(Comparison::Lt, x.right, zero));
  Value shifted = binary(OpKind::And, compare(Comparison::Ne, rest, zero), differs);
  Value result = select(shifted, tracing::add(rest, x.right), rest);
  if (!result->requiresGrad)
    return result;
  // torch's derivatives, at infinite operands too: 1 and minus the floor of the quotient.
  Value quotient = tracing::div(tracing::sub(x.left, rest), x.right);
  quotient = unary(OpKind::Round, select(shifted, tracing::sub(quotient, constant(x.type, 1)), quotient));
  quotient = select(compare(Comparison::Eq, x.right, zero), tracing::div(x.left, x.right), quotient);
  return saved(tracing::sub(x.left, tracing::mul(x.right, stopGradient(quotient))), stopGradient(result));
}

} // namespace

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

Tensor add(const Arg &self, const Arg &other, const Scalar &alpha, Where where) {
  COTAN_OP(add, "AddBackward0", false);
  return wrap(addValues(self, other, alpha));
}
static Tensor rsub(const Arg &self, const Arg &other, const Scalar &alpha, Where where) {
  COTAN_OP(rsub, "RsubBackward1", false);
  return wrap(subValues(self, other, alpha));
}
Tensor sub(const Arg &self, const Arg &other, const Scalar &alpha, Where where) {
  if (!self.isTensor())
    return rsub(self, other, alpha, where);
  COTAN_OP(sub, "SubBackward0", false);
  return wrap(subValues(self, other, alpha));
}
Tensor mul(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(mul, "MulBackward0", true);
  return wrap(mulValues(self, other));
}
Tensor div(const Arg &self, const Arg &other, Where where) {
  if (!self.isTensor()) { // Python: reciprocal times number
    COTAN_OP(mul, "MulBackward0", true);
    return wrap(divValues(self, other));
  }
  COTAN_OP(div, "DivBackward0", true);
  return wrap(divValues(self, other));
}
Tensor remainder(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(remainder, "RemainderBackward0", true);
  return wrap(remainderValues(self, other));
}
Tensor pow(const Arg &self, const Arg &exponent, Where where) {
  if (!exponent.isTensor()) {
    COTAN_OP(pow, "PowBackward0", true);
    return wrap(powValues(self, exponent));
  }
  COTAN_OP(pow, "PowBackward1", true);
  return wrap(powValues(self, exponent));
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

Tensor operator+(const Arg &a, const Arg &b) { return add(a, b, 1, siteOf(a, b)); }
Tensor operator-(const Arg &a, const Arg &b) { return sub(a, b, 1, siteOf(a, b)); }
Tensor operator*(const Arg &a, const Arg &b) { return mul(a, b, siteOf(a, b)); }
Tensor operator/(const Arg &a, const Arg &b) { return div(a, b, siteOf(a, b)); }
Tensor operator%(const Arg &a, const Arg &b) { return remainder(a, b, siteOf(a, b)); }
Tensor operator==(const Arg &a, const Arg &b) { return eq(a, b, siteOf(a, b)); }
Tensor operator!=(const Arg &a, const Arg &b) { return ne(a, b, siteOf(a, b)); }
Tensor operator<(const Arg &a, const Arg &b) { return lt(a, b, siteOf(a, b)); }
Tensor operator<=(const Arg &a, const Arg &b) { return le(a, b, siteOf(a, b)); }
Tensor operator>(const Arg &a, const Arg &b) { return gt(a, b, siteOf(a, b)); }
Tensor operator>=(const Arg &a, const Arg &b) { return ge(a, b, siteOf(a, b)); }
Tensor operator&(const Arg &a, const Arg &b) { return bitwise_and(a, b, siteOf(a, b)); }
Tensor operator|(const Arg &a, const Arg &b) { return bitwise_or(a, b, siteOf(a, b)); }
Tensor operator^(const Arg &a, const Arg &b) { return bitwise_xor(a, b, siteOf(a, b)); }
Tensor Tensor::operator-() const { return cotan::neg(*this, Where()); }
Tensor Tensor::operator~() const { return bitwise_not(*this, Where()); }

Tensor &Tensor::operator+=(const Arg &other) {
  add_(other, 1, other.where);
  return *this;
}
Tensor &Tensor::operator-=(const Arg &other) {
  sub_(other, 1, other.where);
  return *this;
}
Tensor &Tensor::operator*=(const Arg &other) {
  mul_(other, other.where);
  return *this;
}
Tensor &Tensor::operator/=(const Arg &other) {
  div_(other, other.where);
  return *this;
}

//===----------------------------------------------------------------------===//
// Methods
//===----------------------------------------------------------------------===//

Tensor Tensor::add(const Arg &other, const Scalar &alpha, Where where) const { return cotan::add(*this, other, alpha, where); }
Tensor Tensor::sub(const Arg &other, const Scalar &alpha, Where where) const { return cotan::sub(*this, other, alpha, where); }
Tensor Tensor::mul(const Arg &other, Where where) const { return cotan::mul(*this, other, where); }
Tensor Tensor::div(const Arg &other, Where where) const { return cotan::div(*this, other, where); }
Tensor Tensor::pow(const Arg &exponent, Where where) const { return cotan::pow(*this, exponent, where); }

const Tensor &Tensor::add_(const Arg &other, const Scalar &alpha, Where where) const {
  COTAN_OP(add_, "AddBackward0", false);
  return assign(*this, addValues(*this, other, alpha));
}
const Tensor &Tensor::sub_(const Arg &other, const Scalar &alpha, Where where) const {
  COTAN_OP(sub_, "SubBackward0", false);
  return assign(*this, subValues(*this, other, alpha));
}
const Tensor &Tensor::mul_(const Arg &other, Where where) const {
  COTAN_OP(mul_, "MulBackward0", true);
  return assign(*this, mulValues(*this, other));
}
const Tensor &Tensor::div_(const Arg &other, Where where) const {
  COTAN_OP(div_, "DivBackward0", true);
  return assign(*this, divValues(*this, other));
}
const Tensor &Tensor::pow_(const Arg &exponent, Where where) const {
  COTAN_OP(pow_, "PowBackward0", true);
  return assign(*this, powValues(*this, exponent));
}

} // namespace cotan
