//===- Matmul.cpp - choosing how a matrix product is computed -------------===//
//
// From the shape and the strides: the register tile, the blocks, what is packed. The result is a constant plan and a wrapper that
// hands it to the module's driver.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Codegen/Matmul.h"
#include "MatmulEmitter.h"
#include <algorithm>

using namespace llvm;

namespace cotan::codegen {

using namespace matmul;

namespace {

int64_t divideUp(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }
int64_t roundUp(int64_t value, int64_t multiple) { return divideUp(value, multiple) * multiple; }

/// Register tiles of C: `tiles` along the rows, all but the first `tall` of them one row less than `height`.
struct Tiling {
  int64_t height = 1, tiles = 1, tall = 1, vectors = 1;
};

/// As few tiles as the largest height allows, and these as equal as possible: no row is computed in vain.
Tiling tileRows(int64_t rows, int64_t maxHeight, int64_t vectors) {
  int64_t tiles = divideUp(rows, maxHeight), height = divideUp(rows, tiles);
  return {height, tiles, rows - tiles * (height - 1), vectors};
}

/// Cycles for one step along k of one tile, on a core with two fma units, two loads a cycle and four instructions a cycle.
double tileCycles(double height, double vectors) {
  double fma = height * vectors, loads = height + vectors, latency = 4;
  double cycles = std::max({fma / 2, loads / 2, latency, (fma + loads + 4) / 4});
  return cycles + 0.02 * (4 * vectors + height); // moving operands out of the caches
}

Tiling chooseTiling(int64_t m, int64_t n, int64_t lanes, const TargetDescription &target) {
  if (!target.hasFma) // each fma is a call: nothing can be kept in registers
    return tileRows(m, 2, 1);
  Tiling best;
  double bestCycles = 0;
  for (int64_t vectors = 1; vectors <= std::min<int64_t>(8, divideUp(n, lanes)); ++vectors) {
    // One register for the broadcast element, one row of B, and what the scheduler likes to have.
    int64_t maxHeight = std::min<int64_t>((target.vectorRegisters - vectors - 1) / vectors, 24);
    if (maxHeight < 1)
      break;
    Tiling tiling = tileRows(m, maxHeight, vectors);
    auto column = [&](int64_t width) {
      return tiling.tall * tileCycles(tiling.height, width) + (tiling.tiles - tiling.tall) * tileCycles(tiling.height - 1, width);
    };
    int64_t allVectors = divideUp(n, lanes), last = allVectors % vectors;
    double cycles = (allVectors / vectors) * column(vectors) + (last ? column(last) : 0);
    if (vectors == 1 || cycles < bestCycles)
      best = tiling, bestCycles = cycles;
  }
  return best;
}

} // namespace

/// What emitMatmul decides.
namespace {
struct Decision {
  Tiling tiling;
  int64_t panelColumns, lastVectors;
  int64_t depthBlock, blockTiles, chunkColumns, chunks;
  PackKind packB = PackKind::Rows;
  int64_t directColumns = 0;
  bool copiesA = false, rowsOutside = true, adjacentA = true;
  int64_t packedAOffset = 0, packedARow = 0, packedAColumn = 0, scratchBytes = 0;
};

int64_t setting(const char *name, int64_t value) {
  const char *text = std::getenv(name);
  return text ? std::atoll(text) : value;
}

Decision decide(const MatmulShape &shape, const MatmulOperand &a, const MatmulOperand &b, int64_t lanes, int64_t bytes,
                const TargetDescription &target) {
  Decision d;
  d.tiling = chooseTiling(shape.m, shape.n, lanes, target);
  d.panelColumns = d.tiling.vectors * lanes;
  int64_t last = shape.n % d.panelColumns;
  d.lastVectors = last ? divideUp(last, lanes) : d.tiling.vectors;
  int64_t maxDepth = setting("MM_KC", 256), packedB = setting("MM_BP", 2 << 20), packedA = setting("MM_AP", 256 << 10);
  int64_t blocks = std::max<int64_t>(1, divideUp(shape.k, maxDepth));
  d.depthBlock = std::max<int64_t>(1, divideUp(shape.k, blocks));
  d.blockTiles = std::max<int64_t>(1, packedA / (d.depthBlock * bytes * d.tiling.height));
  int64_t panels = divideUp(shape.n, d.panelColumns);
  int64_t chunkPanels = std::max<int64_t>(1, packedB / (d.depthBlock * bytes * d.panelColumns));
  d.chunks = divideUp(panels, chunkPanels);
  d.chunkColumns = divideUp(panels, d.chunks) * d.panelColumns;
  d.chunks = divideUp(shape.n, d.chunkColumns);

  d.packB = b.columnStride == 1 ? PackKind::Rows : b.rowStride == 1 ? PackKind::Transpose : PackKind::Strided;
  bool direct = setting("MM_DIRECTB", d.tiling.tiles <= 3 || shape.k * shape.n * bytes <= (64 << 10));
  if (d.packB == PackKind::Rows && direct)
    d.directColumns = shape.n / d.panelColumns * d.panelColumns;
  int64_t packedColumns = d.directColumns == shape.n ? 0 : d.directColumns ? d.panelColumns : d.chunkColumns;
  // The transposing routine may write `lanes` rows too much.
  int64_t bBytes = packedColumns ? (d.depthBlock * packedColumns + d.panelColumns * lanes) * bytes : 0;

  d.copiesA = setting("MM_COPYA", panels >= 4 && shape.m * shape.k * bytes > (64 << 10));
  d.rowsOutside = a.columnStride == 1 || a.rowStride != 1;
  d.adjacentA = a.columnStride == 1 || a.rowStride == 1;
  int64_t blockRows = std::min<int64_t>(d.blockTiles, d.tiling.tiles) * d.tiling.height;
  d.packedAOffset = roundUp(bBytes, 64);
  int64_t line = 64 / bytes;
  int64_t outer = (d.rowsOutside ? blockRows : d.depthBlock), inner = roundUp(d.rowsOutside ? d.depthBlock : blockRows, line);
  inner += (inner / line) % 2 ? 0 : line; // an odd number of lines: rows do not fall on the same cache sets
  d.packedARow = (d.rowsOutside ? inner : 1) * bytes;
  d.packedAColumn = (d.rowsOutside ? 1 : inner) * bytes;
  d.scratchBytes = roundUp(d.packedAOffset + (d.copiesA ? outer * inner * bytes : 0), 64);
  return d;
}

/// Extents of 1 make strides meaningless: choose the cheapest. A batch whose B is shared is one product with more rows.
void normalize(MatmulShape &shape, MatmulOperand &a, MatmulOperand &b) {
  if (shape.batch > 1 && b.batchStride == 0 && a.batchStride == shape.m * a.rowStride) {
    shape.m *= shape.batch;
    shape.batch = 1;
  }
  if (shape.k == 1)
    a.columnStride = 1;
  if (shape.k == 1 && b.columnStride != 1)
    b.rowStride = 1;
  if (shape.n == 1)
    b.columnStride = 1;
}

} // namespace

MatmulKernel emitMatmul(Module &module, StringRef name, Type *element, const MatmulShape &originalShape,
                        const MatmulOperand &originalA, const MatmulOperand &originalB, const TargetDescription &target) {
  MatmulShape shape = originalShape;
  MatmulOperand a = originalA, b = originalB;
  normalize(shape, a, b);
  Emitter emitter(module, element, target);
  int64_t bytes = emitter.elementBytes();
  IRBuilder<> builder(module.getContext());
  Type *i64 = builder.getInt64Ty(), *ptr = builder.getPtrTy();
  MatmulKernel kernel;
  kernel.function = Function::Create(FunctionType::get(builder.getInt32Ty(), {ptr, i64, i64, ptr}, false),
                                     Function::InternalLinkage, name, module);
  kernel.function->addFnAttr(Attribute::NoUnwind);
  builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "entry", kernel.function));
  if (shape.batch <= 0 || shape.m <= 0 || shape.n <= 0) {
    builder.CreateRet(builder.getInt32(0));
    return kernel;
  }
  Decision d = decide(shape, a, b, emitter.lanes(), bytes, target);
  kernel.blocks = shape.batch * d.chunks * d.tiling.tiles;
  kernel.scratchBytes = d.scratchBytes;

  SmallVector<Constant *> fields(static_cast<unsigned>(PlanField::Count) + static_cast<unsigned>(PlanRoutine::Count));
  auto set = [&](PlanField field, int64_t value) { fields[static_cast<unsigned>(field)] = builder.getInt64(value); };
  auto setRoutine = [&](PlanRoutine routine, Function *function) {
    fields[static_cast<unsigned>(PlanField::Count) + static_cast<unsigned>(routine)] =
        function ? static_cast<Constant *>(function) : ConstantPointerNull::get(builder.getPtrTy());
  };
  set(PlanField::RowTiles, d.tiling.tiles);
  set(PlanField::TallTiles, d.tiling.tall);
  set(PlanField::TileHeight, d.tiling.height);
  set(PlanField::Chunks, d.chunks);
  set(PlanField::ChunkColumns, d.chunkColumns);
  set(PlanField::Columns, shape.n);
  set(PlanField::Depth, shape.k);
  set(PlanField::DepthBlock, d.depthBlock);
  set(PlanField::BlockTiles, d.blockTiles);
  set(PlanField::PanelColumns, d.panelColumns);
  set(PlanField::DirectColumns, d.directColumns);
  set(PlanField::ABatch, a.batchStride * bytes);
  set(PlanField::ARow, a.rowStride * bytes);
  set(PlanField::AColumn, a.columnStride * bytes);
  set(PlanField::BBatch, b.batchStride * bytes);
  set(PlanField::BRow, b.rowStride * bytes);
  set(PlanField::BColumn, b.columnStride * bytes);
  set(PlanField::CBatch, shape.m * shape.n * bytes);
  set(PlanField::CRow, shape.n * bytes);
  set(PlanField::PackedA, d.packedAOffset);
  set(PlanField::PackedARow, d.packedARow);
  set(PlanField::PackedAColumn, d.packedAColumn);
  set(PlanField::PackedARowsOutside, d.rowsOutside);
  bool hasFull = shape.n >= d.panelColumns, hasLast = shape.n % d.panelColumns, hasShort = d.tiling.tall < d.tiling.tiles;
  auto panel = [&](bool needed, int64_t height, int64_t vectors) { return needed ? emitter.panelRoutine(height, vectors) : nullptr; };
  setRoutine(PlanRoutine::CopyA, d.copiesA ? emitter.copyRoutine(d.adjacentA) : nullptr);
  setRoutine(PlanRoutine::PackB, d.directColumns == shape.n ? nullptr : emitter.packRoutine(d.packB));
  setRoutine(PlanRoutine::FullPanelTall, panel(hasFull, d.tiling.height, d.tiling.vectors));
  setRoutine(PlanRoutine::FullPanelShort, panel(hasFull && hasShort, d.tiling.height - 1, d.tiling.vectors));
  setRoutine(PlanRoutine::LastPanelTall, panel(hasLast, d.tiling.height, d.lastVectors));
  setRoutine(PlanRoutine::LastPanelShort, panel(hasLast && hasShort, d.tiling.height - 1, d.lastVectors));

  auto *plan = new GlobalVariable(module, emitter.planType(), /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                  ConstantStruct::get(emitter.planType(), fields), name + ".plan");
  plan->setAlignment(Align(64));
  Function *driver = emitter.driver();
  builder.CreateCall(driver, {plan, kernel.function->getArg(0), kernel.function->getArg(1), kernel.function->getArg(2)});
  builder.CreateRet(builder.getInt32(0));
  return kernel;
}

} // namespace cotan::codegen
