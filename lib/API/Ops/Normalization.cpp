//===- Normalization.cpp - normalisation and distances ----------------------===//

#include "OpSupport.h"
#include "cotan/ops/normalization.h"

#include "cotan/ops/elementwise.h"
#include "cotan/ops/statistics.h"

namespace cotan::nn::functional {

using namespace cotan::detail;
using cotan::tracing::select;

namespace {

Value number(const Value &like, double value) { return constant(like.dtype(), value); }

/// (x - mean) / sqrt(var + eps) over dims.
Value standardize(const Value &x, const std::vector<int64_t> &dims, double eps) {
  double count = 1;
  for (int64_t dim : dims)
    count *= double(x.size(dim));
  Value mean = div(reduceDims(Reduction::Sum, x, dims, true), number(x, count));
  Value deviation = sub(x, mean);
  Value variance = div(reduceDims(Reduction::Sum, mul(deviation, deviation), dims, true), number(x, count));
  return mul(deviation, unary(OpKind::Rsqrt, add(variance, number(x, eps))));
}

} // namespace

Tensor layer_norm(const Tensor &input, IntArrayRef normalized_shape, const Tensor &weight, const Tensor &bias, double eps, Where where) {
  COTAN_OP(layer_norm, "NativeLayerNormBackward0", true);
  Value x = readFloating(input, "input");
  int64_t count = int64_t(normalized_shape.size()), first = x.rank() - count;
  if (count == 0)
    throw ValueError("Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []",
                     where);
  if (first < 0 || !(IntArrayRef(x.shape().data() + first, count) == normalized_shape))
    throw ValueError("Given normalized_shape=" + shapeText(normalized_shape) + ", expected input with shape [*, " +
                         shapeText(normalized_shape).substr(1) + ", but got input of size" + shapeText(x.shape()),
                     where);
  for (const Tensor *scale : {&weight, &bias})
    if (scale->defined() && !(scale->sizes() == normalized_shape))
      throw ValueError("Expected weight and bias to be of same shape as normalized_shape, but got " + shapeText(scale->sizes()) +
                           " and normalized_shape = " + shapeText(normalized_shape),
                       where);
  std::vector<int64_t> dims;
  for (int64_t d = first; d < x.rank(); ++d)
    dims.push_back(d);
  Value result = standardize(x, dims, eps);
  if (weight.defined())
    result = mul(result, readAs(weight, x.dtype(), "weight"));
  if (bias.defined())
    result = add(result, readAs(bias, x.dtype(), "bias"));
  return wrap(result);
}

Tensor group_norm(const Tensor &input, int64_t num_groups, const Tensor &weight, const Tensor &bias, double eps, Where where) {
  COTAN_OP(group_norm, "NativeGroupNormBackward0", true);
  Value x = readFloating(input, "input");
  if (x.rank() < 2 || num_groups <= 0 || x.size(1) % num_groups)
    throw ValueError("Expected number of channels in input to be divisible by num_groups, but got input of shape " + shapeText(x.shape()) +
                         " and num_groups=" + std::to_string(num_groups),
                     where);
  int64_t channels = x.size(1);
  std::vector<int64_t> grouped = x.shape().vec(), dims, perChannel(x.rank(), 1);
  grouped[1] = channels / num_groups;
  grouped.insert(grouped.begin() + 1, num_groups);
  for (int64_t d = 2; d < int64_t(grouped.size()); ++d)
    dims.push_back(d);
  perChannel[1] = channels;
  Value result = reshape(standardize(reshape(x, grouped), dims, eps), x.shape());
  if (weight.defined())
    result = mul(result, reshape(readAs(weight, x.dtype(), "weight"), perChannel));
  if (bias.defined())
    result = add(result, reshape(readAs(bias, x.dtype(), "bias"), perChannel));
  return wrap(result);
}

Tensor normalize(const Tensor &input, double p, int64_t dim, double eps, Where where) {
  COTAN_OP(normalize, "DivBackward0", true);
  Value x = readFloating(input, "input");
  Value length = read(norm(input, p, dim, true, where));
  Value low = number(x, eps);
  return wrap(div(x, select(compare(Comparison::Ge, length, low), length, low)));
}

Tensor cosine_similarity(const Tensor &x1, const Tensor &x2, int64_t dim, double eps, Where where) {
  COTAN_OP(cosine_similarity, "SumBackward1", true);
  ScalarType type = resultType(x1, x2);
  Value a = readAs(x1, type, "x1"), b = readAs(x2, type, "x2");
  const IntList *shape = broadcastShapes(a->shape, b->shape);
  a = broadcastTo(a, shape->ref());
  b = broadcastTo(b, shape->ref());
  auto dims = wrapDims(IntArrayRef(dim), a.rank());
  auto unit = [&](const Value &x) {
    Value length = read(norm(wrap(x), 2, dims, true, Where()));
    Value low = number(x, eps);
    return div(x, select(compare(Comparison::Ge, length, low), length, low));
  };
  return wrap(reduceDims(Reduction::Sum, mul(unit(a), unit(b)), dims, false));
}

Tensor pairwise_distance(const Tensor &x1, const Tensor &x2, double p, double eps, bool keepdim, Where where) {
  COTAN_OP(pairwise_distance, "NormBackward1", true);
  ScalarType type = resultType(x1, x2);
  Value difference = sub(readAs(x1, type, "x1"), readAs(x2, type, "x2"));
  return norm(wrap(add(difference, number(difference, eps))), p, {-1}, keepdim, where);
}

} // namespace cotan::nn::functional
