//===- Frame.h - what a function being traced sees of tensors ---*- C++ -*-===//
//
// While `jit` traces a function, the storages it reads have parameters as their values and the gradients it accumulates have places
// of their own. These stand-ins belong to the frame of the tracing thread: values and gradients of the tensors themselves are not touched,
// so other threads (and graphs recorded before) see what they always saw, and no lock is held while the user's function runs. Of the rest
// (being a leaf, detached, retaining its gradient) there are no stand-ins: what would change it for a tensor of outside is refused.
//
// What was made within the frame, marked by its number, is local to it and used as it is.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_API_FRAME_H
#define COTAN_LIB_API_FRAME_H

#include "TensorImpl.h"
#include <deque>
#include <unordered_map>

namespace cotan::tracing {

/// What one argument of the traced function is at a call.
struct Source {
  enum Kind {
    Raw,    ///< a storage's value
    Read,   ///< a tensor as autograd sees it: through its views, as a leaf
    Start,  ///< where a view's step begins
    Seed,
    Counter
  } kind;
  int argument = -1;  ///< of the call; -1: captured
  bool base = false;  ///< the tensor that the argument is a view of
  size_t step = 0;    ///< Start: of the argument's views
  detail::Storage *storage = nullptr;  ///< Raw, captured
  detail::TensorImpl *tensor = nullptr; ///< Read, captured
  bool gradient = false;        ///< Raw, Read: of the gradient that is in the sink at the call
  detail::Sink *sink = nullptr; ///< captured; of an argument it comes with the call
};

/// The stand-in for a storage of outside.
struct Captured {
  detail::Storage *storage; ///< held
  detail::StorageState now;
  Value parameter;
  uint64_t version; ///< at the beginning
  bool written() const { return now.value != parameter.get(); }
};

/// A tensor of outside that the function used, or the handle it got for an argument or a gradient.
struct KnownTensor {
  Tensor tensor;
  int argument = -1;       ///< of the handle; -1: captured
  bool base = false;       ///< the handle is what the argument's handle is a view of
  bool gradient = false;   ///< the handle is that of a gradient
  int64_t flags = 0;       ///< at the beginning, of captured ones
  detail::ReadCache cache; ///< of captured ones
  Value given;             ///< the parameter for its value, valid until its storage is written
};

/// The stand-in for the gradient in a sink of outside.
struct KnownSink {
  detail::Sink *sink; ///< held
  Tensor before;      ///< the gradient itself
  Tensor given, now; ///< what the function got: a handle where `before` is plain, which tells it from the same tensor captured
  std::vector<int64_t> description; ///< of `before`, at the beginning
};

struct TraceFrame {
  uint64_t number = 0;
  TraceFrame *outer = nullptr;
  std::deque<Captured> captured; ///< in order of first use
  std::deque<KnownTensor> tensors;
  std::deque<KnownSink> sinks;
  std::unordered_map<const void *, Captured *> byStorage;
  std::unordered_map<const void *, KnownTensor *> byTensor;
  std::unordered_map<const void *, KnownSink *> bySink;
  std::vector<Source> sources;
  std::vector<Value> parameters; ///< one a source
  int64_t draws = 0;
  Value seed, counter;

  Value addSource(Source source, ScalarType type, const IntList *shape);
};

} // namespace cotan::tracing

namespace cotan::detail {

/// The handle that the traced function gets for an argument. It shares storage, gradient and flags; starts of its views are run-time
/// parameters.
Tensor argumentHandle(TraceFrame &frame, const Tensor &argument, int position);
/// leafRequiresGrad, requires grad, detached: what the trace depends on beyond element type and shape.
int64_t flagsOf(const TensorImpl &impl);
/// Whether it shows its storage as it is.
bool isPlain(const TensorImpl &impl);
/// What a trace depends on of a gradient.
std::vector<int64_t> describeGradient(const Tensor &gradient);
/// Notes that the frame, if any, depends on the tensor's flags.
void noteTensor(TensorImpl &impl);
/// Lets go of everything.
void clearFrame(TraceFrame &frame);

} // namespace cotan::detail

#endif // COTAN_LIB_API_FRAME_H
