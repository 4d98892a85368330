//===- KernelOps.cpp - verification of the fused kernel form ----------------===//
//
// Code generation and the buffer plan trust what is verified here: every access is in range, every
// result element is written once (or lies in a destination), and row values leave through maps of
// parallel dimensions only.
//
//===----------------------------------------------------------------------===//

#include "KernelAccess.h"
#include "Verification.h"

using namespace mlir;
using namespace cotan::ir;

namespace {

LogicalResult verifyDomain(KernelOp op, const Report &report) {
  for (int64_t extent : op.getExtents())
    if (extent < 0)
      return report("expects extents not to be negative, got ", formatList(op.getExtents()));
  if (failed(checkDims(report, "reduction_dims", op.getReductionDims(), op.getExtents().size(), /*increasing=*/true)))
    return failure();
  if (op.getOffsetLimits().size() != op.getOffsets().size())
    return report("expects one limit for each of ", op.getOffsets().size(), " offsets, got ",
                  formatList(op.getOffsetLimits()));
  for (int64_t limit : op.getOffsetLimits())
    if (limit < 0)
      return report("expects limits not to be negative, got ", formatList(op.getOffsetLimits()));
  return success();
}

/// The maps `name` of the tensors `types` go from the domain to their indices, and stay in range.
LogicalResult verifyMaps(KernelOp op, const Report &report, StringRef name, ArrayAttr maps, TypeRange types) {
  if (maps.size() != types.size())
    return report("expects one of ", name, " for each of ", types.size(), " tensors, got ", maps.size());
  for (auto [i, attribute, untyped] : llvm::enumerate(maps, types)) {
    AffineMap map = cast<AffineMapAttr>(attribute).getValue();
    auto type = cast<RankedTensorType>(untyped);
    if (map.getNumDims() != op.getExtents().size() || map.getNumSymbols() != op.getOffsets().size())
      return report("expects ", name, "[", i, "] of ", op.getExtents().size(), " dimensions and ",
                    op.getOffsets().size(), " symbols, got ", AffineMapAttr::get(map));
    if (map.getNumResults() != type.getRank())
      return report("expects ", name, "[", i, "] of ", type.getRank(), " results, the rank of ", type, ", got ",
                    AffineMapAttr::get(map));
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      std::optional<IndexRange> range = getIndexRange(expr, op.getExtents(), op.getOffsetLimits());
      int64_t extent = type.getDimSize(dim);
      if (!range || isDynamic(extent) || (range->low >= 0 && range->high < extent))
        continue;
      return report("expects ", name, "[", i, "] in range of ", type, ", got indices ", range->low, " to ",
                    range->high, " in dimension ", dim);
    }
  }
  return success();
}

LogicalResult verifyDests(KernelOp op, const Report &report) {
  ArrayRef<int64_t> destOf = op.getDestOf();
  if (destOf.empty() && op.getDests().empty())
    return success();
  if (destOf.size() != op.getNumResults())
    return report("expects one entry of dest_of for each of ", op.getNumResults(), " results, got ", formatList(destOf));
  llvm::SmallDenseSet<int64_t> used;
  for (auto [i, dest] : llvm::enumerate(destOf)) {
    if (dest == -1)
      continue;
    if (dest < 0 || dest >= static_cast<int64_t>(op.getDests().size()))
      return report("expects dest_of in [-1, ", op.getDests().size(), "), got ", dest, " for result ", i);
    if (!used.insert(dest).second)
      return report("expects dests to start one result each, got dest ", dest, " for result ", i, " again");
    Type type = op.getDests()[dest].getType();
    if (type != op.getResult(i).getType())
      return report("expects dest ", dest, " of the type of result ", i, ", ", op.getResult(i).getType(), ", got ", type);
  }
  return success();
}

LogicalResult verifyBlockArguments(KernelOp op, const Report &report) {
  SmallVector<Type> expected;
  for (Value input : op.getInputs())
    expected.push_back(getElementTypeOrSelf(input.getType()));
  llvm::append_range(expected, op.getTables().getTypes());
  Block &body = op.getBodyBlock();
  if (body.getNumArguments() != expected.size())
    return report("expects ", expected.size(), " body arguments, one for each input and table, got ",
                  body.getNumArguments());
  for (auto [i, type] : llvm::enumerate(expected))
    if (body.getArgument(i).getType() != type)
      return report("expects body argument ", i, " of type ", type, ", got ", body.getArgument(i).getType());
  return success();
}

LogicalResult verifyYield(KernelOp op, const Report &report) {
  auto yield = dyn_cast<KernelYieldOp>(op.getBodyBlock().getTerminator());
  if (!yield)
    return report("expects body to end with cotan.kernel_yield");
  if (yield.getValues().size() != op.getNumResults())
    return report("expects body to yield ", op.getNumResults(), " values, one for each result, got ",
                  yield.getValues().size());
  for (auto [i, value] : llvm::enumerate(yield.getValues()))
    if (Type expected = getElementTypeOrSelf(op.getResult(i).getType()); value.getType() != expected)
      return report("expects yielded value ", i, " of type ", expected, ", got ", value.getType());
  return success();
}

/// A map that writes: it uses every dimension its value varies along, and covers the whole result
/// unless that starts from a destination.
LogicalResult verifyOutput(KernelOp op, const Report &report, unsigned result, Variation variation) {
  AffineMap map = cast<AffineMapAttr>(op.getOutputMaps()[result]).getValue();
  for (auto [d, extent] : llvm::enumerate(op.getExtents())) {
    int64_t dim = d;
    bool reduction = op.isReductionDim(dim), used = map.isFunctionOfDim(d);
    if (reduction && used && variation == Variation::Row)
      return report("expects output_maps[", result, "] of a row value to use parallel dimensions only, got ",
                    AffineMapAttr::get(map));
    if (!used && extent > 1 && (!reduction || variation == Variation::Full))
      return report("expects output_maps[", result, "] to use dimension ", dim,
                    reduction ? ", along which the value varies, got " : ", which is parallel, got ",
                    AffineMapAttr::get(map));
  }
  auto type = cast<RankedTensorType>(op.getResult(result).getType());
  if (op.getDestOf(result) >= 0 || llvm::is_contained(op.getExtents(), 0))
    return success();
  for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
    std::optional<IndexRange> range = getIndexRange(expr, op.getExtents(), op.getOffsetLimits());
    if (range && !isDynamic(type.getDimSize(dim)) && range->high - range->low + 1 != type.getDimSize(dim))
      return report("expects output_maps[", result, "] to cover ", type, ", which has no dest, got indices ",
                    range->low, " to ", range->high, " in dimension ", dim);
  }
  return success();
}

LogicalResult verifyBody(KernelOp op, const Report &report) {
  for (Operation &nested : op.getBodyBlock().without_terminator())
    if (!isElementwise(&nested) && !isa<ConstantOp, KernelReduceOp, KernelIndexOp, KernelLoadOp>(nested))
      return nested.emitOpError() << "is not expected in the body of a kernel, which holds elementwise ops, "
                                     "constants, kernel_reduce, kernel_index and kernel_load";
  return success();
}

} // namespace

LogicalResult KernelOp::verify() {
  Report report = reportFor(*this);
  if (failed(verifyDomain(*this, report)) ||
      failed(verifyMaps(*this, report, "input_maps", getInputMaps(), getInputs().getTypes())) ||
      failed(verifyMaps(*this, report, "output_maps", getOutputMaps(), getResultTypes())) ||
      failed(verifyDests(*this, report)))
    return failure();
  return success();
}

LogicalResult KernelOp::verifyRegions() {
  Report report = reportFor(*this);
  if (failed(verifyBlockArguments(*this, report)) || failed(verifyBody(*this, report)) ||
      failed(verifyYield(*this, report)))
    return failure();
  llvm::DenseMap<Value, Variation> variations = computeVariations(*this);
  auto yield = cast<KernelYieldOp>(getBodyBlock().getTerminator());
  for (auto [i, value] : llvm::enumerate(yield.getValues()))
    if (failed(verifyOutput(*this, report, i, variations.lookup(value))))
      return failure();
  return success();
}

LogicalResult KernelReduceOp::verify() {
  Report report = reportFor(*this);
  if (cast<KernelOp>((*this)->getParentOp()).getReductionDims().empty())
    return report("expects a kernel with reduction dimensions");
  return checkReductionKind(report, getKind(), getType());
}

LogicalResult KernelIndexOp::verify() {
  int64_t rank = cast<KernelOp>((*this)->getParentOp()).getExtents().size();
  int64_t dim = getDim();
  if (dim >= 0 && dim < rank)
    return success();
  return emitOpError() << "expects dim in [0, " << rank << "), the domain's dimensions, got " << dim;
}

LogicalResult KernelLoadOp::verify() {
  Report report = reportFor(*this);
  auto table = cast<RankedTensorType>(getTable().getType());
  if (!isa<BlockArgument>(getTable()))
    return report("expects table to be an argument of the kernel's body");
  if (static_cast<int64_t>(getIndices().size()) != table.getRank())
    return report("expects ", table.getRank(), " indices into ", table, ", got ", getIndices().size());
  if (bool(getRow()) != getRows().has_value())
    return report("expects row and rows together");
  return checkElementType(report, "result", table.getElementType(), getType());
}
