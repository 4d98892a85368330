//===- Passes.td - differentiation passes ------------------------*- tablegen -*-===//

#ifndef COTAN_AUTODIFF_PASSES_TD
#define COTAN_AUTODIFF_PASSES_TD

include "mlir/Pass/PassBase.td"

def ExpandDerivativesPass : Pass<"cotan-expand-derivatives", "::mlir::ModuleOp"> {
  let summary = "expand cotan.vjp and cotan.jvp into the ops that compute them";
  let description = [{
    Replaces every `cotan.vjp` and `cotan.jvp` of the module, innermost first (a callee that contains some is expanded
    before the op that calls it), so that derivatives nest in any order and in both modes.

    The callee's body is cloned in place of the op, calls in it inlined. In reverse mode the
    adjoint follows it: the ops that depend on an argument in `wrt` and that a result in `of` depends on, in reverse order, each by
    its derivative rule. What the adjoint needs of the primal is used as plain SSA values; nothing is recorded, and what is
    computed twice is left to common subexpression elimination. In forward mode each tangent
    follows the op it belongs to.

    Contract: afterwards no `cotan.vjp`, `cotan.jvp`, `cotan.saved` or `cotan.stop_gradient` is left. `cotan.saved %c, %v` and
    the uses of `%c` become `%v`. The callees stay as they are otherwise.

    Control flow (the values that an adjoint needs are kept as additional results):
    - `scf.if`: the adjoint is an `scf.if` on the same condition.
    - `scf.for`: the adjoint runs backwards. Values of the body that the adjoint needs are stacked in tensors of
      `[trip count, ...]`, or recomputed from fewer bytes of others if only cheap ops lie between. Loop-invariant ops are hoisted, and
      cotangents of captured values are summed in loop-carried values.
    - `func.call`: inlined.

    Restrictions, each an error:
    - an active op without a derivative rule, unstructured control flow, recursion, a callee without a body;
    - in reverse mode `scf.while`, and an `scf.for` of unknown trip count whose adjoint needs values of each iteration.

    Before:
    ```mlir
    func.func @f(%x: tensor<4xf64>) -> tensor<4xf64> {
      %y = cotan.sin %x : tensor<4xf64>
      return %y : tensor<4xf64>
    }
    func.func @g(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
      %y, %dx = cotan.vjp @f(%x) cotangents(%ct) of = [0] wrt = [0]
          : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
      return %dx : tensor<4xf64>
    }
    ```
    After:
    ```mlir
    func.func @g(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
      %y = cotan.sin %x : tensor<4xf64>
      %c = cotan.cos %x : tensor<4xf64>
      %dx = cotan.mul %ct, %c : tensor<4xf64>
      return %dx : tensor<4xf64>
    }
    ```
  }];
  let dependentDialects = ["::cotan::ir::CotanDialect", "::mlir::scf::SCFDialect", "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

#endif // COTAN_AUTODIFF_PASSES_TD
