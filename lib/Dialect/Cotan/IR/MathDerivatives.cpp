//===- MathDerivatives.cpp - transcendental and rounding functions -----------===//
//
// Where the derivative is a short formula in the result y, it is written so: nothing is computed twice.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include <numbers>

using namespace mlir;
using namespace cotan::ir;

/// Declares the rule of a unary op: `value` times the derivative, from `d`, the operand x and the result y.
#define COTAN_PARTIAL(OP, EXPRESSION)                                                                                  \
  Value OP::scaleByPartial(OpBuilder &builder, unsigned, Value value) {                                                \
    DerivativeBuilder d(builder, getLoc());                                                                            \
    [[maybe_unused]] Value x = getOperand(), y = getResult();                                                          \
    return EXPRESSION;                                                                                                 \
  }

static constexpr double lnOf10 = std::numbers::ln10;
static constexpr double twoOverSqrtPi = 2 * std::numbers::inv_sqrtpi;
static constexpr double halfSqrtPi = 0.5 / std::numbers::inv_sqrtpi;

static Value oneMinusSquare(DerivativeBuilder &d, Value x) { return d.sub(d.onesLike(x), d.square(x)); }
static Value onePlusSquare(DerivativeBuilder &d, Value x) { return d.shift(d.square(x), 1); }
static Value gaussian(DerivativeBuilder &d, Value x) { return d.exp(d.neg(d.square(x))); }

COTAN_PARTIAL(ExpOp, d.mul(value, y))
COTAN_PARTIAL(Exp2Op, d.mul(value, d.scale(y, std::numbers::ln2)))
COTAN_PARTIAL(Expm1Op, d.mul(value, d.shift(y, 1)))
COTAN_PARTIAL(LogOp, d.div(value, x))
COTAN_PARTIAL(Log1pOp, d.div(value, d.shift(x, 1)))
COTAN_PARTIAL(Log2Op, d.div(value, d.scale(x, std::numbers::ln2)))
COTAN_PARTIAL(Log10Op, d.div(value, d.scale(x, lnOf10)))
COTAN_PARTIAL(SqrtOp, d.div(value, d.scale(y, 2)))
COTAN_PARTIAL(RsqrtOp, d.mul(d.scale(value, -0.5), d.mul(d.square(y), y)))
COTAN_PARTIAL(SinOp, d.mul(value, d.cos(x)))
COTAN_PARTIAL(CosOp, d.neg(d.mul(value, d.sin(x))))
COTAN_PARTIAL(TanOp, d.mul(value, onePlusSquare(d, y)))
COTAN_PARTIAL(AsinOp, d.mul(value, d.rsqrt(oneMinusSquare(d, x))))
COTAN_PARTIAL(AcosOp, d.neg(d.mul(value, d.rsqrt(oneMinusSquare(d, x)))))
COTAN_PARTIAL(AtanOp, d.div(value, onePlusSquare(d, x)))
COTAN_PARTIAL(SinhOp, d.mul(value, d.cosh(x)))
COTAN_PARTIAL(CoshOp, d.mul(value, d.sinh(x)))
COTAN_PARTIAL(TanhOp, d.mul(value, oneMinusSquare(d, y)))
COTAN_PARTIAL(AsinhOp, d.mul(value, d.rsqrt(onePlusSquare(d, x))))
COTAN_PARTIAL(AcoshOp, d.mul(value, d.rsqrt(d.shift(d.square(x), -1))))
COTAN_PARTIAL(AtanhOp, d.div(value, oneMinusSquare(d, x)))
COTAN_PARTIAL(ErfOp, d.mul(value, d.scale(gaussian(d, x), twoOverSqrtPi)))
COTAN_PARTIAL(ErfcOp, d.mul(value, d.scale(gaussian(d, x), -twoOverSqrtPi)))
COTAN_PARTIAL(ErfinvOp, d.mul(value, d.scale(d.exp(d.square(y)), halfSqrtPi)))
COTAN_PARTIAL(LogisticOp, d.mul(value, d.mul(y, d.sub(d.onesLike(y), y))))

// Piecewise constant.
COTAN_PARTIAL(FloorOp, Value())
COTAN_PARTIAL(CeilOp, Value())
COTAN_PARTIAL(RoundOp, Value())
COTAN_PARTIAL(TruncOp, Value())

#undef COTAN_PARTIAL
