//===- Identities.cpp - rewrites of single ops ------------------------------===//

#include "Identities.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cotan;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool isSingleElement(RankedTensorType type) {
  return llvm::all_of(type.getShape(), [](int64_t extent) { return extent == 1; });
}

/// The value of a float constant whose elements are all equal.
std::optional<APFloat> getSplatFloat(Value value) {
  Attribute attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return std::nullopt;
  if (auto splat = dyn_cast<SplatElementsAttr>(attribute))
    attribute = splat.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return number.getValue();
  return std::nullopt;
}

/// A constant of the type of `like` with all elements `number`.
Value splatFloat(OpBuilder &builder, Location loc, Type type, const APFloat &number) {
  TypedAttr element = FloatAttr::get(getElementTypeOrSelf(type), number);
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    element = cast<TypedAttr>(cast<Attribute>(SplatElementsAttr::get(tensor, element)));
  return ir::ConstantOp::create(builder, loc, element);
}

/// For each non-unit dimension of `from`, in order, the dimension of `to` it becomes when only unit dimensions differ.
bool matchNonUnits(ArrayRef<int64_t> from, ArrayRef<int64_t> to, SmallVectorImpl<int64_t> &position) {
  position.assign(from.size(), -1);
  unsigned next = 0;
  for (auto [d, extent] : llvm::enumerate(from)) {
    if (extent == 1)
      continue;
    while (next < to.size() && to[next] == 1)
      ++next;
    if (next == to.size() || to[next] != extent)
      return false;
    position[d] = next++;
  }
  return llvm::all_of(to.drop_front(next), [](int64_t extent) { return extent == 1; });
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

/// A view of a broadcast single element is a broadcast of it.
Value viewOfBroadcastScalar(Operation *op, OpBuilder &builder) {
  auto broadcast = op->getOperand(0).getDefiningOp<ir::BroadcastOp>();
  if (!broadcast || !isSingleElement(broadcast.getOperand().getType()) || !typeOf(op->getResult(0)).hasStaticShape())
    return {};
  Value scalar = broadcast.getOperand();
  if (typeOf(scalar).getRank() != 0)
    scalar = ir::ReshapeOp::create(builder, op->getLoc(), RankedTensorType::get({}, typeOf(scalar).getElementType()),
                                   scalar);
  return ir::BroadcastOp::create(builder, op->getLoc(), typeOf(op->getResult(0)), scalar, ArrayRef<int64_t>{});
}

Value simplifyBroadcast(ir::BroadcastOp op, OpBuilder &builder) {
  RankedTensorType type = op.getType(), from = op.getOperand().getType();
  if (!type.hasStaticShape() || !from.hasStaticShape())
    return {};
  if (type.getNumElements() == from.getNumElements() && type.getNumElements() != 0)
    return ir::ReshapeOp::create(builder, op.getLoc(), type, op.getOperand());
  auto reshape = op.getOperand().getDefiningOp<ir::ReshapeOp>();
  if (!reshape || !typeOf(reshape.getOperand()).hasStaticShape())
    return {};
  // Unit dimensions of the reshape's operand may go anywhere that keeps the dimensions in order; those without a
  // place make the identity inapplicable.
  RankedTensorType inner = typeOf(reshape.getOperand());
  SmallVector<int64_t> position, dims;
  if (!matchNonUnits(inner.getShape(), from.getShape(), position))
    return {};
  for (int64_t p : position) {
    if (p < 0)
      return {};
    dims.push_back(op.getDims()[p]);
  }
  return ir::BroadcastOp::create(builder, op.getLoc(), type, reshape.getOperand(), dims);
}

Value simplifyReshape(ir::ReshapeOp op, OpBuilder &builder) {
  if (Value result = viewOfBroadcastScalar(op, builder))
    return result;
  auto broadcast = op.getOperand().getDefiningOp<ir::BroadcastOp>();
  SmallVector<int64_t> position, dims;
  if (!broadcast || !op.getType().hasStaticShape() ||
      !matchNonUnits(op.getOperand().getType().getShape(), op.getType().getShape(), position))
    return {};
  for (int64_t dim : broadcast.getDims()) {
    if (position[dim] < 0)
      return {};
    dims.push_back(position[dim]);
  }
  return ir::BroadcastOp::create(builder, op.getLoc(), op.getType(), broadcast.getOperand(), dims);
}

Value simplifyTranspose(ir::TransposeOp op, OpBuilder &builder) {
  if (Value result = viewOfBroadcastScalar(op, builder))
    return result;
  // Only unit dimensions change their place.
  int64_t last = -1;
  for (int64_t dim : op.getPermutation()) {
    if (typeOf(op.getOperand()).getDimSize(dim) == 1)
      continue;
    if (dim < last)
      return {};
    last = dim;
  }
  return ir::ReshapeOp::create(builder, op.getLoc(), op.getType(), op.getOperand());
}

Value simplifyReduce(ir::ReduceOp op, OpBuilder &builder) {
  if (llvm::any_of(op.getDims(), [&](int64_t d) { return op.getOperand().getType().getDimSize(d) != 1; }))
    return {};
  return ir::ReshapeOp::create(builder, op.getLoc(), op.getType(), op.getOperand());
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Computes on the operands of equal broadcasts, and broadcasts the result.
Value sinkBroadcast(Operation *op, OpBuilder &builder) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || op->getNumOperands() == 0)
    return {};
  ir::BroadcastOp model;
  for (Value operand : op->getOperands()) {
    if (auto broadcast = operand.getDefiningOp<ir::BroadcastOp>()) {
      if (model && (model.getDims() != broadcast.getDims() ||
                    typeOf(model.getOperand()).getShape() != typeOf(broadcast.getOperand()).getShape()))
        return {};
      model = broadcast;
    } else if (!matchPattern(operand, m_Constant())) {
      return {};
    }
  }
  if (!model)
    return {};
  ArrayRef<int64_t> shape = typeOf(model.getOperand()).getShape();
  SmallVector<Value, 3> operands;
  for (Value operand : op->getOperands()) {
    if (auto broadcast = operand.getDefiningOp<ir::BroadcastOp>()) {
      operands.push_back(broadcast.getOperand());
      continue;
    }
    auto splat = dyn_cast<SplatElementsAttr>(operand.getDefiningOp<ir::ConstantOp>().getValue());
    if (!splat)
      return {};
    auto small = splat.resizeSplat(RankedTensorType::get(shape, splat.getElementType()));
    operands.push_back(ir::ConstantOp::create(builder, op->getLoc(), cast<TypedAttr>(cast<Attribute>(small))));
  }
  Operation *small = builder.clone(*op);
  small->setOperands(operands);
  small->getResult(0).setType(RankedTensorType::get(shape, type.getElementType()));
  return ir::BroadcastOp::create(builder, op->getLoc(), type, small->getResult(0), model.getDims());
}

Value simplifyAdd(ir::AddOp op, OpBuilder &builder) {
  if (auto neg = op.getRhs().getDefiningOp<ir::NegOp>())
    return ir::SubOp::create(builder, op.getLoc(), op.getLhs(), neg.getOperand());
  if (auto neg = op.getLhs().getDefiningOp<ir::NegOp>())
    return ir::SubOp::create(builder, op.getLoc(), op.getRhs(), neg.getOperand());
  return {};
}

Value simplifySub(ir::SubOp op, OpBuilder &builder) {
  if (auto neg = op.getRhs().getDefiningOp<ir::NegOp>())
    return ir::AddOp::create(builder, op.getLoc(), op.getLhs(), neg.getOperand());
  return {};
}

Value simplifyMul(ir::MulOp op, OpBuilder &builder) {
  auto lhs = op.getLhs().getDefiningOp<ir::NegOp>(), rhs = op.getRhs().getDefiningOp<ir::NegOp>();
  if (lhs && rhs)
    return ir::MulOp::create(builder, op.getLoc(), lhs.getOperand(), rhs.getOperand());
  return {};
}

/// Division by a power of two whose inverse is a normal number is a multiplication.
Value simplifyDiv(ir::DivOp op, OpBuilder &builder) {
  std::optional<APFloat> divisor = getSplatFloat(op.getRhs());
  APFloat inverse(0.0);
  if (!divisor || !divisor->getExactInverse(&inverse) || inverse.isDenormal())
    return {};
  return ir::MulOp::create(builder, op.getLoc(), op.getLhs(), splatFloat(builder, op.getLoc(), op.getType(), inverse));
}

Value simplifyPow(ir::PowOp op, OpBuilder &builder) {
  std::optional<APFloat> exponent = getSplatFloat(op.getRhs());
  if (!exponent || !exponent->isExactlyValue(2.0))
    return {};
  return ir::MulOp::create(builder, op.getLoc(), op.getLhs(), op.getLhs());
}

Value simplifySelect(ir::SelectOp op, OpBuilder &builder) {
  auto inverted = op.getCondition().getDefiningOp<ir::NotOp>();
  if (!inverted)
    return {};
  return ir::SelectOp::create(builder, op.getLoc(), inverted.getOperand(), op.getOnFalse(), op.getOnTrue());
}

} // namespace

Value transforms::applyIdentity(Operation *op, OpBuilder &builder) {
  if (ir::isElementwise(op))
    if (Value result = sinkBroadcast(op, builder))
      return result;
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ir::BroadcastOp o) { return simplifyBroadcast(o, builder); })
      .Case([&](ir::ReshapeOp o) { return simplifyReshape(o, builder); })
      .Case([&](ir::TransposeOp o) { return simplifyTranspose(o, builder); })
      .Case<ir::SliceOp, ir::ReverseOp, ir::DynamicSliceOp>([&](auto o) { return viewOfBroadcastScalar(o, builder); })
      .Case([&](ir::ReduceOp o) { return simplifyReduce(o, builder); })
      .Case([&](ir::AddOp o) { return simplifyAdd(o, builder); })
      .Case([&](ir::SubOp o) { return simplifySub(o, builder); })
      .Case([&](ir::MulOp o) { return simplifyMul(o, builder); })
      .Case([&](ir::DivOp o) { return simplifyDiv(o, builder); })
      .Case([&](ir::PowOp o) { return simplifyPow(o, builder); })
      .Case([&](ir::SelectOp o) { return simplifySelect(o, builder); })
      .Default(Value());
}
