//===- Unary.cpp - functions of one operand -------------------------------===//

#include "../OpSupport.h"
#include "cotan/ops/elementwise.h"
#include "cotan/ops/nn.h"

namespace cotan {

using namespace detail;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

namespace {

Value reluValue(const Value &x) {
  if (x.dtype() == kBool)
    throw Error("Boolean inputs not supported for relu", here());
  Value zero = constant(x.dtype(), 0);
  return tracing::select(compare(Comparison::Le, x, zero), zero, x); // a NaN stays; the gradient at 0 is 0
}
Value negValue(const Value &x) {
  if (x.dtype() == kBool)
    throw Error("Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or "
                "`logical_not()` operator instead.",
                here());
  return tracing::neg(x);
}
/// Bools have no sign.
Value signless(OpKind kind, const Value &x) { return x.dtype() == kBool ? identity(x) : unary(kind, x); }

} // namespace

//===----------------------------------------------------------------------===//
// Functions and methods
//===----------------------------------------------------------------------===//

#define FUNCTION(NAME, GRAD_FN, SAVES, VALUE)                                                                                        \
  Tensor NAME(const Tensor &self, Where where) {                                                                                     \
    COTAN_OP(NAME, GRAD_FN, SAVES);                                                                                                  \
    return wrap(VALUE);                                                                                                              \
  }                                                                                                                                  \
  Tensor Tensor::NAME(Where where) const { return cotan::NAME(*this, where); }
#define FLOATING(NAME, GRAD_FN, KIND) FUNCTION(NAME, GRAD_FN, true, unary(OpKind::KIND, readFloating(self)))

FUNCTION(neg, "NegBackward0", false, negValue(read(self)))
FUNCTION(abs, "AbsBackward0", true, signless(OpKind::Abs, read(self)))
FUNCTION(sign, "SignBackward0", false, signless(OpKind::Sign, read(self)))
FUNCTION(relu, "ReluBackward0", true, reluValue(read(self)))
FLOATING(sqrt, "SqrtBackward0", Sqrt)
FLOATING(rsqrt, "RsqrtBackward0", Rsqrt)
FLOATING(exp, "ExpBackward0", Exp)
FLOATING(log, "LogBackward0", Log)
FLOATING(sin, "SinBackward0", Sin)
FLOATING(cos, "CosBackward0", Cos)
FLOATING(tanh, "TanhBackward0", Tanh)
FLOATING(sigmoid, "SigmoidBackward0", Logistic)
FLOATING(erf, "ErfBackward0", Erf)

static Value reciprocalValue(const Value &x) { return tracing::div(constant(x.dtype(), 1), x); }
FUNCTION(reciprocal, "ReciprocalBackward0", true, reciprocalValue(readFloating(self)))

static Value squareValue(const Value &x) {
  Value number = x.dtype() == kBool ? tracing::cast(x, kLong) : x;
  return tracing::mul(number, number);
}
FUNCTION(square, "PowBackward0", true, squareValue(read(self)))

#undef FLOATING
#undef FUNCTION

#define IN_PLACE(NAME, GRAD_FN, SAVES, VALUE)                                                                                        \
  const Tensor &Tensor::NAME(Where where) const {                                                                                    \
    COTAN_OP(NAME, GRAD_FN, SAVES);                                                                                                  \
    return assign(*this, VALUE);                                                                                                     \
  }
IN_PLACE(neg_, "NegBackward0", false, negValue(read(*this)))
IN_PLACE(exp_, "ExpBackward0", true, tracing::exp(readFloating(*this)))
IN_PLACE(sqrt_, "SqrtBackward0", true, tracing::sqrt(readFloating(*this)))
IN_PLACE(relu_, "ReluBackward0", true, reluValue(read(*this)))
#undef IN_PLACE

Tensor nn::functional::relu(const Tensor &input, Where where) { return cotan::relu(input, where); }

} // namespace cotan
