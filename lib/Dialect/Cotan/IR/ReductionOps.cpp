//===- ReductionOps.cpp - verification and types of reductions --------------===//

#include "Verification.h"

using namespace mlir;
using namespace cotan::ir;

namespace {

/// Drops the dimensions `dims`, which are in range.
RankedTensorType dropDims(RankedTensorType type, ArrayRef<int64_t> dims, Type elementType) {
  SmallVector<int64_t> shape;
  for (auto [i, extent] : llvm::enumerate(type.getShape()))
    if (!llvm::is_contained(dims, static_cast<int64_t>(i)))
      shape.push_back(extent);
  return RankedTensorType::get(shape, elementType);
}

/// A largest or smallest element exists: nothing is asked for, or the reduced extents are not 0.
LogicalResult checkNotEmpty(const Report &report, StringRef what, RankedTensorType type, ArrayRef<int64_t> dims,
                            RankedTensorType result) {
  if (llvm::is_contained(result.getShape(), 0))
    return success();
  for (int64_t dim : dims)
    if (type.getDimSize(dim) == 0)
      return report("expects operand of a non-zero extent in dimension ", dim, " for ", what, ", got ", type);
  return success();
}

LogicalResult inferArgReduce(const Report &report, StringRef what, Type operandType, int64_t dim,
                             SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(operandType);
  if (failed(checkDim(report, dim, type)))
    return failure();
  RankedTensorType result = dropDims(type, dim, IntegerType::get(type.getContext(), 64));
  types.push_back(result);
  return checkNotEmpty(report, what, type, dim, result);
}

/// Dimensions that are neither batch nor contracted keep their order.
void appendFree(RankedTensorType type, ArrayRef<int64_t> batch, ArrayRef<int64_t> contract,
                SmallVectorImpl<int64_t> &shape) {
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (!llvm::is_contained(batch, i) && !llvm::is_contained(contract, i))
      shape.push_back(type.getDimSize(i));
}

/// Dimensions paired by batch or contraction exist once each.
LogicalResult checkUsedDims(const Report &report, StringRef side, RankedTensorType type, ArrayRef<int64_t> batch,
                            ArrayRef<int64_t> contract) {
  SmallVector<int64_t> used(batch);
  llvm::append_range(used, contract);
  std::string name = (side + " batch and contracted dimensions").str();
  return checkDims(report, name, used, type.getRank());
}

/// Paired extents are equal.
LogicalResult checkPairs(const Report &report, StringRef what, RankedTensorType lhs, RankedTensorType rhs,
                         ArrayRef<int64_t> lhsDims, ArrayRef<int64_t> rhsDims) {
  for (auto [l, r] : llvm::zip_equal(lhsDims, rhsDims))
    if (!mayEqual(lhs.getDimSize(l), rhs.getDimSize(r)))
      return report("expects equal ", what, " extents, got ", lhs.getDimSize(l), " in dimension ", l, " of lhs ", lhs,
                    " and ", rhs.getDimSize(r), " in dimension ", r, " of rhs ", rhs);
  return success();
}

} // namespace

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Report report{loc, getOperationName()};
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  ReductionKind kind = adaptor.getKind();
  if (failed(checkReductionKind(report, kind, type.getElementType())) ||
      failed(checkDims(report, "dims", adaptor.getDims(), type.getRank(), /*increasing=*/true)))
    return failure();
  RankedTensorType result = dropDims(type, adaptor.getDims(), type.getElementType());
  types.push_back(result);
  if (kind == ReductionKind::Max || kind == ReductionKind::Min)
    return checkNotEmpty(report, stringifyReductionKind(kind), type, adaptor.getDims(), result);
  return success();
}

LogicalResult ArgmaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  return inferArgReduce({loc, getOperationName()}, "argmax", adaptor.getOperand().getType(), adaptor.getDim(), types);
}

LogicalResult ArgminOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  return inferArgReduce({loc, getOperationName()}, "argmin", adaptor.getOperand().getType(), adaptor.getDim(), types);
}

LogicalResult DotGeneralOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  Report report{loc, getOperationName()};
  auto lhs = cast<RankedTensorType>(adaptor.getLhs().getType());
  auto rhs = cast<RankedTensorType>(adaptor.getRhs().getType());
  ArrayRef<int64_t> lhsBatch = adaptor.getLhsBatch(), rhsBatch = adaptor.getRhsBatch();
  ArrayRef<int64_t> lhsContract = adaptor.getLhsContract(), rhsContract = adaptor.getRhsContract();
  if (failed(checkElementType(report, "rhs", lhs.getElementType(), rhs.getElementType())))
    return failure();
  if (lhsBatch.size() != rhsBatch.size())
    return report("expects as many batch dimensions of rhs as of lhs, got ", formatList(lhsBatch), " and ",
                  formatList(rhsBatch));
  if (lhsContract.size() != rhsContract.size())
    return report("expects as many contracted dimensions of rhs as of lhs, got ", formatList(lhsContract), " and ",
                  formatList(rhsContract));
  if (failed(checkUsedDims(report, "lhs", lhs, lhsBatch, lhsContract)) ||
      failed(checkUsedDims(report, "rhs", rhs, rhsBatch, rhsContract)) ||
      failed(checkPairs(report, "batch", lhs, rhs, lhsBatch, rhsBatch)) ||
      failed(checkPairs(report, "contracted", lhs, rhs, lhsContract, rhsContract)))
    return failure();
  SmallVector<int64_t> shape;
  for (int64_t dim : lhsBatch)
    shape.push_back(lhs.getDimSize(dim));
  appendFree(lhs, lhsBatch, lhsContract, shape);
  appendFree(rhs, rhsBatch, rhsContract, shape);
  types.push_back(lhs.clone(shape));
  return success();
}
