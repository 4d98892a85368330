//===- FusionPlan.cpp - what each op of a block becomes ---------------------===//
//
// Sorts the ops of a block into item kinds, decides which values must exist in memory, and resolves the reads of the
// computing ones. FusionGroups.cpp forms the groups.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/Transforms/FusionPlan.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::transforms;

/// Splats and iotas of at most this many elements are constants where they are needed in memory; larger ones are filled
/// in.
static constexpr int64_t maxConstantElements = 64;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

static ItemKind kindOf(Operation &op) {
  if (op.getNumResults() != 1 || !isa<RankedTensorType>(op.getResult(0).getType()))
    return ItemKind::Standalone;
  if (auto constant = dyn_cast<ir::ConstantOp>(op))
    return isa<SplatElementsAttr>(constant.getValue()) ? ItemKind::Generator : ItemKind::Standalone;
  if (isa<ir::IotaOp>(op))
    return ItemKind::Generator;
  if (isView(&op))
    return ItemKind::View;
  if (isa<ir::PadOp, ir::ConcatenateOp, ir::DynamicUpdateSliceOp>(op))
    return ItemKind::Writer;
  if (ir::isElementwise(&op) || isa<ir::ReduceOp, ir::GatherOp>(op))
    return ItemKind::Compute;
  return ItemKind::Standalone;
}

ir::ReduceOp transforms::asReduction(Operation *op) {
  auto reduce = dyn_cast<ir::ReduceOp>(op);
  if (!reduce)
    return {};
  ArrayRef<int64_t> shape = shapeOf(reduce.getOperand());
  bool combines = llvm::any_of(reduce.getDims(), [&](int64_t dim) { return shape[dim] != 1; });
  return combines ? reduce : ir::ReduceOp();
}

Item *FusionPlan::definingItem(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != &block)
    return nullptr;
  return &items[itemOf.lookup(op)];
}

bool FusionPlan::isGenerated(const Access &access) const {
  if (auto constant = access.root.getDefiningOp<ir::ConstantOp>())
    return isa<SplatElementsAttr>(constant.getValue());
  return access.symbols.empty() && access.root.getDefiningOp<ir::IotaOp>();
}

SmallVector<Value, 2> FusionPlan::wholeOperands(const Item &item) const {
  SmallVector<Value, 2> result;
  switch (item.kind) {
  case ItemKind::View:
  case ItemKind::Generator:
    break;
  case ItemKind::Compute:
    if (item.table) {
      result.push_back(item.table->root);
      for (auto [offset, limit] : item.table->symbols)
        result.push_back(offset);
    }
    break;
  case ItemKind::Writer:
    if (auto update = dyn_cast<ir::DynamicUpdateSliceOp>(item.op)) {
      result.push_back(update.getOperand());
      result.append(update.getStarts().begin(), update.getStarts().end());
    }
    break;
  case ItemKind::Alias:
    result.push_back(item.op->getOperand(0));
    break;
  case ItemKind::Standalone:
    for (Value operand : item.op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        result.push_back(operand);
    break;
  }
  return result;
}

SmallVector<Value, 2> FusionPlan::memoryOperands(const Item &item, const Group *group) {
  SmallVector<Value, 2> result = wholeOperands(item);
  for (const Access &access : item.accesses) {
    for (auto [offset, limit] : access.symbols)
      result.push_back(offset);
    Item *root = definingItem(access.root);
    if (root && !isGenerated(access) && !(group && group->find(indexOf(*root))))
      result.push_back(access.root);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Kinds
//===----------------------------------------------------------------------===//

LogicalResult FusionPlan::classify() {
  for (Operation &op : block) {
    for (Value result : op.getResults())
      if (auto type = dyn_cast<RankedTensorType>(result.getType()); type && !type.hasStaticShape())
        return op.emitOpError() << "expects static shapes where kernels are formed, got " << type;
    itemOf[&op] = items.size();
    Item &item = items.emplace_back();
    item.op = &op;
    item.kind = kindOf(op);
  }
  for (Item &item : items) {
    for (Value operand : wholeOperands(item))
      requireTensor(operand);
    for (Value captured : capturedValues(item))
      requireTensor(captured);
    if (auto slice = dyn_cast<ir::DynamicSliceOp>(item.op))
      for (Value start : slice.getStarts())
        requireTensor(start);
  }
  return success();
}

/// Values that regions of control flow take from this block.
SmallVector<Value, 4> FusionPlan::capturedValues(const Item &item) {
  SmallVector<Value, 4> result;
  if (item.op->getNumRegions() == 0 || item.op->hasTrait<OpTrait::IsIsolatedFromAbove>())
    return result;
  for (Region &region : item.op->getRegions())
    region.walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (definingItem(operand))
          result.push_back(operand);
    });
  return result;
}

/// Makes `value` exist in memory: views become copies (a reshape an alias), generated values fills.
void FusionPlan::requireTensor(Value value) {
  Item *item = definingItem(value);
  if (!item || !isa<RankedTensorType>(value.getType()))
    return;
  item->materialized = true;
  switch (item->kind) {
  case ItemKind::View:
    if (isa<ir::ReshapeOp>(item->op)) {
      item->kind = ItemKind::Alias;
      return requireTensor(item->op->getOperand(0));
    }
    item->kind = ItemKind::Compute;
    break;
  case ItemKind::Generator:
    item->kind = product(shapeOf(value)) <= maxConstantElements ? ItemKind::Standalone : ItemKind::Compute;
    break;
  default:
    return;
  }
  unresolved.push_back(item - items.data());
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

Access FusionPlan::resolve(Value value, ArrayRef<int64_t> iterationShape) {
  Access access = Access::of(value, iterationShape);
  while (Item *item = definingItem(access.root)) {
    if (!isView(item->op))
      break;
    if (!access.throughView()) {
      requireTensor(access.root);
      break;
    }
  }
  if (access.root.getDefiningOp<ir::IotaOp>() && !isGenerated(access))
    requireTensor(access.root);
  return access;
}

/// The table of a gather behind the views that it is seen through. The row is known at run time only, so its dimension
/// must not be split; nor may it vanish, as it does where the views start from a scalar, which has no index to check.
Access FusionPlan::resolveTable(Value table) {
  ArrayRef<int64_t> shape = shapeOf(table);
  Access access = Access::of(table, shape);
  while (Item *item = definingItem(access.root)) {
    Access inner = access;
    if (!isView(item->op) || !inner.throughView() || inner.factors != access.factors || shapeOf(inner.root).empty())
      break;
    access = std::move(inner);
  }
  requireTensor(access.root);
  return access;
}

void FusionPlan::resolveWriter(Item &item) {
  auto addPiece = [&](Value piece) { item.accesses.push_back(resolve(piece, shapeOf(piece))); };
  if (auto pad = dyn_cast<ir::PadOp>(item.op)) {
    // The value is read, without an index, by a fill of the whole result.
    Access fill = resolve(pad.getValue(), {});
    fill.factors = withoutUnits(shapeOf(item.op->getResult(0)));
    item.accesses.push_back(fill);
    addPiece(pad.getOperand());
  } else if (auto update = dyn_cast<ir::DynamicUpdateSliceOp>(item.op)) {
    addPiece(update.getUpdate());
  } else {
    for (Value operand : item.op->getOperands())
      addPiece(operand);
  }
}

void FusionPlan::resolveAccesses(unsigned index) {
  // `items` does not grow here, so the reference stays.
  Item &item = items[index];
  if (!item.accesses.empty())
    return;
  if (item.kind == ItemKind::Writer)
    return resolveWriter(item);
  if (item.kind != ItemKind::Compute)
    return;
  Operation *op = item.op;
  Value iterated = op->getResult(0);
  if (auto reduce = dyn_cast<ir::ReduceOp>(op))
    iterated = reduce.getOperand();
  ArrayRef<int64_t> shape = shapeOf(iterated);
  item.shape = withoutUnits(shape);
  if (isView(op) || isa<ir::ConstantOp, ir::IotaOp>(op))
    item.accesses.push_back(resolve(op->getResult(0), shape));
  else if (auto gather = dyn_cast<ir::GatherOp>(op)) {
    item.accesses.push_back(resolve(gather.getIndices(), shape));
    item.table = resolveTable(gather.getOperand());
  } else
    for (Value operand : op->getOperands())
      item.accesses.push_back(resolve(operand, shape));
}

LogicalResult FusionPlan::compute() {
  if (failed(classify()))
    return failure();
  for (unsigned i = 0; i < items.size(); ++i)
    resolveAccesses(i);
  // A read that no linear form expresses makes the reshape in its way an alias, and what that reshapes a tensor.
  while (!unresolved.empty())
    resolveAccesses(unresolved.pop_back_val());
  group();
  schedule();
  return success();
}
