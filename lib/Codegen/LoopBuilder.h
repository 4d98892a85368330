//===- LoopBuilder.h - counted loops in LLVM IR -----------------*- C++ -*-===//
//
// A loop whose test is at its end, with values carried from one iteration to the next. The code between `begin` and
// `end` is the body.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_LOOPBUILDER_H
#define COTAN_LIB_CODEGEN_LOOPBUILDER_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"

namespace cotan::codegen {

class LoopBuilder {
public:
  using Values = llvm::SmallVector<llvm::Value *>;

  /// Starts `for (i = begin; i < end; i += step)`; `mayBeEmpty` adds the test before the first iteration. A loop known
  /// to run once is no loop.
  LoopBuilder(llvm::IRBuilderBase &builder, llvm::Value *begin, llvm::Value *end, int64_t step, bool mayBeEmpty,
              llvm::ArrayRef<llvm::Value *> initial = {})
      : index(begin), carried(initial), builder(builder), limit(end), step(step), initial(initial),
        guarded(mayBeEmpty) {
    auto *first = llvm::dyn_cast<llvm::ConstantInt>(begin), *last = llvm::dyn_cast<llvm::ConstantInt>(end);
    if (first && last) {
      int64_t distance = last->getSExtValue() - first->getSExtValue();
      guarded = distance <= 0;
      if (distance > 0 && distance <= step)
        return;
    }
    llvm::Function *function = builder.GetInsertBlock()->getParent();
    preheader = builder.GetInsertBlock();
    header = llvm::BasicBlock::Create(builder.getContext(), "loop", function);
    exit = llvm::BasicBlock::Create(builder.getContext(), "done");
    if (guarded)
      builder.CreateCondBr(builder.CreateICmpSLT(begin, end), header, exit);
    else
      builder.CreateBr(header);
    builder.SetInsertPoint(header);
    for (llvm::Value *value : initial)
      addPhi(value);
    carried.assign(phis.begin(), phis.end());
    index = addPhi(begin);
  }

  /// Ends the body; the carried values' new values are `next`. Returns the values after the loop.
  Values end(llvm::ArrayRef<llvm::Value *> next = {}) {
    Values results(next);
    if (!header)
      return results;
    llvm::Value *following = builder.CreateNSWAdd(index, llvm::ConstantInt::get(index->getType(), step));
    llvm::BasicBlock *latch = builder.GetInsertBlock();
    for (auto [phi, value] : llvm::zip(phis, next))
      phi->addIncoming(value, latch);
    phis.back()->addIncoming(following, latch);
    builder.CreateCondBr(builder.CreateICmpSLT(following, limit), header, exit);
    exit->insertInto(header->getParent());
    builder.SetInsertPoint(exit);
    if (!guarded)
      return results;
    for (auto [value, before] : llvm::zip_equal(results, initial)) {
      llvm::PHINode *phi = builder.CreatePHI(value->getType(), 2);
      phi->addIncoming(before, preheader);
      phi->addIncoming(value, latch);
      value = phi;
    }
    return results;
  }

  llvm::Value *index;
  Values carried;

private:
  llvm::PHINode *addPhi(llvm::Value *before) {
    phis.push_back(builder.CreatePHI(before->getType(), 2));
    phis.back()->addIncoming(before, preheader);
    return phis.back();
  }

  llvm::IRBuilderBase &builder;
  llvm::Value *limit;
  int64_t step;
  Values initial;
  llvm::SmallVector<llvm::PHINode *> phis; ///< of the carried values, then of the index
  llvm::BasicBlock *preheader = nullptr, *header = nullptr, *exit = nullptr;
  bool guarded;
};

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_LOOPBUILDER_H
