//===- Comparison.cpp - comparisons, bits, selection ----------------------===//

#include "../OpSupport.h"
#include "cotan/ops/elementwise.h"
#include "cotan/ops/reductions.h"

namespace cotan {

using namespace detail;

static Tensor compared(Comparison predicate, const Arg &a, const Arg &b) {
  ScalarType type = resultType(a, b);
  return wrap(compare(predicate, readAs(a, type, "self"), readAs(b, type, "other")));
}

#define COMPARISON(NAME, PREDICATE)                                                                                                  \
  Tensor NAME(const Arg &self, const Arg &other, Where where) {                                                                     \
    COTAN_OP(NAME, "", false);                                                                                                      \
    return compared(Comparison::PREDICATE, self, other);                                                                            \
  }                                                                                                                                  \
  Tensor Tensor::NAME(const Arg &other, Where where) const { return cotan::NAME(*this, other, where); }
COMPARISON(eq, Eq)
COMPARISON(ne, Ne)
COMPARISON(lt, Lt)
COMPARISON(le, Le)
COMPARISON(gt, Gt)
COMPARISON(ge, Ge)
#undef COMPARISON

bool equal(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(equal, "", false);
  if (read(self).dtype() != read(other).dtype())
    throw Error(std::string("Expected object of data type ") + name(self.dtype()) + " but got data type " + name(other.dtype()) +
                    " for argument #2 'other' in call to equal",
                where);
  if (!(self.sizes() == other.sizes()))
    return false;
  return all(eq(self, other, where), where).item(where).toBool();
}
bool Tensor::equal(const Tensor &other, Where where) const { return cotan::equal(*this, other, where); }

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

static Tensor bits(OpKind kind, const Arg &a, const Arg &b) {
  ScalarType type = resultType(a, b);
  if (isFloatingType(type))
    throw Error(std::string("\"") + opName() + "_cpu\" not implemented for '" + toString(type) + "'", here());
  return wrap(binary(kind, readAs(a, type, "self"), readAs(b, type, "other")));
}

Tensor bitwise_and(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(bitwise_and, "", false);
  return bits(OpKind::And, self, other);
}
Tensor bitwise_or(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(bitwise_or, "", false);
  return bits(OpKind::Or, self, other);
}
Tensor bitwise_xor(const Arg &self, const Arg &other, Where where) {
  COTAN_OP(bitwise_xor, "", false);
  return bits(OpKind::Xor, self, other);
}
Tensor bitwise_not(const Tensor &self, Where where) {
  COTAN_OP(bitwise_not, "", false);
  Value x = read(self);
  if (isFloatingType(x.dtype()))
    throw Error(std::string("\"bitwise_not_cpu\" not implemented for '") + toString(x.dtype()) + "'", where);
  return wrap(unary(OpKind::Not, x));
}

//===----------------------------------------------------------------------===//
// Selection
//===----------------------------------------------------------------------===//

Tensor where(const Tensor &condition, const Arg &self, const Arg &other, Where location) {
  Where where = location;
  COTAN_OP(where, "WhereBackward0", true);
  ScalarType type = resultType(self, other);
  Value chosen = read(condition, "condition");
  if (chosen.dtype() != kBool)
    throw Error(std::string("where expected condition to be a boolean tensor, but got a tensor with dtype ") + toString(chosen.dtype()), where);
  return wrap(tracing::select(chosen, readAs(self, type, "self"), readAs(other, type, "other")));
}

Tensor maximum(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(maximum, "MaximumBackward0", true);
  ScalarType type = resultType(self, other);
  if (type == kBool)
    return wrap(binary(OpKind::Or, readAs(self, type, "self"), readAs(other, type)));
  return wrap(tracing::max(readAs(self, type, "self"), readAs(other, type)));
}
Tensor minimum(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(minimum, "MinimumBackward0", true);
  ScalarType type = resultType(self, other);
  if (type == kBool)
    return wrap(binary(OpKind::And, readAs(self, type, "self"), readAs(other, type)));
  return wrap(tracing::min(readAs(self, type, "self"), readAs(other, type)));
}

static Value within(const Value &x, std::optional<Scalar> low, std::optional<Scalar> high) {
  Value inside;
  if (low)
    inside = compare(Comparison::Ge, x, scalar(x.dtype(), *low));
  if (high) {
    Value below = compare(Comparison::Le, x, scalar(x.dtype(), *high));
    inside = inside ? binary(OpKind::And, inside, below) : below;
  }
  return inside;
}

/// Comparisons, so that a NaN stays. The derivative is 1 within the bounds and at them, 0 elsewhere and at a NaN.
static Value clampValue(const Tensor &self, std::optional<Scalar> low, std::optional<Scalar> high) {
  if (!low && !high)
    throw Error("torch.clamp: At least one of 'min' or 'max' must not be None", here());
  ScalarType type = detail::read(self).dtype();
  for (const std::optional<Scalar> &bound : {low, high})
    if (bound)
      type = promoteTypes(type, resultType(self, *bound));
  Value given = readAs(self, type, "self"), x = given;
  if (low) {
    Value bound = scalar(type, *low);
    x = tracing::select(compare(Comparison::Lt, x, bound), bound, x);
  }
  if (high) {
    Value bound = scalar(type, *high);
    x = tracing::select(compare(Comparison::Gt, x, bound), bound, x);
  }
  return given->requiresGrad ? tracing::select(within(given, low, high), given, stopGradient(x)) : x;
}
Tensor clamp(const Tensor &self, std::optional<Scalar> min, std::optional<Scalar> max, Where where) {
  COTAN_OP(clamp, "ClampBackward1", true);
  return wrap(clampValue(self, min, max));
}
Tensor Tensor::clamp(std::optional<Scalar> min, std::optional<Scalar> max, Where where) const {
  return cotan::clamp(*this, min, max, where);
}
const Tensor &Tensor::clamp_(std::optional<Scalar> min, std::optional<Scalar> max, Where where) const {
  COTAN_OP(clamp_, "ClampBackward1", true);
  return assign(*this, clampValue(*this, min, max));
}

} // namespace cotan
