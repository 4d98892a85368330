//===- ShapeFolds.cpp - folds of constants and movement ---------------------===//

#include "ConstantFolding.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace cotan::ir;

namespace {

/// Row-major strides of a static shape.
SmallVector<int64_t> getStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

bool isIota(ArrayRef<int64_t> values) {
  for (auto [i, value] : llvm::enumerate(values))
    if (value != static_cast<int64_t>(i))
      return false;
  return true;
}

bool isAll(ArrayRef<int64_t> values, int64_t value) {
  return llvm::all_of(values, [=](int64_t v) { return v == value; });
}

} // namespace

OpFoldResult ConstantOp::fold(FoldAdaptor adaptor) { return getValue(); }

OpFoldResult IotaOp::fold(FoldAdaptor adaptor) {
  RankedTensorType type = getType();
  if (!type.hasStaticShape() || type.getDimSize(getDim()) > 1)
    return {};
  return cast<ElementsAttr>(Builder(getContext()).getZeroAttr(type));
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  RankedTensorType type = getType();
  if (getOperand().getType() == type && type.hasStaticShape())
    return getOperand();
  if (auto inner = getOperand().getDefiningOp<BroadcastOp>()) {
    SmallVector<int64_t> dims;
    for (int64_t dim : inner.getDims())
      dims.push_back(getDims()[dim]);
    setDims(dims);
    getOperandMutable().set(inner.getOperand());
    return getResult();
  }
  RankedTensorType from = getOperand().getType();
  SmallVector<int64_t> strides = getStrides(from.getShape());
  return foldMovement(adaptor.getOperand(), type, [&](ArrayRef<int64_t> index) {
    int64_t source = 0;
    for (auto [i, dim] : llvm::enumerate(getDims()))
      source += from.getDimSize(i) == 1 ? 0 : index[dim] * strides[i];
    return source;
  });
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  RankedTensorType type = getType();
  // With two unknown extents equal types may still be different shapes.
  if (getOperand().getType() == type && type.getNumDynamicDims() <= 1)
    return getOperand();
  // An unknown extent in between may be what keeps two different counts of elements apart.
  if (auto inner = getOperand().getDefiningOp<ReshapeOp>();
      inner && type.hasStaticShape() && inner.getOperand().getType().hasStaticShape() &&
      inner.getOperand().getType().getNumElements() == type.getNumElements()) {
    getOperandMutable().set(inner.getOperand());
    return getResult();
  }
  SmallVector<int64_t> strides = getStrides(type.getShape());
  return foldMovement(adaptor.getOperand(), type, [&](ArrayRef<int64_t> index) {
    int64_t source = 0;
    for (auto [i, stride] : llvm::zip_equal(index, strides))
      source += i * stride;
    return source;
  });
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (isIota(getPermutation()))
    return getOperand();
  if (auto inner = getOperand().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> permutation;
    for (int64_t dim : getPermutation())
      permutation.push_back(inner.getPermutation()[dim]);
    setPermutation(permutation);
    getOperandMutable().set(inner.getOperand());
    return getResult();
  }
  SmallVector<int64_t> strides = getStrides(getOperand().getType().getShape());
  return foldMovement(adaptor.getOperand(), getType(), [&](ArrayRef<int64_t> index) {
    int64_t source = 0;
    for (auto [i, dim] : llvm::enumerate(getPermutation()))
      source += index[i] * strides[dim];
    return source;
  });
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  RankedTensorType from = getOperand().getType(), type = getType();
  if (from == type && type.hasStaticShape())
    return getOperand();
  if (auto inner = getOperand().getDefiningOp<SliceOp>(); inner && !llvm::is_contained(type.getShape(), 0)) {
    SmallVector<int64_t> starts, limits, strides;
    for (int64_t i = 0; i < type.getRank(); ++i) {
      strides.push_back(inner.getStrides()[i] * getStrides()[i]);
      starts.push_back(inner.getStarts()[i] + getStarts()[i] * inner.getStrides()[i]);
      limits.push_back(starts.back() + (type.getDimSize(i) - 1) * strides.back() + 1);
    }
    setStarts(starts);
    setLimits(limits);
    setStrides(strides);
    getOperandMutable().set(inner.getOperand());
    return getResult();
  }
  SmallVector<int64_t> strides = ::getStrides(from.getShape());
  return foldMovement(adaptor.getOperand(), type, [&](ArrayRef<int64_t> index) {
    int64_t source = 0;
    for (auto [i, position] : llvm::enumerate(index))
      source += (getStarts()[i] + position * getStrides()[i]) * strides[i];
    return source;
  });
}

OpFoldResult PadOp::fold(FoldAdaptor adaptor) {
  if (isAll(getLow(), 0) && isAll(getHigh(), 0) && isAll(getInterior(), 0))
    return getOperand();
  auto operand = dyn_cast_or_null<SplatElementsAttr>(adaptor.getOperand());
  auto value = dyn_cast_or_null<SplatElementsAttr>(adaptor.getValue());
  if (operand && value && operand.getSplatValue<Attribute>() == value.getSplatValue<Attribute>())
    return operand.resizeSplat(getType());
  return {};
}

OpFoldResult ConcatenateOp::fold(FoldAdaptor adaptor) {
  if (getOperands().size() == 1)
    return getOperands().front();
  // Empty operands contribute nothing.
  for (auto [i, operand] : llvm::enumerate(getOperands()))
    if (cast<RankedTensorType>(operand.getType()).getDimSize(getDim()) == 0) {
      getOperandsMutable().erase(i);
      return getResult();
    }
  auto first = dyn_cast_or_null<SplatElementsAttr>(adaptor.getOperands().front());
  if (!first)
    return {};
  for (Attribute attribute : adaptor.getOperands()) {
    auto splat = dyn_cast_or_null<SplatElementsAttr>(attribute);
    if (!splat || splat.getSplatValue<Attribute>() != first.getSplatValue<Attribute>())
      return {};
  }
  return first.resizeSplat(getType());
}

OpFoldResult ReverseOp::fold(FoldAdaptor adaptor) {
  RankedTensorType type = getType();
  if (getOperand().getType() != type)
    return {};
  if (llvm::all_of(getDims(), [&](int64_t dim) { return type.getDimSize(dim) == 1; }))
    return getOperand();
  if (auto inner = getOperand().getDefiningOp<ReverseOp>(); inner && inner.getDims() == getDims())
    return inner.getOperand();
  SmallVector<int64_t> strides = getStrides(type.getShape());
  return foldMovement(adaptor.getOperand(), type, [&](ArrayRef<int64_t> index) {
    int64_t source = 0;
    for (auto [i, position] : llvm::enumerate(index)) {
      bool reversed = llvm::is_contained(getDims(), static_cast<int64_t>(i));
      source += (reversed ? type.getDimSize(i) - 1 - position : position) * strides[i];
    }
    return source;
  });
}

OpFoldResult DynamicSliceOp::fold(FoldAdaptor adaptor) {
  // The whole operand: every start is clamped to 0.
  if (getOperand().getType() == getType())
    return getOperand();
  return {};
}

OpFoldResult DynamicUpdateSliceOp::fold(FoldAdaptor adaptor) {
  if (getUpdate().getType() == getType() && getType().hasStaticShape())
    return getUpdate();
  return {};
}

OpFoldResult ReduceOp::fold(FoldAdaptor adaptor) {
  if (getDims().empty())
    return getOperand();
  return {};
}

//===----------------------------------------------------------------------===//
// Canonicalisation
//===----------------------------------------------------------------------===//

/// Where each dimension of `from` goes when `to` is `from` with unit dimensions inserted.
static std::optional<SmallVector<int64_t>> matchUnitDimInsertion(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  SmallVector<int64_t> positions;
  for (auto [position, extent] : llvm::enumerate(to)) {
    if (positions.size() < from.size() && from[positions.size()] == extent)
      positions.push_back(position);
    else if (extent != 1)
      return std::nullopt;
  }
  if (positions.size() != from.size())
    return std::nullopt;
  return positions;
}

/// broadcast(reshape(x)) -> broadcast(x) when the reshape only inserts unit dimensions.
LogicalResult BroadcastOp::canonicalize(BroadcastOp op, PatternRewriter &rewriter) {
  auto reshape = op.getOperand().getDefiningOp<ReshapeOp>();
  if (!reshape || !reshape.getType().hasStaticShape())
    return failure();
  auto positions = matchUnitDimInsertion(reshape.getOperand().getType().getShape(), reshape.getType().getShape());
  if (!positions)
    return failure();
  SmallVector<int64_t> dims;
  for (int64_t position : *positions)
    dims.push_back(op.getDims()[position]);
  rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), reshape.getOperand(), dims);
  return success();
}

/// dynamic_slice at constant starts -> slice at the clamped ones.
LogicalResult DynamicSliceOp::canonicalize(DynamicSliceOp op, PatternRewriter &rewriter) {
  RankedTensorType from = op.getOperand().getType(), type = op.getType();
  if (!from.hasStaticShape())
    return failure();
  SmallVector<int64_t> starts, limits;
  for (auto [i, value] : llvm::enumerate(op.getStarts())) {
    auto constant = value.getDefiningOp<ConstantOp>();
    auto elements = constant ? readConstant(constant.getValue()) : std::nullopt;
    if (!elements)
      return failure();
    int64_t start = std::get<llvm::APInt>(elements->numbers[0]).getSExtValue();
    starts.push_back(std::clamp<int64_t>(start, 0, from.getDimSize(i) - type.getDimSize(i)));
    limits.push_back(starts.back() + type.getDimSize(i));
  }
  SmallVector<int64_t> strides(starts.size(), 1);
  rewriter.replaceOpWithNewOp<SliceOp>(op, op.getOperand(), starts, limits, strides);
  return success();
}

/// select(not c, a, b) -> select(c, b, a).
LogicalResult SelectOp::canonicalize(SelectOp op, PatternRewriter &rewriter) {
  auto inverse = op.getCondition().getDefiningOp<NotOp>();
  if (!inverse)
    return failure();
  rewriter.replaceOpWithNewOp<SelectOp>(op, inverse.getOperand(), op.getOnFalse(), op.getOnTrue());
  return success();
}
