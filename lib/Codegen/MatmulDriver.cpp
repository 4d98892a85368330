//===- MatmulDriver.cpp - the loops around the register tiles -------------===//
//
// The loops of Goto and van de Geijn's product: column chunks (packed B stays in the last-level cache), depth blocks, blocks of row
// tiles (packed A stays in the second-level cache), panels, and inside the panel routine the tiles. Everything that depends on the
// product's shape comes from its plan, so one driver serves all products of a module.
//
//===----------------------------------------------------------------------===//

#include "MatmulEmitter.h"

using namespace llvm;

namespace cotan::codegen::matmul {

StructType *Emitter::planType() {
  SmallVector<Type *> fields(static_cast<unsigned>(PlanField::Count), indexType);
  fields.append(static_cast<unsigned>(PlanRoutine::Count), pointerType);
  return StructType::get(module.getContext(), fields);
}

/// Emits the driver.
class DriverEmitter {
public:
  DriverEmitter(Emitter &emitter, Function *function)
      : emitter(emitter), builder(emitter.builder), function(function), plan(function->getArg(0)), zero(builder.getInt64(0)),
        one(builder.getInt64(1)) {}

  void emit();

private:
  Value *load(unsigned index, Type *type) {
    // Not marked as invariant: loads are cheaper than the registers that hoisting them would take.
    return builder.CreateLoad(type, builder.CreateStructGEP(emitter.planType(), plan, index));
  }
  Value *field(PlanField f) { return load(static_cast<unsigned>(f), builder.getInt64Ty()); }
  Value *routine(PlanRoutine r) {
    return load(static_cast<unsigned>(PlanField::Count) + static_cast<unsigned>(r), builder.getPtrTy());
  }
  Value *buffer(unsigned index) {
    return builder.CreateLoad(builder.getPtrTy(), builder.CreateConstGEP1_64(builder.getPtrTy(), function->getArg(1), index));
  }
  Value *at(Value *pointer, Value *index, Value *stride) { return builder.CreatePtrAdd(pointer, builder.CreateMul(index, stride)); }
  Value *minimum(Value *a, Value *b) { return emitter.minimum(a, b); }
  /// Runs `body` only where `condition`.
  void conditionally(Value *condition, function_ref<void()> body);
  /// numerator / denominator, without the division's time where the numerator is 0.
  Value *quotient(Value *numerator, Value *denominator);
  /// The first row of a tile.
  Value *rowOf(Value *tile);

  void emitRectangle();
  void emitRowBlock(Value *aDepth, Value *firstTile, Value *tiles);
  void prepareA(Value *source);
  void emitPanel(Value *j);

  Emitter &emitter;
  IRBuilder<> &builder;
  Function *function;
  Value *plan, *zero, *one;
  // One rectangle: operands at its corner, its columns, those of them that are read in place, its row tiles.
  Value *a, *b, *c, *scratch, *columns, *directColumns, *tileBegin, *tileEnd;
  // One depth block.
  Value *depth, *isFirst, *bDepth;
  // One row block: the number of tiles of either height, and where A's rows of them are.
  Value *cBlock, *tallTiles, *restTiles;
  struct TilesOfA {
    Value *start, *row, *column, *tile;
  } tallA, restA;
};

void DriverEmitter::conditionally(Value *condition, function_ref<void()> body) {
  auto *block = BasicBlock::Create(builder.getContext(), "if", function);
  auto *after = BasicBlock::Create(builder.getContext(), "endif", function);
  builder.CreateCondBr(condition, block, after);
  builder.SetInsertPoint(block);
  body();
  builder.CreateBr(after);
  builder.SetInsertPoint(after);
}

Value *DriverEmitter::quotient(Value *numerator, Value *denominator) {
  BasicBlock *before = builder.GetInsertBlock();
  Value *result;
  BasicBlock *divided;
  conditionally(builder.CreateICmpNE(numerator, zero), [&] {
    result = builder.CreateUDiv(numerator, denominator);
    divided = builder.GetInsertBlock();
  });
  PHINode *phi = builder.CreatePHI(builder.getInt64Ty(), 2);
  phi->addIncoming(zero, before);
  phi->addIncoming(result, divided);
  return phi;
}

Value *DriverEmitter::rowOf(Value *tile) {
  Value *tall = minimum(tile, field(PlanField::TallTiles)), *rest = builder.CreateSub(tile, tall);
  return builder.CreateAdd(builder.CreateMul(tall, field(PlanField::TileHeight)),
                           builder.CreateMul(rest, field(PlanField::RestHeight)));
}

void DriverEmitter::emit() {
  LLVMContext &context = builder.getContext();
  Type *i64 = builder.getInt64Ty();
  builder.SetInsertPoint(BasicBlock::Create(context, "entry", function));
  Value *begin = function->getArg(2), *end = function->getArg(3), *range = builder.CreateSub(end, begin);
  Value *rowTiles = field(PlanField::RowTiles), *chunks = field(PlanField::Chunks);
  Value *aStart = buffer(0), *bStart = buffer(1), *cStart = buffer(2);
  scratch = buffer(3);
  Value *outer = quotient(begin, rowTiles);
  Value *firstTile = builder.CreateSub(begin, builder.CreateMul(outer, rowTiles));
  Value *firstBatch = quotient(outer, chunks);
  Value *firstChunk = builder.CreateSub(outer, builder.CreateMul(firstBatch, chunks));
  BasicBlock *before = builder.GetInsertBlock();
  auto *body = BasicBlock::Create(context, "rectangle", function), *done = BasicBlock::Create(context, "done", function);
  builder.CreateCondBr(builder.CreateICmpSGT(range, zero), body, done);

  builder.SetInsertPoint(body);
  PHINode *left = builder.CreatePHI(i64, 2), *tile = builder.CreatePHI(i64, 2);
  PHINode *batch = builder.CreatePHI(i64, 2), *chunk = builder.CreatePHI(i64, 2);
  tileBegin = tile;
  tileEnd = minimum(rowTiles, builder.CreateAdd(tile, left));
  Value *column = builder.CreateMul(chunk, field(PlanField::ChunkColumns));
  columns = minimum(builder.CreateSub(field(PlanField::Columns), column), field(PlanField::ChunkColumns));
  directColumns = builder.CreateSub(field(PlanField::DirectColumns), column);
  directColumns = minimum(columns, builder.CreateBinaryIntrinsic(Intrinsic::smax, directColumns, zero));
  a = at(aStart, batch, field(PlanField::ABatch));
  b = at(at(bStart, batch, field(PlanField::BBatch)), column, field(PlanField::BColumn));
  c = at(at(cStart, batch, field(PlanField::CBatch)), column, builder.getInt64(emitter.elementBytes()));
  emitRectangle();

  Value *leftNext = builder.CreateSub(left, builder.CreateSub(tileEnd, tileBegin));
  Value *chunkNext = builder.CreateAdd(chunk, one), *isLast = builder.CreateICmpEQ(chunkNext, chunks);
  Value *batchNext = builder.CreateAdd(batch, builder.CreateZExt(isLast, i64));
  chunkNext = builder.CreateSelect(isLast, zero, chunkNext);
  builder.CreateCondBr(builder.CreateICmpSGT(leftNext, zero), body, done);
  BasicBlock *latch = builder.GetInsertBlock();
  auto connect = [&](PHINode *phi, Value *start, Value *next) {
    phi->addIncoming(start, before);
    phi->addIncoming(next, latch);
  };
  connect(left, range, leftNext);
  connect(tile, firstTile, zero);
  connect(batch, firstBatch, batchNext);
  connect(chunk, firstChunk, chunkNext);
  builder.SetInsertPoint(done);
  builder.CreateRetVoid();
}

void DriverEmitter::emitRectangle() {
  emitter.loop(field(PlanField::Depth), field(PlanField::DepthBlock), [&](Value *k) {
    depth = minimum(builder.CreateSub(field(PlanField::Depth), k), field(PlanField::DepthBlock));
    isFirst = builder.CreateICmpEQ(k, zero);
    Value *aDepth = at(a, k, field(PlanField::AColumn));
    bDepth = at(b, k, field(PlanField::BRow));
    Value *packedColumns = builder.CreateSub(columns, directColumns);
    conditionally(builder.CreateICmpNE(packedColumns, zero), [&] {
      Value *column = field(PlanField::BColumn);
      builder.CreateCall(emitter.packType(), routine(PlanRoutine::PackB),
                         {scratch, at(bDepth, directColumns, column), field(PlanField::BRow), column, depth, packedColumns,
                          field(PlanField::PanelColumns)});
    });
    Value *tiles = builder.CreateSub(tileEnd, tileBegin);
    emitter.loop(tiles, field(PlanField::BlockTiles), [&](Value *tile) {
      emitRowBlock(aDepth, builder.CreateAdd(tileBegin, tile),
                   minimum(builder.CreateSub(tiles, tile), field(PlanField::BlockTiles)));
    });
  });
}

void DriverEmitter::emitRowBlock(Value *aDepth, Value *firstTile, Value *tiles) {
  Value *row = rowOf(firstTile);
  Value *source = at(aDepth, row, field(PlanField::ARow));
  cBlock = at(c, row, field(PlanField::CRow));
  tallTiles = minimum(tiles, builder.CreateBinaryIntrinsic(Intrinsic::smax,
                                                           builder.CreateSub(field(PlanField::TallTiles), firstTile), zero));
  restTiles = builder.CreateSub(tiles, tallTiles);

  prepareA(source);
  emitter.loop(columns, field(PlanField::PanelColumns), [&](Value *j) { emitPanel(j); });
}

/// Copies or packs A's block where the plan says so, and sets where either kind of tile is read.
void DriverEmitter::prepareA(Value *source) {
  Value *bytes = builder.getInt64(emitter.elementBytes()), *height = field(PlanField::TileHeight);
  Value *tallRows = builder.CreateMul(tallTiles, height);
  Value *restHeight = field(PlanField::RestHeight), *restRows = builder.CreateMul(restTiles, restHeight);
  Value *packed = builder.CreatePtrAdd(scratch, field(PlanField::PackedA));
  Value *row = field(PlanField::ARow), *column = field(PlanField::AColumn);
  Value *copy = routine(PlanRoutine::CopyA), *isCopied = builder.CreateIsNotNull(copy);
  conditionally(isCopied, [&] {
    builder.CreateCall(emitter.copyType(), copy, {packed, field(PlanField::CopiedARow), source, row, builder.CreateAdd(tallRows, restRows), depth});
  });
  Value *pack = routine(PlanRoutine::PackA), *isPacked = builder.CreateIsNotNull(pack);
  Value *restSource = at(source, tallRows, row), *restPacked = at(packed, builder.CreateMul(tallRows, depth), bytes);
  conditionally(isPacked, [&] {
    builder.CreateCall(emitter.packType(), pack, {packed, source, column, row, depth, tallRows, height});
    builder.CreateCall(emitter.packType(), pack,
                       {restPacked, restSource, column, row, depth, restRows, restHeight});
  });
  Value *start = builder.CreateSelect(builder.CreateOr(isCopied, isPacked), packed, source);
  row = builder.CreateSelect(isCopied, field(PlanField::CopiedARow), builder.CreateSelect(isPacked, bytes, row));
  auto tiles = [&](Value *first, Value *tileHeight) {
    Value *packedColumn = builder.CreateMul(tileHeight, bytes);
    return TilesOfA{first, row, builder.CreateSelect(isPacked, packedColumn, column),
                    builder.CreateSelect(isPacked, builder.CreateMul(packedColumn, depth), builder.CreateMul(tileHeight, row))};
  };
  tallA = tiles(start, height);
  restA = tiles(builder.CreateSelect(isPacked, restPacked, at(start, tallRows, row)), restHeight);
}

/// The columns from `j` on, as many as a panel has, of a row block: first its tall tiles, then the others.
void DriverEmitter::emitPanel(Value *j) {
  Value *bytes = builder.getInt64(emitter.elementBytes());
  Value *panelColumns = field(PlanField::PanelColumns), *width = minimum(builder.CreateSub(columns, j), panelColumns);
  Value *isDirect = builder.CreateICmpSLT(j, directColumns);
  Value *packed = at(scratch, builder.CreateMul(builder.CreateSub(j, directColumns), depth), bytes);
  Value *bPanel = builder.CreateSelect(isDirect, at(bDepth, j, bytes), packed);
  Value *bRow = builder.CreateSelect(isDirect, field(PlanField::BRow), builder.CreateMul(panelColumns, bytes));
  Value *isFull = builder.CreateICmpEQ(width, panelColumns), *cPanel = at(cBlock, j, bytes);
  auto call = [&](PlanRoutine full, PlanRoutine last, Value *tiles, const TilesOfA &a, Value *c) {
    conditionally(builder.CreateICmpNE(tiles, zero), [&] {
      builder.CreateCall(emitter.panelType(), builder.CreateSelect(isFull, routine(full), routine(last)),
                         {tiles, depth, a.start, a.row, a.column, a.tile, bPanel, bRow, c, field(PlanField::CRow), width, isFirst});
    });
  };
  call(PlanRoutine::FullPanelTall, PlanRoutine::LastPanelTall, tallTiles, tallA, cPanel);
  Value *tallRows = builder.CreateMul(tallTiles, field(PlanField::TileHeight));
  call(PlanRoutine::FullPanelRest, PlanRoutine::LastPanelRest, restTiles, restA, at(cPanel, tallRows, field(PlanField::CRow)));
}

Function *Emitter::driver() {
  bool created;
  Function *function = declare("driver", FunctionType::get(builder.getVoidTy(), {pointerType, pointerType, indexType, indexType}, false), created);
  if (created) {
    // Runs once for each panel at most: its compile time matters more than its speed.
    function->addFnAttr(Attribute::OptimizeNone);
    function->addFnAttr(Attribute::NoInline);
    IRBuilderBase::InsertPointGuard guard(builder);
    DriverEmitter(*this, function).emit();
  }
  return function;
}

} // namespace cotan::codegen::matmul
