//===- LoopBounds.h - iteration counts and numbers of scf.for ----*- C++ -*-===//

#ifndef COTAN_AUTODIFF_LOOPBOUNDS_H
#define COTAN_AUTODIFF_LOOPBOUNDS_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include <optional>

namespace cotan::autodiff {

/// Refuses, with an error, loops whose bounds the functions below would misread: those compared without signs.
llvm::LogicalResult checkBounds(mlir::scf::ForOp loop);

/// The number of iterations, if the bounds and the step are constants.
std::optional<int64_t> constantTripCount(mlir::scf::ForOp loop);

/// The number (from 0) of the iteration with the given value of the induction variable, as a 0-d i64 tensor.
mlir::Value buildIterationNumber(mlir::OpBuilder &builder, mlir::scf::ForOp loop, mlir::Value inductionVariable);

/// What the induction variable is in the same loop run backwards, from what it is forwards.
mlir::Value buildReversedInductionVariable(mlir::OpBuilder &builder, mlir::scf::ForOp loop,
                                           mlir::Value inductionVariable);

} // namespace cotan::autodiff

#endif // COTAN_AUTODIFF_LOOPBOUNDS_H
