//===- DefaultDerivatives.cpp - both modes from one declaration --------------===//
//
// Reverse and forward rules of ops that declare their partial derivatives or their transpose.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::ir;

/// The tangent of a linear op's result: the op itself, applied to the tangents of its floating-point operands.
static Value applyToTangents(Operation *op, OpBuilder &builder, ArrayRef<Value> tangents) {
  DerivativeBuilder d(builder, op->getLoc());
  SmallVector<Value> operands;
  for (auto [operand, tangent] : llvm::zip(op->getOperands(), tangents)) {
    if (!isDifferentiableType(operand.getType()))
      operands.push_back(operand);
    else
      operands.push_back(tangent ? tangent : d.zerosLike(operand));
  }
  Operation *clone = builder.clone(*op);
  clone->setOperands(operands);
  return clone->getResult(0);
}

LogicalResult ir::detail::buildDefaultVjp(Operation *op, OpBuilder &builder, ArrayRef<Value> cotangents,
                                          ArrayRef<bool> wanted, SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.assign(op->getNumOperands(), Value());
  for (unsigned operand = 0; operand < op->getNumOperands(); ++operand) {
    if (!wanted[operand])
      continue;
    if (auto elementwise = dyn_cast<ElementwiseDifferentiableOpInterface>(op))
      operandCotangents[operand] = elementwise.scaleByPartial(builder, operand, cotangents.front());
    else if (auto linear = dyn_cast<LinearOpInterface>(op))
      operandCotangents[operand] = linear.buildTranspose(builder, operand, cotangents.front());
    else
      return failure();
  }
  return success();
}

LogicalResult ir::detail::buildDefaultJvp(Operation *op, OpBuilder &builder, ArrayRef<Value> tangents,
                                          SmallVectorImpl<Value> &resultTangents) {
  resultTangents.assign(op->getNumResults(), Value());
  if (isa<LinearOpInterface>(op)) {
    resultTangents[0] = applyToTangents(op, builder, tangents);
    return success();
  }
  auto elementwise = dyn_cast<ElementwiseDifferentiableOpInterface>(op);
  if (!elementwise)
    return failure();
  DerivativeBuilder d(builder, op->getLoc());
  Value &sum = resultTangents[0];
  for (unsigned operand = 0; operand < op->getNumOperands(); ++operand) {
    if (!tangents[operand])
      continue;
    if (Value term = elementwise.scaleByPartial(builder, operand, tangents[operand]))
      sum = sum ? d.add(sum, term) : term;
  }
  return success();
}
