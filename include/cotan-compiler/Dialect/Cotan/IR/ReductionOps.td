//===- ReductionOps.td - reductions and contractions -------------*- tablegen -*-===//

#ifndef COTAN_DIALECT_COTAN_IR_REDUCTIONOPS_TD
#define COTAN_DIALECT_COTAN_IR_REDUCTIONOPS_TD

include "cotan-compiler/Dialect/Cotan/IR/CotanDialect.td"
include "cotan-compiler/Dialect/Cotan/IR/Differentiable.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Cotan_ReductionGroup : OpDocGroup {
  let summary = "Reductions and contractions";
  let description = "Ops that combine elements along dimensions.";
}

let opDocGroup = Cotan_ReductionGroup in {

def Cotan_ReduceOp : Cotan_Op<"reduce", [Pure, Cotan_ByOwnRules, InferTypeOpAdaptor]> {
  let summary = "combines the elements along dimensions, which the result does not have";
  let description = [{
    `dims` are in increasing order. Max and min propagate NaN and need a non-empty extent; the sum of nothing is 0, the product 1, `all` true, `any` false.
    `all` and `any` take i1. The order of additions depends on the shape only (docs/Rationale/ReductionOrder.md).
    ```mlir
    %s = cotan.reduce sum %x dims = [1] : tensor<2x3xf32>   // tensor<2xf32>
    ```
  }];
  let arguments = (ins Cotan_ReductionKind:$kind, Cotan_Tensor:$operand, DenseI64ArrayAttr:$dims);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$kind $operand `dims` `=` $dims attr-dict `:` type($operand)";
  let hasFolder = 1;
}

class Cotan_ArgReduceOp<string mnemonic, string text>
    : Cotan_Op<mnemonic, [Pure, InferTypeOpAdaptor]> {
  let summary = text;
  let arguments = (ins Cotan_NumberTensor:$operand, I64Attr:$dim);
  let results = (outs Cotan_I64Tensor:$result);
  let assemblyFormat = "$operand `dim` `=` $dim attr-dict `:` type($operand)";
  let description = "\nThe result lacks the dimension, which must not be empty.\n```mlir\n%i = cotan." # mnemonic
    # " %x dim = 1 : tensor<2x3xf32>   // tensor<2xi64>\n```\n";
}
def Cotan_ArgmaxOp : Cotan_ArgReduceOp<"argmax", "index of the first largest element along a dimension; a NaN is the largest">;
def Cotan_ArgminOp : Cotan_ArgReduceOp<"argmin", "index of the first smallest element along a dimension; a NaN is the smallest">;

def Cotan_DotGeneralOp : Cotan_Op<"dot_general", [Pure, Cotan_ByOwnRules, InferTypeOpAdaptor]> {
  let summary = "batched contraction over any dimensions";
  let description = [{
    The result's dimensions are the batch dimensions (in the order given), the remaining dimensions of
    the left operand, then those of the right. Summation along the contracted dimensions is in one
    order, fixed by the shapes.
    ```mlir
    %c = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<4x8xf32>, tensor<8x5xf32>  // tensor<4x5xf32>
    ```
  }];
  let arguments = (ins Cotan_NumberTensor:$lhs, Cotan_NumberTensor:$rhs,
                       DenseI64ArrayAttr:$lhs_batch, DenseI64ArrayAttr:$rhs_batch,
                       DenseI64ArrayAttr:$lhs_contract, DenseI64ArrayAttr:$rhs_contract);
  let results = (outs Cotan_NumberTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs `batch` `=` $lhs_batch `x` $rhs_batch `contract` `=` $lhs_contract `x` $rhs_contract
    attr-dict `:` type($lhs) `,` type($rhs)
  }];
}

} // opDocGroup

#endif // COTAN_DIALECT_COTAN_IR_REDUCTIONOPS_TD
