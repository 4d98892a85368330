//===- Residuals.h - primal values that an adjoint region needs --*- C++ -*-===//
//
// The adjoint of a loop body or branch is first built with direct uses of values inside the primal
// block, where they are not visible. Then these uses are replaced:
//
//   Residuals residuals(primal, adjoint);      // finds them and decides what to store
//   ... make each of residuals.stored() available: residuals.provide(value, loaded) ...
//   residuals.materialise(builder);            // recomputes the rest, at the builder's insertion point
//
// What is stored is either the values used or the values at which recomputing them has to start, whichever has
// fewer bytes. Recomputing passes only through ops that move or compute single elements.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_AUTODIFF_RESIDUALS_H
#define COTAN_AUTODIFF_RESIDUALS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace cotan::autodiff {

class Residuals {
public:
  /// `inductionVariable` (may be null) is a value of the primal block that `provide` will give, at no cost.
  Residuals(mlir::Block &primal, mlir::Region &adjoint, mlir::Value inductionVariable = {});

  /// Tensors to be kept from the primal block for the adjoint.
  llvm::ArrayRef<mlir::Value> stored() const { return toStore.getArrayRef(); }
  /// Whether the adjoint or a recomputation uses the induction variable.
  bool needsInductionVariable() const { return usesInductionVariable; }
  /// A value of the block that can be neither kept nor recomputed, or null.
  mlir::Value impossible() const { return stuck; }

  void provide(mlir::Value primalValue, mlir::Value value) { mapping.map(primalValue, value); }
  void materialise(mlir::OpBuilder &builder);

private:
  using Values = llvm::SetVector<mlir::Value>;

  void collectUses();
  void chooseStored();
  /// Adds to `leaves` the values that must be stored for `value` to be recomputed.
  void addLeaves(mlir::Value value, Values &leaves, llvm::DenseSet<mlir::Value> &visited);
  bool isInside(mlir::Value value) const;
  mlir::Value recompute(mlir::OpBuilder &builder, mlir::Value value);

  mlir::Block &primal; ///< keeps its identity when the op around it is replaced
  mlir::Region &adjoint;
  mlir::Value inductionVariable, stuck;
  bool usesInductionVariable = false;
  Values used, toStore;
  mlir::IRMapping mapping;
};

} // namespace cotan::autodiff

#endif // COTAN_AUTODIFF_RESIDUALS_H
