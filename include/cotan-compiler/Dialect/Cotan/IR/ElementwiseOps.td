//===- ElementwiseOps.td - arithmetic, comparison, selection, casts -*- tablegen -*-===//
//
// Ops that compute each element of the result from the corresponding elements of the operands.
// All accept tensors of one shape, or scalars.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_DIALECT_COTAN_IR_ELEMENTWISEOPS_TD
#define COTAN_DIALECT_COTAN_IR_ELEMENTWISEOPS_TD

include "cotan-compiler/Dialect/Cotan/IR/CotanDialect.td"
include "cotan-compiler/Dialect/Cotan/IR/Differentiable.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Marks every op of this file, so that fusion and codegen find them by one query.
def Cotan_ElementwiseTrait : NativeOpTrait<"CotanElementwise"> {
  let cppNamespace = "::cotan::ir";
}

// The part of a description that shows an op's form.
class Cotan_Example<string text> { string value = "\n```mlir\n" # text # "\n```\n"; }

class Cotan_ElementwiseOp<string mnemonic, list<Trait> traits = []>
    : Cotan_Op<mnemonic, traits # [Pure, Cotan_ElementwiseTrait]>;

class Cotan_UnaryOp<string mnemonic, Type type, list<Trait> traits = [], string element = "f32">
    : Cotan_ElementwiseOp<mnemonic, traits # [SameOperandsAndResultType]> {
  let arguments = (ins type:$operand);
  let results = (outs type:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
  let description = Cotan_Example<"%y = cotan." # mnemonic # " %x : tensor<2x3x" # element # ">">.value;
}

class Cotan_BinaryOp<string mnemonic, Type type, list<Trait> traits = [], string element = "f32">
    : Cotan_ElementwiseOp<mnemonic, traits # [SameOperandsAndResultType]> {
  let arguments = (ins type:$lhs, type:$rhs);
  let results = (outs type:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let description = Cotan_Example<"%z = cotan." # mnemonic # " %x, %y : tensor<2x3x" # element # ">">.value;
}

def Cotan_ElementwiseGroup : OpDocGroup {
  let summary = "Elementwise ops";
  let description = "Each element of the result comes from the corresponding elements of the operands. Operands are tensors of one shape, or scalars.";
}

let opDocGroup = Cotan_ElementwiseGroup in {

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

def Cotan_NegOp : Cotan_UnaryOp<"neg", Cotan_NumberValue, [Cotan_ByPartials]> { let summary = "negation -x; integers wrap"; let hasFolder = 1; }
def Cotan_AbsOp : Cotan_UnaryOp<"abs", Cotan_NumberValue, [Cotan_ByPartials]> { let summary = "absolute value; integers wrap"; let hasFolder = 1; }
def Cotan_SignOp : Cotan_UnaryOp<"sign", Cotan_NumberValue, [Cotan_ByPartials]> { let summary = "sign: -1, 0 or 1; 0 for a NaN as in torch"; let hasFolder = 1; }
def Cotan_AddOp : Cotan_BinaryOp<"add", Cotan_NumberValue, [Commutative, Cotan_ByPartials]> { let summary = "sum x + y; integers wrap"; let hasFolder = 1; }
def Cotan_SubOp : Cotan_BinaryOp<"sub", Cotan_NumberValue, [Cotan_ByPartials]> { let summary = "difference x - y; integers wrap"; let hasFolder = 1; }
def Cotan_MulOp : Cotan_BinaryOp<"mul", Cotan_NumberValue, [Commutative, Cotan_ByPartials]> { let summary = "product x * y; integers wrap"; let hasFolder = 1; }
def Cotan_DivOp : Cotan_BinaryOp<"div", Cotan_NumberValue, [Cotan_ByPartials]> {
  let summary = "quotient x / y; integers truncate toward zero, INT_MIN / -1 wraps, division by zero fails the call";
  let hasFolder = 1;
}
def Cotan_RemOp : Cotan_BinaryOp<"rem", Cotan_NumberValue, [Cotan_ByPartials]> {
  let summary = "remainder of truncating division (C's fmod and %); integer division by zero fails the call";
  let hasFolder = 1;
}
def Cotan_MaxOp : Cotan_BinaryOp<"max", Cotan_NumberValue, [Commutative, Cotan_ByPartials]> { let summary = "the larger; a NaN operand gives NaN"; let hasFolder = 1; }
def Cotan_MinOp : Cotan_BinaryOp<"min", Cotan_NumberValue, [Commutative, Cotan_ByPartials]> { let summary = "the smaller; a NaN operand gives NaN"; let hasFolder = 1; }
def Cotan_PowOp : Cotan_BinaryOp<"pow", Cotan_FloatValue, [Cotan_ByPartials]> { let summary = "power x^y, as C's pow"; }
def Cotan_Atan2Op : Cotan_BinaryOp<"atan2", Cotan_FloatValue, [Cotan_ByPartials]> { let summary = "angle of the point (y, x) = (lhs, rhs)"; }
def Cotan_FmaOp : Cotan_ElementwiseOp<"fma", [SameOperandsAndResultType, Cotan_ByPartials]> {
  let summary = "fused multiply-add x * y + z, rounded once";
  let arguments = (ins Cotan_FloatValue:$a, Cotan_FloatValue:$b, Cotan_FloatValue:$c);
  let results = (outs Cotan_FloatValue:$result);
  let assemblyFormat = "$a `,` $b `,` $c attr-dict `:` type($result)";
  let description = [{
    Formed by `cotan-form-fma` from a multiplication that one addition or subtraction uses, before kernels are
    formed: so results do not depend on what is fused with what.
    ```mlir
    %r = cotan.fma %x, %y, %z : tensor<4xf32>
    ```
  }];
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Transcendental and rounding functions
//===----------------------------------------------------------------------===//

class Cotan_MathOp<string mnemonic, string text> : Cotan_UnaryOp<mnemonic, Cotan_FloatValue, [Cotan_ByPartials]> { let summary = text; }

def Cotan_ExpOp : Cotan_MathOp<"exp", "exponential e^x">;
def Cotan_Exp2Op : Cotan_MathOp<"exp2", "power of two, 2^x">;
def Cotan_Expm1Op : Cotan_MathOp<"expm1", "exponential less one, e^x - 1, accurate near 0">;
def Cotan_LogOp : Cotan_MathOp<"log", "natural logarithm">;
def Cotan_Log1pOp : Cotan_MathOp<"log1p", "natural logarithm of 1 + x, accurate near 0">;
def Cotan_Log2Op : Cotan_MathOp<"log2", "logarithm to base 2">;
def Cotan_Log10Op : Cotan_MathOp<"log10", "logarithm to base 10">;
def Cotan_SqrtOp : Cotan_MathOp<"sqrt", "square root, correctly rounded">;
def Cotan_RsqrtOp : Cotan_MathOp<"rsqrt", "reciprocal square root 1 / sqrt(x), the division and the root each correctly rounded">;
def Cotan_SinOp : Cotan_MathOp<"sin", "sine of radians">;
def Cotan_CosOp : Cotan_MathOp<"cos", "cosine of radians">;
def Cotan_TanOp : Cotan_MathOp<"tan", "tangent of radians">;
def Cotan_AsinOp : Cotan_MathOp<"asin", "inverse sine, radians">;
def Cotan_AcosOp : Cotan_MathOp<"acos", "inverse cosine, radians">;
def Cotan_AtanOp : Cotan_MathOp<"atan", "inverse tangent, radians">;
def Cotan_SinhOp : Cotan_MathOp<"sinh", "hyperbolic sine">;
def Cotan_CoshOp : Cotan_MathOp<"cosh", "hyperbolic cosine">;
def Cotan_TanhOp : Cotan_MathOp<"tanh", "hyperbolic tangent">;
def Cotan_AsinhOp : Cotan_MathOp<"asinh", "inverse hyperbolic sine">;
def Cotan_AcoshOp : Cotan_MathOp<"acosh", "inverse hyperbolic cosine">;
def Cotan_AtanhOp : Cotan_MathOp<"atanh", "inverse hyperbolic tangent">;
def Cotan_ErfOp : Cotan_MathOp<"erf", "error function">;
def Cotan_ErfcOp : Cotan_MathOp<"erfc", "complementary error function 1 - erf(x)">;
def Cotan_ErfinvOp : Cotan_MathOp<"erfinv", "inverse of the error function">;
def Cotan_LogisticOp : Cotan_MathOp<"logistic", "logistic function 1 / (1 + e^-x)">;
def Cotan_FloorOp : Cotan_MathOp<"floor", "largest integer not above x"> { let hasFolder = 1; }
def Cotan_CeilOp : Cotan_MathOp<"ceil", "smallest integer not below x"> { let hasFolder = 1; }
def Cotan_RoundOp : Cotan_MathOp<"round", "nearest integer, ties to even"> { let hasFolder = 1; }
def Cotan_TruncOp : Cotan_MathOp<"trunc", "integer part"> { let hasFolder = 1; }

//===----------------------------------------------------------------------===//
// Bits and logic
//===----------------------------------------------------------------------===//

def Cotan_NotOp : Cotan_UnaryOp<"not", Cotan_BitsValue, [], "i64"> { let summary = "bitwise complement; logical not of i1"; let hasFolder = 1; }
def Cotan_AndOp : Cotan_BinaryOp<"and", Cotan_BitsValue, [Commutative], "i64"> { let summary = "bitwise and"; let hasFolder = 1; }
def Cotan_OrOp : Cotan_BinaryOp<"or", Cotan_BitsValue, [Commutative], "i64"> { let summary = "bitwise or"; let hasFolder = 1; }
def Cotan_XorOp : Cotan_BinaryOp<"xor", Cotan_BitsValue, [Commutative], "i64"> { let summary = "bitwise exclusive or"; let hasFolder = 1; }
def Cotan_ShlOp : Cotan_BinaryOp<"shl", Cotan_IntegerValue, [], "i64"> { let summary = "left shift of x by y bits; 0 when y is not in [0, bits)"; let hasFolder = 1; }
def Cotan_ShrOp : Cotan_BinaryOp<"shr", Cotan_IntegerValue, [], "i64"> { let summary = "logical right shift of x by y bits; 0 when y is not in [0, bits)"; let hasFolder = 1; }

def Cotan_RandomBitsOp : Cotan_ElementwiseOp<"random_bits", [SameOperandsAndResultType]> {
  let summary = "random bits: 64 for a key and a counter (Philox4x32-10)";
  let description = [{
    A pure function of its operands: the first 64 of the 128 bits that Philox4x32-10 gives for the
    64-bit key and the 128-bit counter whose low half is `counter` and whose high half is 0.
    ```mlir
    %bits = cotan.random_bits %key, %counter : tensor<4xi64>
    ```
  }];
  let arguments = (ins Cotan_I64Value:$key, Cotan_I64Value:$counter);
  let results = (outs Cotan_I64Value:$result);
  let assemblyFormat = "$key `,` $counter attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Comparison, selection, casts
//===----------------------------------------------------------------------===//

def Cotan_CompareOp : Cotan_ElementwiseOp<"compare", [SameTypeOperands, InferTypeOpAdaptor]> {
  let summary = "elementwise comparison; IEEE for floats (a NaN is unequal to everything), signed for integers";
  let arguments = (ins Cotan_Comparison:$predicate, Cotan_AnyValue:$lhs, Cotan_AnyValue:$rhs);
  let results = (outs Cotan_BoolValue:$result);
  let assemblyFormat = "$predicate $lhs `,` $rhs attr-dict `:` type($lhs)";
  let description = [{
    The predicates are `eq`, `ne`, `lt`, `le`, `gt` and `ge`; i1 compares as 0 and 1.
    ```mlir
    %m = cotan.compare lt %a, %b : tensor<4xf32>   // tensor<4xi1>
    ```
  }];
  let hasFolder = 1;
}

def Cotan_SelectOp : Cotan_ElementwiseOp<"select", [AllTypesMatch<["on_true", "on_false", "result"]>, Cotan_ByPartials]> {
  let summary = "elementwise choice between two values";
  let description = [{
    The condition has the values' shape: what is not chosen is computed too, but has no influence.
    ```mlir
    %r = cotan.select %c, %x, %y : tensor<4xi1>, tensor<4xf32>
    ```
  }];
  let arguments = (ins Cotan_BoolValue:$condition, Cotan_AnyValue:$on_true, Cotan_AnyValue:$on_false);
  let results = (outs Cotan_AnyValue:$result);
  let assemblyFormat = "$condition `,` $on_true `,` $on_false attr-dict `:` type($condition) `,` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Cotan_CastOp : Cotan_ElementwiseOp<"cast", [Cotan_ByTranspose]> {
  let summary = "conversion of the element type";
  let description = [{
    Float to integer truncates toward zero; values out of range saturate and NaN gives 0. A number
    converts to i1 as `x != 0`. i1 converts to 0 or 1. Integers narrow by wrapping.
    ```mlir
    %i = cotan.cast %x : tensor<4xf32> to tensor<4xi64>
    ```
  }];
  let arguments = (ins Cotan_AnyValue:$operand);
  let results = (outs Cotan_AnyValue:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Identities that matter to differentiation
//===----------------------------------------------------------------------===//

def Cotan_StopGradientOp : Cotan_UnaryOp<"stop_gradient", Cotan_AnyValue, [Cotan_ByPartials]> {
  let summary = "the operand, with a derivative of zero";
}

def Cotan_SavedOp : Cotan_ElementwiseOp<"saved", [AllTypesMatch<["computed", "value", "result"]>, Cotan_ByPartials]> {
  let summary = "the value of a computation whose result is already at hand";
  let description = [{
    `%computed` and `%value` are equal; the derivative flows to `%computed`. After expansion of the
    derivatives every use of `%computed` is replaced by `%value`, so the computation is not repeated.
    ```mlir
    %e = cotan.exp %x : tensor<4xf32>
    %s = cotan.saved %e, %earlier : tensor<4xf32>
    ```
  }];
  let arguments = (ins Cotan_AnyValue:$computed, Cotan_AnyValue:$value);
  let results = (outs Cotan_AnyValue:$result);
  let assemblyFormat = "$computed `,` $value attr-dict `:` type($result)";
}

} // opDocGroup

#endif // COTAN_DIALECT_COTAN_IR_ELEMENTWISEOPS_TD
