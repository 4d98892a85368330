//===- Reductions.cpp - the order in which kernels reduce -----------------===//
//
// Along lanes: chunks of 16384 elements; in a chunk, virtual lane j of W takes the elements j, j + W, ... in order,
// then lanes combine by halving; chunks combine in order (docs/Rationale/ReductionOrder.md). W is several vectors wide,
// so a chunk has W / lanes accumulators. Light bodies are unrolled so far; heavy ones are emitted once and the
// accumulators rotate through the loop's phis.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"
#include "LoopBuilder.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

/// The accumulators of every reduction of a stage: slot j holds virtual lanes [j * lanes, (j + 1) * lanes).
struct KernelEmitter::Accumulators {
  llvm::SmallVector<Values, 2> slots;

  Values flatten() const {
    Values all;
    for (const Values &list : slots)
      all.append(list.begin(), list.end());
    return all;
  }
  void assign(llvm::ArrayRef<llvm::Value *> all) {
    for (Values &list : slots) {
      std::copy_n(all.begin(), list.size(), list.begin());
      all = all.drop_front(list.size());
    }
  }
  /// Makes slot j what slot j + count was.
  void rotate(int64_t count) {
    for (Values &list : slots)
      std::rotate(list.begin(), list.begin() + count % int64_t(list.size()), list.end());
  }
  size_t getWidest() const {
    size_t widest = 1;
    for (const Values &list : slots)
      widest = std::max(widest, list.size());
    return widest;
  }
};

static bool isIdentity(ir::ReductionKind kind, llvm::Value *value) {
  llvm::Constant *identity = getIdentity(kind, value->getType()->getScalarType());
  if (auto *vector = dyn_cast<llvm::VectorType>(value->getType()))
    identity = llvm::ConstantVector::getSplat(vector->getElementCount(), identity);
  return value == identity;
}

/// emitCombine, but the identity costs nothing.
static llvm::Value *combine(llvm::IRBuilderBase &builder, ir::ReductionKind kind, llvm::Value *lhs, llvm::Value *rhs) {
  if (isIdentity(kind, lhs))
    return rhs;
  return isIdentity(kind, rhs) ? lhs : emitCombine(builder, kind, lhs, rhs);
}

llvm::Value *KernelEmitter::getReductionOperand(ir::KernelReduceOp reduce, const ValueMap &values, const Point &point) {
  ValueMap &known = const_cast<ValueMap &>(values);
  return getOperand(reduce.getOperand(), point, known, analysis.lanes);
}

/// Evaluates the stage at a point and adds the reductions' operands to accumulator `slot` (modulo their number).
LogicalResult KernelEmitter::accumulate(const Stage &stage, const Point &point, unsigned slot,
                                        Accumulators &accumulators) {
  ValueMap values;
  if (failed(evaluate(stage, point, values)))
    return failure();
  llvm::SmallVector<ir::KernelReduceOp, 2> reduces = stage.reduces;
  for (auto [reduce, slots] : llvm::zip_equal(reduces, accumulators.slots)) {
    llvm::Value *&accumulator = slots[slot % slots.size()];
    ir::ReductionKind kind = reduce.getKind();
    llvm::Value *sum = combine(builder, kind, accumulator, getReductionOperand(reduce, values, point));
    accumulator = point.mask ? builder.CreateSelect(point.mask, sum, accumulator) : sum;
  }
  return success();
}

/// Combines virtual lane j with j + W/2, then j + W/4, ...: first whole vectors, then inside the one that is left.
llvm::Value *KernelEmitter::combineLanes(ir::ReductionKind kind, llvm::ArrayRef<llvm::Value *> vectors) {
  Values list(vectors.begin(), vectors.end());
  for (size_t half = list.size() / 2; half >= 1; half /= 2) {
    for (size_t j = 0; j < half; ++j)
      list[j] = combine(builder, kind, list[j], list[j + half]);
    list.resize(half);
  }
  llvm::Value *vector = list[0];
  for (unsigned half = analysis.lanes / 2; half >= 1; half /= 2) {
    llvm::SmallVector<int, 16> low(half), high(half);
    for (unsigned j = 0; j < half; ++j)
      low[j] = j, high[j] = half + j;
    vector =
        emitCombine(builder, kind, builder.CreateShuffleVector(vector, low), builder.CreateShuffleVector(vector, high));
  }
  return builder.CreateExtractElement(vector, uint64_t(0));
}

/// A loop over the lanes [begin, end) in steps of `unroll` vectors; the accumulators rotate so that slot 0 is always
/// the next one.
LogicalResult KernelEmitter::reduceRange(const Stage &stage, llvm::Value *begin, llvm::Value *end, unsigned unroll,
                                         bool masked, bool mayBeEmpty, Accumulators &accumulators) {
  LoopBuilder loop(builder, begin, end, int64_t(unroll) * analysis.lanes, mayBeEmpty, accumulators.flatten());
  accumulators.assign(loop.carried);
  for (unsigned part = 0; part < unroll; ++part) {
    llvm::Value *lane = part ? builder.CreateNSWAdd(loop.index, i64(part * analysis.lanes)) : loop.index;
    llvm::Value *mask = masked ? getTailMask(lane, analysis.laneCount) : nullptr;
    if (failed(accumulate(stage, Point{lane, nullptr, mask, 0}, part, accumulators)))
      return failure();
  }
  accumulators.rotate(unroll);
  accumulators.assign(loop.end(accumulators.flatten()));
  return success();
}

LogicalResult KernelEmitter::reduceTail(const Stage &stage, llvm::Value *begin, int64_t count,
                                        Accumulators &accumulators) {
  int64_t trips = (count + analysis.lanes - 1) / analysis.lanes;
  if (trips * stage.cost > 160) { // the number of iterations is known, so the rotation is undone here
    if (failed(reduceRange(stage, begin, builder.CreateAdd(begin, i64(count)), 1, count % analysis.lanes, false,
                           accumulators)))
      return failure();
    for (Values &slots : accumulators.slots)
      std::rotate(slots.begin(), slots.begin() + (slots.size() - trips % slots.size()) % slots.size(), slots.end());
    return success();
  }
  for (int64_t done = 0; done < count; done += analysis.lanes) {
    llvm::Value *lane = builder.CreateAdd(begin, i64(done));
    llvm::Value *mask = count - done < analysis.lanes ? getTailMask(lane, analysis.laneCount) : nullptr;
    if (failed(accumulate(stage, Point{lane, nullptr, mask, 0}, done / analysis.lanes, accumulators)))
      return failure();
  }
  return success();
}

/// One chunk: `count` elements from `begin`, constant when `whole` (the row is one chunk).
LogicalResult KernelEmitter::reduceChunk(const Stage &stage, llvm::Value *begin, llvm::Value *count, bool whole,
                                         Accumulators &accumulators) {
  int64_t total = analysis.laneCount, lanes = analysis.lanes;
  int64_t widest = accumulators.getWidest(), width = widest * lanes, rest = total % width;
  bool heavy = analysis.isHeavy(stage) && lanes >= 8;
  unsigned unroll = 1;
  while (unroll < widest && 2 * unroll * stage.cost <= 64)
    unroll *= 2;
  llvm::Value *end = builder.CreateNSWAdd(begin, count);
  if (!rest)
    return reduceRange(stage, begin, end, unroll, false, false, accumulators);
  if (heavy && whole) // one copy of the code, masked everywhere: masks cost little beside a heavy body
    return reduceTail(stage, begin, total, accumulators);
  if (heavy && !whole) { // whole turns, so nothing is left rotated
    llvm::Value *rounded = builder.CreateAnd(builder.CreateNSWAdd(count, i64(width - 1)), i64(-width));
    return reduceRange(stage, begin, builder.CreateNSWAdd(begin, rounded), 1, true, false, accumulators);
  }
  if (whole) {
    if (total >= width && failed(reduceRange(stage, begin, i64(total - rest), unroll, false, false, accumulators)))
      return failure();
    return reduceTail(stage, i64(total - rest), rest, accumulators);
  }
  llvm::Value *even = builder.CreateAnd(count, i64(-width));
  if (failed(reduceRange(stage, begin, builder.CreateNSWAdd(begin, even), unroll, false, true, accumulators)))
    return failure();
  llvm::BasicBlock *before = builder.GetInsertBlock();
  auto *tail = llvm::BasicBlock::Create(builder.getContext(), "tail", function);
  auto *done = llvm::BasicBlock::Create(builder.getContext(), "done");
  builder.CreateCondBr(builder.CreateICmpEQ(end, i64(total)), tail, done);
  builder.SetInsertPoint(tail);
  Values without = accumulators.flatten();
  if (failed(reduceTail(stage, i64(total - rest), rest, accumulators)))
    return failure();
  Values with = accumulators.flatten();
  llvm::BasicBlock *last = builder.GetInsertBlock();
  builder.CreateBr(done);
  done->insertInto(function);
  builder.SetInsertPoint(done);
  for (auto [value, other] : llvm::zip_equal(with, without)) {
    llvm::PHINode *phi = builder.CreatePHI(value->getType(), 2);
    phi->addIncoming(value, last);
    phi->addIncoming(other, before);
    value = phi;
  }
  accumulators.assign(with);
  return success();
}

KernelEmitter::Values KernelEmitter::getIdentities(const Stage &stage) {
  Values identities;
  for (ir::KernelReduceOp reduce : stage.reduces)
    identities.push_back(getIdentity(reduce.getKind(), getElementType(builder.getContext(), reduce.getType())));
  return identities;
}

void KernelEmitter::setReductions(const Stage &stage, llvm::ArrayRef<llvm::Value *> results) {
  for (auto [i, reduce] : llvm::enumerate(llvm::SmallVector<ir::KernelReduceOp, 2>(stage.reduces)))
    rowValues[0][reduce.getResult()] = results[i];
}

/// The results of a stage's reductions over one chunk.
FailureOr<KernelEmitter::Values> KernelEmitter::reduceOneChunk(const Stage &stage, llvm::Value *begin,
                                                               llvm::Value *count, bool whole) {
  Accumulators accumulators;
  llvm::SmallVector<ir::KernelReduceOp, 2> reduces = stage.reduces;
  for (auto [reduce, identity] : llvm::zip_equal(reduces, getIdentities(stage))) {
    int64_t vectors = std::max<int64_t>(1, getReductionWidth(getElementBytes(reduce.getType())) / analysis.lanes);
    accumulators.slots.push_back(Values(vectors, splat(identity)));
  }
  if (failed(reduceChunk(stage, begin, count, whole, accumulators)))
    return failure();
  Values results;
  for (auto [reduce, slots] : llvm::zip_equal(reduces, accumulators.slots))
    results.push_back(combineLanes(reduce.getKind(), slots));
  return results;
}

/// Sets the row values of a stage's reductions.
LogicalResult KernelEmitter::reduceRow(const Stage &stage) {
  Values identities = getIdentities(stage);
  llvm::SmallVector<ir::KernelReduceOp, 2> reduces = stage.reduces;
  if (analysis.emptyReduction) { // the sum of nothing is +0
    for (auto [reduce, identity] : llvm::zip_equal(reduces, identities))
      if (reduce.getKind() == ir::ReductionKind::Sum)
        identity = llvm::Constant::getNullValue(identity->getType());
    setReductions(stage, identities);
    return success();
  }
  if (analysis.laneCount <= reductionChunk) {
    FailureOr<Values> results = reduceOneChunk(stage, i64(0), i64(analysis.laneCount), true);
    if (failed(results))
      return failure();
    setReductions(stage, *results);
    return success();
  }
  LoopBuilder chunks(builder, i64(0), i64(analysis.laneCount), reductionChunk, false, identities);
  llvm::Value *count = i64(reductionChunk);
  if (analysis.laneCount % reductionChunk)
    count = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin,
                                          builder.CreateSub(i64(analysis.laneCount), chunks.index), count);
  FailureOr<Values> results = reduceOneChunk(stage, chunks.index, count, false);
  if (failed(results))
    return failure();
  for (auto [reduce, total, value] : llvm::zip_equal(reduces, chunks.carried, *results))
    value = emitCombine(builder, reduce.getKind(), total, value);
  setReductions(stage, chunks.end(*results));
  return success();
}

//===----------------------------------------------------------------------===//
// Reductions that are loops
//===----------------------------------------------------------------------===//

/// Lanes mode: one accumulator for each reduction and vector, the inner loop in order.
LogicalResult KernelEmitter::reduceSequentially(const Stage &stage, llvm::ArrayRef<Point> parts) {
  Values initial;
  for (const Point &point : parts)
    for (ir::KernelReduceOp reduce : stage.reduces) {
      llvm::Type *type = getElementType(builder.getContext(), reduce.getType());
      llvm::Constant *identity = getIdentity(reduce.getKind(), type);
      if (analysis.emptyReduction && reduce.getKind() == ir::ReductionKind::Sum)
        identity = llvm::Constant::getNullValue(type);
      initial.push_back(splat(identity));
      rowValues[point.part][reduce.getResult()] = initial.back();
    }
  if (analysis.emptyReduction || (stage.reduces.empty() && stage.outputs.empty()))
    return success();
  LoopBuilder loop(builder, i64(0), i64(analysis.innerCount), 1, false, initial);
  Values next;
  for (Point point : parts) {
    point.inner = loop.index;
    ValueMap values;
    if (failed(evaluate(stage, point, values)))
      return failure();
    for (ir::KernelReduceOp reduce : stage.reduces)
      next.push_back(emitCombine(builder, reduce.getKind(), loop.carried[next.size()],
                                 getReductionOperand(reduce, values, point)));
  }
  Values results = loop.end(next);
  size_t i = 0;
  for (const Point &point : parts)
    for (ir::KernelReduceOp reduce : stage.reduces)
      rowValues[point.part][reduce.getResult()] = results[i++];
  return success();
}
