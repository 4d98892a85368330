//===- CotanDialect.td - the cotan dialect and its types ---------*- tablegen -*-===//
//
// The dialect, the element and tensor types its ops accept, and the enums they share.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_DIALECT_COTAN_IR_COTANDIALECT_TD
#define COTAN_DIALECT_COTAN_IR_COTANDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"

def Cotan_Dialect : Dialect {
  let name = "cotan";
  let cppNamespace = "::cotan::ir";
  let summary = "Differentiable tensor programs";
  let description = [{
    Value-semantics tensor operations, closed under differentiation: the derivative of every op is
    written in ops of this dialect. Broadcasts are explicit, so every derivative is a short formula.
    Elementwise ops accept tensors or scalars of the same element types; the scalar form is what
    kernel bodies (`cotan.kernel`) are made of. Control flow is upstream `scf` and `func`.
  }];
  let hasConstantMaterializer = 1;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

def Cotan_Float : AnyTypeOf<[F32, F64], "f32 or f64">;
def Cotan_Integer : AnyTypeOf<[I32, I64], "i32 or i64">;
def Cotan_Element : AnyTypeOf<[F32, F64, I32, I64, I1], "f32, f64, i32, i64 or i1">;

// Dense, and below 2^60 elements: sizes and offsets do not overflow.
class Cotan_TensorOf<list<Type> elements>
    : RankedTensorOf<elements, [CPred<"::cotan::ir::isSupportedTensor($_self)">], "dense tensor of fewer than 2^60 elements">;

def Cotan_Tensor : Cotan_TensorOf<[F32, F64, I32, I64, I1]>;
def Cotan_FloatTensor : Cotan_TensorOf<[F32, F64]>;
def Cotan_NumberTensor : Cotan_TensorOf<[F32, F64, I32, I64]>;
def Cotan_BoolTensor : Cotan_TensorOf<[I1]>;
def Cotan_I64Tensor : Cotan_TensorOf<[I64]>;
def Cotan_IndexTensor : Cotan_TensorOf<[I32, I64]>;
def Cotan_0DTensorI64 : 0DTensorOf<[I64]>;
def Cotan_ScalarTensorI64 : Type<Cotan_0DTensorI64.predicate, "0-d tensor of i64", "::mlir::RankedTensorType">,
    BuildableType<"::mlir::RankedTensorType::get({}, $_builder.getI64Type())">;

// Tensors of any shape, or scalars (in kernel bodies).
def Cotan_AnyValue : AnyTypeOf<[Cotan_Tensor, Cotan_Element], "tensor or scalar of f32, f64, i32, i64 or i1">;
def Cotan_FloatValue : AnyTypeOf<[Cotan_FloatTensor, Cotan_Float], "tensor or scalar of f32 or f64">;
def Cotan_NumberValue : AnyTypeOf<[Cotan_NumberTensor, Cotan_Float, Cotan_Integer], "tensor or scalar of f32, f64, i32 or i64">;
def Cotan_BitsValue : AnyTypeOf<[Cotan_TensorOf<[I32, I64, I1]>, Cotan_Integer, I1], "tensor or scalar of i32, i64 or i1">;
def Cotan_IntegerValue : AnyTypeOf<[Cotan_TensorOf<[I32, I64]>, Cotan_Integer], "tensor or scalar of i32 or i64">;
def Cotan_I64Value : AnyTypeOf<[Cotan_I64Tensor, I64], "tensor or scalar of i64">;
def Cotan_BoolValue : AnyTypeOf<[Cotan_BoolTensor, I1], "tensor or scalar of i1">;

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

def Cotan_ReductionKind : I32EnumAttr<"ReductionKind", "how elements are combined", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Prod", 1, "prod">,
    I32EnumAttrCase<"Max", 2, "max">, I32EnumAttrCase<"Min", 3, "min">,
    I32EnumAttrCase<"All", 4, "all">, I32EnumAttrCase<"Any", 5, "any">]> {
  let cppNamespace = "::cotan::ir";
}

def Cotan_Comparison : I32EnumAttr<"Comparison", "comparison predicate", [
    I32EnumAttrCase<"Eq", 0, "eq">, I32EnumAttrCase<"Ne", 1, "ne">,
    I32EnumAttrCase<"Lt", 2, "lt">, I32EnumAttrCase<"Le", 3, "le">,
    I32EnumAttrCase<"Gt", 4, "gt">, I32EnumAttrCase<"Ge", 5, "ge">]> {
  let cppNamespace = "::cotan::ir";
}

class Cotan_Op<string mnemonic, list<Trait> traits = []> : Op<Cotan_Dialect, mnemonic, traits>;

#endif // COTAN_DIALECT_COTAN_IR_COTANDIALECT_TD
