//===- BufferPlan.cpp - where every tensor of a function lives ------------===//

#include "BufferPlan.h"
#include "ScalarOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

int64_t codegen::getTensorBytes(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getNumElements() * getElementBytes(tensor.getElementType());
}

BufferPlan::BufferPlan(func::FuncOp function, const AnalysisMap &analyses,
                       llvm::function_ref<int64_t(Operation *)> scratch)
    : function(function), analyses(analyses), scratch(scratch) {
  number(function.getBody().front());
  for (auto [i, argument] : llvm::enumerate(function.getArguments())) {
    Buffer &buffer = buffers[addBuffer(argument, getTensorBytes(argument.getType()))];
    buffer.fixed = true;
    buffer.location = {BufferLocation::Input, int64_t(i), {}};
  }
  assign(function.getBody().front());
  placeOutputs();
  placeArena();
}

//===----------------------------------------------------------------------===//
// Lifetimes
//===----------------------------------------------------------------------===//

/// Gives every op a position; one with regions also an end, after all in them.
void BufferPlan::number(Block &block) {
  for (Operation &op : block) {
    int64_t begin = nextPosition++;
    bool flat = op.getNumRegions() == 0 || isa<ir::KernelOp>(op);
    if (!flat)
      for (Region &region : op.getRegions())
        for (Block &nested : region)
          number(nested);
    positions[&op] = {begin, flat ? begin : nextPosition++};
  }
}

/// From the definition to the last use. A use in a loop that the value is not defined in lasts until the loop ends.
BufferPlan::Range BufferPlan::getRange(Value value) {
  auto known = ranges.find(value);
  if (known != ranges.end())
    return known->second;
  Range range;
  Operation *owner = value.getDefiningOp();
  if (owner) {
    range.begin = positions.lookup(owner).end;
  } else {
    owner = value.getParentBlock()->getParentOp();
    range.begin = isa<func::FuncOp>(owner) ? -1 : positions.lookup(&value.getParentBlock()->front()).begin;
  }
  range.end = range.begin;
  for (Operation *user : value.getUsers()) {
    Operation *ancestor = value.getParentBlock()->findAncestorOpInBlock(*user);
    Range position = positions.lookup(ancestor);
    range.end = std::max(range.end, ancestor == user ? position.begin : position.end);
  }
  return ranges[value] = range;
}

unsigned BufferPlan::addBuffer(Value value, int64_t bytes) {
  unsigned index = buffers.size();
  buffers.emplace_back().bytes = bytes;
  if (value)
    join(value, index);
  return index;
}

void BufferPlan::join(Value value, unsigned index) {
  bufferOf[value] = index;
  Buffer &buffer = buffers[index];
  buffer.values.push_back(value);
  Range range = getRange(value);
  buffer.hull = {std::min(buffer.hull.begin, range.begin), std::max(buffer.hull.end, range.end)};
}

bool BufferPlan::canJoin(Value value, Value other, bool readsInPlace) {
  auto found = bufferOf.find(other);
  if (found == bufferOf.end())
    return false;
  const Buffer &buffer = buffers[found->second];
  if (buffer.fixed || buffer.bytes < getTensorBytes(value.getType()))
    return false;
  Range range = getRange(value);
  if (buffer.hull.end < range.begin ||
      (readsInPlace && buffer.hull.end == range.begin)) // the common case; keeps long chains linear
    return true;
  for (Value member : buffer.values) {
    Range lived = getRange(member);
    if (readsInPlace && lived.end == range.begin)
      continue;
    if (lived.overlaps(range))
      return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Sharing
//===----------------------------------------------------------------------===//

/// Whether result `j` may overwrite input `i`: every point reads what it then writes, and nothing reads it later.
static bool canOverwrite(const KernelAnalysis &analysis, unsigned input, unsigned result) {
  ir::KernelOp op = analysis.op;
  if (op.getInputMaps()[input] != op.getOutputMaps()[result] ||
      analysis.inputs[input].element != analysis.outputs[result].element)
    return false;
  return analysis.isRowOutput(result) || llvm::is_contained(analysis.stages.back().outputs, result);
}

/// The loop's block argument that a value becomes in the next iteration, or null.
static Value getNextCarried(Value value) {
  for (OpOperand &use : value.getUses()) {
    Operation *loop = use.getOwner()->getParentOp();
    if (!isa<scf::YieldOp>(use.getOwner()))
      continue;
    if (auto counted = dyn_cast<scf::ForOp>(loop))
      return counted.getRegionIterArg(use.getOperandNumber());
    if (auto open = dyn_cast<scf::WhileOp>(loop))
      return open.getBeforeArguments()[use.getOperandNumber()];
  }
  return {};
}

/// Gives `result` the buffer of `operand`, a destination or an input of the kernel, where nothing is lost by that.
bool BufferPlan::joinKernelOperand(OpResult result, Value operand, bool isDest,
                                   llvm::SmallVectorImpl<unsigned> &taken) {
  auto kernel = cast<ir::KernelOp>(result.getOwner());
  unsigned j = result.getResultNumber();
  if (operand.getType() != result.getType() || !canJoin(result, operand, true) ||
      llvm::is_contained(taken, bufferOf.lookup(operand)))
    return false;
  auto shares = [&](Value other) { return shareBuffer(other, operand); };
  if (llvm::any_of(kernel.getTables(), shares) || llvm::any_of(kernel.getOffsets(), shares))
    return false;
  for (auto [k, dest] : llvm::enumerate(kernel.getDests()))
    if (shares(dest) && !(isDest && kernel.getDestOf(j) == int64_t(k)))
      return false;
  const KernelAnalysis &analysis = *analyses.find(kernel)->second;
  for (auto [i, input] : llvm::enumerate(kernel.getInputs()))
    if (shares(input) && !canOverwrite(analysis, i, j))
      return false;
  taken.push_back(bufferOf.lookup(operand));
  join(result, taken.back());
  return true;
}

void BufferPlan::assignKernel(ir::KernelOp kernel) {
  const KernelAnalysis &analysis = *analyses.find(kernel)->second;
  llvm::SmallVector<unsigned> taken;
  auto tryInput = [&](OpResult result, unsigned i) {
    return canOverwrite(analysis, i, result.getResultNumber()) &&
           joinKernelOperand(result, kernel.getInputs()[i], false, taken);
  };
  // What becomes a loop's carried value goes where that is, before another result takes the place.
  for (OpResult result : kernel.getResults())
    if (Value next = getNextCarried(result); next && kernel.getDestOf(result.getResultNumber()) < 0)
      for (auto [i, input] : llvm::enumerate(kernel.getInputs()))
        if (input == next && tryInput(result, i))
          break;
  for (OpResult result : kernel.getResults()) {
    if (bufferOf.contains(result))
      continue;
    bool joined = false;
    if (int64_t dest = kernel.getDestOf(result.getResultNumber()); dest >= 0)
      joined = joinKernelOperand(result, kernel.getDests()[dest], true, taken);
    else
      for (unsigned i = 0; i < kernel.getInputs().size() && !joined; ++i)
        joined = tryInput(result, i);
    if (!joined)
      addBuffer(result, getTensorBytes(result.getType()));
  }
}

/// Lets the values that a region yields live where the op's results (or the loop's carried values) do.
void BufferPlan::joinYields(Operation *op) {
  for (Region &region : op->getRegions()) {
    if (region.empty())
      continue;
    Operation *terminator = region.front().getTerminator();
    if (isa<scf::ConditionOp>(terminator))
      continue;
    ValueRange targets = op->getResults();
    if (auto loop = dyn_cast<scf::WhileOp>(op))
      targets = loop.getBeforeArguments();
    for (auto [value, target] : llvm::zip(terminator->getOperands(), targets)) {
      if (!isa<RankedTensorType>(value.getType()) || value.getParentRegion() != &region)
        continue;
      // A value with a buffer of its own moves into the target's; all its buffer's members must fit there.
      unsigned from = bufferOf.lookup(value), to = bufferOf.lookup(target);
      if (from == to || buffers[from].fixed || buffers[from].bytes > buffers[to].bytes)
        continue;
      bool fits = llvm::all_of(buffers[from].values, [&](Value member) {
        return member.getParentRegion() == &region && canJoin(member, target, false);
      });
      if (!fits)
        continue;
      llvm::SmallVector<Value, 2> members;
      std::swap(members, buffers[from].values);
      buffers[from].bytes = 0;
      for (Value member : members)
        join(member, to);
    }
    // The terminator writes what it yields there, while the sources of its other copies still live.
    for (Value target : targets)
      if (isa<RankedTensorType>(target.getType())) {
        Buffer &buffer = buffers[bufferOf.lookup(target)];
        buffer.hull.begin = std::min(buffer.hull.begin, positions.lookup(terminator).begin);
      }
    reserveTemporaries(terminator, targets);
  }
}

/// A copy whose source another copy of the terminator overwrites goes through scratch.
void BufferPlan::reserveTemporaries(Operation *terminator, ValueRange targets) {
  int64_t bytes = 0;
  for (auto [value, target] : llvm::zip(terminator->getOperands(), targets)) {
    if (!isa<RankedTensorType>(value.getType()) || shareBuffer(value, target))
      continue;
    for (Value other : targets)
      if (isa<RankedTensorType>(other.getType()) && other != target && shareBuffer(value, other)) {
        bytes += llvm::alignTo(getTensorBytes(value.getType()), 64);
        break;
      }
  }
  if (!bytes)
    return;
  unsigned buffer = scratchOf[terminator] = addBuffer({}, bytes);
  buffers[buffer].hull = positions.lookup(terminator);
}

void BufferPlan::assignBranch(Operation *op) {
  for (Value result : op->getResults())
    if (isa<RankedTensorType>(result.getType()))
      addBuffer(result, getTensorBytes(result.getType()));
  for (Region &region : op->getRegions())
    if (!region.empty())
      assign(region.front());
  joinYields(op);
}

/// A loop's carried value, its block argument and its result are one buffer, which starts as the initial value's when
/// that dies here.
void BufferPlan::assignLoop(Operation *op) {
  auto carry = [&](Value initial, ValueRange members) {
    if (!isa<RankedTensorType>(initial.getType()))
      return;
    bool joins = llvm::all_of(members, [&](Value member) { return canJoin(member, initial, false); });
    unsigned buffer = joins ? bufferOf.lookup(initial) : addBuffer({}, getTensorBytes(initial.getType()));
    for (Value member : members)
      join(member, buffer);
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (auto [initial, argument, result] : llvm::zip(loop.getInitArgs(), loop.getRegionIterArgs(), loop.getResults()))
      carry(initial, {argument, result});
    assign(*loop.getBody());
  } else {
    auto whileLoop = cast<scf::WhileOp>(op);
    for (auto [initial, argument] : llvm::zip(whileLoop.getInits(), whileLoop.getBeforeArguments())) {
      carry(initial, {argument});
      if (isa<RankedTensorType>(argument.getType())) // written at the end of every iteration
        buffers[bufferOf.lookup(argument)].hull.end = positions.lookup(op).end;
    }
    for (auto [forwarded, argument, result] :
         llvm::zip(whileLoop.getConditionOp().getArgs(), whileLoop.getAfterArguments(), whileLoop.getResults())) {
      if (!isa<RankedTensorType>(argument.getType()))
        continue;
      bool joins = llvm::is_contained(whileLoop.getBeforeArguments(), forwarded) &&
                   canJoin(argument, forwarded, false) && canJoin(result, forwarded, false);
      unsigned buffer = joins ? bufferOf.lookup(forwarded) : addBuffer({}, getTensorBytes(argument.getType()));
      join(argument, buffer);
      join(result, buffer);
      buffers[buffer].hull.begin = std::min(buffers[buffer].hull.begin, positions.lookup(op).begin);
    }
    assign(*whileLoop.getBeforeBody());
    assign(*whileLoop.getAfterBody());
  }
  joinYields(op);
}

void BufferPlan::assign(Block &block) {
  for (Operation &op : block) {
    if (int64_t bytes = scratch(&op)) {
      unsigned buffer = scratchOf[&op] = addBuffer({}, bytes);
      buffers[buffer].hull = positions.lookup(&op);
    }
    if (auto kernel = dyn_cast<ir::KernelOp>(op)) {
      assignKernel(kernel);
    } else if (isa<scf::ForOp, scf::WhileOp>(op)) {
      assignLoop(&op);
    } else if (isa<scf::IfOp>(op)) {
      assignBranch(&op);
    } else if (auto reshape = dyn_cast<ir::ReshapeOp>(op)) {
      join(reshape.getResult(), bufferOf.lookup(reshape.getOperand()));
    } else if (auto scatter = dyn_cast<ir::ScatterAddOp>(op)) {
      if (canJoin(scatter.getResult(), scatter.getOperand(), true) &&
          !shareBuffer(scatter.getOperand(), scatter.getUpdates()) &&
          !shareBuffer(scatter.getOperand(), scatter.getIndices()))
        join(scatter.getResult(), bufferOf.lookup(scatter.getOperand()));
      else
        addBuffer(scatter.getResult(), getTensorBytes(scatter.getType()));
    } else {
      for (Value result : op.getResults()) {
        if (!isa<RankedTensorType>(result.getType()))
          continue;
        Buffer &buffer = buffers[addBuffer(result, getTensorBytes(result.getType()))];
        if (op.hasTrait<OpTrait::ConstantLike>()) {
          buffer.fixed = true;
          buffer.location = {BufferLocation::Constant, 0, result};
        }
      }
    }
  }
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

/// The first result that a buffer is returned as is where it lives.
void BufferPlan::placeOutputs() {
  Operation *terminator = function.getBody().front().getTerminator();
  for (OpOperand &operand : terminator->getOpOperands()) {
    Buffer &buffer = buffers[bufferOf.lookup(operand.get())];
    if (buffer.fixed || buffer.bytes != getTensorBytes(operand.get().getType()))
      continue;
    buffer.fixed = true;
    buffer.location = {BufferLocation::Output, int64_t(operand.getOperandNumber()), {}};
  }
}

static int64_t getSlot(int64_t bytes) { return llvm::alignTo(bytes, 64); }

/// Places buffers one after another, each into the smallest gap that holds it among those placed that live at the same
/// time (or the lowest gap). Returns the arena's size.
int64_t BufferPlan::pack(llvm::ArrayRef<Buffer *> order, bool lowest) {
  llvm::SmallVector<Buffer *> placed; // sorted by offset
  int64_t total = 0;
  for (Buffer *buffer : order) {
    int64_t cursor = 0, best = -1, bestGap = INT64_MAX, slot = getSlot(buffer->bytes);
    for (Buffer *other : placed) {
      if (!other->hull.overlaps(buffer->hull))
        continue;
      int64_t gap = other->location.index - cursor;
      if (gap >= slot && gap < bestGap && !(lowest && best >= 0))
        best = cursor, bestGap = gap;
      cursor = std::max(cursor, other->location.index + getSlot(other->bytes));
    }
    buffer->location.index = best >= 0 ? best : cursor;
    total = std::max(total, buffer->location.index + slot);
    placed.insert(
        llvm::upper_bound(placed, buffer, [](Buffer *a, Buffer *b) { return a->location.index < b->location.index; }),
        buffer);
  }
  return total;
}

/// No order of placing is the best for every function: the least of a few, until one meets the bound.
void BufferPlan::placeArena() {
  llvm::SmallVector<Buffer *> order;
  for (Buffer &buffer : buffers)
    if (!buffer.fixed && buffer.bytes > 0)
      order.push_back(&buffer);
  auto bySize = [](const Buffer *buffer) { return double(buffer->bytes); };
  auto byArea = [](const Buffer *buffer) {
    return double(buffer->bytes) * double(buffer->hull.end - buffer->hull.begin + 1);
  };
  auto byTime = [](const Buffer *buffer) { return -double(buffer->hull.begin); };
  auto byLength = [](const Buffer *buffer) { return double(buffer->hull.end - buffer->hull.begin); };
  int64_t bound = getLivenessBound();
  llvm::SmallVector<int64_t> best;
  for (llvm::function_ref<double(const Buffer *)> key :
       {llvm::function_ref<double(const Buffer *)>(bySize), {byArea}, {byTime}, {byLength}}) {
    llvm::sort(order, [&](Buffer *a, Buffer *b) {
      return std::tuple(-key(a), -bySize(a), a) < std::tuple(-key(b), -bySize(b), b);
    });
    for (bool lowest : {false, true}) {
      int64_t total = pack(order, lowest);
      if (best.empty() || total < arenaBytes) {
        arenaBytes = total;
        best.clear();
        for (const Buffer &buffer : buffers)
          best.push_back(buffer.location.index);
      }
      if (arenaBytes <= bound || order.size() > 1000)
        break;
    }
    if (arenaBytes <= bound || order.size() > 1000)
      break;
  }
  for (auto [buffer, offset] : llvm::zip_equal(buffers, best))
    buffer.location.index = offset;
}

int64_t BufferPlan::getLivenessBound() const {
  llvm::SmallVector<std::pair<int64_t, int64_t>> events;
  for (const Buffer &buffer : buffers) {
    if (buffer.fixed || buffer.bytes == 0)
      continue;
    events.push_back({2 * buffer.hull.begin, getSlot(buffer.bytes)});
    events.push_back({2 * buffer.hull.end + 1, -getSlot(buffer.bytes)});
  }
  llvm::sort(events);
  int64_t live = 0, most = 0;
  for (auto [position, bytes] : events)
    most = std::max(most, live += bytes);
  return most;
}
