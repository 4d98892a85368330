//===- Contractions.cpp - rewriting dot_general -----------------------------===//

#include "Contractions.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/IndexSpace.h"

using namespace mlir;
using namespace cotan;
using cotan::transforms::product;

namespace {

/// Matrix products of at most so many multiplications a batch are computed as mul and reduce.
constexpr int64_t maxFusedMultiplications = 512;

using Dims = SmallVector<int64_t, 4>;

/// One operand: where its batch, free and contracted dimensions are.
struct Side {
  Value tensor;
  Dims batch, free, contract;

  ArrayRef<int64_t> shape() const { return cast<RankedTensorType>(tensor.getType()).getShape(); }
  Dims extents(ArrayRef<int64_t> dims) const {
    Dims result;
    for (int64_t dim : dims)
      result.push_back(shape()[dim]);
    return result;
  }
  int64_t size(ArrayRef<int64_t> dims) const { return product(extents(dims)); }
};

/// The operand with the transposes that feed it folded into its dimension numbers.
Side makeSide(Value tensor, ArrayRef<int64_t> batch, ArrayRef<int64_t> contract) {
  Side side{tensor, Dims(batch), {}, Dims(contract)};
  for (int64_t d = 0, rank = side.shape().size(); d < rank; ++d)
    if (!llvm::is_contained(batch, d) && !llvm::is_contained(contract, d))
      side.free.push_back(d);
  while (auto transpose = side.tensor.getDefiningOp<ir::TransposeOp>()) {
    for (Dims *dims : {&side.batch, &side.free, &side.contract})
      for (int64_t &dim : *dims)
        dim = transpose.getPermutation()[dim];
    side.tensor = transpose.getOperand();
  }
  return side;
}

class Contraction {
public:
  Contraction(ir::DotGeneralOp dot, OpBuilder &builder)
      : dot(dot), builder(builder), lhs(makeSide(dot.getLhs(), dot.getLhsBatch(), dot.getLhsContract())),
        rhs(makeSide(dot.getRhs(), dot.getRhsBatch(), dot.getRhsContract())) {}

  Value rewrite();

private:
  bool isMatrixProduct();
  bool isCanonical();
  Value buildProductAndSum();
  Value buildMatrixProduct();
  Value broadcast(const Side &side, ArrayRef<int64_t> domain, ArrayRef<int64_t> position);
  Value groupDims(const Side &side, bool freeFirst, bool &contractLast);
  Value reshape(Value value, ArrayRef<int64_t> shape);
  Value transpose(Value value, ArrayRef<int64_t> permutation);
  Type elementType() { return dot.getType().getElementType(); }

  ir::DotGeneralOp dot;
  OpBuilder &builder;
  Side lhs, rhs;
};

Value Contraction::reshape(Value value, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, elementType());
  return value.getType() == type ? value : ir::ReshapeOp::create(builder, dot.getLoc(), type, value);
}

Value Contraction::transpose(Value value, ArrayRef<int64_t> permutation) {
  if (llvm::is_sorted(permutation))
    return value;
  Dims shape;
  for (int64_t dim : permutation)
    shape.push_back(cast<RankedTensorType>(value.getType()).getDimSize(dim));
  return ir::TransposeOp::create(builder, dot.getLoc(), RankedTensorType::get(shape, elementType()), value,
                                 permutation);
}

bool Contraction::isMatrixProduct() {
  int64_t m = lhs.size(lhs.free), n = rhs.size(rhs.free), k = lhs.size(lhs.contract);
  return isa<FloatType>(elementType()) && m > 1 && n > 1 && k > 1 && m * n * k > maxFusedMultiplications;
}

bool Contraction::isCanonical() {
  auto isSimple = [](const Side &side, Value original) {
    return side.tensor == original && side.batch.size() <= 1 && side.free.size() == 1 && side.contract.size() == 1 &&
           (side.batch.empty() || side.batch[0] == 0);
  };
  return isSimple(lhs, dot.getLhs()) && isSimple(rhs, dot.getRhs());
}

/// The side over the whole domain: its dimension d lies at position[d] there.
Value Contraction::broadcast(const Side &side, ArrayRef<int64_t> domain, ArrayRef<int64_t> position) {
  // broadcast wants increasing dimensions.
  Dims order(llvm::to_vector(llvm::seq<int64_t>(0, position.size())));
  llvm::sort(order, [&](int64_t a, int64_t b) { return position[a] < position[b]; });
  Value tensor = transpose(side.tensor, order);
  Dims dims;
  for (int64_t dim : order)
    dims.push_back(position[dim]);
  auto type = RankedTensorType::get(domain, elementType());
  return tensor.getType() == type ? tensor : ir::BroadcastOp::create(builder, dot.getLoc(), type, tensor, dims);
}

/// Multiplies over all dimensions at once and sums the contracted ones up. The domain has the dimensions of one operand
/// in its own order, so that this is read as it lies in memory, and the free ones of the other put in between:
/// - one free dimension missing: the operand that has more
/// - else: batch, left free, then right free and contracted dimensions as they lie in the right operand
Value Contraction::buildProductAndSum() {
  bool lhsLeads = rhs.size(rhs.free) == 1;
  const Side &leader = lhsLeads ? lhs : rhs, &other = lhsLeads ? rhs : lhs;
  int64_t leaderRank = leader.shape().size(), rank = leaderRank + other.free.size();
  // The domain: leader's batch dimensions that lie in front, the other's free ones, the rest of the leader.
  int64_t front = 0;
  while (front < leaderRank && llvm::is_contained(leader.batch, front))
    ++front;
  Dims leaderPosition, otherPosition(other.shape().size()), domain(rank), reduced;
  for (int64_t d = 0; d < leaderRank; ++d) {
    leaderPosition.push_back(d < front ? d : d + static_cast<int64_t>(other.free.size()));
    domain[leaderPosition[d]] = leader.shape()[d];
  }
  for (auto [i, dim] : llvm::enumerate(other.free)) {
    otherPosition[dim] = front + i;
    domain[front + i] = other.shape()[dim];
  }
  for (auto [a, b] : llvm::zip_equal(leader.batch, other.batch))
    otherPosition[b] = leaderPosition[a];
  for (auto [a, b] : llvm::zip_equal(leader.contract, other.contract)) {
    otherPosition[b] = leaderPosition[a];
    reduced.push_back(leaderPosition[a]);
  }
  llvm::sort(reduced);
  Value leading = broadcast(leader, domain, leaderPosition), following = broadcast(other, domain, otherPosition);
  Value value =
      ir::MulOp::create(builder, dot.getLoc(), lhsLeads ? leading : following, lhsLeads ? following : leading);
  if (!reduced.empty())
    value = ir::ReduceOp::create(builder, dot.getLoc(), ir::ReductionKind::Sum, value, reduced);

  // The sum's dimensions are those of the domain that are left; the result wants batch, left free, right free.
  auto positionAfterSum = [&](int64_t position) {
    return position - llvm::count_if(reduced, [&](int64_t r) { return r < position; });
  };
  const Dims &lhsPosition = lhsLeads ? leaderPosition : otherPosition,
             &rhsPosition = lhsLeads ? otherPosition : leaderPosition;
  Dims permutation;
  for (int64_t dim : lhs.batch)
    permutation.push_back(positionAfterSum(lhsPosition[dim]));
  for (int64_t dim : lhs.free)
    permutation.push_back(positionAfterSum(lhsPosition[dim]));
  for (int64_t dim : rhs.free)
    permutation.push_back(positionAfterSum(rhsPosition[dim]));
  return transpose(value, permutation);
}

/// The side as [batch, free, contract] or [batch, contract, free], each group one dimension (the batch none if there is
/// none): a reshape when the groups lie together in the right order, else a transpose first.
Value Contraction::groupDims(const Side &side, bool freeFirst, bool &contractLast) {
  auto order = [&](bool contractIsLast) {
    Dims dims = side.batch;
    dims.append(contractIsLast ? side.free : side.contract);
    dims.append(contractIsLast ? side.contract : side.free);
    return dims;
  };
  auto isInPlace = [&](ArrayRef<int64_t> dims) {
    int64_t last = -1;
    for (int64_t dim : dims) {
      if (side.shape()[dim] == 1)
        continue;
      if (dim < last)
        return false;
      last = dim;
    }
    return true;
  };
  contractLast = isInPlace(order(true)) || (!isInPlace(order(false)) && freeFirst);
  Dims dims = order(contractLast), shape;
  if (int64_t batches = side.size(side.batch); batches != 1)
    shape.push_back(batches);
  shape.push_back(side.size(contractLast ? side.free : side.contract));
  shape.push_back(side.size(contractLast ? side.contract : side.free));
  return reshape(isInPlace(dims) ? side.tensor : transpose(side.tensor, dims), shape);
}

Value Contraction::buildMatrixProduct() {
  // Contracted dimensions may come in any order that both sides share: the left one's own.
  Dims pairs(llvm::to_vector(llvm::seq<int64_t>(0, lhs.contract.size())));
  llvm::sort(pairs, [&](int64_t a, int64_t b) { return lhs.contract[a] < lhs.contract[b]; });
  Dims lhsContract = lhs.contract, rhsContract = rhs.contract;
  for (auto [i, pair] : llvm::enumerate(pairs)) {
    lhs.contract[i] = lhsContract[pair];
    rhs.contract[i] = rhsContract[pair];
  }
  bool lhsContractLast, rhsContractLast;
  Value a = groupDims(lhs, /*freeFirst=*/true, lhsContractLast);
  Value b = groupDims(rhs, /*freeFirst=*/false, rhsContractLast);
  Dims batch, shape;
  if (int64_t batches = lhs.size(lhs.batch); batches != 1) {
    batch.push_back(0);
    shape.push_back(batches);
  }
  int64_t first = batch.size();
  shape.push_back(lhs.size(lhs.free));
  shape.push_back(rhs.size(rhs.free));
  Value result =
      ir::DotGeneralOp::create(builder, dot.getLoc(), RankedTensorType::get(shape, elementType()), a, b, batch, batch,
                               ArrayRef<int64_t>{first + lhsContractLast}, ArrayRef<int64_t>{first + rhsContractLast});
  return reshape(result, dot.getType().getShape());
}

Value Contraction::rewrite() {
  if (!dot.getType().hasStaticShape() || dot.getType().getNumElements() == 0 || lhs.size(lhs.contract) == 0) {
    if (!dot.getType().hasStaticShape())
      return {};
    auto zero = cast<TypedAttr>(builder.getZeroAttr(dot.getType()));
    return ir::ConstantOp::create(builder, dot.getLoc(), zero);
  }
  if (!isMatrixProduct())
    return buildProductAndSum();
  return isCanonical() ? Value() : buildMatrixProduct();
}

} // namespace

Value transforms::decomposeDotGeneral(ir::DotGeneralOp dot, OpBuilder &builder) {
  return Contraction(dot, builder).rewrite();
}
