//===- Differentiable.td - how ops are differentiated ------------*- tablegen -*-===//
//
// The interface every differentiable op implements, beside its family, in `<Family>Derivatives.cpp`.
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
  }];
  let methods = [
    InterfaceMethod<[{
        Reverse mode: `cotangents` has one value (or null) for each result, not all null; fills one
        value (or null) for each operand, and need only fill those that `wanted` asks for.
      }], "::llvm::LogicalResult", "buildVjp",
      (ins "::mlir::OpBuilder &":$builder, "::llvm::ArrayRef<::mlir::Value>":$cotangents,
           "::llvm::ArrayRef<bool>":$wanted, "::llvm::SmallVectorImpl<::mlir::Value> &":$operandCotangents)>,
    InterfaceMethod<[{
        Forward mode: `tangents` has one value (or null) for each operand, not all null; fills one
        value (or null) for each result.
      }], "::llvm::LogicalResult", "buildJvp",
      (ins "::mlir::OpBuilder &":$builder, "::llvm::ArrayRef<::mlir::Value>":$tangents,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$resultTangents)>
  ];
}

#endif // COTAN_DIALECT_COTAN_IR_DIFFERENTIABLE_TD
