//===- ControlFlow.cpp - scf as branches and loops of the entry -----------===//
//
// Tensors that control flow carries live in the buffers the plan gave them; where a yielded value lives elsewhere it is
// copied. Scalars are phis.
//
//===----------------------------------------------------------------------===//

#include "EntryEmitter.h"
#include "ScalarOps.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

static bool isTensor(Value value) { return isa<RankedTensorType>(value.getType()); }

/// Copies tensors to where `to` lives, as if all at once: a source that another copy overwrites is set aside first.
void EntryEmitter::copyInto(Operation *terminator, ValueRange from, ValueRange to) {
  int64_t aside = 0;
  llvm::SmallVector<std::tuple<llvm::Value *, llvm::Value *, int64_t>> copies;
  for (auto [value, target] : llvm::zip_equal(from, to)) {
    if (!isTensor(value) || plan->shareBuffer(value, target))
      continue;
    int64_t bytes = getTensorBytes(value.getType());
    llvm::Value *source = getPointer(value);
    bool overwritten = terminator && llvm::any_of(to, [&, target = target, value = value](Value other) {
                         return isTensor(other) && other != target && plan->shareBuffer(value, other);
                       });
    if (overwritten) {
      llvm::Value *temporary = getArena(plan->getScratch(terminator) + aside);
      copy(temporary, source, bytes);
      source = temporary;
      aside += llvm::alignTo(bytes, 64);
    }
    copies.emplace_back(getPointer(target), source, bytes);
  }
  for (auto [target, source, bytes] : copies)
    copy(target, source, bytes);
}

llvm::SmallVector<llvm::PHINode *> EntryEmitter::addScalarPhis(ValueRange values) {
  llvm::SmallVector<llvm::PHINode *> phis;
  for (Value value : values)
    if (!isTensor(value)) {
      phis.push_back(builder.CreatePHI(getElementType(builder.getContext(), value.getType()), 2));
      scalars[value] = phis.back();
    }
  return phis;
}

void EntryEmitter::addIncoming(llvm::ArrayRef<llvm::PHINode *> phis, ValueRange values, llvm::BasicBlock *block) {
  for (Value value : values)
    if (!isTensor(value)) {
      phis.front()->addIncoming(getScalar(value), block);
      phis = phis.drop_front();
    }
}

LogicalResult EntryEmitter::emitIf(scf::IfOp op) {
  llvm::LLVMContext &context = module.getContext();
  auto *then = llvm::BasicBlock::Create(context, "then", current), *otherwise = llvm::BasicBlock::Create(context, "else");
  auto *join = llvm::BasicBlock::Create(context, "join");
  builder.CreateCondBr(getScalar(op.getCondition()), then, otherwise);
  auto emitBranch = [&](llvm::BasicBlock *block, Region &region) -> LogicalResult {
    builder.SetInsertPoint(block);
    if (!region.empty()) {
      if (failed(emitBlock(region.front())))
        return failure();
      Operation *yield = region.front().getTerminator();
      copyInto(yield, yield->getOperands(), op.getResults());
    }
    return success();
  };
  if (failed(emitBranch(then, op.getThenRegion())))
    return failure();
  llvm::BasicBlock *thenEnd = builder.GetInsertBlock();
  builder.CreateBr(join);
  otherwise->insertInto(current);
  if (failed(emitBranch(otherwise, op.getElseRegion())))
    return failure();
  llvm::BasicBlock *elseEnd = builder.GetInsertBlock();
  builder.CreateBr(join);
  join->insertInto(current);
  builder.SetInsertPoint(join);
  llvm::SmallVector<llvm::PHINode *> phis = addScalarPhis(op.getResults());
  if (!phis.empty()) {
    addIncoming(phis, op.thenYield().getOperands(), thenEnd);
    addIncoming(phis, op.elseYield().getOperands(), elseEnd);
  }
  return success();
}

/// The number of iterations, decided before the first: an index near the type's end must not wrap and go on. A step that only the data
/// decides must not make the loop endless: unless it is positive there are no iterations.
static llvm::Value *emitTripCount(llvm::IRBuilder<> &builder, scf::ForOp op, llvm::Value *begin, llvm::Value *end, llvm::Value *step) {
  llvm::Value *zero = llvm::ConstantInt::get(step->getType(), 0), *one = llvm::ConstantInt::get(step->getType(), 1);
  llvm::Value *advances = builder.CreateICmpSGT(step, zero);
  llvm::Value *isBelow = op.getUnsignedCmp() ? builder.CreateICmpULT(begin, end) : builder.CreateICmpSLT(begin, end);
  // Where begin < end, their difference as an unsigned number is right in either order.
  llvm::Value *span = builder.CreateSub(builder.CreateSub(end, begin), one);
  llvm::Value *steps = builder.CreateUDiv(span, builder.CreateSelect(advances, step, one));
  return builder.CreateSelect(builder.CreateAnd(advances, isBelow), builder.CreateAdd(steps, one), zero);
}

LogicalResult EntryEmitter::emitFor(scf::ForOp op) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Value *begin = getScalar(op.getLowerBound()), *end = getScalar(op.getUpperBound()),
              *step = getScalar(op.getStep());
  if (auto *known = dyn_cast<llvm::ConstantInt>(step); known && !known->getValue().isStrictlyPositive())
    return op.emitOpError() << "expects step to be positive, got " << known->getSExtValue();
  copyInto(nullptr, op.getInitArgs(), op.getRegionIterArgs());
  llvm::Value *tripCount = emitTripCount(builder, op, begin, end, step);
  auto *header = llvm::BasicBlock::Create(context, "for", current),
       *body = llvm::BasicBlock::Create(context, "body", current);
  auto *exit = llvm::BasicBlock::Create(context, "done");
  llvm::BasicBlock *before = builder.GetInsertBlock();
  builder.CreateBr(header);
  builder.SetInsertPoint(header);
  llvm::PHINode *index = builder.CreatePHI(begin->getType(), 2);
  index->addIncoming(begin, before);
  llvm::PHINode *left = builder.CreatePHI(begin->getType(), 2);
  left->addIncoming(tripCount, before);
  scalars[op.getInductionVar()] = index;
  llvm::SmallVector<llvm::PHINode *> phis = addScalarPhis(op.getRegionIterArgs());
  addIncoming(phis, op.getInitArgs(), before);
  builder.CreateCondBr(builder.CreateIsNotNull(left), body, exit);
  builder.SetInsertPoint(body);
  if (failed(emitBlock(*op.getBody())))
    return failure();
  Operation *yield = op.getBody()->getTerminator();
  copyInto(yield, yield->getOperands(), op.getResults());
  addIncoming(phis, yield->getOperands(), builder.GetInsertBlock());
  index->addIncoming(builder.CreateAdd(index, step), builder.GetInsertBlock());
  left->addIncoming(builder.CreateSub(left, llvm::ConstantInt::get(left->getType(), 1)), builder.GetInsertBlock());
  builder.CreateBr(header);
  exit->insertInto(current);
  builder.SetInsertPoint(exit);
  for (auto [argument, result] : llvm::zip(op.getRegionIterArgs(), op.getResults()))
    if (!isTensor(result))
      scalars[result] = scalars.lookup(argument);
  return success();
}

LogicalResult EntryEmitter::emitWhile(scf::WhileOp op) {
  llvm::LLVMContext &context = module.getContext();
  copyInto(nullptr, op.getInits(), op.getBeforeArguments());
  auto *header = llvm::BasicBlock::Create(context, "while", current);
  auto *body = llvm::BasicBlock::Create(context, "body"), *exit = llvm::BasicBlock::Create(context, "done");
  llvm::BasicBlock *before = builder.GetInsertBlock();
  builder.CreateBr(header);
  builder.SetInsertPoint(header);
  llvm::SmallVector<llvm::PHINode *> phis = addScalarPhis(op.getBeforeArguments());
  addIncoming(phis, op.getInits(), before);
  if (failed(emitBlock(*op.getBeforeBody())))
    return failure();
  scf::ConditionOp condition = op.getConditionOp();
  copyInto(condition, condition.getArgs(), op.getResults());
  for (auto [value, argument, result] : llvm::zip(condition.getArgs(), op.getAfterArguments(), op.getResults()))
    if (!isTensor(value))
      scalars[argument] = scalars[result] = getScalar(value);
  builder.CreateCondBr(getScalar(condition.getCondition()), body, exit);
  body->insertInto(current);
  builder.SetInsertPoint(body);
  if (failed(emitBlock(*op.getAfterBody())))
    return failure();
  Operation *yield = op.getAfterBody()->getTerminator();
  copyInto(yield, yield->getOperands(), op.getBeforeArguments());
  addIncoming(phis, yield->getOperands(), builder.GetInsertBlock());
  builder.CreateBr(header);
  exit->insertInto(current);
  builder.SetInsertPoint(exit);
  return success();
}
