//===- ElementwiseFolds.cpp - folds of elementwise ops ----------------------===//
//
// Identities hold for every IEEE value, NaN, infinities and signed zeros included. A constant whose bits
// the hardware chooses (the NaN of an invalid operation, the larger of -0.0 and 0.0) is left to it.
//
//===----------------------------------------------------------------------===//

#include "ConstantFolding.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/APSInt.h"

using namespace mlir;
using namespace cotan::ir;
using llvm::APFloat;
using llvm::APInt;

namespace {

constexpr auto nearest = APFloat::rmNearestTiesToEven;

std::optional<Number> unlessNaN(APFloat value) {
  if (value.isNaN())
    return std::nullopt;
  return value;
}

/// Folds `op` from functions of one element, of two or of three, for floats and for integers.
template <typename FloatFunction, typename IntegerFunction>
Attribute foldUnary(ArrayRef<Attribute> operands, Type type, FloatFunction onFloat, IntegerFunction onInteger) {
  return foldElements(operands, type, [&](ArrayRef<Number> x) -> std::optional<Number> {
    if (auto *value = std::get_if<APFloat>(&x[0]))
      return onFloat(*value);
    return onInteger(std::get<APInt>(x[0]));
  });
}

template <typename FloatFunction, typename IntegerFunction>
Attribute foldBinary(ArrayRef<Attribute> operands, Type type, FloatFunction onFloat, IntegerFunction onInteger) {
  return foldElements(operands, type, [&](ArrayRef<Number> x) -> std::optional<Number> {
    if (auto *lhs = std::get_if<APFloat>(&x[0]))
      return onFloat(*lhs, std::get<APFloat>(x[1]));
    return onInteger(std::get<APInt>(x[0]), std::get<APInt>(x[1]));
  });
}

template <typename IntegerFunction>
Attribute foldBits(ArrayRef<Attribute> operands, Type type, IntegerFunction function) {
  return foldElements(operands, type, [&](ArrayRef<Number> x) -> std::optional<Number> {
    return function(std::get<APInt>(x[0]), std::get<APInt>(x[1]));
  });
}

Attribute foldRounding(ArrayRef<Attribute> operands, Type type, APFloat::roundingMode mode) {
  return foldElements(operands, type, [&](ArrayRef<Number> x) -> std::optional<Number> {
    APFloat value = std::get<APFloat>(x[0]);
    value.roundToIntegral(mode);
    return unlessNaN(value);
  });
}

/// An operand that may stand for the result: types may differ in what is known of their extents.
OpFoldResult replaceBy(Value operand, Operation *op) {
  if (operand.getType() == op->getResult(0).getType())
    return operand;
  return {};
}

/// f(f(x)) is x.
template <typename Op>
OpFoldResult foldInvolution(Op op) {
  if (auto inner = op.getOperand().template getDefiningOp<Op>())
    return replaceBy(inner.getOperand(), op);
  return {};
}

bool isFloat(Value value) { return isa<FloatType>(getElementTypeOrSelf(value)); }

} // namespace

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult folded = foldInvolution(*this))
    return folded;
  return foldUnary(
      adaptor.getOperands(), getType(), [](const APFloat &x) { return Number(-x); },
      [](const APInt &x) { return Number(-x); });
}

OpFoldResult AbsOp::fold(FoldAdaptor adaptor) {
  if (getOperand().getDefiningOp<AbsOp>())
    return replaceBy(getOperand(), *this);
  return foldUnary(
      adaptor.getOperands(), getType(), [](const APFloat &x) { return Number(llvm::abs(x)); },
      [](const APInt &x) { return Number(x.abs()); });
}

OpFoldResult SignOp::fold(FoldAdaptor adaptor) {
  return foldUnary(
      adaptor.getOperands(), getType(),
      [](const APFloat &x) -> std::optional<Number> {
        if (x.isZero() || x.isNaN())
          return std::nullopt;
        return APFloat::getOne(x.getSemantics(), x.isNegative());
      },
      [](const APInt &x) {
        int64_t sign = x.isZero() ? 0 : x.isNegative() ? -1 : 1;
        return Number(APInt(x.getBitWidth(), sign, /*isSigned=*/true));
      });
}

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), -0.0))
    return replaceBy(getLhs(), *this);
  if (isSplatOf(adaptor.getLhs(), -0.0))
    return replaceBy(getRhs(), *this);
  return foldBinary(
      adaptor.getOperands(), getType(), [](const APFloat &x, const APFloat &y) { return unlessNaN(x + y); },
      [](const APInt &x, const APInt &y) { return Number(x + y); });
}

OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 0.0))
    return replaceBy(getLhs(), *this);
  return foldBinary(
      adaptor.getOperands(), getType(), [](const APFloat &x, const APFloat &y) { return unlessNaN(x - y); },
      [](const APInt &x, const APInt &y) { return Number(x - y); });
}

OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 1.0))
    return replaceBy(getLhs(), *this);
  if (isSplatOf(adaptor.getLhs(), 1.0))
    return replaceBy(getRhs(), *this);
  // A zero annihilates integers; a float may be infinite or NaN.
  if (!isFloat(getResult()) && isSplatOf(adaptor.getRhs(), 0.0))
    return replaceBy(getRhs(), *this);
  return foldBinary(
      adaptor.getOperands(), getType(), [](const APFloat &x, const APFloat &y) { return unlessNaN(x * y); },
      [](const APInt &x, const APInt &y) { return Number(x * y); });
}

OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 1.0))
    return replaceBy(getLhs(), *this);
  return foldBinary(
      adaptor.getOperands(), getType(), [](const APFloat &x, const APFloat &y) { return unlessNaN(x / y); },
      [](const APInt &x, const APInt &y) -> std::optional<Number> {
        if (y.isZero())
          return std::nullopt;
        return x.sdiv(y);
      });
}

OpFoldResult RemOp::fold(FoldAdaptor adaptor) {
  return foldBinary(
      adaptor.getOperands(), getType(),
      [](APFloat x, const APFloat &y) {
        x.mod(y);
        return unlessNaN(x);
      },
      [](const APInt &x, const APInt &y) -> std::optional<Number> {
        if (y.isZero())
          return std::nullopt;
        return x.srem(y);
      });
}

/// The larger or smaller of constants; of equal numbers (-0.0 and 0.0) only when they have the same bits.
template <typename Compare>
static Attribute foldExtremum(ArrayRef<Attribute> operands, Type type, Compare takesFirst) {
  return foldBinary(
      operands, type,
      [&](const APFloat &x, const APFloat &y) -> std::optional<Number> {
        if (x.isNaN() || y.isNaN() || (x == y && !x.bitwiseIsEqual(y)))
          return std::nullopt;
        return takesFirst(x.compare(y) == APFloat::cmpGreaterThan) ? x : y;
      },
      [&](const APInt &x, const APInt &y) { return Number(takesFirst(x.sgt(y)) ? x : y); });
}

OpFoldResult MaxOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs())
    return replaceBy(getLhs(), *this);
  return foldExtremum(adaptor.getOperands(), getType(), [](bool greater) { return greater; });
}

OpFoldResult MinOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs())
    return replaceBy(getLhs(), *this);
  return foldExtremum(adaptor.getOperands(), getType(), [](bool greater) { return !greater; });
}

OpFoldResult FmaOp::fold(FoldAdaptor adaptor) {
  return foldElements(adaptor.getOperands(), getType(), [](ArrayRef<Number> x) -> std::optional<Number> {
    APFloat value = std::get<APFloat>(x[0]);
    value.fusedMultiplyAdd(std::get<APFloat>(x[1]), std::get<APFloat>(x[2]), nearest);
    return unlessNaN(value);
  });
}

OpFoldResult FloorOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), getType(), APFloat::rmTowardNegative);
}
OpFoldResult CeilOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), getType(), APFloat::rmTowardPositive);
}
OpFoldResult RoundOp::fold(FoldAdaptor adaptor) { return foldRounding(adaptor.getOperands(), getType(), nearest); }
OpFoldResult TruncOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), getType(), APFloat::rmTowardZero);
}

//===----------------------------------------------------------------------===//
// Bits and logic
//===----------------------------------------------------------------------===//

OpFoldResult NotOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult folded = foldInvolution(*this))
    return folded;
  return foldElements(adaptor.getOperands(), getType(),
                      [](ArrayRef<Number> x) -> std::optional<Number> { return ~std::get<APInt>(x[0]); });
}

OpFoldResult AndOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs() || isSplatOf(adaptor.getRhs(), -1.0))
    return replaceBy(getLhs(), *this);
  if (isSplatOf(adaptor.getRhs(), 0.0))
    return replaceBy(getRhs(), *this);
  return foldBits(adaptor.getOperands(), getType(), [](const APInt &x, const APInt &y) { return x & y; });
}

OpFoldResult OrOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs() || isSplatOf(adaptor.getRhs(), 0.0))
    return replaceBy(getLhs(), *this);
  if (isSplatOf(adaptor.getRhs(), -1.0))
    return replaceBy(getRhs(), *this);
  return foldBits(adaptor.getOperands(), getType(), [](const APInt &x, const APInt &y) { return x | y; });
}

OpFoldResult XorOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 0.0))
    return replaceBy(getLhs(), *this);
  return foldBits(adaptor.getOperands(), getType(), [](const APInt &x, const APInt &y) { return x ^ y; });
}

OpFoldResult ShlOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 0.0))
    return replaceBy(getLhs(), *this);
  return foldBits(adaptor.getOperands(), getType(), [](const APInt &x, const APInt &y) {
    return y.ult(x.getBitWidth()) ? x.shl(y) : APInt::getZero(x.getBitWidth());
  });
}

OpFoldResult ShrOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 0.0))
    return replaceBy(getLhs(), *this);
  return foldBits(adaptor.getOperands(), getType(), [](const APInt &x, const APInt &y) {
    return y.ult(x.getBitWidth()) ? x.lshr(y) : APInt::getZero(x.getBitWidth());
  });
}

//===----------------------------------------------------------------------===//
// Comparison, selection, casts
//===----------------------------------------------------------------------===//

template <typename T>
static bool holds(Comparison predicate, const T &equal, const T &less, const T &greater) {
  switch (predicate) {
  case Comparison::Eq: return equal;
  case Comparison::Ne: return !equal;
  case Comparison::Lt: return less;
  case Comparison::Le: return less || equal;
  case Comparison::Gt: return greater;
  case Comparison::Ge: return greater || equal;
  }
  llvm_unreachable("unknown comparison");
}

OpFoldResult CompareOp::fold(FoldAdaptor adaptor) {
  Comparison predicate = getPredicate();
  return foldBinary(
      adaptor.getOperands(), getType(),
      [&](const APFloat &x, const APFloat &y) {
        APFloat::cmpResult order = x.compare(y);
        return Number(APInt(1, holds(predicate, order == APFloat::cmpEqual, order == APFloat::cmpLessThan,
                                     order == APFloat::cmpGreaterThan)));
      },
      [&](const APInt &x, const APInt &y) {
        // i1 compares as 0 and 1, wider integers as signed numbers.
        bool less = x.getBitWidth() == 1 ? x.ult(y) : x.slt(y);
        return Number(APInt(1, holds(predicate, x == y, less, x != y && !less)));
      });
}

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  if (getOnTrue() == getOnFalse())
    return getOnTrue();
  if (isSplatOf(adaptor.getCondition(), 1.0))
    return getOnTrue();
  if (isSplatOf(adaptor.getCondition(), 0.0))
    return getOnFalse();
  if (getCondition().getType() == getType() && isSplatOf(adaptor.getOnTrue(), 1.0) &&
      isSplatOf(adaptor.getOnFalse(), 0.0))
    return getCondition();
  return foldElements(adaptor.getOperands(), getType(), [](ArrayRef<Number> x) -> std::optional<Number> {
    return std::get<APInt>(x[0]).isZero() ? x[2] : x[1];
  });
}

/// Every value of `from` is one of `to`, so the conversion changes nothing a later one could see.
static bool isLossless(Type from, Type to) {
  if (from == to || from.isInteger(1))
    return true;
  if (from.isInteger(32))
    return to.isInteger(64) || to.isF64();
  return from.isF32() && to.isF64();
}

static std::optional<Number> convert(const Number &number, Type type) {
  if (auto *value = std::get_if<APFloat>(&number)) {
    if (type.isInteger(1))
      return APInt(1, !value->isZero());
    bool flag;
    if (auto integer = dyn_cast<IntegerType>(type)) {
      // Saturates, and gives 0 for a NaN.
      llvm::APSInt converted(integer.getWidth(), /*isUnsigned=*/false);
      value->convertToInteger(converted, APFloat::rmTowardZero, &flag);
      return APInt(converted);
    }
    APFloat converted = *value;
    converted.convert(cast<FloatType>(type).getFloatSemantics(), nearest, &flag);
    return unlessNaN(converted);
  }
  const APInt &value = std::get<APInt>(number);
  if (auto floatType = dyn_cast<FloatType>(type)) {
    APFloat converted = APFloat::getZero(floatType.getFloatSemantics());
    converted.convertFromAPInt(value, /*IsSigned=*/value.getBitWidth() > 1, nearest);
    return converted;
  }
  unsigned width = cast<IntegerType>(type).getWidth();
  if (width == 1)
    return APInt(1, !value.isZero());
  return value.getBitWidth() == 1 ? value.zext(width) : value.sextOrTrunc(width);
}

OpFoldResult CastOp::fold(FoldAdaptor adaptor) {
  if (getOperand().getType() == getType())
    return getOperand();
  if (auto inner = getOperand().getDefiningOp<CastOp>();
      inner && isLossless(getElementTypeOrSelf(inner.getOperand()), getElementTypeOrSelf(inner))) {
    getOperandMutable().set(inner.getOperand());
    return getOperand().getType() == getType() ? OpFoldResult(getOperand()) : OpFoldResult(getResult());
  }
  Type elementType = getElementTypeOrSelf(getType());
  return foldElements(adaptor.getOperands(), getType(), [&](ArrayRef<Number> x) { return convert(x[0], elementType); });
}
