//===- ForwardMode.cpp - tangents along a range of ops -----------------------===//

#include "ForwardMode.h"
#include "Errors.h"
#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::autodiff;

LogicalResult ForwardMode::run(ArrayRef<Operation *> ops) {
  for (Operation *op : ops)
    if (failed(forward(op)))
      return failure();
  return success();
}

LogicalResult ForwardMode::run(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block.without_terminator())
    ops.push_back(&op);
  return run(ops);
}

LogicalResult ForwardMode::forward(Operation *op) {
  OpBuilder::InsertionGuard guard(builder);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return forwardFor(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return forwardIf(branch);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return forwardWhile(loop);
  return forwardByRule(op);
}

LogicalResult ForwardMode::forwardByRule(Operation *op) {
  // What varies has no tangent only if that is zero; ops whose results have no derivative do not vary.
  if (llvm::none_of(op->getResults(), [&](Value result) { return activity.isVaried(result); }))
    return success();
  SmallVector<Value> operandTangents, resultTangents;
  for (Value operand : op->getOperands())
    operandTangents.push_back(getTangent(operand));
  if (llvm::none_of(operandTangents, [](Value tangent) { return static_cast<bool>(tangent); }) &&
      op->getNumRegions() == 0)
    return success();
  builder.setInsertionPointAfter(op);
  auto differentiable = dyn_cast<ir::DifferentiableOpInterface>(op);
  if (!differentiable || failed(differentiable.buildJvp(builder, operandTangents, resultTangents)))
    return emitMissingRule(op);
  for (auto [result, tangent] : llvm::zip_equal(op->getResults(), resultTangents))
    if (tangent)
      setTangent(result, tangent);
  return success();
}

void ForwardMode::eraseReplacedOps() {
  for (Operation *op : replaced)
    op->erase();
  replaced.clear();
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

SmallVector<unsigned> ForwardMode::findVaried(ValueRange values) {
  SmallVector<unsigned> which;
  for (auto [index, value] : llvm::enumerate(values))
    if (activity.isVaried(value))
      which.push_back(index);
  return which;
}

void ForwardMode::appendTangents(ValueRange values, ArrayRef<unsigned> which, SmallVectorImpl<Value> &list) {
  for (unsigned index : which) {
    Value value = values[index], tangent = getTangent(value);
    list.push_back(tangent ? tangent : ir::DerivativeBuilder(builder, value.getLoc()).zerosLike(value));
  }
}

void ForwardMode::addTangentArguments(Block &block, ArrayRef<unsigned> which) {
  // scf.for has its induction variable first.
  unsigned first = isa<scf::ForOp>(block.getParentOp()) ? 1 : 0;
  for (unsigned index : which) {
    BlockArgument argument = block.getArgument(first + index);
    setTangent(argument, block.addArgument(argument.getType(), argument.getLoc()));
  }
}

void ForwardMode::appendTangentsToTerminator(Block &block, ArrayRef<unsigned> which, unsigned firstOperand) {
  Operation *terminator = block.getTerminator();
  builder.setInsertionPoint(terminator);
  SmallVector<Value> operands(terminator->getOperands());
  appendTangents(terminator->getOperands().drop_front(firstOperand), which, operands);
  terminator->setOperands(operands);
}

/// `extended` has the results of `op`, then the tangents of those in `which`.
void ForwardMode::replaceWith(Operation *op, Operation *extended, ArrayRef<unsigned> which) {
  ResultRange results = extended->getResults();
  op->replaceAllUsesWith(results.take_front(op->getNumResults()));
  for (auto [index, tangent] : llvm::zip_equal(which, results.drop_front(op->getNumResults())))
    setTangent(results[index], tangent);
  replaced.push_back(op);
}

LogicalResult ForwardMode::forwardFor(scf::ForOp loop) {
  SmallVector<unsigned> which = findVaried(loop.getRegionIterArgs());
  if (which.empty())
    return success();
  builder.setInsertionPoint(loop);
  SmallVector<Value> inits(loop.getInitArgs());
  appendTangents(loop.getInitArgs(), which, inits);
  auto extended =
      scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits,
                         /*bodyBuilder=*/nullptr, loop.getUnsignedCmp());
  extended.getRegion().takeBody(loop.getRegion());
  addTangentArguments(*extended.getBody(), which);
  if (failed(run(*extended.getBody())))
    return failure();
  appendTangentsToTerminator(*extended.getBody(), which);
  replaceWith(loop, extended, which);
  return success();
}

LogicalResult ForwardMode::forwardIf(scf::IfOp branch) {
  SmallVector<unsigned> which = findVaried(branch.getResults());
  if (which.empty())
    return success();
  builder.setInsertionPoint(branch);
  SmallVector<Type> types(branch.getResultTypes());
  for (unsigned index : which)
    types.push_back(types[index]);
  auto extended = scf::IfOp::create(builder, branch.getLoc(), types, branch.getCondition(), /*addThenBlock=*/false,
                                    /*addElseBlock=*/false);
  extended.getThenRegion().takeBody(branch.getThenRegion());
  extended.getElseRegion().takeBody(branch.getElseRegion());
  for (Region *region : {&extended.getThenRegion(), &extended.getElseRegion()}) {
    if (failed(run(region->front())))
      return failure();
    appendTangentsToTerminator(region->front(), which);
  }
  replaceWith(branch, extended, which);
  return success();
}

LogicalResult ForwardMode::forwardWhile(scf::WhileOp loop) {
  SmallVector<unsigned> before = findVaried(loop.getBeforeArguments()), after = findVaried(loop.getAfterArguments());
  if (before.empty() && after.empty())
    return success();
  builder.setInsertionPoint(loop);
  SmallVector<Value> inits(loop.getInits());
  appendTangents(loop.getInits(), before, inits);
  SmallVector<Type> types(loop.getResultTypes());
  for (unsigned index : after)
    types.push_back(types[index]);
  auto extended = scf::WhileOp::create(builder, loop.getLoc(), types, inits);
  extended.getBefore().takeBody(loop.getBefore());
  extended.getAfter().takeBody(loop.getAfter());
  Block &beforeBlock = extended.getBefore().front(), &afterBlock = extended.getAfter().front();
  addTangentArguments(beforeBlock, before);
  if (failed(run(beforeBlock)))
    return failure();
  appendTangentsToTerminator(beforeBlock, after, /*firstOperand=*/1); // the first is the condition
  addTangentArguments(afterBlock, after);
  if (failed(run(afterBlock)))
    return failure();
  appendTangentsToTerminator(afterBlock, before);
  replaceWith(loop, extended, after);
  return success();
}
