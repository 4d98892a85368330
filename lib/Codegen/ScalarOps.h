//===- ScalarOps.h - elementwise ops as LLVM instructions -------*- C++ -*-===//
//
// One elementwise op of the dialect becomes instructions on LLVM scalars or vectors, whichever its operands are. The
// same op gives the same bits in every width: nothing here looks across lanes.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_SCALAROPS_H
#define COTAN_LIB_CODEGEN_SCALAROPS_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "llvm/IR/IRBuilder.h"

namespace cotan::codegen {

/// The LLVM type of an element (i1 for bool), or a vector of `lanes` of them when `lanes` > 0.
llvm::Type *getElementType(llvm::LLVMContext &context, mlir::Type element, unsigned lanes = 0);

/// Bytes of an element in memory; a bool is one byte.
int64_t getElementBytes(mlir::Type element);

/// An estimate of the instructions that an op becomes, to decide on unrolling and recomputing.
unsigned getOpCost(mlir::Operation *op);

/// Whether the op is one of the elementary functions of VectorMath.h.
bool isTranscendental(mlir::Operation *op);

/// Whether the op, run for a point, can fail the call.
bool canFail(mlir::Operation *op);

/// The constant `value` (FloatAttr or IntegerAttr) as a scalar.
llvm::Constant *getScalarConstant(llvm::LLVMContext &context, mlir::Attribute value);

/// The value that `kind` starts from for `element`.
llvm::Constant *getIdentity(ir::ReductionKind kind, llvm::Type *element);

/// `lhs` combined with `rhs`, scalars or vectors.
llvm::Value *emitCombine(llvm::IRBuilderBase &builder, ir::ReductionKind kind, llvm::Value *lhs, llvm::Value *rhs);

/// Where instructions go and how the function that they are in fails.
struct OpEmitter {
  llvm::IRBuilderBase &builder;
  llvm::Value *context; ///< the cotan_call_context
  llvm::Value *mask;    ///< lanes that exist, or null when all do

  /// The op's result, or null for an op that is not elementwise.
  llvm::Value *emit(mlir::Operation *op, llvm::ArrayRef<llvm::Value *> operands);

  /// Returns from the function with INTEGER_DIVISION_BY_ZERO when any existing lane of `bad` is set.
  void failDivisionIf(llvm::Value *bad);
  /// Returns from the function with INDEX_OUT_OF_RANGE, recording the first bad lane of `index`, when any existing lane
  /// is not in [0, limit).
  void failIndexUnlessBelow(llvm::Value *index, int64_t limit);

private:
  llvm::Value *emitDivision(llvm::Value *lhs, llvm::Value *rhs, bool remainder);
  llvm::Value *emitCast(llvm::Value *value, mlir::Type from, mlir::Type to);
  llvm::Value *emitCompare(ir::Comparison predicate, llvm::Value *lhs, llvm::Value *rhs);
  llvm::Value *emitShift(llvm::Value *value, llvm::Value *amount, bool left);
  llvm::Value *emitSign(llvm::Value *value);
  llvm::Value *anyExisting(llvm::Value *bad);
};

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_SCALAROPS_H
