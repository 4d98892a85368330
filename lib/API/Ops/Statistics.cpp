//===- Statistics.cpp - variance, norms and other reductions ----------------===//

#include "OpSupport.h"
#include "cotan/ops/statistics.h"

#include "cotan/ops/elementwise.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace cotan {

using namespace detail;

namespace {

Value number(const Value &like, double value) { return constant(like.dtype(), value); }

int64_t reducedCount(const Value &x, const std::vector<int64_t> &dims) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= x.size(dim);
  return count;
}

Value withoutDims(const Value &x, const std::vector<int64_t> &dims) {
  std::vector<int64_t> shape;
  for (int64_t i = 0; i < x.rank(); ++i)
    if (std::find(dims.begin(), dims.end(), i) == dims.end())
      shape.push_back(x.size(i));
  return reshape(x, shape);
}

struct Moments {
  Value variance, mean; ///< with the reduced dimensions kept
};

Moments moments(const Value &x, const std::vector<int64_t> &dims, int64_t correction) {
  int64_t count = reducedCount(x, dims);
  Value mean = div(reduceDims(Reduction::Sum, x, dims, true), number(x, double(count)));
  Value deviation = sub(x, mean);
  Value squares = reduceDims(Reduction::Sum, mul(deviation, deviation), dims, true);
  return {div(squares, number(x, double(std::max<int64_t>(0, count - correction)))), mean};
}

/// sqrt with a derivative of 0 at 0.
Value rootOrZero(const Value &x) {
  Value zero = compare(Comparison::Eq, x, number(x, 0));
  return select(zero, number(x, 0), sqrt(select(zero, number(x, 1), x)));
}

Value readForMoments(const Tensor &self, const char *op, Where where) {
  Value x = read(self);
  if (!isFloatingType(x.dtype()))
    throw TypeError(std::string(op) + ": only support floating-point dtypes, got " + name(x.dtype()), where);
  return x;
}

Tensor finish(const Value &kept, const std::vector<int64_t> &dims, bool keepdim) {
  return wrap(keepdim ? kept : withoutDims(kept, dims));
}

} // namespace

Tensor var(const Tensor &self, OptionalIntArrayRef dim, int64_t correction, bool keepdim, Where where) {
  COTAN_OP(var, "VarBackward0", true);
  Value x = readForMoments(self, "var", where);
  auto dims = wrapDims(dim, x.rank());
  return finish(moments(x, dims, correction).variance, dims, keepdim);
}

Tensor std(const Tensor &self, OptionalIntArrayRef dim, int64_t correction, bool keepdim, Where where) {
  COTAN_OP(std, "StdBackward0", true);
  Value x = readForMoments(self, "std", where);
  auto dims = wrapDims(dim, x.rank());
  return finish(rootOrZero(moments(x, dims, correction).variance), dims, keepdim);
}

std::tuple<Tensor, Tensor> var_mean(const Tensor &self, OptionalIntArrayRef dim, int64_t correction, bool keepdim, Where where) {
  COTAN_OP(var_mean, "VarMeanBackward0", true);
  Value x = readForMoments(self, "var_mean", where);
  auto dims = wrapDims(dim, x.rank());
  Moments result = moments(x, dims, correction);
  return {finish(result.variance, dims, keepdim), finish(result.mean, dims, keepdim)};
}

std::tuple<Tensor, Tensor> std_mean(const Tensor &self, OptionalIntArrayRef dim, int64_t correction, bool keepdim, Where where) {
  COTAN_OP(std_mean, "StdMeanBackward0", true);
  Value x = readForMoments(self, "std_mean", where);
  auto dims = wrapDims(dim, x.rank());
  Moments result = moments(x, dims, correction);
  return {finish(rootOrZero(result.variance), dims, keepdim), finish(result.mean, dims, keepdim)};
}

namespace {

Value extremum(Reduction kind, const Value &x, const std::vector<int64_t> &dims, bool keepdim, const char *op, Where where) {
  for (int64_t dim : dims)
    if (x.size(dim) == 0)
      throw IndexError(std::string(op) + "(): Expected reduction dim " + std::to_string(dim) + " to have non-zero size.", where);
  return reduceDims(kind, x, dims, keepdim);
}

} // namespace

Tensor amax(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, Where where) {
  COTAN_OP(amax, "AmaxBackward0", true);
  Value x = read(self);
  return wrap(extremum(Reduction::Max, x, wrapDims(dim, x.rank()), keepdim, "amax", where));
}

Tensor amin(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, Where where) {
  COTAN_OP(amin, "AminBackward0", true);
  Value x = read(self);
  return wrap(extremum(Reduction::Min, x, wrapDims(dim, x.rank()), keepdim, "amin", where));
}

std::tuple<Tensor, Tensor> aminmax(const Tensor &self, std::optional<int64_t> dim, bool keepdim, Where where) {
  COTAN_OP(aminmax, "AminmaxBackward0", true);
  Value x = read(self);
  auto dims = dim ? wrapDims(IntArrayRef(*dim), x.rank()) : wrapDims(std::nullopt, x.rank());
  return {wrap(extremum(Reduction::Min, x, dims, keepdim, "aminmax", where)),
          wrap(extremum(Reduction::Max, x, dims, keepdim, "aminmax", where))};
}

Tensor logsumexp(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, Where where) {
  COTAN_OP(logsumexp, "LogsumexpBackward0", true);
  Value x = readFloating(self);
  auto dims = wrapDims(dim, x.rank());
  if (x.numel() == 0)
    return finish(log(reduceDims(Reduction::Sum, exp(x), dims, true)), dims, keepdim);
  // About the largest element, which is a constant to differentiation; an infinite one would give inf - inf.
  Value pivot = stopGradient(reduceDims(Reduction::Max, x, dims, true));
  pivot = select(compare(Comparison::Lt, abs(pivot), number(x, std::numeric_limits<double>::infinity())), pivot, number(x, 0));
  Value total = reduceDims(Reduction::Sum, exp(sub(x, pivot)), dims, true);
  return finish(add(pivot, log(total)), dims, keepdim);
}

namespace {

Value readForProduct(const Tensor &self, std::optional<ScalarType> type) {
  Value x = read(self);
  return cast(x, type ? *type : isFloatingType(x.dtype()) ? x.dtype() : kLong);
}

} // namespace

Tensor prod(const Tensor &self, std::optional<ScalarType> type, Where where) {
  COTAN_OP(prod, "ProdBackward0", true);
  return wrap(reduceAll(Reduction::Prod, readForProduct(self, type)));
}

Tensor prod(const Tensor &self, int64_t dim, bool keepdim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(prod, "ProdBackward1", true);
  Value x = readForProduct(self, type);
  return wrap(reduceDims(Reduction::Prod, x, wrapDims(IntArrayRef(dim), x.rank()), keepdim));
}

Tensor nansum(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(nansum, "NansumBackward0", true);
  Value x = read(self);
  x = cast(x, type ? *type : isFloatingType(x.dtype()) ? x.dtype() : kLong);
  if (isFloatingType(x.dtype()))
    x = select(compare(Comparison::Ne, x, x), number(x, 0), x);
  return wrap(reduceDims(Reduction::Sum, x, wrapDims(dim, x.rank()), keepdim));
}

Tensor nanmean(const Tensor &self, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> type, Where where) {
  COTAN_OP(nanmean, "DivBackward0", true);
  Value x = readFloating(self);
  if (type)
    x = cast(x, *type);
  auto dims = wrapDims(dim, x.rank());
  Value missing = compare(Comparison::Ne, x, x);
  Value total = reduceDims(Reduction::Sum, select(missing, number(x, 0), x), dims, keepdim);
  return wrap(div(total, reduceDims(Reduction::Sum, cast(logicalNot(missing), x.dtype()), dims, keepdim)));
}

Tensor count_nonzero(const Tensor &self, OptionalIntArrayRef dim, Where where) {
  COTAN_OP(count_nonzero, "", false);
  Value x = read(self);
  return wrap(reduceDims(Reduction::Sum, cast(cast(x, kBool), kLong), wrapDims(dim, x.rank()), false));
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

namespace {

/// The p-norm for p other than 0, 1, 2 and the infinities. Zeros are kept from the powers, whose derivative there may be infinite.
Value generalNorm(const Value &x, double p, const std::vector<int64_t> &dims) {
  Value zero = compare(Comparison::Eq, x, number(x, 0));
  Value magnitude = abs(select(zero, number(x, 1), x));
  Value powers = select(zero, number(x, p < 0 ? std::numeric_limits<double>::infinity() : 0), binary(OpKind::Pow, magnitude, number(x, p)));
  Value total = reduceDims(Reduction::Sum, powers, dims, true);
  Value nothing = compare(Comparison::Eq, total, number(x, 0));
  Value root = binary(OpKind::Pow, select(nothing, number(x, 1), total), number(x, 1 / p));
  return select(nothing, number(x, 0), root);
}

Value normOf(const Value &x, double p, const std::vector<int64_t> &dims, Where where) {
  if (p == 0)
    return reduceDims(Reduction::Sum, cast(compare(Comparison::Ne, x, number(x, 0)), x.dtype()), dims, true);
  if (p == 1)
    return reduceDims(Reduction::Sum, abs(x), dims, true);
  if (p == 2)
    return rootOrZero(reduceDims(Reduction::Sum, mul(x, x), dims, true));
  if (std::isinf(p)) {
    if (reducedCount(x, dims) == 0 && p < 0)
      throw ValueError("linalg.vector_norm cannot compute the -inf norm on an empty dimension because the operation does not have an identity",
                       where);
    if (reducedCount(x, dims) == 0)
      return reduceDims(Reduction::Sum, x, dims, true);
    return reduceDims(p > 0 ? Reduction::Max : Reduction::Min, abs(x), dims, true);
  }
  return generalNorm(x, p, dims);
}

Value readForNorm(const Tensor &self, const char *op, Where where) {
  Value x = read(self);
  if (!isFloatingType(x.dtype()))
    throw TypeError(std::string(op) + ": Expected a floating point or complex tensor as input. Got " + name(x.dtype()), where);
  return x;
}

} // namespace

Tensor linalg::vector_norm(const Tensor &self, const Scalar &ord, OptionalIntArrayRef dim, bool keepdim, Where where) {
  COTAN_OP(vector_norm, "LinalgVectorNormBackward0", true);
  Value x = readForNorm(self, "linalg.vector_norm", where);
  auto dims = wrapDims(dim, x.rank());
  return finish(normOf(x, ord.toDouble(), dims, where), dims, keepdim);
}

Tensor norm(const Tensor &self, const Scalar &p, IntArrayRef dim, bool keepdim, Where where) {
  COTAN_OP(norm, "NormBackward1", true);
  Value x = readForNorm(self, "norm", where);
  auto dims = wrapDims(dim, x.rank());
  return finish(normOf(x, p.toDouble(), dims, where), dims, keepdim);
}

Tensor dist(const Tensor &self, const Tensor &other, const Scalar &p, Where where) {
  COTAN_OP(dist, "DistBackward0", true);
  return linalg::vector_norm(cotan::sub(self, other, 1, where), p, std::nullopt, false, where);
}

} // namespace cotan
