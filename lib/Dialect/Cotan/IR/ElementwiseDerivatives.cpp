//===- ElementwiseDerivatives.cpp - arithmetic, selection, casts -------------===//
//
// Conventions at ties, kinks and infinities are torch's (docs/Rationale/Differentiation.md).
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"

using namespace mlir;
using namespace cotan::ir;

Value NegOp::scaleByPartial(OpBuilder &builder, unsigned, Value value) {
  return DerivativeBuilder(builder, getLoc()).neg(value);
}

Value AbsOp::scaleByPartial(OpBuilder &builder, unsigned, Value value) {
  DerivativeBuilder d(builder, getLoc());
  return d.mul(value, d.sign(getOperand()));
}

Value SignOp::scaleByPartial(OpBuilder &, unsigned, Value) { return {}; }

Value AddOp::scaleByPartial(OpBuilder &, unsigned, Value value) { return value; }

Value SubOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  return operand == 0 ? value : DerivativeBuilder(builder, getLoc()).neg(value);
}

Value MulOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  return DerivativeBuilder(builder, getLoc()).mul(value, operand == 0 ? getRhs() : getLhs());
}

Value DivOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  // Both partials contain value / rhs, which is then computed once.
  DerivativeBuilder d(builder, getLoc());
  Value quotient = d.div(value, getRhs());
  return operand == 0 ? quotient : d.neg(d.mul(quotient, getResult()));
}

Value RemOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  // x - y * trunc(x / y); the truncation is piecewise constant.
  DerivativeBuilder d(builder, getLoc());
  return operand == 0 ? value : d.neg(d.mul(value, d.trunc(d.div(getLhs(), getRhs()))));
}

/// max and min: the chosen operand gets all, each half at a tie; with a NaN neither compares and both get all.
static Value scaleByChoice(OpBuilder &builder, Location loc, Comparison loses, Value self, Value other, Value value) {
  DerivativeBuilder d(builder, loc);
  Value shared = d.select(d.compare(Comparison::Eq, self, other), d.scale(value, 0.5), value);
  return d.dropWhere(d.compare(loses, self, other), shared);
}

Value MaxOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  return scaleByChoice(builder, getLoc(), Comparison::Lt, getOperand(operand), getOperand(1 - operand), value);
}

Value MinOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  return scaleByChoice(builder, getLoc(), Comparison::Gt, getOperand(operand), getOperand(1 - operand), value);
}

/// y * x^(y-1), zero where y = 0. The base is made 1 where the power would be infinite or NaN there, so that no
/// 0 * inf appears in this derivative or the next; elsewhere the mixed second derivative stays right at y = 0.
static Value scaleByBasePartial(DerivativeBuilder &d, Value base, Value exponent, Value value) {
  Value irregular = d.invert(d.compare(Comparison::Gt, d.abs(base), d.zerosLike(base)));
  Value constant = d.both(d.compare(Comparison::Eq, exponent, d.zerosLike(exponent)), irregular);
  Value safeBase = d.select(constant, d.onesLike(base), base);
  return d.mul(value, d.mul(exponent, d.pow(safeBase, d.shift(exponent, -1))));
}

/// x^y * log x, zero where x = 0 and y >= 0 (log 1 = 0 there).
static Value scaleByExponentPartial(DerivativeBuilder &d, Value base, Value exponent, Value result, Value value) {
  Value flat = d.both(d.compare(Comparison::Eq, base, d.zerosLike(base)),
                      d.compare(Comparison::Ge, exponent, d.zerosLike(exponent)));
  Value safeBase = d.select(flat, d.onesLike(base), base);
  return d.mul(value, d.mul(result, d.log(safeBase)));
}

Value PowOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  DerivativeBuilder d(builder, getLoc());
  return operand == 0 ? scaleByBasePartial(d, getLhs(), getRhs(), value)
                      : scaleByExponentPartial(d, getLhs(), getRhs(), getResult(), value);
}

Value Atan2Op::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  DerivativeBuilder d(builder, getLoc());
  Value normSquared = d.add(d.square(getLhs()), d.square(getRhs()));
  return d.div(d.mul(value, operand == 0 ? getRhs() : d.neg(getLhs())), normSquared);
}

Value FmaOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  if (operand == 2)
    return value;
  return DerivativeBuilder(builder, getLoc()).mul(value, operand == 0 ? getB() : getA());
}

Value SelectOp::scaleByPartial(OpBuilder &builder, unsigned operand, Value value) {
  DerivativeBuilder d(builder, getLoc());
  return operand == 1 ? d.keepWhere(getCondition(), value) : d.dropWhere(getCondition(), value);
}

Value CastOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  return DerivativeBuilder(builder, getLoc()).cast(cotangent, getOperand().getType());
}

Value StopGradientOp::scaleByPartial(OpBuilder &, unsigned, Value) { return {}; }

Value SavedOp::scaleByPartial(OpBuilder &, unsigned operand, Value value) { return operand == 0 ? value : Value(); }
