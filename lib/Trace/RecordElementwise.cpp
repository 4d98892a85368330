//===- RecordElementwise.cpp - numbers and elementwise primitives ---------===//

#include "RecordSupport.h"
#include <cstring>

namespace cotan::tracing {

static uint64_t elementBits(ScalarType type, const cotan::Scalar &number) {
  uint64_t bits = 0;
  if (type == kFloat) {
    float value = number.to<float>();
    std::memcpy(&bits, &value, sizeof value);
  } else if (type == kDouble) {
    double value = number.toDouble();
    std::memcpy(&bits, &value, sizeof value);
  } else if (type == kInt) {
    int32_t value = int32_t(number.toLong());
    std::memcpy(&bits, &value, sizeof value);
  } else {
    bits = type == kBool ? uint64_t(number.toBool()) : uint64_t(number.toLong());
  }
  return bits;
}

Value scalar(ScalarType type, const cotan::Scalar &number) {
  Node *node = makeNode(OpKind::Scalar, type, scalarShape(), nullptr, 0);
  node->payload = elementBits(type, number);
  return Value::adopt(node);
}

Value constant(ScalarType type, const cotan::Scalar &number, IntArrayRef shape) {
  int64_t bits = int64_t(elementBits(type, number));
  return finish(makeNode(OpKind::Constant, type, intern(shape), intern({bits}), 0));
}

Value iota(ScalarType type, IntArrayRef shape, int64_t dim) {
  return finish(makeNode(OpKind::Iota, type, intern(shape), intern({dim}), 0));
}

const IntList *scalarShape() {
  Context &context = Context::get();
  if (!context.noExtents)
    context.noExtents = intern({});
  return context.noExtents;
}

//===----------------------------------------------------------------------===//
// Broadcasting
//===----------------------------------------------------------------------===//

const IntList *broadcastShapes(const IntList *a, const IntList *b) {
  if (a == b || b->count == 0)
    return a;
  if (a->count == 0)
    return b;
  size_t rank = std::max(a->count, b->count);
  int64_t extents[maxRank]; // nodes have no more (makeNode)
  for (size_t i = 0; i < rank; ++i) { // from the back
    int64_t left = i < a->count ? (*a)[a->count - 1 - i] : 1, right = i < b->count ? (*b)[b->count - 1 - i] : 1;
    if (left != right && left != 1 && right != 1)
      throw Error("The size of tensor a (" + std::to_string(left) + ") must match the size of tensor b (" + std::to_string(right) +
                      ") at non-singleton dimension " + std::to_string(rank - 1 - i),
                  here());
    extents[rank - 1 - i] = left == 1 ? right : left;
  }
  return intern({extents, rank});
}

Value identity(const Value &x) { return node1(OpKind::Broadcast, x.dtype(), x->shape, nullptr, x); }

Value broadcastTo(const Value &x, IntArrayRef shape) {
  if (x.shape() == shape)
    return x;
  const IntList *wanted = intern(shape);
  if (broadcastShapes(x->shape, wanted) != wanted)
    throw Error("The expanded size of the tensor does not match: cannot broadcast shape " + shapeText(x.shape()) + " to " +
                    shapeText(shape),
                here());
  return node1(OpKind::Broadcast, x.dtype(), wanted, nullptr, x);
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

Value unary(OpKind kind, const Value &x) { return node1(kind, x.dtype(), x->shape, nullptr, x); }

Value binary(OpKind kind, const Value &a, const Value &b) {
  requireSameType(a, b);
  return node2(kind, a.dtype(), broadcastShapes(a->shape, b->shape), nullptr, a, b);
}

Value compare(Comparison predicate, const Value &a, const Value &b) {
  requireSameType(a, b);
  return node2(OpKind::Compare, kBool, broadcastShapes(a->shape, b->shape), intern({int64_t(predicate)}), a, b);
}

Value select(const Value &condition, const Value &onTrue, const Value &onFalse) {
  requireSameType(onTrue, onFalse);
  if (condition.dtype() != kBool)
    throw TypeError(std::string(opName()) + ": expected a condition of type Bool, got " + toString(condition.dtype()), here());
  const IntList *shape = broadcastShapes(condition->shape, broadcastShapes(onTrue->shape, onFalse->shape));
  Node *node = makeNode(OpKind::Select, onTrue.dtype(), shape, nullptr, 3);
  setOperand(node, 0, condition);
  setOperand(node, 1, onTrue);
  setOperand(node, 2, onFalse);
  return finish(node);
}

Value cast(const Value &x, ScalarType type) {
  if (x.dtype() == type)
    return x;
  return node1(OpKind::Cast, type, x->shape, nullptr, x);
}

Value stopGradient(const Value &x) {
  if (!x->requiresGrad)
    return x;
  return node1(OpKind::StopGradient, x.dtype(), x->shape, nullptr, x);
}

Value saved(const Value &computed, const Value &value) {
  return node2(OpKind::Saved, value.dtype(), value->shape, nullptr, computed, value);
}

} // namespace cotan::tracing
