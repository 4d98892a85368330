//===- DecomposeOps.cpp - cotan-decompose-ops -------------------------------===//

#include "Contractions.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cotan;

namespace cotan::transforms {
#define GEN_PASS_DEF_DECOMPOSEOPSPASS
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"
} // namespace cotan::transforms

/// The first index along `dim` at which the operand has its extreme value, or a NaN if there is one.
static Value decomposeArgReduce(OpBuilder &builder, Operation *op, ir::ReductionKind kind, int64_t dim) {
  Location loc = op->getLoc();
  Value operand = op->getOperand(0);
  auto type = cast<RankedTensorType>(operand.getType());
  auto indexType = RankedTensorType::get(type.getShape(), builder.getI64Type());
  SmallVector<int64_t> kept;
  for (int64_t d = 0; d < type.getRank(); ++d)
    if (d != dim)
      kept.push_back(d);
  Value extreme = ir::ReduceOp::create(builder, loc, kind, operand, ArrayRef<int64_t>{dim});
  Value all = ir::BroadcastOp::create(builder, loc, type, extreme, kept);
  Value isExtreme = ir::CompareOp::create(builder, loc, ir::Comparison::Eq, operand, all);
  if (isa<FloatType>(type.getElementType())) {
    // With a NaN the extreme is NaN, and nothing equals it.
    Value isNaN = ir::CompareOp::create(builder, loc, ir::Comparison::Ne, operand, operand);
    isExtreme = ir::OrOp::create(builder, loc, isExtreme, isNaN);
  }
  Value index = ir::IotaOp::create(builder, loc, indexType, dim);
  auto beyond = SplatElementsAttr::get(indexType, builder.getI64IntegerAttr(type.getDimSize(dim)));
  Value none = ir::ConstantOp::create(builder, loc, cast<TypedAttr>(cast<Attribute>(beyond)));
  Value candidate = ir::SelectOp::create(builder, loc, isExtreme, index, none);
  return ir::ReduceOp::create(builder, loc, ir::ReductionKind::Min, candidate, ArrayRef<int64_t>{dim});
}

static Value decompose(Operation *op, OpBuilder &builder) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ir::ArgmaxOp o) { return decomposeArgReduce(builder, o, ir::ReductionKind::Max, o.getDim()); })
      .Case([&](ir::ArgminOp o) { return decomposeArgReduce(builder, o, ir::ReductionKind::Min, o.getDim()); })
      .Case([&](ir::DotGeneralOp o) { return transforms::decomposeDotGeneral(o, builder); })
      .Case([](ir::StopGradientOp o) { return o.getOperand(); })
      .Case([](ir::SavedOp o) { return o.getValue(); })
      .Default(Value());
}

void transforms::decomposeOps(func::FuncOp function) {
  function.walk([](Operation *op) {
    // Transposes that become part of a product's dimension numbers, and computations behind a saved value. Each once:
    // an op may have the same operand twice.
    llvm::SmallSetVector<Operation *, 4> producers;
    for (Value operand : op->getOperands())
      for (Operation *producer = operand.getDefiningOp(); producer && producers.insert(producer);)
        producer = isa<ir::TransposeOp>(producer) ? producer->getOperand(0).getDefiningOp() : nullptr;
    OpBuilder builder(op);
    Value replacement = decompose(op, builder);
    if (!replacement)
      return;
    op->getResult(0).replaceAllUsesWith(replacement);
    op->erase();
    for (Operation *producer : producers)
      if (isOpTriviallyDead(producer))
        producer->erase();
  });
}

namespace {
struct DecomposeOps : transforms::impl::DecomposeOpsPassBase<DecomposeOps> {
  void runOnOperation() override { transforms::decomposeOps(getOperation()); }
};
} // namespace
