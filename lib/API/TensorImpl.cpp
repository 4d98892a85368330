//===- TensorImpl.cpp - reading and writing storages ----------------------===//

#include "TensorImpl.h"
#include "cotan-compiler/Trace/Evaluate.h"
#include "cotan-compiler/Trace/FreeList.h"
#include <algorithm>
#include <cstring>

namespace cotan::detail {

// Blocks of one size, used under the lock; never destroyed, as static tensors may outlive main.
template <typename T> static FreeList<T> &blocksOf() {
  static auto *list = new FreeList<T>;
  return *list;
}
void *Storage::operator new(size_t) { return blocksOf<Storage>().allocate(); }
void Storage::operator delete(void *pointer) { blocksOf<Storage>().release(static_cast<Storage *>(pointer)); }
void *TensorImpl::operator new(size_t) { return blocksOf<TensorImpl>().allocate(); }
void TensorImpl::operator delete(void *pointer) { blocksOf<TensorImpl>().release(static_cast<TensorImpl *>(pointer)); }

uint64_t freshVersion() {
  static uint64_t version = 0; // guarded by the lock
  return ++version;
}

void StorageState::set(const Value &newValue) {
  Node *node = newValue.get();
  if (node) {
    ++node->references;
    ++node->holders;
  }
  if (value) {
    --value->holders;
    Value::adopt(value);
  }
  value = node;
  version = freshVersion();
}

void releaseStorage(Storage *storage) {
  if (--storage->references)
    return;
  storage->own.set({});
  if (storage->pinned)
    releaseBuffer(storage->pinned);
  delete storage;
}

void ReadCache::set(const Value &value, uint64_t newVersion) {
  ++value->references;
  clear();
  node = value.get();
  version = newVersion;
}

void ReadCache::clear() {
  if (node)
    Value::adopt(std::exchange(node, nullptr));
}

Sink::Sink(uint64_t frame) : frame(frame) {
  destroy = [](GradientSink *sink) { delete static_cast<Sink *>(sink); };
}

static void releaseImpl(TensorImpl *impl) {
  if (impl->references.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  ContextLock lock;
  impl->cache.clear();
  if (impl->retained)
    Value::adopt(impl->retained);
  if (impl->sink)
    releaseSink(impl->sink);
  releaseStorage(impl->storage);
  TensorImpl *base = impl->base;
  delete impl;
  if (base)
    releaseImpl(base);
}

TensorImpl &implOf(const Tensor &tensor, const char *argument) {
  if (!tensor.defined()) [[unlikely]]
    throw Error(std::string("Expected a proper Tensor but got None (or an undefined Tensor in C++) for argument '") + argument + "' of " +
                    opName(),
                here());
  return *tensor.getImpl();
}

void refuseInTrace(const char *what) {
  if (threadState().frame) [[unlikely]]
    throw Error(std::string(what) + " inside a function traced by cotan::jit: its value is not known while tracing. Use cotan::cond or "
                                    "cotan::where for control flow that depends on data",
                here());
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

static std::vector<Value> startsOf(const ViewStep &step, int64_t rank) {
  std::vector<Value> starts;
  Value zero = scalar(kLong, 0), start = step.startValue ? step.startValue : scalar(kLong, step.start);
  for (int64_t d = 0; d < rank; ++d)
    starts.push_back(d == step.dim ? start : zero);
  return starts;
}

/// Indices of every step-th element of a window of `extent` positions.
struct Strided {
  IntVector starts, limits, strides;
  Strided(IntArrayRef window, int64_t dim, int64_t step) : starts(window.size(), 0), limits(window.vec()), strides(window.size(), 1) {
    strides[size_t(dim)] = step;
  }
};

/// The smallest window that holds `count` elements `step` apart.
static IntVector windowShape(const Value &x, const ViewStep &step) {
  IntVector window = x.shape().vec();
  int64_t count = step.kind == ViewStep::Select ? 1 : step.shape->values[step.dim];
  window[size_t(step.dim)] = count == 0 ? 0 : (count - 1) * step.step + 1;
  return window;
}

Value applyStep(const ViewStep &step, const Value &x) {
  switch (step.kind) {
  case ViewStep::Select:
  case ViewStep::Slice: {
    IntVector window = windowShape(x, step);
    Value part = x;
    if (!(x.shape() == IntArrayRef(window)))
      part = dynamicSlice(x, startsOf(step, x.rank()), window);
    if (step.step != 1) {
      Strided strided(window, step.dim, step.step);
      part = slice(part, strided.starts, strided.limits, strided.strides);
    }
    return tracing::reshape(part, step.shape->ref());
  }
  case ViewStep::Reshape:
    return tracing::reshape(x, step.shape->ref());
  case ViewStep::Transpose:
    return tracing::transpose(x, step.permutation->ref());
  case ViewStep::Expand:
    return broadcastTo(x, step.shape->ref());
  }
  return x;
}

/// `x` with what the step shows of it replaced by `part`.
static Value writeStep(const ViewStep &step, const Value &x, const Value &part) {
  switch (step.kind) {
  case ViewStep::Select:
  case ViewStep::Slice: {
    IntVector window = windowShape(x, step), compact = window;
    if (step.kind == ViewStep::Slice)
      compact = step.shape->ref().vec();
    Value update = tracing::reshape(part, compact);
    if (update.numel() == 0)
      return x;
    auto starts = startsOf(step, x.rank());
    if (step.step != 1) { // interleave with the elements between
      IntVector none(window.size(), 0), interior = none;
      interior[size_t(step.dim)] = step.step - 1;
      Value spread = pad(update, constant(x.dtype(), 0), none, none, interior);
      Value position = iota(kLong, window, step.dim);
      Value rest = binary(OpKind::Rem, position, constant(kLong, step.step));
      Value chosen = compare(Comparison::Eq, rest, constant(kLong, 0));
      update = select(chosen, spread, dynamicSlice(x, starts, window));
    }
    return x.shape() == update.shape() ? update : dynamicUpdateSlice(x, update, starts);
  }
  case ViewStep::Reshape:
    return tracing::reshape(part, x.shape());
  case ViewStep::Transpose: {
    IntVector inverse(size_t(x.rank()));
    for (size_t i = 0; i < inverse.size(); ++i)
      inverse[size_t((*step.permutation)[i])] = int64_t(i);
    return tracing::transpose(part, inverse);
  }
  case ViewStep::Expand:
    return tracing::reshape(part, x.shape()); // of as many elements
  }
  return part;
}

/// Expanded dimensions of a view, carried from step to step: where elements that differ in their index there only are one in memory.
static std::vector<bool> repeatedDims(const std::vector<ViewStep> &chain, const IntList *shape) {
  std::vector<bool> repeated(shape->count, false);
  for (const ViewStep &step : chain) {
    std::vector<bool> next(step.shape->count, false);
    size_t added = step.shape->count - std::min(step.shape->count, shape->count);
    for (size_t i = 0, from = 0; i < next.size(); ++i) {
      if (step.kind == ViewStep::Transpose)
        next[i] = repeated[size_t((*step.permutation)[i])];
      else if (step.kind == ViewStep::Select)
        next[i] = repeated[i + (int64_t(i) >= step.dim)];
      else if (step.kind == ViewStep::Slice)
        next[i] = repeated[i];
      else if (step.kind == ViewStep::Expand)
        next[i] = i < added || (*shape)[i - added] != (*step.shape)[i] || repeated[i - added];
      else if ((*step.shape)[i] != 1) { // Reshape: from the next dimension of more than one element
        while (from < shape->count && (*shape)[from] == 1)
          ++from;
        if (from < shape->count && (*shape)[from] == (*step.shape)[i])
          next[i] = repeated[from];
        else
          next[i] = std::find(repeated.begin(), repeated.end(), true) != repeated.end(); // extents are merged or split
        ++from;
      }
    }
    repeated = std::move(next);
    shape = step.shape;
  }
  return repeated;
}

void checkNoOverlap(const TensorImpl &impl) {
  if (!impl.base)
    return;
  std::vector<bool> repeated = repeatedDims(impl.chain, impl.base->shape);
  for (size_t i = 0; i < repeated.size(); ++i)
    if (repeated[i] && (*impl.shape)[i] > 1)
      throw Error("unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please "
                  "clone() the tensor before performing the operation.",
                  here());
}

/// `x` with the elements of its expansion to `whole` put back of which `written` (0 or 1) says that they are new: one at most of those that
/// are one element of `x`.
static Value writeExpanded(const Value &x, const Value &whole, const Value &written) {
  std::vector<int64_t> dims;
  int64_t added = whole.rank() - x.rank();
  for (int64_t d = 0; d < whole.rank(); ++d)
    if (d < added || x.size(d - added) != whole.size(d))
      dims.push_back(d);
  Value chosen = compare(Comparison::Ne, written, constant(kLong, 0));
  ScalarType type = x.dtype() == kBool ? kLong : x.dtype();
  Value values = select(chosen, tracing::cast(whole, type), constant(type, 0));
  Value sum = tracing::cast(tracing::reshape(reduce(Reduction::Sum, values, dims), x.shape()), x.dtype());
  Value any = tracing::reshape(reduce(Reduction::Max, written, dims), x.shape());
  return select(compare(Comparison::Ne, any, constant(kLong, 0)), sum, x);
}

Value writeThrough(const std::vector<ViewStep> &chain, size_t first, const Value &whole, const Value &part) {
  if (first == chain.size())
    return part;
  std::vector<Value> levels{whole};
  for (size_t i = first; i + 1 < chain.size(); ++i)
    levels.push_back(applyStep(chain[i], levels.back()));
  Value value = part;
  for (size_t i = chain.size(); i-- > first;) {
    const Value &x = levels[i - first];
    if (chain[i].kind == ViewStep::Expand && x.numel() != value.numel())
      value = writeExpanded(x, value, writeThrough(chain, i + 1, constant(kLong, 0, value.shape()), constant(kLong, 1, part.shape())));
    else
      value = writeStep(chain[i], x, value);
  }
  return value;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static bool isUsable(const Node *node) { return node->state != NodeState::Discarded; }

/// `value`, whose cotangent goes to the tensor's sink from now on: another node where this one's goes elsewhere already.
static Value retain(TensorImpl &impl, Value value) {
  if (!value->requiresGrad || impl.retained == value.get())
    return value;
  Sink &sink = sinkOf(impl);
  if (impl.retained) { // what was read before the last write
    if (impl.retained->sink == &sink) {
      impl.retained->sink = nullptr;
      releaseSink(&sink);
    }
    Value::adopt(std::exchange(impl.retained, nullptr));
  }
  if (value->sink) { // a leaf's, or of another tensor that was made of the same value
    value = identity(value);
    if (impl.chain.empty() && !impl.detached)
      stateOf(*impl.storage).set(value);
  }
  value->sink = &sink;
  ++sink.references;
  impl.retained = value.get();
  ++value->references;
  return value;
}

static Value derive(TensorImpl &impl, bool tracked) {
  Value value;
  if (impl.chain.empty()) {
    value = Value(stateOf(*impl.storage).value);
    if (impl.detached)
      value = stopGradient(value);
  } else {
    value = readImpl(*impl.base);
    const PublicOp *outer = threadState().op;
    for (const ViewStep &step : impl.chain) {
      threadState().op = step.op; // the view names its gradient, whoever reads it first
      value = applyStep(step, value);
    }
    threadState().op = outer;
  }
  if (impl.leafRequiresGrad && tracked)
    value = variable(value, &sinkOf(impl));
  return value;
}

Value readImpl(TensorImpl &impl) {
  bool tracked = threadState().gradEnabled;
  bool traced = threadState().frame != nullptr;
  if (traced) [[unlikely]] {
    if (Value given = readGiven(impl))
      return given;
  }
  StorageState &state = stateOf(*impl.storage);
  if (impl.chain.empty() && !impl.detached && !(impl.leafRequiresGrad && tracked) && !impl.retainsGrad) [[likely]]
    return Value(state.value);
  if (!tracked)
    return derive(impl, false);
  ReadCache &cache = traced ? frameCache(impl) : impl.cache;
  if (cache.node) {
    bool mayChange = !traced && impl.storage->pinned && !impl.chain.empty(); // by a pointer into it
    bool usable = isUsable(cache.node) || impl.retainsGrad; // where its gradient is retained, it is computed again
    if (cache.version == state.version && usable && !mayChange)
      return Value(cache.node);
    cache.clear();
  }
  Value value = derive(impl, true);
  if (impl.retainsGrad && impl.frame == currentFrame())
    value = retain(impl, std::move(value));
  cache.set(value, state.version);
  return value;
}

void moveRetainedGrad(TensorImpl &impl) {
  if (!impl.retainsGrad)
    return;
  bool previous = std::exchange(threadState().gradEnabled, true);
  readImpl(impl);
  threadState().gradEnabled = previous;
}

bool implRequiresGrad(const TensorImpl &impl) {
  if (impl.leafRequiresGrad)
    return true;
  if (impl.detached)
    return false;
  if (impl.base)
    return isFloatingType(impl.dtype) && implRequiresGrad(*impl.base);
  return peekState(*impl.storage).value->requiresGrad;
}

Sink &sinkOf(TensorImpl &impl) {
  if (!impl.sink)
    impl.sink = new Sink(impl.frame);
  return *impl.sink;
}

Value lastRead(const Tensor &tensor) {
  TensorImpl &impl = implOf(tensor, "inputs");
  if (!threadState().frame && impl.cache.node && impl.cache.version == impl.storage->own.version)
    return Value(impl.cache.node);
  return readImpl(impl);
}

Value read(const Tensor &tensor, const char *argument) { return readImpl(implOf(tensor, argument)); }

Tensor wrap(Value value) {
  if (value->requiresGrad) {
    if (!threadState().gradEnabled)
      value = stopGradient(value);
    else if (value->op != threadState().op) // an op that gives its operand back still names the gradient
      value = identity(value);
  }
  auto *impl = new TensorImpl;
  impl->frame = currentFrame();
  impl->storage = new Storage;
  impl->storage->frame = impl->frame;
  impl->storage->own.set(value);
  impl->shape = value->shape;
  impl->dtype = value.dtype();
  cutLongTrace(value.get());
  return Tensor(impl);
}

/// A tensor that is read without history: `impl` itself when it is one already.
static TensorImpl *detachedAlias(TensorImpl *impl) {
  auto *alias = new TensorImpl;
  alias->frame = currentFrame();
  alias->storage = impl->storage;
  ++alias->storage->references;
  alias->shape = impl->shape;
  alias->dtype = impl->dtype;
  alias->detached = true;
  if (impl->base) {
    alias->base = detachedAlias(impl->base);
    alias->chain = impl->chain;
  }
  return alias;
}

Tensor makeView(const Tensor &self, ViewStep step) {
  checkShape(step.shape);
  TensorImpl &impl = implOf(self);
  auto *view = new TensorImpl;
  view->frame = currentFrame();
  view->storage = impl.storage;
  ++view->storage->references;
  view->shape = step.shape;
  view->dtype = impl.dtype;
  step.op = threadState().op;
  TensorImpl *root = impl.base ? impl.base : &impl;
  if (impl.base && !impl.leafRequiresGrad)
    view->chain = impl.chain;
  else if (impl.base)
    throw Error("views of a view that is itself a leaf requiring grad are not supported: clone() it", here());
  view->chain.push_back(step);
  if (threadState().gradEnabled || root->detached || !implRequiresGrad(*root)) {
    root->references.fetch_add(1, std::memory_order_relaxed);
    view->base = root;
  } else {
    view->base = detachedAlias(root); // made under no_grad: never tracked
    view->detached = true;
  }
  return Tensor(view);
}

/// Whether a permutation moves only dimensions of extent one.
static bool keepsOrder(const IntList &permutation, const IntList &shape) {
  int64_t last = -1;
  for (uint32_t i = 0; i < permutation.count; ++i) {
    if (shape[i] == 1)
      continue;
    if (permutation[i] < last)
      return false;
    last = permutation[i];
  }
  return true;
}

bool isDense(const TensorImpl &impl, int64_t *offset) {
  int64_t first = 0;
  bool dense = true;
  const IntList *shape = impl.base ? impl.base->shape : impl.shape;
  for (const ViewStep &step : impl.chain) {
    if (step.kind == ViewStep::Select || step.kind == ViewStep::Slice) {
      int64_t inner = 1;
      for (int64_t d = step.dim + 1; d < shape->count; ++d)
        inner *= shape->values[d];
      for (int64_t d = 0; d < step.dim; ++d)
        dense &= shape->values[d] == 1;
      dense &= step.step == 1;
      first += step.start * inner;
    } else {
      if (step.kind == ViewStep::Transpose)
        dense &= keepsOrder(*step.permutation, *step.shape);
      else
        dense &= step.kind == ViewStep::Reshape || step.shape->product == shape->product;
    }
    shape = step.shape;
  }
  if (offset)
    *offset = first;
  return dense;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static void checkInPlace(const TensorImpl &impl) {
  if (!threadState().gradEnabled)
    return;
  if (impl.leafRequiresGrad)
    throw Error("a leaf Variable that requires grad is being used in an in-place operation.", here());
  if (impl.base && impl.base->leafRequiresGrad && !impl.detached)
    throw Error("a view of a leaf Variable that requires grad is being used in an in-place operation.", here());
}

/// Whoever holds nodes over the pinned buffer (pending readers, graphs kept for backward) keeps the old contents: their Buffer gets a
/// copy, and the memory itself moves to a new one.
static void leaveContentsBehind(Storage &storage) {
  Buffer *shared = storage.pinned, *own = makeBuffer(shared->bytes);
  std::memcpy(own->data, shared->data, size_t(shared->bytes));
  std::swap(own->data, shared->data);
  std::swap(own->host, shared->host);
  std::swap(own->deleter, shared->deleter);
  storage.pinned = own;
  releaseBuffer(shared);
}

/// Pinned memory shows a write at once.
static Value writePinned(Storage &storage, const Value &value) {
  evaluate(value.get());
  // The storage and its value hold one reference each; any other belongs to a reader of the old contents.
  bool othersRead = storage.own.value->references > 1 || storage.pinned->references > 2;
  if (othersRead)
    leaveContentsBehind(storage);
  Buffer *buffer = storage.pinned;
  std::memcpy(buffer->data, elementsOf(value.get()), size_t(buffer->bytes));
  ++buffer->references;
  Value pinned = leaf(value.dtype(), value->shape, buffer);
  return value->requiresGrad ? saved(value, pinned) : pinned;
}

const Tensor &assign(const Tensor &self, const Value &newPart) {
  TensorImpl &impl = implOf(self);
  checkInPlace(impl);
  checkNoOverlap(impl);
  if (newPart.dtype() != impl.dtype) {
    bool narrows = isFloatingType(newPart.dtype()) ? !isFloatingType(impl.dtype) : newPart.dtype() != kBool && impl.dtype == kBool;
    if (narrows)
      throw Error(std::string("result type ") + toString(newPart.dtype()) + " can't be cast to the desired output type " +
                      toString(impl.dtype),
                  here());
  }
  Value part = tracing::cast(newPart, impl.dtype);
  if (part->shape != impl.shape) {
    if (broadcastShapes(part->shape, impl.shape) != impl.shape)
      throw Error("output with shape " + shapeText(impl.shape->ref()) + " doesn't match the broadcast shape " +
                      shapeText(broadcastShapes(part->shape, impl.shape)->ref()),
                  here());
    part = broadcastTo(part, impl.shape->ref());
  }
  Storage &storage = *impl.storage;
  Value old(stateOf(storage).value);
  Value whole = impl.chain.empty() ? part : writeThrough(impl.chain, 0, impl.detached ? stopGradient(old) : old, part);
  // Writes that are not tracked change the value and leave the history as it is.
  if (old->requiresGrad && !whole->requiresGrad && (impl.detached || !threadState().gradEnabled)) {
    bool previous = std::exchange(threadState().gradEnabled, true);
    whole = saved(old, whole);
    threadState().gradEnabled = previous;
  }
  if (impl.detached && whole->requiresGrad && !old->requiresGrad) {
    if (!isArgumentHandle(impl)) // those are attached at each call
      refuseOutside(impl, "writing what requires grad in place to a detached tensor");
    impl.detached = false; // a detached tensor that now has a history of its own
  }
  writeStorage(storage, std::move(whole));
  if (impl.base)
    moveRetainedGrad(*impl.base);
  moveRetainedGrad(impl);
  return self;
}

void writeStorage(Storage &storage, Value value) {
  bool atOnce = storage.pinned && !threadState().frame; // a traced function writes when it is called
  stateOf(storage).set(atOnce ? writePinned(storage, value) : value);
}

void accumulateGradient(GradientSink &base, const Value &gradient, bool createGraph) {
  Sink &sink = static_cast<Sink &>(base);
  Tensor &grad = gradOf(sink);
  if (!grad.defined()) {
    grad = wrap(gradient);
    return;
  }
  Value sum = add(readImpl(*grad.getImpl()), gradient);
  if (createGraph)
    grad = wrap(sum);
  else
    assign(grad, sum);
}

//===----------------------------------------------------------------------===//
// Handles
//===----------------------------------------------------------------------===//

Tensor detachTensor(const Tensor &self) { return Tensor(detachedAlias(&implOf(self))); }

} // namespace cotan::detail

namespace cotan {

Tensor::Tensor(const Tensor &other) : impl(other.impl) {
  if (impl)
    impl->references.fetch_add(1, std::memory_order_relaxed);
}

Tensor::~Tensor() {
  if (impl)
    detail::releaseImpl(impl);
}

Tensor &Tensor::operator=(const Tensor &other) & {
  Tensor copy(other);
  std::swap(impl, copy.impl);
  return *this;
}

Tensor &Tensor::operator=(Tensor &&other) & noexcept {
  std::swap(impl, other.impl);
  return *this;
}

} // namespace cotan
