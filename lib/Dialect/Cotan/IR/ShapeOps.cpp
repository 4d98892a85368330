//===- ShapeOps.cpp - verification and types of constants and movement ------===//

#include "Verification.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace cotan::ir;

/// The data of a resource comes from elsewhere in the file, and MLIR does not compare it with the type.
static LogicalResult checkResource(const Report &report, DenseResourceElementsAttr elements) {
  StringRef key = elements.getRawHandle().getKey();
  AsmResourceBlob *blob = elements.getRawHandle().getBlob();
  if (!blob)
    return report("expects value to be a resource that has data, got '", key, "' without");
  ShapedType type = elements.getType();
  int64_t elementBytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  int64_t expected = type.getNumElements() * elementBytes, actual = blob->getData().size();
  if (actual != expected)
    return report("expects ", expected, " bytes of data for ", type, ", got ", actual, " in resource '", key, "'");
  return success();
}

LogicalResult ConstantOp::verify() {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(getValue()))
    return checkResource(reportFor(*this), resource);
  if (isa<FloatAttr, IntegerAttr, DenseElementsAttr>(getValue()))
    return success();
  return emitOpError() << "expects value to be a number or dense elements, got " << getValue();
}

LogicalResult IotaOp::verify() { return checkDim(reportFor(*this), getDim(), getType()); }

LogicalResult BroadcastOp::verify() {
  Report report = reportFor(*this);
  RankedTensorType from = getOperand().getType(), to = getType();
  if (failed(checkElementType(report, "result", from.getElementType(), to.getElementType())) ||
      failed(checkCount(report, "dims", getDims(), from.getRank())) ||
      failed(checkDims(report, "dims", getDims(), to.getRank(), /*increasing=*/true)))
    return failure();
  for (auto [i, dim] : llvm::enumerate(getDims())) {
    int64_t extent = from.getDimSize(i);
    if (extent != 1 && !mayEqual(extent, to.getDimSize(dim)))
      return report("expects operand extent ", i, " to be 1 or result extent ", dim, ", ", to.getDimSize(dim), ", got ",
                    extent);
  }
  return success();
}

LogicalResult ReshapeOp::verify() {
  Report report = reportFor(*this);
  RankedTensorType from = getOperand().getType(), to = getType();
  if (failed(checkElementType(report, "result", from.getElementType(), to.getElementType())))
    return failure();
  if (from.hasStaticShape() && to.hasStaticShape() && from.getNumElements() != to.getNumElements())
    return report("expects result of ", from.getNumElements(), " elements as the operand ", from, ", got ",
                  to.getNumElements(), " in ", to);
  return success();
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  Report report{loc, getOperationName()};
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  ArrayRef<int64_t> permutation = adaptor.getPermutation();
  if (failed(checkCount(report, "permutation", permutation, type.getRank())) ||
      failed(checkDims(report, "permutation", permutation, type.getRank())))
    return failure();
  SmallVector<int64_t> shape;
  for (int64_t dim : permutation)
    shape.push_back(type.getDimSize(dim));
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  Report report{loc, getOperationName()};
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  ArrayRef<int64_t> starts = adaptor.getStarts(), limits = adaptor.getLimits(), strides = adaptor.getStrides();
  if (failed(checkCount(report, "starts", starts, type.getRank())) ||
      failed(checkCount(report, "limits", limits, type.getRank())) ||
      failed(checkCount(report, "strides", strides, type.getRank())))
    return failure();
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    int64_t extent = type.getDimSize(i);
    if (strides[i] < 1)
      return report("expects positive strides, got ", strides[i], " for dimension ", i);
    if (starts[i] < 0 || starts[i] > limits[i] || (!isDynamic(extent) && limits[i] > extent))
      return report("expects 0 <= start <= limit <= extent for dimension ", i, " of ", type, ", got start ", starts[i],
                    " and limit ", limits[i]);
    shape.push_back(llvm::divideCeil(limits[i] - starts[i], strides[i]));
  }
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  Report report{loc, getOperationName()};
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  auto value = cast<RankedTensorType>(adaptor.getValue().getType());
  if (value != RankedTensorType::get({}, type.getElementType()))
    return report("expects value of type ", RankedTensorType::get({}, type.getElementType()), ", got ", value);
  std::pair<StringRef, ArrayRef<int64_t>> amounts[] = {
      {"low", adaptor.getLow()}, {"high", adaptor.getHigh()}, {"interior", adaptor.getInterior()}};
  for (auto [name, amount] : amounts) {
    if (failed(checkCount(report, name, amount, type.getRank())))
      return failure();
    if (llvm::any_of(amount, [](int64_t n) { return n < 0; }))
      return report("expects ", name, " not to be negative, got ", formatList(amount));
  }
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    int64_t extent = type.getDimSize(i), padded = 0;
    if (!isDynamic(extent) && (llvm::MulOverflow(std::max<int64_t>(extent - 1, 0), adaptor.getInterior()[i], padded) ||
                               llvm::AddOverflow(padded, extent, padded) ||
                               llvm::AddOverflow(padded, adaptor.getLow()[i], padded) ||
                               llvm::AddOverflow(padded, adaptor.getHigh()[i], padded)))
      return report("expects result extent ", i, " to fit into 64 bits, got low ", adaptor.getLow()[i], ", high ",
                    adaptor.getHigh()[i], " and interior ", adaptor.getInterior()[i], " for ", type);
    shape.push_back(isDynamic(extent) ? extent : padded);
  }
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult ConcatenateOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                              SmallVectorImpl<Type> &types) {
  Report report{loc, getOperationName()};
  if (adaptor.getOperands().empty())
    return report("expects at least one operand");
  auto first = cast<RankedTensorType>(adaptor.getOperands().front().getType());
  int64_t dim = adaptor.getDim();
  if (failed(checkDim(report, dim, first)))
    return failure();
  SmallVector<int64_t> shape(first.getShape());
  for (Value operand : adaptor.getOperands().drop_front()) {
    auto type = cast<RankedTensorType>(operand.getType());
    bool fits = type.getRank() == first.getRank() && type.getElementType() == first.getElementType();
    for (int64_t i = 0; fits && i < first.getRank(); ++i) {
      int64_t extent = type.getDimSize(i);
      if (i == dim)
        shape[i] = isDynamic(shape[i]) || isDynamic(extent) ? ShapedType::kDynamic : shape[i] + extent;
      else if (!(fits = mayEqual(shape[i], extent)))
        break;
      else if (isDynamic(shape[i]))
        shape[i] = extent;
    }
    if (!fits)
      return report("expects operands that differ only in extent ", dim, ", got ", first, " and ", type);
  }
  types.push_back(first.clone(shape));
  return success();
}

LogicalResult ReverseOp::verify() { return checkDims(reportFor(*this), "dims", getDims(), getType().getRank()); }
