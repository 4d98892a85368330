//===- Jit.cpp - functions traced once a signature ------------------------===//
//
// While a function is traced, the storages it reads hold parameters instead of their values. What it wrote is then taken back, and
// each call replays the function as one Call node: its operands are the storages' values at that moment, its results the function's
// results, the written values and the new gradients.
//
//===----------------------------------------------------------------------===//

#include "Jit.h"
#include "TensorImpl.h"
#include "cotan-compiler/Trace/Evaluate.h"
#include "cotan/transform.h"
#include <mutex>

namespace cotan::tracing {

using cotan::Tensor;
using cotan::detail::Sink;
using cotan::detail::Storage;

/// A storage the function reads. While it is traced, `original` keeps the value.
struct Captured {
  Storage *storage;
  Value original, parameter;
  TraceFrame *outerFrame;
};

/// What one argument of the traced function is at a call.
struct Source {
  enum Kind { Raw, Tracked, Given, Seed, Counter } kind;
  Storage *storage = nullptr; ///< Raw, Tracked
  Sink *sink = nullptr;       ///< Tracked
  int argument = -1;          ///< the argument whose storage it is; Given: its position
};

struct TraceFrame {
  TraceFrame *outer;
  std::vector<Captured> captured;
  std::vector<Source> sources;
  std::vector<Value> parameters; ///< one a source
  std::vector<std::pair<Sink *, bool>> sinks; ///< and whether there was a gradient
  int64_t draws = 0;
  Value seed, counter;

  Value addSource(Source source, ScalarType type, const IntList *shape) {
    Value node = parameter(type, shape, int64_t(sources.size()));
    sources.push_back(source);
    parameters.push_back(node);
    return node;
  }
  const Captured *find(const Storage &storage) const {
    for (const Captured &entry : captured)
      if (entry.storage == &storage)
        return &entry;
    return nullptr;
  }
};

} // namespace cotan::tracing

namespace cotan::detail {

//===----------------------------------------------------------------------===//
// Capture
//===----------------------------------------------------------------------===//

void captureStorage(Storage &storage) {
  TraceFrame *frame = threadState().frame;
  if (!frame || storage.frame == frame)
    return;
  TraceFrame *previous = storage.frame;
  if (frame->outer) { // the enclosing function reads it too
    threadState().frame = frame->outer;
    captureStorage(storage);
    previous = storage.frame;
    threadState().frame = frame;
  }
  Value original(storage.value);
  Value stand = frame->addSource({Source::Raw, &storage}, original.dtype(), original->shape);
  stand->requiresGrad = original->requiresGrad;
  frame->captured.push_back({&storage, original, stand, previous});
  ++storage.references;
  storage.frame = frame;
  storage.set(stand);
}

Value captureLeaf(TensorImpl &impl, const Value &value) {
  TraceFrame *frame = threadState().frame;
  const Captured *entry = frame ? frame->find(*impl.storage) : nullptr;
  Sink &sink = sinkOf(impl);
  if (!entry || !(entry->parameter == value) || !impl.chain.empty())
    return variable(value, &sink);
  Value node = frame->addSource({Source::Tracked, impl.storage, &sink}, value.dtype(), value->shape);
  node->requiresGrad = true;
  node->sink = &sink;
  ++sink.references; // the node's
  return node;
}

void noteGradient(Sink &sink) {
  TraceFrame *frame = threadState().frame;
  if (!frame)
    return;
  for (auto &[known, had] : frame->sinks)
    if (known == &sink)
      return;
  ++sink.references;
  frame->sinks.push_back({&sink, sink.grad.defined()});
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

RandomBase drawBase(int64_t count) {
  TraceFrame *frame = threadState().frame;
  if (!frame) {
    RandomState state = drawRandom(uint64_t(count));
    return {scalar(kLong, int64_t(state.seed)), scalar(kLong, int64_t(state.draws))};
  }
  if (!frame->seed) {
    const IntList *none = intern({});
    frame->seed = frame->addSource({Source::Seed}, kLong, none);
    frame->counter = frame->addSource({Source::Counter}, kLong, none);
  }
  Value counter = add(frame->counter, constant(kLong, frame->draws));
  frame->draws += count;
  return {frame->seed, counter};
}

void seedGenerator(uint64_t seed) {
  refuseInTrace("manual_seed()");
  seedRandom(seed);
}

//===----------------------------------------------------------------------===//
// One traced signature
//===----------------------------------------------------------------------===//

namespace {

struct Traced {
  std::vector<int64_t> signature;
  Function *function = nullptr;
  std::vector<Source> sources;
  size_t results = 0;           ///< of the function itself; written values and gradients follow
  std::vector<Source> written;  ///< storages that get a new value
  std::vector<Source> gradients; ///< sinks that get their first gradient
  std::vector<std::pair<Source, bool>> sinkStates;
  int64_t draws = 0;
  std::vector<Storage *> heldStorages; ///< captured ones; those of arguments come with each call
  std::vector<Sink *> heldSinks;

  Traced() = default;
  Traced(const Traced &) = delete;
  ~Traced() {
    ContextLock lock;
    if (function)
      releaseFunction(function);
    for (Storage *storage : heldStorages)
      releaseStorage(storage);
    for (Sink *sink : heldSinks)
      releaseSink(sink);
  }

  void hold(const Source &source) {
    if (source.argument >= 0)
      return;
    if (source.storage) {
      ++source.storage->references;
      heldStorages.push_back(source.storage);
    }
    if (source.sink) {
      ++source.sink->references;
      heldSinks.push_back(source.sink);
    }
  }
};

/// Element types, shapes, requires_grad of the arguments, which of them share storage; grad mode.
std::vector<int64_t> signatureOf(const std::vector<Tensor> &arguments) {
  std::vector<int64_t> signature{threadState().gradEnabled};
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TensorImpl &impl = implOf(arguments[i], "argument of a jit function");
    signature.push_back(int64_t(impl.dtype));
    signature.push_back(reinterpret_cast<intptr_t>(impl.shape));
    signature.push_back((implRequiresGrad(impl) ? 1 : 0) + (impl.leafRequiresGrad ? 2 : 0) + (impl.base || impl.detached ? 4 : 0));
    for (size_t k = 0; k <= i; ++k) {
      if (arguments[k].getImpl()->storage == impl.storage) {
        signature.push_back(int64_t(k));
        break;
      }
    }
  }
  return signature;
}

/// Puts a frame's storages and gradients back, whatever happened.
class FrameScope {
public:
  explicit FrameScope(TraceFrame &frame) : frame(frame), op(std::exchange(threadState().op, nullptr)) {
    frame.outer = threadState().frame;
    threadState().frame = &frame;
  }
  ~FrameScope() { restore(); }
  void restore() {
    if (done)
      return;
    done = true;
    threadState().frame = frame.outer;
    threadState().op = op;
    for (Captured &entry : frame.captured) {
      entry.storage->set(entry.original);
      entry.storage->frame = entry.outerFrame;
    }
    for (auto &[sink, had] : frame.sinks)
      if (!had)
        sink->grad = Tensor();
    for (Captured &entry : frame.captured)
      releaseStorage(entry.storage);
    for (auto &[sink, had] : frame.sinks)
      releaseSink(sink);
  }

private:
  TraceFrame &frame;
  const PublicOp *op;
  bool done = false;
};

} // namespace

class JitState {
public:
  JitState(std::shared_ptr<Callable> callable, Where where) : callable(std::move(callable)), where(where) {}

  std::vector<Tensor> call(const std::vector<Tensor> &arguments) {
    ContextLock lock;
    static constexpr PublicOp publicOp{"jit", "JitBackward0", true};
    Traced *traced = find(arguments);
    if (!traced)
      traced = &trace(arguments);
    OpScope scope(publicOp, where);
    return replay(*traced, arguments);
  }

private:
  Traced *find(const std::vector<Tensor> &arguments) {
    std::vector<int64_t> signature = signatureOf(arguments);
    for (auto &traced : signatures) {
      if (traced->signature != signature)
        continue;
      bool same = true;
      for (auto &[source, had] : traced->sinkStates)
        same &= sinkFor(source, arguments).grad.defined() == had;
      if (same)
        return traced.get();
    }
    return nullptr;
  }

  static Storage &storageFor(const Source &source, const std::vector<Tensor> &arguments) {
    return source.argument < 0 ? *source.storage : *arguments[size_t(source.argument)].getImpl()->storage;
  }
  static Sink &sinkFor(const Source &source, const std::vector<Tensor> &arguments) {
    return source.argument < 0 ? *source.sink : sinkOf(*arguments[size_t(source.argument)].getImpl());
  }

  //===--- Tracing ------------------------------------------------------------===//

  /// Arguments that are views are given by value; others as they are.
  static std::vector<Tensor> prepareArguments(TraceFrame &frame, const std::vector<Tensor> &arguments) {
    std::vector<Tensor> prepared;
    for (size_t i = 0; i < arguments.size(); ++i) {
      TensorImpl &impl = *arguments[i].getImpl();
      if (!impl.base && !impl.detached) {
        prepared.push_back(arguments[i]);
        continue;
      }
      Value node = frame.addSource({Source::Given, nullptr, nullptr, int(i)}, impl.dtype, impl.shape);
      node->requiresGrad = implRequiresGrad(impl) && threadState().gradEnabled;
      prepared.push_back(wrap(node));
      prepared.back().getImpl()->storage->frame = &frame;
    }
    return prepared;
  }

  /// Arguments that are views come by value, so a write to one, or to what one views, would be lost: that is an error instead.
  static void refuseWritesToViews(const TraceFrame &frame, const std::vector<Tensor> &arguments, const std::vector<Tensor> &prepared) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      const TensorImpl &impl = *arguments[i].getImpl();
      if (!impl.base && !impl.detached)
        continue;
      const Captured *shared = frame.find(*impl.storage);
      bool written = prepared[i].getImpl()->storage->value != frame.parameters[givenSource(frame, i)].get();
      if (written || (shared && shared->storage->value != shared->parameter.get()))
        throw Error("cotan::jit: argument " + std::to_string(i) +
                    " is a view or a detached tensor, and the function writes in place to it or to the tensor it shares memory with; pass "
                    "that tensor itself and take the view inside, or pass a clone()");
    }
  }
  static size_t givenSource(const TraceFrame &frame, size_t argument) {
    for (size_t k = 0; k < frame.sources.size(); ++k)
      if (frame.sources[k].kind == Source::Given && frame.sources[k].argument == int(argument))
        return k;
    return 0;
  }

  Traced &trace(const std::vector<Tensor> &arguments) {
    auto traced = std::make_unique<Traced>();
    traced->signature = signatureOf(arguments);
    TraceFrame frame{};
    FrameScope scope(frame);
    std::vector<Value> outputs;
    {
      std::vector<Tensor> prepared = prepareArguments(frame, arguments);
      std::vector<Tensor> results = callable->call(prepared);
      for (const Tensor &result : results)
        outputs.push_back(read(result, "result of a jit function"));
      refuseWritesToViews(frame, arguments, prepared);
    }
    traced->results = outputs.size();
    for (const Captured &entry : frame.captured) {
      Value now(entry.storage->value);
      if (now == entry.parameter)
        continue;
      outputs.push_back(now);
      traced->written.push_back({Source::Raw, entry.storage, nullptr, argumentOf(entry.storage, nullptr, arguments)});
    }
    for (auto &[sink, had] : frame.sinks) {
      Source source{Source::Tracked, nullptr, sink, argumentOf(nullptr, sink, arguments)};
      traced->sinkStates.push_back({source, had});
      if (had)
        continue;
      outputs.push_back(read(sink->grad));
      traced->gradients.push_back(source);
    }
    traced->function = outlineTrace(frame.parameters, outputs);
    traced->draws = frame.draws;
    for (Source &source : frame.sources) {
      if (source.kind != Source::Raw && source.kind != Source::Tracked)
        continue;
      source.argument = argumentOf(source.storage, nullptr, arguments);
      traced->hold(source);
    }
    for (auto &[source, had] : traced->sinkStates)
      traced->hold(source);
    scope.restore();
    traced->sources = std::move(frame.sources);
    signatures.push_back(std::move(traced));
    return *signatures.back();
  }

  static int argumentOf(const Storage *storage, const Sink *sink, const std::vector<Tensor> &arguments) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      const TensorImpl &impl = *arguments[i].getImpl();
      if (!impl.base && !impl.detached && ((storage && impl.storage == storage) || (sink && impl.sink == sink)))
        return int(i);
    }
    return -1;
  }

  //===--- Calls --------------------------------------------------------------===//

  static std::vector<Tensor> replay(const Traced &traced, const std::vector<Tensor> &arguments) {
    std::vector<Value> operands;
    RandomState random = drawRandom(0);
    RandomBase base;
    if (traced.draws)
      base = drawBase(traced.draws);
    for (const Source &source : traced.sources) {
      switch (source.kind) {
      case Source::Raw:
        operands.push_back(readStorage(storageFor(source, arguments)));
        break;
      case Source::Tracked:
        operands.push_back(readTracked(source, arguments));
        break;
      case Source::Given:
        operands.push_back(read(arguments[size_t(source.argument)]));
        break;
      case Source::Seed:
        operands.push_back(base.seed ? base.seed : scalar(kLong, int64_t(random.seed)));
        break;
      case Source::Counter:
        operands.push_back(base.counter ? base.counter : scalar(kLong, int64_t(random.draws)));
        break;
      }
    }
    std::vector<Value> values = recordCall(traced.function, operands);
    std::vector<Tensor> results;
    for (size_t i = 0; i < traced.results; ++i)
      results.push_back(wrap(values[i]));
    size_t next = traced.results;
    for (const Source &target : traced.written)
      writeStorage(storageFor(target, arguments), values[next++]);
    for (const Source &target : traced.gradients) {
      Sink &sink = sinkFor(target, arguments);
      noteGradient(sink);
      sink.grad = wrap(values[next++]);
    }
    return results;
  }

  static Value readTracked(const Source &source, const std::vector<Tensor> &arguments) {
    if (source.argument >= 0)
      return read(arguments[size_t(source.argument)]);
    Value value = readStorage(*source.storage);
    return threadState().gradEnabled ? variable(value, source.sink) : value;
  }

  std::shared_ptr<Callable> callable;
  Where where;
  std::vector<std::unique_ptr<Traced>> signatures;
};

std::shared_ptr<JitState> makeJit(std::shared_ptr<Callable> callable, Where where) {
  return std::make_shared<JitState>(std::move(callable), where);
}

std::vector<Tensor> callJit(JitState &state, const std::vector<Tensor> &arguments) { return state.call(arguments); }

} // namespace cotan::detail
