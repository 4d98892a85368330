//===- Views.cpp - select, slice, view, t and friends ---------------------===//

#include "TensorImpl.h"
#include "cotan/indexing.h"
#include "cotan/ops/shape.h"
#include <algorithm>

namespace cotan {

using namespace detail;

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

static Tensor selectView(const Tensor &self, int64_t dim, int64_t index) {
  const IntList *shape = detail::implOf(self).shape;
  if (shape->count == 0)
    throw IndexError("select() cannot be applied to a 0-dim tensor.", here());
  dim = wrapDim(dim, shape->count);
  int64_t extent = shape->values[dim];
  if (index < -extent || index >= extent)
    throw IndexError("select(): index " + std::to_string(index) + " out of range for tensor of size " + shapeText(shape->ref()) +
                         " at dimension " + std::to_string(dim),
                     here());
  IntVector rest = shape->ref().vec();
  rest.erase(rest.begin() + dim);
  return makeView(self, {ViewStep::Select, dim, index < 0 ? index + extent : index, 1, intern(rest), nullptr, nullptr});
}

static Tensor sliceView(const Tensor &self, int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step) {
  const IntList *shape = detail::implOf(self).shape;
  if (shape->count == 0)
    throw IndexError("slice() cannot be applied to a 0-dim tensor.", here());
  dim = wrapDim(dim, shape->count);
  if (step <= 0)
    throw ValueError("slice step must be positive", here());
  int64_t extent = shape->values[dim];
  auto position = [&](int64_t index) { return std::clamp<int64_t>(index < 0 ? index + extent : index, 0, extent); };
  int64_t first = position(start.value_or(0)), last = std::max(position(end.value_or(extent)), first);
  IntVector result = shape->ref().vec();
  result[size_t(dim)] = last == first ? 0 : 1 + (last - first - 1) / step;
  return makeView(self, {ViewStep::Slice, dim, first, result[size_t(dim)] > 1 ? step : 1, intern(result), nullptr, nullptr});
}

Tensor Tensor::select(int64_t dim, int64_t index, Where where) const {
  COTAN_OP(select, "SelectBackward0", false);
  return selectView(*this, dim, index);
}
Tensor Tensor::operator[](int64_t index) const {
  Where where;
  COTAN_OP(select, "SelectBackward0", false);
  int64_t extent = dim() ? sizes()[0] : 0;
  if (dim() == 0)
    throw IndexError("invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor "
                     "to a number");
  if (index < -extent || index >= extent)
    throw IndexError("index " + std::to_string(index) + " is out of bounds for dimension 0 with size " + std::to_string(extent));
  return selectView(*this, 0, index);
}
Tensor Tensor::operator[](const Tensor &index) const { return this->index({index}, Where()); }

Tensor Tensor::slice(int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step, Where where) const {
  COTAN_OP(slice, "SliceBackward0", false);
  return sliceView(*this, dim, start, end, step);
}

Tensor Tensor::narrow(int64_t dim, int64_t start, int64_t length, Where where) const {
  COTAN_OP(narrow, "SliceBackward0", false);
  const IntList *shape = detail::implOf(*this).shape;
  if (shape->count == 0)
    throw Error("narrow() cannot be applied to a 0-dim tensor.", where);
  dim = wrapDim(dim, shape->count);
  int64_t extent = shape->values[dim];
  if (length < 0)
    throw Error("narrow(): length must be non-negative.", where);
  if (start < -extent || start > extent)
    throw IndexError("Dimension out of range (expected to be in range of [" + std::to_string(-extent) + ", " + std::to_string(extent) +
                         "], but got " + std::to_string(start) + ")",
                     where);
  if (start < 0)
    start += extent;
  if (length > extent - start)
    throw Error("start (" + std::to_string(start) + ") + length (" + std::to_string(length) + ") exceeds dimension size (" +
                    std::to_string(extent) + ").",
                where);
  return sliceView(*this, dim, start, start + length, 1);
}

//===----------------------------------------------------------------------===//
// Other shapes
//===----------------------------------------------------------------------===//

/// Replaces the -1 of a shape.
static const IntList *inferShape(IntArrayRef shape, int64_t numel) {
  IntVector result = shape.vec();
  int64_t known = 1, unknown = -1;
  for (size_t i = 0; i < result.size(); ++i) {
    if (result[i] == -1) {
      if (unknown >= 0)
        throw Error("only one dimension can be inferred", here());
      unknown = int64_t(i);
    } else if (result[i] < 0) {
      throw Error("invalid shape dimension " + std::to_string(result[i]), here());
    } else {
      if (__builtin_mul_overflow(known, result[i], &known))
        throw Error("shape '" + shapeText(shape) + "' is invalid for input of size " + std::to_string(numel), here());
    }
  }
  if (unknown >= 0 && known == 0 && numel == 0)
    throw Error("cannot reshape tensor of 0 elements into shape " + shapeText(shape) + " because the unspecified dimension size -1 can be any "
                                                                                      "value and is ambiguous",
                here());
  bool fits = unknown < 0 ? known == numel : known != 0 && numel % known == 0;
  if (!fits)
    throw Error("shape '" + shapeText(shape) + "' is invalid for input of size " + std::to_string(numel), here());
  if (unknown >= 0)
    result[size_t(unknown)] = numel / known;
  return intern(result);
}

static Tensor reshapeView(const Tensor &self, const IntList *shape) {
  return makeView(self, {ViewStep::Reshape, 0, 0, 1, shape, nullptr, nullptr});
}

Tensor Tensor::view(IntArrayRef shape, Where where) const {
  COTAN_OP(view, "ViewBackward0", false);
  return reshapeView(*this, inferShape(shape, detail::implOf(*this).shape->product));
}

/// A view where the elements are consecutive, a copy elsewhere.
static Tensor reshaped(const Tensor &self, const IntList *shape) {
  if (isDense(detail::implOf(self)))
    return reshapeView(self, shape);
  return wrap(tracing::reshape(read(self), shape->ref()));
}
Tensor reshape(const Tensor &self, IntArrayRef shape, Where where) {
  COTAN_OP(reshape, "ViewBackward0", false);
  return reshaped(self, inferShape(shape, detail::implOf(self).shape->product));
}
Tensor Tensor::reshape(IntArrayRef shape, Where where) const { return cotan::reshape(*this, shape, where); }

Tensor Tensor::flatten(int64_t start_dim, int64_t end_dim, Where where) const {
  COTAN_OP(flatten, "ViewBackward0", false);
  const IntList *shape = detail::implOf(*this).shape;
  int64_t first = wrapDim(start_dim, shape->count), last = wrapDim(end_dim, shape->count);
  if (first > last)
    throw Error("flatten() has invalid args: start_dim cannot come after end_dim", where);
  IntVector result;
  for (int64_t d = 0; d < shape->count; ++d) {
    if (d > first && d <= last)
      result.back() *= shape->values[d];
    else
      result.push_back(shape->values[d]);
  }
  if (shape->count == 0)
    result = {1};
  return reshaped(*this, intern(result));
}

static Tensor permuteView(const Tensor &self, IntArrayRef permutation) {
  const IntList *shape = detail::implOf(self).shape;
  IntVector result;
  for (int64_t d : permutation)
    result.push_back(shape->values[d]);
  return makeView(self, {ViewStep::Transpose, 0, 0, 1, intern(result), intern(permutation), nullptr});
}

Tensor transpose(const Tensor &self, int64_t dim0, int64_t dim1, Where where) {
  COTAN_OP(transpose, "TransposeBackward0", false);
  int64_t rank = detail::implOf(self).shape->count;
  dim0 = wrapDim(dim0, rank);
  dim1 = wrapDim(dim1, rank);
  IntVector permutation;
  for (int64_t d = 0; d < rank; ++d)
    permutation.push_back(d == dim0 ? dim1 : d == dim1 ? dim0 : d);
  return permuteView(self, permutation);
}
Tensor Tensor::transpose(int64_t dim0, int64_t dim1, Where where) const { return cotan::transpose(*this, dim0, dim1, where); }

Tensor t(const Tensor &self, Where where) {
  COTAN_OP(t, "TBackward0", false);
  int64_t rank = detail::implOf(self).shape->count;
  if (rank > 2)
    throw Error("t() expects a tensor with <= 2 dimensions, but self is " + std::to_string(rank) + "D", where);
  IntVector permutation;
  for (int64_t d = rank; d-- > 0;)
    permutation.push_back(d);
  return permuteView(self, permutation);
}
Tensor Tensor::t(Where where) const { return cotan::t(*this, where); }

Tensor Tensor::permute(IntArrayRef dims, Where where) const {
  COTAN_OP(permute, "PermuteBackward0", false);
  int64_t rank = detail::implOf(*this).shape->count;
  if (int64_t(dims.size()) != rank)
    throw Error("permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of "
                "dimensions i.e. input.dim() = " +
                    std::to_string(rank) + " is not equal to len(dims) = " + std::to_string(dims.size()),
                where);
  IntVector permutation;
  for (int64_t d : dims) {
    permutation.push_back(wrapDim(d, rank));
    if (std::count(permutation.begin(), permutation.end(), permutation.back()) > 1)
      throw Error("permute(): duplicate dims are not allowed.", where);
  }
  return permuteView(*this, permutation);
}

Tensor Tensor::expand(IntArrayRef shape, Where where) const {
  COTAN_OP(expand, "ExpandBackward0", false);
  const IntList *own = detail::implOf(*this).shape;
  if (shape.size() < own->count)
    throw Error("expand(" + std::string(toString(scalar_type())) + "Tensor{" + shapeText(own->ref()) + "}, size=" + shapeText(shape) +
                    "): the number of sizes provided (" + std::to_string(shape.size()) +
                    ") must be greater or equal to the number of dimensions in the tensor (" + std::to_string(own->count) + ")",
                where);
  IntVector result = shape.vec();
  size_t added = result.size() - own->count;
  for (size_t i = 0; i < result.size(); ++i) {
    int64_t extent = i < added ? 1 : own->values[i - added];
    if (result[i] == -1 && i >= added)
      result[i] = extent;
    if (result[i] < 0 || (i >= added && extent != 1 && extent != result[i]))
      throw Error("The expanded size of the tensor (" + std::to_string(result[i]) + ") must match the existing size (" +
                      std::to_string(extent) + ") at non-singleton dimension " + std::to_string(i) + ".  Target sizes: " + shapeText(shape) +
                      ".  Tensor sizes: " + shapeText(own->ref()),
                  where);
  }
  return makeView(*this, {ViewStep::Expand, 0, 0, 1, intern(result), nullptr, nullptr});
}

static Tensor squeezeView(const Tensor &self, std::optional<int64_t> dim) {
  const IntList *shape = detail::implOf(self).shape;
  int64_t only = dim ? wrapDim(*dim, shape->count) : -1;
  IntVector result;
  for (int64_t d = 0; d < shape->count; ++d)
    if (shape->values[d] != 1 || (dim && d != only))
      result.push_back(shape->values[d]);
  return reshapeView(self, intern(result));
}
Tensor squeeze(const Tensor &self, Where where) {
  COTAN_OP(squeeze, "SqueezeBackward0", false);
  return squeezeView(self, std::nullopt);
}
Tensor Tensor::squeeze(Where where) const { return cotan::squeeze(*this, where); }
Tensor Tensor::squeeze(int64_t dim, Where where) const {
  COTAN_OP(squeeze, "SqueezeBackward1", false);
  return squeezeView(*this, dim);
}
Tensor unsqueeze(const Tensor &self, int64_t dim, Where where) {
  COTAN_OP(unsqueeze, "UnsqueezeBackward0", false);
  IntVector result = detail::implOf(self).shape->ref().vec();
  result.insert(result.begin() + wrapDim(dim, int64_t(result.size()) + 1), 1);
  return reshapeView(self, intern(result));
}
Tensor Tensor::unsqueeze(int64_t dim, Where where) const { return cotan::unsqueeze(*this, dim, where); }

//===----------------------------------------------------------------------===//
// Copies and element types
//===----------------------------------------------------------------------===//

Tensor clone(const Tensor &self, Where where) {
  COTAN_OP(clone, "CloneBackward0", false);
  return wrap(identity(read(self)));
}
Tensor Tensor::clone(Where where) const { return cotan::clone(*this, where); }
Tensor Tensor::contiguous(Where where) const {
  COTAN_OP(contiguous, "CloneBackward0", false);
  return isDense(detail::implOf(*this)) ? *this : wrap(identity(read(*this)));
}
Tensor Tensor::to(ScalarType type, Where where) const {
  COTAN_OP(to, "ToCopyBackward0", false);
  if (type == ScalarType::Undefined || detail::implOf(*this).dtype == type)
    return *this;
  return wrap(tracing::cast(read(*this), type));
}

//===----------------------------------------------------------------------===//
// Writing whole values
//===----------------------------------------------------------------------===//

const Tensor &Tensor::copy_(const Tensor &source, Where where) const {
  COTAN_OP(copy_, "CopyBackwards", false);
  return assign(*this, tracing::cast(read(source, "src"), detail::implOf(*this).dtype));
}
const Tensor &Tensor::fill_(const Arg &value, Where where) const {
  COTAN_OP(fill_, "FillBackward0", false);
  if (value.isTensor() && value.tensor->dim() > 0)
    throw Error("fill_ only supports 0-dimension value tensor but got tensor with " + std::to_string(value.tensor->dim()) + " dimensions.",
                where);
  return assign(*this, readAs(value, detail::implOf(*this).dtype, "value"));
}
const Tensor &Tensor::zero_(Where where) const {
  COTAN_OP(zero_, "ZeroBackward0", false);
  TensorImpl &self = detail::implOf(*this);
  return assign(*this, constant(self.dtype, 0, self.shape->ref()));
}

Tensor &Tensor::operator=(const Tensor &other) && {
  copy_(other, Where());
  return *this;
}
Tensor &Tensor::operator=(Tensor &&other) && {
  copy_(other, Where());
  return *this;
}
Tensor &Tensor::operator=(Scalar value) && {
  fill_(value, Where());
  return *this;
}

} // namespace cotan
