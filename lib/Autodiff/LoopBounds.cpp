//===- LoopBounds.cpp - iteration counts and numbers of scf.for --------------===//

#include "LoopBounds.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::autodiff;

/// The value of an integer known at compile time, also through the casts and extracts that stand between tensors and
/// bounds.
static std::optional<int64_t> constantInteger(Value value) {
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return number.getSExtValue();
  if (auto cast = value.getDefiningOp<arith::IndexCastOp>())
    return constantInteger(cast.getIn());
  DenseIntElementsAttr elements;
  if (auto extract = value.getDefiningOp<tensor::ExtractOp>())
    if (matchPattern(extract.getTensor(), m_Constant(&elements)) && elements.isSplat())
      return elements.getSplatValue<APInt>().getSExtValue();
  return std::nullopt;
}

std::optional<int64_t> autodiff::constantTripCount(scf::ForOp loop) {
  std::optional<int64_t> lower = constantInteger(loop.getLowerBound()), upper = constantInteger(loop.getUpperBound()),
                         step = constantInteger(loop.getStep());
  if (!lower || !upper || !step || *step <= 0 || loop.getUnsignedCmp())
    return std::nullopt;
  if (*upper <= *lower)
    return 0;
  // The difference of two far ends is a number without a sign.
  uint64_t count = (uint64_t(*upper) - uint64_t(*lower) - 1) / uint64_t(*step) + 1;
  return count > uint64_t(INT64_MAX) ? std::nullopt : std::optional<int64_t>(int64_t(count));
}

llvm::LogicalResult autodiff::checkBounds(scf::ForOp loop) {
  if (!loop.getUnsignedCmp())
    return success();
  return loop.emitError() << "cannot differentiate an 'scf.for' that compares its bounds without signs; leave out 'unsigned'";
}

Value autodiff::buildIterationNumber(OpBuilder &builder, scf::ForOp loop, Value inductionVariable) {
  Location loc = loop.getLoc();
  Value number = inductionVariable;
  if (constantInteger(loop.getLowerBound()) != 0)
    number = arith::SubIOp::create(builder, loc, number, loop.getLowerBound());
  if (constantInteger(loop.getStep()) != 1)
    number = arith::DivSIOp::create(builder, loc, number, loop.getStep());
  IntegerType i64 = builder.getI64Type();
  if (number.getType().isIndex())
    number = arith::IndexCastOp::create(builder, loc, i64, number);
  else if (number.getType() != i64)
    number = arith::ExtSIOp::create(builder, loc, i64, number);
  return tensor::FromElementsOp::create(builder, loc, RankedTensorType::get({}, i64), number);
}

Value autodiff::buildReversedInductionVariable(OpBuilder &builder, scf::ForOp loop, Value inductionVariable) {
  Location loc = loop.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(inductionVariable.getType(), value));
  };
  Value lower = loop.getLowerBound(), upper = loop.getUpperBound(), step = loop.getStep();
  Value last;
  if (std::optional<int64_t> tripCount = constantTripCount(loop)) {
    int64_t start = *constantInteger(lower);
    Value ends = constant(2 * start + (*tripCount - 1) * *constantInteger(step));
    return arith::SubIOp::create(builder, loc, ends, inductionVariable);
  }
  // last = lower + ((upper - 1 - lower) / step) * step
  Value span = arith::SubIOp::create(builder, loc, arith::SubIOp::create(builder, loc, upper, constant(1)), lower);
  Value steps = arith::DivSIOp::create(builder, loc, span, step);
  last = arith::AddIOp::create(builder, loc, lower, arith::MulIOp::create(builder, loc, steps, step));
  return arith::SubIOp::create(builder, loc, arith::AddIOp::create(builder, loc, lower, last), inductionVariable);
}
