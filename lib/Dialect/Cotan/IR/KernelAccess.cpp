//===- KernelAccess.cpp - what a kernel's maps and body reach ---------------===//

#include "KernelAccess.h"

using namespace mlir;

namespace cotan::ir {

namespace {

/// Adds up the range of a linear expression; dimensions and symbols may occur once.
struct RangeBuilder {
  ArrayRef<int64_t> extents, limits;
  llvm::SmallDenseSet<AffineExpr> seen = {};
  IndexRange range = {0, 0};

  bool add(AffineExpr expr, int64_t factor) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      return extend(constant.getValue() * factor, constant.getValue() * factor);
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return addVariable(dim, extents[dim.getPosition()] - 1, factor);
    if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
      return addVariable(symbol, limits[symbol.getPosition()], factor);
    auto binary = cast<AffineBinaryOpExpr>(expr);
    if (binary.getKind() == AffineExprKind::Add)
      return add(binary.getLHS(), factor) && add(binary.getRHS(), factor);
    // The constant of a product is canonically on the right.
    auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
    return binary.getKind() == AffineExprKind::Mul && constant && add(binary.getLHS(), factor * constant.getValue());
  }

  bool addVariable(AffineExpr variable, int64_t largest, int64_t factor) {
    return seen.insert(variable).second && extend(std::min<int64_t>(0, largest * factor), std::max<int64_t>(0, largest * factor));
  }

  bool extend(int64_t low, int64_t high) {
    range.low += low;
    range.high += high;
    return true;
  }
};

/// Of two operands of one op: full values dominate, then row values.
Variation combine(Variation a, Variation b) {
  if (a == Variation::Full || b == Variation::Full)
    return Variation::Full;
  return a == Variation::Row || b == Variation::Row ? Variation::Row : Variation::Uniform;
}

} // namespace

std::optional<IndexRange> getIndexRange(AffineExpr expr, ArrayRef<int64_t> extents, ArrayRef<int64_t> limits) {
  RangeBuilder builder{extents, limits};
  if (llvm::is_contained(extents, 0) || !builder.add(expr, 1))
    return std::nullopt;
  return builder.range;
}

llvm::DenseMap<Value, Variation> computeVariations(KernelOp kernel) {
  llvm::DenseMap<Value, Variation> variations;
  Block &body = kernel.getBodyBlock();
  auto usesReduction = [&](AffineMap map) {
    return llvm::any_of(kernel.getReductionDims(), [&](int64_t dim) { return map.isFunctionOfDim(dim); });
  };
  unsigned numInputs = kernel.getInputs().size();
  for (BlockArgument argument : body.getArguments()) {
    bool varies = argument.getArgNumber() < numInputs &&
                  usesReduction(cast<AffineMapAttr>(kernel.getInputMaps()[argument.getArgNumber()]).getValue());
    variations[argument] = varies ? Variation::Full : Variation::Uniform;
  }
  for (Operation &op : body) {
    Variation variation = Variation::Uniform;
    for (Value operand : op.getOperands())
      variation = combine(variation, variations.lookup(operand));
    if (isa<KernelReduceOp>(op))
      variation = Variation::Row;
    else if (auto index = dyn_cast<KernelIndexOp>(op))
      variation = kernel.isReductionDim(index.getDim()) ? Variation::Full : Variation::Uniform;
    for (Value result : op.getResults())
      variations[result] = variation;
  }
  return variations;
}

} // namespace cotan::ir
