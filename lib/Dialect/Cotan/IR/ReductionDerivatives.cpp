//===- ReductionDerivatives.cpp - sum, product, max, min ---------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include <limits>

using namespace mlir;
using namespace cotan::ir;

//===----------------------------------------------------------------------===//
// Max and min: the elements equal to the result share alike
//===----------------------------------------------------------------------===//

namespace {
/// Where the elements equal the result (as 0 and 1), and how many of them there are. With a NaN
/// there are none, and the derivative is 0 / 0 = NaN.
struct Ties {
  Value mask, count;
};
} // namespace

static Ties findTies(ReduceOp op, DerivativeBuilder &d) {
  auto type = cast<RankedTensorType>(op.getOperand().getType());
  Value equal = d.compare(Comparison::Eq, op.getOperand(), d.broadcastReduced(op.getResult(), op.getDims(), type));
  Value mask = d.cast(equal, type);
  return {mask, d.sum(mask, op.getDims())};
}

//===----------------------------------------------------------------------===//
// Product: a tree of multiplications
//===----------------------------------------------------------------------===//

// Dividing the product by each element is wrong at zeros. Instead the product is taken by halving one dimension after
// the other, cur[l+1] = first half * second half, and differentiated as that: log-depth, linear work, and right to any
// order with any number of zeros, since it only multiplies.
namespace {
struct Halves {
  Value first, second;
  int64_t dim, extent;
};
} // namespace

/// The halves of a dimension; `filler` completes the second when the extent is odd.
static Halves halve(DerivativeBuilder &d, Value x, int64_t dim, double filler) {
  auto type = cast<RankedTensorType>(x.getType());
  int64_t extent = type.getDimSize(dim), half = (extent + 1) / 2;
  Value second = d.sliceDim(x, dim, half, extent);
  if (extent % 2 != 0) {
    SmallVector<int64_t> low(type.getRank(), 0), high(low), interior(low);
    high[dim] = 1;
    second = d.pad(second, d.constant(RankedTensorType::get({}, type.getElementType()), filler), low, high, interior);
  }
  return {d.sliceDim(x, dim, 0, half), second, dim, extent};
}

static bool hasEmptyDim(ReduceOp op) {
  return llvm::is_contained(cast<RankedTensorType>(op.getOperand().getType()).getShape(), 0);
}

static int64_t extentOf(Value x, int64_t dim) { return cast<RankedTensorType>(x.getType()).getDimSize(dim); }

static Value buildProductVjp(ReduceOp op, DerivativeBuilder &d, Value cotangent) {
  if (hasEmptyDim(op))
    return {};
  SmallVector<Halves> levels;
  Value current = op.getOperand();
  for (int64_t dim : op.getDims())
    while (extentOf(current, dim) > 1) {
      levels.push_back(halve(d, current, dim, 1));
      current = d.mul(levels.back().first, levels.back().second);
    }
  // torch divides the product by the element: with a NaN among them every derivative is NaN.
  Value isNaN = d.compare(Comparison::Ne, op.getOperand(), op.getOperand());
  Value anyNaN = d.create<ReduceOp>(ReductionKind::Any, isNaN, op.getDims());
  Value root = d.select(anyNaN, d.constantLike(cotangent, std::numeric_limits<double>::quiet_NaN()), cotangent);
  Value result = d.reshape(root, cast<RankedTensorType>(current.getType()));
  for (const Halves &level : llvm::reverse(levels)) {
    Value first = d.mul(result, level.second), second = d.mul(result, level.first);
    second = d.sliceDim(second, level.dim, 0, level.extent - (level.extent + 1) / 2);
    result = d.create<ConcatenateOp>(ValueRange{first, second}, level.dim);
  }
  return result;
}

static Value buildProductJvp(ReduceOp op, DerivativeBuilder &d, Value tangent) {
  if (hasEmptyDim(op))
    return {};
  Value current = op.getOperand();
  for (int64_t dim : op.getDims())
    while (extentOf(current, dim) > 1) {
      Halves value = halve(d, current, dim, 1), change = halve(d, tangent, dim, 0);
      tangent = d.add(d.mul(change.first, value.second), d.mul(value.first, change.second));
      current = d.mul(value.first, value.second);
    }
  return d.reshape(tangent, cast<RankedTensorType>(op.getResult().getType()));
}

//===----------------------------------------------------------------------===//
// The rules
//===----------------------------------------------------------------------===//

LogicalResult ReduceOp::buildVjp(OpBuilder &builder, ArrayRef<Value> cotangents, ArrayRef<bool> wanted,
                                 SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.assign(1, Value());
  if (!wanted[0])
    return success();
  DerivativeBuilder d(builder, getLoc());
  auto type = cast<RankedTensorType>(getOperand().getType());
  switch (getKind()) {
  case ReductionKind::Sum:
    operandCotangents[0] = d.broadcastReduced(cotangents[0], getDims(), type);
    return success();
  case ReductionKind::Prod:
    operandCotangents[0] = buildProductVjp(*this, d, cotangents[0]);
    return success();
  case ReductionKind::Max:
  case ReductionKind::Min: {
    Ties ties = findTies(*this, d);
    operandCotangents[0] = d.mul(d.broadcastReduced(d.div(cotangents[0], ties.count), getDims(), type), ties.mask);
    return success();
  }
  case ReductionKind::All:
  case ReductionKind::Any:
    return success();
  }
  return failure();
}

LogicalResult ReduceOp::buildJvp(OpBuilder &builder, ArrayRef<Value> tangents, SmallVectorImpl<Value> &resultTangents) {
  resultTangents.assign(1, Value());
  DerivativeBuilder d(builder, getLoc());
  switch (getKind()) {
  case ReductionKind::Sum:
    resultTangents[0] = d.sum(tangents[0], getDims());
    return success();
  case ReductionKind::Prod:
    resultTangents[0] = buildProductJvp(*this, d, tangents[0]);
    return success();
  case ReductionKind::Max:
  case ReductionKind::Min: {
    Ties ties = findTies(*this, d);
    resultTangents[0] = d.div(d.sum(d.mul(tangents[0], ties.mask), getDims()), ties.count);
    return success();
  }
  case ReductionKind::All:
  case ReductionKind::Any:
    return success();
  }
  return failure();
}
