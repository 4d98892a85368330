//===- Activity.cpp - which values carry derivatives -------------------------===//

#include "Activity.h"
#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::autodiff;

/// Whether a derivative passes from the operand to the op's results.
static bool passesDerivative(OpOperand &operand) {
  if (!ir::isDifferentiableType(operand.get().getType()))
    return false;
  if (isa<ir::StopGradientOp>(operand.getOwner()))
    return false;
  return !isa<ir::SavedOp>(operand.getOwner()) || operand.getOperandNumber() == 0;
}

/// What the regions of an op that is not known here use from outside, in any way.
static llvm::SetVector<Value> getCaptures(Operation *op) {
  llvm::SetVector<Value> captured;
  if (op->getNumRegions() != 0)
    getUsedValuesDefinedAbove(op->getRegions(), captured);
  return captured;
}

Activity::Activity(ArrayRef<Operation *> ops, ValueRange wrt, ValueRange of) {
  varied.insert_range(wrt);
  for (Operation *op : ops)
    spreadVaried(op);
  useful.insert_range(of);
  for (Operation *op : llvm::reverse(ops))
    spreadUseful(op);
}

/// Adds `to` if `from` is in the set; whether that is new.
bool Activity::flow(Values &set, Value from, Value to) {
  return set.contains(from) && ir::isDifferentiableType(to.getType()) && set.insert(to).second;
}

void Activity::spreadVaried(Block &block) {
  for (Operation &op : block)
    spreadVaried(&op);
}

void Activity::spreadUseful(Block &block) {
  for (Operation &op : llvm::reverse(block))
    spreadUseful(&op);
}

void Activity::spreadVaried(Operation *op) {
  auto flowAll = [&](ValueRange from, ValueRange to) {
    bool changed = false;
    for (auto [source, target] : llvm::zip(from, to))
      changed |= flow(varied, source, target);
    return changed;
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    flowAll(loop.getInitArgs(), loop.getRegionIterArgs());
    do
      spreadVaried(*loop.getBody());
    while (flowAll(loop.getYieldedValues(), loop.getRegionIterArgs()));
    flowAll(loop.getRegionIterArgs(), loop.getResults());
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
      if (!region->empty()) {
        spreadVaried(region->front());
        flowAll(region->front().getTerminator()->getOperands(), branch.getResults());
      }
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    flowAll(loop.getInits(), loop.getBeforeArguments());
    do {
      spreadVaried(*loop.getBeforeBody());
      flowAll(loop.getConditionOp().getArgs(), loop.getAfterArguments());
      spreadVaried(*loop.getAfterBody());
    } while (flowAll(loop.getYieldOp().getOperands(), loop.getBeforeArguments()));
    flowAll(loop.getConditionOp().getArgs(), loop.getResults());
  } else {
    bool any = llvm::any_of(op->getOpOperands(),
                            [&](OpOperand &operand) { return passesDerivative(operand) && isVaried(operand.get()); });
    any |= llvm::any_of(getCaptures(op), [&](Value value) { return isVaried(value); });
    for (Value result : op->getResults())
      if (any && ir::isDifferentiableType(result.getType()))
        varied.insert(result);
  }
}

void Activity::spreadUseful(Operation *op) {
  auto flowAll = [&](ValueRange from, ValueRange to) {
    bool changed = false;
    for (auto [source, target] : llvm::zip(from, to))
      changed |= flow(useful, source, target);
    return changed;
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    flowAll(loop.getResults(), loop.getInitArgs());
    flowAll(loop.getResults(), loop.getYieldedValues());
    do
      spreadUseful(*loop.getBody());
    while (flowAll(loop.getRegionIterArgs(), loop.getYieldedValues()));
    flowAll(loop.getRegionIterArgs(), loop.getInitArgs());
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
      if (!region->empty()) {
        flowAll(branch.getResults(), region->front().getTerminator()->getOperands());
        spreadUseful(region->front());
      }
  } else {
    if (llvm::none_of(op->getResults(), [&](Value result) { return isUseful(result); }))
      return;
    for (OpOperand &operand : op->getOpOperands())
      if (passesDerivative(operand))
        useful.insert(operand.get());
    for (Value value : getCaptures(op))
      if (ir::isDifferentiableType(value.getType()))
        useful.insert(value);
  }
}
