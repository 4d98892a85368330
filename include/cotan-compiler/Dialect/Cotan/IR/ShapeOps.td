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

def Cotan_ConstantOp : Cotan_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a constant tensor or scalar";
  let arguments = (ins TypedAttrInterface:$value);
  let results = (outs Cotan_AnyValue:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::TypedAttr":$value), [{ build($_builder, $_state, value.getType(), value); }]>];
}

def Cotan_IotaOp : Cotan_Op<"iota", [Pure]> {
  let summary = "the index along one dimension";
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
  let arguments = (ins Cotan_Tensor:$operand);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Cotan_TransposeOp : Cotan_Op<"transpose", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "permutes dimensions: result dimension i is operand dimension permutation[i]";
  let arguments = (ins Cotan_Tensor:$operand, DenseI64ArrayAttr:$permutation);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `permutation` `=` $permutation attr-dict `:` type($operand) `to` type($result)";
  let hasFolder = 1;
}

def Cotan_SliceOp : Cotan_Op<"slice", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "the elements start, start + stride, ... below limit of each dimension; strides are positive";
  let arguments = (ins Cotan_Tensor:$operand, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$limits, DenseI64ArrayAttr:$strides);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = [{
    $operand `starts` `=` $starts `limits` `=` $limits `strides` `=` $strides attr-dict `:` type($operand) `to` type($result)
  }];
  let hasFolder = 1;
}

def Cotan_PadOp : Cotan_Op<"pad", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "surrounds a tensor with `low` and `high` elements of a value and puts `interior` of them between neighbours; all are non-negative";
  let arguments = (ins Cotan_Tensor:$operand, Cotan_Tensor:$value, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high, DenseI64ArrayAttr:$interior);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = [{
    $operand `,` $value `low` `=` $low `high` `=` $high `interior` `=` $interior attr-dict `:` type($operand) `,` type($value) `to` type($result)
  }];
  let hasFolder = 1;
}

def Cotan_ConcatenateOp : Cotan_Op<"concatenate", [Pure, Cotan_ByTranspose, InferTypeOpAdaptor]> {
  let summary = "joins tensors along one dimension";
  let arguments = (ins Variadic<Cotan_Tensor>:$operands, I64Attr:$dim);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operands `dim` `=` $dim attr-dict `:` functional-type($operands, $result)";
  let hasFolder = 1;
}

def Cotan_ReverseOp : Cotan_Op<"reverse", [Pure, Cotan_ByTranspose, SameOperandsAndResultType]> {
  let summary = "reverses the order of elements along the given dimensions";
  let arguments = (ins Cotan_Tensor:$operand, DenseI64ArrayAttr:$dims);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `dims` `=` $dims attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Cotan_DynamicSliceOp : Cotan_Op<"dynamic_slice", [Pure, Cotan_ByTranspose]> {
  let summary = "a window of static size (the result's shape) at start indices known at run time";
  let description = [{Each start is clamped to [0, operand extent - result extent].}];
  let arguments = (ins Cotan_Tensor:$operand, Variadic<Cotan_ScalarTensorI64>:$starts);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `[` $starts `]` attr-dict `:` type($operand) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Cotan_DynamicUpdateSliceOp : Cotan_Op<"dynamic_update_slice", [Pure, Cotan_ByTranspose, AllTypesMatch<["operand", "result"]>]> {
  let summary = "the operand with a window at run-time start indices replaced";
  let description = [{Each start is clamped to [0, operand extent - update extent].}];
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
  }];
  let arguments = (ins Cotan_Tensor:$operand, Cotan_IndexTensor:$indices);
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "$operand `[` $indices `]` attr-dict `:` type($operand) `,` type($indices)";
}

def Cotan_ScatterAddOp : Cotan_Op<"scatter_add", [Pure, Cotan_ByTranspose, AllTypesMatch<["operand", "result"]>]> {
  let summary = "adds rows into the operand: result = operand, then result[indices[i...], r...] += updates[i..., r...]";
  let description = [{
    Additions to one element happen in row-major order of the indices. An index outside [0, extent of dimension 0) fails the call.
  }];
  let arguments = (ins Cotan_NumberTensor:$operand, Cotan_IndexTensor:$indices, Cotan_NumberTensor:$updates);
  let results = (outs Cotan_NumberTensor:$result);
  let assemblyFormat = "$operand `[` $indices `]` `,` $updates attr-dict `:` type($operand) `,` type($indices) `,` type($updates)";
  let hasVerifier = 1;
}

#endif // COTAN_DIALECT_COTAN_IR_SHAPEOPS_TD
