//===- IndexingOps.cpp - verification and types of run-time indexing --------===//

#include "Verification.h"

using namespace mlir;
using namespace cotan::ir;

namespace {

/// A window of type `window` fits into `operand` at as many start indices as it has dimensions.
LogicalResult checkWindow(const Report &report, StringRef name, RankedTensorType operand, RankedTensorType window,
                          size_t starts) {
  if (failed(checkElementType(report, name, operand.getElementType(), window.getElementType())))
    return failure();
  if (window.getRank() != operand.getRank())
    return report("expects ", name, " of rank ", operand.getRank(), ", the operand's, got ", window);
  if (static_cast<int64_t>(starts) != operand.getRank())
    return report("expects ", operand.getRank(), " starts, one for each dimension of the operand, got ", starts);
  for (int64_t i = 0; i < operand.getRank(); ++i)
    if (!isDynamic(operand.getDimSize(i)) && !isDynamic(window.getDimSize(i)) &&
        window.getDimSize(i) > operand.getDimSize(i))
      return report("expects ", name, " no larger than the operand ", operand, ", got ", window);
  return success();
}

/// The shape of the rows of `operand` that `indices` select.
SmallVector<int64_t> getRowsShape(RankedTensorType operand, RankedTensorType indices) {
  SmallVector<int64_t> shape(indices.getShape());
  llvm::append_range(shape, operand.getShape().drop_front());
  return shape;
}

} // namespace

LogicalResult DynamicSliceOp::verify() {
  Report report = reportFor(*this);
  if (!getType().hasStaticShape())
    return report("expects result of static shape, got ", getType());
  return checkWindow(report, "result", getOperand().getType(), getType(), getStarts().size());
}

LogicalResult DynamicUpdateSliceOp::verify() {
  return checkWindow(reportFor(*this), "update", getOperand().getType(), getUpdate().getType(), getStarts().size());
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Report report{loc, getOperationName()};
  auto operand = cast<RankedTensorType>(adaptor.getOperand().getType());
  if (operand.getRank() == 0)
    return report("expects operand of at least one dimension, got ", operand);
  types.push_back(operand.clone(getRowsShape(operand, cast<RankedTensorType>(adaptor.getIndices().getType()))));
  return success();
}

LogicalResult ScatterAddOp::verify() {
  Report report = reportFor(*this);
  RankedTensorType operand = getOperand().getType(), updates = getUpdates().getType();
  if (operand.getRank() == 0)
    return report("expects operand of at least one dimension, got ", operand);
  RankedTensorType expected = operand.clone(getRowsShape(operand, getIndices().getType()));
  if (updates.getElementType() == expected.getElementType() && succeeded(verifyCompatibleShape(expected, updates)))
    return success();
  return report("expects updates of type ", expected, " (the indices' shape, then a row's), got ", updates);
}
