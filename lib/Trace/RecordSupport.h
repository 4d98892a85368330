//===- RecordSupport.h - helpers of the primitives --------------*- C++ -*-===//

#ifndef COTAN_LIB_TRACE_RECORDSUPPORT_H
#define COTAN_LIB_TRACE_RECORDSUPPORT_H

#include "Context.h"
#include "cotan/error.h"
#include <algorithm>

namespace cotan::tracing {

/// The interned empty list.
const IntList *scalarShape();

inline void setOperand(Node *node, unsigned i, const Value &operand) {
  ++operand->references;
  node->operands()[i] = operand.get();
}

inline Value node1(OpKind kind, ScalarType type, const IntList *shape, const IntList *attributes, const Value &a) {
  Node *node = makeNode(kind, type, shape, attributes, 1);
  setOperand(node, 0, a);
  return finish(node);
}

inline Value node2(OpKind kind, ScalarType type, const IntList *shape, const IntList *attributes, const Value &a, const Value &b) {
  Node *node = makeNode(kind, type, shape, attributes, 2);
  setOperand(node, 0, a);
  setOperand(node, 1, b);
  return finish(node);
}

inline void requireSameType(const Value &a, const Value &b) {
  if (a.dtype() != b.dtype())
    throw TypeError(std::string(opName()) + ": expected operands of one element type, got " + toString(a.dtype()) + " and " +
                        toString(b.dtype()),
                    here());
}

} // namespace cotan::tracing

#endif // COTAN_LIB_TRACE_RECORDSUPPORT_H
