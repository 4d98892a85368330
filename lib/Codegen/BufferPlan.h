//===- BufferPlan.h - where every tensor of a function lives ----*- C++ -*-===//
//
// Assigns a buffer to every tensor value before code is emitted: an argument's or a result's memory, a constant, or a
// range of the one arena. Values share a buffer where one dies as the other is made (docs/Rationale/KernelEmission.md).
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_BUFFERPLAN_H
#define COTAN_LIB_CODEGEN_BUFFERPLAN_H

#include "KernelAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

namespace cotan::codegen {

using AnalysisMap = llvm::DenseMap<mlir::Operation *, std::unique_ptr<KernelAnalysis>>;

struct BufferLocation {
  enum Kind { Arena, Input, Output, Constant } kind = Arena;
  int64_t index = 0;    ///< argument or result number, or offset in bytes
  mlir::Value constant; ///< Constant: the result of the cotan.constant
};

/// Bytes of a tensor of static shape.
int64_t getTensorBytes(mlir::Type type);

class BufferPlan {
public:
  /// `scratch` gives the bytes of workspace that an op needs beside its operands and results.
  BufferPlan(mlir::func::FuncOp function, const AnalysisMap &analyses,
             llvm::function_ref<int64_t(mlir::Operation *)> scratch);

  BufferLocation getLocation(mlir::Value tensor) const { return buffers[bufferOf.lookup(tensor)].location; }
  bool shareBuffer(mlir::Value a, mlir::Value b) const { return bufferOf.lookup(a) == bufferOf.lookup(b); }
  /// Offset in the arena of an op's scratch (of a terminator: for copies whose sources other copies overwrite).
  int64_t getScratch(mlir::Operation *op) const { return buffers[scratchOf.lookup(op)].location.index; }
  int64_t getArenaBytes() const { return arenaBytes; }
  /// Bytes that are live at the worst moment, in slots of 64: no plan can do with less.
  int64_t getLivenessBound() const;

private:
  struct Range {
    int64_t begin, end; ///< positions of the definition and the last use
    bool overlaps(const Range &other) const { return begin <= other.end && other.begin <= end; }
  };
  struct Buffer {
    llvm::SmallVector<mlir::Value, 2> values;
    int64_t bytes = 0;
    bool fixed = false; ///< not arena memory: never written after the fact
    BufferLocation location;
    Range hull{INT64_MAX, -1};
  };

  void number(mlir::Block &block);
  Range getRange(mlir::Value value);
  unsigned addBuffer(mlir::Value value, int64_t bytes);
  void join(mlir::Value value, unsigned buffer);
  /// Whether `value` may live in the buffer of `other`, which `value`'s definition may read at the moment it writes
  /// when `readsInPlace`.
  bool canJoin(mlir::Value value, mlir::Value other, bool readsInPlace);
  void assign(mlir::Block &block);
  void assignKernel(ir::KernelOp kernel);
  bool joinKernelOperand(mlir::OpResult result, mlir::Value operand, bool isDest,
                         llvm::SmallVectorImpl<unsigned> &taken);
  void assignBranch(mlir::Operation *op);
  void assignLoop(mlir::Operation *op);
  void joinYields(mlir::Operation *op);
  void reserveTemporaries(mlir::Operation *terminator, mlir::ValueRange targets);
  void placeOutputs();
  void placeArena();
  int64_t pack(llvm::ArrayRef<Buffer *> order, bool lowest);

  mlir::func::FuncOp function;
  const AnalysisMap &analyses;
  llvm::function_ref<int64_t(mlir::Operation *)> scratch;
  llvm::DenseMap<mlir::Operation *, Range> positions;
  llvm::DenseMap<mlir::Value, Range> ranges;
  llvm::DenseMap<mlir::Value, unsigned> bufferOf;
  llvm::DenseMap<mlir::Operation *, unsigned> scratchOf;
  std::vector<Buffer> buffers;
  int64_t nextPosition = 0, arenaBytes = 0;
};

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_BUFFERPLAN_H
