//===- ContractionDerivatives.cpp - dot_general ------------------------------===//
//
// The op is bilinear: each operand's cotangent is a contraction of the result's cotangent with the
// other operand, over the other's free dimensions.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;
using namespace cotan::ir;

namespace {
/// One operand's dimensions by their role.
struct Roles {
  SmallVector<int64_t> batch, contract, free;

  Roles(Value operand, ArrayRef<int64_t> batch, ArrayRef<int64_t> contract) : batch(batch), contract(contract) {
    for (int64_t dim : llvm::seq<int64_t>(0, cast<RankedTensorType>(operand.getType()).getRank()))
      if (!llvm::is_contained(batch, dim) && !llvm::is_contained(contract, dim))
        free.push_back(dim);
  }
};
} // namespace

/// The permutation that brings a tensor whose dimension i is dimension `order[i]` of the wanted one into order.
static SmallVector<int64_t> inversePermutation(ArrayRef<int64_t> order) {
  SmallVector<int64_t> inverse(order.size());
  for (auto [position, dim] : llvm::enumerate(order))
    inverse[dim] = position;
  return inverse;
}

/// The cotangent of the operand with roles `self`. `cotangentFree` are the result dimensions of the other operand's
/// free ones.
static Value contractWithOther(DerivativeBuilder &d, Value cotangent, Value other, const Roles &self,
                               const Roles &otherRoles, ArrayRef<int64_t> cotangentFree) {
  SmallVector<int64_t> batch = llvm::to_vector(llvm::seq<int64_t>(0, self.batch.size()));
  // The other's contracted dimensions remain, in its order; these are the dimensions of `self` they were contracted
  // with.
  SmallVector<int64_t> sorted = otherRoles.contract, contracted;
  llvm::sort(sorted);
  for (int64_t dim : sorted)
    contracted.push_back(self.contract[llvm::find(otherRoles.contract, dim) - otherRoles.contract.begin()]);

  // Whichever order of the two operands gives the dimensions in place, so that no transpose is needed if possible.
  SmallVector<int64_t> cotangentFirst = self.batch, otherFirst = self.batch;
  llvm::append_range(cotangentFirst, self.free);
  llvm::append_range(cotangentFirst, contracted);
  llvm::append_range(otherFirst, contracted);
  llvm::append_range(otherFirst, self.free);
  if (llvm::is_sorted(otherFirst) && !llvm::is_sorted(cotangentFirst))
    return d.create<DotGeneralOp>(other, cotangent, otherRoles.batch, batch, otherRoles.free, cotangentFree);
  Value product = d.create<DotGeneralOp>(cotangent, other, batch, otherRoles.batch, cotangentFree, otherRoles.free);
  return d.transpose(product, inversePermutation(cotangentFirst));
}

LogicalResult DotGeneralOp::buildVjp(OpBuilder &builder, ArrayRef<Value> cotangents, ArrayRef<bool> wanted,
                                     SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.assign(2, Value());
  DerivativeBuilder d(builder, getLoc());
  Roles lhs(getLhs(), getLhsBatch(), getLhsContract()), rhs(getRhs(), getRhsBatch(), getRhsContract());
  int64_t batch = lhs.batch.size(), lhsEnd = batch + lhs.free.size(), rhsEnd = lhsEnd + rhs.free.size();
  if (wanted[0])
    operandCotangents[0] =
        contractWithOther(d, cotangents[0], getRhs(), lhs, rhs, llvm::to_vector(llvm::seq<int64_t>(lhsEnd, rhsEnd)));
  if (wanted[1])
    operandCotangents[1] =
        contractWithOther(d, cotangents[0], getLhs(), rhs, lhs, llvm::to_vector(llvm::seq<int64_t>(batch, lhsEnd)));
  return success();
}

LogicalResult DotGeneralOp::buildJvp(OpBuilder &builder, ArrayRef<Value> tangents,
                                     SmallVectorImpl<Value> &resultTangents) {
  resultTangents.assign(1, Value());
  DerivativeBuilder d(builder, getLoc());
  auto contract = [&](Value lhs, Value rhs) {
    return d.create<DotGeneralOp>(lhs, rhs, getLhsBatch(), getRhsBatch(), getLhsContract(), getRhsContract());
  };
  Value &sum = resultTangents[0];
  if (tangents[0])
    sum = contract(tangents[0], getRhs());
  if (tangents[1]) {
    Value term = contract(getLhs(), tangents[1]);
    sum = sum ? d.add(sum, term) : term;
  }
  return success();
}
