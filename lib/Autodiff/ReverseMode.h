//===- ReverseMode.h - the adjoint of a range of ops -------------*- C++ -*-===//
//
// Walks ops backwards and builds their adjoint at the builder's insertion point, which lies after them.
//
//   ReverseMode reverse(builder, activity);
//   reverse.addCotangent(output, cotangent);
//   if (failed(reverse.run(ops))) ...
//   Value gradient = reverse.takeCotangent(input); // null: zero
//   reverse.eraseReplacedOps();
//
// The adjoint uses primal values directly where they are visible. Those inside loops and branches are
// kept as additional results of the primal op or recomputed (Residuals.h), for which that op is replaced.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_AUTODIFF_REVERSEMODE_H
#define COTAN_AUTODIFF_REVERSEMODE_H

#include "Activity.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace cotan::autodiff {

class ReverseMode {
public:
  ReverseMode(mlir::OpBuilder &builder, const Activity &activity) : builder(builder), activity(activity) {}

  void addCotangent(mlir::Value primal, mlir::Value cotangent);
  /// The sum of what was added, or null for zero; forgets it.
  mlir::Value takeCotangent(mlir::Value primal);

  mlir::LogicalResult run(llvm::ArrayRef<mlir::Operation *> ops);

  /// To be called after everything that asks for activity: until then the ops that were replaced keep their addresses.
  void eraseReplacedOps();

private:
  mlir::LogicalResult reverse(mlir::Operation *op);
  mlir::LogicalResult reverseByRule(mlir::Operation *op);
  mlir::LogicalResult reverseFor(mlir::scf::ForOp loop);
  mlir::LogicalResult reverseIf(mlir::scf::IfOp branch);
  /// Builds the adjoint of a branch of `scf.if` into `adjoint`; yields the cotangents of `captured`.
  mlir::LogicalResult reverseBranch(mlir::Region &primal, mlir::Block &adjoint,
                                    llvm::ArrayRef<mlir::Value> resultCotangents, llvm::ArrayRef<mlir::Value> captured,
                                    llvm::ArrayRef<mlir::Value> before);
  mlir::LogicalResult reverseBlock(mlir::Block &block);
  mlir::Value takeCotangentOrZero(mlir::Value primal);
  llvm::SmallVector<mlir::Value> findActiveCaptures(mlir::Operation *op);

  using Cotangents = llvm::DenseMap<mlir::Value, mlir::Value>;

  mlir::OpBuilder &builder;
  const Activity &activity;
  Cotangents cotangents; ///< of the scope (a block) that is being reversed
  llvm::SmallVector<mlir::Operation *> replaced;
};

} // namespace cotan::autodiff

#endif // COTAN_AUTODIFF_REVERSEMODE_H
