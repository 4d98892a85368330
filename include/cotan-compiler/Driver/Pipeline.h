//===- Pipeline.h - the compile pipeline ------------------------*- C++ -*-===//
//
// The numbered steps from a module as it was traced or parsed to kernel form, as library functions.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DRIVER_PIPELINE_H
#define COTAN_COMPILER_DRIVER_PIPELINE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace cotan::driver {

/// Cotan's dialect and the upstream ones that meet it: func, scf, arith, tensor.
void registerDialects(mlir::DialectRegistry &registry);

/// Called after each step with its name.
using StageObserver = llvm::function_ref<void(llvm::StringRef stage)>;

/// Replaces each func.call that `function` reaches by the callee's body, and erases the functions that it does not reach. Fails on
/// recursion, through derivatives too, and on calls of functions without a body.
mlir::LogicalResult inlineCalls(mlir::ModuleOp module, llvm::StringRef function);

/// Steps 1 and 2: calls inlined, derivatives expanded, and of the functions only `function` left.
mlir::LogicalResult expandDerivatives(mlir::ModuleOp module, llvm::StringRef function, StageObserver observe = {});

/// Steps 1 to 3: and simplified.
mlir::LogicalResult optimizeGraph(mlir::ModuleOp module, llvm::StringRef function, StageObserver observe = {});

/// All steps, to kernel form. On failure diagnostics have been emitted to the context.
mlir::LogicalResult lowerToKernels(mlir::ModuleOp module, llvm::StringRef function, bool fuse, StageObserver observe = {});

} // namespace cotan::driver

#endif // COTAN_COMPILER_DRIVER_PIPELINE_H
