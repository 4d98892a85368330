//===- TensorImpl.h - storage, views and gradients of a tensor --*- C++ -*-===//
//
// A storage holds a functional value and a version; an in-place op gives it another value. A tensor reads its storage through
// a chain of view steps and, when it is a leaf that requires grad, through a Variable node that names it to autograd. Guarded by the
// context's lock, but for the tensors' own reference counts.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_API_TENSORIMPL_H
#define COTAN_LIB_API_TENSORIMPL_H

#include "OpSupport.h"
#include "cotan-compiler/Trace/Function.h"
#include <atomic>
#include <vector>

namespace cotan::detail {

/// What a storage holds at a moment.
struct StorageState {
  Node *value = nullptr; ///< held
  uint64_t version = 0;  ///< unique in the process; a new one with every write

  void set(const Value &newValue);
};

/// The value that copies, views and detached tensors share.
struct Storage {
  uint32_t references = 1;
  StorageState own;         ///< a function being traced may see another: ask stateOf
  Buffer *pinned = nullptr; ///< memory whose address the program knows: from_blob's or data_ptr's
  uint64_t frame = 0;       ///< number of the function being traced that made it; 0: none did

  static void *operator new(size_t);
  static void operator delete(void *pointer);
};

/// Gives back one reference.
void releaseStorage(Storage *storage);

/// One step from a storage's value to a view's: how it is read, and how a write goes back.
struct ViewStep {
  enum Kind : uint8_t { Select, Slice, Reshape, Transpose, Expand } kind;
  int64_t dim = 0, start = 0, step = 1; ///< Select, Slice
  const IntList *shape = nullptr;       ///< of the result
  const IntList *permutation = nullptr; ///< Transpose
  const PublicOp *op = nullptr;         ///< names the gradient
  Value startValue = {};                ///< stands for `start` when that differs from call to call of a traced function
};

/// The gradient of a leaf, or of a value with retain_grad.
struct Sink : GradientSink {
  explicit Sink(uint64_t frame);
  Tensor grad;    ///< a function being traced may see another: ask gradOf
  uint64_t frame; ///< as of the tensor
};

/// The node that a tensor was read as, valid for a version of its storage with grad mode on.
struct ReadCache {
  Node *node = nullptr; ///< held
  uint64_t version = 0;

  void set(const Value &value, uint64_t version);
  void clear();
};

struct TensorImpl {
  std::atomic<uint32_t> references{1};
  Storage *storage = nullptr;
  TensorImpl *base = nullptr; ///< of a view: the tensor that is viewed, itself no view
  std::vector<ViewStep> chain;
  const IntList *shape = nullptr;
  ScalarType dtype = kFloat;
  bool detached = false;      ///< no gradient flows into the storage's history
  bool leafRequiresGrad = false;
  bool retainsGrad = false;
  Sink *sink = nullptr;
  Node *retained = nullptr; ///< held, with retain_grad: the node whose cotangent goes to the sink
  ReadCache cache;
  uint64_t frame = 0; ///< number of the function being traced that made it; 0: none did

  static void *operator new(size_t);
  static void operator delete(void *pointer);
};

/// The node that ops on the tensor were recorded with, even if its value was not kept: what gradients with respect to it are asked of.
Value lastRead(const Tensor &tensor);

/// A version no storage had before.
uint64_t freshVersion();

/// The number of the function being traced; 0: none is.
uint64_t currentFrame();
StorageState &frameState(Storage &storage);
const StorageState &peekFrameState(const Storage &storage);
Tensor &frameGrad(Sink &sink);
/// Whether it stands for an argument of the function being traced.
bool isArgumentHandle(const TensorImpl &impl);
/// Throws where `impl` came from outside of the function being traced: `what` would change the tensor at the trace and not at each call.
void refuseOutside(const TensorImpl &impl, const char *what);
ReadCache &frameCache(TensorImpl &impl);
/// Within a function being traced: the parameter that stands for a tensor of outside; null where it is to be derived from its storage.
Value readGiven(TensorImpl &impl);
/// What a storage holds; within a function being traced, its stand-in, made by the first use.
inline StorageState &stateOf(Storage &storage) {
  return threadState().frame ? frameState(storage) : storage.own;
}
/// The same, but what is not used yet stays so.
inline const StorageState &peekState(const Storage &storage) {
  return threadState().frame ? peekFrameState(storage) : storage.own;
}
/// The gradient in a sink; within a function being traced, its stand-in.
inline Tensor &gradOf(Sink &sink) { return threadState().frame ? frameGrad(sink) : sink.grad; }

/// Gives a storage a new value, as an in-place op does: seen at once through pinned memory.
void writeStorage(Storage &storage, Value value);
/// The value of a tensor now: derived through its views, tracked as grad mode says.
Value readImpl(TensorImpl &impl);
/// Applies one view step.
Value applyStep(const ViewStep &step, const Value &x);
/// `whole` with the part that the steps [first, ...) select replaced.
Value writeThrough(const std::vector<ViewStep> &chain, size_t first, const Value &whole, const Value &part);
/// Throws torch's error when several elements of the view are one in memory.
void checkNoOverlap(const TensorImpl &impl);
bool implRequiresGrad(const TensorImpl &impl);
/// A view of `self` by one more step.
Tensor makeView(const Tensor &self, ViewStep step);
/// Shares the storage, without history.
Tensor detachTensor(const Tensor &self);
/// Whether a tensor's elements are consecutive in its storage, and from which element on.
bool isDense(const TensorImpl &impl, int64_t *offset = nullptr);
/// Sends the cotangent of the value that the tensor has now to its sink, and of none before: after retain_grad, and after each write.
void moveRetainedGrad(TensorImpl &impl);
/// The sink of a leaf; made if there is none.
Sink &sinkOf(TensorImpl &impl);
/// The implementation; throws torch's error for an undefined tensor.
TensorImpl &implOf(const Tensor &tensor, const char *argument = "self");
/// Throws, naming cotan::cond, when a function is being traced.
void refuseInTrace(const char *what);

/// One element of dense memory.
cotan::Scalar elementAt(ScalarType type, const void *data, int64_t index);
/// Accumulates a gradient as backward() does.
void accumulateGradient(GradientSink &sink, const Value &gradient, bool createGraph);

} // namespace cotan::detail

#endif // COTAN_LIB_API_TENSORIMPL_H
