//===- IndexingDerivatives.cpp - transposes of run-time indexing -------------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"

using namespace mlir;
using namespace cotan::ir;

// The window is clamped to the same place in both directions, since its size and the tensor's are the same.
Value DynamicSliceOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  DerivativeBuilder d(builder, getLoc());
  return d.create<DynamicUpdateSliceOp>(d.zerosLike(getOperand()), cotangent, getStarts());
}

Value DynamicUpdateSliceOp::buildTranspose(OpBuilder &builder, unsigned operand, Value cotangent) {
  DerivativeBuilder d(builder, getLoc());
  if (operand == 0)
    return d.create<DynamicUpdateSliceOp>(cotangent, d.zerosLike(getUpdate()), getStarts());
  return d.create<DynamicSliceOp>(getUpdate().getType(), cotangent, getStarts());
}

Value GatherOp::buildTranspose(OpBuilder &builder, unsigned, Value cotangent) {
  DerivativeBuilder d(builder, getLoc());
  return d.create<ScatterAddOp>(d.zerosLike(getOperand()), getIndices(), cotangent);
}

Value ScatterAddOp::buildTranspose(OpBuilder &builder, unsigned operand, Value cotangent) {
  if (operand == 0)
    return cotangent;
  return DerivativeBuilder(builder, getLoc()).create<GatherOp>(cotangent, getIndices());
}
