//===- Gradient.h - gradient functions of functions --------------*- C++ -*-===//
//
// Builds, beside a function `@f`, the function `@f_grad` that calls `cotan.vjp @f`. The pass
// `cotan-expand-derivatives` then writes out what it computes. To get a second derivative, make a gradient of
// `@f_grad`.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_AUTODIFF_GRADIENT_H
#define COTAN_COMPILER_AUTODIFF_GRADIENT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringRef.h"

namespace cotan::autodiff {

/// Adds `@<name>_grad` to the module: its results are those of `@<name>`, then the cotangent of each argument in `wrt`
/// (by default every argument of floating-point elements).
///
/// If `@<name>` has one result of floating-point elements and that is a 0-d tensor, its cotangent is 1 and the
/// arguments are those of
/// `@<name>`. Otherwise a cotangent for each result of floating-point elements follows them.
///
/// Fails after a diagnostic if there is no such function, an index is out of range or listed twice, an argument in
/// `wrt` has no derivative, or no result has one.
mlir::FailureOr<mlir::func::FuncOp> createGradFunction(mlir::ModuleOp module, llvm::StringRef name,
                                                       llvm::ArrayRef<int64_t> wrt = {});

} // namespace cotan::autodiff

#endif // COTAN_COMPILER_AUTODIFF_GRADIENT_H
