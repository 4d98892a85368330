//===- VectorMath.h - Transcendental functions as inline LLVM IR -*- C++ -*-===//
//
// Elementary functions for kernels. Kernel code generation calls these with an
// IRBuilder placed inside a loop over vectors; the function is written out at
// that place as ordinary LLVM instructions on whatever vector type the operands
// have, so it needs no run-time library and fuses with its neighbours.
//
// Every result is a function of its lane alone: the same operand gives the same
// bits in a scalar, in any vector width and beside any neighbouring lanes, on
// all targets with FMA. Errors in ulp are listed in docs/VectorMath.md.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_CODEGEN_VECTORMATH_H
#define COTAN_COMPILER_CODEGEN_VECTORMATH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/IRBuilder.h"

namespace cotan::codegen {

enum class MathFunction {
  Exp,
  Exp2,
  Expm1,
  Log,
  Log1p,
  Log2,
  Log10,
  Sin,
  Cos,
  Tan,
  Asin,
  Acos,
  Atan,
  Sinh,
  Cosh,
  Tanh,
  Asinh,
  Acosh,
  Atanh,
  Erf,
  Erfc,
  Erfinv,
  Logistic, // 1 / (1 + exp(-x))
  Pow,      // pow(base, exponent)
  Atan2,    // atan2(y, x)
};

/// Emits `function` of `operands` inline at the builder's position and returns
/// the result, of the operands' type. Operands are float or double scalars or
/// fixed vectors of them, all of one type: one operand, or two for Pow and
/// Atan2. The code carries no fast-math flags, whatever the builder's. Sin, Cos
/// and Tan insert a branch for huge arguments: the builder's position
/// is then at the end of a new block, so callers must re-read GetInsertBlock()
/// before they add a phi or a terminator.
llvm::Value *emitMathFunction(llvm::IRBuilderBase &builder,
                              MathFunction function,
                              llvm::ArrayRef<llvm::Value *> operands);

/// Emits Philox4x32-10 and returns the first 64 bits of each block: `key` and
/// `counter` are i64 or fixed vectors of i64 of one type, which is also the
/// result's. The counter is the low half of the 128-bit counter, the high half
/// is zero; the result's low word is the generator's first output word.
llvm::Value *emitPhilox(llvm::IRBuilderBase &builder, llvm::Value *key,
                        llvm::Value *counter);

} // namespace cotan::codegen

#endif // COTAN_COMPILER_CODEGEN_VECTORMATH_H
