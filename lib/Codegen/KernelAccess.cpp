//===- KernelAccess.cpp - loads, stores and the ops of one point ----------===//

#include "KernelEmitter.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

llvm::Type *KernelEmitter::getMemoryType(Type element, unsigned width) {
  llvm::Type *type = element.isInteger(1) ? builder.getInt8Ty() : getElementType(builder.getContext(), element);
  return width ? llvm::FixedVectorType::get(type, width) : type;
}

llvm::Value *KernelEmitter::fromMemory(llvm::Value *value, Type element) {
  return element.isInteger(1) ? builder.CreateICmpNE(value, llvm::Constant::getNullValue(value->getType())) : value;
}

llvm::Value *KernelEmitter::toMemory(llvm::Value *value, Type element) {
  if (!element.isInteger(1))
    return value;
  unsigned width = value->getType()->isVectorTy() ? analysis.lanes : 0;
  return builder.CreateZExt(value, getMemoryType(element, width));
}

llvm::SmallVector<llvm::Value *, 4> KernelEmitter::delinearise(llvm::Value *flat, llvm::ArrayRef<unsigned> dims) {
  llvm::SmallVector<llvm::Value *, 4> indices(dims.size());
  for (size_t i = dims.size(); i-- > 1;) {
    llvm::Constant *extent = llvm::ConstantInt::get(flat->getType(), analysis.extents[dims[i]]);
    indices[i] = builder.CreateURem(flat, extent);
    flat = builder.CreateUDiv(flat, extent);
  }
  if (!dims.empty())
    indices[0] = flat;
  return indices;
}

llvm::Value *KernelEmitter::addStrides(const Access &access, llvm::Value *pointer, llvm::ArrayRef<unsigned> dims,
                                       llvm::ArrayRef<llvm::Value *> indices) {
  llvm::Value *distance = nullptr;
  for (auto [dim, index] : llvm::zip_equal(dims, indices)) {
    int64_t stride = access.strides[dim];
    if (!stride)
      continue;
    llvm::Value *part = stride == 1 ? index : builder.CreateNSWMul(index, i64(stride));
    distance = distance ? builder.CreateNSWAdd(distance, part) : part;
  }
  return distance ? builder.CreateGEP(getMemoryType(access.element), pointer, distance) : pointer;
}

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

void KernelEmitter::beginPoint(const Point &point) {
  innerIndices.clear();
  laneCoordinates.clear();
}

llvm::Value *KernelEmitter::getPointer(const Access &access, llvm::Value *base, const Point &point) {
  if (!point.inner)
    return base;
  if (innerIndices.empty())
    innerIndices = delinearise(point.inner, analysis.inner);
  return addStrides(access, base, analysis.inner, innerIndices);
}

/// The indices along each lane dimension, a vector each; in 32 bits where the domain allows.
llvm::ArrayRef<llvm::Value *> KernelEmitter::getLaneCoordinates(const Point &point) {
  if (!laneCoordinates.empty())
    return laneCoordinates;
  llvm::Type *type = analysis.laneCount < (int64_t(1) << 30) ? builder.getInt32Ty() : builder.getInt64Ty();
  auto *vector = llvm::FixedVectorType::get(type, analysis.lanes);
  llvm::Value *first = builder.CreateTrunc(point.lane, type);
  llvm::Value *flat = builder.CreateAdd(splat(first), builder.CreateStepVector(vector));
  laneCoordinates = delinearise(flat, analysis.lane);
  return laneCoordinates;
}

/// Distances in elements of the lanes from the row pointer.
llvm::Value *KernelEmitter::getLaneOffsets(const Access &access, const Point &point) {
  int64_t reach = 0;
  for (unsigned dim : analysis.lane)
    reach += std::abs(access.strides[dim]) * analysis.extents[dim];
  bool narrow = reach < (int64_t(1) << 30);
  llvm::Value *sum = nullptr;
  for (auto [dim, index] : llvm::zip_equal(analysis.lane, getLaneCoordinates(point))) {
    int64_t stride = access.strides[dim];
    if (!stride)
      continue;
    llvm::Value *wide =
        narrow ? index : builder.CreateSExt(index, llvm::FixedVectorType::get(builder.getInt64Ty(), analysis.lanes));
    llvm::Value *part =
        stride == 1 ? wide : builder.CreateMul(wide, llvm::ConstantInt::getSigned(wide->getType(), stride));
    sum = sum ? builder.CreateAdd(sum, part) : part;
  }
  return sum;
}

/// When vectors never straddle runs of an irregular access: the pointer to the vector's first element.
llvm::Value *KernelEmitter::getRunPointer(const Access &access, llvm::Value *pointer, const Point &point) {
  return addStrides(access, pointer, analysis.lane, delinearise(point.lane, analysis.lane));
}

static bool runsHoldVectors(const KernelAnalysis &analysis, const Access &access) {
  return access.lane == LaneAccess::Irregular && access.runLength % analysis.lanes == 0 &&
         (access.laneStride == 0 || access.laneStride == 1);
}

/// Whether an irregular access reads one element all along a run, and a vector touches two runs at most.
static bool readsTwoElements(const KernelAnalysis &analysis, const Access &access) {
  return access.lane == LaneAccess::Irregular && access.laneStride == 0 && access.runLength >= analysis.lanes;
}

/// The elements of the runs that hold the vector's first and last lane, each in its lanes: a third of a gather's time.
llvm::Value *KernelEmitter::loadTwoElements(const Access &access, llvm::Value *pointer, const Point &point) {
  auto loadAt = [&](llvm::Value *lane) {
    // A vector of a chunk's rest may lie past the end as a whole.
    lane = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, lane, i64(analysis.laneCount - 1));
    llvm::Value *from = addStrides(access, pointer, analysis.lane, delinearise(lane, analysis.lane));
    return splat(builder.CreateAlignedLoad(getMemoryType(access.element), from, llvm::Align(getElementBytes(access.element))));
  };
  llvm::Value *last = builder.CreateAdd(point.lane, i64(analysis.lanes - 1));
  llvm::Value *left = builder.CreateSub(i64(access.runLength), builder.CreateURem(point.lane, i64(access.runLength)));
  left = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, left, i64(analysis.lanes));
  llvm::Value *number = splat(builder.CreateTrunc(left, builder.getInt32Ty()));
  llvm::Value *isFirst = builder.CreateICmpSLT(builder.CreateStepVector(number->getType()), number);
  return fromMemory(builder.CreateSelect(isFirst, loadAt(point.lane), loadAt(last)), access.element);
}

/// Hides that a pointer is computed: loop-invariant code motion would otherwise split base and lane offsets the other
/// way round, and a gather from one scalar base would become one from a vector of 64-bit pointers.
llvm::Value *KernelEmitter::keepScalar(llvm::Value *pointer) {
  return isa<llvm::GetElementPtrInst>(pointer) ? builder.CreateFreeze(pointer) : pointer;
}

llvm::Value *KernelEmitter::load(const Access &access, llvm::Value *base, const Point &point, unsigned width) {
  llvm::Value *pointer = getPointer(access, base, point);
  llvm::Align align(getElementBytes(access.element));
  llvm::Type *scalar = getMemoryType(access.element), *vector = getMemoryType(access.element, std::max(width, 1u));
  auto loadScalar = [&](llvm::Value *from) {
    llvm::Value *value = fromMemory(builder.CreateAlignedLoad(scalar, from, align), access.element);
    return width ? splat(value) : value;
  };
  auto loadVector = [&](llvm::Value *from, llvm::Value *mask) -> llvm::Value * {
    if (mask)
      return builder.CreateMaskedLoad(vector, from, align, mask, llvm::Constant::getNullValue(vector));
    return builder.CreateAlignedLoad(vector, from, align);
  };
  if (!width || access.lane == LaneAccess::Uniform)
    return loadScalar(pointer);
  if (runsHoldVectors(analysis, access)) {
    pointer = getRunPointer(access, pointer, point);
    return access.laneStride ? fromMemory(loadVector(pointer, point.mask), access.element) : loadScalar(pointer);
  }
  if (readsTwoElements(analysis, access))
    return loadTwoElements(access, pointer, point);
  if (access.lane == LaneAccess::Strided && access.laneStride == 1)
    return fromMemory(loadVector(builder.CreateGEP(scalar, pointer, point.lane), point.mask), access.element);
  if (access.lane == LaneAccess::Strided && access.laneStride == -1) {
    llvm::Value *first = builder.CreateSub(i64(1 - int64_t(width)), point.lane);
    llvm::Value *mask = point.mask ? builder.CreateVectorReverse(point.mask) : nullptr;
    llvm::Value *value = loadVector(builder.CreateGEP(scalar, pointer, first), mask);
    return fromMemory(builder.CreateVectorReverse(value), access.element);
  }
  llvm::Value *pointers = nullptr;
  if (access.lane == LaneAccess::Strided) {
    pointer = keepScalar(builder.CreateGEP(scalar, pointer, builder.CreateNSWMul(point.lane, i64(access.laneStride))));
    auto *indexType = llvm::FixedVectorType::get(
        std::abs(access.laneStride) < (int64_t(1) << 24) ? builder.getInt32Ty() : builder.getInt64Ty(), width);
    llvm::Value *steps = builder.CreateMul(builder.CreateStepVector(indexType),
                                           llvm::ConstantInt::getSigned(indexType, access.laneStride));
    pointers = builder.CreateGEP(scalar, pointer, steps);
  } else {
    pointers = builder.CreateGEP(scalar, keepScalar(pointer), getLaneOffsets(access, point));
  }
  llvm::Value *value =
      builder.CreateMaskedGather(vector, pointers, align, point.mask, llvm::Constant::getNullValue(vector));
  return fromMemory(value, access.element);
}

void KernelEmitter::store(const Access &access, llvm::Value *base, const Point &point, llvm::Value *value) {
  llvm::Value *pointer = getPointer(access, base, point);
  llvm::Align align(getElementBytes(access.element));
  llvm::Type *scalar = getMemoryType(access.element);
  value = toMemory(value, access.element);
  auto storeVector = [&](llvm::Value *to, llvm::Value *data, llvm::Value *mask) {
    if (mask)
      builder.CreateMaskedStore(data, to, align, mask);
    else
      builder.CreateAlignedStore(data, to, align);
  };
  if (!value->getType()->isVectorTy()) {
    builder.CreateAlignedStore(value, pointer, align);
    return;
  }
  if (analysis.lane.empty()) { // one lane exists
    builder.CreateAlignedStore(builder.CreateExtractElement(value, uint64_t(0)), pointer, align);
    return;
  }
  if (runsHoldVectors(analysis, access) && access.laneStride == 1)
    return storeVector(getRunPointer(access, pointer, point), value, point.mask);
  if (access.lane == LaneAccess::Strided && access.laneStride == 1)
    return storeVector(builder.CreateGEP(scalar, pointer, point.lane), value, point.mask);
  if (access.lane == LaneAccess::Strided && access.laneStride == -1) {
    llvm::Value *first = builder.CreateSub(i64(1 - int64_t(analysis.lanes)), point.lane);
    llvm::Value *mask = point.mask ? builder.CreateVectorReverse(point.mask) : nullptr;
    return storeVector(builder.CreateGEP(scalar, pointer, first), builder.CreateVectorReverse(value), mask);
  }
  llvm::Value *pointers = builder.CreateGEP(scalar, pointer, getLaneOffsets(access, point));
  llvm::Value *mask = point.mask
                          ? point.mask
                          : llvm::ConstantInt::getTrue(llvm::FixedVectorType::get(builder.getInt1Ty(), analysis.lanes));
  builder.CreateMaskedScatter(value, pointers, align, mask);
}

llvm::Value *KernelEmitter::getScratch(const SavedValue &slot, Type element, const Point &point) {
  llvm::Value *index = point.lane;
  if (analysis.mode == KernelMode::Lanes) {
    index = builder.CreateNSWMul(point.inner, i64(analysis.lanes * analysis.unroll));
    index = builder.CreateNSWAdd(index, i64(analysis.lanes * point.part));
  }
  llvm::Value *pointer = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), buffers.back(), slot.scratchOffset);
  return builder.CreateGEP(getMemoryType(element), pointer, index);
}

//===----------------------------------------------------------------------===//
// The body at one point
//===----------------------------------------------------------------------===//

/// The mask of the lanes from `lane` on that are below `count`.
llvm::Value *KernelEmitter::getTailMask(llvm::Value *lane, int64_t count) {
  llvm::Value *left = builder.CreateSub(i64(count), lane);
  left = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, left, i64(analysis.lanes));
  llvm::Value *number = splat(builder.CreateTrunc(left, builder.getInt32Ty()));
  return builder.CreateICmpSLT(builder.CreateStepVector(number->getType()), number);
}

/// The index along a normalised dimension, i64.
llvm::Value *KernelEmitter::getIndex(unsigned dim, const Point &point, unsigned width) {
  llvm::Value *index = nullptr;
  auto position = [dim](llvm::ArrayRef<unsigned> dims) { return llvm::find(dims, dim) - dims.begin(); };
  if (llvm::is_contained(analysis.outer, dim)) {
    index = outerIndices[position(analysis.outer)];
  } else if (llvm::is_contained(analysis.inner, dim)) {
    if (innerIndices.empty())
      innerIndices = delinearise(point.inner, analysis.inner);
    index = innerIndices[position(analysis.inner)];
  } else {
    index = getLaneCoordinates(point)[position(analysis.lane)];
    return builder.CreateSExt(index, llvm::FixedVectorType::get(builder.getInt64Ty(), analysis.lanes));
  }
  return width ? splat(index) : index;
}

llvm::Value *KernelEmitter::loadTable(ir::KernelLoadOp load, llvm::ArrayRef<llvm::Value *> indices,
                                      const Point &point) {
  auto type = cast<RankedTensorType>(load.getTable().getType());
  auto table = cast<BlockArgument>(load.getTable());
  llvm::Value *pointer = buffers[table.getArgNumber()];
  llvm::Align align(getElementBytes(type.getElementType()));
  bool vectors = !indices.empty() && indices[0]->getType()->isVectorTy();
  OpEmitter emitter{builder, context, vectors ? point.mask : nullptr};
  if (load.getRow()) { // after the indices; checked first, so that the error names what the program wrote
    emitter.failIndexUnlessBelow(indices.back(), int64_t(*load.getRows()));
    indices = indices.drop_back();
  }
  llvm::Value *flat = nullptr;
  for (auto [index, extent] : llvm::zip_equal(indices, type.getShape())) {
    emitter.failIndexUnlessBelow(index, extent);
    llvm::Value *scaled = flat ? builder.CreateNSWMul(flat, llvm::ConstantInt::get(index->getType(), extent)) : nullptr;
    flat = scaled ? builder.CreateNSWAdd(scaled, index) : index;
  }
  llvm::Type *scalar = getMemoryType(type.getElementType());
  if (flat)
    pointer = builder.CreateGEP(scalar, pointer, flat);
  if (!vectors)
    return fromMemory(builder.CreateAlignedLoad(scalar, pointer, align), type.getElementType());
  llvm::Type *vector = getMemoryType(type.getElementType(), analysis.lanes);
  llvm::Value *value =
      builder.CreateMaskedGather(vector, pointer, align, point.mask, llvm::Constant::getNullValue(vector));
  return fromMemory(value, type.getElementType());
}

/// A body value as a scalar (width 0) or a vector.
llvm::Value *KernelEmitter::getOperand(Value value, const Point &point, ValueMap &values, unsigned width) {
  llvm::Value *known = values.lookup(value);
  if (!known && width)
    known = splats.lookup(value);
  if (!known && analysis.getVariance(value) == Variance::Row)
    known = rowValues[analysis.mode == KernelMode::Lanes ? point.part : 0].lookup(value);
  if (!known && analysis.getVariance(value) == Variance::Kernel)
    known = kernelValues.lookup(value);
  if (!known) {
    auto argument = cast<BlockArgument>(value);
    known = load(analysis.inputs[argument.getArgNumber()], inputRows[argument.getArgNumber()], point, width);
    values[value] = known;
  }
  return width && !known->getType()->isVectorTy() ? splat(known) : known;
}

LogicalResult KernelEmitter::evaluateOp(Operation *nested, const Point &point, ValueMap &values, unsigned width) {
  llvm::SmallVector<llvm::Value *, 4> operands;
  for (Value operand : nested->getOperands())
    if (!isa<TensorType>(operand.getType()))
      operands.push_back(getOperand(operand, point, values, width));
  llvm::Value *result = nullptr;
  if (auto constant = dyn_cast<ir::ConstantOp>(nested)) {
    result = getScalarConstant(builder.getContext(), constant.getValue());
  } else if (auto index = dyn_cast<ir::KernelIndexOp>(nested)) {
    int dim = analysis.dimOf[index.getDim()];
    result = dim < 0 ? i64(0) : getIndex(dim, point, width);
  } else if (isa<ir::KernelReduceOp>(nested)) { // over one element; the others are made by the loops
    result = operands[0];
  } else if (auto load = dyn_cast<ir::KernelLoadOp>(nested)) {
    result = loadTable(load, operands, point);
  } else {
    result = OpEmitter{builder, context, width ? point.mask : nullptr}.emit(nested, operands);
  }
  if (!result)
    return nested->emitError() << "cannot generate code for '" << nested->getName() << "' in a kernel";
  values[nested->getResult(0)] = result;
  return success();
}

/// Computes what a stage computes at one point and stores its outputs; all loads come before all stores.
LogicalResult KernelEmitter::evaluate(const Stage &stage, const Point &point, ValueMap &values) {
  unsigned width = analysis.lanes;
  beginPoint(point);
  for (Value value : stage.reloads) {
    const SavedValue &slot = analysis.saved.find(value)->second;
    if (slot.output >= 0) {
      values[value] = load(analysis.outputs[slot.output], outputRows[slot.output], point, width);
      continue;
    }
    llvm::Type *type = getMemoryType(value.getType(), width);
    llvm::Value *loaded = builder.CreateAlignedLoad(type, getScratch(slot, value.getType(), point),
                                                    llvm::Align(getElementBytes(value.getType())));
    values[value] = fromMemory(loaded, value.getType());
  }
  for (Operation *nested : stage.ops)
    if (failed(evaluateOp(nested, point, values, width)))
      return failure();
  for (unsigned j : stage.outputs) {
    llvm::Value *result = getOperand(yield.getValues()[j], point, values, width);
    values[yield.getValues()[j]] = result;
  }
  for (ir::KernelReduceOp reduce : stage.reduces)
    (void)getOperand(reduce.getOperand(), point, values, width);
  for (unsigned j : stage.outputs)
    store(analysis.outputs[j], outputRows[j], point, values[yield.getValues()[j]]);
  for (Value value : stage.saves)
    builder.CreateAlignedStore(toMemory(values[value], value.getType()),
                               getScratch(analysis.saved.find(value)->second, value.getType(), point),
                               llvm::Align(getElementBytes(value.getType())));
  return success();
}

/// Makes vectors of the row and kernel values that a stage uses, before its loop.
void KernelEmitter::splatRowValues(const Stage &stage) {
  splats.clear();
  auto use = [&](Value value) {
    if (isa<TensorType>(value.getType()) || analysis.getVariance(value) == Variance::Point || splats.contains(value))
      return;
    llvm::Value *known =
        analysis.getVariance(value) == Variance::Row ? rowValues[0].lookup(value) : kernelValues.lookup(value);
    if (known && !known->getType()->isVectorTy())
      splats[value] = splat(known);
  };
  for (Operation *nested : stage.ops)
    llvm::for_each(nested->getOperands(), use);
  for (ir::KernelReduceOp reduce : stage.reduces)
    use(reduce.getOperand());
  for (unsigned j : stage.outputs)
    use(yield.getValues()[j]);
}
