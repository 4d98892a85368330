//===- ConstantFolding.h - computing on constant attributes ------*- C++ -*-===//
//
// Folds read constant operands as lists of numbers, one for a splat of any size, and write the result back.
// Only what gives the bits that a kernel gives is folded: operations that are exact or rounded once.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DIALECT_COTAN_IR_CONSTANTFOLDING_H
#define COTAN_LIB_DIALECT_COTAN_IR_CONSTANTFOLDING_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"

#include <variant>

namespace cotan::ir {

/// Constants of more elements are folded only if all are equal.
constexpr int64_t maxFoldedElements = 64;

/// One element: a float or an integer (i1 is an integer of width 1).
using Number = std::variant<llvm::APFloat, llvm::APInt>;

/// The elements of a constant in row-major order, or one that they all equal.
struct ConstantElements {
  llvm::SmallVector<Number> numbers;
  bool splat = false;

  const Number &operator[](int64_t index) const { return numbers[splat ? 0 : index]; }
};

/// The elements of a constant, if it is one that folds take part in.
std::optional<ConstantElements> readConstant(mlir::Attribute attribute);

/// The constant of type `type` with these elements; null if the type has a dynamic extent.
mlir::Attribute buildConstant(mlir::Type type, const ConstantElements &elements);

/// A constant of `type` whose element `i` is element `sources[i]` of `operand`; null unless that is small or a splat.
mlir::Attribute foldMovement(mlir::Attribute operand, mlir::RankedTensorType type,
                             llvm::function_ref<int64_t(llvm::ArrayRef<int64_t>)> sourceOf);

/// Computes an element of a result from those of the operands, or nothing where it must not be folded.
using ElementFunction = llvm::function_ref<std::optional<Number>(llvm::ArrayRef<Number>)>;

/// Applies `function` to the elements of constant operands; null if one is not constant.
mlir::Attribute foldElements(llvm::ArrayRef<mlir::Attribute> operands, mlir::Type type, ElementFunction function);

/// Whether all elements of a constant are this float (by bits, so -0.0 is not 0.0) or this integer.
bool isSplatOf(mlir::Attribute attribute, double value);

} // namespace cotan::ir

#endif // COTAN_LIB_DIALECT_COTAN_IR_CONSTANTFOLDING_H
