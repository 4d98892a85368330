//===- Passes.td - graph optimisations and the fusion plan -------*- tablegen -*-===//

#ifndef COTAN_DIALECT_COTAN_TRANSFORMS_PASSES_TD
#define COTAN_DIALECT_COTAN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def SimplifyGraphPass : Pass<"cotan-simplify-graph", "::mlir::func::FuncOp"> {
  let summary = "fold, apply identities, merge equal ops, remove dead ones";
  let description = [{
    One forward walk and one backward. Forward, each op is folded, rewritten by the identities below, and replaced by
    an earlier op of the same name, attributes, operands and types, if there is one in scope. Backward, pure ops without
    uses are erased. A value's bits do not change, except the sign and payload of a NaN, and that pow(x, 2) becomes x * x, which
    is correctly rounded where pow has up to 1 ulp.

    - broadcast of a reshape that inserts unit dimensions -> broadcast; reshape of a broadcast that changes unit dimensions
      only -> broadcast; a view of a broadcast scalar -> broadcast of the scalar
    - transpose or broadcast that moves or inserts unit dimensions only, reduce over unit dimensions only -> reshape
    - an elementwise op of equally broadcast operands and splats -> broadcast of the op on the smaller operands
    - x + (-y) -> x - y, x - (-y) -> x + y, (-x) * (-y) -> x * y, x / 2^k -> x * 2^-k, pow(x, 2) -> x * x,
      select(not c, x, y) -> select(c, y, x)

    Restrictions: ops with regions are walked into but not rewritten themselves.

    ```mlir
    %r = cotan.reshape %b : tensor<3xf32> to tensor<1x3xf32>
    %x = cotan.broadcast %r dims = [0, 1] : tensor<1x3xf32> to tensor<8x3xf32>
    // becomes
    %x = cotan.broadcast %b dims = [1] : tensor<3xf32> to tensor<8x3xf32>
    ```
  }];
  let dependentDialects = ["::cotan::ir::CotanDialect"];
}

def DecomposeOpsPass : Pass<"cotan-decompose-ops", "::mlir::func::FuncOp"> {
  let summary = "rewrite ops that have no kernels of their own, and bring matrix products into canonical form";
  let description = [{
    After this pass:

    - no `argmax`, `argmin`, `stop_gradient`, `saved` is left;
    - every `dot_general` is a float matrix product with M, N, K > 1, of one of the forms
      `[B,] M, K` or `[B,] K, M` times `[B,] K, N` or `[B,] N, K`: at most one batch dimension, leading on both sides, one free
      and one contracted dimension each. Transposes of the operands are folded into the form; dimensions of one role
      that lie together in order are reshaped into one, others are transposed first;
    - dot products, matrix-vector and outer products, products of integers, and those of at most 512 multiplications a batch have
      become `mul` and `reduce`, which fuse with their neighbours. The reduced dimensions stay where the larger operand has them.

    The choice depends on shapes and element types only, because the order of summation does.

    ```mlir
    %y = cotan.dot_general %a, %v batch = [] x [] contract = [1] x [0] : tensor<64x32xf32>, tensor<32xf32>
    // becomes
    %b = cotan.broadcast %v dims = [1] : tensor<32xf32> to tensor<64x32xf32>
    %p = cotan.mul %a, %b : tensor<64x32xf32>
    %y = cotan.reduce sum %p dims = [1] : tensor<64x32xf32>
    ```
  }];
  let dependentDialects = ["::cotan::ir::CotanDialect"];
}

def FormFmaPass : Pass<"cotan-form-fma", "::mlir::func::FuncOp"> {
  let summary = "contract a multiplication used once by an addition or subtraction into cotan.fma";
  let description = [{
    `a * b + c` -> `fma(a, b, c)`, `a * b - c` -> `fma(a, b, -c)`, `c - a * b` -> `fma(-a, b, c)`, where the product is a float, has no
    other use and lies in the same block. Of two products the left one is contracted. This is the only place where
    multiplications are contracted, so that the bits of a value do not depend on what it is fused with.

    ```mlir
    %p = cotan.mul %a, %b : tensor<4xf32>
    %s = cotan.sub %c, %p : tensor<4xf32>
    // becomes
    %n = cotan.neg %a : tensor<4xf32>
    %s = cotan.fma %n, %b, %c : tensor<4xf32>
    ```
  }];
  let dependentDialects = ["::cotan::ir::CotanDialect"];
}

def FormKernelsPass : Pass<"cotan-form-kernels", "::mlir::func::FuncOp"> {
  let summary = "group ops into fused cotan.kernel ops (the fusion plan)";
  let description = [{
    Every elementwise op, reduce and gather becomes part of a `cotan.kernel`; pad, concatenate and dynamic_update_slice become
    chains of kernels that write into one tensor. Broadcasts, transposes, slices, reverses and dynamic slices vanish into the
    kernels' index maps, splat constants and iotas into their bodies. What is left besides kernels: constants with
    elements that differ, reshapes of tensors in memory, `empty`, dot_general, scatter_add, control flow, calls.

    Ops share a kernel when they have one iteration domain and, if they reduce, reduce over the same dimensions of it; a
    view of a value that the kernel itself computes, or too long a row, keeps them apart (docs/Rationale/Fusion.md). Kernels
    stand in an order in which they can run; those of the regions of control flow stay in their regions.

    Restrictions: shapes are static; run cotan-decompose-ops before.

    ```mlir
    %m = cotan.reduce max %x dims = [1] : tensor<8x100xf32>
    %b = cotan.broadcast %m dims = [0] : tensor<8xf32> to tensor<8x100xf32>
    %s = cotan.sub %x, %b : tensor<8x100xf32>
    // becomes
    %s = cotan.kernel extents = [8, 100] reduction_dims = [1] inputs(%x) maps [affine_map<(d0, d1) -> (d0, d1)>]
        outputs maps [affine_map<(d0, d1) -> (d0, d1)>] : (tensor<8x100xf32>) -> tensor<8x100xf32> {
    ^bb0(%a: f32):
      %0 = cotan.kernel_reduce max %a : f32
      %1 = cotan.sub %a, %0 : f32
      cotan.kernel_yield %1 : f32
    }
    ```
  }];
  let options = [Option<"fuse", "fuse", "bool", "true", "put more than one op into a kernel; the results are the same without">];
  let dependentDialects = ["::cotan::ir::CotanDialect"];
}

#endif // COTAN_DIALECT_COTAN_TRANSFORMS_PASSES_TD
