//===- KernelLoops.cpp - the loops of each kernel mode --------------------===//

#include "KernelEmitter.h"
#include "LoopBuilder.h"
#include "cotan-c/kernel_abi.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

LogicalResult KernelEmitter::emitScalar() {
  for (auto [j, value] : llvm::enumerate(yield.getValues()))
    store(analysis.outputs[j], outputBases[j], Point(), getOperand(value, Point(), kernelValues, 0));
  return success();
}

//===----------------------------------------------------------------------===//
// Map
//===----------------------------------------------------------------------===//

/// How many vectors one iteration of a loop without accumulators covers.
static unsigned getMapUnroll(unsigned cost) { return cost <= 10 ? 4 : cost <= 24 ? 2 : 1; }

/// Runs a stage without reductions over the lanes [begin, end) of the row; `end` is the row's end or a multiple of the
/// block.
LogicalResult KernelEmitter::sweep(const Stage &stage, llvm::Value *begin, llvm::Value *end) {
  unsigned unroll = getMapUnroll(stage.cost);
  int64_t step = int64_t(unroll) * analysis.lanes, total = analysis.laneCount, rest = total % step;
  if (analysis.isHeavy(stage) && analysis.lanes >= 8 && rest % analysis.lanes) {
    // One copy of the code, masked everywhere: masks cost little beside a heavy body.
    if (total <= analysis.lanes)
      return sweepTail(stage, i64(0), total);
    LoopBuilder loop(builder, begin, end, step, false);
    ValueMap values;
    if (failed(evaluate(stage, Point{loop.index, nullptr, getTailMask(loop.index, total), 0}, values)))
      return failure();
    loop.end();
    return success();
  }
  if (total >= step) {
    llvm::Value *whole = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, end, i64(total - rest));
    LoopBuilder loop(builder, begin, whole, step, total > step && rest);
    for (unsigned part = 0; part < unroll; ++part) {
      ValueMap values;
      llvm::Value *lane = part ? builder.CreateNSWAdd(loop.index, i64(part * analysis.lanes)) : loop.index;
      if (failed(evaluate(stage, Point{lane, nullptr, nullptr, part}, values)))
        return failure();
    }
    loop.end();
  }
  if (!rest)
    return success();
  if (isa<llvm::ConstantInt>(end))
    return sweepTail(stage, i64(total - rest), rest);
  auto *tail = llvm::BasicBlock::Create(builder.getContext(), "tail", function);
  auto *done = llvm::BasicBlock::Create(builder.getContext(), "done");
  builder.CreateCondBr(builder.CreateICmpEQ(end, i64(total)), tail, done);
  builder.SetInsertPoint(tail);
  LogicalResult result = sweepTail(stage, i64(total - rest), rest);
  builder.CreateBr(done);
  done->insertInto(function);
  builder.SetInsertPoint(done);
  return result;
}

/// The last, partial iteration: whole vectors, then a masked one.
LogicalResult KernelEmitter::sweepTail(const Stage &stage, llvm::Value *begin, int64_t count) {
  for (int64_t done = 0; done < count; done += analysis.lanes) {
    llvm::Value *lane = builder.CreateAdd(begin, i64(done));
    llvm::Value *mask = count - done < analysis.lanes ? getTailMask(lane, analysis.laneCount) : nullptr;
    ValueMap values;
    if (failed(evaluate(stage, Point{lane, nullptr, mask, 0}, values)))
      return failure();
  }
  return success();
}

LogicalResult KernelEmitter::emitMap() {
  llvm::Value *begin = function->getArg(1), *end = function->getArg(2);
  const Stage &stage = analysis.stages.front();
  if (analysis.outer.empty()) {
    splatRowValues(stage);
    llvm::Value *first = i64(0), *last = i64(analysis.laneCount);
    if (analysis.laneCount > mapBlock) {
      first = builder.CreateNSWMul(begin, i64(mapBlock));
      last = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, builder.CreateNSWMul(end, i64(mapBlock)), last);
    }
    return sweep(stage, first, last);
  }
  LoopBuilder rows(builder, begin, end, 1, true);
  beginRow(rows.index);
  rowValues[0].clear();
  if (failed(emitUniform(Variance::Row, 0, rowValues[0], Point())))
    return failure();
  splatRowValues(stage);
  if (failed(sweep(stage, i64(0), i64(analysis.laneCount))))
    return failure();
  rows.end();
  return success();
}

/// Rows in tiles: for every vector along the lanes, the rows of a tile, which read neighbouring elements.
LogicalResult KernelEmitter::emitTiledMap() {
  const Stage &stage = analysis.stages.front();
  llvm::SmallVector<unsigned, 4> others(analysis.outer);
  others.erase(others.begin() + *analysis.tiled);
  int64_t extent = analysis.extents[analysis.outer[*analysis.tiled]], total = analysis.laneCount;
  rowValues[0].clear();
  splatRowValues(stage);
  LoopBuilder tiles(builder, function->getArg(1), function->getArg(2), 1, true);
  llvm::Value *count = i64(analysis.getTiles());
  llvm::SmallVector<llvm::Value *, 4> indices = delinearise(builder.CreateUDiv(tiles.index, count), others);
  llvm::Value *first = builder.CreateNSWMul(builder.CreateURem(tiles.index, count), i64(tileRows));
  llvm::Value *last =
      builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, builder.CreateNSWAdd(first, i64(tileRows)), i64(extent));
  LoopBuilder vectors(builder, i64(0), i64(total), analysis.lanes, false);
  llvm::Value *mask = total % analysis.lanes ? getTailMask(vectors.index, total) : nullptr;
  LoopBuilder rows(builder, first, last, 1, false);
  indices.insert(indices.begin() + *analysis.tiled, rows.index);
  setRow(indices);
  ValueMap values;
  if (failed(emitUniform(Variance::Row, 0, rowValues[0], Point())) ||
      failed(evaluate(stage, Point{vectors.index, nullptr, mask, 0}, values)))
    return failure();
  rows.end();
  vectors.end();
  tiles.end();
  return success();
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// Stores the row outputs whose value became known at `level`.
void KernelEmitter::storeRowOutputs(unsigned level, const Point &point) {
  unsigned width = analysis.mode == KernelMode::Lanes ? analysis.lanes : 0;
  for (auto [j, value] : llvm::enumerate(yield.getValues()))
    if (analysis.isRowOutput(j) && analysis.getLevel(value) == level)
      store(analysis.outputs[j], outputRows[j], point, getOperand(value, point, rowValues[point.part], width));
}

LogicalResult KernelEmitter::emitRows() {
  LoopBuilder rows(builder, function->getArg(1), function->getArg(2), 1, true);
  beginRow(rows.index);
  if (failed(emitUniform(Variance::Row, 0, rowValues[0], Point())))
    return failure();
  storeRowOutputs(0, Point());
  for (auto [level, stage] : llvm::enumerate(analysis.stages)) {
    splatRowValues(stage);
    if (!stage.reduces.empty()) {
      if (failed(reduceRow(stage)))
        return failure();
    } else if (!stage.outputs.empty() && !analysis.emptyReduction) {
      if (failed(sweep(stage, i64(0), i64(analysis.laneCount))))
        return failure();
    }
    if (failed(emitUniform(Variance::Row, level + 1, rowValues[0], Point())))
      return failure();
    storeRowOutputs(level + 1, Point());
  }
  rows.end();
  return success();
}

/// One row as a grid of chunks, each of which leaves its partial results in scratch.
LogicalResult KernelEmitter::emitChunks() {
  const Stage &stage = analysis.stages.front();
  splatRowValues(stage);
  LoopBuilder chunks(builder, function->getArg(1), function->getArg(2), 1, true);
  llvm::Value *first = builder.CreateNSWMul(chunks.index, i64(reductionChunk)), *count = i64(reductionChunk);
  if (analysis.laneCount % reductionChunk)
    count =
        builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, builder.CreateSub(i64(analysis.laneCount), first), count);
  FailureOr<Values> results = reduceOneChunk(stage, first, count, false);
  if (failed(results))
    return failure();
  for (auto [i, value] : llvm::enumerate(*results))
    builder.CreateStore(value, getPartial(chunks.index, i));
  chunks.end();
  return success();
}

LogicalResult KernelEmitter::emitFinish() {
  if (failed(begin()))
    return failure();
  const Stage &stage = analysis.stages.front();
  LoopBuilder chunks(builder, i64(0), i64(analysis.getChunks()), 1, false, getIdentities(stage));
  Values totals;
  llvm::SmallVector<ir::KernelReduceOp, 2> reduces = stage.reduces;
  for (auto [i, reduce] : llvm::enumerate(reduces)) {
    llvm::Value *partial = builder.CreateLoad(chunks.carried[i]->getType(), getPartial(chunks.index, i));
    totals.push_back(emitCombine(builder, reduce.getKind(), chunks.carried[i], partial));
  }
  setReductions(stage, chunks.end(totals));
  storeRowOutputs(0, Point());
  if (failed(emitUniform(Variance::Row, 1, rowValues[0], Point())))
    return failure();
  storeRowOutputs(1, Point());
  builder.CreateRet(builder.getInt32(COTAN_STATUS_OK));
  return success();
}

/// Where a chunk leaves the result of reduction `index`.
llvm::Value *KernelEmitter::getPartial(llvm::Value *chunk, unsigned index) {
  llvm::Value *pointer =
      builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), buffers.back(), analysis.partialsOffset + 8 * index);
  int64_t stride = int64_t(analysis.stages.front().reduces.size()) * 8;
  return builder.CreateGEP(builder.getInt8Ty(), pointer, builder.CreateNSWMul(chunk, i64(stride)));
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

LogicalResult KernelEmitter::emitLanes() {
  int64_t blocks = analysis.getLaneBlocks(), width = int64_t(analysis.lanes) * analysis.unroll;
  LoopBuilder loop(builder, function->getArg(1), function->getArg(2), 1, true);
  llvm::Value *row = loop.index, *lane = i64(0);
  if (blocks > 1) {
    lane = builder.CreateNSWMul(builder.CreateURem(loop.index, i64(blocks)), i64(width));
    row = builder.CreateUDiv(loop.index, i64(blocks));
  }
  beginRow(row);
  if (failed(emitLaneBlock(lane)))
    return failure();
  loop.end();
  return success();
}

LogicalResult KernelEmitter::emitLaneBlock(llvm::Value *firstLane) {
  llvm::SmallVector<Point, 8> parts;
  bool masked = !analysis.lane.empty() && analysis.laneCount % (int64_t(analysis.lanes) * analysis.unroll);
  rowValues.assign(analysis.unroll, ValueMap());
  for (unsigned part = 0; part < analysis.unroll; ++part) {
    llvm::Value *lane = builder.CreateNSWAdd(firstLane, i64(part * analysis.lanes));
    parts.push_back({lane, nullptr, masked ? getTailMask(lane, analysis.laneCount) : nullptr, part});
  }
  auto finishLevel = [&](unsigned level) {
    for (const Point &point : parts) {
      if (failed(emitUniform(Variance::Row, level, rowValues[point.part], point)))
        return failure();
      storeRowOutputs(level, point);
    }
    return success();
  };
  splats.clear();
  if (failed(finishLevel(0)))
    return failure();
  for (auto [level, stage] : llvm::enumerate(analysis.stages)) {
    splatRowValues(stage);
    if (failed(reduceSequentially(stage, parts)) || failed(finishLevel(level + 1)))
      return failure();
  }
  return success();
}
