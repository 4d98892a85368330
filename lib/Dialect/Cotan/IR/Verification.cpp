//===- Verification.cpp - checks shared by verifiers and type inference -----===//

#include "Verification.h"
#include "TypeConstraints.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace cotan::ir {

bool isSupportedTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getEncoding())
    return false;
  if (llvm::is_contained(tensor.getShape(), 0))
    return true;
  int64_t count = 1;
  for (int64_t extent : tensor.getShape())
    if (!isDynamic(extent) && (llvm::MulOverflow(count, extent, count) || count >= (int64_t(1) << 60)))
      return false;
  return true;
}

std::string formatList(ArrayRef<int64_t> values) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(values, os);
  os << ']';
  return text;
}

LogicalResult checkCount(const Report &report, StringRef name, ArrayRef<int64_t> values, int64_t rank) {
  if (static_cast<int64_t>(values.size()) == rank)
    return success();
  return report("expects one entry of ", name, " for each of ", rank, " dimensions, got ", formatList(values));
}

LogicalResult checkDims(const Report &report, StringRef name, ArrayRef<int64_t> dims, int64_t rank, bool increasing) {
  llvm::SmallDenseSet<int64_t> seen;
  for (auto [index, dim] : llvm::enumerate(dims)) {
    if (dim < 0 || dim >= rank)
      return report("expects ", name, " in [0, ", rank, "), got ", dim);
    if (!seen.insert(dim).second)
      return report("expects distinct ", name, ", got ", dim, " twice in ", formatList(dims));
    if (increasing && index > 0 && dims[index - 1] > dim)
      return report("expects increasing ", name, ", got ", formatList(dims));
  }
  return success();
}

LogicalResult checkDim(const Report &report, int64_t dim, RankedTensorType type) {
  if (dim >= 0 && dim < type.getRank())
    return success();
  return report("expects dim in [0, ", type.getRank(), ") for ", type, ", got ", dim);
}

LogicalResult checkElementType(const Report &report, StringRef name, Type expected, Type actual) {
  if (expected == actual)
    return success();
  return report("expects ", name, " of element type ", expected, ", got ", actual);
}

LogicalResult checkReductionKind(const Report &report, ReductionKind kind, Type elementType) {
  bool logical = kind == ReductionKind::All || kind == ReductionKind::Any;
  if (logical == elementType.isInteger(1))
    return success();
  return report("expects operand of element type ", logical ? "i1" : "f32, f64, i32 or i64", " for ",
                stringifyReductionKind(kind), ", got ", elementType);
}

} // namespace cotan::ir
