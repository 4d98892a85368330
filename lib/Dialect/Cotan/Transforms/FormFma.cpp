//===- FormFma.cpp - cotan-form-fma -----------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace cotan;

namespace cotan::transforms {
#define GEN_PASS_DEF_FORMFMAPASS
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"
} // namespace cotan::transforms

/// The multiplication that computes `value` for its one use in `block`.
static ir::MulOp soleMul(Value value, Block *block) {
  auto mul = value.getDefiningOp<ir::MulOp>();
  return mul && mul->hasOneUse() && mul->getBlock() == block ? mul : ir::MulOp();
}

/// add or sub -> fma; null if there is nothing to contract. Of two multiplications the first operand's is taken.
static Value contract(Operation *op, OpBuilder &builder) {
  if (!isa<ir::AddOp, ir::SubOp>(op) || !isa<FloatType>(getElementTypeOrSelf(op->getResult(0).getType())))
    return {};
  Location loc = op->getLoc();
  auto negated = [&](Value value) { return ir::NegOp::create(builder, loc, value).getResult(); };
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  bool isSub = isa<ir::SubOp>(op);
  if (ir::MulOp mul = soleMul(lhs, op->getBlock())) {
    Value addend = isSub ? negated(rhs) : rhs;
    return ir::FmaOp::create(builder, loc, mul.getLhs(), mul.getRhs(), addend);
  }
  if (ir::MulOp mul = soleMul(rhs, op->getBlock())) {
    Value factor = isSub ? negated(mul.getLhs()) : mul.getLhs();
    return ir::FmaOp::create(builder, loc, factor, mul.getRhs(), lhs);
  }
  return {};
}

void transforms::formFma(func::FuncOp function) {
  function.walk([](Operation *op) {
    OpBuilder builder(op);
    Value fma = contract(op, builder);
    if (!fma)
      return;
    SmallVector<Operation *, 2> muls;
    for (Value operand : op->getOperands())
      if (ir::MulOp mul = soleMul(operand, op->getBlock()))
        muls.push_back(mul);
    op->getResult(0).replaceAllUsesWith(fma);
    op->erase();
    for (Operation *mul : muls)
      if (mul->use_empty())
        mul->erase();
  });
}

namespace {
struct FormFma : transforms::impl::FormFmaPassBase<FormFma> {
  void runOnOperation() override { transforms::formFma(getOperation()); }
};
} // namespace
