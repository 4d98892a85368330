//===- Passes.h - differentiation passes ------------------------*- C++ -*-===//

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

#define GEN_PASS_DECL
#include "cotan-compiler/Autodiff/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "cotan-compiler/Autodiff/Passes.h.inc"

} // namespace cotan::autodiff

#endif // COTAN_COMPILER_AUTODIFF_PASSES_H
