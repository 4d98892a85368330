//===- IndexSpace.h - iteration domains and reads through views --*- C++ -*-===//
//
// The arithmetic of the fusion plan. A kernel iterates over a Domain; a value is read through a chain of views
// (broadcast, transpose, slice, ...) as an Access: for each dimension of the value that lies in memory a linear form of
// the iteration's factors. Unit dimensions do not exist here. A reshape is handled by splitting factors: 1024 becomes 8
// x 128 where a view asks for it, so that ops on [8,128,256], [1024,256] and [262144] share one domain.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_INDEXSPACE_H
#define COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_INDEXSPACE_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>
#include <utility>

namespace cotan::transforms {

/// constant + sum of coefficient * dimension + sum of coefficient * symbol. Dimensions occur once and in increasing
/// order.
struct LinearIndex {
  llvm::SmallVector<std::pair<unsigned, int64_t>, 2> dims;
  llvm::SmallVector<std::pair<unsigned, int64_t>, 1> symbols;
  int64_t constant = 0;

  static LinearIndex dim(unsigned position, int64_t coefficient = 1);
  /// this += scale * other
  void add(const LinearIndex &other, int64_t scale = 1);
  /// The form with each dimension replaced by a form.
  LinearIndex substitute(llvm::ArrayRef<LinearIndex> replacements) const;
  /// As an affine expression; symbol i becomes symbolOf[i].
  mlir::AffineExpr toAffine(mlir::MLIRContext *context, llvm::ArrayRef<unsigned> symbolOf) const;
};

/// How an op that iterates over `factors` (row-major, no units) reads `root`, a tensor: one form per dimension of it.
struct Access {
  mlir::Value root;
  llvm::SmallVector<int64_t, 4> factors;
  llvm::SmallVector<LinearIndex, 4> indices;
  llvm::SmallVector<std::pair<mlir::Value, int64_t>, 1> symbols; ///< 0-d i64 tensor, clamped to [0, limit]

  /// The read of `value`, whose dimensions are the leading ones of the iteration shape.
  static Access of(mlir::Value value, llvm::ArrayRef<int64_t> iterationShape);
  /// Makes the access read the operand of the view that produces `root`. False (and unchanged) if that is no linear
  /// form.
  bool throughView();
  /// The row-major position in `root`.
  LinearIndex flatten() const;

  /// The factors in the order in which they walk through `root`, when each of its elements is read exactly once
  /// (transposes and reshapes only); else nothing. `order[i]` is the position of the i-th slowest in `factors`.
  std::optional<llvm::SmallVector<unsigned, 4>> permutation() const;

private:
  bool throughReshape(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);
  bool divide(LinearIndex &index, int64_t divisor, LinearIndex &remainder);
  void splitFactor(unsigned factor, int64_t inner, LinearIndex &pending);
};

/// Whether the op is one that an Access can look through: broadcast, reshape, transpose, slice, reverse, dynamic_slice.
bool isView(mlir::Operation *op);

/// The iteration domain of a kernel, in the logical order of its full values.
struct Domain {
  llvm::SmallVector<int64_t, 4> extents;
  llvm::SmallVector<bool, 4> reduction;

  static Domain parallel(llvm::ArrayRef<int64_t> factors);
  bool hasReduction() const { return llvm::is_contained(reduction, true); }
  int64_t size() const;
  int64_t parallelSize() const;

  /// Splits dimensions so that each factor is a product of whole ones; with `row` the factors are those of the parallel
  /// dimensions.
  bool refine(llvm::ArrayRef<int64_t> factors, bool row);
  /// Marks the dimensions that the factors in `reduced` consist of; false if reduction dimensions are set already, and
  /// others.
  bool setReduction(llvm::ArrayRef<int64_t> factors, llvm::ArrayRef<bool> reduced);
  /// Each factor as a form of the domain's dimensions; the domain is refined by the factors.
  llvm::SmallVector<LinearIndex, 4> locate(llvm::ArrayRef<int64_t> factors, bool row) const;
  /// Whether an access made at (row or full) points reads, at each point, the very element that belongs to it of a
  /// (row or full) value of this domain.
  bool isAligned(const Access &access, bool row, bool rootIsRow) const;
  /// Splits dimensions so that each factor of an access that permutes a full value is a product of whole ones, and
  /// gives the form of each factor. False if the access does something else, or the domain cannot be split so.
  bool refinePermuted(const Access &access, llvm::SmallVectorImpl<LinearIndex> &factorForms);
};

/// The extents that are not 1.
llvm::SmallVector<int64_t, 4> withoutUnits(llvm::ArrayRef<int64_t> shape);

int64_t product(llvm::ArrayRef<int64_t> extents);

} // namespace cotan::transforms

#endif // COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_INDEXSPACE_H
