//===- MatmulEmitter.h - parts of the matrix product's code -----*- C++ -*-===//
//
// Private to lib/Codegen/Matmul*.cpp: the routines that products share, emitted or declared at first use. Strides are in bytes.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_MATMULEMITTER_H
#define COTAN_LIB_CODEGEN_MATMULEMITTER_H

#include "cotan-compiler/Codegen/Matmul.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace cotan::codegen::matmul {

/// The integers of a plan, in the order of its struct. A plan is the constant that tells the driver about one product.
enum class PlanField : unsigned {
  RowTiles,      ///< register tiles along the rows of C
  TallTiles,     ///< that many first ones have TileHeight rows,
  TileHeight,
  RestHeight,    ///< the last, if there is another, this many
  Chunks,        ///< pieces of C's columns that are worked on one after another
  ChunkColumns,  ///< columns of each but the last
  Columns,       ///< n
  Depth,         ///< k
  DepthBlock,    ///< columns of A and rows of B in one pass over C
  BlockTiles,    ///< row tiles that share one packed block of A
  PanelColumns,  ///< columns of C one call of a panel routine computes, except at the right edge
  DirectColumns, ///< the first columns of B, which are read in place; the panels of the others are packed
  ABatch, ARow, AColumn,
  BBatch, BRow, BColumn,
  CBatch, CRow,
  PackedA,       ///< where A's block lies in scratch, unless it is read in place
  CopiedARow,    ///< distance of its rows there, where they are copied as rows
  Count
};

/// The function pointers of a plan, after its integers.
enum class PlanRoutine : unsigned {
  CopyA, ///< the copy routine, or null
  PackA, ///< a packing routine, or null
  PackB, ///< a packing routine
  FullPanelTall, FullPanelRest, LastPanelTall, LastPanelRest,
  Count
};

enum class PackKind {
  Rows,      ///< neighbours along n are adjacent in memory
  Transpose, ///< neighbours along k are
  Strided,   ///< neither
};

/// Names of the packing routines, by kind.
inline constexpr const char *packNames[] = {"pack.rows", "pack.transpose", "pack.strided"};

class Emitter {
public:
  Emitter(llvm::Module &module, llvm::Type *element, const TargetDescription &target, MatmulRoutines routines);

  /// The routine of that name without its prefix, emitted or declared; null when there is none.
  llvm::Function *routine(llvm::StringRef suffix);

  /// `void (i64 tiles, i64 depth, ptr a, i64 aRow, i64 aColumn, i64 aTile, ptr b, i64 bRow, ptr c, i64 cRow, i64 columns,
  /// i1 first)`: `tiles` register tiles of `height` rows below one another, `vectors` vectors wide, of which `columns`
  /// columns are stored; starts from zero if `first`, else from what C holds. `b` is read in whole vectors
  /// unless readsPartialVectors(). `tiles` and `depth`
  /// are at least 1.
  llvm::Function *panelRoutine(unsigned height, unsigned vectors);
  bool hasPanelRoutine(unsigned height, unsigned vectors) const;
  /// `void (ptr to, i64 toRow, ptr from, i64 fromRow, i64 rows, i64 columns)`: copies a matrix with adjacent columns.
  llvm::Function *copyRoutine();
  /// `void (ptr to, ptr from, i64 row, i64 column, i64 depth, i64 columns, i64 panelColumns)`: a [depth, columns] matrix as panels
  /// of [depth, panelColumns], the missing part of the last with unspecified contents. The transposing one needs whole vectors
  /// as panelColumns and writes up to lanes() rows too much.
  llvm::Function *packRoutine(PackKind kind);
  /// `void (ptr plan, ptr buffers, i64 begin, i64 end)`: the product that the plan describes, blocks [begin, end).
  llvm::Function *driver();

  /// Whether a masked load costs no more than another, so that panel routines read the last columns of B in place.
  bool readsPartialVectors() const { return target.vectorBits == 512; }
  unsigned lanes() const { return vectorType->getNumElements(); }
  unsigned elementBytes() const { return element->getPrimitiveSizeInBits() / 8; }
  llvm::StructType *planType();
  llvm::FunctionType *panelType();
  llvm::FunctionType *copyType();
  llvm::FunctionType *packType();

private:
  friend class DriverEmitter;
  using Value = llvm::Value;
  using Body = llvm::function_ref<void(Value *)>;

  std::string symbol(const llvm::Twine &suffix) const;
  /// The function of that name, with `created` telling whether its body is still to be written.
  llvm::Function *declare(const llvm::Twine &suffix, llvm::FunctionType *type, bool &created);
  /// for (index = 0; index < end; index += step) body(index)
  void loop(Value *end, Value *step, Body body);
  /// `count` times body(pointers, how many times are left with this one), each pointer moving on by its stride; the loops that take time.
  void pointerLoop(Value *count, llvm::ArrayRef<Value *> pointers, llvm::ArrayRef<Value *> strides,
                   llvm::function_ref<void(llvm::ArrayRef<Value *>, Value *)> body);
  void loopOverColumns(Value *columns, Value *panelColumns, unsigned step, llvm::function_ref<void(Value *, Value *)> body);
  Value *packedColumn(Value *to, Value *j, Value *inPanel, Value *depth);
  Value *offset(Value *pointer, Value *bytes) { return builder.CreatePtrAdd(pointer, bytes); }
  Value *constant(int64_t value) { return builder.getInt64(value); }
  /// Lanes below `count`, of `width`.
  Value *laneMask(Value *count, unsigned width);
  Value *loadMasked(Value *pointer, Value *mask);
  void storeMasked(Value *value, Value *pointer, Value *mask);
  Value *minimum(Value *left, Value *right);
  void prefetch(Value *pointer);
  llvm::SmallVector<Value *> transpose(llvm::ArrayRef<Value *> pieces);
  void emitPackRows(llvm::Function *function);
  void emitPackTransposed(llvm::Function *function);
  void emitPackStrided(llvm::Function *function);

  llvm::Module &module;
  llvm::Type *element;
  TargetDescription target;
  MatmulRoutines routines;
  llvm::FixedVectorType *vectorType;
  llvm::IRBuilder<> builder;
  llvm::PointerType *pointerType;
  llvm::IntegerType *indexType;
};

} // namespace cotan::codegen::matmul

#endif // COTAN_LIB_CODEGEN_MATMULEMITTER_H
