//===- EmitFunction.cpp - kernel form to LLVM IR --------------------------===//
//
// Makes the kernels of a function (identical ones once), then its entry.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Codegen/EmitFunction.h"
#include "EntryEmitter.h"
#include "KernelEmitter.h"
#include "cotan-c/kernel_abi.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

FailureOr<EmittedFunction> codegen::emitFunction(func::FuncOp function, llvm::Module &module,
                                                 const TargetDescription &target, const EmitOptions &options) {
  return EntryEmitter(function, module, target, options).emit();
}

EntryEmitter::EntryEmitter(func::FuncOp function, llvm::Module &module, const TargetDescription &target,
                           const EmitOptions &options)
    : function(function), module(module), target(target), builder(module.getContext()), options(options) {}

FailureOr<EmittedFunction> EntryEmitter::emit() {
  if (!function.getBody().hasOneBlock())
    return function.emitError() << "expected structured control flow, got a function of several blocks";
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(), function.getResultTypes()))
    if (!isa<RankedTensorType>(type) || !cast<RankedTensorType>(type).hasStaticShape())
      return function.emitError() << "expected arguments and results to be tensors of static shape, got " << type;
  if (failed(prepare()))
    return failure();
  plan =
      std::make_unique<BufferPlan>(function, analyses, [&](Operation *op) { return targets.lookup(op).scratchBytes; });
  if (failed(emitFunctionBody()))
    return failure();
  return EmittedFunction{entrySymbol, plan->getArenaBytes(), kernels, std::move(facts), getDeclaredMatmulRoutines(module)};
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// The function's name as a symbol: letters, digits, `_` and `.`; prefixed so that it clashes with nothing.
std::string EntryEmitter::getEntryName() {
  std::string name = "cotan.";
  for (char c : function.getSymName())
    name += llvm::isAlnum(c) || c == '_' || c == '.' ? c : '_';
  return name;
}

std::string EntryEmitter::getKernelName() { return getEntryName() + ".k" + std::to_string(kernels++); }

/// What two ops must have in common to share a kernel, hashed.
static llvm::hash_code hashStructure(Operation *op) {
  llvm::hash_code hash = llvm::hash_combine(op->getName(), op->getAttrDictionary(),
                                            op->getPropertiesStorage() ? op->hashProperties() : llvm::hash_code(0));
  for (Value operand : op->getOperands())
    hash = llvm::hash_combine(hash, operand.getType());
  op->walk([&](Operation *nested) { hash = llvm::hash_combine(hash, nested->getName(), nested->getNumOperands()); });
  return hash;
}

/// Whether one kernel serves both ops: their operands may differ, what their bodies do with them may not.
static bool haveOneKernel(Operation *a, Operation *b) {
  llvm::DenseMap<Value, Value> counterparts; // of values inside
  auto equal = [&](Value x, Value y) {
    if (!a->isAncestor(x.getParentBlock()->getParentOp()))
      return success(x.getType() == y.getType());
    return success(counterparts.lookup(x) == y);
  };
  return OperationEquivalence::isEquivalentTo(
      a, b, equal, [&](Value x, Value y) { counterparts[x] = y; },
      OperationEquivalence::IgnoreLocations | OperationEquivalence::IgnoreDiscardableAttrs);
}

LogicalResult EntryEmitter::prepare() {
  WalkResult result = function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<ir::KernelOp, ir::DotGeneralOp, ir::ScatterAddOp>(op))
      return WalkResult::advance();
    if (auto kernel = dyn_cast<ir::KernelOp>(op)) {
      FailureOr<std::unique_ptr<KernelAnalysis>> analysis = KernelAnalysis::compute(kernel, target);
      if (failed(analysis))
        return WalkResult::interrupt();
      analyses[op] = std::move(*analysis);
    }
    auto &known = emitted[hashStructure(op)];
    for (Operation *other : known)
      if (haveOneKernel(op, other)) {
        targets[op] = targets.lookup(other);
        return WalkResult::skip();
      }
    LogicalResult made = success();
    targets[op].number = kernels;
    if (auto kernel = dyn_cast<ir::KernelOp>(op)) {
      made = prepareKernel(kernel);
    } else if (auto product = dyn_cast<ir::DotGeneralOp>(op)) {
      made = prepareProduct(product);
    } else {
      auto scatter = cast<ir::ScatterAddOp>(op);
      LaunchTarget &launch = targets[op];
      launch.function = emitScatterAdd(module, getKernelName(), scatter, target);
      launch.canFail = true;
    }
    known.push_back(op);
    return succeeded(made) ? WalkResult::skip() : WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult EntryEmitter::prepareKernel(ir::KernelOp op) {
  const KernelAnalysis &analysis = *analyses[op];
  LaunchTarget &launch = targets[op];
  if (analysis.isEmpty())
    return success();
  launch.function = createKernelFunction(module, getKernelName(), target);
  launch.grid = analysis.getGrid();
  launch.scratchBytes = analysis.scratchBytes;
  launch.canFail = llvm::any_of(op.getBodyBlock(), [](Operation &nested) { return canFail(&nested); });
  if (failed(KernelEmitter(analysis, launch.function).emit()))
    return failure();
  if (!analysis.chunked)
    return success();
  launch.finish = createKernelFunction(module, (launch.function->getName() + ".finish").str(), target);
  return KernelEmitter(analysis, launch.finish).emitFinish();
}

/// One stride for a group of dimensions that are walked as one; false when there is none.
static bool getGroupStride(RankedTensorType type, llvm::ArrayRef<int64_t> dims, int64_t &stride) {
  llvm::SmallVector<int64_t> strides(type.getRank(), 1);
  for (int64_t i = type.getRank() - 1; i-- > 0;)
    strides[i] = strides[i + 1] * type.getDimSize(i + 1);
  stride = 0;
  int64_t extent = 1;
  for (int64_t dim : llvm::reverse(dims)) {
    if (type.getDimSize(dim) == 1)
      continue;
    if (extent == 1)
      stride = strides[dim];
    else if (strides[dim] != stride * extent)
      return false;
    extent *= type.getDimSize(dim);
  }
  return true;
}

static int64_t getGroupExtent(RankedTensorType type, llvm::ArrayRef<int64_t> dims) {
  int64_t extent = 1;
  for (int64_t dim : dims)
    extent *= type.getDimSize(dim);
  return extent;
}

LogicalResult EntryEmitter::prepareProduct(ir::DotGeneralOp op) {
  auto lhs = cast<RankedTensorType>(op.getLhs().getType()), rhs = cast<RankedTensorType>(op.getRhs().getType());
  auto freeDims = [](RankedTensorType type, llvm::ArrayRef<int64_t> batch, llvm::ArrayRef<int64_t> contract) {
    llvm::SmallVector<int64_t> free;
    for (int64_t d = 0; d < type.getRank(); ++d)
      if (!llvm::is_contained(batch, d) && !llvm::is_contained(contract, d))
        free.push_back(d);
    return free;
  };
  if (!isa<FloatType>(lhs.getElementType()))
    return op.emitError() << "expected a product of f32 or f64 here, got " << lhs.getElementType();
  llvm::SmallVector<int64_t> rows = freeDims(lhs, op.getLhsBatch(), op.getLhsContract());
  llvm::SmallVector<int64_t> columns = freeDims(rhs, op.getRhsBatch(), op.getRhsContract());
  MatmulShape shape{getGroupExtent(lhs, op.getLhsBatch()), getGroupExtent(lhs, rows), getGroupExtent(rhs, columns),
                    getGroupExtent(lhs, op.getLhsContract())};
  MatmulOperand a, b;
  if (!getGroupStride(lhs, op.getLhsBatch(), a.batchStride) || !getGroupStride(lhs, rows, a.rowStride) ||
      !getGroupStride(lhs, op.getLhsContract(), a.columnStride))
    return op.emitError() << "cannot generate code for operand lhs: its batch, free or contracted dimensions are not "
                             "neighbours in memory";
  if (!getGroupStride(rhs, op.getRhsBatch(), b.batchStride) || !getGroupStride(rhs, op.getRhsContract(), b.rowStride) ||
      !getGroupStride(rhs, columns, b.columnStride))
    return op.emitError() << "cannot generate code for operand rhs: its batch, free or contracted dimensions are not "
                             "neighbours in memory";
  LaunchTarget &launch = targets[op];
  if (cast<RankedTensorType>(op.getType()).getNumElements() == 0)
    return success();
  llvm::Type *element = getElementType(module.getContext(), lhs.getElementType());
  MatmulKernel kernel = emitMatmul(module, getKernelName(), element, shape, a, b, target,
                                   options.sharesRoutines ? MatmulRoutines::Declared : MatmulRoutines::Defined);
  launch.function = kernel.function;
  launch.grid = kernel.blocks;
  launch.scratchBytes = kernel.scratchBytes;
  return success();
}

//===----------------------------------------------------------------------===//
// The entry
//===----------------------------------------------------------------------===//

/// Begins a function that takes what the entry takes, then scalars of the types of `live`.
llvm::Function *EntryEmitter::beginFunction(const llvm::Twine &name, llvm::GlobalValue::LinkageTypes linkage,
                                            llvm::ArrayRef<llvm::Value *> live) {
  llvm::Type *pointer = builder.getPtrTy();
  llvm::SmallVector<llvm::Type *> types(4, pointer);
  for (llvm::Value *value : live)
    types.push_back(value->getType());
  current = llvm::Function::Create(llvm::FunctionType::get(builder.getInt32Ty(), types, false), linkage, name, module);
  current->addFnAttr(llvm::Attribute::NoUnwind);
  const char *labels[] = {"inputs", "outputs", "workspace", "context"};
  for (auto [label, argument] : llvm::zip_first(labels, current->args()))
    argument.setName(label);
  inputs = current->getArg(0), outputs = current->getArg(1), workspace = current->getArg(2), context = current->getArg(3);
  builder.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "entry", current));
  unsigned most = 4;
  for (auto &[op, launch] : targets)
    most = std::max(most, op->getNumOperands() + op->getNumResults() + 1);
  frame = builder.CreateAlloca(llvm::ArrayType::get(pointer, most), nullptr, "frame");
  launchesInPart = 0;
  return current;
}

/// LLVM takes more than proportional time for long blocks: 45 s to allocate the registers of one that had 3175 launches. Hence the launches of a long function are spread over parts, each of which ends by calling the next.
LogicalResult EntryEmitter::emitFunctionBody() {
  constexpr int64_t mostLaunchesInPart = 64;
  entrySymbol = beginFunction(getEntryName(), llvm::Function::ExternalLinkage, {})->getName();
  for (Operation &op : function.getBody().front()) {
    if (launchesInPart >= mostLaunchesInPart && !isa<func::ReturnOp>(op))
      beginNextPart(&op);
    if (failed(emitOp(&op)))
      return failure();
  }
  return success();
}

/// Ends the function being emitted by a call of one that goes on with `next`, and begins that one. Scalars that it needs become arguments.
void EntryEmitter::beginNextPart(Operation *next) {
  auto isLive = [&](Value value) {
    return llvm::any_of(value.getUsers(), [&](Operation *user) {
      Operation *ancestor = next->getBlock()->findAncestorOpInBlock(*user);
      return ancestor && !ancestor->isBeforeInBlock(next);
    });
  };
  scalars.remove_if([&](auto &scalar) { return !isLive(scalar.first); });
  llvm::SmallVector<llvm::Value *> live;
  for (auto &[value, scalar] : scalars)
    if (!isa<llvm::Constant>(scalar))
      live.push_back(scalar);
  llvm::SmallVector<llvm::Value *> arguments = {inputs, outputs, workspace, context};
  arguments.append(live);
  llvm::BasicBlock *end = builder.GetInsertBlock();
  llvm::Function *part = beginFunction(entrySymbol + ".part" + llvm::Twine(++parts), llvm::Function::InternalLinkage, live);
  llvm::IRBuilder<> caller(end);
  llvm::CallInst *call = caller.CreateCall(part, arguments);
  call->setTailCall(); // the callee does not see the caller's frame
  caller.CreateRet(call);
  unsigned argument = 4;
  for (auto &[value, scalar] : scalars)
    if (!isa<llvm::Constant>(scalar))
      scalar = part->getArg(argument++);
}

llvm::Value *EntryEmitter::getArena(int64_t offset) {
  return builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), workspace, offset);
}

llvm::Value *EntryEmitter::loadPointer(llvm::Value *array, int64_t index) {
  return builder.CreateLoad(builder.getPtrTy(), builder.CreateConstInBoundsGEP1_64(builder.getPtrTy(), array, index));
}

llvm::Value *EntryEmitter::getPointer(Value tensor) {
  BufferLocation location = plan->getLocation(tensor);
  switch (location.kind) {
  case BufferLocation::Input:
    return loadPointer(inputs, location.index);
  case BufferLocation::Output:
    return loadPointer(outputs, location.index);
  case BufferLocation::Constant:
    return getConstant(location.constant);
  case BufferLocation::Arena:
    return getArena(location.index);
  }
  llvm_unreachable("unknown buffer location");
}

static llvm::Constant *getData(llvm::LLVMContext &context, ElementsAttr elements) {
  Type element = elements.getElementType();
  if (auto dense = dyn_cast<DenseElementsAttr>(elements); dense && dense.isSplat()) {
    int64_t bytes = getTensorBytes(elements.getType());
    llvm::Constant *value = getScalarConstant(context, dense.getSplatValue<Attribute>());
    if (value->isNullValue())
      return llvm::ConstantAggregateZero::get(llvm::ArrayType::get(llvm::Type::getInt8Ty(context), bytes));
    std::string pattern =
        element.isInteger(1) ? std::string(1, '\1') : std::string(dense.getRawData().data(), dense.getRawData().size());
    std::string data;
    data.reserve(bytes);
    while (int64_t(data.size()) < bytes)
      data += pattern;
    return llvm::ConstantDataArray::getString(context, data, false);
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    llvm::ArrayRef<char> data = resource.getRawHandle().getBlob()->getData();
    return llvm::ConstantDataArray::getString(context, llvm::StringRef(data.data(), data.size()), false);
  }
  auto dense = cast<DenseElementsAttr>(elements);
  if (element.isInteger(1)) {
    llvm::SmallVector<uint8_t> bytes(dense.getValues<bool>());
    return llvm::ConstantDataArray::get(context, bytes);
  }
  llvm::ArrayRef<char> data = dense.getRawData();
  return llvm::ConstantDataArray::getString(context, llvm::StringRef(data.data(), data.size()), false);
}

llvm::Constant *EntryEmitter::getConstant(Value constant) {
  Attribute value;
  if (!matchPattern(constant, m_Constant(&value)))
    llvm_unreachable("a constant buffer holds a constant");
  llvm::Constant *&known = constants[value];
  if (known)
    return known;
  llvm::Constant *data = getData(module.getContext(), cast<ElementsAttr>(value));
  auto *global =
      new llvm::GlobalVariable(module, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data, "constant");
  global->setAlignment(llvm::Align(64));
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return known = global;
}

void EntryEmitter::copy(llvm::Value *to, llvm::Value *from, int64_t bytes) {
  if (bytes)
    builder.CreateMemCpy(to, llvm::Align(1), from, llvm::Align(1), bytes);
}

/// Calls the kernel of `op`, if it has one, counts the launch, and returns its status when that is a failure.
void EntryEmitter::launch(Operation *op, llvm::ArrayRef<llvm::Value *> buffers, llvm::Value *start) {
  const LaunchTarget &launch = targets.find(op)->second;
  if (!launch.function)
    return;
  for (auto [i, buffer] : llvm::enumerate(buffers))
    builder.CreateStore(buffer, builder.CreateConstInBoundsGEP1_64(builder.getPtrTy(), frame, i));
  llvm::Value *counter =
      builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), context, offsetof(cotan_call_context, launches));
  builder.CreateStore(builder.CreateAdd(builder.CreateLoad(builder.getInt64Ty(), counter), builder.getInt64(1)),
                      counter);
  ++launchesInPart;
  call(launch.function, launch.grid, launch.canFail);
  if (launch.finish)
    call(launch.finish, 1, launch.canFail);
  stopClock(op, start);
}

void EntryEmitter::call(llvm::Function *kernel, int64_t grid, bool canFail) {
  llvm::Value *status = builder.CreateCall(kernel, {frame, builder.getInt64(0), builder.getInt64(grid), context});
  if (!canFail)
    return;
  auto *fail = llvm::BasicBlock::Create(module.getContext(), "fail", current);
  auto *next = llvm::BasicBlock::Create(module.getContext(), "ok", current);
  builder.CreateCondBr(builder.CreateIsNotNull(status), fail, next);
  builder.SetInsertPoint(fail);
  builder.CreateRet(status);
  builder.SetInsertPoint(next);
}

void EntryEmitter::launchKernel(ir::KernelOp op) {
  llvm::Value *start = startClock(op); // what is copied for the kernel is its time too
  for (OpResult result : op.getResults()) {
    int64_t index = op.getDestOf(result.getResultNumber());
    if (index < 0)
      continue;
    Value dest = op.getDests()[index];
    if (!plan->shareBuffer(dest, result) && !dest.getDefiningOp<ir::EmptyOp>())
      copy(getPointer(result), getPointer(dest), getTensorBytes(result.getType()));
  }
  llvm::SmallVector<llvm::Value *> buffers;
  for (ValueRange group : {ValueRange(op.getInputs()), ValueRange(op.getTables()), ValueRange(op.getOffsets()),
                           ValueRange(op.getResults())})
    for (Value tensor : group)
      buffers.push_back(getPointer(tensor));
  if (targets.lookup(op).scratchBytes)
    buffers.push_back(getArena(plan->getScratch(op)));
  launch(op, buffers, start);
}

void EntryEmitter::launchScatter(ir::ScatterAddOp op) {
  llvm::Value *start = startClock(op);
  if (!plan->shareBuffer(op.getResult(), op.getOperand()))
    copy(getPointer(op.getResult()), getPointer(op.getOperand()), getTensorBytes(op.getType()));
  launch(op, {getPointer(op.getResult()), getPointer(op.getIndices()), getPointer(op.getUpdates())}, start);
}

LogicalResult EntryEmitter::emitReturn(func::ReturnOp op) {
  for (auto [j, value] : llvm::enumerate(op.getOperands())) {
    BufferLocation location = plan->getLocation(value);
    if (location.kind != BufferLocation::Output || location.index != int64_t(j))
      copy(loadPointer(outputs, j), getPointer(value), getTensorBytes(value.getType()));
  }
  builder.CreateRet(builder.getInt32(COTAN_STATUS_OK));
  return success();
}

LogicalResult EntryEmitter::emitBlock(Block &block) {
  for (Operation &op : block) {
    if (isa<scf::YieldOp, scf::ConditionOp>(op)) // the parent op's emission takes them
      continue;
    if (failed(emitOp(&op)))
      return failure();
  }
  return success();
}

LogicalResult EntryEmitter::emitOp(Operation *op) {
  if (auto kernel = dyn_cast<ir::KernelOp>(op)) {
    launchKernel(kernel);
    return success();
  }
  if (auto product = dyn_cast<ir::DotGeneralOp>(op)) {
    llvm::SmallVector<llvm::Value *> buffers = {getPointer(product.getLhs()), getPointer(product.getRhs()),
                                                getPointer(product.getResult())};
    buffers.push_back(targets.lookup(op).scratchBytes ? getArena(plan->getScratch(op))
                                                      : llvm::ConstantPointerNull::get(builder.getPtrTy()));
    launch(op, buffers, startClock(op));
    return success();
  }
  if (auto scatter = dyn_cast<ir::ScatterAddOp>(op)) {
    launchScatter(scatter);
    return success();
  }
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return emitIf(branch);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return emitFor(loop);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return emitWhile(loop);
  if (auto ret = dyn_cast<func::ReturnOp>(op))
    return emitReturn(ret);
  if (isa<ir::ReshapeOp, ir::EmptyOp>(op)) // a name for a buffer
    return success();
  return emitScalarOp(op);
}
