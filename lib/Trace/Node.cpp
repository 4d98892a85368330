//===- Node.cpp - nodes, buffers and segments -----------------------------===//

#include "cotan-compiler/Runtime/Memory.h"
#include "cotan-compiler/Trace/Function.h"
#include "Context.h"
#include <new>

namespace cotan::tracing {

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

Buffer *makeBuffer(int64_t bytes) {
  void *data = runtime::allocate(bytes);
  if (!data)
    throw OutOfMemory(runtime::describeOutOfMemory(bytes), here());
  return new (Context::get().buffers.allocate()) Buffer{data, bytes, 1, false, nullptr};
}

Buffer *makeHostBuffer(void *data, int64_t bytes, void (*deleter)(void *)) {
  return new (Context::get().buffers.allocate()) Buffer{data, bytes, 1, true, deleter};
}

void releaseBuffer(Buffer *buffer) {
  if (--buffer->references)
    return;
  if (!buffer->host)
    runtime::deallocate(buffer->data, buffer->bytes);
  else if (buffer->deleter)
    releaseUnlocked({buffer->data, buffer->deleter});
  Context::get().buffers.release(buffer);
}

//===----------------------------------------------------------------------===//
// Segments
//===----------------------------------------------------------------------===//

static void releaseSegment(Context &context, Segment *segment) {
  while (segment && --segment->references == 0) {
    Segment *parent = segment->parent;
    (segment->previousLive ? segment->previousLive->nextLive : context.firstSegment) = segment->nextLive;
    if (segment->nextLive)
      segment->nextLive->previousLive = segment->previousLive;
    context.segments.release(segment);
    segment = parent;
  }
}

Segment *findSegment(Node *node) {
  Segment *segment = node->segment;
  if (!segment || !segment->parent)
    return segment;
  Segment *root = segment;
  while (root->parent)
    root = root->parent;
  ++root->references;
  node->segment = root;
  releaseSegment(Context::get(), segment);
  return root;
}

static Segment *uniteSegments(Segment *a, Segment *b) {
  if (a == b || !b)
    return a;
  if (!a)
    return b;
  b->parent = a;
  ++a->references;
  if (b->first) {
    if (a->last)
      a->last->next = b->first;
    else
      a->first = b->first;
    b->first->previous = a->last;
    a->last = b->last;
  }
  a->count += b->count;
  b->first = b->last = nullptr;
  b->count = 0;
  return a;
}

static void append(Segment *segment, Node *node) {
  node->segment = segment;
  ++segment->references;
  node->previous = segment->last;
  node->next = nullptr;
  (segment->last ? segment->last->next : segment->first) = node;
  segment->last = node;
  ++segment->count;
}

void joinSegments(Node *node) {
  Segment *segment = nullptr;
  Node *const *operands = node->operands();
  for (uint32_t i = 0; i < node->operandCount; ++i)
    if (operands[i]->state == NodeState::Pending)
      segment = uniteSegments(segment, findSegment(operands[i]));
  if (!segment) {
    Context &context = Context::get();
    segment = new (context.segments.allocate()) Segment{nullptr, nullptr, nullptr, 0, 0, node->where, {}, context.firstSegment, nullptr};
    if (context.firstSegment)
      context.firstSegment->previousLive = segment;
    context.firstSegment = segment;
  }
  append(segment, node);
}

void mergeSegments(Node *node, Node *other) {
  if (other->state == NodeState::Pending)
    uniteSegments(findSegment(other), findSegment(node));
}

void leaveSegment(Node *node) {
  Segment *segment = findSegment(node);
  (node->previous ? node->previous->next : segment->first) = node->next;
  (node->next ? node->next->previous : segment->last) = node->previous;
  --segment->count;
  node->segment = nullptr;
  node->previous = node->next = nullptr;
  releaseSegment(Context::get(), segment);
}

void emptySegment(Segment *segment) {
  Context &context = Context::get();
  Node *node = segment->first;
  segment->first = segment->last = nullptr;
  segment->count = 0;
  while (node) {
    Node *next = node->next;
    Segment *own = std::exchange(node->segment, nullptr);
    node->previous = node->next = nullptr;
    releaseSegment(context, own);
    node = next;
  }
}

void revive(Node *node) {
  std::vector<Node *> stack{node};
  while (!stack.empty()) {
    Node *top = stack.back();
    if (top->state != NodeState::Discarded) {
      stack.pop_back();
      continue;
    }
    bool ready = true;
    for (uint32_t i = 0; i < top->operandCount; ++i) {
      if (top->operand(i)->state == NodeState::Discarded) {
        stack.push_back(top->operand(i));
        ready = false;
      }
    }
    if (!ready)
      continue;
    stack.pop_back();
    top->state = NodeState::Pending;
    joinSegments(top);
  }
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

void refuseShape(const IntList *shape) {
  if (shape->count > maxRank)
    throw Error("too many dimensions: expected at most " + std::to_string(maxRank) + ", got " + std::to_string(shape->count), here());
  throw Error("Storage size calculation overflowed with sizes=" + shapeText(shape->ref()), here());
}

Node *makeNode(OpKind kind, ScalarType type, const IntList *shape, const IntList *attributes, uint32_t operandCount) {
  checkShape(shape);
  Context &context = Context::get();
  Node *node = context.nodes.allocate();
  ThreadState &thread = threadState();
  node->references = 1;
  node->holders = 0;
  node->kind = kind;
  node->dtype = type;
  node->state = NodeState::Available;
  node->requiresGrad = false;
  node->freed = false;
  node->operandCount = operandCount;
  node->shape = shape;
  node->attributes = attributes;
  if (operandCount > Node::inlineOperands)
    node->operandStorage.many = new Node *[operandCount];
  node->buffer = nullptr;
  node->segment = nullptr;
  node->previous = node->next = nullptr;
  uint64_t hash = mixHash((uint64_t(kind) << 8) | uint64_t(type), shape->hash);
  node->localHash = attributes ? mixHash(hash, attributes->hash) : hash;
  node->where = thread.where;
  node->op = thread.op;
  node->payload = 0;
  node->mark = 0;
  node->position = 0;
  ++context.liveNodes;
  return node;
}

Value finish(Node *node) {
  Node *const *operands = node->operands();
  bool gradient = false;
  for (uint32_t i = 0; i < node->operandCount; ++i) {
    gradient |= operands[i]->requiresGrad;
    if (operands[i]->state == NodeState::Discarded) [[unlikely]]
      revive(operands[i]);
  }
  node->requiresGrad = gradient && threadState().gradEnabled && isFloatingType(node->dtype) && node->kind != OpKind::StopGradient;
  node->state = NodeState::Pending;
  joinSegments(node);
  return Value::adopt(node);
}

/// Everything a node owns but its operands.
static void releaseContents(Context &context, Node *node) {
  if (node->segment)
    leaveSegment(node);
  if (node->buffer)
    releaseBuffer(node->buffer);
  if (node->refersToFunction()) {
    if (node->function)
      releaseFunction(node->function);
  } else if (node->kind != OpKind::Scalar && node->sink) {
    releaseSink(node->sink);
  }
  --context.liveNodes;
}

void dropOperands(Node *node) {
  uint32_t count = node->operandCount;
  if (!count)
    return;
  Node *const *operands = node->operands();
  for (uint32_t i = 0; i < count; ++i)
    if (--operands[i]->references == 0)
      destroy(operands[i]);
  if (count > Node::inlineOperands)
    delete[] node->operandStorage.many;
  node->operandCount = 0;
}

void destroy(Node *node) {
  Context &context = Context::get();
  context.doomed.push_back(node);
  if (context.destroying) // the loop below, further up the stack, takes it
    return;
  context.destroying = true;
  while (!context.doomed.empty()) {
    Node *next = context.doomed.back();
    context.doomed.pop_back();
    releaseContents(context, next);
    dropOperands(next);
    context.nodes.release(next);
  }
  context.destroying = false;
}

} // namespace cotan::tracing
