//===- Traced.cpp - from a frame to what a call replays -------------------===//

#include "Traced.h"
#include "Jit.h"
#include <span>

namespace cotan::detail {

namespace {

//===----------------------------------------------------------------------===//
// Signatures and guards
//===----------------------------------------------------------------------===//

/// Whether the gradients of two tensors are one.
bool shareGradient(const TensorImpl &a, const TensorImpl &b) { return &a == &b || (a.sink && a.sink == b.sink); }

/// Element types, shapes, what views are made of, requires_grad of the arguments, which of them share storage or gradient; grad mode.
template <typename Emit> void visitSignature(const std::vector<Tensor> &arguments, Emit emit) {
  auto list = [&](const IntList *values) { emit(reinterpret_cast<intptr_t>(values)); };
  emit(threadState().gradEnabled);
  for (size_t i = 0; i < arguments.size(); ++i) {
    TensorImpl &impl = implOf(arguments[i], "argument of a jit function");
    noteTensor(impl);
    emit(int64_t(impl.dtype));
    list(impl.shape);
    emit(flagsOf(impl) + (impl.base ? 8 : 0));
    size_t first = 0;
    while (arguments[first].getImpl()->storage != impl.storage)
      ++first;
    emit(int64_t(first));
    first = 0;
    while (!shareGradient(*arguments[first].getImpl(), impl))
      ++first;
    emit(int64_t(first));
    if (!impl.base)
      continue;
    list(impl.base->shape);
    emit(flagsOf(*impl.base));
    emit(int64_t(impl.chain.size()));
    for (const ViewStep &step : impl.chain) {
      emit(step.kind);
      emit(step.dim);
      emit(step.step);
      list(step.shape);
      list(step.permutation);
    }
  }
}

std::vector<int64_t> signatureOf(const std::vector<Tensor> &arguments) {
  std::vector<int64_t> signature;
  visitSignature(arguments, [&](int64_t word) { signature.push_back(word); });
  return signature;
}

/// Compares without making the list.
bool hasSignature(const std::vector<Tensor> &arguments, const std::vector<int64_t> &signature) {
  size_t next = 0;
  bool same = true;
  visitSignature(arguments, [&](int64_t word) {
    same &= next < signature.size() && signature[next] == word;
    ++next;
  });
  return same && next == signature.size();
}

/// The first argument in a storage; -1: none.
int argumentIn(const Storage *storage, const std::vector<Tensor> &arguments) {
  for (size_t i = 0; i < arguments.size(); ++i)
    if (arguments[i].getImpl()->storage == storage)
      return int(i);
  return -1;
}

/// What a gradient that is there shares memory with: the number of the first argument, captured tensor or gradient used before it,
/// counted in this order; -1: nothing. `guards` are those of the gradients used before.
int aliasOf(const Tensor &gradient, const std::vector<Tensor> &arguments, const std::vector<TensorGuard> &captured,
            std::span<const SinkGuard> guards) {
  if (!gradient.defined())
    return -1;
  const TensorImpl &impl = *gradient.getImpl();
  if (impl.references.load(std::memory_order_relaxed) == 1 && impl.storage->references == 1) [[likely]]
    return -1; // nobody else has it
  if (int argument = argumentIn(impl.storage, arguments); argument >= 0)
    return argument;
  for (size_t i = 0; i < captured.size(); ++i)
    if (captured[i].tensor.getImpl()->storage == impl.storage)
      return int(arguments.size() + i);
  for (size_t i = 0; i < guards.size(); ++i) {
    const Tensor &before = gradOf(sinkAt(guards[i].sink, arguments));
    if (before.defined() && before.getImpl()->storage == impl.storage)
      return int(arguments.size() + captured.size() + i);
  }
  return -1;
}

TensorImpl &tensorAt(const Source &source, const std::vector<Tensor> &arguments) {
  if (source.gradient)
    return *gradOf(sinkAt(source, arguments)).getImpl();
  if (source.argument < 0)
    return *source.tensor;
  TensorImpl &impl = *arguments[size_t(source.argument)].getImpl();
  return source.base ? *impl.base : impl;
}

} // namespace

Sink &sinkAt(const Source &source, const std::vector<Tensor> &arguments) {
  if (source.argument < 0)
    return *source.sink;
  TensorImpl &impl = *arguments[size_t(source.argument)].getImpl();
  return sinkOf(source.base ? *impl.base : impl);
}
Storage &storageAt(const Source &source, const std::vector<Tensor> &arguments) {
  if (source.gradient)
    return *gradOf(sinkAt(source, arguments)).getImpl()->storage;
  return source.argument < 0 ? *source.storage : *arguments[size_t(source.argument)].getImpl()->storage;
}

//===----------------------------------------------------------------------===//
// One traced signature
//===----------------------------------------------------------------------===//

Traced::~Traced() {
  ContextLock lock;
  if (function)
    releaseFunction(function);
  for (Storage *storage : heldStorages)
    releaseStorage(storage);
  for (Sink *sink : heldSinks)
    releaseSink(sink);
}

Source Traced::hold(Source source) {
  if (source.argument < 0 && source.sink) {
    ++source.sink->references;
    heldSinks.push_back(source.sink);
  } else if (source.argument < 0 && source.storage) {
    ++source.storage->references;
    heldStorages.push_back(source.storage);
  }
  return source;
}

bool Traced::matches(const std::vector<Tensor> &arguments) const { return hasSignature(arguments, signature) && holds(arguments); }

void Traced::noteDependencies(const std::vector<Tensor> &arguments) const {
  for (const TensorGuard &guard : tensorGuards)
    noteTensor(*guard.tensor.getImpl());
  for (const SinkGuard &guard : sinkGuards)
    gradOf(sinkAt(guard.sink, arguments));
}

bool Traced::holds(const std::vector<Tensor> &arguments) const {
  for (const TensorGuard &guard : tensorGuards) {
    TensorImpl &impl = *guard.tensor.getImpl();
    noteTensor(impl); // a function around this one depends on it too
    if (flagsOf(impl) != guard.flags || argumentIn(impl.storage, arguments) != guard.argument)
      return false;
  }
  for (size_t i = 0; i < sinkGuards.size(); ++i) {
    const SinkGuard &guard = sinkGuards[i];
    const Tensor &gradient = gradOf(sinkAt(guard.sink, arguments));
    if (describeGradient(gradient) != guard.gradient)
      return false;
    if (aliasOf(gradient, arguments, tensorGuards, std::span(sinkGuards).first(i)) != guard.alias)
      return false;
  }
  return true;
}

std::vector<Value> Traced::operands(const std::vector<Tensor> &arguments, int64_t draws) const {
  std::vector<Value> values;
  values.reserve(sources.size());
  RandomBase base;
  for (const Source &source : sources) {
    switch (source.kind) {
    case Source::Raw:
      values.push_back(Value(stateOf(storageAt(source, arguments)).value));
      break;
    case Source::Read:
      values.push_back(readImpl(tensorAt(source, arguments)));
      break;
    case Source::Start: {
      const ViewStep &step = arguments[size_t(source.argument)].getImpl()->chain[source.step];
      values.push_back(step.startValue ? step.startValue : scalar(kLong, step.start));
      break;
    }
    case Source::Seed: // always followed by the counter
      base = drawBase(draws);
      values.push_back(base.seed);
      break;
    case Source::Counter:
      values.push_back(base.counter);
      break;
    }
  }
  return values;
}

//===----------------------------------------------------------------------===//
// Tracing
//===----------------------------------------------------------------------===//

namespace {

/// The thread's frame while the user's function runs; given back whatever happens.
class FrameScope {
public:
  explicit FrameScope(TraceFrame &frame) : frame(frame), op(std::exchange(threadState().op, nullptr)) {
    static uint64_t last = 0; // guarded by the lock
    frame.number = ++last;
    frame.outer = threadState().frame;
    threadState().frame = &frame;
  }
  FrameScope(const FrameScope &) = delete;
  ~FrameScope() {
    ContextLock lock;
    leave();
    clearFrame(frame);
  }
  void leave() {
    if (threadState().frame != &frame)
      return;
    threadState().frame = frame.outer;
    threadState().op = op;
  }

private:
  TraceFrame &frame;
  const PublicOp *op;
};

/// Makes of what happened in a frame what a call replays.
class Finisher {
public:
  Finisher(TraceFrame &frame, Traced &traced, const std::vector<Tensor> &arguments) : frame(frame), traced(traced), arguments(arguments) {}

  void finish(std::vector<Value> outputs) {
    traced.results = outputs.size();
    std::vector<Value> gradients = readGradients();
    guardTensors();
    guardGradients();
    for (const Captured &entry : frame.captured) {
      if (!entry.written())
        continue;
      outputs.push_back(Value(entry.now.value));
      traced.written.push_back(traced.hold(storageSource(entry.storage)));
    }
    for (Value &gradient : gradients)
      outputs.push_back(std::move(gradient));
    dropTensors();
    dropUnused();
    traced.function = outlineTrace(frame.parameters, outputs);
    traced.draws = frame.draws;
    for (Source &source : frame.sources) {
      if (source.kind == Source::Raw)
        source = storageSource(source.storage);
      else if (source.kind == Source::Read && source.argument < 0)
        source = tensorSource(source.tensor);
      traced.sources.push_back(traced.hold(source));
    }
  }

private:
  /// Where a storage is found at a call: an argument's, a captured tensor's, the gradient's that is in a sink then, or this one.
  Source storageSource(Storage *storage) const {
    Source source{Source::Raw};
    source.storage = storage;
    source.argument = argumentIn(storage, arguments);
    if (source.argument >= 0)
      return source;
    for (const TensorGuard &guard : traced.tensorGuards)
      if (guard.tensor.getImpl()->storage == storage)
        return source;
    for (const KnownSink &entry : frame.sinks)
      if (entry.before.defined() && entry.before.getImpl()->storage == storage)
        return gradientSource(Source::Raw, entry.sink);
    return source;
  }

  /// Where a captured tensor is found at a call: the gradient that is in a sink then, or this one.
  Source tensorSource(TensorImpl *impl) const {
    for (const KnownSink &entry : frame.sinks)
      if (entry.given.getImpl() == impl && !entry.given.is_same(entry.before))
        return gradientSource(Source::Read, entry.sink);
    Source source{Source::Read};
    source.tensor = impl;
    return source;
  }

  Source gradientSource(Source::Kind kind, Sink *sink) const {
    Source source = sinkSource(sink);
    source.kind = kind;
    source.gradient = true;
    return source;
  }

  Source sinkSource(Sink *sink) const {
    Source source{Source::Raw};
    source.sink = sink;
    for (size_t i = 0; i < arguments.size() && source.argument < 0; ++i) {
      const TensorImpl &impl = *arguments[i].getImpl();
      source.base = impl.sink != sink && impl.base && impl.base->sink == sink;
      if (impl.sink == sink || source.base)
        source.argument = int(i);
    }
    return source;
  }

  /// Those that the function put into sinks; reading them may capture more.
  std::vector<Value> readGradients() const {
    std::vector<Value> gradients;
    for (const KnownSink &entry : frame.sinks)
      if (entry.now.defined() && !entry.now.is_same(entry.given))
        gradients.push_back(read(entry.now));
    return gradients;
  }

  void guardGradients() {
    for (const KnownSink &entry : frame.sinks) {
      Source source = traced.hold(sinkSource(entry.sink));
      int alias = aliasAtStart(entry.before);
      traced.sinkGuards.push_back({source, entry.description, alias});
      if (!entry.now.is_same(entry.given))
        traced.gradients.push_back({source, entry.now.defined()});
    }
  }

  /// aliasOf, of the gradients as they were before the function ran.
  int aliasAtStart(const Tensor &gradient) {
    TraceFrame *inner = std::exchange(threadState().frame, frame.outer);
    int alias = aliasOf(gradient, arguments, traced.tensorGuards, traced.sinkGuards);
    threadState().frame = inner;
    return alias;
  }

  void guardTensors() {
    for (KnownTensor &known : frame.tensors) {
      TensorImpl &impl = *known.tensor.getImpl();
      if (known.argument < 0) {
        if (!known.gradient) // those have guards of their own
          traced.tensorGuards.push_back({known.tensor, known.flags, argumentIn(impl.storage, arguments)});
        continue;
      }
      if (!known.base && !impl.detached && arguments[size_t(known.argument)].getImpl()->detached)
        traced.attached.push_back(known.argument);
    }
  }

  /// Lets go of what the frame alone needs, so that what nothing reads is seen.
  void dropTensors() {
    frame.byTensor.clear();
    for (KnownTensor &known : frame.tensors) {
      known.given = {};
      known.cache.clear();
      if (known.argument >= 0 || known.gradient)
        known.tensor = Tensor();
    }
  }

  /// Starts and values of views that nothing read are no operands.
  void dropUnused() {
    size_t kept = 0;
    for (size_t i = 0; i < frame.sources.size(); ++i) {
      bool optional = frame.sources[i].kind == Source::Start || frame.sources[i].kind == Source::Read;
      if (optional && frame.parameters[i]->references == 1)
        continue;
      if (kept != i) {
        frame.sources[kept] = frame.sources[i];
        frame.parameters[kept] = frame.parameters[i];
      }
      ++kept;
    }
    frame.sources.resize(kept);
    frame.parameters.resize(kept);
  }

  TraceFrame &frame;
  Traced &traced;
  const std::vector<Tensor> &arguments;
};

} // namespace

std::unique_ptr<Traced> traceCallable(Callable &callable, const std::vector<Tensor> &arguments) {
  auto traced = std::make_unique<Traced>();
  TraceFrame frame;
  std::optional<FrameScope> scope;
  std::vector<Tensor> handles;
  {
    ContextLock lock;
    traced->signature = signatureOf(arguments);
    scope.emplace(frame);
    for (size_t i = 0; i < arguments.size(); ++i)
      handles.push_back(argumentHandle(frame, arguments[i], int(i)));
  }
  std::vector<Tensor> results = callable.call(handles);
  ContextLock lock;
  std::vector<Value> outputs;
  for (const Tensor &result : results)
    outputs.push_back(read(result, "result of a jit function"));
  results.clear();
  handles.clear();
  Finisher(frame, *traced, arguments).finish(std::move(outputs));
  return traced;
}

} // namespace cotan::detail
