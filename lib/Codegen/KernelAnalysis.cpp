//===- KernelAnalysis.cpp - the loop structure of a kernel ----------------===//

#include "KernelAnalysis.h"
#include "ScalarOps.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

bool codegen::getLinearExpr(AffineExpr expr, unsigned dims, unsigned symbols, LinearExpr &result, int64_t factor) {
  result.dims.resize(dims);
  result.symbols.resize(symbols);
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    result.constant += factor * constant.getValue();
    return true;
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    result.dims[dim.getPosition()] += factor;
    return true;
  }
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    result.symbols[symbol.getPosition()] += factor;
    return true;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  if (binary.getKind() == AffineExprKind::Add)
    return getLinearExpr(binary.getLHS(), dims, symbols, result, factor) &&
           getLinearExpr(binary.getRHS(), dims, symbols, result, factor);
  auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (binary.getKind() != AffineExprKind::Mul || !constant)
    return false;
  return getLinearExpr(binary.getLHS(), dims, symbols, result, factor * constant.getValue());
}

static int64_t product(llvm::ArrayRef<int64_t> extents, llvm::ArrayRef<unsigned> dims) {
  int64_t result = 1;
  for (unsigned dim : dims)
    result *= extents[dim];
  return result;
}

FailureOr<std::unique_ptr<KernelAnalysis>> KernelAnalysis::compute(ir::KernelOp op, const TargetDescription &target) {
  auto result = std::make_unique<KernelAnalysis>();
  result->op = op;
  if (failed(result->readAccesses()))
    return failure();
  result->normalise();
  result->chooseLanes(target);
  result->analyseValues();
  result->planStages();
  result->chooseUnroll();
  result->chooseChunks();
  result->chooseTile();
  return result;
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

LogicalResult KernelAnalysis::readAccess(Value tensor, AffineMap map, Access &access) {
  auto type = cast<RankedTensorType>(tensor.getType());
  access.element = type.getElementType();
  unsigned dims = op.getExtents().size(), symbols = op.getOffsets().size();
  access.strides.assign(dims, 0);
  llvm::SmallVector<int64_t, 4> symbolStrides(symbols, 0);
  int64_t stride = 1;
  for (int i = int(type.getRank()) - 1; i >= 0; --i) {
    LinearExpr linear;
    if (!getLinearExpr(map.getResult(i), dims, symbols, linear))
      return op.emitError() << "cannot generate code for map " << AffineMapAttr::get(map)
                            << ": not linear in its dimensions";
    access.offset += stride * linear.constant;
    for (unsigned d = 0; d < dims; ++d)
      access.strides[d] += stride * linear.dims[d];
    for (unsigned s = 0; s < symbols; ++s)
      symbolStrides[s] += stride * linear.symbols[s];
    stride *= type.getDimSize(i);
  }
  for (unsigned s = 0; s < symbols; ++s)
    if (symbolStrides[s])
      access.symbols.emplace_back(s, symbolStrides[s]);
  return success();
}

LogicalResult KernelAnalysis::readAccesses() {
  for (auto [tensor, map] : llvm::zip_equal(op.getInputs(), op.getInputMaps().getAsValueRange<AffineMapAttr>()))
    if (failed(readAccess(tensor, map, inputs.emplace_back())))
      return failure();
  for (auto [tensor, map] : llvm::zip_equal(op.getResults(), op.getOutputMaps().getAsValueRange<AffineMapAttr>()))
    if (failed(readAccess(tensor, map, outputs.emplace_back())))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

/// Merges dimensions that are neighbours in `group` where every access steps through them as through one.
void KernelAnalysis::mergeNeighbours(llvm::SmallVectorImpl<unsigned> &group, llvm::ArrayRef<bool> indexed) {
  for (size_t i = group.size(); i-- > 1;) {
    unsigned slow = group[i - 1], fast = group[i];
    auto merges = [&](const Access &access) { return access.strides[slow] == access.strides[fast] * extents[fast]; };
    if (indexed[slow] || indexed[fast] || !llvm::all_of(inputs, merges) || !llvm::all_of(outputs, merges))
      continue;
    for (auto *list : {&inputs, &outputs})
      for (Access &access : *list)
        access.strides[slow] = access.strides[fast];
    extents[slow] *= extents[fast];
    for (int &dim : dimOf)
      if (dim == int(fast))
        dim = int(slow);
    group.erase(group.begin() + i);
  }
}

void KernelAnalysis::normalise() {
  extents.assign(op.getExtents().begin(), op.getExtents().end());
  unsigned dims = extents.size();
  llvm::SmallVector<bool, 4> indexed(dims, false);
  op.getBody().walk([&](ir::KernelIndexOp index) { indexed[index.getDim()] = true; });
  llvm::SmallVector<unsigned, 4> parallel, reduced;
  for (unsigned d = 0; d < dims; ++d) {
    bool reduction = op.isReductionDim(d);
    dimOf.push_back(extents[d] == 1 ? -1 : int(d));
    emptyReduction |= reduction && extents[d] == 0;
    if (extents[d] != 1)
      (reduction ? reduced : parallel).push_back(d);
  }
  mergeNeighbours(parallel, indexed);
  mergeNeighbours(reduced, indexed);
  chooseLoops(parallel, reduced);
}

void KernelAnalysis::chooseLoops(llvm::ArrayRef<unsigned> parallel, llvm::ArrayRef<unsigned> reduced) {
  unsigned dims = extents.size();
  if (reduced.empty()) { // a reduction over one element is that element
    mode = parallel.empty() ? KernelMode::Scalar : KernelMode::Map;
    outer.assign(parallel.begin(), parallel.end());
    while (!outer.empty() && (lane.empty() || product(extents, lane) < 16)) {
      lane.insert(lane.begin(), outer.back());
      outer.pop_back();
    }
  } else if (op.isReductionDim(dims - 1)) {
    mode = KernelMode::Row;
    outer.assign(parallel.begin(), parallel.end());
    lane.assign(reduced.begin(), reduced.end());
  } else {
    mode = KernelMode::Lanes;
    outer.assign(parallel.begin(), parallel.end());
    if (!outer.empty())
      lane.push_back(outer.pop_back_val());
    inner.assign(reduced.begin(), reduced.end());
  }
  outerCount = product(extents, outer);
  innerCount = product(extents, inner);
  laneCount = product(extents, lane);
  for (auto *list : {&inputs, &outputs})
    for (Access &access : *list)
      classify(access);
}

void KernelAnalysis::classify(Access &access) {
  if (lane.empty() || llvm::all_of(lane, [&](unsigned d) { return access.strides[d] == 0; }))
    return; // Uniform
  int64_t fastest = access.strides[lane.back()], run = extents[lane.back()];
  size_t i = lane.size() - 1;
  for (; i > 0 && access.strides[lane[i - 1]] == fastest * run; --i)
    run *= extents[lane[i - 1]];
  access.lane = i == 0 ? LaneAccess::Strided : LaneAccess::Irregular;
  access.laneStride = fastest;
  access.runLength = run;
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

void KernelAnalysis::chooseLanes(const TargetDescription &target) {
  unsigned realBits = 0, otherBits = 32;
  auto see = [&](Type type) {
    if (isa<FloatType>(type))
      realBits = std::max(realBits, type.getIntOrFloatBitWidth());
    else if (type.isIntOrIndex())
      otherBits = std::max(otherBits, type.isIndex() ? 64u : type.getIntOrFloatBitWidth());
  };
  for (BlockArgument argument : op.getBodyBlock().getArguments())
    if (!isa<TensorType>(argument.getType()))
      see(argument.getType());
  for (Operation &nested : op.getBodyBlock())
    for (Type type : nested.getResultTypes())
      see(type);
  lanes = mode == KernelMode::Scalar ? 1 : target.vectorBits / (realBits ? realBits : otherBits);
}

void KernelAnalysis::chooseUnroll() {
  if (mode != KernelMode::Lanes)
    return;
  unsigned cost = 0, reduces = 0;
  for (Stage &stage : stages) {
    cost = std::max(cost, stage.cost);
    reduces = std::max<unsigned>(reduces, stage.reduces.size());
  }
  while (unroll < 8 && unroll * lanes < laneCount && 2 * unroll * cost <= 64 && 2 * unroll * reduces <= 8)
    unroll *= 2;
}

/// A single row of one stage needs nothing from other chunks until its reductions are known.
void KernelAnalysis::chooseChunks() {
  chunked = mode == KernelMode::Row && outer.empty() && stages.size() == 1 && !stages[0].reduces.empty() &&
            laneCount > reductionChunk;
  if (!chunked)
    return;
  partialsOffset = scratchBytes;
  scratchBytes += getChunks() * int64_t(stages[0].reduces.size()) * 8;
}

void KernelAnalysis::chooseTile() {
  if (mode != KernelMode::Map || isEmpty())
    return;
  for (const Access &access : inputs)
    for (auto [i, dim] : llvm::enumerate(outer))
      if (access.lane == LaneAccess::Strided && std::abs(access.laneStride) >= tileRows &&
          std::abs(access.strides[dim]) == 1 && extents[dim] >= 4 && laneCount >= 4)
        tiled = i;
}

//===----------------------------------------------------------------------===//
// Values and stages
//===----------------------------------------------------------------------===//

bool KernelAnalysis::isRowOutput(unsigned j) const {
  const Access &access = outputs[j];
  llvm::ArrayRef<unsigned> reduced = mode == KernelMode::Row ? lane : inner;
  if (mode != KernelMode::Row && mode != KernelMode::Lanes)
    return false;
  return llvm::all_of(reduced, [&](unsigned d) { return access.strides[d] == 0; });
}

int64_t KernelAnalysis::getGrid() const {
  switch (mode) {
  case KernelMode::Scalar:
    return 1;
  case KernelMode::Map:
    if (tiled)
      return outerCount / extents[outer[*tiled]] * getTiles();
    return outer.empty() ? (laneCount + mapBlock - 1) / mapBlock : outerCount;
  case KernelMode::Row:
    return chunked ? getChunks() : outerCount;
  case KernelMode::Lanes:
    return outerCount * getLaneBlocks();
  }
  llvm_unreachable("unknown kernel mode");
}

void KernelAnalysis::analyseValues() {
  Block &body = op.getBodyBlock();
  llvm::ArrayRef<unsigned> pointDims = mode == KernelMode::Lanes ? inner : lane;
  for (auto [argument, access] : llvm::zip(body.getArguments(), inputs)) {
    auto moves = [&access](unsigned d) { return access.strides[d] != 0; };
    Variance variance = Variance::Kernel;
    if (llvm::any_of(pointDims, moves))
      variance = Variance::Point;
    else if (llvm::any_of(outer, moves) || (mode == KernelMode::Lanes && llvm::any_of(lane, moves)))
      variance = Variance::Row;
    info[argument] = {variance, 0};
  }
  for (Operation &nested : body.without_terminator()) {
    ValueInfo result;
    for (Value operand : nested.getOperands()) {
      if (isa<TensorType>(operand.getType()))
        continue;
      ValueInfo known = info.lookup(operand);
      result.variance = std::max(result.variance, known.variance);
      result.level = std::max(result.level, known.level);
    }
    if (auto index = dyn_cast<ir::KernelIndexOp>(nested); index && dimOf[index.getDim()] >= 0) {
      unsigned dim = dimOf[index.getDim()];
      result.variance = llvm::is_contained(pointDims, dim) ? Variance::Point : Variance::Row;
    } else if (isa<ir::KernelReduceOp>(nested) && (mode == KernelMode::Row || mode == KernelMode::Lanes)) {
      result.variance = Variance::Row;
      ++result.level;
    }
    for (Value value : nested.getResults())
      info[value] = result;
  }
}

void KernelAnalysis::planStages() {
  Block &body = op.getBodyBlock();
  auto at = [&](unsigned level) -> Stage & {
    if (stages.size() <= level)
      stages.resize(level + 1);
    return stages[level];
  };
  if (mode == KernelMode::Row || mode == KernelMode::Lanes)
    for (auto reduce : body.getOps<ir::KernelReduceOp>())
      at(getLevel(reduce.getOperand())).reduces.push_back(reduce);
  auto yield = cast<ir::KernelYieldOp>(body.getTerminator());
  for (auto [j, value] : llvm::enumerate(yield.getValues()))
    if (!isRowOutput(j))
      at(getLevel(value)).outputs.push_back(j);
  for (unsigned i = 0; i < stages.size(); ++i)
    planStage(i);
}

/// Finds what stage `index` computes, and what it takes from earlier stages rather than computing it again.
void KernelAnalysis::planStage(unsigned index) {
  Stage &stage = stages[index];
  auto yield = cast<ir::KernelYieldOp>(op.getBodyBlock().getTerminator());
  llvm::DenseSet<Value> needed;
  for (ir::KernelReduceOp reduce : stage.reduces)
    needed.insert(reduce.getOperand());
  for (unsigned j : stage.outputs)
    needed.insert(yield.getValues()[j]);

  llvm::DenseMap<Value, unsigned> computedBy;
  for (unsigned earlier = 0; earlier < index; ++earlier)
    for (Operation *known : stages[earlier].ops)
      computedBy.try_emplace(known->getResult(0), earlier);

  int64_t points = (mode == KernelMode::Lanes ? innerCount : laneCount) + 64;
  for (Operation &nested : llvm::reverse(op.getBodyBlock().without_terminator())) {
    if (nested.getNumResults() != 1)
      continue;
    Value value = nested.getResult(0);
    if (!needed.contains(value) || getVariance(value) != Variance::Point)
      continue;
    auto earlier = computedBy.find(value);
    if (earlier != computedBy.end() && getOpCost(&nested) >= 8) {
      if (!saved.contains(value)) {
        SavedValue slot;
        for (unsigned j : stages[earlier->second].outputs)
          if (yield.getValues()[j] == value && outputs[j].lane == LaneAccess::Strided && outputs[j].laneStride == 1)
            slot.output = int(j);
        if (slot.output < 0) {
          slot.scratchOffset = scratchBytes;
          int64_t width = mode == KernelMode::Lanes ? 8 * lanes : 1;
          scratchBytes += llvm::alignTo(points * width * getElementBytes(value.getType()), 64);
          stages[earlier->second].saves.push_back(value);
        }
        saved[value] = slot;
      }
      stage.reloads.push_back(value);
      continue;
    }
    stage.ops.push_back(&nested);
    stage.cost += getOpCost(&nested);
    for (Value operand : nested.getOperands())
      needed.insert(operand);
  }
  std::reverse(stage.ops.begin(), stage.ops.end());
  stage.cost += stage.reduces.size() + stage.outputs.size();
}
