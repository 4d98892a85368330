//===- Jit.cpp - functions traced once a signature ------------------------===//
//
// A traced function works on the stand-ins of its frame (Frame.h). What it wrote becomes results of the function, and each call
// replays it as one Call node: its operands are the storages' values at that moment, its results the function's
// results, the written values and the new gradients.
//
// The lock is held from the look-up of a signature to the end of the call's recording, not while the user's function runs. Two threads
// that find a signature missing both trace it; the trace that is ready first is kept.
//
//===----------------------------------------------------------------------===//

#include "Traced.h"
#include "cotan-compiler/Runtime/Log.h"
#include "cotan-compiler/Trace/Evaluate.h"
#include <algorithm>

namespace cotan::detail {

static constexpr PublicOp jitOp{"jit", "JitBackward0", true};

class JitState {
public:
  JitState(std::shared_ptr<Callable> callable, Where where) : callable(std::move(callable)), where(where) {}

  std::vector<Tensor> call(const std::vector<Tensor> &arguments) {
    return with(arguments, [&](const std::shared_ptr<Traced> &traced) { return replay(*traced, arguments); });
  }

  /// Traces and compiles for such arguments, and runs nothing.
  std::shared_ptr<Traced> prepare(const std::vector<Tensor> &arguments) {
    return with(arguments, [&](const std::shared_ptr<Traced> &traced) {
      refuseInTrace("prepare()");
      std::vector<Value> operands = traced->operands(arguments, 0);
      for (const Value &operand : operands)
        evaluate(operand.get());
      std::vector<Tensor> outputs;
      for (Value &value : recordCall(traced->function, operands))
        outputs.push_back(wrap(std::move(value)));
      if (!outputs.empty())
        compile(read(outputs[0]).get());
      return traced;
    });
  }

  std::vector<Tensor> callPrepared(const Traced &traced, const std::vector<Tensor> &arguments) const {
    OpScope scope(jitOp, where);
    if (!traced.matches(arguments))
      throw Error("prepared call: the arguments differ in element type, shape, requires_grad, views or grad mode from those it was "
                  "prepared for, or a captured tensor requires grad now and did not, or a gradient is there now and was not; call the "
                  "function itself, or prepare again",
                  here());
    return replay(traced, arguments);
  }

private:
  /// Gives `use` the trace for these arguments, under the lock under which its guards were found to hold. The user's function is
  /// traced without the lock, so what it depends on may have changed since: then it is traced again.
  template <typename Use>
  std::invoke_result_t<Use &, const std::shared_ptr<Traced> &> with(const std::vector<Tensor> &arguments, Use use) {
    std::unique_ptr<Traced> fresh;
    for (int traces = 0;; ++traces) {
      {
        OpScope scope(jitOp, where);
        std::shared_ptr<Traced> known = find(arguments);
        if (!known && fresh && fresh->matches(arguments))
          known = keep(std::move(fresh)); // unless another thread was faster
        if (known)
          return use(known);
        if (traces == maxTraces)
          throw Error("the function changes what it depends on, or another thread does, each time it is traced", here());
      }
      fresh = traceCallable(*callable, arguments);
    }
  }

  std::shared_ptr<Traced> find(const std::vector<Tensor> &arguments) {
    for (auto &traced : signatures)
      if (traced->matches(arguments))
        return traced;
    return nullptr;
  }

  /// Guards of one signature may fail at each call, as where a gradient is a view of another tensor each time: the oldest trace goes.
  std::shared_ptr<Traced> keep(std::shared_ptr<Traced> traced) {
    auto same = [&](const std::shared_ptr<Traced> &other) { return other->signature == traced->signature; };
    if (std::count_if(signatures.begin(), signatures.end(), same) >= maxGuarded) {
      runtime::log(runtime::LogChannel::Recompiles, "jit: one signature was traced more than " + std::to_string(maxGuarded) +
                                                        " times, as captured tensors or gradients differ; the oldest trace is dropped");
      signatures.erase(std::find_if(signatures.begin(), signatures.end(), same));
    }
    signatures.push_back(std::move(traced));
    return signatures.back();
  }

  static constexpr int maxTraces = 8;   ///< of one call
  static constexpr int maxGuarded = 64; ///< traces of one signature

  //===--- Calls --------------------------------------------------------------===//

  static std::vector<Tensor> replay(const Traced &traced, const std::vector<Tensor> &arguments) {
    std::vector<Value> values = recordCall(traced.function, traced.operands(arguments, traced.draws));
    std::vector<Tensor> results;
    results.reserve(traced.results);
    for (size_t i = 0; i < traced.results; ++i)
      results.push_back(wrap(values[i]));
    size_t next = traced.results;
    for (int argument : traced.attached)
      arguments[size_t(argument)].getImpl()->detached = false;
    for (const Source &target : traced.written)
      writeStorage(storageAt(target, arguments), values[next++]);
    for (const NewGradient &target : traced.gradients)
      gradOf(sinkAt(target.sink, arguments)) = target.defined ? wrap(values[next++]) : Tensor();
    return results;
  }

  std::shared_ptr<Callable> callable;
  Where where;
  std::vector<std::shared_ptr<Traced>> signatures; ///< a prepared call keeps its own
};

std::shared_ptr<JitState> makeJit(std::shared_ptr<Callable> callable, Where where) {
  return std::make_shared<JitState>(std::move(callable), where);
}

std::vector<Tensor> callJit(JitState &state, const std::vector<Tensor> &arguments) { return state.call(arguments); }

class PreparedCall {
public:
  PreparedCall(std::shared_ptr<JitState> state, const std::vector<Tensor> &arguments) : state(state), traced(state->prepare(arguments)) {}
  std::vector<Tensor> call(const std::vector<Tensor> &arguments) const { return state->callPrepared(*traced, arguments); }

private:
  std::shared_ptr<JitState> state;
  std::shared_ptr<Traced> traced;
};

std::shared_ptr<PreparedCall> prepareJit(std::shared_ptr<JitState> state, const std::vector<Tensor> &arguments) {
  return std::make_shared<PreparedCall>(std::move(state), arguments);
}

std::vector<Tensor> callPrepared(const PreparedCall &prepared, const std::vector<Tensor> &arguments) { return prepared.call(arguments); }

} // namespace cotan::detail
