//===- Scatter.cpp - adding rows at computed indices ----------------------===//
//
// Rows are added one after another, so that additions to one element happen in order; lanes run along a row.
//
//===----------------------------------------------------------------------===//

#include "EntryEmitter.h"
#include "KernelEmitter.h"
#include "LoopBuilder.h"
#include "cotan-c/kernel_abi.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

/// `to[i] += from[i]` for the `count` elements of a row: whole vectors, then a masked one.
static void addRow(llvm::IRBuilder<> &builder, llvm::Type *element, unsigned lanes, llvm::Value *to, llvm::Value *from,
                   int64_t count) {
  bool real = element->isFloatingPointTy();
  llvm::Align align(element->getScalarSizeInBits() / 8);
  auto add = [&](llvm::Value *a, llvm::Value *b) { return real ? builder.CreateFAdd(a, b) : builder.CreateAdd(a, b); };
  if (count == 1) {
    builder.CreateAlignedStore(
        add(builder.CreateAlignedLoad(element, to, align), builder.CreateAlignedLoad(element, from, align)), to, align);
    return;
  }
  auto *vector = llvm::FixedVectorType::get(element, lanes);
  auto step = [&](llvm::Value *index, llvm::Value *mask) {
    llvm::Value *target = builder.CreateGEP(element, to, index), *source = builder.CreateGEP(element, from, index);
    if (!mask) {
      llvm::Value *sum =
          add(builder.CreateAlignedLoad(vector, target, align), builder.CreateAlignedLoad(vector, source, align));
      builder.CreateAlignedStore(sum, target, align);
      return;
    }
    llvm::Value *zero = llvm::Constant::getNullValue(vector);
    llvm::Value *sum = add(builder.CreateMaskedLoad(vector, target, align, mask, zero),
                           builder.CreateMaskedLoad(vector, source, align, mask, zero));
    builder.CreateMaskedStore(sum, target, align, mask);
  };
  int64_t whole = count - count % lanes;
  if (whole) {
    LoopBuilder loop(builder, builder.getInt64(0), builder.getInt64(whole), lanes, false);
    step(loop.index, nullptr);
    loop.end();
  }
  if (int64_t rest = count - whole) {
    llvm::SmallVector<llvm::Constant *> bits;
    for (unsigned i = 0; i < lanes; ++i)
      bits.push_back(builder.getInt1(i < rest));
    step(builder.getInt64(whole), llvm::ConstantVector::get(bits));
  }
}

llvm::Function *codegen::emitScatterAdd(llvm::Module &module, llvm::StringRef name, ir::ScatterAddOp op,
                                        const TargetDescription &target) {
  auto operand = cast<RankedTensorType>(op.getOperand().getType()),
       indices = cast<RankedTensorType>(op.getIndices().getType());
  llvm::Function *function = createKernelFunction(module, name, target);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(module.getContext(), "entry", function));
  llvm::Value *buffers[3];
  for (int i = 0; i < 3; ++i)
    buffers[i] = builder.CreateLoad(builder.getPtrTy(),
                                    builder.CreateConstInBoundsGEP1_64(builder.getPtrTy(), function->getArg(0), i));
  int64_t rows = indices.getNumElements(), extent = operand.getDimSize(0), rowLength = 1;
  for (int64_t size : operand.getShape().drop_front())
    rowLength *= size;
  llvm::Type *element = getElementType(module.getContext(), operand.getElementType());
  llvm::Type *indexType = getElementType(module.getContext(), indices.getElementType());
  if (rows > 0) {
    LoopBuilder loop(builder, builder.getInt64(0), builder.getInt64(rows), 1, false);
    llvm::Value *index = builder.CreateAlignedLoad(indexType, builder.CreateGEP(indexType, buffers[1], loop.index),
                                                   llvm::Align(indexType->getScalarSizeInBits() / 8));
    index = builder.CreateSExt(index, builder.getInt64Ty());
    OpEmitter{builder, function->getArg(3), nullptr}.failIndexUnlessBelow(index, extent);
    llvm::Value *length = builder.getInt64(rowLength);
    llvm::Value *to = builder.CreateGEP(element, buffers[0], builder.CreateMul(index, length));
    llvm::Value *from = builder.CreateGEP(element, buffers[2], builder.CreateMul(loop.index, length));
    if (rowLength > 0)
      addRow(builder, element, target.vectorBits / element->getScalarSizeInBits(), to, from, rowLength);
    loop.end();
  }
  builder.CreateRet(builder.getInt32(COTAN_STATUS_OK));
  return function;
}
