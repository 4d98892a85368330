//===- ReverseMode.cpp - the adjoint of a range of ops -----------------------===//

#include "ReverseMode.h"
#include "Errors.h"
#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::autodiff;

static bool isZero(Value value) {
  DenseElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) && elements.isSplat() &&
         isa<FloatType>(elements.getElementType()) && elements.getSplatValue<APFloat>().isPosZero();
}

/// `sum + term`. A term that is a window or rows of an otherwise zero tensor is added in its place, so that the cost is
/// that of the window and not of the tensor.
static Value accumulate(OpBuilder &builder, Value sum, Value term) {
  Operation *op = term.getDefiningOp();
  ir::DerivativeBuilder d(builder, term.getLoc());
  if (auto scatter = dyn_cast_or_null<ir::ScatterAddOp>(op); scatter && isZero(scatter.getOperand()))
    return d.create<ir::ScatterAddOp>(sum, scatter.getIndices(), scatter.getUpdates());
  if (auto update = dyn_cast_or_null<ir::DynamicUpdateSliceOp>(op); update && isZero(update.getOperand())) {
    Value window = d.create<ir::DynamicSliceOp>(update.getUpdate().getType(), sum, update.getStarts());
    return d.create<ir::DynamicUpdateSliceOp>(sum, d.add(window, update.getUpdate()), update.getStarts());
  }
  return d.add(sum, term);
}

void ReverseMode::addCotangent(Value primal, Value cotangent) {
  assert(primal.getType() == cotangent.getType() && "a cotangent has its value's type");
  Value &sum = cotangents[primal];
  sum = sum ? accumulate(builder, sum, cotangent) : cotangent;
}

Value ReverseMode::takeCotangent(Value primal) {
  auto found = cotangents.find(primal);
  if (found == cotangents.end())
    return {};
  Value cotangent = found->second;
  cotangents.erase(found);
  return cotangent;
}

Value ReverseMode::takeCotangentOrZero(Value primal) {
  Value cotangent = takeCotangent(primal);
  return cotangent ? cotangent : ir::DerivativeBuilder(builder, primal.getLoc()).zerosLike(primal);
}

void ReverseMode::eraseReplacedOps() {
  for (Operation *op : replaced)
    op->erase();
  replaced.clear();
}

LogicalResult ReverseMode::run(ArrayRef<Operation *> ops) {
  for (Operation *op : llvm::reverse(ops))
    if (failed(reverse(op)))
      return failure();
  return success();
}

LogicalResult ReverseMode::reverseBlock(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block.without_terminator())
    ops.push_back(&op);
  return run(ops);
}

LogicalResult ReverseMode::reverse(Operation *op) {
  if (llvm::none_of(op->getResults(), [&](Value result) { return cotangents.contains(result); }))
    return success();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return reverseFor(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return reverseIf(branch);
  if (isa<scf::WhileOp>(op)) {
    InFlightDiagnostic error =
        op->emitError()
        << "cannot differentiate 'scf.while' in reverse mode, the number of its iterations is not known";
    error.attachNote() << "use scf.for with constant bounds, or forward mode (cotan.jvp)";
    return error;
  }
  return reverseByRule(op);
}

LogicalResult ReverseMode::reverseByRule(Operation *op) {
  SmallVector<Value> resultCotangents, operandCotangents;
  for (Value result : op->getResults())
    resultCotangents.push_back(takeCotangent(result));
  SmallVector<bool> wanted;
  for (Value operand : op->getOperands())
    wanted.push_back(activity.isVaried(operand));
  if (!llvm::is_contained(wanted, true))
    return success();
  auto differentiable = dyn_cast<ir::DifferentiableOpInterface>(op);
  if (!differentiable || failed(differentiable.buildVjp(builder, resultCotangents, wanted, operandCotangents)))
    return emitMissingRule(op);
  for (auto [index, cotangent] : llvm::enumerate(operandCotangents))
    if (cotangent && wanted[index])
      addCotangent(op->getOperand(index), cotangent);
  return success();
}
