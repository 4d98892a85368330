//===- Traced.h - a function traced for one signature -----------*- C++ -*-===//
//
// What a traced function is outside of its frame (Frame.h): a Function of the trace, where its operands are found at a call, and what it
// does to tensors. Used by jit and cond.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_API_TRACED_H
#define COTAN_LIB_API_TRACED_H

#include "Frame.h"
#include "cotan/transform.h"
#include <memory>

namespace cotan::detail {

/// What a trace depends on of a captured tensor: its flags, and which argument it shares memory with.
struct TensorGuard {
  Tensor tensor;
  int64_t flags;
  int argument;
};

struct SinkGuard {
  Source sink;
  std::vector<int64_t> gradient;
  int alias = -1; ///< what the gradient shares memory with: see aliasOf
};

/// A sink whose gradient the function replaced or, unless `defined`, took away.
struct NewGradient {
  Source sink;
  bool defined;
};

struct Traced {
  std::vector<int64_t> signature;
  Function *function = nullptr;
  std::vector<Source> sources;
  size_t results = 0;          ///< of the function itself; written values and gradients follow
  std::vector<Source> written; ///< storages that get a new value
  std::vector<NewGradient> gradients;
  std::vector<int> attached; ///< detached arguments that get a history of their own
  std::vector<TensorGuard> tensorGuards;
  std::vector<SinkGuard> sinkGuards;
  int64_t draws = 0;
  std::vector<Storage *> heldStorages; ///< captured ones; those of arguments come with each call
  std::vector<Sink *> heldSinks;

  Traced() = default;
  Traced(const Traced &) = delete;
  ~Traced();

  /// Keeps what a source refers to alive.
  Source hold(Source source);
  /// Whether it may be called with these: their signature and all guards hold.
  bool matches(const std::vector<Tensor> &arguments) const;
  /// Makes a function that is traced around this one depend on the same.
  void noteDependencies(const std::vector<Tensor> &arguments) const;
  /// Its operands at a call; random numbers are drawn `draws` times.
  std::vector<Value> operands(const std::vector<Tensor> &arguments, int64_t draws) const;

private:
  /// Whether what was captured is as it was when the function was traced.
  bool holds(const std::vector<Tensor> &arguments) const;
};

/// Runs the function on stand-ins. Called without the lock, which the function must not hold.
std::unique_ptr<Traced> traceCallable(Callable &callable, const std::vector<Tensor> &arguments);

Sink &sinkAt(const Source &source, const std::vector<Tensor> &arguments);
Storage &storageAt(const Source &source, const std::vector<Tensor> &arguments);

} // namespace cotan::detail

#endif // COTAN_LIB_API_TRACED_H
