//===- Residuals.cpp - primal values that an adjoint region needs ------------===//

#include "Residuals.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::autodiff;

/// Whether the op may be computed once more in the adjoint: it moves or computes single elements.
static bool isCheap(Operation *op) {
  if (op->getNumRegions() != 0 || !isMemoryEffectFree(op))
    return false;
  return ir::isElementwise(op) ||
         isa<ir::ConstantOp, ir::IotaOp, ir::BroadcastOp, ir::ReshapeOp, ir::TransposeOp, ir::SliceOp, ir::PadOp,
             ir::ConcatenateOp, ir::ReverseOp, ir::DynamicSliceOp, ir::EmptyOp>(op) ||
         isa<arith::ArithDialect, tensor::TensorDialect>(op->getDialect());
}

static int64_t bytesOf(ArrayRef<Value> values) {
  int64_t bytes = 0;
  for (Value value : values) {
    auto type = cast<RankedTensorType>(value.getType());
    bytes += type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
  }
  return bytes;
}

Residuals::Residuals(Block &primal, Region &adjoint, Value inductionVariable)
    : primal(primal), adjoint(adjoint), inductionVariable(inductionVariable) {
  collectUses();
  chooseStored();
}

// Values deeper inside have been provided for by the adjoints of the ops around them.
bool Residuals::isInside(Value value) const { return value.getParentBlock() == &primal; }

void Residuals::collectUses() {
  adjoint.walk([&](Operation *op) {
    for (Value operand : op->getOperands())
      if (isInside(operand))
        used.insert(operand);
  });
}

void Residuals::addLeaves(Value value, Values &leaves, DenseSet<Value> &visited) {
  if (!isInside(value) || !visited.insert(value).second)
    return;
  if (value == inductionVariable) {
    usesInductionVariable = true;
    return;
  }
  Operation *op = value.getDefiningOp();
  if (op && isCheap(op)) {
    for (Value operand : op->getOperands())
      addLeaves(operand, leaves, visited);
  } else if (isa<RankedTensorType>(value.getType())) {
    leaves.insert(value);
  } else if (!stuck) {
    stuck = value;
  }
}

void Residuals::chooseStored() {
  Values direct, leaves;
  DenseSet<Value> visited;
  for (Value value : used) {
    Values own;
    DenseSet<Value> ownVisited;
    addLeaves(value, own, ownVisited);
    if (own.empty()) // recomputed from what is visible
      continue;
    if (isa<RankedTensorType>(value.getType()))
      direct.insert(value);
    else
      direct.insert_range(own);
    addLeaves(value, leaves, visited);
  }
  toStore = bytesOf(leaves.getArrayRef()) < bytesOf(direct.getArrayRef()) ? std::move(leaves) : std::move(direct);
}

Value Residuals::recompute(OpBuilder &builder, Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  if (!isInside(value))
    return value;
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    if (isInside(operand))
      recompute(builder, operand);
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

void Residuals::materialise(OpBuilder &builder) {
  for (Value value : used) {
    Value replacement = recompute(builder, value);
    value.replaceUsesWithIf(replacement,
                            [&](OpOperand &use) { return adjoint.isAncestor(use.getOwner()->getParentRegion()); });
  }
}
