//===- Evaluate.cpp - from pending nodes to values ------------------------===//

#include "cotan-compiler/Trace/Evaluate.h"
#include "Programs.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "cotan-compiler/Execution/Recording.h"
#include "cotan-compiler/Runtime/Memory.h"
#include "cotan-compiler/Trace/Function.h"
#include <unordered_set>

namespace cotan::tracing {

//===----------------------------------------------------------------------===//
// The walk and its key
//===----------------------------------------------------------------------===//

namespace {

constexpr uint32_t inputBit = 0x80000000u;

/// Identities need no memory of their own: the node whose memory serves.
Node *aliased(Node *node) {
  while (!node->buffer && node->state == NodeState::Pending) {
    if (node->kind == OpKind::Variable || node->kind == OpKind::StopGradient)
      node = node->operand(0);
    else if (node->kind == OpKind::Saved)
      node = node->operand(1);
    else
      break;
  }
  return node;
}

/// Two mixes of one stream of words.
struct KeyBuilder {
  uint64_t low = 0x452821e638d01377ull, high = 0xbe5466cf34e90c6cull;
  void mix(uint64_t value) {
    low = mixHash(low, value);
    high = (high ^ value) * 0x9fb21c651e98df25ull;
    high ^= high >> 35;
  }
};

using NodeSet = std::unordered_set<const Node *>;

/// Nodes of the segment that stay pending will read their operands later: those among the walked become outputs.
void keepWhatOthersRead(Segment *segment, const NodeSet &walked, Walk &walk) {
  for (Node *node = segment->first; node; node = node->next) {
    if (walked.count(node))
      continue;
    for (uint32_t i = 0; i < node->operandCount; ++i) {
      if (!walked.count(node->operand(i)))
        continue;
      Node *source = aliased(node->operand(i));
      if (source->state == NodeState::Pending)
        walk.isOutput[source->position] = 1;
    }
  }
}

/// Numbers the nodes of a segment, or those of them in `only`.
void walkSegment(Segment *segment, Node *wanted, Walk &walk, const NodeSet *only = nullptr) {
  uint32_t epoch = nextEpoch(Context::get());
  KeyBuilder key;
  for (Node *node = segment->first; node; node = node->next) {
    if (only && !only->count(node)) [[unlikely]]
      continue;
    key.mix(node->localHash);
    uint64_t positions = 0;
    Node *const *operands = node->operands();
    for (uint32_t i = 0; i < node->operandCount; ++i) {
      Node *operand = operands[i];
      if (operand->mark != epoch) {
        if (operand->kind == OpKind::Parameter) [[unlikely]]
          throw Error("a tensor that was recorded inside a function traced by cotan::jit was used outside of it", here());
        operand->mark = epoch;
        operand->position = inputBit | uint32_t(walk.inputs.size());
        walk.inputs.push_back(operand);
        key.mix(mixHash(uint64_t(operand->dtype), operand->shape->hash));
      }
      positions = (positions + operand->position + 1) * 0xd6e8feb86659fd93ull;
      positions ^= positions >> 31;
    }
    key.mix(positions);
    node->mark = epoch;
    node->position = uint32_t(walk.nodes.size());
    walk.nodes.push_back(node);
  }
  walk.isOutput.assign(walk.nodes.size(), 0);
  for (Node *node : walk.nodes) {
    if (!node->holders && node != wanted)
      continue;
    Node *source = aliased(node);
    if (source->state == NodeState::Pending)
      walk.isOutput[source->position] = 1;
  }
  if (only) [[unlikely]]
    keepWhatOthersRead(segment, *only, walk);
  for (size_t i = 0; i < walk.nodes.size(); ++i) {
    if (walk.isOutput[i]) {
      walk.outputs.push_back(walk.nodes[i]);
      key.mix(i);
    }
  }
  walk.key = {key.low, key.high};
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

/// Buffers for outputs; given back unless the run succeeds.
struct OutputBuffers {
  std::vector<Buffer *> buffers;
  ~OutputBuffers() {
    for (Buffer *buffer : buffers)
      releaseBuffer(buffer);
  }
};

int64_t bytesOf(const Node *node) { return node->numel() * elementSize(node->dtype); }

void run(const execution::Executable &program, const Walk &walk, OutputBuffers &outputs) {
  Context &context = Context::get();
  constexpr size_t inlinePointers = 64;
  const void *inlineInputs[inlinePointers];
  void *inlineOutputs[inlinePointers];
  std::vector<const void *> manyInputs;
  std::vector<void *> manyOutputs;
  const void **inputs = inlineInputs;
  void **results = inlineOutputs;
  if (walk.inputs.size() > inlinePointers) {
    manyInputs.resize(walk.inputs.size());
    inputs = manyInputs.data();
  }
  if (walk.outputs.size() > inlinePointers) {
    manyOutputs.resize(walk.outputs.size());
    results = manyOutputs.data();
  }
  for (size_t i = 0; i < walk.inputs.size(); ++i)
    inputs[i] = elementsOf(walk.inputs[i]);
  outputs.buffers.reserve(walk.outputs.size());
  for (size_t i = 0; i < walk.outputs.size(); ++i) {
    outputs.buffers.push_back(makeBuffer(bytesOf(walk.outputs[i])));
    results[i] = outputs.buffers.back()->data;
  }
  cotan_call_context call{};
  auto invoke = [&](void *workspace) {
    if (execution::Recording *recording = threadState().recording) [[unlikely]]
      return recording->invoke(program, inputs, results, workspace, &call);
    return execution::invoke(program, inputs, results, workspace, &call);
  };
  int32_t status;
  if (program.workspaceBytes) {
    runtime::Workspace workspace(program.workspaceBytes);
    if (!workspace.get())
      throw OutOfMemory(runtime::describeOutOfMemory(program.workspaceBytes), here());
    status = invoke(workspace.get());
  } else {
    status = invoke(nullptr);
  }
  ++context.evaluations;
  context.launches += call.launches;
  context.plannedBytes += uint64_t(program.workspaceBytes);
  if (status == COTAN_STATUS_OK) [[likely]]
    return;
  if (status == COTAN_STATUS_INDEX_OUT_OF_RANGE)
    throw IndexError("index out of range in self: " + execution::describeStatus(status, call), here());
  if (status == COTAN_STATUS_INTEGER_DIVISION_BY_ZERO)
    throw Error("ZeroDivisionError: " + execution::describeStatus(status, call), here());
  throw Error(execution::describeStatus(status, call), here());
}

/// Whether an evaluated node is never walked again.
bool isFinished(const Node *node) {
  if (node->state != NodeState::Available)
    return false;
  return !node->requiresGrad || node->kind == OpKind::Variable || (node->freed && node->op && node->op->savesTensors);
}

/// Gives the outputs their buffers, takes the nodes out of the segment (all it has, unless the walk was `partial`) and lets go of operands,
/// users first.
void settle(const Walk &walk, Node *wanted, OutputBuffers &outputs, bool partial) {
  for (size_t i = 0; i < walk.outputs.size(); ++i)
    walk.outputs[i]->buffer = outputs.buffers[i];
  outputs.buffers.clear();
  for (Node *node : walk.nodes) {
    if (node->holders || node == wanted || partial) {
      Node *source = aliased(node);
      if (source != node && source->buffer) {
        node->buffer = source->buffer;
        ++node->buffer->references;
      }
    }
  }
  if (!partial)
    emptySegment(findSegment(wanted));
  for (Node *node : walk.nodes) {
    ++node->references; // none may go before its turn below
    if (partial)
      leaveSegment(node);
    node->state = node->buffer ? NodeState::Available : NodeState::Discarded;
  }
  for (size_t i = walk.nodes.size(); i-- > 0;) {
    Node *node = walk.nodes[i];
    if (isFinished(node))
      dropOperands(node);
    if (--node->references == 0)
      destroy(node);
  }
}

} // namespace

const void *elementsOf(const Node *node) {
  while (!node->buffer && node->kind == OpKind::Variable)
    node = node->operand(0);
  return node->kind == OpKind::Scalar ? static_cast<const void *>(&node->payload) : node->buffer->data;
}

/// The pending nodes that `node` is computed from, and itself.
static NodeSet pendingAncestors(Node *node) {
  NodeSet found{node};
  std::vector<Node *> stack{node};
  while (!stack.empty()) {
    Node *top = stack.back();
    stack.pop_back();
    for (uint32_t i = 0; i < top->operandCount; ++i)
      if (top->operand(i)->state == NodeState::Pending && found.insert(top->operand(i)).second)
        stack.push_back(top->operand(i));
  }
  return found;
}

static Walk &walkTo(Node *node, const NodeSet *only) {
  static Walk *scratch = new Walk; // guarded by the lock, as all here
  scratch->clear();
  walkSegment(findSegment(node), node, *scratch, only);
  return *scratch;
}

void compile(Node *node) {
  if (node->state == NodeState::Available)
    return;
  revive(node);
  Context::get().programs->lookup(walkTo(node, nullptr));
}

static void evaluateNodes(Node *node, const NodeSet *only) {
  Walk &walk = walkTo(node, only);
  const execution::Executable &program = Context::get().programs->lookup(walk);
  OutputBuffers outputs;
  run(program, walk, outputs);
  settle(walk, node, outputs, only != nullptr);
}

void evaluate(Node *node) {
  if (node->state == NodeState::Available)
    return;
  Value keep(node);
  revive(node);
  try {
    evaluateNodes(node, nullptr);
  } catch (const Error &) {
    // What failed may be a neighbour that this value does not need: without it, it is as good as ever.
    auto needed = pendingAncestors(node);
    if (needed.size() == findSegment(node)->count)
      throw;
    evaluateNodes(node, &needed);
  }
}

void evaluateReaders(const Buffer *buffer) {
  Context &context = Context::get();
  for (bool found = true; found;) {
    found = false;
    for (Segment *segment = context.firstSegment; segment && !found; segment = segment->nextLive) {
      for (Node *node = segment->first; node && !found; node = node->next) {
        for (uint32_t i = 0; i < node->operandCount && !found; ++i) {
          if (node->operand(i)->buffer == buffer) {
            evaluate(node);
            found = true;
          }
        }
      }
    }
  }
}

static bool sameSite(const std::source_location &a, const std::source_location &b) {
  return a.line() == b.line() && a.column() == b.column() && a.file_name() == b.file_name();
}

void cutLongTrace(Node *node) {
  constexpr uint32_t softBound = 1024, hardBound = 4096;
  if (node->state != NodeState::Pending)
    return;
  Segment *segment = findSegment(node);
  if (segment->count < softBound) [[likely]]
    return;
  Context &context = Context::get();
  if (threadState().frame)
    return;
  const std::source_location &site = node->where;
  if (segment->count >= hardBound || sameSite(site, segment->start) || sameSite(site, context.cutSite) || sameSite(site, segment->watch)) {
    context.cutSite = site;
    context.cutCandidate = Value(node);
  } else if (!segment->watch.line()) {
    segment->watch = site;
  }
}

//===----------------------------------------------------------------------===//
// State of the process
//===----------------------------------------------------------------------===//

RandomState drawRandom(uint64_t count) {
  Context &context = Context::get();
  RandomState state{context.seed, context.draws};
  context.draws += count;
  return state;
}

void seedRandom(uint64_t seed) {
  Context &context = Context::get();
  context.seed = seed;
  context.draws = 0;
}

Statistics readStatistics() {
  Context &context = Context::get();
  return {context.compiles, context.diskHits, context.evaluations, context.launches, context.liveNodes, context.plannedBytes};
}

} // namespace cotan::tracing
