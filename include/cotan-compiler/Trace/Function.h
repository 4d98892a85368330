//===- Function.h - sub-graphs that are called or differentiated -*- C++ -*-===//
//
// A Vjp node differentiates a part of the graph, a Call node replays a traced function, a Cond node one of two. They refer to a Function: nodes with
// parameters and results. It becomes a function of the dialect when a program that contains the node is compiled.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_TRACE_FUNCTION_H
#define COTAN_COMPILER_TRACE_FUNCTION_H

#include "cotan-compiler/Trace/Record.h"
#include <vector>

namespace cotan::tracing {

/// Where the cotangent of a leaf (or of a value with retain_grad) is accumulated; owned by the API.
struct GradientSink {
  uint32_t references = 1;
  void (*destroy)(GradientSink *) = nullptr;
};
void releaseSink(GradientSink *sink);

struct Function {
  uint32_t references = 1;
  std::vector<Node *> nodes;      ///< the body, operands first
  std::vector<Node *> parameters; ///< nodes that stand for the arguments
  std::vector<Node *> saved;      ///< body nodes whose values are at hand: arguments after the parameters
  std::vector<Node *> results;    ///< body nodes or parameters
  std::vector<Node *> wrt;        ///< Vjp: body nodes or parameters whose cotangents are the node's results
  Function *otherwise = nullptr;  ///< Cond: held; the function for a condition that does not hold
  uint64_t hash[2] = {0, 0};
};
void releaseFunction(Function *function);

/// What the graph says about differentiating `roots`.
struct GradientRequest {
  std::vector<Node *> roots;
  std::vector<Value> cotangents; ///< one a root, of its shape and type
  bool allSinks = false;              ///< with respect to every node with a sink that is reached
  std::vector<Node *> wrt;            ///< and to these
  std::vector<GradientSink *> leaves; ///< and to these leaves, at every version of their values that is reached
  bool retainGraph = false, createGraph = false;
};

/// Records a Vjp node and returns (wrt node, cotangent) pairs; only of those reached. Throws torch's errors.
std::vector<std::pair<Node *, Value>> recordVjp(const GradientRequest &request);

/// Records a call of a function (whose parameters are Parameter nodes) and returns its results.
std::vector<Value> recordCall(Function *function, const std::vector<Value> &arguments);

/// Records a call of `then` where the 0-d bool `condition` holds, of `otherwise` elsewhere; they have results of equal types. Takes over
/// a reference to `otherwise`.
std::vector<Value> recordCond(const Value &condition, Function *then, const std::vector<Value> &thenArguments, Function *otherwise,
                              const std::vector<Value> &otherwiseArguments);

/// Takes the pending nodes between `parameters` and `results` out of their segment as a function's body.
Function *outlineTrace(std::vector<Value> parameters, const std::vector<Value> &results);

/// An identity that names a leaf of autograd.
Value variable(const Value &value, GradientSink *sink);
/// An available node over a buffer; takes over the reference to it.
Value leaf(ScalarType type, const IntList *shape, Buffer *buffer);
/// Input number `position` of a function being traced.
Value parameter(ScalarType type, const IntList *shape, int64_t position);
/// Turns an evaluated or abandoned node into one without operands.
void dropOperands(Node *node);

} // namespace cotan::tracing

#endif // COTAN_COMPILER_TRACE_FUNCTION_H
