//===- KernelAnalysis.h - the loop structure of a kernel --------*- C++ -*-===//
//
// Decides, before any instruction is emitted, how a `cotan.kernel` becomes loops: which dimensions are walked by the
// outer, inner and lane loops, where every access goes in each of them, and what is computed in which stage
// (docs/Rationale/KernelEmission.md).
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_KERNELANALYSIS_H
#define COTAN_LIB_CODEGEN_KERNELANALYSIS_H

#include "cotan-compiler/Codegen/TargetDescription.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>

namespace cotan::codegen {

/// Elements of a reduction that are combined lane-wise before the lanes are: docs/Rationale/ReductionOrder.md.
constexpr int64_t reductionChunk = 16384;
/// The virtual width of a reduction of elements of so many bytes.
inline int64_t getReductionWidth(int64_t elementBytes) { return elementBytes <= 4 ? 64 : 32; }
/// Rows of a tile of a map kernel that transposes: the elements of a cache line.
constexpr int64_t tileRows = 16;
/// Elements of a flat map kernel that one block of its grid covers.
constexpr int64_t mapBlock = 16384;

enum class KernelMode {
  Scalar, ///< one point: no loop
  Map,    ///< no reduction: outer loop, lane loop
  Row,    ///< lanes run along the reduction dimensions
  Lanes,  ///< lanes run along the last parallel dimension, the reduction is an inner loop
};

/// How an access moves along the lane dimensions.
enum class LaneAccess { Uniform, Strided, Irregular };

/// One input or output of the kernel over the normalised dimensions.
struct Access {
  mlir::Type element;
  int64_t offset = 0;                                         ///< elements
  llvm::SmallVector<int64_t, 4> strides;                      ///< elements, one for each normalised dimension
  llvm::SmallVector<std::pair<unsigned, int64_t>, 2> symbols; ///< clamped offset and its stride
  LaneAccess lane = LaneAccess::Uniform;
  int64_t laneStride = 0; ///< Strided
  int64_t runLength = 1;  ///< Irregular: lanes inside an aligned run of so many are strided by laneStride
};

/// Where a value lives in the loops.
enum class Variance : uint8_t { Kernel, Row, Point };

/// A value written in one stage and read in a later one: in an output that holds it anyway, or in scratch.
struct SavedValue {
  int output = -1;
  int64_t scratchOffset = 0;
};

/// One pass over the points of a row.
struct Stage {
  llvm::SmallVector<mlir::Operation *> ops;         ///< computed at each point, in order
  llvm::SmallVector<mlir::Value> reloads;           ///< computed by an earlier stage
  llvm::SmallVector<ir::KernelReduceOp, 2> reduces; ///< fed by this stage
  llvm::SmallVector<unsigned, 4> outputs;           ///< stored by this stage
  llvm::SmallVector<mlir::Value> saves;             ///< written to scratch
  unsigned cost = 0;
};

class KernelAnalysis {
public:
  /// Fails with a diagnostic when a map is not affine with constant strides.
  static mlir::FailureOr<std::unique_ptr<KernelAnalysis>> compute(ir::KernelOp op, const TargetDescription &target);

  ir::KernelOp op;
  KernelMode mode = KernelMode::Map;
  llvm::SmallVector<int64_t, 4> extents;             ///< normalised: no unit dimension, neighbours merged
  llvm::SmallVector<unsigned, 4> outer, inner, lane; ///< dimensions walked by each loop, slowest first
  llvm::SmallVector<int, 4> dimOf;                   ///< domain dimension to normalised one; -1: extent 1, index 0
  llvm::SmallVector<Access, 4> inputs, outputs;
  int64_t outerCount = 1, innerCount = 1, laneCount = 1;
  bool emptyReduction = false;
  unsigned lanes = 1;  ///< elements of a vector
  unsigned unroll = 1; ///< Lanes: vectors side by side
  /// Row: the one row is split into chunks, whose partial results a second function combines.
  bool chunked = false;
  int64_t partialsOffset = 0; ///< in scratch, 8 bytes for each chunk and reduction
  /// Map: position in `outer` of a dimension that an input is contiguous along while lanes stride through it; rows are
  /// then walked in tiles along it, so that a cache line is used up while it is near.
  std::optional<unsigned> tiled;
  llvm::SmallVector<Stage, 2> stages;
  llvm::DenseMap<mlir::Value, SavedValue> saved;
  int64_t scratchBytes = 0; ///< workspace of one launch

  Variance getVariance(mlir::Value value) const { return info.lookup(value).variance; }
  unsigned getLevel(mlir::Value value) const { return info.lookup(value).level; }
  /// Whether result `j` is one value a row.
  bool isRowOutput(unsigned j) const;
  /// Whether nothing is to be done: no point, and no identity to write.
  bool isEmpty() const { return outerCount == 0 || (laneCount == 0 && mode != KernelMode::Row); }
  /// Blocks of the launch grid.
  int64_t getGrid() const;
  int64_t getChunks() const { return (laneCount + reductionChunk - 1) / reductionChunk; }
  int64_t getTiles() const { return (extents[outer[*tiled]] + tileRows - 1) / tileRows; }
  int64_t getLaneBlocks() const { return (laneCount + lanes * unroll - 1) / (lanes * unroll); }
  bool isHeavy(const Stage &stage) const { return stage.cost > 40; }

private:
  struct ValueInfo {
    Variance variance = Variance::Kernel;
    unsigned level = 0;
  };
  llvm::DenseMap<mlir::Value, ValueInfo> info;

  mlir::LogicalResult readAccesses();
  mlir::LogicalResult readAccess(mlir::Value tensor, mlir::AffineMap map, Access &access);
  void normalise();
  void mergeNeighbours(llvm::SmallVectorImpl<unsigned> &group, llvm::ArrayRef<bool> indexed);
  void chooseLoops(llvm::ArrayRef<unsigned> parallel, llvm::ArrayRef<unsigned> reduced);
  void classify(Access &access);
  void chooseLanes(const TargetDescription &target);
  void analyseValues();
  void planStages();
  void planStage(unsigned index);
  void chooseUnroll();
  void chooseChunks();
  void chooseTile();
};

/// The linear coefficients of an affine expression.
struct LinearExpr {
  llvm::SmallVector<int64_t, 4> dims, symbols;
  int64_t constant = 0;
};
/// False when `expr` is not linear with constant coefficients.
bool getLinearExpr(mlir::AffineExpr expr, unsigned dims, unsigned symbols, LinearExpr &result, int64_t factor = 1);

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_KERNELANALYSIS_H
