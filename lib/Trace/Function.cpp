//===- Function.cpp - outlining what is called or differentiated ----------===//

#include "cotan-compiler/Trace/Function.h"
#include "RecordSupport.h"
#include <unordered_set>

namespace cotan::tracing {

//===----------------------------------------------------------------------===//
// Ownership
//===----------------------------------------------------------------------===//

void releaseSink(GradientSink *sink) {
  if (--sink->references == 0)
    sink->destroy(sink);
}

static void unreference(const std::vector<Node *> &nodes) {
  for (size_t i = nodes.size(); i-- > 0;)
    if (--nodes[i]->references == 0)
      destroy(nodes[i]);
}

void releaseFunction(Function *function) {
  if (--function->references)
    return;
  unreference(function->nodes);
  unreference(function->parameters);
  if (function->otherwise)
    releaseFunction(function->otherwise);
  delete function;
}

static void reference(const std::vector<Node *> &nodes) {
  for (Node *node : nodes)
    ++node->references;
}

//===----------------------------------------------------------------------===//
// Walks
//===----------------------------------------------------------------------===//

namespace {

/// The nodes that `roots` need, operands before users, without recursion; `enter(node)` says whether to look at a node at all,
/// `descend(node)` whether its operands are looked at.
template <typename Enter, typename Descend>
std::vector<Node *> postOrder(const std::vector<Node *> &roots, uint32_t epoch, Enter enter, Descend descend) {
  std::vector<Node *> order;
  std::vector<std::pair<Node *, uint32_t>> stack;
  auto push = [&](Node *node) {
    if (node->mark == epoch || !enter(node))
      return;
    node->mark = epoch;
    stack.push_back({node, descend(node) ? 0 : node->operandCount});
  };
  for (Node *root : roots) {
    push(root);
    while (!stack.empty()) {
      auto &[node, next] = stack.back();
      if (next < node->operandCount) {
        push(node->operand(next++));
      } else {
        node->position = uint32_t(order.size());
        order.push_back(node);
        stack.pop_back();
      }
    }
  }
  return order;
}

/// Numbers parameters and body nodes and hashes the structure.
class Outliner {
public:
  explicit Outliner(Function &function) : function(function), epoch(nextEpoch(Context::get())) {}

  bool known(Node *node) const { return node->mark == epoch; }
  void addParameter(Node *node) {
    if (known(node))
      return;
    number(node, 2 * uint32_t(function.parameters.size()) + 1);
    function.parameters.push_back(node);
    mix(mixHash(uint64_t(node->dtype), node->shape->hash));
  }
  void addBody(Node *node) {
    for (uint32_t i = 0; i < node->operandCount; ++i)
      addParameter(node->operand(i));
    mix(node->localHash);
    for (uint32_t i = 0; i < node->operandCount; ++i)
      mix(node->operand(i)->position);
    if (node->buffer) {
      function.saved.push_back(node);
      mix(0x5a);
    }
    number(node, 2 * uint32_t(function.nodes.size()));
    function.nodes.push_back(node);
  }
  void addReference(Node *node) { mix(node->position); }
  void separate(uint64_t label) { mix(label); }
  void finish() {
    function.hash[0] = low;
    function.hash[1] = high;
    reference(function.nodes);
    reference(function.parameters);
  }

private:
  void number(Node *node, uint32_t position) {
    node->mark = epoch;
    node->position = position;
  }
  void mix(uint64_t value) {
    low = mixHash(low, value);
    high = mixHash(high + 0x632be59bd9b4e019ull, value * 0x9fb21c651e98df25ull);
  }

  Function &function;
  uint32_t epoch;
  uint64_t low = 0x243f6a8885a308d3ull, high = 0x13198a2e03707344ull;
};

constexpr const char *backwardTwice =
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). "
    "Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if "
    "you need to backward through the graph a second time or if you need to access saved tensors after calling backward.";

/// A Vjp or Call node over its function; the operands are referenced here.
Node *makeFunctionNode(OpKind kind, Function *function, const std::vector<Node *> &operands) {
  Node *node = makeNode(kind, kFloat, scalarShape(), nullptr, uint32_t(operands.size()));
  node->function = function;
  node->localHash = mixHash(mixHash(node->localHash, function->hash[0]), function->hash[1]);
  for (uint32_t i = 0; i < operands.size(); ++i) {
    ++operands[i]->references;
    node->operands()[i] = operands[i];
  }
  return node;
}

Value resultOf(const Value &call, int64_t index, ScalarType type, const IntList *shape, bool requiresGrad) {
  Value result = node1(OpKind::Result, type, shape, intern({index}), call);
  result->requiresGrad = requiresGrad;
  return result;
}

} // namespace

//===----------------------------------------------------------------------===//
// Differentiation
//===----------------------------------------------------------------------===//

namespace {

class VjpRecorder {
public:
  explicit VjpRecorder(const GradientRequest &request) : request(request) {}

  std::vector<std::pair<Node *, Value>> record() {
    collect();
    outline();
    Value vjp = makeVjp();
    if (!request.retainGraph)
      for (Node *node : function->nodes)
        node->freed = true;
    std::vector<std::pair<Node *, Value>> results;
    for (size_t i = 0; i < function->wrt.size(); ++i) {
      Node *node = function->wrt[i];
      results.push_back({node, resultOf(vjp, int64_t(i), node->dtype, node->shape, request.createGraph)});
    }
    return results;
  }

private:
  static bool hasSink(Node *node) {
    return !node->refersToFunction() && node->kind != OpKind::Scalar && node->sink;
  }

  static bool isLeaf(Node *node) { return node->kind == OpKind::Variable || node->kind == OpKind::Parameter; }

  /// All differentiable nodes under the roots, and which of them lead to a node that is asked for.
  void collect() {
    uint32_t epoch = nextEpoch(Context::get());
    order = postOrder(
        request.roots, epoch, [](Node *node) { return node->requiresGrad; }, [](Node *node) { return node->kind != OpKind::Variable; });
    needed.assign(order.size(), 0);
    wanted.assign(order.size(), 0);
    std::unordered_set<const GradientSink *> leaves(request.leaves.begin(), request.leaves.end());
    for (size_t i = 0; i < order.size(); ++i)
      wanted[i] = hasSink(order[i]) && (request.allSinks || (isLeaf(order[i]) && leaves.count(order[i]->sink)));
    for (Node *node : request.wrt)
      if (node->mark == epoch)
        wanted[node->position] = 1;
    for (size_t i = 0; i < order.size(); ++i) {
      Node *node = order[i];
      uint8_t inner = 0;
      if (node->kind != OpKind::Variable)
        for (uint32_t k = 0; k < node->operandCount; ++k)
          if (node->operand(k)->mark == epoch && node->operand(k)->requiresGrad)
            inner |= needed[node->operand(k)->position];
      if (node->freed && node->op && node->op->savesTensors && (inner || node->operandCount == 0))
        throw Error(backwardTwice, here());
      needed[i] = uint8_t(inner ? 2 : wanted[i]);
    }
  }

  void outline() {
    function = new Function;
    Outliner outliner(*function);
    for (size_t i = 0; i < order.size(); ++i) {
      if (needed[i] == 2)
        outliner.addBody(order[i]);
      else if (needed[i] == 1)
        outliner.addParameter(order[i]);
      if (wanted[i])
        function->wrt.push_back(order[i]);
    }
    outliner.separate(function->nodes.size());
    for (Node *root : request.roots) {
      outliner.addParameter(root);
      outliner.addReference(root);
      function->results.push_back(root);
    }
    outliner.separate(function->parameters.size());
    for (Node *node : function->wrt)
      outliner.addReference(node);
    outliner.finish();
  }

  Value makeVjp() {
    std::vector<Node *> operands = function->parameters;
    operands.insert(operands.end(), function->saved.begin(), function->saved.end());
    for (const Value &cotangent : request.cotangents)
      operands.push_back(cotangent.get());
    Value vjp = finish(makeFunctionNode(OpKind::Vjp, function, operands));
    vjp->requiresGrad = request.createGraph;
    for (Node *root : request.roots)
      mergeSegments(vjp.get(), root);
    return vjp;
  }

  const GradientRequest &request;
  std::vector<Node *> order;
  std::vector<uint8_t> needed, wanted; ///< needed: 1 asked for itself, 2 through an operand
  Function *function = nullptr;
};

} // namespace

std::vector<std::pair<Node *, Value>> recordVjp(const GradientRequest &request) { return VjpRecorder(request).record(); }

//===----------------------------------------------------------------------===//
// Traced functions
//===----------------------------------------------------------------------===//

Function *outlineTrace(std::vector<Value> parameters, const std::vector<Value> &results) {
  std::vector<Node *> roots;
  for (const Value &result : results)
    roots.push_back(result.get());
  uint32_t epoch = nextEpoch(Context::get());
  std::vector<Node *> order = postOrder(
      roots, epoch, [](Node *node) { return node->state != NodeState::Available; }, [](Node *) { return true; });
  auto *function = new Function;
  Outliner outliner(*function);
  for (const Value &node : parameters)
    outliner.addParameter(node.get());
  for (Node *node : order) {
    outliner.addBody(node);
    if (node->segment)
      leaveSegment(node);
    node->state = NodeState::Discarded;
  }
  for (Node *root : roots) {
    outliner.addParameter(root); // a leaf returned as it is
    outliner.addReference(root);
    function->results.push_back(root);
  }
  outliner.finish();
  return function;
}

static void addArguments(std::vector<Node *> &operands, const Function &function, const std::vector<Value> &arguments) {
  for (const Value &argument : arguments)
    operands.push_back(argument.get());
  for (size_t i = arguments.size(); i < function.parameters.size(); ++i)
    operands.push_back(function.parameters[i]); // leaves of the traced function
}

std::vector<Value> recordCall(Function *function, const std::vector<Value> &arguments) {
  std::vector<Node *> operands;
  addArguments(operands, *function, arguments);
  bool gradient = false;
  for (Node *operand : operands)
    gradient |= operand->requiresGrad;
  ++function->references;
  Value call = finish(makeFunctionNode(OpKind::Call, function, operands));
  call->requiresGrad = gradient && threadState().gradEnabled;
  std::vector<Value> results;
  for (size_t i = 0; i < function->results.size(); ++i) {
    Node *node = function->results[i];
    results.push_back(resultOf(call, int64_t(i), node->dtype, node->shape, call->requiresGrad && node->requiresGrad));
  }
  return results;
}

std::vector<Value> recordCond(const Value &condition, Function *then, const std::vector<Value> &thenArguments, Function *otherwise,
                              const std::vector<Value> &otherwiseArguments) {
  std::vector<Node *> operands{condition.get()};
  addArguments(operands, *then, thenArguments);
  addArguments(operands, *otherwise, otherwiseArguments);
  bool gradient = false;
  for (Node *operand : operands)
    gradient |= operand->requiresGrad;
  ++then->references;
  then->otherwise = otherwise;
  Node *node = makeFunctionNode(OpKind::Cond, then, operands);
  node->localHash = mixHash(mixHash(node->localHash, otherwise->hash[0]), otherwise->hash[1]);
  Value cond = finish(node);
  cond->requiresGrad = gradient && threadState().gradEnabled;
  std::vector<Value> results;
  for (size_t i = 0; i < then->results.size(); ++i) {
    Node *result = then->results[i];
    bool differentiable = result->requiresGrad || otherwise->results[i]->requiresGrad;
    results.push_back(resultOf(cond, int64_t(i), result->dtype, result->shape, cond->requiresGrad && differentiable));
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

Value leaf(ScalarType type, const IntList *shape, Buffer *buffer) {
  Node *node = makeNode(OpKind::Leaf, type, shape, nullptr, 0);
  node->buffer = buffer;
  return Value::adopt(node);
}

Value parameter(ScalarType type, const IntList *shape, int64_t position) {
  return Value::adopt(makeNode(OpKind::Parameter, type, shape, intern({position}), 0));
}

Value variable(const Value &value, GradientSink *sink) {
  Node *node = makeNode(OpKind::Variable, value.dtype(), value->shape, nullptr, 1);
  setOperand(node, 0, value);
  if (value->buffer) { // the same memory, so nothing is to be computed
    node->buffer = value->buffer;
    ++node->buffer->references;
  } else if (value->state != NodeState::Available || value->kind == OpKind::Parameter) {
    ++node->references; // the Value that finish returns gives one up
    finish(node);
  }
  node->requiresGrad = true;
  node->sink = sink;
  ++sink->references;
  return Value::adopt(node);
}

} // namespace cotan::tracing
