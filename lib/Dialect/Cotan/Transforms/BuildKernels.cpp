//===- BuildKernels.cpp - the fusion plan as cotan.kernel ops ---------------===//

#include "KernelBuilder.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/FusionPlan.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::transforms;

namespace {

ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

/// Extents, reduced ones marked with an r.
std::string formatDomain(const Domain &domain) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (auto [d, extent] : llvm::enumerate(domain.extents))
    stream << (d ? "x" : "") << extent << (domain.reduction[d] ? "r" : "");
  return text;
}

/// Writes a plan down, node by node.
class PlanBuilder {
public:
  PlanBuilder(FusionPlan &plan, FusionReport *report)
      : plan(plan), report(report), builder(plan.getBlock().getTerminator()) {}

  void run();

private:
  void markOutputs();
  void buildGroup(int node);
  Value buildMember(KernelBuilder &kernel, const Member &member, const Group &group, ArrayRef<Value> computed);
  SmallVector<LinearIndex, 4> outputForms(const Member &member, const Group &group);
  void buildWriter(Item &item);
  Value buildPiece(Item &item, const Access &piece, ArrayRef<int64_t> shape, ArrayRef<LinearIndex> placed,
                   ArrayRef<std::pair<Value, int64_t>> symbols, Value dest);
  Value buildIotaConstant(ir::IotaOp iota);
  void addReport(const Group &group, const llvm::BitVector &isLive);
  llvm::BitVector liveMembers(int node);
  Value memory(Value value) const {
    Value mapped = inMemory.lookup(value);
    return mapped ? mapped : value;
  }

  FusionPlan &plan;
  FusionReport *report;
  OpBuilder builder;
  DenseMap<Value, Value> inMemory; ///< results of replaced ops
  llvm::BitVector isOutput;        ///< items whose result some other node reads
  SmallVector<unsigned> singles;   ///< by node: the item of a node that is no group
};

/// Members of a group that its outputs are computed from.
llvm::BitVector PlanBuilder::liveMembers(int node) {
  Group &group = plan.groups[node];
  llvm::BitVector live(group.members.size());
  for (unsigned m = group.members.size(); m-- > 0;) {
    unsigned index = group.members[m].item;
    Item &item = plan.items[index];
    if (isOutput.test(index) && plan.find(item.node) == node)
      live.set(m);
    if (!live.test(m))
      continue;
    for (const Access &access : item.accesses)
      if (Item *root = plan.definingItem(access.root))
        if (const Member *member = group.find(plan.indexOf(*root)))
          live.set(member - group.members.begin());
  }
  return live;
}

void PlanBuilder::markOutputs() {
  isOutput.resize(plan.items.size());
  singles.assign(plan.groups.size(), 0);
  for (auto [i, item] : llvm::enumerate(plan.items)) {
    if (item.materialized)
      isOutput.set(i);
    if (item.node >= 0 && item.kind != ItemKind::Compute)
      singles[item.node] = i;
  }
  auto mark = [&](ArrayRef<Value> values) {
    for (Value value : values)
      if (Item *item = plan.definingItem(value))
        isOutput.set(plan.indexOf(*item));
  };
  for (int node : llvm::reverse(plan.order)) {
    Group &group = plan.groups[node];
    if (group.members.empty()) {
      mark(plan.memoryOperands(plan.items[singles[node]]));
      continue;
    }
    llvm::BitVector live = liveMembers(node);
    for (unsigned m : live.set_bits())
      mark(plan.memoryOperands(plan.items[group.members[m].item], &group));
  }
}

Value PlanBuilder::buildMember(KernelBuilder &kernel, const Member &member, const Group &group,
                               ArrayRef<Value> computed) {
  Item &item = plan.items[member.item];
  Operation *op = item.op;
  Location loc = op->getLoc();
  bool iteratesRow = plan.iteratesRow(member);
  SmallVector<Value, 3> operands;
  for (const Access &access : item.accesses) {
    bool generated = plan.isGenerated(access);
    Item *root = generated ? nullptr : plan.definingItem(access.root);
    const Member *producer = root ? group.find(plan.indexOf(*root)) : nullptr;
    operands.push_back(producer ? computed[producer - group.members.begin()]
                                : kernel.read(loc, access, iteratesRow, generated));
  }
  if (ir::ReduceOp reduce = asReduction(op))
    return ir::KernelReduceOp::create(kernel.getBodyBuilder(), loc, reduce.getKind(), operands[0]);
  if (auto gather = dyn_cast<ir::GatherOp>(op)) {
    SmallVector<LinearIndex, 4> located = kernel.getDomain().locate(item.shape, iteratesRow);
    ArrayRef<int64_t> shape = shapeOf(gather.getOperand());
    size_t restSize = withoutUnits(shape.drop_front()).size();
    return kernel.load(loc, *item.table, shape[0], operands[0], ArrayRef<LinearIndex>(located).take_back(restSize));
  }
  if (!ir::isElementwise(op)) // the copy of a view, a reduction of one element
    return operands[0];
  IRMapping mapping;
  for (auto [operand, scalar] : llvm::zip_equal(op->getOperands(), operands))
    mapping.map(operand, scalar);
  Operation *scalarOp = kernel.getBodyBuilder().clone(*op, mapping);
  // An operand given twice may be read differently.
  scalarOp->setOperands(operands);
  scalarOp->getResult(0).setType(getElementTypeOrSelf(op->getResult(0).getType()));
  return scalarOp->getResult(0);
}

/// Where a member's result is written.
SmallVector<LinearIndex, 4> PlanBuilder::outputForms(const Member &member, const Group &group) {
  Item &item = plan.items[member.item];
  Value result = item.op->getResult(0);
  Access written = Access::of(result, shapeOf(result));
  SmallVector<LinearIndex, 4> located, forms;
  if (plan.copiesPermuted(item, group)) {
    // The result's dimensions as forms of the access's factors, and those as forms of the domain's dimensions.
    Domain domain = group.domain;
    domain.refinePermuted(item.accesses[0], located);
    for (LinearIndex &form : written.indices)
      form = form.substitute(Domain::parallel(item.accesses[0].factors).locate(written.factors, /*row=*/false));
  } else {
    located = group.domain.locate(written.factors, member.isRow);
  }
  for (const LinearIndex &form : written.indices)
    forms.push_back(form.substitute(located));
  return forms;
}

void PlanBuilder::buildGroup(int node) {
  Group &group = plan.groups[node];
  llvm::BitVector live = liveMembers(node);
  if (live.none())
    return;
  KernelBuilder kernel(builder, group.domain, inMemory);
  SmallVector<Value> computed(group.members.size()), outputs;
  for (unsigned m : live.set_bits()) {
    const Member &member = group.members[m];
    computed[m] = buildMember(kernel, member, group, computed);
    Item &item = plan.items[member.item];
    if (!isOutput.test(member.item) || plan.find(item.node) != node)
      continue;
    Value result = item.op->getResult(0);
    kernel.addOutput(computed[m], outputForms(member, group), {}, result.getType(), Value());
    outputs.push_back(result);
  }
  ir::KernelOp op = kernel.finish(outputs.back().getLoc());
  for (auto [old, result] : llvm::zip_equal(outputs, op.getResults()))
    inMemory[old] = result;
  if (report)
    addReport(group, live);
}

/// A kernel that writes one piece of a writer's result; gives the tensor with the piece in it.
Value PlanBuilder::buildPiece(Item &item, const Access &piece, ArrayRef<int64_t> shape, ArrayRef<LinearIndex> placed,
                              ArrayRef<std::pair<Value, int64_t>> symbols, Value dest) {
  Location loc = item.op->getLoc();
  Domain domain = Domain::parallel(piece.factors);
  domain.refine(withoutUnits(shape), /*row=*/false);
  KernelBuilder kernel(builder, domain, inMemory);
  Value value = kernel.read(loc, piece, /*iteratesRow=*/false, plan.isGenerated(piece));
  SmallVector<LinearIndex, 4> located = domain.locate(withoutUnits(shape), /*row=*/false), forms;
  for (const LinearIndex &form : placed)
    forms.push_back(form.substitute(located));
  kernel.addOutput(value, forms, symbols, item.op->getResult(0).getType(), dest);
  if (report)
    report->kernels.push_back({item.op->getName().stripDialect().str(), formatDomain(domain), ""});
  return kernel.finish(loc).getResult(0);
}

void PlanBuilder::buildWriter(Item &item) {
  Operation *op = item.op;
  Value result = op->getResult(0), tensor;
  using Symbols = SmallVector<std::pair<Value, int64_t>, 2>;
  auto write = [&](const Access &piece, Value source,
                   llvm::function_ref<void(unsigned, LinearIndex &, Symbols &)> place) {
    ArrayRef<int64_t> shape = shapeOf(source);
    if (product(shape) == 0)
      return;
    SmallVector<LinearIndex, 4> forms = Access::of(source, shape).indices;
    Symbols symbols;
    for (auto [d, form] : llvm::enumerate(forms))
      place(d, form, symbols);
    tensor = buildPiece(item, piece, shape, forms, symbols, tensor);
  };
  if (auto pad = dyn_cast<ir::PadOp>(op)) {
    if (product(shapeOf(result)) != 0)
      tensor =
          buildPiece(item, item.accesses[0], shapeOf(result), Access::of(result, shapeOf(result)).indices, {}, Value());
    write(item.accesses[1], pad.getOperand(), [&](unsigned d, LinearIndex &form, Symbols &) {
      LinearIndex inner;
      inner.add(form, pad.getInterior()[d] + 1);
      form = inner;
      form.constant += pad.getLow()[d];
    });
  } else if (auto update = dyn_cast<ir::DynamicUpdateSliceOp>(op)) {
    tensor = memory(update.getOperand());
    write(item.accesses[0], update.getUpdate(), [&](unsigned d, LinearIndex &form, Symbols &symbols) {
      int64_t limit = shapeOf(result)[d] - shapeOf(update.getUpdate())[d];
      if (limit == 0)
        return;
      form.symbols.push_back({static_cast<unsigned>(symbols.size()), 1});
      symbols.push_back({update.getStarts()[d], limit});
    });
  } else {
    auto concatenate = cast<ir::ConcatenateOp>(op);
    tensor = ir::EmptyOp::create(builder, op->getLoc(), result.getType());
    int64_t start = 0;
    for (auto [piece, source] : llvm::zip_equal(item.accesses, op->getOperands())) {
      write(piece, source,
            [&](unsigned d, LinearIndex &form, Symbols &) { form.constant += d == concatenate.getDim() ? start : 0; });
      start += shapeOf(source)[concatenate.getDim()];
    }
  }
  inMemory[result] = tensor ? tensor : ir::EmptyOp::create(builder, op->getLoc(), result.getType()).getResult();
}

void PlanBuilder::addReport(const Group &group, const llvm::BitVector &isLive) {
  FusionReport::Kernel kernel;
  llvm::raw_string_ostream ops(kernel.ops);
  StringRef separator;
  for (unsigned m : isLive.set_bits()) {
    const Item &item = plan.items[group.members[m].item];
    ops << separator << item.op->getName().stripDialect();
    separator = " ";
    if (item.cut && kernel.cut.empty())
      kernel.cut = (item.op->getName().stripDialect() + " needs of another kernel " + item.cut).str();
  }
  kernel.domain = formatDomain(group.domain);
  report->kernels.push_back(std::move(kernel));
}

/// A small iota as a constant.
Value PlanBuilder::buildIotaConstant(ir::IotaOp iota) {
  RankedTensorType type = iota.getType();
  int64_t inner = product(type.getShape().drop_front(iota.getDim() + 1)), extent = type.getDimSize(iota.getDim());
  SmallVector<Attribute> elements;
  for (int64_t i = 0, size = type.getNumElements(); i < size; ++i) {
    int64_t index = i / inner % extent;
    bool isFloat = isa<FloatType>(type.getElementType());
    elements.push_back(isFloat ? Attribute(FloatAttr::get(type.getElementType(), static_cast<double>(index)))
                               : Attribute(IntegerAttr::get(type.getElementType(), index)));
  }
  auto value = DenseElementsAttr::get(type, elements);
  return ir::ConstantOp::create(builder, iota.getLoc(), cast<TypedAttr>(cast<Attribute>(value)));
}

void PlanBuilder::run() {
  markOutputs();
  Operation *terminator = plan.getBlock().getTerminator();
  for (int node : plan.order) {
    if (!plan.groups[node].members.empty()) {
      buildGroup(node);
      continue;
    }
    Item &item = plan.items[singles[node]];
    if (item.kind == ItemKind::Writer) {
      buildWriter(item);
    } else if (item.kind == ItemKind::Alias) {
      Value result = item.op->getResult(0);
      inMemory[result] =
          ir::ReshapeOp::create(builder, item.op->getLoc(), result.getType(), memory(item.op->getOperand(0)));
    } else if (auto iota = dyn_cast<ir::IotaOp>(item.op)) {
      inMemory[iota.getResult()] = buildIotaConstant(iota);
    } else if (item.op != terminator) {
      item.op->moveBefore(terminator);
    }
  }
  for (auto [old, replacement] : inMemory)
    old.replaceAllUsesWith(replacement);
  for (Item &item : llvm::reverse(plan.items)) {
    bool isSource = isa<ir::ConstantOp, ir::IotaOp, ir::EmptyOp>(item.op);
    if (item.kind == ItemKind::Standalone ? isSource && item.op->use_empty() : true)
      item.op->erase();
  }
}

} // namespace

void transforms::buildKernels(FusionPlan &plan, FusionReport *report) { PlanBuilder(plan, report).run(); }

std::string FusionReport::str() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (auto [i, kernel] : llvm::enumerate(kernels)) {
    stream << "k" << i << ": [" << kernel.domain << "] " << kernel.ops;
    if (!kernel.cut.empty())
      stream << "; apart: " << kernel.cut;
    stream << "\n";
  }
  return text;
}
