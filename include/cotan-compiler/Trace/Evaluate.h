//===- Evaluate.h - from pending nodes to values ----------------*- C++ -*-===//

#ifndef COTAN_COMPILER_TRACE_EVALUATE_H
#define COTAN_COMPILER_TRACE_EVALUATE_H

#include "cotan-compiler/Trace/Record.h"
#include "cotan/statistics.h"

namespace cotan::tracing {

/// Computes the node and every node of its segment that a tensor holds; afterwards these have buffers. Throws what the
/// compiler or the run reports.
void evaluate(Node *node);

/// Compiles what evaluate() would run, and runs nothing.
void compile(Node *node);

/// Evaluates what is pending and reads the buffer, before somebody writes to it.
void evaluateReaders(const Buffer *buffer);

/// Evaluates when the node's segment has grown so long that it is cut, where its call site recurs.
void cutLongTrace(Node *node);

/// The element of an evaluated or scalar node.
const void *elementsOf(const Node *node);

/// The number of draws so far, advanced by `count`, for the random functions.
struct RandomState {
  uint64_t seed, draws;
};
RandomState drawRandom(uint64_t count);
void seedRandom(uint64_t seed);

Statistics readStatistics();

} // namespace cotan::tracing

#endif // COTAN_COMPILER_TRACE_EVALUATE_H
