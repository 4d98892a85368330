//===- DerivativeBuilder.cpp - vocabulary of derivative rules ----------------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;
using namespace cotan::ir;

bool cotan::ir::isDifferentiableType(Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); }

Value DerivativeBuilder::constant(Type type, double value) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr attr = isa<FloatType>(element) ? TypedAttr(builder.getFloatAttr(element, value))
                                           : TypedAttr(builder.getIntegerAttr(element, static_cast<int64_t>(value)));
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    attr = DenseElementsAttr::get(tensor, ArrayRef<Attribute>(attr));
  return create<ConstantOp>(attr);
}

Value DerivativeBuilder::cast(Value x, Type type) { return x.getType() == type ? x : create<CastOp>(type, x); }

Value DerivativeBuilder::reshape(Value x, RankedTensorType type) {
  return x.getType() == type ? x : create<ReshapeOp>(type, x);
}

Value DerivativeBuilder::transpose(Value x, ArrayRef<int64_t> permutation) {
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return x;
  return create<TransposeOp>(x, permutation);
}

Value DerivativeBuilder::sum(Value x, ArrayRef<int64_t> dims) {
  return dims.empty() ? x : create<ReduceOp>(ReductionKind::Sum, x, dims);
}

Value DerivativeBuilder::sumAll(Value x) {
  return sum(x, llvm::to_vector(llvm::seq<int64_t>(0, mlir::cast<RankedTensorType>(x.getType()).getRank())));
}

Value DerivativeBuilder::slice(Value x, ArrayRef<int64_t> starts, ArrayRef<int64_t> limits, ArrayRef<int64_t> strides) {
  return create<SliceOp>(x, starts, limits, strides);
}

Value DerivativeBuilder::sliceDim(Value x, int64_t dim, int64_t start, int64_t limit) {
  auto type = mlir::cast<RankedTensorType>(x.getType());
  if (start == 0 && limit == type.getDimSize(dim))
    return x;
  SmallVector<int64_t> starts(type.getRank(), 0), limits(type.getShape()), strides(type.getRank(), 1);
  starts[dim] = start;
  limits[dim] = limit;
  return slice(x, starts, limits, strides);
}

Value DerivativeBuilder::pad(Value x, Value value, ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                             ArrayRef<int64_t> interior) {
  return create<PadOp>(x, value, low, high, interior);
}

Value DerivativeBuilder::broadcastReduced(Value x, ArrayRef<int64_t> reducedDims, RankedTensorType type) {
  SmallVector<int64_t> kept;
  for (int64_t dim : llvm::seq<int64_t>(0, type.getRank()))
    if (!llvm::is_contained(reducedDims, dim))
      kept.push_back(dim);
  auto result = RankedTensorType::get(type.getShape(), mlir::cast<RankedTensorType>(x.getType()).getElementType());
  return x.getType() == result ? x : create<BroadcastOp>(result, x, kept);
}
