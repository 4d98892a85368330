//===- EntryProfile.cpp - clock readings around launches ------------------===//
//
// In the profiling form the context is a cotan_profile_context; its clock is read before and after each launch. The usual form has
// none of this.
//
//===----------------------------------------------------------------------===//

#include "EntryEmitter.h"
#include "KernelFacts.h"
#include "cotan-c/kernel_abi.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

static llvm::Value *getField(llvm::IRBuilder<> &builder, llvm::Value *pointer, int64_t bytes) {
  return builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), pointer, bytes);
}

llvm::Value *EntryEmitter::readClock() {
  llvm::Value *clock = builder.CreateLoad(builder.getPtrTy(), getField(builder, context, offsetof(cotan_profile_context, clock)));
  return builder.CreateCall(llvm::FunctionType::get(builder.getInt64Ty(), false), clock);
}

/// The time now, for stopClock; null unless this is the profiling form and the op launches a kernel.
llvm::Value *EntryEmitter::startClock(Operation *op) {
  return options.profile && targets.find(op)->second.function ? readClock() : nullptr;
}

/// Adds the time since `start` to the launch's, and describes it.
void EntryEmitter::stopClock(Operation *op, llvm::Value *start) {
  if (!start)
    return;
  llvm::Value *elapsed = builder.CreateSub(readClock(), start);
  llvm::Value *times = builder.CreateLoad(builder.getPtrTy(), getField(builder, context, offsetof(cotan_profile_context, times)));
  auto add = [&](int64_t field, llvm::Value *value) {
    llvm::Value *pointer = getField(builder, times, static_cast<int64_t>(facts.size() * sizeof(cotan_kernel_time)) + field);
    builder.CreateStore(builder.CreateAdd(builder.CreateLoad(builder.getInt64Ty(), pointer), value), pointer);
  };
  add(offsetof(cotan_kernel_time, launches), builder.getInt64(1));
  add(offsetof(cotan_kernel_time, nanoseconds), elapsed);
  facts.push_back(describeLaunch(op, *plan));
  facts.back().function = function.getSymName().str();
  facts.back().kernel = targets.find(op)->second.number;
}
