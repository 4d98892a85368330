//===- Matmul.cpp - choosing how a matrix product is computed -------------===//
//
// From the shape and the strides: the register tile, the blocks, what is packed. The result is a constant plan and a wrapper that
// hands it to the driver.
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

/// Register tiles of C: `tall` of `height` rows, below them one of `rest` rows unless that is 0.
struct Tiling {
  int64_t height = 1, tall = 1, rest = 0, vectors = 1;
  int64_t tiles() const { return tall + (rest > 0); }
};

/// Cycles for one step along k of one tile, on a core with two fma units, two loads a cycle and four instructions a cycle.
double tileCycles(double height, double vectors, bool bIsNear) {
  double fma = height * vectors, loads = height + vectors, latency = 4;
  double instructions = fma + loads + 2.5;
  double cycles = std::max({fma / 2, loads / 2, latency, instructions / 4});
  // Fewer instructions leave more to a sibling thread, fewer loads are delayed less; B is nearer in the first-level cache.
  return cycles + 0.04 * instructions + 0.05 * loads + (bIsNear ? 0.02 : 0.1) * vectors;
}

/// Cycles for one step along k of a whole product, and more for each panel routine that is still to be compiled.
double tilingCost(const Tiling &tiling, int64_t n, int64_t k, const Emitter &emitter) {
  int64_t lanes = emitter.lanes(), vectorBytes = lanes * emitter.elementBytes();
  int64_t allVectors = divideUp(n, lanes), panels = allVectors / tiling.vectors, last = allVectors % tiling.vectors;
  double cycles = 0, accumulators = 0;
  auto add = [&](int64_t rows, int64_t width, int64_t count) {
    if (rows == 0 || width == 0 || count == 0)
      return;
    cycles += count * tileCycles(rows, width, width * vectorBytes * k <= (24 << 10));
    if (!emitter.hasPanelRoutine(rows, width))
      accumulators += rows * width;
  };
  add(tiling.height, tiling.vectors, tiling.tall * panels);
  add(tiling.rest, tiling.vectors, panels);
  add(tiling.height, last, tiling.tall);
  add(tiling.rest, last, 1);
  // A routine of 24 accumulators takes 2-4 ms to compile; the share of the run time given for that falls with the size.
  double price = std::clamp(12 / (cycles * k), 0.0004, 0.001);
  return cycles * (1 + price * accumulators);
}

Tiling chooseTiling(int64_t m, int64_t n, int64_t k, const Emitter &emitter, const TargetDescription &target) {
  if (!target.hasFma) // each fma is a call: nothing can be kept in registers
    return {std::min<int64_t>(m, 2), m / std::min<int64_t>(m, 2), m % std::min<int64_t>(m, 2), 1};
  Tiling best;
  double bestCost = 0;
  for (int64_t vectors = 1; vectors <= std::min<int64_t>(8, divideUp(n, emitter.lanes())); ++vectors) {
    // The other registers hold a row of B, the broadcast element, and what the scheduler likes to have.
    int64_t maxHeight = std::min<int64_t>(target.vectorRegisters * 3 / 4 / vectors, m);
    for (int64_t height = maxHeight; height >= std::max<int64_t>(1, maxHeight / 2); --height) {
      Tiling tiling{height, m / height, m % height, vectors};
      double cost = tilingCost(tiling, n, k, emitter);
      if (bestCost == 0 || cost < bestCost)
        best = tiling, bestCost = cost;
    }
  }
  return best;
}

/// How one product is computed. Sizes measured in docs/Rationale/MatrixProduct.md.
struct Decision {
  Tiling tiling;
  int64_t panelColumns, lastVectors;           ///< a panel of B, and the width of the last
  int64_t depthBlock, blockTiles;              ///< of A's block, which stays in the second-level cache
  int64_t chunkColumns, chunks;                ///< of packed B, which stays in the last-level cache
  PackKind packB = PackKind::Rows, packA = PackKind::Rows;
  int64_t directColumns = 0;                   ///< of B, read in place
  bool copiesA = false, packsA = false;
  int64_t packedA = 0, copiedARow = 0, scratchBytes = 0;
};

constexpr int64_t packedABytes = 256 << 10, packedBBytes = 2 << 20;

/// The loops around the register tile.
void chooseBlocks(Decision &d, const MatmulShape &shape, int64_t bytes) {
  int64_t maxDepth = bytes == 4 ? 512 : 384;
  d.depthBlock = divideUp(shape.k, divideUp(shape.k, maxDepth));
  d.blockTiles = std::max<int64_t>(1, packedABytes / (d.depthBlock * bytes * d.tiling.height));
  int64_t panels = divideUp(shape.n, d.panelColumns);
  int64_t chunkPanels = std::max<int64_t>(1, packedBBytes / (d.depthBlock * bytes * d.panelColumns));
  d.chunkColumns = divideUp(panels, divideUp(panels, chunkPanels)) * d.panelColumns;
  d.chunks = divideUp(shape.n, d.chunkColumns);
}

/// Returns the bytes of scratch for B.
int64_t choosePackingOfB(Decision &d, const MatmulShape &shape, const MatmulOperand &b, int64_t lanes, int64_t bytes,
                         bool readsPartialVectors) {
  d.packB = b.columnStride == 1 ? PackKind::Rows : b.rowStride == 1 ? PackKind::Transpose : PackKind::Strided;
  // Packing pays when several tiles read the same panel, and when rows far apart fall on few cache sets.
  bool isFar = b.rowStride * bytes % 4096 == 0;
  bool readsInPlace = d.tiling.tiles() == 1 || (d.tiling.tiles() <= 3 && !isFar) || shape.k * shape.n * bytes <= (64 << 10);
  if (d.packB == PackKind::Rows && readsInPlace)
    d.directColumns = readsPartialVectors ? shape.n : shape.n / d.panelColumns * d.panelColumns;
  int64_t packedColumns = d.directColumns == shape.n ? 0 : d.directColumns ? d.panelColumns : d.chunkColumns;
  // The transposing routine may write `lanes` rows too much.
  return packedColumns ? (d.depthBlock * packedColumns + d.panelColumns * lanes) * bytes : 0;
}

/// Returns the bytes of scratch for A.
int64_t choosePackingOfA(Decision &d, const MatmulShape &shape, const MatmulOperand &a, int64_t bytes) {
  int64_t panels = divideUp(shape.n, d.panelColumns), line = 64 / bytes;
  // Where the rows of a tile are adjacent in A, each step along k reads another line: cheap while A is in the caches.
  bool isFar = a.columnStride * bytes % 2048 == 0 && shape.k > 32 && panels > 1;
  d.packsA = a.columnStride != 1 && (isFar || shape.m * shape.k * bytes > (192 << 10));
  d.packA = a.rowStride == 1 ? PackKind::Rows : PackKind::Strided;
  d.copiesA = !d.packsA && panels >= 4 && a.rowStride * bytes % 4096 == 0 && d.tiling.tiles() > 1;
  int64_t rows = std::min<int64_t>(d.blockTiles, d.tiling.tiles()) * d.tiling.height;
  int64_t columns = roundUp(d.depthBlock, line);
  columns += columns / line % 2 ? 0 : line; // an odd number of lines: rows do not fall on the same cache sets
  d.copiedARow = columns * bytes;
  return d.copiesA ? rows * d.copiedARow : d.packsA ? rows * d.depthBlock * bytes : 0;
}

Decision decide(const MatmulShape &shape, const MatmulOperand &a, const MatmulOperand &b, const Emitter &emitter,
                const TargetDescription &target) {
  int64_t lanes = emitter.lanes(), bytes = emitter.elementBytes();
  Decision d;
  d.tiling = chooseTiling(shape.m, shape.n, shape.k, emitter, target);
  d.panelColumns = d.tiling.vectors * lanes;
  int64_t last = shape.n % d.panelColumns;
  d.lastVectors = last ? divideUp(last, lanes) : d.tiling.vectors;
  chooseBlocks(d, shape, bytes);
  d.packedA = roundUp(choosePackingOfB(d, shape, b, lanes, bytes, emitter.readsPartialVectors()), 64);
  d.scratchBytes = roundUp(d.packedA + choosePackingOfA(d, shape, a, bytes), 64);
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

/// The panel routine for the tall tiles or the one below them, at the right edge or not; null where there are no such tiles.
Function *panelRoutine(Emitter &emitter, const MatmulShape &shape, const Decision &d, bool isRest, bool isLast) {
  bool exists = (isLast ? shape.n % d.panelColumns != 0 : shape.n >= d.panelColumns) && (!isRest || d.tiling.rest);
  int64_t height = isRest ? d.tiling.rest : d.tiling.height;
  return exists ? emitter.panelRoutine(height, isLast ? d.lastVectors : d.tiling.vectors) : nullptr;
}

/// Whether a product is so small that its panels are called one by one with constant arguments. One block for each batch.
bool isSmall(const MatmulShape &shape, const Decision &d) {
  return shape.k <= d.depthBlock && (d.directColumns == shape.n || d.directColumns == 0) && !d.copiesA && !d.packsA &&
         d.chunks == 1 && divideUp(shape.n, d.panelColumns) <= 4 && shape.m * shape.n * shape.k <= (1 << 21);
}

int64_t emitSmall(Emitter &emitter, Function *function, const MatmulShape &shape, const MatmulOperand &a, const MatmulOperand &b,
                  const Decision &d) {
  int64_t bytes = emitter.elementBytes();
  IRBuilder<> builder(&function->getEntryBlock());
  Value *begin = function->getArg(1), *end = function->getArg(2);
  auto number = [&](int64_t value) { return builder.getInt64(value); };
  Value *buffers[3];
  for (unsigned i = 0; i < 3; ++i)
    buffers[i] = builder.CreateLoad(builder.getPtrTy(), builder.CreateConstGEP1_64(builder.getPtrTy(), function->getArg(0), i));
  auto *body = BasicBlock::Create(builder.getContext(), "batch", function);
  auto *done = BasicBlock::Create(builder.getContext(), "done", function);
  BasicBlock *entry = builder.GetInsertBlock();
  builder.CreateCondBr(builder.CreateICmpSLT(begin, end), body, done);
  builder.SetInsertPoint(body);
  PHINode *batch = builder.CreatePHI(builder.getInt64Ty(), 2);
  int64_t strides[] = {a.batchStride * bytes, b.batchStride * bytes, shape.m * shape.n * bytes};
  auto at = [&](unsigned buffer, int64_t offset) {
    Value *start = builder.CreatePtrAdd(buffers[buffer], builder.CreateMul(batch, number(strides[buffer])));
    return builder.CreatePtrAdd(start, number(offset));
  };
  bool packs = d.directColumns == 0;
  Value *scratch = packs ? builder.CreateLoad(builder.getPtrTy(), builder.CreateConstGEP1_64(builder.getPtrTy(), function->getArg(0), 3))
                         : nullptr;
  if (packs)
    builder.CreateCall(emitter.packRoutine(d.packB), {scratch, at(1, 0), number(b.rowStride * bytes), number(b.columnStride * bytes),
                                                      number(shape.k), number(shape.n), number(d.panelColumns)});
  int64_t bRow = (packs ? d.panelColumns : b.rowStride) * bytes;
  for (int64_t column = 0; column < shape.n; column += d.panelColumns)
    for (bool isRest : {false, true}) {
      int64_t width = std::min(d.panelColumns, shape.n - column), row = isRest ? d.tiling.tall * d.tiling.height : 0;
      Function *routine = panelRoutine(emitter, shape, d, isRest, width < d.panelColumns);
      if (!routine)
        continue;
      Value *bPanel = packs ? builder.CreatePtrAdd(scratch, number(column * shape.k * bytes)) : at(1, column * bytes);
      int64_t tiles = isRest ? 1 : d.tiling.tall, aRow = a.rowStride * bytes;
      builder.CreateCall(routine, {number(tiles), number(shape.k), at(0, row * aRow), number(aRow), number(a.columnStride * bytes),
                                   number(d.tiling.height * aRow), bPanel, number(bRow), at(2, (row * shape.n + column) * bytes),
                                   number(shape.n * bytes), number(width), builder.getTrue()});
    }
  Value *next = builder.CreateAdd(batch, number(1));
  batch->addIncoming(begin, entry), batch->addIncoming(next, body);
  builder.CreateCondBr(builder.CreateICmpSLT(next, end), body, done);
  builder.SetInsertPoint(done);
  builder.CreateRet(builder.getInt32(0));
  return shape.batch;
}

void emitLarge(Emitter &emitter, Function *wrapper, const MatmulShape &shape, const MatmulOperand &a, const MatmulOperand &b,
               const Decision &d) {
  Module &module = *wrapper->getParent();
  int64_t bytes = emitter.elementBytes();
  IRBuilder<> builder(&wrapper->getEntryBlock());
  SmallVector<Constant *> fields(static_cast<unsigned>(PlanField::Count) + static_cast<unsigned>(PlanRoutine::Count));
  auto set = [&](PlanField field, int64_t value) { fields[static_cast<unsigned>(field)] = builder.getInt64(value); };
  auto setRoutine = [&](PlanRoutine routine, Function *function) {
    fields[static_cast<unsigned>(PlanField::Count) + static_cast<unsigned>(routine)] =
        function ? static_cast<Constant *>(function) : ConstantPointerNull::get(builder.getPtrTy());
  };
  set(PlanField::RowTiles, d.tiling.tiles());
  set(PlanField::TallTiles, d.tiling.tall);
  set(PlanField::TileHeight, d.tiling.height);
  set(PlanField::RestHeight, d.tiling.rest);
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
  set(PlanField::PackedA, d.packedA);
  set(PlanField::CopiedARow, d.copiedARow);
  auto panel = [&](bool isRest, bool isLast) { return panelRoutine(emitter, shape, d, isRest, isLast); };
  setRoutine(PlanRoutine::CopyA, d.copiesA ? emitter.copyRoutine() : nullptr);
  setRoutine(PlanRoutine::PackA, d.packsA ? emitter.packRoutine(d.packA) : nullptr);
  setRoutine(PlanRoutine::PackB, d.directColumns == shape.n ? nullptr : emitter.packRoutine(d.packB));
  setRoutine(PlanRoutine::FullPanelTall, panel(false, false));
  setRoutine(PlanRoutine::FullPanelRest, panel(true, false));
  setRoutine(PlanRoutine::LastPanelTall, panel(false, true));
  setRoutine(PlanRoutine::LastPanelRest, panel(true, true));

  auto *plan = new GlobalVariable(module, emitter.planType(), /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                  ConstantStruct::get(emitter.planType(), fields), wrapper->getName() + ".plan");
  plan->setAlignment(Align(64));
  Function *driver = emitter.driver();
  builder.CreateCall(driver, {plan, wrapper->getArg(0), wrapper->getArg(1), wrapper->getArg(2)});
  builder.CreateRet(builder.getInt32(0));
}

} // namespace

MatmulKernel emitMatmul(Module &module, StringRef name, Type *element, const MatmulShape &originalShape,
                        const MatmulOperand &originalA, const MatmulOperand &originalB, const TargetDescription &target,
                        MatmulRoutines routines) {
  MatmulShape shape = originalShape;
  MatmulOperand a = originalA, b = originalB;
  normalize(shape, a, b);
  Emitter emitter(module, element, target, routines);
  int64_t bytes = emitter.elementBytes();
  IRBuilder<> builder(module.getContext());
  Type *i64 = builder.getInt64Ty(), *ptr = builder.getPtrTy();
  MatmulKernel kernel;
  kernel.function = Function::Create(FunctionType::get(builder.getInt32Ty(), {ptr, i64, i64, ptr}, false),
                                     Function::InternalLinkage, name, module);
  kernel.function->addFnAttr(Attribute::NoUnwind);
  builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "entry", kernel.function));
  int64_t elements = shape.batch * shape.m * shape.n;
  if (elements == 0 || shape.k == 0) {
    kernel.blocks = elements ? 1 : 0;
    if (elements) {
      Value *c = builder.CreateLoad(ptr, builder.CreateConstGEP1_64(ptr, kernel.function->getArg(0), 2));
      builder.CreateMemSet(c, builder.getInt8(0), elements * bytes, Align(bytes));
    }
    builder.CreateRet(builder.getInt32(0));
    return kernel;
  }
  Decision d = decide(shape, a, b, emitter, target);
  kernel.blocks = shape.batch * d.chunks * d.tiling.tiles();
  kernel.scratchBytes = d.scratchBytes;

  if (isSmall(shape, d))
    kernel.blocks = emitSmall(emitter, kernel.function, shape, a, b, d);
  else
    emitLarge(emitter, kernel.function, shape, a, b, d);
  return kernel;
}

} // namespace cotan::codegen
