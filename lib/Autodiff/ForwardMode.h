//===- ForwardMode.h - tangents along a range of ops -------------*- C++ -*-===//
//
// Walks ops forwards and puts the computation of each tangent right after the op it belongs to. Loops and branches are
// replaced by ones that carry tangents beside the values.
//
//   ForwardMode forward(context, activity);
//   forward.setTangent(input, tangent);
//   if (failed(forward.run(ops))) ...
//   Value tangent = forward.getTangent(output); // null: zero
//   forward.eraseReplacedOps();
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_AUTODIFF_FORWARDMODE_H
#define COTAN_AUTODIFF_FORWARDMODE_H

#include "Activity.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace cotan::autodiff {

class ForwardMode {
public:
  ForwardMode(mlir::MLIRContext *context, const Activity &activity) : builder(context), activity(activity) {}

  void setTangent(mlir::Value primal, mlir::Value tangent) { tangents[primal] = tangent; }
  /// Null for zero.
  mlir::Value getTangent(mlir::Value primal) const { return tangents.lookup(primal); }

  mlir::LogicalResult run(llvm::ArrayRef<mlir::Operation *> ops);
  /// To be called after everything that asks for activity: until then the ops that were replaced keep their addresses.
  void eraseReplacedOps();

private:
  mlir::LogicalResult run(mlir::Block &block);
  mlir::LogicalResult forward(mlir::Operation *op);
  mlir::LogicalResult forwardByRule(mlir::Operation *op);
  mlir::LogicalResult forwardFor(mlir::scf::ForOp loop);
  mlir::LogicalResult forwardIf(mlir::scf::IfOp branch);
  mlir::LogicalResult forwardWhile(mlir::scf::WhileOp loop);
  llvm::SmallVector<unsigned> findVaried(mlir::ValueRange values);
  void appendTangents(mlir::ValueRange values, llvm::ArrayRef<unsigned> which,
                      llvm::SmallVectorImpl<mlir::Value> &list);
  void addTangentArguments(mlir::Block &block, llvm::ArrayRef<unsigned> which);
  void appendTangentsToTerminator(mlir::Block &block, llvm::ArrayRef<unsigned> which, unsigned firstOperand = 0);
  void replaceWith(mlir::Operation *op, mlir::Operation *extended, llvm::ArrayRef<unsigned> which);

  mlir::OpBuilder builder;
  const Activity &activity;
  llvm::DenseMap<mlir::Value, mlir::Value> tangents;
  llvm::SmallVector<mlir::Operation *> replaced;
};

} // namespace cotan::autodiff

#endif // COTAN_AUTODIFF_FORWARDMODE_H
