//===- Matmul.h - the matrix product as LLVM IR -----------------*- C++ -*-===//
//
// Emits C[b,i,j] = sum over k of A[b,i,k] B[b,k,j] for f32 and f64 as LLVM IR: register tiles over packed panels, for any
// strides of A and B. Every element of C is one chain of FMAs over k = 0, 1, ..., K-1 that starts from +0, so its bits do not
// depend on the tile, the blocking, the packing, the vector width or the block range (docs/Rationale/MatrixProduct.md).
//
// What a product needs beside its own small wrapper are routines that products share: a driver (one for each element type), the
// packing routines, and one panel routine for each register tile in use. A module either holds them, each once, or only declares them;
// then emitMatmulRoutine makes them, in another module. They depend on their name and the target alone.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_CODEGEN_MATMUL_H
#define COTAN_COMPILER_CODEGEN_MATMUL_H

#include "cotan-compiler/Codegen/TargetDescription.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>
#include <vector>

namespace llvm {
class Function;
class Module;
class Type;
} // namespace llvm

namespace cotan::codegen {

/// Extents of the product: A is [batch, m, k], B is [batch, k, n], C is [batch, m, n], dense and row-major.
struct MatmulShape {
  int64_t batch = 1, m = 0, n = 0, k = 0;
};

/// Where an operand's elements are: distances, in elements, between neighbours along the batch, the rows and the columns of
/// the matrix as the product sees it ([m, k] for A, [k, n] for B). A transposed operand is one with its strides swapped;
/// 0 and negative strides are allowed.
struct MatmulOperand {
  int64_t batchStride = 0, rowStride = 0, columnStride = 0;
};

/// A dense row-major [batch, rows, columns] operand.
inline MatmulOperand denseOperand(int64_t rows, int64_t columns) { return {rows * columns, columns, 1}; }
/// The transposed view of a dense row-major [batch, columns, rows] array as a [batch, rows, columns] operand.
inline MatmulOperand transposedOperand(int64_t rows, int64_t columns) { return {rows * columns, 1, rows}; }

/// Where the routines of a product are.
enum class MatmulRoutines {
  Defined,  ///< in its module, as internal functions
  Declared, ///< elsewhere
};

/// An emitted product.
struct MatmulKernel {
  /// `i32 (ptr buffers, i64 begin, i64 end, ptr context)`, cotan_kernel of include/cotan-c/kernel_abi.h; always returns
  /// COTAN_STATUS_OK. buffers = {A, B, C, scratch}. Internal linkage.
  llvm::Function *function = nullptr;
  int64_t blocks = 0;       ///< the grid; every block writes its own part of C, so ranges may run at the same time
  int64_t scratchBytes = 0; ///< scratch, 64-byte aligned, that each range running at the same time needs for itself; may be 0
};

/// Emits the product into `module` as the function `name`. `element` is float or double. A, B and C need the alignment of
/// their element only; C must not overlap A or B.
MatmulKernel emitMatmul(llvm::Module &module, llvm::StringRef name, llvm::Type *element, const MatmulShape &shape,
                        const MatmulOperand &a, const MatmulOperand &b, const TargetDescription &target,
                        MatmulRoutines routines = MatmulRoutines::Defined);

/// The routines that `module` declares and does not define.
std::vector<std::string> getDeclaredMatmulRoutines(const llvm::Module &module);

/// Emits the routine of that name (with which modules declare it) as an external function; false when there is none of that name.
bool emitMatmulRoutine(llvm::Module &module, llvm::StringRef name, const TargetDescription &target);

} // namespace cotan::codegen

#endif // COTAN_COMPILER_CODEGEN_MATMUL_H
