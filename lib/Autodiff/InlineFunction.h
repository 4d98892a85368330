//===- InlineFunction.h - a callee's ops in place of a call ------*- C++ -*-===//

#ifndef COTAN_AUTODIFF_INLINEFUNCTION_H
#define COTAN_AUTODIFF_INLINEFUNCTION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace cotan::autodiff {

/// Clones the function's body at the insertion point, applied to `arguments`, and inlines the calls in it; returns its
/// results. The functions it calls may not be recursive. Fails after a diagnostic at `user` if the function has no body
/// or several blocks.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> inlineFunction(mlir::OpBuilder &builder, mlir::SymbolTable &symbols,
                                                               mlir::func::FuncOp function, mlir::ValueRange arguments,
                                                               mlir::Operation *user);

} // namespace cotan::autodiff

#endif // COTAN_AUTODIFF_INLINEFUNCTION_H
