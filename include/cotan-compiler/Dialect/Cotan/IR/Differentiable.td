//===- Differentiable.td - how ops are differentiated ------------*- tablegen -*-===//
//
// The interfaces that state an op's derivative. They are implemented beside each op family, in
// `lib/Dialect/Cotan/IR/<Family>Derivatives.cpp`. An op takes one of three traits:
//
//   Cotan_ByPartials   elementwise: declares `v * d result / d operand` once, both modes come from it
//   Cotan_ByTranspose  linear: declares its transpose once, both modes come from it
//   Cotan_ByOwnRules   anything else: writes the reverse and the forward rule
//
// Rules build only cotan ops, so what they build can be differentiated again. docs/AddAnOp.md has a walk-through.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_DIALECT_COTAN_IR_DIFFERENTIABLE_TD
#define COTAN_DIALECT_COTAN_IR_DIFFERENTIABLE_TD

include "mlir/IR/OpBase.td"

def Cotan_DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::cotan::ir";
  let description = [{
    Rules see the op, its operands and results, the cotangents of its results (null means zero) and
    which operands are asked for; they build only `cotan` ops and return cotangents, or null for zero.
    Only operands and results of floating-point tensor type have derivatives; rules are not asked for others.

    The default implementations take the derivative from `ElementwiseDifferentiableOpInterface` or `LinearOpInterface`.
  }];
  let methods = [
    InterfaceMethod<[{
        Reverse mode: `cotangents` has one value (or null) for each result, not all null; fills one
        value (or null) for each operand, and need only fill those that `wanted` asks for.
      }], "::llvm::LogicalResult", "buildVjp",
      (ins "::mlir::OpBuilder &":$builder, "::llvm::ArrayRef<::mlir::Value>":$cotangents,
           "::llvm::ArrayRef<bool>":$wanted, "::llvm::SmallVectorImpl<::mlir::Value> &":$operandCotangents),
      /*methodBody=*/"",
      /*defaultImplementation=*/"return ::cotan::ir::detail::buildDefaultVjp($_op, builder, cotangents, wanted, operandCotangents);">,
    InterfaceMethod<[{
        Forward mode: `tangents` has one value (or null) for each operand, not all null; fills one
        value (or null) for each result.
      }], "::llvm::LogicalResult", "buildJvp",
      (ins "::mlir::OpBuilder &":$builder, "::llvm::ArrayRef<::mlir::Value>":$tangents,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$resultTangents),
      /*methodBody=*/"",
      /*defaultImplementation=*/"return ::cotan::ir::detail::buildDefaultJvp($_op, builder, tangents, resultTangents);">
  ];
}

def Cotan_ElementwiseDifferentiableOpInterface : OpInterface<"ElementwiseDifferentiableOpInterface"> {
  let cppNamespace = "::cotan::ir";
  let description = [{
    An elementwise op's partial derivatives. They are diagonal, so multiplying by one is its own
    transpose: the same formula scales cotangents in reverse mode and tangents in forward mode.
  }];
  let methods = [
    InterfaceMethod<[{
        `value` times the partial derivative of the result with respect to operand number `operand`; null for zero.
        `value` has the result's type, or, where the types differ, the result of this call has the operand's type in reverse mode.
      }], "::mlir::Value", "scaleByPartial", (ins "::mlir::OpBuilder &":$builder, "unsigned":$operand, "::mlir::Value":$value)>
  ];
}

def Cotan_LinearOpInterface : OpInterface<"LinearOpInterface"> {
  let cppNamespace = "::cotan::ir";
  let description = [{
    An op with one result that is linear in all its floating-point operands together (operands of other types, such as
    indices, are parameters). In forward mode the op is applied to the tangents.
  }];
  let methods = [
    InterfaceMethod<[{
        The transpose with respect to operand number `operand`, applied to `cotangent`: a value of that operand's type; null for zero.
      }], "::mlir::Value", "buildTranspose", (ins "::mlir::OpBuilder &":$builder, "unsigned":$operand, "::mlir::Value":$cotangent)>
  ];
}

def Cotan_ByPartials : TraitList<[DeclareOpInterfaceMethods<Cotan_ElementwiseDifferentiableOpInterface>, Cotan_DifferentiableOpInterface]>;
def Cotan_ByTranspose : TraitList<[DeclareOpInterfaceMethods<Cotan_LinearOpInterface>, Cotan_DifferentiableOpInterface]>;
def Cotan_ByOwnRules : TraitList<[DeclareOpInterfaceMethods<Cotan_DifferentiableOpInterface, ["buildVjp", "buildJvp"]>]>;

#endif // COTAN_DIALECT_COTAN_IR_DIFFERENTIABLE_TD
