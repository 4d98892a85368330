//===- Activity.h - which values carry derivatives ---------------*- C++ -*-===//
//
// A value is varied if it depends on an input that is differentiated with respect to, and useful if an output that is
// differentiated depends on it; both only through ops that pass derivatives on. Derivative rules run only
// where both hold. The analysis covers a range of ops of one block with all regions inside, to a fixpoint through
// loops.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_AUTODIFF_ACTIVITY_H
#define COTAN_AUTODIFF_ACTIVITY_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseSet.h"

namespace cotan::autodiff {

class Activity {
public:
  /// `ops` are in the order of their block; `wrt` are the inputs, `of` the outputs.
  Activity(llvm::ArrayRef<mlir::Operation *> ops, mlir::ValueRange wrt, mlir::ValueRange of);

  bool isVaried(mlir::Value value) const { return varied.contains(value); }
  bool isUseful(mlir::Value value) const { return useful.contains(value); }
  bool isActive(mlir::Value value) const { return isVaried(value) && isUseful(value); }

private:
  using Values = llvm::DenseSet<mlir::Value>;

  bool flow(Values &set, mlir::Value from, mlir::Value to);
  void spreadVaried(mlir::Operation *op);
  void spreadVaried(mlir::Block &block);
  void spreadUseful(mlir::Operation *op);
  void spreadUseful(mlir::Block &block);

  Values varied, useful;
};

} // namespace cotan::autodiff

#endif // COTAN_AUTODIFF_ACTIVITY_H
