//===- Reductions.cpp - sums, means, norms, extremes ----------------------===//

#include "../OpSupport.h"
#include "cotan/ops/reductions.h"
#include <cmath>

namespace cotan {

using namespace detail;

//===----------------------------------------------------------------------===//
// Sums and means
//===----------------------------------------------------------------------===//

static Tensor sumOver(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type) {
  Value x = read(self);
  ScalarType result = type ? *type : isIntegralType(x.dtype(), true) ? kLong : x.dtype();
  x = tracing::cast(x, result == kBool ? kLong : result);
  return wrap(tracing::cast(reduceDims(Reduction::Sum, x, wrapDims(dim, x.rank()), keepdim), result));
}

Tensor sum(const Tensor &self, std::optional<ScalarType> type, Where where) {
  COTAN_OP(sum, "SumBackward0", false);
  return sumOver(self, std::nullopt, false, type);
}
Tensor sum(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(sum, "SumBackward1", false);
  return sumOver(self, dim, keepdim, type);
}

static Tensor meanOver(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type) {
  Value x = read(self);
  if (type)
    x = tracing::cast(x, *type);
  if (!isFloatingType(x.dtype()))
    throw Error(std::string("mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ") +
                    toString(x.dtype()),
                here());
  auto dims = wrapDims(dim, x.rank());
  int64_t count = 1;
  for (int64_t d : dims)
    count *= x.size(d);
  Value total = reduceDims(Reduction::Sum, x, dims, keepdim);
  return wrap(tracing::div(total, constant(x.dtype(), double(count))));
}

Tensor mean(const Tensor &self, std::optional<ScalarType> type, Where where) {
  COTAN_OP(mean, "MeanBackward0", false);
  return meanOver(self, std::nullopt, false, type);
}
Tensor mean(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(mean, "MeanBackward1", false);
  return meanOver(self, dim, keepdim, type);
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

/// The root with a gradient of zero at zero.
static Value rootOrZero(const Value &x, double p) {
  Value zero = constant(x.dtype(), 0), isZero = compare(Comparison::Eq, x, zero);
  Value safe = tracing::select(isZero, constant(x.dtype(), 1), x);
  Value root = p == 2 ? tracing::sqrt(safe) : binary(OpKind::Pow, safe, scalar(x.dtype(), 1 / p));
  return tracing::select(isZero, zero, root);
}

Tensor norm(const Tensor &self, const Scalar &p, Where where) {
  COTAN_OP(norm, "NormBackward0", true);
  Value x = read(self);
  if (!isFloatingType(x.dtype()))
    throw Error(std::string("linalg.vector_norm: Expected a floating point or complex tensor as input. Got ") + toString(x.dtype()), where);
  double order = p.toDouble();
  if (order == 2)
    return wrap(rootOrZero(reduceAll(Reduction::Sum, tracing::mul(x, x)), 2));
  Value size = tracing::abs(x);
  if (std::isinf(order))
    return wrap(reduceAll(order > 0 ? Reduction::Max : Reduction::Min, size));
  if (order == 1)
    return wrap(reduceAll(Reduction::Sum, size));
  if (order == 0)
    return wrap(reduceAll(Reduction::Sum, tracing::cast(compare(Comparison::Ne, x, constant(x.dtype(), 0)), x.dtype())));
  return wrap(rootOrZero(reduceAll(Reduction::Sum, binary(OpKind::Pow, size, scalar(x.dtype(), order))), order));
}

//===----------------------------------------------------------------------===//
// Extremes
//===----------------------------------------------------------------------===//

static void requireElements(const Value &x) {
  if (x.numel() == 0)
    throw Error(std::string(opName()) + "(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the "
                                        "'dim' argument.",
                here());
}

static Tensor extreme(const Tensor &self, Reduction kind) {
  Value x = read(self);
  requireElements(x);
  if (x.dtype() == kBool)
    return wrap(reduceAll(kind == Reduction::Max ? Reduction::Any : Reduction::All, x));
  Value result = reduceAll(kind, x);
  if (!result->requiresGrad)
    return wrap(result);
  // The gradient is divided among the elements that equal the result; among the NaNs when it is one.
  Value source = stopGradient(x), value = stopGradient(result);
  Value chosen = binary(OpKind::Or, compare(Comparison::Eq, source, value), compare(Comparison::Ne, source, source));
  Value count = reduceAll(Reduction::Sum, tracing::cast(chosen, x.dtype()));
  Value sum = reduceAll(Reduction::Sum, tracing::select(chosen, x, constant(x.dtype(), 0)));
  return wrap(saved(tracing::div(sum, count), value));
}
Tensor max(const Tensor &self, Where where) {
  COTAN_OP(max, "MaxBackward1", true);
  return extreme(self, Reduction::Max);
}
Tensor min(const Tensor &self, Where where) {
  COTAN_OP(min, "MinBackward1", true);
  return extreme(self, Reduction::Min);
}

/// The element at `index` along `dim` (which the index lacks), as a masked sum: the gradient goes there.
static Value pick(const Value &x, const Value &index, int64_t dim) {
  IntVector shape = x.shape().vec();
  shape[size_t(dim)] = 1;
  Value chosen = compare(Comparison::Eq, iota(kLong, x.shape(), dim), tracing::reshape(index, shape));
  return reduce(Reduction::Sum, tracing::select(chosen, x, constant(x.dtype(), 0)), {dim});
}

static std::tuple<Tensor, Tensor> extremeAlong(const Tensor &self, int64_t dim, bool keepdim, bool largest) {
  Value x = read(self);
  dim = wrapDim(dim, x.rank());
  if (x.rank() == 0)
    return {wrap(identity(x)), wrap(constant(kLong, 0))};
  ScalarType type = x.dtype();
  if (type == kBool)
    x = tracing::cast(x, kInt);
  Value index = largest ? tracing::argmax(x, dim) : tracing::argmin(x, dim);
  Value value = tracing::cast(pick(x, index, dim), type);
  if (keepdim) {
    IntVector shape = x.shape().vec();
    shape[size_t(dim)] = 1;
    index = tracing::reshape(index, shape);
    value = tracing::reshape(value, shape);
  }
  return {wrap(value), wrap(index)};
}
std::tuple<Tensor, Tensor> max(const Tensor &self, int64_t dim, bool keepdim, Where where) {
  COTAN_OP(max, "MaxBackward0", true);
  return extremeAlong(self, dim, keepdim, true);
}
std::tuple<Tensor, Tensor> min(const Tensor &self, int64_t dim, bool keepdim, Where where) {
  COTAN_OP(min, "MinBackward0", true);
  return extremeAlong(self, dim, keepdim, false);
}

static Tensor argExtreme(const Tensor &self, std::optional<int64_t> dim, bool keepdim, bool largest) {
  Value x = read(self);
  if (x.dtype() == kBool)
    x = tracing::cast(x, kInt);
  IntVector shape = x.shape().vec();
  int64_t along = dim ? wrapDim(*dim, x.rank()) : 0;
  if (!dim || x.rank() == 0) {
    if (x.numel() == 0)
      throw IndexError(std::string(opName()) + "(): Expected reduction dim to be specified for input.numel() == 0.", here());
    x = tracing::reshape(x, {x.numel()});
    for (int64_t &extent : shape)
      extent = 1;
  } else {
    shape[size_t(along)] = 1;
  }
  Value index = largest ? tracing::argmax(x, along) : tracing::argmin(x, along);
  return wrap(keepdim ? tracing::reshape(index, shape) : index);
}
Tensor argmax(const Tensor &self, std::optional<int64_t> dim, bool keepdim, Where where) {
  COTAN_OP(argmax, "", false);
  return argExtreme(self, dim, keepdim, true);
}
Tensor argmin(const Tensor &self, std::optional<int64_t> dim, bool keepdim, Where where) {
  COTAN_OP(argmin, "", false);
  return argExtreme(self, dim, keepdim, false);
}

static Value truth(const Value &x) { return x.dtype() == kBool ? x : compare(Comparison::Ne, x, constant(x.dtype(), 0)); }
Tensor all(const Tensor &self, Where where) {
  COTAN_OP(all, "", false);
  return wrap(reduceAll(Reduction::All, truth(read(self))));
}
Tensor any(const Tensor &self, Where where) {
  COTAN_OP(any, "", false);
  return wrap(reduceAll(Reduction::Any, truth(read(self))));
}

//===----------------------------------------------------------------------===//
// Methods
//===----------------------------------------------------------------------===//

Tensor Tensor::sum(std::optional<ScalarType> type, Where where) const { return cotan::sum(*this, type, where); }
Tensor Tensor::sum(OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type, Where where) const {
  return cotan::sum(*this, dim, keepdim, type, where);
}
Tensor Tensor::mean(std::optional<ScalarType> type, Where where) const { return cotan::mean(*this, type, where); }
Tensor Tensor::mean(OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type, Where where) const {
  return cotan::mean(*this, dim, keepdim, type, where);
}
Tensor Tensor::norm(const Scalar &p, Where where) const { return cotan::norm(*this, p, where); }
Tensor Tensor::max(Where where) const { return cotan::max(*this, where); }
Tensor Tensor::min(Where where) const { return cotan::min(*this, where); }
std::tuple<Tensor, Tensor> Tensor::max(int64_t dim, bool keepdim, Where where) const { return cotan::max(*this, dim, keepdim, where); }
std::tuple<Tensor, Tensor> Tensor::min(int64_t dim, bool keepdim, Where where) const { return cotan::min(*this, dim, keepdim, where); }
Tensor Tensor::argmax(std::optional<int64_t> dim, bool keepdim, Where where) const { return cotan::argmax(*this, dim, keepdim, where); }
Tensor Tensor::argmin(std::optional<int64_t> dim, bool keepdim, Where where) const { return cotan::argmin(*this, dim, keepdim, where); }
Tensor Tensor::all(Where where) const { return cotan::all(*this, where); }
Tensor Tensor::any(Where where) const { return cotan::any(*this, where); }

} // namespace cotan
