//===- Cotan.h - the cotan dialect ------------------------------*- C++ -*-===//
//
// Everything the dialect declares: ops, enums, interfaces. Include this to build or match cotan IR.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DIALECT_COTAN_IR_COTAN_H
#define COTAN_COMPILER_DIALECT_COTAN_IR_COTAN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace cotan::ir {

/// Trait of the ops that compute each result element from the corresponding operand elements.
template <typename ConcreteOp>
class CotanElementwise : public mlir::OpTrait::TraitBase<ConcreteOp, CotanElementwise> {};

namespace detail {
/// What DifferentiableOpInterface does for ops that declare their partial derivatives or their transpose.
llvm::LogicalResult buildDefaultVjp(mlir::Operation *op, mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> cotangents,
                                    llvm::ArrayRef<bool> wanted, llvm::SmallVectorImpl<mlir::Value> &operandCotangents);
llvm::LogicalResult buildDefaultJvp(mlir::Operation *op, mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> tangents,
                                    llvm::SmallVectorImpl<mlir::Value> &resultTangents);
} // namespace detail

/// Whether the op computes each result element from the corresponding operand elements.
inline bool isElementwise(mlir::Operation *op) { return op->hasTrait<CotanElementwise>(); }

} // namespace cotan::ir

#include "cotan-compiler/Dialect/Cotan/IR/CotanDialect.h.inc"
#include "cotan-compiler/Dialect/Cotan/IR/CotanEnums.h.inc"
#include "cotan-compiler/Dialect/Cotan/IR/Differentiable.h.inc"

#define GET_OP_CLASSES
#include "cotan-compiler/Dialect/Cotan/IR/CotanOps.h.inc"

#endif // COTAN_COMPILER_DIALECT_COTAN_IR_COTAN_H
