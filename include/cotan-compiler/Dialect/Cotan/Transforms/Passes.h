//===- Passes.h - graph optimisations and the fusion plan -------*- C++ -*-===//
//
// The passes of Passes.td, and the same transformations as plain functions: the driver calls those, without a pass
// manager, once per compile.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_PASSES_H
#define COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_PASSES_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include <string>
#include <vector>

namespace cotan::transforms {

#define GEN_PASS_DECL
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"

/// Folds, applies identities that keep the bits (but for pow(x, 2), see Passes.td), merges equal ops and removes dead ones (cotan-simplify-graph).
void simplifyGraph(mlir::func::FuncOp function);

/// Rewrites ops without kernels of their own, and puts matrix products into their canonical form (cotan-decompose-ops).
void decomposeOps(mlir::func::FuncOp function);

/// Contracts multiplications with the addition or subtraction that alone uses them (cotan-form-fma).
void formFma(mlir::func::FuncOp function);

/// What the fusion plan decided, for logs.
struct FusionReport {
  struct Kernel {
    std::string ops;    ///< the ops' names in order, e.g. "sub exp reduce"
    std::string domain; ///< extents, reduced ones marked, e.g. "8x100r"
    std::string cut;    ///< why it is not part of the kernel that produces its operands; empty if none does
  };
  std::vector<Kernel> kernels;

  /// One line a kernel.
  std::string str() const;
};

struct FusionOptions {
  bool fuse = true; ///< false: one op a kernel; the results have the same bits
};

/// Groups the ops of every block into `cotan.kernel` ops (cotan-form-kernels). Fails with a diagnostic on dynamic
/// shapes.
mlir::LogicalResult formKernels(mlir::func::FuncOp function, const FusionOptions &options = {},
                                FusionReport *report = nullptr);

} // namespace cotan::transforms

#endif // COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_PASSES_H
