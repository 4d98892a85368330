//===- KernelEmitter.h - a kernel as one LLVM function ----------*- C++ -*-===//
//
// Emits `i32 @name(ptr buffers, i64 begin, i64 end, ptr context)` (cotan_kernel of include/cotan-c/kernel_abi.h) for a
// `cotan.kernel` whose loops KernelAnalysis has chosen. The buffers are, in order: inputs, tables, offsets, results,
// scratch.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_KERNELEMITTER_H
#define COTAN_LIB_CODEGEN_KERNELEMITTER_H

#include "KernelAnalysis.h"
#include "ScalarOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/IRBuilder.h"

namespace cotan::codegen {

/// Creates an internal function of the type of a kernel.
llvm::Function *createKernelFunction(llvm::Module &module, llvm::StringRef name, const TargetDescription &target);

/// Where in the iteration space a vector is.
struct Point {
  llvm::Value *lane = nullptr;  ///< index of its first element along the merged lane dimensions (i64)
  llvm::Value *inner = nullptr; ///< flat index of the inner loop, or null
  llvm::Value *mask = nullptr;  ///< lanes that exist, or null when all do
  unsigned part = 0;            ///< which of the vectors side by side
};

using ValueMap = llvm::DenseMap<mlir::Value, llvm::Value *>;

class KernelEmitter {
public:
  KernelEmitter(const KernelAnalysis &analysis, llvm::Function *function);
  mlir::LogicalResult emit();
  /// Emits the function that combines the chunks' partial results; for a chunked kernel, launched after it with the
  /// same buffers.
  mlir::LogicalResult emitFinish();

private:
  using Values = llvm::SmallVector<llvm::Value *>;

  // Prologue (KernelEmitter.cpp).
  void loadBuffers();
  llvm::Value *loadClampedOffset(unsigned symbol);
  llvm::Value *getBase(const Access &access, unsigned buffer);
  mlir::LogicalResult emitUniform(Variance variance, unsigned level, ValueMap &values, const Point &point);
  mlir::LogicalResult begin();
  void beginRow(llvm::Value *row);
  void setRow(llvm::ArrayRef<llvm::Value *> indices);

  // Loops (KernelLoops.cpp).
  mlir::LogicalResult emitScalar();
  mlir::LogicalResult emitMap();
  mlir::LogicalResult emitTiledMap();
  mlir::LogicalResult emitChunks();
  mlir::LogicalResult emitRows();
  mlir::LogicalResult emitLanes();
  mlir::LogicalResult emitLaneBlock(llvm::Value *firstLane);
  mlir::LogicalResult sweep(const Stage &stage, llvm::Value *begin, llvm::Value *end);
  mlir::LogicalResult sweepTail(const Stage &stage, llvm::Value *begin, int64_t count);
  void storeRowOutputs(unsigned level, const Point &point);

  // Reductions along lanes (Reductions.cpp).
  struct Accumulators;
  mlir::LogicalResult reduceRow(const Stage &stage);
  mlir::FailureOr<Values> reduceOneChunk(const Stage &stage, llvm::Value *begin, llvm::Value *count, bool whole);
  Values getIdentities(const Stage &stage);
  void setReductions(const Stage &stage, llvm::ArrayRef<llvm::Value *> results);
  llvm::Value *getPartial(llvm::Value *chunk, unsigned index);
  mlir::LogicalResult reduceChunk(const Stage &stage, llvm::Value *begin, llvm::Value *count, bool whole,
                                  Accumulators &accumulators);
  mlir::LogicalResult reduceRange(const Stage &stage, llvm::Value *begin, llvm::Value *end, unsigned unroll,
                                  bool masked, bool mayBeEmpty, Accumulators &accumulators);
  mlir::LogicalResult reduceTail(const Stage &stage, llvm::Value *begin, int64_t count, Accumulators &accumulators);
  mlir::LogicalResult accumulate(const Stage &stage, const Point &point, unsigned slot, Accumulators &accumulators);
  llvm::Value *combineLanes(ir::ReductionKind kind, llvm::ArrayRef<llvm::Value *> vectors);
  mlir::LogicalResult reduceSequentially(const Stage &stage, llvm::ArrayRef<Point> parts);
  llvm::Value *getReductionOperand(ir::KernelReduceOp reduce, const ValueMap &values, const Point &point);

  // One point (KernelAccess.cpp).
  mlir::LogicalResult evaluate(const Stage &stage, const Point &point, ValueMap &values);
  mlir::LogicalResult evaluateOp(mlir::Operation *op, const Point &point, ValueMap &values, unsigned width);
  llvm::Value *getOperand(mlir::Value value, const Point &point, ValueMap &values, unsigned width);
  void splatRowValues(const Stage &stage);
  void beginPoint(const Point &point);
  llvm::Value *getIndex(unsigned dim, const Point &point, unsigned width);
  llvm::Value *loadTable(ir::KernelLoadOp op, llvm::ArrayRef<llvm::Value *> indices, const Point &point);
  llvm::Value *load(const Access &access, llvm::Value *base, const Point &point, unsigned width);
  void store(const Access &access, llvm::Value *base, const Point &point, llvm::Value *value);
  llvm::Value *getPointer(const Access &access, llvm::Value *base, const Point &point);
  llvm::Value *getLaneOffsets(const Access &access, const Point &point);
  llvm::ArrayRef<llvm::Value *> getLaneCoordinates(const Point &point);
  llvm::Value *getScratch(const SavedValue &slot, mlir::Type element, const Point &point);
  llvm::Value *keepScalar(llvm::Value *pointer);
  llvm::Value *getRunPointer(const Access &access, llvm::Value *pointer, const Point &point);
  llvm::Value *loadTwoElements(const Access &access, llvm::Value *pointer, const Point &point);

  // Vectors.
  llvm::Value *splat(llvm::Value *scalar) { return builder.CreateVectorSplat(analysis.lanes, scalar); }
  llvm::Value *getTailMask(llvm::Value *lane, int64_t count);
  llvm::Value *i64(int64_t value) { return builder.getInt64(value); }
  llvm::Type *getMemoryType(mlir::Type element, unsigned width = 0);
  llvm::Value *fromMemory(llvm::Value *value, mlir::Type element);
  llvm::Value *toMemory(llvm::Value *value, mlir::Type element);
  llvm::SmallVector<llvm::Value *, 4> delinearise(llvm::Value *flat, llvm::ArrayRef<unsigned> dims);
  llvm::Value *addStrides(const Access &access, llvm::Value *pointer, llvm::ArrayRef<unsigned> dims,
                          llvm::ArrayRef<llvm::Value *> indices);

  const KernelAnalysis &analysis;
  ir::KernelOp op;
  mlir::Block &body;
  ir::KernelYieldOp yield;
  llvm::Function *function;
  llvm::IRBuilder<> builder;
  llvm::Value *context;
  Values buffers, offsets;        ///< of the launch; clamped symbols
  Values inputBases, outputBases; ///< at the origin of the domain
  Values inputRows, outputRows;   ///< at the current row
  llvm::SmallVector<llvm::Value *, 4> outerIndices;
  ValueMap kernelValues;                    ///< scalars
  llvm::SmallVector<ValueMap, 8> rowValues; ///< scalars, or one vector for each part in lanes mode
  ValueMap splats;                          ///< vectors of the scalars that the current stage uses
  llvm::SmallVector<llvm::Value *, 4> innerIndices, laneCoordinates; ///< of the current point; filled when needed
};

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_KERNELEMITTER_H
