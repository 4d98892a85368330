//===- KernelFacts.cpp - what a launch does, for profiles -----------------===//
//
// Bytes are compulsory traffic: each element that the launch must read, and each that it must write, once, however often the loops
// come by. Work is what the values need: an op counts once for each point of the dimensions that its operands vary along, so one on
// row values counts once a row.
//
//===----------------------------------------------------------------------===//

#include "KernelFacts.h"
#include "ScalarOps.h"
#include "llvm/ADT/SmallBitVector.h"
#include <numeric>

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// Different values of a linear expression over the domain: exact for one dimension, else the lesser of two bounds.
static double countValues(const LinearExpr &linear, llvm::ArrayRef<int64_t> extents) {
  double points = 1, span = 0;
  int64_t divisor = 0;
  for (auto [coefficient, extent] : llvm::zip_equal(linear.dims, extents)) {
    if (coefficient == 0)
      continue;
    points *= double(extent);
    span += double(std::abs(coefficient)) * double(extent - 1);
    divisor = std::gcd(divisor, coefficient);
  }
  return divisor ? std::min(points, span / double(divisor) + 1) : 1;
}

/// Elements of a tensor that a map reaches.
static double countImage(AffineMap map, llvm::ArrayRef<int64_t> extents, RankedTensorType type) {
  if (llvm::is_contained(extents, 0))
    return 0;
  double image = 1, points = 1;
  llvm::SmallBitVector used(extents.size());
  for (AffineExpr result : map.getResults()) {
    LinearExpr linear;
    if (!getLinearExpr(result, extents.size(), map.getNumSymbols(), linear))
      return double(type.getNumElements());
    image *= countValues(linear, extents);
    for (auto [dim, coefficient] : llvm::enumerate(linear.dims))
      if (coefficient != 0)
        used.set(dim);
  }
  for (unsigned dim : used.set_bits())
    points *= double(extents[dim]);
  return std::min({image, points, double(type.getNumElements())});
}

namespace {

/// Sums the elements read of each tensor, whatever views they are read through, up to all that it has.
class Reads {
public:
  void add(Value tensor, Attribute how, double elements) {
    if (!seen.insert({tensor, how}).second)
      return;
    while (auto reshape = tensor.getDefiningOp<ir::ReshapeOp>())
      tensor = reshape.getOperand();
    counts[tensor] += elements;
  }
  void addAll(Value tensor) {
    counts[tensor] += double(cast<RankedTensorType>(tensor.getType()).getNumElements());
  }
  double getBytes() const {
    double bytes = 0;
    for (auto [tensor, elements] : counts) {
      auto type = cast<RankedTensorType>(tensor.getType());
      bytes += std::min(elements, double(type.getNumElements())) * double(getElementBytes(type.getElementType()));
    }
    return bytes;
  }

private:
  llvm::DenseSet<std::pair<Value, Attribute>> seen;
  llvm::MapVector<Value, double> counts;
};

//===----------------------------------------------------------------------===//
// A kernel
//===----------------------------------------------------------------------===//

class KernelCounter {
public:
  KernelCounter(ir::KernelOp op, const BufferPlan &plan) : op(op), plan(plan), extents(op.getExtents()) {}

  void count(runtime::KernelFacts &facts) {
    Block &body = op.getBodyBlock();
    for (auto [argument, map] : llvm::zip(body.getArguments(), op.getInputMaps().getAsValueRange<AffineMapAttr>())) {
      llvm::SmallBitVector dims(extents.size());
      for (AffineExpr result : map.getResults())
        result.walk([&](AffineExpr part) {
          if (auto dim = dyn_cast<AffineDimExpr>(part))
            dims.set(dim.getPosition());
        });
      varies[argument] = dims;
    }
    for (Operation &nested : body.without_terminator())
      countOp(nested, facts);
    facts.bytes = getReadBytes() + getWrittenBytes();
  }

private:
  double getPoints(const llvm::SmallBitVector &dims) const {
    double points = 1;
    for (unsigned dim : dims.set_bits())
      points *= double(extents[dim]);
    return points;
  }

  void countOp(Operation &nested, runtime::KernelFacts &facts) {
    llvm::SmallBitVector dims(extents.size());
    for (Value operand : nested.getOperands())
      if (auto known = varies.find(operand); known != varies.end())
        dims |= known->second;
    if (auto index = dyn_cast<ir::KernelIndexOp>(nested))
      dims.set(index.getDim());
    if (isa<ir::KernelReduceOp>(nested))
      for (int64_t dim : op.getReductionDims())
        dims.set(dim);
    double points = getPoints(dims);
    if (auto load = dyn_cast<ir::KernelLoadOp>(nested)) {
      unsigned table = cast<BlockArgument>(load.getTable()).getArgNumber() - op.getInputs().size();
      loads[op.getTables()[table]] += points;
    }
    if (isa<ir::KernelReduceOp>(nested))
      for (int64_t dim : op.getReductionDims())
        dims.reset(dim);
    for (Value result : nested.getResults())
      varies[result] = dims;
    if (nested.getNumResults() != 1 || !isa<FloatType>(nested.getResult(0).getType()))
      return;
    if (isTranscendental(&nested))
      facts.transcendentals += points;
    else if (isa<ir::FmaOp, ir::RsqrtOp>(nested))
      facts.flops += 2 * points;
    else if (isa<ir::AddOp, ir::SubOp, ir::MulOp, ir::DivOp, ir::RemOp, ir::MaxOp, ir::MinOp, ir::SqrtOp, ir::KernelReduceOp>(nested))
      facts.flops += points;
  }

  double getReadBytes() {
    Reads reads;
    for (auto [tensor, map] : llvm::zip_equal(op.getInputs(), op.getInputMaps().getAsRange<AffineMapAttr>()))
      reads.add(tensor, map, countImage(map.getValue(), extents, cast<RankedTensorType>(tensor.getType())));
    for (auto [table, elements] : loads)
      reads.add(table, {}, elements);
    for (Value offset : op.getOffsets())
      reads.addAll(offset);
    for (OpResult result : op.getResults())
      if (isCopied(result))
        reads.addAll(op.getDests()[op.getDestOf(result.getResultNumber())]);
    return reads.getBytes();
  }

  double getWrittenBytes() {
    double bytes = 0;
    for (auto [result, map] : llvm::zip_equal(op.getResults(), op.getOutputMaps().getAsValueRange<AffineMapAttr>())) {
      auto type = cast<RankedTensorType>(result.getType());
      double elements = isCopied(cast<OpResult>(result)) ? double(type.getNumElements()) : countImage(map, extents, type);
      bytes += elements * double(getElementBytes(type.getElementType()));
    }
    return bytes;
  }

  /// Whether the result starts as a copy of its destination, which is elsewhere.
  bool isCopied(OpResult result) {
    int64_t index = op.getDestOf(result.getResultNumber());
    if (index < 0)
      return false;
    Value dest = op.getDests()[index];
    return !plan.shareBuffer(dest, result) && !dest.getDefiningOp<ir::EmptyOp>();
  }

  ir::KernelOp op;
  const BufferPlan &plan;
  llvm::ArrayRef<int64_t> extents;
  llvm::DenseMap<Value, llvm::SmallBitVector> varies; ///< the dimensions that a value of the body varies along
  llvm::MapVector<Value, double> loads;               ///< of each table
};

} // namespace

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string getOperationName(Operation &op) {
  if (auto reduce = dyn_cast<ir::KernelReduceOp>(op))
    return ("reduce_" + ir::stringifyReductionKind(reduce.getKind())).str();
  if (isa<ir::KernelLoadOp>(op))
    return "gather";
  if (isa<ir::KernelIndexOp>(op))
    return "iota";
  return op.getName().stripDialect().str();
}

/// The ops of a body in the order in which they first occur, each with its count.
static std::string describeBody(Block &body) {
  llvm::SmallVector<std::pair<std::string, unsigned>> counts;
  for (Operation &op : body.without_terminator()) {
    if (isa<ir::ConstantOp, ir::StopGradientOp, ir::SavedOp>(op))
      continue;
    std::string name = getOperationName(op);
    auto known = llvm::find_if(counts, [&](const auto &entry) { return entry.first == name; });
    if (known == counts.end())
      counts.emplace_back(std::move(name), 1);
    else
      ++known->second;
  }
  std::string text;
  for (auto &[name, count] : counts)
    text += (text.empty() ? "" : ", ") + name + (count > 1 ? " x" + std::to_string(count) : "");
  return text.empty() ? "copy" : text;
}

static std::string describeShape(llvm::ArrayRef<int64_t> extents) {
  std::string text;
  for (int64_t extent : extents)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text.empty() ? "1" : text;
}

/// The op's own file and line, or the last that ops of its body have.
static std::string describeLocation(Operation *op) {
  std::string text;
  auto take = [&](Operation *from) {
    if (auto file = from->getLoc()->findInstanceOf<FileLineColLoc>(); file && file.getLine())
      text = file.getFilename().str() + ":" + std::to_string(file.getLine());
    return !text.empty();
  };
  if (take(op))
    return text;
  for (Region &region : op->getRegions())
    for (Operation &nested : llvm::reverse(region.front()))
      if (take(&nested))
        return text;
  return text;
}

//===----------------------------------------------------------------------===//
// Products and scatters
//===----------------------------------------------------------------------===//

static void describeProduct(ir::DotGeneralOp op, runtime::KernelFacts &facts) {
  auto lhs = cast<RankedTensorType>(op.getLhs().getType()), rhs = cast<RankedTensorType>(op.getRhs().getType());
  auto extentOf = [](RankedTensorType type, llvm::ArrayRef<int64_t> dims) {
    int64_t extent = 1;
    for (int64_t dim : dims)
      extent *= type.getDimSize(dim);
    return extent;
  };
  auto freeExtent = [](RankedTensorType type, llvm::ArrayRef<int64_t> batch, llvm::ArrayRef<int64_t> contract) {
    int64_t extent = 1;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (!llvm::is_contained(batch, dim) && !llvm::is_contained(contract, dim))
        extent *= type.getDimSize(dim);
    return extent;
  };
  int64_t batch = extentOf(lhs, op.getLhsBatch()), k = extentOf(lhs, op.getLhsContract());
  int64_t m = freeExtent(lhs, op.getLhsBatch(), op.getLhsContract()), n = freeExtent(rhs, op.getRhsBatch(), op.getRhsContract());
  facts.operations = "dot_general";
  if (batch != 1)
    facts.shape = "batch=" + std::to_string(batch) + " ";
  facts.shape += "m=" + std::to_string(m) + " n=" + std::to_string(n) + " k=" + std::to_string(k);
  facts.flops = 2.0 * double(batch) * double(m) * double(n) * double(k);
  Reads reads;
  reads.add(op.getLhs(), {}, double(lhs.getNumElements()));
  reads.add(op.getRhs(), {}, double(rhs.getNumElements()));
  facts.bytes = reads.getBytes() + double(getTensorBytes(op.getType()));
}

static void describeScatter(ir::ScatterAddOp op, const BufferPlan &plan, runtime::KernelFacts &facts) {
  auto type = cast<RankedTensorType>(op.getUpdates().getType());
  facts.operations = "scatter_add";
  facts.shape = describeShape(type.getShape());
  if (isa<FloatType>(type.getElementType()))
    facts.flops = double(type.getNumElements());
  double updates = double(getTensorBytes(type)), whole = double(getTensorBytes(op.getType()));
  bool inPlace = plan.shareBuffer(op.getResult(), op.getOperand());
  facts.bytes = double(getTensorBytes(op.getIndices().getType())) + updates + 2 * (inPlace ? std::min(updates, whole) : whole);
}

runtime::KernelFacts codegen::describeLaunch(Operation *op, const BufferPlan &plan) {
  runtime::KernelFacts facts;
  facts.location = describeLocation(op);
  if (auto product = dyn_cast<ir::DotGeneralOp>(op)) {
    describeProduct(product, facts);
  } else if (auto scatter = dyn_cast<ir::ScatterAddOp>(op)) {
    describeScatter(scatter, plan, facts);
  } else {
    auto kernel = cast<ir::KernelOp>(op);
    facts.operations = describeBody(kernel.getBodyBlock());
    facts.shape = describeShape(kernel.getExtents());
    KernelCounter(kernel, plan).count(facts);
  }
  return facts;
}
