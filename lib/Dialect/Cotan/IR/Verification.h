//===- Verification.h - checks shared by verifiers and type inference -*- C++ -*-===//
//
// Type inference runs with or without a location, verifiers always with one; `Report` makes the same
// message from both, so each rule is written once.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DIALECT_COTAN_IR_VERIFICATION_H
#define COTAN_LIB_DIALECT_COTAN_IR_VERIFICATION_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeUtilities.h"

namespace cotan::ir {

/// Emits "'op' op <message>" at a location, if there is one, and returns failure.
struct Report {
  std::optional<mlir::Location> loc;
  llvm::StringRef op;

  template <typename... Args>
  mlir::LogicalResult operator()(Args &&...args) const {
    if (loc) {
      mlir::InFlightDiagnostic diagnostic = mlir::emitError(*loc);
      diagnostic << "'" << op << "' op ";
      (diagnostic << ... << std::forward<Args>(args));
    }
    return mlir::failure();
  }
};

inline Report reportFor(mlir::Operation *op) { return {op->getLoc(), op->getName().getStringRef()}; }

inline bool isDynamic(int64_t extent) { return mlir::ShapedType::isDynamic(extent); }

/// Whether two extents may be the same at run time.
inline bool mayEqual(int64_t a, int64_t b) { return a == b || isDynamic(a) || isDynamic(b); }

/// A list of integers as "[1, 2]".
std::string formatList(llvm::ArrayRef<int64_t> values);

/// The attribute `name` has one entry for each of `rank` dimensions.
mlir::LogicalResult checkCount(const Report &report, llvm::StringRef name, llvm::ArrayRef<int64_t> values, int64_t rank);

/// The dimensions listed by `name` exist in a tensor of `rank` and occur once; and increase, if asked.
mlir::LogicalResult checkDims(const Report &report, llvm::StringRef name, llvm::ArrayRef<int64_t> dims, int64_t rank,
                              bool increasing = false);

/// The dimension `dim` exists in the operand of type `type`.
mlir::LogicalResult checkDim(const Report &report, int64_t dim, mlir::RankedTensorType type);

/// `actual`, the element type of `name`, is `expected`.
mlir::LogicalResult checkElementType(const Report &report, llvm::StringRef name, mlir::Type expected, mlir::Type actual);

/// The kind of a reduction suits the element type of its operand: `all` and `any` are for i1, the others for numbers.
mlir::LogicalResult checkReductionKind(const Report &report, ReductionKind kind, mlir::Type elementType);

} // namespace cotan::ir

#endif // COTAN_LIB_DIALECT_COTAN_IR_VERIFICATION_H
