//===- KernelAccess.h - what a kernel's maps and body reach ------*- C++ -*-===//
//
// The two analyses behind the verifier of `cotan.kernel`: the indices that a map takes over the domain,
// and the dimensions that a value of the body varies along.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DIALECT_COTAN_IR_KERNELACCESS_H
#define COTAN_LIB_DIALECT_COTAN_IR_KERNELACCESS_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"

namespace cotan::ir {

/// Smallest and largest index.
struct IndexRange {
  int64_t low, high;
};

/// The exact range of an affine expression over a domain, symbols being in [0, limit]. Nothing for an empty
/// domain, and for expressions that are not a sum of multiples of distinct dimensions and symbols.
std::optional<IndexRange> getIndexRange(mlir::AffineExpr expr, llvm::ArrayRef<int64_t> extents,
                                        llvm::ArrayRef<int64_t> limits);

/// How a value of a kernel's body depends on the reduction dimensions.
enum class Variation {
  Full,    ///< it may vary along them
  Uniform, ///< it does not: an input that is broadcast along them, a constant
  Row,     ///< it does not, and is known only after a reduction
};

/// The variation of every value in a kernel's body.
llvm::DenseMap<mlir::Value, Variation> computeVariations(KernelOp kernel);

} // namespace cotan::ir

#endif // COTAN_LIB_DIALECT_COTAN_IR_KERNELACCESS_H
