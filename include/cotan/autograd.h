//===- autograd.h - grad mode and gradients as values -----------*- C++ -*-===//

#ifndef COTAN_AUTOGRAD_H
#define COTAN_AUTOGRAD_H

#include "cotan/tensor.h"

namespace cotan {

/// Whether ops of this thread are tracked.
struct COTAN_API GradMode {
  static bool is_enabled();
  static void set_enabled(bool enabled);
};

/// Within its scope, ops of this thread are not tracked: Python's `with torch.no_grad()`.
class COTAN_API NoGradGuard {
public:
  NoGradGuard() : previous(GradMode::is_enabled()) { GradMode::set_enabled(false); }
  NoGradGuard(const NoGradGuard &) = delete;
  NoGradGuard &operator=(const NoGradGuard &) = delete;
  ~NoGradGuard() { GradMode::set_enabled(previous); }

private:
  bool previous;
};

/// Sets grad mode within its scope.
class COTAN_API AutoGradMode {
public:
  explicit AutoGradMode(bool enabled) : previous(GradMode::is_enabled()) { GradMode::set_enabled(enabled); }
  AutoGradMode(const AutoGradMode &) = delete;
  AutoGradMode &operator=(const AutoGradMode &) = delete;
  ~AutoGradMode() { GradMode::set_enabled(previous); }

private:
  bool previous;
};

namespace autograd {

/// The gradients of `outputs` with respect to `inputs`, not accumulated anywhere. `grad_outputs` may be empty, or undefined in the
/// places of scalar outputs. Throws where an input is not reached, unless `allow_unused` (then undefined).
COTAN_API std::vector<Tensor> grad(const std::vector<Tensor> &outputs, const std::vector<Tensor> &inputs,
                                   const std::vector<Tensor> &grad_outputs = {}, std::optional<bool> retain_graph = std::nullopt,
                                   bool create_graph = false, bool allow_unused = false, Where where = Where::current());

/// Accumulates into the leaves, as Tensor::backward of several tensors at once.
COTAN_API void backward(const std::vector<Tensor> &tensors, const std::vector<Tensor> &grad_tensors = {},
                        std::optional<bool> retain_graph = std::nullopt, bool create_graph = false, Where where = Where::current());

} // namespace autograd
} // namespace cotan

#endif // COTAN_AUTOGRAD_H
