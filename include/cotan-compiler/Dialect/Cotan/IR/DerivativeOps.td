//===- DerivativeOps.td - derivatives of functions ---------------*- tablegen -*-===//

#ifndef COTAN_DIALECT_COTAN_IR_DERIVATIVEOPS_TD
#define COTAN_DIALECT_COTAN_IR_DERIVATIVEOPS_TD

include "cotan-compiler/Dialect/Cotan/IR/CotanDialect.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Cotan_DerivativeGroup : OpDocGroup {
  let summary = "Derivatives of functions";
  let description = "Expanded by `cotan-expand-derivatives`; nest and repeat as functions do.";
}

let opDocGroup = Cotan_DerivativeGroup in {

def Cotan_VjpOp : Cotan_Op<"vjp", [Pure, AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a function's results and the vector-Jacobian product of its arguments";
  let description = [{
    Results: those of the function, then one cotangent for each argument listed in `wrt`.
    There is one cotangent operand for each result of the function listed in `of`.
    ```mlir
    %y, %dx = cotan.vjp @f(%x, %w) cotangents(%ct) of = [0] wrt = [0]
        : (tensor<4xf32>, tensor<4xf32>), (tensor<f32>) -> (tensor<f32>, tensor<4xf32>)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Cotan_Tensor>:$inputs, Variadic<Cotan_Tensor>:$cotangents,
                       DenseI64ArrayAttr:$of, DenseI64ArrayAttr:$wrt);
  let results = (outs Variadic<Cotan_Tensor>:$outputs);
  let assemblyFormat = [{
    $callee `(` $inputs `)` `cotangents` `(` $cotangents `)` `of` `=` $of `wrt` `=` $wrt attr-dict
    `:` custom<TypeList>(type($inputs)) `,` custom<TypeList>(type($cotangents)) `->` custom<TypeList>(type($outputs))
  }];
}

def Cotan_JvpOp : Cotan_Op<"jvp", [Pure, AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a function's results and the Jacobian-vector product of its results";
  let description = [{
    Results: those of the function, then a tangent for each of them. There is one tangent operand for each argument listed in `wrt`.
    ```mlir
    %y, %dy = cotan.jvp @f(%x, %w) tangents(%t) wrt = [0]
        : (tensor<4xf32>, tensor<4xf32>), (tensor<4xf32>) -> (tensor<f32>, tensor<f32>)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Cotan_Tensor>:$inputs, Variadic<Cotan_Tensor>:$tangents,
                       DenseI64ArrayAttr:$wrt);
  let results = (outs Variadic<Cotan_Tensor>:$outputs);
  let assemblyFormat = [{
    $callee `(` $inputs `)` `tangents` `(` $tangents `)` `wrt` `=` $wrt attr-dict
    `:` custom<TypeList>(type($inputs)) `,` custom<TypeList>(type($tangents)) `->` custom<TypeList>(type($outputs))
  }];
}

} // opDocGroup

#endif // COTAN_DIALECT_COTAN_IR_DERIVATIVEOPS_TD
