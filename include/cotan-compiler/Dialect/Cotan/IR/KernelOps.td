//===- KernelOps.td - the fused kernel form ----------------------*- tablegen -*-===//
//
// What the fusion plan produces and code generation consumes.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_DIALECT_COTAN_IR_KERNELOPS_TD
#define COTAN_DIALECT_COTAN_IR_KERNELOPS_TD

include "cotan-compiler/Dialect/Cotan/IR/CotanDialect.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Cotan_KernelGroup : OpDocGroup {
  let summary = "Kernels";
  let description = "What `cotan-form-kernels` produces and code generation consumes.";
}

let opDocGroup = Cotan_KernelGroup in {

def Cotan_KernelOp : Cotan_Op<"kernel", [Pure, AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock]> {
  let summary = "one fused loop nest: a body over scalars, a domain, and a map for each tensor";
  let description = [{
    The domain is `extents`, one iterator each: `"parallel"` or `"reduction"` (`reduction_dims` lists the latter). For every point the body
    computes on scalars; `cotan.kernel_reduce` in it combines a value over all reduction dimensions and gives a
    *row value*, the same for all points that differ only in them; row values may meet full values again (a softmax is
    max, subtract, exp, sum, divide: three stages over one row).

    - `inputs`: read at `input_maps[i]`, an affine map from domain dimensions (and symbols) to tensor indices;
      the body's first block arguments are their scalars.
    - `tables`: whole tensors, read by `cotan.kernel_load` at computed indices; block arguments after the inputs.
    - `offsets`: 0-d i64 tensors, the maps' symbols s0, s1, ...; each is clamped to [0, `offset_limits[k]`] first.
    - `dests`: `dest_of[j]` is the index of the tensor that result j starts from (its elements outside the map's image stay), or -1:
      then the map's image is the whole result.
    - results: `output_maps[j]` maps the domain to result indices; a row value's map uses only parallel dimensions.

    If the last domain dimension is a reduction, vector lanes run along the reduction dimensions ("row
    mode"), else along the last parallel one. Order of the reduction: docs/Rationale/ReductionOrder.md.

    ```mlir
    #full = affine_map<(d0, d1) -> (d0, d1)>
    %y = cotan.kernel extents = [8, 100] reduction_dims = [1] inputs(%x) maps [#full] outputs maps [#full]
        : (tensor<8x100xf32>) -> tensor<8x100xf32> {
    ^bb0(%a: f32):
      %m = cotan.kernel_reduce max %a : f32
      %s = cotan.sub %a, %m : f32
      %e = cotan.exp %s : f32
      %t = cotan.kernel_reduce sum %e : f32
      %q = cotan.div %e, %t : f32
      cotan.kernel_yield %q : f32
    }
    ```
  }];
  let arguments = (ins Variadic<Cotan_Tensor>:$inputs, Variadic<Cotan_Tensor>:$tables,
                       Variadic<Cotan_ScalarTensorI64>:$offsets, Variadic<Cotan_Tensor>:$dests,
                       DenseI64ArrayAttr:$extents, DenseI64ArrayAttr:$reduction_dims,
                       AffineMapArrayAttr:$input_maps, AffineMapArrayAttr:$output_maps,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$offset_limits,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$dest_of);
  let results = (outs Variadic<Cotan_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `extents` `=` $extents `reduction_dims` `=` $reduction_dims
    (`inputs` `(` $inputs^ `)`)? `maps` $input_maps
    (`tables` `(` $tables^ `)`)? (`offsets` `(` $offsets^ `)` `limits` $offset_limits)? (`dests` `(` $dests^ `)` `of` $dest_of)?
    `outputs` `maps` $output_maps attr-dict `:` functional-type(operands, $results) $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &getBodyBlock() { return getBody().front(); }
    bool isReductionDim(int64_t dim) { return ::llvm::is_contained(getReductionDims(), dim); }
    /// Index of the destination tensor of a result, or -1.
    int64_t getDestOf(unsigned result) { auto d = getDestOf(); return result < d.size() ? d[result] : -1; }
  }];
}

def Cotan_KernelReduceOp : Cotan_Op<"kernel_reduce", [Pure, SameOperandsAndResultType, HasParent<"KernelOp">]> {
  let summary = "combines a value over all reduction dimensions of the enclosing kernel";
  let description = [{
    The result is a row value: the same for all points that differ only in reduction dimensions. `all` and `any` take i1,
    the other kinds numbers.
    ```mlir
    %m = cotan.kernel_reduce max %a : f32
    ```
  }];
  let arguments = (ins Cotan_ReductionKind:$kind, Cotan_Element:$operand);
  let results = (outs Cotan_Element:$result);
  let assemblyFormat = "$kind $operand attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Cotan_KernelIndexOp : Cotan_Op<"kernel_index", [Pure, HasParent<"KernelOp">]> {
  let summary = "the current index along one dimension of the domain";
  let description = [{
    What iota becomes.
    ```mlir
    %i = cotan.kernel_index 0
    ```
  }];
  let arguments = (ins I64Attr:$dim);
  let results = (outs I64:$result);
  let assemblyFormat = "$dim attr-dict";
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "int64_t":$dim), [{ build($_builder, $_state, $_builder.getI64Type(), dim); }]>];
}

def Cotan_KernelLoadOp : Cotan_Op<"kernel_load", [HasParent<"KernelOp">, MemoryEffects<[]>, AttrSizedOperandSegments]> {
  let summary = "an element of a whole tensor at computed indices; an index out of range fails the call";
  let description = [{
    The table is an argument of the body. What gather becomes. Where the program's own index is another value than those, since its
    table is a view of this one, `of %row below N` gives it and the view's extent: it is checked first, and is what an error names.
    ```mlir
    %v = cotan.kernel_load %table[%row, %column] : tensor<10x4xf32> -> f32
    %w = cotan.kernel_load %table[%moved, %column] of %row below 6 : tensor<10x4xf32> -> f32
    ```
  }];
  let arguments = (ins Cotan_Tensor:$table, Variadic<I64>:$indices, Optional<I64>:$row, OptionalAttr<I64Attr>:$rows);
  let results = (outs Cotan_Element:$result);
  let assemblyFormat = "$table `[` $indices `]` (`of` $row^ `below` $rows)? attr-dict `:` type($table) `->` type($result)";
  let hasVerifier = 1;
}

def Cotan_KernelYieldOp : Cotan_Op<"kernel_yield", [Pure, Terminator, HasParent<"KernelOp">]> {
  let summary = "the values of a kernel's results at one point";
  let description = [{
    One value for each result, of its element type, stored where the output map says.
    ```mlir
    cotan.kernel_yield %a, %b : f32, i64
    ```
  }];
  let arguments = (ins Variadic<Cotan_Element>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

def Cotan_EmptyOp : Cotan_Op<"empty", [Pure]> {
  let summary = "a tensor of unspecified contents, a destination for kernels";
  let description = [{
    Reading it before it is written is undefined.
    ```mlir
    %d = cotan.empty : tensor<12xf32>
    ```
  }];
  let results = (outs Cotan_Tensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

} // opDocGroup

#endif // COTAN_DIALECT_COTAN_IR_KERNELOPS_TD
