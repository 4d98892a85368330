//===- Node.h - one recorded operation --------------------------*- C++ -*-===//
//
// The trace is a graph of nodes, one for each primitive a program called, with its shape and element type already known. A node
// is pending until an evaluation computes it (Evaluate.h); nodes that the program still holds keep their buffer then.
//
// Everything here is guarded by the context's lock: take an OpScope (or a ContextLock) before touching nodes, and let the
// Values of a function die before its scope does.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_TRACE_NODE_H
#define COTAN_COMPILER_TRACE_NODE_H

#include "cotan/array_ref.h"
#include "cotan/scalar.h"
#include <cstdint>
#include <source_location>
#include <utility>

namespace cotan::tracing {

enum class OpKind : uint8_t {
#define UNARY(KIND, OP) KIND,
#define BINARY(KIND, OP) KIND,
#define OTHER(KIND) KIND,
#include "cotan-compiler/Trace/OpKinds.def"
};

/// A list of integers that exists once in the process, so that equality is that of pointers: shapes and static attributes.
struct IntList {
  uint64_t hash;
  int64_t product; ///< of a shape: the number of elements, INT64_MAX when there are more
  uint32_t count;
  int64_t values[1]; ///< `count` of them

  IntArrayRef ref() const { return {values, count}; }
  int64_t operator[](size_t i) const { return values[i]; }
};
const IntList *intern(IntArrayRef list);

constexpr uint32_t maxRank = 64;              ///< torch's
constexpr int64_t maxElements = int64_t(1) << 60; ///< so that sizes in bytes fit 63 bits; the dialect's limit too
[[noreturn]] void refuseShape(const IntList *shape);
/// Throws for a shape beyond these limits.
inline void checkShape(const IntList *shape) {
  if (shape->count > maxRank || shape->product >= maxElements) [[unlikely]]
    refuseShape(shape);
}

/// What autograd knows about the public function that recorded a node.
struct PublicOp {
  const char *name;   ///< as in errors: "dot"
  const char *gradFn; ///< as printed: "DotBackward0"
  bool savesTensors;  ///< whether its graph cannot be walked twice
};

struct Segment;
struct Function;
struct GradientSink;

/// Memory of an evaluated value, or of the host.
struct Buffer {
  void *data;
  int64_t bytes;
  uint32_t references;
  bool host;                 ///< from_blob's: not from the pool
  void (*deleter)(void *);   ///< of host memory; may be null
};
/// Pool memory for `bytes`; throws OutOfMemory.
Buffer *makeBuffer(int64_t bytes);
Buffer *makeHostBuffer(void *data, int64_t bytes, void (*deleter)(void *));
void releaseBuffer(Buffer *buffer);

enum class NodeState : uint8_t {
  Pending,   ///< in a segment, to be computed
  Available, ///< has a buffer (or is a scalar or a parameter)
  Discarded, ///< was computed inside an evaluation and not kept; recomputed if needed again
};

struct Node {
  static constexpr unsigned inlineOperands = 3;

  uint32_t references; ///< of all kinds
  uint32_t holders;    ///< of tensors: makes it an output of an evaluation
  OpKind kind;
  ScalarType dtype;
  NodeState state;
  bool requiresGrad : 1; ///< a gradient can flow through it to a leaf
  bool freed : 1;        ///< backward() without retain_graph passed here
  uint32_t operandCount;
  const IntList *shape;
  const IntList *attributes; ///< null: none
  union {
    Node *few[inlineOperands];
    Node **many;
  } operandStorage;
  Buffer *buffer;
  Segment *segment;
  Node *previous, *next; ///< in the segment, operands first
  uint64_t localHash;    ///< kind, element type, shape, attributes
  std::source_location where;
  const PublicOp *op; ///< the outermost public function
  union {
    uint64_t payload;   ///< Scalar: the element's bytes
    Function *function; ///< Vjp, Call, Cond
    GradientSink *sink; ///< Variable: where its cotangent is accumulated
  };
  uint32_t mark;     ///< epoch of the walk that numbered it
  uint32_t position; ///< its number in that walk

  Node *const *operands() const { return operandCount <= inlineOperands ? operandStorage.few : operandStorage.many; }
  Node **operands() { return operandCount <= inlineOperands ? operandStorage.few : operandStorage.many; }
  Node *operand(unsigned i) const { return operands()[i]; }
  bool refersToFunction() const { return kind == OpKind::Vjp || kind == OpKind::Call || kind == OpKind::Cond; }
  int64_t rank() const { return shape->count; }
  int64_t numel() const { return shape->product; }
};

/// Frees a node whose last reference went, and iteratively what only it kept alive.
void destroy(Node *node);

/// A counted reference to a node; copies and moves like a pointer. Not for use outside the lock.
class Value {
public:
  Value() = default;
  explicit Value(Node *node) : node(node) {
    if (node)
      ++node->references;
  }
  Value(const Value &other) : Value(other.node) {}
  Value(Value &&other) noexcept : node(std::exchange(other.node, nullptr)) {}
  Value &operator=(Value other) noexcept {
    std::swap(node, other.node);
    return *this;
  }
  ~Value() {
    if (node && --node->references == 0)
      destroy(node);
  }
  /// Takes over a reference that is counted already.
  static Value adopt(Node *node) {
    Value value;
    value.node = node;
    return value;
  }
  Node *get() const { return node; }
  Node *operator->() const { return node; }
  explicit operator bool() const { return node != nullptr; }
  friend bool operator==(const Value &a, const Value &b) { return a.node == b.node; }

  ScalarType dtype() const { return node->dtype; }
  IntArrayRef shape() const { return node->shape->ref(); }
  int64_t rank() const { return node->rank(); }
  int64_t numel() const { return node->numel(); }
  int64_t size(int64_t dim) const { return node->shape->values[dim]; }

private:
  Node *node = nullptr;
};

} // namespace cotan::tracing

#endif // COTAN_COMPILER_TRACE_NODE_H
