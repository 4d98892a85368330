//===- ShapeOps.td - constants, shapes, indexing -----------------*- tablegen -*-===//
//
// Ops that create tensors or move elements without computing on them.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_DIALECT_COTAN_IR_SHAPEOPS_TD
#define COTAN_DIALECT_COTAN_IR_SHAPEOPS_TD

include "cotan-compiler/Dialect/Cotan/IR/CotanDialect.td"
include "cotan-compiler/Dialect/Cotan/IR/Differentiable.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def Cotan_ShapeGroup : OpDocGroup {
  let summary = "Constants, shapes and indexing";
  let description = "Ops that create tensors or move elements without computing on them.";
}

let opDocGroup = Cotan_ShapeGroup in {

def Cotan_ConstantOp : Cotan_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a constant tensor or scalar";
  let description = [{
    Dense elements or a number. Folding computes on constants of up to 64 elements and on splats of any size.
    ```mlir
    %c = cotan.constant dense<[1.0, 2.0]> : tensor<2xf32>
    %s = cotan.constant 2.5 : f64
    ```
  }];
  let arguments = (ins TypedAttrInterface:$value);
  let results = (outs Cotan_AnyValue:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::TypedAttr":$value), [{ build($_builder, $_state, value.getType(), value); }]>];
}

def Cotan_IotaOp : Cotan_Op<"iota", [Pure]> {
  let summary = "the index along one dimension";
  let description = [{
    Element `[i0, i1, ...]` is the index along `dim`, converted to the element type.
    ```mlir
    %i = cotan.iota dim = 1 : tensor<2x3xi64>   // [[0, 1, 2], [0, 1, 2]]
    ```
  }];
  let arguments = (ins I64Attr:$dim);
  let results = (outs Cotan_NumberTensor:$result);
  let assemblyFormat = "`dim` `=` $dim attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Cotan_BroadcastOp : Cotan_Op<"broadcast", [Pure, Cotan_ByTranspose]> {
  let summary = "repeats a tensor along new or unit dimensions";
  let description = [{
    `dims[i]` is the result dimension that operand dimension `i` becomes, in increasing order; an operand extent is
    either that of the result or 1.
    ```mlir
    %b = cotan.broadcast %x dims = [1] : tensor<3xf32> to tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, DenseI64ArrayAttr:$dims);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `dims` `=` $dims attr-dict `:` type($operand) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Cotan_ReshapeOp : Cotan_Op<"reshape", [Pure, Cotan_ByTranspose]> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    The number of elements is the same. Costs nothing: tensors are dense and row-major.
    ```mlir
    %y = cotan.reshape %x : tensor<2x3xf32> to tensor<6x1xf32>
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Cotan_TransposeOp : Cotan_Op<"transpose", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "permutes dimensions: result dimension i is operand dimension permutation[i]";
  let description = [{
    ```mlir
    %y = cotan.transpose %x permutation = [2, 0, 1] : tensor<2x3x4xf32> to tensor<4x2x3xf32>
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, DenseI64ArrayAttr:$permutation);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `permutation` `=` $permutation attr-dict `:` type($operand) `to` type($result)";
  let hasFolder = 1;
}

def Cotan_SliceOp : Cotan_Op<"slice", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "the elements start, start + stride, ... below limit of each dimension; strides are positive";
  let description = [{
    For each dimension `0 <= start <= limit <= extent` and `stride >= 1`; the result has `ceil((limit - start) / stride)` elements along it.
    ```mlir
    %y = cotan.slice %x starts = [1, 0] limits = [6, 4] strides = [2, 1] : tensor<7x4xf32> to tensor<3x4xf32>   // rows 1, 3, 5
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$limits, DenseI64ArrayAttr:$strides);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = [{
    $operand `starts` `=` $starts `limits` `=` $limits `strides` `=` $strides attr-dict `:` type($operand) `to` type($result)
  }];
  let hasFolder = 1;
}

def Cotan_PadOp : Cotan_Op<"pad", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "surrounds a tensor with `low` and `high` elements of a value and puts `interior` of them between neighbours; all are non-negative";
  let description = [{
    The result extent is `low + extent + max(extent - 1, 0) * interior + high`. The transpose of a strided slice.
    ```mlir
    %y = cotan.pad %x, %zero low = [1] high = [2] interior = [1] : tensor<3xf32>, tensor<f32> to tensor<8xf32>   // 0 a 0 b 0 c 0 0
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, Cotan_Tensor:$value, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high, DenseI64ArrayAttr:$interior);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = [{
    $operand `,` $value `low` `=` $low `high` `=` $high `interior` `=` $interior attr-dict `:` type($operand) `,` type($value) `to` type($result)
  }];
  let hasFolder = 1;
}

def Cotan_ConcatenateOp : Cotan_Op<"concatenate", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "joins tensors along one dimension";
  let description = [{
    Operands have one element type and rank and differ at most in the extent of `dim`.
    ```mlir
    %z = cotan.concatenate %x, %y dim = 1 : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    ```
  }];
  let arguments = (ins Variadic<Cotan_Tensor>:$operands, I64Attr:$dim);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operands `dim` `=` $dim attr-dict `:` functional-type($operands, $result)";
  let hasFolder = 1;
}

def Cotan_ReverseOp : Cotan_Op<"reverse", [Pure, Cotan_ByTranspose, SameOperandsAndResultType]> {
  let summary = "reverses the order of elements along the given dimensions";
  let description = [{
    ```mlir
    %y = cotan.reverse %x dims = [1] : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, DenseI64ArrayAttr:$dims);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `dims` `=` $dims attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Cotan_DynamicSliceOp : Cotan_Op<"dynamic_slice", [Pure, Cotan_ByTranspose]> {
  let summary = "a window of static size (the result's shape) at start indices known at run time";
  let description = [{
    Each start is clamped to [0, operand extent - result extent].
    ```mlir
    %y = cotan.dynamic_slice %x[%i, %j] : tensor<8x8xf32> to tensor<1x4xf32>
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, Variadic<Cotan_ScalarTensorI64>:$starts);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `[` $starts `]` attr-dict `:` type($operand) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Cotan_DynamicUpdateSliceOp : Cotan_Op<"dynamic_update_slice", [Pure, Cotan_ByTranspose, AllTypesMatch<["operand", "result"]>]> {
  let summary = "the operand with a window at run-time start indices replaced";
  let description = [{
    Each start is clamped to [0, operand extent - update extent].
    ```mlir
    %y = cotan.dynamic_update_slice %x, %u[%i, %j] : tensor<8x8xf32>, tensor<1x4xf32>
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, Cotan_Tensor:$update, Variadic<Cotan_ScalarTensorI64>:$starts);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `,` $update `[` $starts `]` attr-dict `:` type($operand) `,` type($update)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Cotan_GatherOp : Cotan_Op<"gather", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "rows of the operand: result[i..., r...] = operand[indices[i...], r...]";
  let description = [{
    The result's shape is that of the indices followed by that of one row of the operand. An index
    outside [0, extent of dimension 0) fails the call.
    ```mlir
    %y = cotan.gather %x[%i] : tensor<10x4xf32>, tensor<2x3xi64>   // tensor<2x3x4xf32>
    ```
  }];
  let arguments = (ins Cotan_Tensor:$operand, Cotan_IndexTensor:$indices);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `[` $indices `]` attr-dict `:` type($operand) `,` type($indices)";
}

def Cotan_ScatterAddOp : Cotan_Op<"scatter_add", [Pure, Cotan_ByTranspose, AllTypesMatch<["operand", "result"]>]> {
  let summary = "adds rows into the operand: result = operand, then result[indices[i...], r...] += updates[i..., r...]";
  let description = [{
    Additions to one element happen in row-major order of the indices. An index outside [0, extent of dimension 0) fails the call.
    ```mlir
    %y = cotan.scatter_add %x[%i], %u : tensor<10x4xf32>, tensor<3xi64>, tensor<3x4xf32>
    ```
  }];
  let arguments = (ins Cotan_NumberTensor:$operand, Cotan_IndexTensor:$indices, Cotan_NumberTensor:$updates);
  let results = (outs Cotan_NumberTensor:$result);
  let assemblyFormat = "$operand `[` $indices `]` `,` $updates attr-dict `:` type($operand) `,` type($indices) `,` type($updates)";
  let hasVerifier = 1;
}

} // opDocGroup

#endif // COTAN_DIALECT_COTAN_IR_SHAPEOPS_TD
