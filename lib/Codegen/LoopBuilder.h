//===- LoopBuilder.h - counted loops in LLVM IR -----------------*- C++ -*-===//
//
// A loop whose test is at its end, with values carried from one iteration to the next. The code between `begin` and `end` is the body.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_LOOPBUILDER_H
#define COTAN_LIB_CODEGEN_LOOPBUILDER_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"

namespace cotan::codegen {

class LoopBuilder {
public:
  /// Starts `for (i = begin; i < end; i += step)`; `mayBeEmpty` adds the test before the first iteration.
  LoopBuilder(llvm::IRBuilderBase &builder, llvm::Value *begin, llvm::Value *end, int64_t step, bool mayBeEmpty,
              llvm::ArrayRef<llvm::Value *> initial = {})
      : builder(builder), limit(end), step(step), initial(initial.begin(), initial.end()) {
    llvm::Function *function = builder.GetInsertBlock()->getParent();
    preheader = builder.GetInsertBlock();
    header = llvm::BasicBlock::Create(builder.getContext(), "loop", function);
    exit = llvm::BasicBlock::Create(builder.getContext(), "done");
    guarded = mayBeEmpty;
    if (guarded)
      builder.CreateCondBr(builder.CreateICmpSLT(begin, end), header, exit);
    else
      builder.CreateBr(header);
    builder.SetInsertPoint(header);
    index = builder.CreatePHI(begin->getType(), 2);
    index->addIncoming(begin, preheader);
    for (llvm::Value *value : initial) {
      carried.push_back(builder.CreatePHI(value->getType(), 2));
      carried.back()->addIncoming(value, preheader);
    }
  }

  /// Ends the body; the carried values' new values are `next`. Returns the values after the loop.
  llvm::SmallVector<llvm::Value *> end(llvm::ArrayRef<llvm::Value *> next = {}) {
    llvm::Value *following = builder.CreateNSWAdd(index, llvm::ConstantInt::get(index->getType(), step));
    llvm::BasicBlock *latch = builder.GetInsertBlock();
    index->addIncoming(following, latch);
    for (auto [phi, value] : llvm::zip_equal(carried, next))
      phi->addIncoming(value, latch);
    builder.CreateCondBr(builder.CreateICmpSLT(following, limit), header, exit);
    exit->insertInto(header->getParent());
    builder.SetInsertPoint(exit);
    llvm::SmallVector<llvm::Value *> results(next.begin(), next.end());
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

  llvm::PHINode *index;
  llvm::SmallVector<llvm::PHINode *> carried;

private:
  llvm::IRBuilderBase &builder;
  llvm::Value *limit;
  int64_t step;
  llvm::SmallVector<llvm::Value *> initial;
  llvm::BasicBlock *preheader, *header, *exit;
  bool guarded;
};

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_LOOPBUILDER_H
