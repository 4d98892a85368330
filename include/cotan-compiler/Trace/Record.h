//===- Record.h - the primitives that ops are composed of -------*- C++ -*-===//
//
// One function for each primitive of the dialect; each checks, infers and records one node. Operands of elementwise primitives
// have one element type and broadcast as in torch (the lowering makes that explicit). An op of the public API is an
// OpScope, reads of its tensors, calls of these, and a wrap (lib/API/OpSupport.h); see docs/AddAnOp.md.
//
// C++ numbers the user passes become `scalar`s, inputs of the compiled program: a new number is no new compile. Numbers that belong
// to an op's formula become `constant`s, known to the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_TRACE_RECORD_H
#define COTAN_COMPILER_TRACE_RECORD_H

#include "cotan-compiler/Trace/Node.h"
#include "cotan/error.h"
#include <string>
#include <vector>

namespace cotan::execution {
class Recording;
} // namespace cotan::execution

namespace cotan::tracing {

enum class Comparison : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };
enum class Reduction : uint8_t { Sum, Prod, Max, Min, All, Any };

//===--- Scopes -----------------------------------------------------------===//

/// Holds the context's lock; may be nested in one thread.
class ContextLock {
public:
  ContextLock();
  ~ContextLock();
  ContextLock(const ContextLock &) = delete;
  ContextLock &operator=(const ContextLock &) = delete;
};

struct TraceFrame;

struct ThreadState {
  uint32_t lockDepth = 0;
  bool gradEnabled = true;
  const PublicOp *op = nullptr;
  std::source_location where;
  TraceFrame *frame = nullptr; ///< the function being traced by jit, if any
  execution::Recording *recording = nullptr; ///< the profile that this thread's evaluations go to, if any
};
ThreadState &threadState();

/// The body of a public function: takes the lock; nodes recorded within carry its name and the caller's line. The outermost wins.
class OpScope {
public:
  OpScope(const PublicOp &op, std::source_location where);
  ~OpScope();
  OpScope(const OpScope &) = delete;
  OpScope &operator=(const OpScope &) = delete;

private:
  ContextLock lock;
  bool outermost;
};

/// Within its scope, nodes are not differentiable.
class NoGradScope {
public:
  NoGradScope() : previous(std::exchange(threadState().gradEnabled, false)) {}
  ~NoGradScope() { threadState().gradEnabled = previous; }
  NoGradScope(const NoGradScope &) = delete;
  NoGradScope &operator=(const NoGradScope &) = delete;

private:
  bool previous;
};

/// The caller's line, for errors.
inline std::source_location here() { return threadState().where; }
/// The name of the public function that runs, for errors.
const char *opName();
/// `[2, 3]`.
std::string shapeText(IntArrayRef shape);

//===--- Numbers ----------------------------------------------------------===//

/// A 0-d input at run time.
Value scalar(ScalarType type, const cotan::Scalar &number);
/// A number of the formula, 0-d or over a shape.
Value constant(ScalarType type, const cotan::Scalar &number, IntArrayRef shape = {});
/// The index along `dim`.
Value iota(ScalarType type, IntArrayRef shape, int64_t dim);

//===--- Elementwise ------------------------------------------------------===//

Value unary(OpKind kind, const Value &x);
Value binary(OpKind kind, const Value &a, const Value &b);
Value compare(Comparison predicate, const Value &a, const Value &b);
Value select(const Value &condition, const Value &onTrue, const Value &onFalse);
/// `x` itself when it has the type.
Value cast(const Value &x, ScalarType type);
Value stopGradient(const Value &x);
/// `value`, with the derivative of `computed`, which equals it.
Value saved(const Value &computed, const Value &value);

inline Value neg(const Value &x) { return unary(OpKind::Neg, x); }
inline Value abs(const Value &x) { return unary(OpKind::Abs, x); }
inline Value exp(const Value &x) { return unary(OpKind::Exp, x); }
inline Value log(const Value &x) { return unary(OpKind::Log, x); }
inline Value sqrt(const Value &x) { return unary(OpKind::Sqrt, x); }
inline Value logicalNot(const Value &x) { return unary(OpKind::Not, x); }
inline Value add(const Value &a, const Value &b) { return binary(OpKind::Add, a, b); }
inline Value sub(const Value &a, const Value &b) { return binary(OpKind::Sub, a, b); }
inline Value mul(const Value &a, const Value &b) { return binary(OpKind::Mul, a, b); }
inline Value div(const Value &a, const Value &b) { return binary(OpKind::Div, a, b); }
inline Value max(const Value &a, const Value &b) { return binary(OpKind::Max, a, b); }
inline Value min(const Value &a, const Value &b) { return binary(OpKind::Min, a, b); }

//===--- Shapes and positions ---------------------------------------------===//

/// The shape two operands broadcast to; throws torch's error.
const IntList *broadcastShapes(const IntList *a, const IntList *b);
/// A node of its own with the value of `x`.
Value identity(const Value &x);
/// Repeats along leading and unit dimensions; `x` itself when it has the shape.
Value broadcastTo(const Value &x, IntArrayRef shape);
/// `x` itself when it has the shape.
Value reshape(const Value &x, IntArrayRef shape);
Value transpose(const Value &x, IntArrayRef permutation);
Value slice(const Value &x, IntArrayRef starts, IntArrayRef limits, IntArrayRef strides);
/// `value` is 0-d.
Value pad(const Value &x, const Value &value, IntArrayRef low, IntArrayRef high, IntArrayRef interior);
Value concatenate(const std::vector<Value> &operands, int64_t dim);
Value reverse(const Value &x, IntArrayRef dims);
/// `starts`: 0-d int64, one a dimension; clamped so that the window fits.
Value dynamicSlice(const Value &x, const std::vector<Value> &starts, IntArrayRef sizes);
Value dynamicUpdateSlice(const Value &x, const Value &update, const std::vector<Value> &starts);
/// result[i..., r...] = x[indices[i...], r...].
Value gather(const Value &x, const Value &indices);
/// result = x; result[indices[i...], r...] += updates[i..., r...].
Value scatterAdd(const Value &x, const Value &indices, const Value &updates);

//===--- Reductions and products ------------------------------------------===//

/// Over `dims` (increasing), which the result does not have.
Value reduce(Reduction kind, const Value &x, IntArrayRef dims);
/// Over all dimensions.
Value reduceAll(Reduction kind, const Value &x);
Value argmax(const Value &x, int64_t dim);
Value argmin(const Value &x, int64_t dim);
/// Result: batch dimensions, the left operand's others, the right operand's others.
Value dotGeneral(const Value &a, const Value &b, IntArrayRef aBatch, IntArrayRef bBatch, IntArrayRef aContract, IntArrayRef bContract);

} // namespace cotan::tracing

#endif // COTAN_COMPILER_TRACE_RECORD_H
