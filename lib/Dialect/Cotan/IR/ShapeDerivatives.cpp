//===- ShapeDerivatives.cpp - transposes of the ops that move elements -------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;
using namespace cotan::ir;

Value BroadcastOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  DerivativeBuilder d(builder, getLoc());
  auto operandType = cast<RankedTensorType>(getOperand().getType());
  auto resultType = cast<RankedTensorType>(getResult().getType());
  SmallVector<bool> kept(resultType.getRank(), false);
  for (auto [operandDim, resultDim] : llvm::enumerate(getDims()))
    kept[resultDim] = operandType.getDimSize(operandDim) == resultType.getDimSize(resultDim);
  SmallVector<int64_t> summed;
  for (auto [dim, keep] : llvm::enumerate(kept))
    if (!keep)
      summed.push_back(dim);
  return d.reshape(d.sum(cotangent, summed), operandType);
}

Value ReshapeOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  return DerivativeBuilder(builder, getLoc()).reshape(cotangent, cast<RankedTensorType>(getOperand().getType()));
}

Value TransposeOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  SmallVector<int64_t> inverse(getPermutation().size());
  for (auto [result, operand] : llvm::enumerate(getPermutation()))
    inverse[operand] = result;
  return DerivativeBuilder(builder, getLoc()).transpose(cotangent, inverse);
}

Value SliceOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  DerivativeBuilder d(builder, getLoc());
  auto operandType = cast<RankedTensorType>(getOperand().getType());
  auto resultType = cast<RankedTensorType>(getResult().getType());
  SmallVector<int64_t> low, high, interior;
  for (int64_t dim = 0; dim < operandType.getRank(); ++dim) {
    int64_t extent = operandType.getDimSize(dim), taken = resultType.getDimSize(dim), stride = getStrides()[dim];
    // An empty slice pads to zeros only.
    int64_t start = taken == 0 ? 0 : getStarts()[dim];
    int64_t end = taken == 0 ? 0 : start + (taken - 1) * stride + 1;
    low.push_back(start);
    high.push_back(extent - end);
    interior.push_back(stride - 1);
  }
  return d.pad(cotangent, d.zeros(RankedTensorType::get({}, operandType.getElementType())), low, high, interior);
}

/// The sum of the elements that padding added.
static Value sumOfPadding(PadOp op, DerivativeBuilder &d, Value cotangent) {
  auto maskType = [](Value like, ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, IntegerType::get(like.getContext(), 1));
  };
  Value inside = d.zeros(maskType(cotangent, cast<RankedTensorType>(op.getOperand().getType()).getShape()));
  Value added = d.pad(inside, d.constant(maskType(cotangent, {}), 1), op.getLow(), op.getHigh(), op.getInterior());
  return d.sumAll(d.keepWhere(added, cotangent));
}

Value PadOp::buildTranspose(OpBuilder &builder, unsigned operand, Value cotangent) {
  DerivativeBuilder d(builder, getLoc());
  if (operand == 1)
    return sumOfPadding(*this, d, cotangent);
  auto operandType = cast<RankedTensorType>(getOperand().getType());
  SmallVector<int64_t> limits, strides;
  for (int64_t dim = 0; dim < operandType.getRank(); ++dim) {
    int64_t extent = operandType.getDimSize(dim), stride = getInterior()[dim] + 1;
    limits.push_back(getLow()[dim] + (extent == 0 ? 0 : (extent - 1) * stride + 1));
    strides.push_back(stride);
  }
  return d.slice(cotangent, getLow(), limits, strides);
}

Value ConcatenateOp::buildTranspose(OpBuilder &builder, unsigned operand, Value cotangent) {
  auto extent = [&](unsigned index) {
    return cast<RankedTensorType>(getOperand(index).getType()).getDimSize(getDim());
  };
  int64_t start = 0;
  for (unsigned before = 0; before < operand; ++before)
    start += extent(before);
  return DerivativeBuilder(builder, getLoc()).sliceDim(cotangent, getDim(), start, start + extent(operand));
}

Value ReverseOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  return ReverseOp::create(builder, getLoc(), cotangent, getDims());
}
