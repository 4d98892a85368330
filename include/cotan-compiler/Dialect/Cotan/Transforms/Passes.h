//===- Passes.h - graph optimisations and the fusion plan -------*- C++ -*-===//

#ifndef COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_PASSES_H
#define COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_PASSES_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace cotan::transforms {

#define GEN_PASS_DECL
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"

} // namespace cotan::transforms

#endif // COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_PASSES_H
