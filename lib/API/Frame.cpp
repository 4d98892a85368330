//===- Frame.cpp - stand-ins of a function being traced -------------------===//

#include "Frame.h"
#include "Jit.h"
#include "cotan-compiler/Trace/Evaluate.h"

namespace cotan::tracing {

Value TraceFrame::addSource(Source source, ScalarType type, const IntList *shape) {
  Value node = parameter(type, shape, int64_t(sources.size()));
  sources.push_back(source);
  parameters.push_back(node);
  return node;
}

} // namespace cotan::tracing

namespace cotan::detail {

template <typename T> static T *lookup(const std::unordered_map<const void *, T *> &map, const void *key) {
  auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

uint64_t currentFrame() {
  TraceFrame *frame = threadState().frame;
  return frame ? frame->number : 0;
}

//===----------------------------------------------------------------------===//
// Storages
//===----------------------------------------------------------------------===//

const StorageState &peekFrameState(const Storage &storage) {
  for (TraceFrame *frame = threadState().frame; frame && storage.frame != frame->number; frame = frame->outer)
    if (const Captured *entry = lookup(frame->byStorage, &storage))
      return entry->now;
  return storage.own;
}

StorageState &frameState(Storage &storage) {
  TraceFrame *frame = threadState().frame;
  if (storage.frame == frame->number)
    return storage.own;
  if (Captured *known = lookup(frame->byStorage, &storage))
    return known->now;
  threadState().frame = frame->outer; // an enclosing function reads it too
  const StorageState &outer = stateOf(storage);
  threadState().frame = frame;
  const Node *original = outer.value;
  Source source{Source::Raw};
  source.storage = &storage;
  Value stand = frame->addSource(source, original->dtype, original->shape);
  stand->requiresGrad = original->requiresGrad;
  ++storage.references;
  Captured &entry = frame->captured.emplace_back(Captured{&storage, {}, stand, 0});
  entry.now.set(stand);
  entry.version = entry.now.version;
  frame->byStorage[&storage] = &entry;
  return entry.now;
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

int64_t flagsOf(const TensorImpl &impl) {
  return (implRequiresGrad(impl) ? 1 : 0) + (impl.leafRequiresGrad ? 2 : 0) + (impl.detached ? 4 : 0);
}

bool isPlain(const TensorImpl &impl) { return !impl.base && !impl.detached; }

static KnownTensor *knownTensor(TensorImpl &impl) {
  TraceFrame *frame = threadState().frame;
  if (KnownTensor *known = lookup(frame->byTensor, &impl))
    return known;
  if (impl.frame == frame->number)
    return nullptr;
  impl.references.fetch_add(1, std::memory_order_relaxed);
  KnownTensor &known = frame->tensors.emplace_back();
  known.tensor = Tensor(&impl);
  threadState().frame = frame->outer; // as it was before the function wrote to it
  known.flags = flagsOf(impl);
  threadState().frame = frame;
  frame->byTensor[&impl] = &known;
  return &known;
}

void noteTensor(TensorImpl &impl) {
  if (threadState().frame) [[unlikely]]
    knownTensor(impl);
}

bool isArgumentHandle(const TensorImpl &impl) {
  TraceFrame *frame = threadState().frame;
  const KnownTensor *known = frame ? lookup(frame->byTensor, &impl) : nullptr;
  return known && known->argument >= 0 && !known->base;
}

void refuseOutside(const TensorImpl &impl, const char *what) {
  TraceFrame *frame = threadState().frame;
  if (!frame || (impl.frame == frame->number && !lookup(frame->byTensor, &impl)))
    return;
  throw Error(std::string(what) + " on a tensor from outside of a function traced by cotan::jit: it would happen once, while tracing, and "
                                  "not at each call. Do it outside of the function, or to a tensor that the function makes, such as "
                                  "x.detach() or x.clone()",
              here());
}

ReadCache &frameCache(TensorImpl &impl) {
  KnownTensor *known = knownTensor(impl);
  return known && known->argument < 0 ? known->cache : impl.cache;
}

Value readGiven(TensorImpl &impl) {
  KnownTensor *known = knownTensor(impl);
  if (!known)
    return {};
  bool differentiable = threadState().gradEnabled && (impl.leafRequiresGrad || (!isPlain(impl) && implRequiresGrad(impl)));
  bool isArgument = known->argument >= 0 && !known->base && !isPlain(impl);
  if (!differentiable && !isArgument)
    return {};
  TraceFrame &frame = *threadState().frame;
  const Captured *entry = lookup(frame.byStorage, impl.storage);
  if (entry && entry->now.version != entry->version)
    return {};
  if (known->given)
    return known->given;
  Source source{Source::Read, known->argument, known->base};
  if (known->argument < 0)
    source.tensor = &impl;
  known->given = frame.addSource(source, impl.dtype, impl.shape);
  known->given->requiresGrad = implRequiresGrad(impl);
  if (impl.leafRequiresGrad) {
    Sink &sink = sinkOf(impl);
    known->given->sink = &sink;
    ++sink.references;
  }
  return known->given;
}

/// Another tensor of the frame that shares all with `impl` but its views.
static KnownTensor &makeHandle(TraceFrame &frame, TensorImpl &impl) {
  auto *handle = new TensorImpl;
  handle->frame = frame.number;
  handle->storage = impl.storage;
  ++handle->storage->references;
  handle->shape = impl.shape;
  handle->dtype = impl.dtype;
  handle->detached = impl.detached;
  handle->leafRequiresGrad = impl.leafRequiresGrad;
  handle->sink = &sinkOf(impl); // whether it is a leaf or not: a gradient may be put there at any call
  ++handle->sink->references;
  KnownTensor &known = frame.tensors.emplace_back();
  known.tensor = Tensor(handle);
  frame.byTensor[handle] = &known;
  return known;
}

/// The caller gets a reference.
static TensorImpl *handleFor(TraceFrame &frame, TensorImpl &impl, int position, bool base) {
  KnownTensor &known = makeHandle(frame, impl);
  known.argument = position;
  known.base = base;
  TensorImpl *handle = known.tensor.getImpl();
  handle->references.fetch_add(1, std::memory_order_relaxed);
  return handle;
}

Tensor argumentHandle(TraceFrame &frame, const Tensor &argument, int position) {
  TensorImpl &impl = *argument.getImpl();
  TensorImpl *handle = handleFor(frame, impl, position, false);
  if (impl.base) {
    handle->base = handleFor(frame, *impl.base, position, true);
    handle->chain = impl.chain;
    for (size_t i = 0; i < handle->chain.size(); ++i) {
      ViewStep &step = handle->chain[i];
      if (step.kind != ViewStep::Select && step.kind != ViewStep::Slice)
        continue;
      Source source{Source::Start, position};
      source.step = i;
      step.startValue = frame.addSource(source, kLong, intern({}));
    }
  }
  return Tensor(handle);
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

std::vector<int64_t> describeGradient(const Tensor &gradient) {
  if (!gradient.defined())
    return {};
  TensorImpl &impl = *gradient.getImpl();
  return {int64_t(impl.dtype), reinterpret_cast<intptr_t>(impl.shape), flagsOf(impl),
          isPlain(impl) ? 0 : reinterpret_cast<intptr_t>(&impl)};
}

Tensor &frameGrad(Sink &sink) {
  TraceFrame *frame = threadState().frame;
  if (sink.frame == frame->number)
    return sink.grad;
  if (KnownSink *known = lookup(frame->bySink, &sink))
    return known->now;
  threadState().frame = frame->outer;
  Tensor &before = gradOf(sink);
  std::vector<int64_t> description = describeGradient(before);
  threadState().frame = frame;
  ++sink.references;
  Tensor given = before;
  if (before.defined() && isPlain(*before.getImpl())) {
    KnownTensor &handle = makeHandle(*frame, *before.getImpl());
    handle.gradient = true;
    given = handle.tensor;
  }
  KnownSink &known = frame->sinks.emplace_back(KnownSink{&sink, before, given, given, std::move(description)});
  frame->bySink[&sink] = &known;
  return known.now;
}

void clearFrame(TraceFrame &frame) {
  for (Captured &entry : frame.captured) {
    entry.now.set({});
    releaseStorage(entry.storage);
  }
  for (KnownTensor &known : frame.tensors)
    known.cache.clear();
  for (KnownSink &known : frame.sinks)
    releaseSink(known.sink);
  frame.captured.clear();
  frame.tensors.clear();
  frame.sinks.clear();
  frame.parameters.clear();
  frame.seed = frame.counter = {};
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

} // namespace cotan::detail
