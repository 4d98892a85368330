//===- Passes.td - graph optimisations and the fusion plan -------*- tablegen -*-===//

#ifndef COTAN_DIALECT_COTAN_TRANSFORMS_PASSES_TD
#define COTAN_DIALECT_COTAN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def SimplifyGraphPass : Pass<"cotan-simplify-graph", "::mlir::func::FuncOp"> {
  let summary = "fold, apply algebraic identities, remove common subexpressions and dead ops in one walk";
}

def DecomposeOpsPass : Pass<"cotan-decompose-ops", "::mlir::func::FuncOp"> {
  let summary = "rewrite ops that kernels are not generated for into those that they are";
  let dependentDialects = ["::cotan::ir::CotanDialect"];
}

def FormFmaPass : Pass<"cotan-form-fma", "::mlir::func::FuncOp"> {
  let summary = "contract a multiplication used once by an addition or subtraction into cotan.fma";
}

def FormKernelsPass : Pass<"cotan-form-kernels", "::mlir::func::FuncOp"> {
  let summary = "group ops into fused cotan.kernel ops (the fusion plan)";
  let options = [Option<"fuse", "fuse", "bool", "true", "fuse more than one op into a kernel">];
}

#endif // COTAN_DIALECT_COTAN_TRANSFORMS_PASSES_TD
