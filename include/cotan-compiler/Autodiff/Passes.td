//===- Passes.td - differentiation passes ------------------------*- tablegen -*-===//

#ifndef COTAN_AUTODIFF_PASSES_TD
#define COTAN_AUTODIFF_PASSES_TD

include "mlir/Pass/PassBase.td"

def ExpandDerivativesPass : Pass<"cotan-expand-derivatives", "::mlir::ModuleOp"> {
  let summary = "expand cotan.vjp and cotan.jvp into the ops that compute them";
  let dependentDialects = ["::cotan::ir::CotanDialect", "::mlir::scf::SCFDialect", "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

#endif // COTAN_AUTODIFF_PASSES_TD
