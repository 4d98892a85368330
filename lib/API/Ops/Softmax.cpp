//===- Softmax.cpp - softmax, log_softmax, cross entropy ------------------===//

#include "../OpSupport.h"
#include "cotan/ops/nn.h"

namespace cotan {

using namespace detail;

/// x minus its maximum along the dimension, whose gradient cancels.
static Value centered(const Value &x, int64_t dim) {
  return tracing::sub(x, stopGradient(reduceDims(Reduction::Max, x, {dim}, true)));
}

static Value logSoftmaxValue(const Value &x, int64_t dim) {
  if (x.rank() == 0)
    return tracing::mul(x, constant(x.dtype(), 0));
  if (x.numel() == 0)
    return identity(x);
  Value shifted = centered(x, dim);
  return tracing::sub(shifted, tracing::log(reduceDims(Reduction::Sum, tracing::exp(shifted), {dim}, true)));
}

static Value operand(const Tensor &self, std::optional<ScalarType> type) {
  Value x = type ? tracing::cast(read(self), *type) : read(self);
  if (!isFloatingType(x.dtype()))
    throw Error(std::string("\"") + opName() + "_lastdim_kernel_impl\" not implemented for '" + toString(x.dtype()) + "'", here());
  return x;
}

Tensor softmax(const Tensor &self, int64_t dim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(softmax, "SoftmaxBackward0", true);
  Value x = operand(self, type);
  dim = wrapDim(dim, x.rank());
  if (x.rank() == 0)
    return wrap(tracing::exp(tracing::mul(x, constant(x.dtype(), 0))));
  if (x.numel() == 0)
    return wrap(identity(x));
  Value weights = tracing::exp(centered(x, dim));
  return wrap(tracing::div(weights, reduceDims(Reduction::Sum, weights, {dim}, true)));
}

Tensor log_softmax(const Tensor &self, int64_t dim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(log_softmax, "LogSoftmaxBackward0", true);
  Value x = operand(self, type);
  return wrap(logSoftmaxValue(x, wrapDim(dim, x.rank())));
}

Tensor nn::functional::cross_entropy(const Tensor &input, const Tensor &target, Where where) {
  COTAN_OP(cross_entropy, "NllLossBackward0", true);
  Value x = operand(input, std::nullopt), classes = read(target, "target");
  if (x.rank() != 2 || classes.rank() != 1)
    throw Error("cross_entropy: expected input [N, C] and target [N], got " + shapeText(x.shape()) + " and " + shapeText(classes.shape()), where);
  if (x.size(0) != classes.size(0))
    throw ValueError("Expected input batch_size (" + std::to_string(x.size(0)) + ") to match target batch_size (" +
                         std::to_string(classes.size(0)) + ").",
                     where);
  if (classes.dtype() != kLong)
    throw Error(std::string("expected scalar type Long but found ") + toString(classes.dtype()), where);
  // Reading each class from the list of classes fails the call when one is out of range.
  Value known = gather(iota(kLong, {x.size(1)}, 0), classes);
  Value chosen = compare(Comparison::Eq, iota(kLong, x.shape(), 1), tracing::reshape(known, {x.size(0), 1}));
  Value picked = tracing::select(chosen, logSoftmaxValue(x, 1), constant(x.dtype(), 0));
  return wrap(tracing::div(tracing::neg(reduceAll(Reduction::Sum, picked)), constant(x.dtype(), double(x.size(0)))));
}

Tensor Tensor::softmax(int64_t dim, std::optional<ScalarType> type, Where where) const { return cotan::softmax(*this, dim, type, where); }
Tensor Tensor::log_softmax(int64_t dim, std::optional<ScalarType> type, Where where) const {
  return cotan::log_softmax(*this, dim, type, where);
}

} // namespace cotan
