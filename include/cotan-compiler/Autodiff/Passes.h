//===- Passes.h - differentiation passes ------------------------*- C++ -*-===//
//
// The pass of Passes.td, and the same as a plain function.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_AUTODIFF_PASSES_H
#define COTAN_COMPILER_AUTODIFF_PASSES_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace cotan::autodiff {

/// What cotan-expand-derivatives does, for callers without a pass manager. On failure diagnostics have been emitted.
mlir::LogicalResult expandDerivatives(mlir::ModuleOp module);

#define GEN_PASS_DECL
#include "cotan-compiler/Autodiff/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "cotan-compiler/Autodiff/Passes.h.inc"

} // namespace cotan::autodiff

#endif // COTAN_COMPILER_AUTODIFF_PASSES_H
