//===- KernelEmitter.cpp - a kernel as one LLVM function ------------------===//
//
// The function's frame: buffer pointers, clamped offsets, values that no loop changes.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"
#include "cotan-c/kernel_abi.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

llvm::Function *codegen::createKernelFunction(llvm::Module &module, llvm::StringRef name,
                                              const TargetDescription &target) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Type *pointer = llvm::PointerType::getUnqual(context), *i64 = llvm::Type::getInt64Ty(context);
  auto *type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context), {pointer, i64, i64, pointer}, false);
  auto *function = llvm::Function::Create(type, llvm::Function::InternalLinkage, name, module);
  function->addFnAttr(llvm::Attribute::NoUnwind);
  function->addFnAttr(llvm::Attribute::NoInline);
  std::string width = std::to_string(target.vectorBits);
  function->addFnAttr("prefer-vector-width", width);
  function->addFnAttr("min-legal-vector-width", width);
  const char *labels[] = {"buffers", "begin", "end", "context"};
  for (auto [argument, label] : llvm::zip(function->args(), labels))
    argument.setName(label);
  return function;
}

KernelEmitter::KernelEmitter(const KernelAnalysis &analysis, llvm::Function *function)
    : analysis(analysis), op(analysis.op), body(op.getBodyBlock()),
      yield(cast<ir::KernelYieldOp>(body.getTerminator())), function(function),
      builder(llvm::BasicBlock::Create(function->getContext(), "entry", function)), context(function->getArg(3)),
      rowValues(1) {}

LogicalResult KernelEmitter::begin() {
  loadBuffers();
  return emitUniform(Variance::Kernel, 0, kernelValues, Point());
}

LogicalResult KernelEmitter::emit() {
  if (failed(begin()))
    return failure();
  LogicalResult result = success();
  switch (analysis.mode) {
  case KernelMode::Scalar:
    result = emitScalar();
    break;
  case KernelMode::Map:
    result = analysis.tiled ? emitTiledMap() : emitMap();
    break;
  case KernelMode::Row:
    result = analysis.chunked ? emitChunks() : emitRows();
    break;
  case KernelMode::Lanes:
    result = emitLanes();
    break;
  }
  builder.CreateRet(builder.getInt32(COTAN_STATUS_OK));
  return result;
}

void KernelEmitter::loadBuffers() {
  size_t count = op.getInputs().size() + op.getTables().size() + op.getOffsets().size() + op.getNumResults() +
                 (analysis.scratchBytes ? 1 : 0);
  for (size_t i = 0; i < count; ++i)
    buffers.push_back(builder.CreateLoad(
        builder.getPtrTy(), builder.CreateConstInBoundsGEP1_64(builder.getPtrTy(), function->getArg(0), i)));
  for (size_t k = 0; k < op.getOffsets().size(); ++k)
    offsets.push_back(loadClampedOffset(k));
  for (auto [i, access] : llvm::enumerate(analysis.inputs))
    inputBases.push_back(getBase(access, i));
  size_t firstResult = op.getInputs().size() + op.getTables().size() + op.getOffsets().size();
  for (auto [j, access] : llvm::enumerate(analysis.outputs))
    outputBases.push_back(getBase(access, firstResult + j));
  inputRows = inputBases;
  outputRows = outputBases;
}

llvm::Value *KernelEmitter::loadClampedOffset(unsigned symbol) {
  llvm::Value *offset = builder.CreateAlignedLoad(
      builder.getInt64Ty(), buffers[op.getInputs().size() + op.getTables().size() + symbol], llvm::Align(8));
  int64_t limit = op.getOffsetLimits()[symbol];
  offset = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smax, offset, i64(0));
  return builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, offset, i64(limit));
}

llvm::Value *KernelEmitter::getBase(const Access &access, unsigned buffer) {
  llvm::Type *type = getMemoryType(access.element);
  llvm::Value *pointer = buffers[buffer];
  if (access.offset)
    pointer = builder.CreateGEP(type, pointer, i64(access.offset));
  for (auto [symbol, stride] : access.symbols)
    pointer = builder.CreateGEP(type, pointer, builder.CreateMul(offsets[symbol], i64(stride)));
  return pointer;
}

/// Computes the values of one variance and level, which no point changes: once for the kernel, or once a row.
LogicalResult KernelEmitter::emitUniform(Variance variance, unsigned level, ValueMap &values, const Point &point) {
  bool vectors = variance == Variance::Row && analysis.mode == KernelMode::Lanes;
  unsigned width = vectors ? analysis.lanes : 0;
  beginPoint(point);
  if (level == 0)
    for (auto [argument, access, base] :
         llvm::zip(body.getArguments(), analysis.inputs, variance == Variance::Kernel ? inputBases : inputRows))
      if (analysis.getVariance(argument) == variance && !argument.use_empty())
        values[argument] = load(access, base, point, width);
  for (Operation &nested : body.without_terminator()) {
    if (nested.getNumResults() != 1 || analysis.getVariance(nested.getResult(0)) != variance ||
        analysis.getLevel(nested.getResult(0)) != level || values.contains(nested.getResult(0)))
      continue;
    if (failed(evaluateOp(&nested, point, values, width)))
      return failure();
  }
  return success();
}

/// Moves the row pointers to the row of that flat index.
void KernelEmitter::beginRow(llvm::Value *row) { setRow(delinearise(row, analysis.outer)); }

void KernelEmitter::setRow(llvm::ArrayRef<llvm::Value *> indices) {
  outerIndices.assign(indices.begin(), indices.end());
  for (auto [i, access] : llvm::enumerate(analysis.inputs))
    inputRows[i] = addStrides(access, inputBases[i], analysis.outer, outerIndices);
  for (auto [j, access] : llvm::enumerate(analysis.outputs))
    outputRows[j] = addStrides(access, outputBases[j], analysis.outer, outerIndices);
}
