//===- ReverseControlFlow.cpp - adjoints of loops and branches ---------------===//

#include "LoopBounds.h"
#include "Residuals.h"
#include "ReverseMode.h"
#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::autodiff;

namespace {
/// Swaps the cotangents of the enclosing scope out for as long as it lives.
template <typename Map> class NewScope {
public:
  NewScope(Map &current) : current(current) { std::swap(current, outer); }
  ~NewScope() { std::swap(current, outer); }

private:
  Map &current, outer;
};
} // namespace

static InFlightDiagnostic emitStuck(Operation *op, Value value) {
  InFlightDiagnostic error = op->emitError() << "cannot keep a value of type " << value.getType() << " of '"
                                             << op->getName() << "' for reverse mode";
  error.attachNote(value.getLoc()) << "the value; make it a tensor";
  return error;
}

/// Values captured by the op's regions that are active.
SmallVector<Value> ReverseMode::findActiveCaptures(Operation *op) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  SmallVector<Value> active;
  llvm::copy_if(captured, std::back_inserter(active), [&](Value value) { return activity.isActive(value); });
  return active;
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

/// Replaces the branch by one with additional results: each value in `kept[region]`, from that region. The other
/// region gives a tensor of unspecified contents, which nobody reads.
static scf::IfOp addResults(OpBuilder &builder, scf::IfOp branch, ArrayRef<SmallVector<Value>> kept) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(branch);
  SmallVector<Type> types(branch.getResultTypes());
  for (ArrayRef<Value> values : kept)
    llvm::append_range(types, ValueRange(values).getTypes());
  auto extended = scf::IfOp::create(builder, branch.getLoc(), types, branch.getCondition(), /*addThenBlock=*/false,
                                    /*addElseBlock=*/false);
  Region *regions[] = {&extended.getThenRegion(), &extended.getElseRegion()};
  regions[0]->takeBody(branch.getThenRegion());
  regions[1]->takeBody(branch.getElseRegion());
  for (unsigned region : {0, 1}) {
    Operation *yield = regions[region]->front().getTerminator();
    builder.setInsertionPoint(yield);
    SmallVector<Value> operands(yield->getOperands());
    for (unsigned origin : {0, 1})
      for (Value value : kept[origin])
        operands.push_back(
            origin == region ? value : ir::EmptyOp::create(builder, value.getLoc(), value.getType()).getResult());
    yield->setOperands(operands);
  }
  branch->replaceAllUsesWith(extended.getResults().take_front(branch.getNumResults()));
  return extended;
}

LogicalResult ReverseMode::reverseBranch(Region &primal, Block &adjoint, ArrayRef<Value> resultCotangents,
                                         ArrayRef<Value> captured, ArrayRef<Value> before) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&adjoint);
  NewScope scope(cotangents);
  for (auto [value, cotangent] : llvm::zip_equal(captured, before))
    if (cotangent)
      cotangents[value] = cotangent;
  Operation *yield = primal.front().getTerminator();
  for (auto [value, cotangent] : llvm::zip_equal(yield->getOperands(), resultCotangents))
    if (cotangent && activity.isVaried(value))
      addCotangent(value, cotangent);
  if (failed(reverseBlock(primal.front())))
    return failure();
  SmallVector<Value> results;
  for (Value value : captured)
    results.push_back(takeCotangentOrZero(value));
  scf::YieldOp::create(builder, yield->getLoc(), results);
  return success();
}

LogicalResult ReverseMode::reverseIf(scf::IfOp branch) {
  SmallVector<Value> resultCotangents, before;
  for (Value result : branch.getResults())
    resultCotangents.push_back(takeCotangent(result));
  SmallVector<Value> captured = findActiveCaptures(branch);
  if (captured.empty())
    return success();
  for (Value value : captured)
    before.push_back(takeCotangent(value));

  auto adjoint = scf::IfOp::create(builder, branch.getLoc(), ValueRange(captured).getTypes(), branch.getCondition(),
                                   /*addThenBlock=*/true,
                                   /*addElseBlock=*/true);
  Region *primals[] = {&branch.getThenRegion(), &branch.getElseRegion()};
  Region *adjoints[] = {&adjoint.getThenRegion(), &adjoint.getElseRegion()};
  for (unsigned region : {0, 1})
    if (failed(reverseBranch(*primals[region], adjoints[region]->front(), resultCotangents, captured, before)))
      return failure();
  for (auto [value, cotangent] : llvm::zip_equal(captured, adjoint.getResults()))
    cotangents[value] = cotangent;

  Residuals residuals[] = {{primals[0]->front(), *adjoints[0]}, {primals[1]->front(), *adjoints[1]}};
  SmallVector<SmallVector<Value>> kept;
  for (Residuals &residual : residuals) {
    if (residual.impossible())
      return emitStuck(branch, residual.impossible());
    kept.emplace_back(residual.stored());
  }
  ResultRange results = adjoint.getResults();
  if (!kept[0].empty() || !kept[1].empty()) {
    unsigned first = branch.getNumResults();
    scf::IfOp extended = addResults(builder, branch, kept);
    replaced.push_back(branch);
    results = extended.getResults().drop_front(first);
  }
  unsigned next = 0;
  for (unsigned region : {0, 1}) {
    for (Value value : kept[region])
      residuals[region].provide(value, results[next++]);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&adjoints[region]->front());
    residuals[region].materialise(builder);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Counted loops
//===----------------------------------------------------------------------===//

namespace {
/// The place of one iteration's values in the stacks of all iterations.
class StackPlace {
public:
  StackPlace(OpBuilder &builder, scf::ForOp loop, Value inductionVariable)
      : d(builder, loop.getLoc()), iteration(buildIterationNumber(builder, loop, inductionVariable)),
        zero(d.zeros(iteration.getType())) {}

  /// `count` tensors of the type, one after the other.
  static RankedTensorType stackType(RankedTensorType type, int64_t count) {
    SmallVector<int64_t> shape{count};
    llvm::append_range(shape, type.getShape());
    return RankedTensorType::get(shape, type.getElementType());
  }

  Value push(Value stack, Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return d.create<ir::DynamicUpdateSliceOp>(stack, d.reshape(value, stackType(type, 1)), starts(type));
  }

  Value read(Value stack, RankedTensorType type) {
    return d.reshape(d.create<ir::DynamicSliceOp>(stackType(type, 1), stack, starts(type)), type);
  }

private:
  SmallVector<Value> starts(RankedTensorType type) {
    SmallVector<Value> starts(type.getRank() + 1, zero);
    starts[0] = iteration;
    return starts;
  }

  ir::DerivativeBuilder d;
  Value iteration, zero;
};
} // namespace

/// Replaces the loop by one that also fills a stack for each of the body's values `kept`; returns the stacks.
static SmallVector<Value> addStacks(OpBuilder &builder, scf::ForOp loop, ArrayRef<Value> kept, int64_t tripCount) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(loop);
  SmallVector<Value> inits(loop.getInitArgs());
  for (Value value : kept) {
    auto type = StackPlace::stackType(cast<RankedTensorType>(value.getType()), tripCount);
    inits.push_back(ir::EmptyOp::create(builder, value.getLoc(), type));
  }
  auto extended =
      scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits);
  extended.getRegion().takeBody(loop.getRegion());
  Operation *yield = extended.getBody()->getTerminator();
  builder.setInsertionPoint(yield);
  StackPlace place(builder, extended, extended.getInductionVar());
  SmallVector<Value> yielded(yield->getOperands());
  for (auto [value, init] : llvm::zip_equal(kept, ArrayRef<Value>(inits).take_back(kept.size()))) {
    Value stack = extended.getBody()->addArgument(init.getType(), value.getLoc());
    yielded.push_back(place.push(stack, value));
  }
  yield->setOperands(yielded);
  loop->replaceAllUsesWith(extended.getResults().take_front(loop.getNumResults()));
  return SmallVector<Value>(extended.getResults().drop_front(loop.getNumResults()));
}

static InFlightDiagnostic emitUnknownTripCount(scf::ForOp loop, Value needed) {
  InFlightDiagnostic error =
      loop.emitError()
      << "cannot differentiate an 'scf.for' of unknown trip count in reverse mode, since values of each "
         "iteration are needed";
  error.attachNote(needed.getLoc()) << "this value is needed";
  error.attachNote()
      << "give the loop constant bounds (an scf.if inside can skip iterations), or use forward mode (cotan.jvp)";
  return error;
}

/// Makes what the adjoint loop uses of the loop's body available in it.
static LogicalResult provideResiduals(OpBuilder &builder, scf::ForOp loop, scf::ForOp adjoint,
                                      SmallVectorImpl<Operation *> &replaced) {
  Value inductionVariable = loop.getInductionVar();
  Residuals residuals(*loop.getBody(), adjoint.getRegion(), inductionVariable);
  if (residuals.impossible())
    return emitStuck(loop, residuals.impossible());
  std::optional<int64_t> tripCount = constantTripCount(loop);
  SmallVector<Value> kept(residuals.stored()), stacks;
  if (!kept.empty()) {
    if (!tripCount)
      return emitUnknownTripCount(loop, kept.front());
    stacks = addStacks(builder, loop, kept, *tripCount);
    replaced.push_back(loop);
  }
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(adjoint.getBody());
  if (!kept.empty() || residuals.needsInductionVariable()) {
    Value reversed = buildReversedInductionVariable(builder, adjoint, adjoint.getInductionVar());
    residuals.provide(inductionVariable, reversed);
    if (!kept.empty()) {
      StackPlace place(builder, adjoint, reversed);
      for (auto [value, stack] : llvm::zip_equal(kept, stacks))
        residuals.provide(value, place.read(stack, cast<RankedTensorType>(value.getType())));
    }
  }
  residuals.materialise(builder);
  return success();
}

LogicalResult ReverseMode::reverseFor(scf::ForOp loop) {
  if (failed(checkBounds(loop)))
    return failure();
  ir::DerivativeBuilder d(builder, loop.getLoc());
  // The adjoint carries the cotangents of the active iteration arguments and sums those of active captures.
  SmallVector<unsigned> carried;
  SmallVector<Value> inits;
  for (auto [index, result] : llvm::enumerate(loop.getResults())) {
    Value argument = loop.getRegionIterArg(index), cotangent = takeCotangent(result);
    if (!activity.isVaried(argument) || !(cotangent || activity.isUseful(argument)))
      continue;
    carried.push_back(index);
    inits.push_back(cotangent ? cotangent : d.zerosLike(argument));
  }
  SmallVector<Value> captured = findActiveCaptures(loop);
  for (Value value : captured)
    inits.push_back(takeCotangentOrZero(value));
  if (inits.empty())
    return success();

  auto adjoint =
      scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(adjoint.getBody());
    NewScope scope(cotangents);
    for (auto [value, sum] : llvm::zip_equal(captured, adjoint.getRegionIterArgs().drop_front(carried.size())))
      cotangents[value] = sum;
    for (auto [index, cotangent] : llvm::zip(carried, adjoint.getRegionIterArgs()))
      if (Value yielded = loop.getYieldedValues()[index]; activity.isVaried(yielded))
        addCotangent(yielded, cotangent);
    if (failed(reverseBlock(*loop.getBody())))
      return failure();
    SmallVector<Value> results;
    for (unsigned index : carried)
      results.push_back(takeCotangentOrZero(loop.getRegionIterArg(index)));
    for (Value value : captured)
      results.push_back(takeCotangentOrZero(value));
    scf::YieldOp::create(builder, loop.getLoc(), results);
  }
  for (auto [value, cotangent] : llvm::zip_equal(captured, adjoint.getResults().drop_front(carried.size())))
    cotangents[value] = cotangent;
  for (auto [index, cotangent] : llvm::zip(carried, adjoint.getResults()))
    if (Value init = loop.getInitArgs()[index]; activity.isVaried(init))
      addCotangent(init, cotangent);
  return provideResiduals(builder, loop, adjoint, replaced);
}
