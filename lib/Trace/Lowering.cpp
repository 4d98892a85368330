//===- Lowering.cpp - a trace as a module of the cotan dialect ------------===//

#include "Lowering.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Trace/Function.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"
#include <cstring>

using namespace mlir;

namespace cotan::tracing {
namespace {

/// Builds functions of one module.
class TraceLowering {
public:
  explicit TraceLowering(MLIRContext &context)
      : builder(&context), unknown(UnknownLoc::get(&context)), module(ModuleOp::create(unknown)) {}

  OwningOpRef<ModuleOp> lower(const Walk &walk) {
    buildFunction(traceFunctionName, walk.inputs, {}, walk.nodes, walk.outputs, {}, false);
    return std::move(module);
  }

private:
  using Values = llvm::DenseMap<const Node *, mlir::Value>;

  //===--- Types and locations --------------------------------------------===//

  Type elementType(ScalarType type) {
    switch (type) {
    case ScalarType::Float:
      return builder.getF32Type();
    case ScalarType::Double:
      return builder.getF64Type();
    case ScalarType::Int:
      return builder.getI32Type();
    case ScalarType::Long:
      return builder.getI64Type();
    default:
      return builder.getI1Type();
    }
  }
  RankedTensorType typeOf(const Node *node) {
    return RankedTensorType::get(ArrayRef<int64_t>(node->shape->values, node->shape->count), elementType(node->dtype));
  }
  Location locationOf(const Node *node) {
    if (!node->where.line())
      return unknown;
    return FileLineColLoc::get(builder.getStringAttr(node->where.file_name()), node->where.line(), node->where.column());
  }

  //===--- Functions --------------------------------------------------------===//

  /// A function over `parameters`, then the values of `saved` nodes, then a zero for each of `taps`: body nodes at which a
  /// cotangent is wanted. The zero is added to the node, and the cotangent of the zero is that of the node.
  func::FuncOp buildFunction(StringRef name, ArrayRef<Node *> parameters, ArrayRef<Node *> saved, ArrayRef<Node *> nodes,
                             ArrayRef<Node *> results, ArrayRef<Node *> taps, bool isPrivate) {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Type> arguments, resultTypes;
    for (ArrayRef<Node *> list : {parameters, saved, taps})
      for (Node *node : list)
        arguments.push_back(typeOf(node));
    for (Node *node : results)
      resultTypes.push_back(typeOf(node));
    builder.setInsertionPointToEnd(module->getBody());
    auto function = func::FuncOp::create(builder, unknown, name, builder.getFunctionType(arguments, resultTypes));
    if (isPrivate)
      function.setPrivate();
    Block *entry = function.addEntryBlock();
    builder.setInsertionPointToStart(entry);

    Values values;
    unsigned next = 0;
    for (Node *node : parameters)
      values[node] = entry->getArgument(next++);
    llvm::DenseMap<const Node *, mlir::Value> known, zeros;
    for (Node *node : saved)
      known[node] = entry->getArgument(next++);
    for (Node *node : taps)
      zeros[node] = entry->getArgument(next++);
    for (Node *node : nodes) {
      buildNode(node, values);
      if (mlir::Value value = known.lookup(node))
        values[node] = ir::SavedOp::create(builder, locationOf(node), value.getType(), values[node], value);
      if (mlir::Value zero = zeros.lookup(node)) {
        mlir::Value moved = ir::AddOp::create(builder, locationOf(node), zero.getType(), values[node], zero);
        values[node] = ir::SavedOp::create(builder, locationOf(node), zero.getType(), moved, values[node]);
      }
    }
    SmallVector<mlir::Value> returned;
    for (Node *node : results)
      returned.push_back(values.lookup(node));
    func::ReturnOp::create(builder, unknown, returned);
    return function;
  }

  //===--- Nodes ------------------------------------------------------------===//

  mlir::Value broadcast(Location location, mlir::Value value, ArrayRef<int64_t> shape) {
    auto type = llvm::cast<RankedTensorType>(value.getType());
    if (type.getShape() == shape)
      return value;
    SmallVector<int64_t> dims;
    for (int64_t i = 0; i < type.getRank(); ++i)
      dims.push_back(int64_t(shape.size()) - type.getRank() + i);
    return ir::BroadcastOp::create(builder, location, RankedTensorType::get(shape, type.getElementType()), value,
                                   builder.getDenseI64ArrayAttr(dims));
  }

  /// The operands, each broadcast to the node's shape.
  SmallVector<mlir::Value> broadcastOperands(const Node *node, const Values &values) {
    SmallVector<mlir::Value> operands;
    for (uint32_t i = 0; i < node->operandCount; ++i)
      operands.push_back(broadcast(locationOf(node), values.lookup(node->operand(i)), {node->shape->values, node->shape->count}));
    return operands;
  }

  template <typename Op> mlir::Value elementwise(const Node *node, const Values &values, ArrayRef<NamedAttribute> attributes = {}) {
    return build<Op>(node, broadcastOperands(node, values), attributes);
  }
  template <typename Op> mlir::Value build(const Node *node, ValueRange operands, ArrayRef<NamedAttribute> attributes = {}) {
    return Op::create(builder, locationOf(node), TypeRange{typeOf(node)}, operands, attributes)->getResult(0);
  }
  NamedAttribute list(StringRef name, ArrayRef<int64_t> values) { return builder.getNamedAttr(name, builder.getDenseI64ArrayAttr(values)); }
  NamedAttribute number(StringRef name, int64_t value) { return builder.getNamedAttr(name, builder.getI64IntegerAttr(value)); }

  TypedAttr constantValue(const Node *node) {
    uint64_t bits = uint64_t((*node->attributes)[0]);
    auto type = typeOf(node);
    if (node->dtype == kFloat)
      return DenseElementsAttr::get(type, llvm::APFloat(llvm::bit_cast<float>(uint32_t(bits))));
    if (node->dtype == kDouble)
      return DenseElementsAttr::get(type, llvm::APFloat(llvm::bit_cast<double>(bits)));
    unsigned width = node->dtype == kInt ? 32 : node->dtype == kLong ? 64 : 1;
    return DenseElementsAttr::get(type, llvm::APInt(width, bits, false, true));
  }

  void buildNode(const Node *node, Values &values) {
    if (node->kind == OpKind::Vjp)
      return buildVjp(node, values);
    if (node->kind == OpKind::Call)
      return buildCall(node, values);
    if (node->kind == OpKind::Cond)
      return buildCond(node, values);
    SmallVector<mlir::Value> operands;
    if (node->kind != OpKind::Result)
      for (uint32_t i = 0; i < node->operandCount; ++i)
        operands.push_back(values.lookup(node->operand(i)));
    values[node] = buildPrimitive(node, operands, values);
  }

  mlir::Value buildPrimitive(const Node *node, ArrayRef<mlir::Value> operands, const Values &values) {
    auto attribute = [&](size_t i) { return (*node->attributes)[i]; };
    auto attributes = [&](size_t begin, size_t count) { return ArrayRef<int64_t>(node->attributes->values + begin, count); };
    size_t rank = operands.empty() ? 0 : size_t(llvm::cast<RankedTensorType>(operands[0].getType()).getRank());
    switch (node->kind) {
#define UNARY(KIND, OP)                                                                                                              \
  case OpKind::KIND:                                                                                                                 \
    return elementwise<ir::OP>(node, values);
#define BINARY(KIND, OP)                                                                                                             \
  case OpKind::KIND:                                                                                                                 \
    return elementwise<ir::OP>(node, values);
#include "cotan-compiler/Trace/OpKinds.def"
    case OpKind::Compare: {
      auto predicate = ir::ComparisonAttr::get(builder.getContext(), ir::Comparison(attribute(0)));
      return elementwise<ir::CompareOp>(node, values, builder.getNamedAttr("predicate", predicate));
    }
    case OpKind::Select:
      return elementwise<ir::SelectOp>(node, values);
    case OpKind::Cast:
      return build<ir::CastOp>(node, operands);
    case OpKind::Constant:
      return ir::ConstantOp::create(builder, locationOf(node), constantValue(node));
    case OpKind::Iota:
      return build<ir::IotaOp>(node, {}, number("dim", attribute(0)));
    case OpKind::Broadcast:
      return broadcast(locationOf(node), operands[0], typeOf(node).getShape());
    case OpKind::Reshape:
      return build<ir::ReshapeOp>(node, operands);
    case OpKind::Transpose:
      return build<ir::TransposeOp>(node, operands, list("permutation", attributes(0, rank)));
    case OpKind::Slice:
      return build<ir::SliceOp>(node, operands,
                                {list("starts", attributes(0, rank)), list("limits", attributes(rank, rank)),
                                 list("strides", attributes(2 * rank, rank))});
    case OpKind::Pad:
      return build<ir::PadOp>(node, operands,
                              {list("low", attributes(0, rank)), list("high", attributes(rank, rank)),
                               list("interior", attributes(2 * rank, rank))});
    case OpKind::Concatenate:
      return build<ir::ConcatenateOp>(node, operands, number("dim", attribute(0)));
    case OpKind::Reverse:
      return build<ir::ReverseOp>(node, operands, list("dims", attributes(0, node->attributes->count)));
    case OpKind::DynamicSlice:
      return build<ir::DynamicSliceOp>(node, operands);
    case OpKind::DynamicUpdateSlice:
      return build<ir::DynamicUpdateSliceOp>(node, operands);
    case OpKind::Gather:
      return build<ir::GatherOp>(node, operands);
    case OpKind::ScatterAdd:
      return build<ir::ScatterAddOp>(node, operands);
    case OpKind::Reduce: {
      auto kind = ir::ReductionKindAttr::get(builder.getContext(), ir::ReductionKind(attribute(0)));
      return build<ir::ReduceOp>(node, operands,
                                 {builder.getNamedAttr("kind", kind), list("dims", attributes(1, node->attributes->count - 1))});
    }
    case OpKind::Argmax:
      return build<ir::ArgmaxOp>(node, operands, number("dim", attribute(0)));
    case OpKind::Argmin:
      return build<ir::ArgminOp>(node, operands, number("dim", attribute(0)));
    case OpKind::DotGeneral: {
      size_t batch = size_t(attribute(0)), contract = size_t(attribute(1));
      return build<ir::DotGeneralOp>(node, operands,
                                     {list("lhs_batch", attributes(2, batch)), list("rhs_batch", attributes(2 + batch, batch)),
                                      list("lhs_contract", attributes(2 + 2 * batch, contract)),
                                      list("rhs_contract", attributes(2 + 2 * batch + contract, contract))});
    }
    case OpKind::StopGradient:
      return build<ir::StopGradientOp>(node, operands);
    case OpKind::Saved:
      return build<ir::SavedOp>(node, operands);
    case OpKind::Variable:
      return operands[0];
    case OpKind::Result:
      return functionResults.lookup(node->operand(0))[size_t(attribute(0))];
    default:
      llvm_unreachable("leaves are inputs");
    }
  }

  //===--- Calls and derivatives --------------------------------------------===//

  void buildVjp(const Node *node, Values &values) {
    const tracing::Function &function = *node->function;
    SmallVector<Node *> taps;
    SmallVector<int64_t> wrt;
    size_t fixed = function.parameters.size() + function.saved.size();
    for (Node *target : function.wrt) {
      auto parameter = llvm::find(function.parameters, target);
      if (parameter != function.parameters.end()) {
        wrt.push_back(parameter - function.parameters.begin());
      } else {
        wrt.push_back(int64_t(fixed + taps.size()));
        taps.push_back(target);
      }
    }
    std::string name = "vjp" + std::to_string(functionCount++);
    auto callee = buildFunction(name, function.parameters, function.saved, function.nodes, function.results, taps, true);

    SmallVector<mlir::Value> inputs, cotangents;
    for (size_t i = 0; i < fixed; ++i)
      inputs.push_back(values.lookup(node->operand(unsigned(i))));
    for (Node *tap : taps) {
      auto type = typeOf(tap);
      inputs.push_back(ir::ConstantOp::create(builder, locationOf(node), llvm::cast<TypedAttr>(builder.getZeroAttr(type))));
    }
    for (size_t i = fixed; i < node->operandCount; ++i)
      cotangents.push_back(values.lookup(node->operand(unsigned(i))));
    SmallVector<int64_t> of(function.results.size());
    for (size_t i = 0; i < of.size(); ++i)
      of[i] = int64_t(i);
    SmallVector<Type> types(callee.getResultTypes());
    for (Node *target : function.wrt)
      types.push_back(typeOf(target));
    auto op = ir::VjpOp::create(builder, locationOf(node), types, name, inputs, cotangents, of, wrt);
    auto cotangentResults = op->getResults().drop_front(of.size());
    functionResults[node].assign(cotangentResults.begin(), cotangentResults.end());
  }

  func::FuncOp calleeOf(const tracing::Function &function) {
    auto [entry, inserted] = callees.try_emplace(&function, nullptr);
    if (inserted) {
      auto callee = buildFunction("jit" + std::to_string(functionCount++), function.parameters, {}, function.nodes, function.results, {}, true);
      callees[&function] = callee;
    }
    return callees[&function];
  }

  /// A call with the node's operands from `first` on.
  func::CallOp callWith(const tracing::Function &function, const Node *node, size_t first, const Values &values) {
    func::FuncOp callee = calleeOf(function);
    SmallVector<mlir::Value> inputs;
    for (size_t i = 0; i < function.parameters.size(); ++i)
      inputs.push_back(values.lookup(node->operand(unsigned(first + i))));
    return func::CallOp::create(builder, locationOf(node), callee, inputs);
  }

  void buildCall(const Node *node, Values &values) {
    auto op = callWith(*node->function, node, 0, values);
    functionResults[node].assign(op->result_begin(), op->result_end());
  }

  void buildCond(const Node *node, Values &values) {
    const tracing::Function &then = *node->function, &otherwise = *then.otherwise;
    Location location = locationOf(node);
    mlir::Value condition = tensor::ExtractOp::create(builder, location, values.lookup(node->operand(0)), ValueRange());
    SmallVector<Type> types(calleeOf(then).getResultTypes());
    auto op = scf::IfOp::create(builder, location, types, condition, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(op.thenBlock());
    scf::YieldOp::create(builder, location, callWith(then, node, 1, values)->getResults());
    builder.setInsertionPointToStart(op.elseBlock());
    scf::YieldOp::create(builder, location, callWith(otherwise, node, 1 + then.parameters.size(), values)->getResults());
    functionResults[node].assign(op->result_begin(), op->result_end());
  }

  OpBuilder builder;
  Location unknown;
  OwningOpRef<ModuleOp> module;
  unsigned functionCount = 0;
  llvm::DenseMap<const Node *, SmallVector<mlir::Value>> functionResults;
  llvm::DenseMap<const Function *, func::FuncOp> callees;
};

} // namespace

OwningOpRef<ModuleOp> lowerTrace(const Walk &walk, MLIRContext &context) { return TraceLowering(context).lower(walk); }

} // namespace cotan::tracing
