//===- Rearrange.cpp - rearranging the elements of a tensor -----------------===//

#include "OpSupport.h"
#include "cotan/ops/rearrange.h"

#include <algorithm>
#include <numeric>

namespace cotan {

using namespace detail;

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

Tensor permute(const Tensor &self, IntArrayRef dims, Where where) { return self.permute(dims, where); }
Tensor flatten(const Tensor &self, int64_t start_dim, int64_t end_dim, Where where) { return self.flatten(start_dim, end_dim, where); }
Tensor squeeze(const Tensor &self, int64_t dim, Where where) { return self.squeeze(dim, where); }
Tensor select(const Tensor &self, int64_t dim, int64_t index, Where where) { return self.select(dim, index, where); }
Tensor narrow(const Tensor &self, int64_t dim, int64_t start, int64_t length, Where where) { return self.narrow(dim, start, length, where); }
Tensor swapaxes(const Tensor &self, int64_t axis0, int64_t axis1, Where where) { return self.transpose(axis0, axis1, where); }
Tensor broadcast_to(const Tensor &self, IntArrayRef shape, Where where) { return self.expand(shape, where); }

Tensor ravel(const Tensor &self, Where where) {
  COTAN_OP(ravel, "ViewBackward0", false);
  return self.reshape({-1}, where);
}

Tensor movedim(const Tensor &self, IntArrayRef source, IntArrayRef destination, Where where) {
  COTAN_OP(movedim, "PermuteBackward0", false);
  int64_t rank = self.dim();
  if (source.size() != destination.size())
    throw ValueError("movedim: Invalid source or destination dims: source (" + shapeText(source) + " dims) should contain the same number of dims as destination (" +
                         shapeText(destination) + " dims)",
                     where);
  std::vector<int64_t> order(rank, -1), sources;
  for (size_t i = 0; i < source.size(); ++i) {
    int64_t from = wrapDim(source[i], rank), to = wrapDim(destination[i], rank);
    if (order[to] != -1 || std::find(sources.begin(), sources.end(), from) != sources.end())
      throw ValueError("movedim: repeated dim in `source` or `destination`", where);
    order[to] = from;
    sources.push_back(from);
  }
  int64_t next = 0;
  for (int64_t &dim : order) {
    while (std::find(sources.begin(), sources.end(), next) != sources.end())
      ++next;
    if (dim == -1)
      dim = next++;
  }
  return self.permute(order, where);
}

Tensor unflatten(const Tensor &self, int64_t dim, IntArrayRef sizes, Where where) {
  COTAN_OP(unflatten, "ViewBackward0", false);
  dim = wrapDim(dim, self.dim());
  if (sizes.empty())
    throw ValueError("unflatten: sizes must be non-empty", where);
  std::vector<int64_t> shape = self.sizes().vec(), inner = sizes.vec();
  int64_t known = 1;
  for (int64_t size : inner)
    known *= size == -1 ? 1 : size;
  for (int64_t &size : inner)
    if (size == -1)
      size = known ? shape[dim] / known : 0;
  if (std::accumulate(inner.begin(), inner.end(), int64_t{1}, std::multiplies<int64_t>()) != shape[dim])
    throw ValueError("unflatten: Provided sizes " + shapeText(sizes) + " don't multiply up to the size of dim " + std::to_string(dim) + " (" +
                         std::to_string(shape[dim]) + ") in the input tensor",
                     where);
  shape.erase(shape.begin() + dim);
  shape.insert(shape.begin() + dim, inner.begin(), inner.end());
  return self.view(shape, where);
}

Tensor adjoint(const Tensor &self, Where where) {
  COTAN_OP(adjoint, "TransposeBackward0", false);
  if (self.dim() < 2)
    throw ValueError("tensor.mT is only supported on matrices or batches of matrices. Got " + std::to_string(self.dim()) + "-D tensor.", where);
  return self.transpose(-2, -1, where);
}

std::vector<Tensor> unbind(const Tensor &self, int64_t dim, Where where) {
  COTAN_OP(unbind, "UnbindBackward0", false);
  dim = wrapDim(dim, self.dim());
  std::vector<Tensor> pieces;
  for (int64_t i = 0, n = self.size(dim); i < n; ++i)
    pieces.push_back(self.select(dim, i, where));
  return pieces;
}

namespace {

/// Pieces between consecutive bounds, which are clamped to the extent.
std::vector<Tensor> cutAt(const Tensor &self, int64_t dim, const std::vector<int64_t> &bounds, Where where) {
  std::vector<Tensor> pieces;
  for (size_t i = 0; i + 1 < bounds.size(); ++i)
    pieces.push_back(self.narrow(dim, bounds[i], std::max<int64_t>(0, bounds[i + 1] - bounds[i]), where));
  return pieces;
}

void expectSplittable(const char *op, const Tensor &self, Where where) {
  if (self.dim() == 0)
    throw ValueError(std::string(op) + " expects at least a 1-dimensional tensor", where);
}

} // namespace

std::vector<Tensor> split(const Tensor &self, int64_t split_size, int64_t dim, Where where) {
  COTAN_OP(split, "SplitBackward0", false);
  expectSplittable("split", self, where);
  dim = wrapDim(dim, self.dim());
  int64_t extent = self.size(dim);
  if (split_size < 0 || (split_size == 0 && extent != 0))
    throw ValueError("split expects split_size be non-negative, but got split_size=" + std::to_string(split_size), where);
  std::vector<int64_t> bounds = {0};
  while (bounds.back() < extent)
    bounds.push_back(std::min(extent, bounds.back() + split_size));
  if (bounds.size() == 1)
    bounds.push_back(extent);
  return cutAt(self, dim, bounds, where);
}

std::vector<Tensor> split_with_sizes(const Tensor &self, IntArrayRef sizes, int64_t dim, Where where) {
  COTAN_OP(split_with_sizes, "SplitWithSizesBackward0", false);
  expectSplittable("split", self, where);
  dim = wrapDim(dim, self.dim());
  std::vector<int64_t> bounds = {0};
  for (int64_t size : sizes)
    bounds.push_back(bounds.back() + size);
  if (bounds.back() != self.size(dim))
    throw ValueError("split_with_sizes expects split_sizes to sum exactly to " + std::to_string(self.size(dim)) +
                         " (input tensor's size at dimension " + std::to_string(dim) + "), but got split_sizes=" + shapeText(sizes),
                     where);
  return cutAt(self, dim, bounds, where);
}

std::vector<Tensor> chunk(const Tensor &self, int64_t chunks, int64_t dim, Where where) {
  COTAN_OP(chunk, "SplitBackward0", false);
  expectSplittable("chunk", self, where);
  if (chunks <= 0)
    throw ValueError("chunk expects `chunks` to be greater than 0, got: " + std::to_string(chunks), where);
  int64_t extent = self.size(dim);
  return split(self, std::max<int64_t>(1, (extent + chunks - 1) / chunks), dim, where);
}

std::vector<Tensor> tensor_split(const Tensor &self, int64_t sections, int64_t dim, Where where) {
  COTAN_OP(tensor_split, "SliceBackward0", false);
  expectSplittable("tensor_split", self, where);
  if (sections <= 0)
    throw ValueError("number of sections must be larger than 0, got " + std::to_string(sections), where);
  dim = wrapDim(dim, self.dim());
  int64_t extent = self.size(dim), larger = extent % sections;
  std::vector<int64_t> bounds = {0};
  for (int64_t i = 0; i < sections; ++i)
    bounds.push_back(bounds.back() + extent / sections + (i < larger));
  return cutAt(self, dim, bounds, where);
}

std::vector<Tensor> tensor_split(const Tensor &self, IntArrayRef indices, int64_t dim, Where where) {
  COTAN_OP(tensor_split, "SliceBackward0", false);
  expectSplittable("tensor_split", self, where);
  dim = wrapDim(dim, self.dim());
  int64_t extent = self.size(dim);
  std::vector<int64_t> bounds = {0};
  for (int64_t index : indices)
    bounds.push_back(std::clamp<int64_t>(index < 0 ? index + extent : index, 0, extent));
  bounds.push_back(extent);
  return cutAt(self, dim, bounds, where);
}

std::vector<Tensor> hsplit(const Tensor &self, int64_t sections, Where where) {
  expectSplittable("hsplit", self, where);
  return tensor_split(self, sections, self.dim() == 1 ? 0 : 1, where);
}

std::vector<Tensor> vsplit(const Tensor &self, int64_t sections, Where where) {
  if (self.dim() < 2)
    throw ValueError("torch.vsplit requires a tensor with at least 2 dimension, but got a tensor with " + std::to_string(self.dim()) + " dimensions!",
                     where);
  return tensor_split(self, sections, 0, where);
}

std::vector<Tensor> dsplit(const Tensor &self, IntArrayRef indices, Where where) {
  if (self.dim() < 3)
    throw ValueError("torch.dsplit requires a tensor with at least 3 dimension, but got a tensor with " + std::to_string(self.dim()) + " dimensions!",
                     where);
  return tensor_split(self, indices, 2, where);
}

//===----------------------------------------------------------------------===//
// Diagonals and triangles
//===----------------------------------------------------------------------===//

namespace {

/// The diagonal of the last two dimensions: of the flattened plane every (columns + 1)-th element.
Value diagonalOfLast(const Value &x, int64_t offset) {
  int64_t rank = x.rank(), rows = x.size(rank - 2), columns = x.size(rank - 1);
  int64_t first = offset >= 0 ? offset : -offset * columns;
  int64_t length = std::max<int64_t>(0, offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns));
  std::vector<int64_t> shape(x.shape().begin(), x.shape().end() - 2);
  if (length == 0) {
    shape.push_back(0);
    std::vector<int64_t> starts(rank, 0), strides(rank, 1), limits = x.shape().vec();
    limits.back() = 0;
    // No element is taken, whatever the other extents are.
    limits[rank - 2] = std::min<int64_t>(1, rows);
    return reshape(tracing::slice(x, starts, limits, strides), shape);
  }
  shape.push_back(rows * columns);
  std::vector<int64_t> starts(shape.size(), 0), limits = shape, strides(shape.size(), 1);
  starts.back() = first;
  strides.back() = columns + 1;
  limits.back() = first + (length - 1) * (columns + 1) + 1;
  return tracing::slice(reshape(x, shape), starts, limits, strides);
}

/// Whether row + diagonal compares so with column, for the last two dimensions of x.
Value triangle(const Value &x, int64_t diagonal, Comparison comparison) {
  std::vector<int64_t> plane(x.shape().end() - 2, x.shape().end());
  Value limit = add(iota(kLong, plane, 0), constant(kLong, diagonal));
  return compare(comparison, iota(kLong, plane, 1), limit);
}

Tensor keepTriangle(const Tensor &self, int64_t diagonal, Comparison comparison, const char *op, Where where) {
  Value x = read(self);
  if (x.rank() < 2)
    throw ValueError(std::string(op) + ": input tensor must have at least 2 dimensions", where);
  return wrap(tracing::select(triangle(x, diagonal, comparison), x, constant(x.dtype(), 0)));
}

} // namespace

Tensor diagonal(const Tensor &self, int64_t offset, int64_t dim1, int64_t dim2, Where where) {
  COTAN_OP(diagonal, "DiagonalBackward0", false);
  Value x = read(self);
  dim1 = wrapDim(dim1, x.rank());
  dim2 = wrapDim(dim2, x.rank());
  if (dim1 == dim2)
    throw ValueError("diagonal dimensions cannot be identical " + std::to_string(dim1) + ", " + std::to_string(dim2), where);
  std::vector<int64_t> order;
  for (int64_t d = 0; d < x.rank(); ++d)
    if (d != dim1 && d != dim2)
      order.push_back(d);
  order.insert(order.end(), {dim1, dim2});
  return wrap(diagonalOfLast(transpose(x, order), offset));
}

Tensor trace(const Tensor &self, Where where) {
  COTAN_OP(trace, "TraceBackward0", false);
  Value x = read(self);
  if (x.rank() != 2)
    throw Error("trace: expected a matrix, but got tensor with dim " + std::to_string(x.rank()), where);
  if (x.numel() == 0)
    return wrap(constant(isFloatingType(x.dtype()) ? x.dtype() : kLong, 0));
  Value summands = diagonalOfLast(x, 0);
  if (!isFloatingType(x.dtype()))
    summands = tracing::cast(summands, kLong);
  return wrap(reduce(Reduction::Sum, summands, {0}));
}

Tensor tril(const Tensor &self, int64_t diagonal, Where where) {
  COTAN_OP(tril, "TrilBackward0", false);
  return keepTriangle(self, diagonal, Comparison::Le, "tril", where);
}

Tensor triu(const Tensor &self, int64_t diagonal, Where where) {
  COTAN_OP(triu, "TriuBackward0", false);
  return keepTriangle(self, diagonal, Comparison::Ge, "triu", where);
}

namespace {

Value embedDiagonal(const Value &x, int64_t offset) {
  int64_t length = x.size(x.rank() - 1), shift = std::abs(offset);
  // Placed among the columns (offset >= 0) or the rows, then kept on the diagonal only.
  std::vector<int64_t> low(x.rank(), 0), high(x.rank(), 0), interior(x.rank(), 0), shape = x.shape().vec();
  (offset >= 0 ? low : high).back() = shift;
  Value padded = pad(x, constant(x.dtype(), 0), low, high, interior);
  shape.back() = 1;
  shape.push_back(length + shift);
  Value rows = reshape(padded, shape);
  shape[shape.size() - 2] = length + shift;
  Value plane = broadcastTo(rows, shape);
  return tracing::select(triangle(plane, offset, Comparison::Eq), plane, constant(x.dtype(), 0));
}

} // namespace

Tensor diag_embed(const Tensor &self, int64_t offset, Where where) {
  COTAN_OP(diag_embed, "DiagEmbedBackward0", false);
  Value x = read(self);
  if (x.rank() == 0)
    throw ValueError("diag_embed: expected at least 1 dimension, got 0", where);
  return wrap(embedDiagonal(x, offset));
}

Tensor diag(const Tensor &self, int64_t diagonal, Where where) {
  COTAN_OP(diag, "DiagBackward0", false);
  Value x = read(self);
  if (x.rank() == 1)
    return wrap(embedDiagonal(x, diagonal));
  if (x.rank() == 2)
    return wrap(diagonalOfLast(x, diagonal));
  throw ValueError("diag(): Supports 1D or 2D tensors. Got " + std::to_string(x.rank()) + "D", where);
}

Tensor diagflat(const Tensor &self, int64_t offset, Where where) {
  COTAN_OP(diagflat, "DiagBackward0", false);
  Value x = read(self);
  return wrap(embedDiagonal(reshape(x, {x.numel()}), offset));
}

//===----------------------------------------------------------------------===//
// Order and copies
//===----------------------------------------------------------------------===//

Tensor flip(const Tensor &self, IntArrayRef dims, Where where) {
  COTAN_OP(flip, "FlipBackward0", false);
  Value x = read(self);
  return wrap(reverse(x, wrapDims(dims, x.rank(), false)));
}

Tensor fliplr(const Tensor &self, Where where) {
  if (self.dim() < 2)
    throw ValueError("Input must be >= 2-d.", where);
  return flip(self, {1}, where);
}

Tensor flipud(const Tensor &self, Where where) {
  if (self.dim() < 1)
    throw ValueError("Input must be >= 1-d.", where);
  return flip(self, {0}, where);
}

namespace {

Value rollDim(const Value &x, int64_t shift, int64_t dim) {
  int64_t extent = x.size(dim);
  if (extent == 0)
    return x;
  int64_t cut = ((extent - shift) % extent + extent) % extent;
  if (cut == 0)
    return x;
  std::vector<int64_t> starts(x.rank(), 0), limits = x.shape().vec(), strides(x.rank(), 1);
  starts[dim] = cut;
  Value tail = tracing::slice(x, starts, limits, strides);
  starts[dim] = 0;
  limits[dim] = cut;
  return concatenate({tail, tracing::slice(x, starts, limits, strides)}, dim);
}

} // namespace

Tensor roll(const Tensor &self, IntArrayRef shifts, IntArrayRef dims, Where where) {
  COTAN_OP(roll, "RollBackward0", false);
  Value x = read(self);
  if (shifts.empty())
    throw ValueError("`shifts` required", where);
  if (dims.empty() && shifts.size() == 1)
    return wrap(reshape(rollDim(reshape(x, {x.numel()}), shifts[0], 0), x.shape()));
  if (shifts.size() != dims.size())
    throw ValueError("shifts and dimensions must align. shifts: " + std::to_string(shifts.size()) + ", dims:" + std::to_string(dims.size()), where);
  for (size_t i = 0; i < dims.size(); ++i)
    x = rollDim(x, shifts[i], wrapDim(dims[i], x.rank()));
  return wrap(x);
}

Tensor rot90(const Tensor &self, int64_t k, IntArrayRef dims, Where where) {
  COTAN_OP(rot90, "Rot90Backward0", false);
  Value x = read(self);
  if (dims.size() != 2)
    throw ValueError("expected total rotation dims == 2, but got dims = " + std::to_string(dims.size()), where);
  int64_t a = wrapDim(dims[0], x.rank()), b = wrapDim(dims[1], x.rank());
  if (a == b)
    throw ValueError("expected rotation dims to be different, but got dim0 = " + std::to_string(a) + " and dim1 = " + std::to_string(b), where);
  std::vector<int64_t> exchange(x.rank());
  std::iota(exchange.begin(), exchange.end(), 0);
  std::swap(exchange[a], exchange[b]);
  switch ((k % 4 + 4) % 4) {
  case 1:
    return wrap(transpose(reverse(x, {b}), exchange));
  case 2:
    return wrap(reverse(x, {std::min(a, b), std::max(a, b)}));
  case 3:
    return wrap(transpose(reverse(x, {a}), exchange));
  default:
    return wrap(x);
  }
}

namespace {

/// Each dimension's copies become a dimension before it, which is then merged with it.
Value repeated(const Value &x, const std::vector<int64_t> &repeats) {
  std::vector<int64_t> split, spread, merged;
  int64_t added = int64_t(repeats.size()) - x.rank();
  for (size_t i = 0; i < repeats.size(); ++i) {
    int64_t extent = int64_t(i) < added ? 1 : x.size(int64_t(i) - added);
    split.insert(split.end(), {1, extent});
    spread.insert(spread.end(), {repeats[i], extent});
    merged.push_back(repeats[i] * extent);
  }
  return reshape(broadcastTo(reshape(x, split), spread), merged);
}

} // namespace

Tensor repeat(const Tensor &self, IntArrayRef repeats, Where where) {
  COTAN_OP(repeat, "RepeatBackward0", false);
  Value x = read(self);
  if (int64_t(repeats.size()) < x.rank())
    throw ValueError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor", where);
  for (int64_t count : repeats)
    if (count < 0)
      throw ValueError("Trying to create tensor with negative dimension " + std::to_string(count) + ": " + shapeText(repeats), where);
  return wrap(repeated(x, repeats.vec()));
}

Tensor tile(const Tensor &self, IntArrayRef dims, Where where) {
  std::vector<int64_t> repeats = dims.vec();
  while (int64_t(repeats.size()) < self.dim())
    repeats.insert(repeats.begin(), 1);
  return repeat(self, repeats, where);
}

Tensor repeat_interleave(const Tensor &self, int64_t repeats, std::optional<int64_t> dim, Where where) {
  COTAN_OP(repeat_interleave, "ViewBackward0", false);
  Value x = read(self);
  if (repeats < 0)
    throw ValueError("Repeats must be non-negative", where);
  if (!dim)
    x = reshape(x, {x.numel()});
  int64_t d = dim ? wrapDim(*dim, x.rank()) : 0;
  std::vector<int64_t> split = x.shape().vec(), merged = split;
  split.insert(split.begin() + d + 1, 1);
  std::vector<int64_t> spread = split;
  spread[d + 1] = repeats;
  merged[d] *= repeats;
  return wrap(reshape(broadcastTo(reshape(x, split), spread), merged));
}

Tensor constant_pad_nd(const Tensor &self, IntArrayRef pad, const Scalar &value, Where where) {
  COTAN_OP(constant_pad_nd, "ConstantPadNdBackward0", false);
  Value x = read(self);
  if (pad.size() % 2 || int64_t(pad.size()) > 2 * x.rank())
    throw ValueError("Length of pad must be even and no more than twice the number of dimensions of the input, got " +
                         std::to_string(pad.size()),
                     where);
  std::vector<int64_t> low(x.rank(), 0), high(x.rank(), 0), interior(x.rank(), 0), starts(x.rank(), 0), strides(x.rank(), 1);
  std::vector<int64_t> limits = x.shape().vec();
  for (size_t i = 0; i < pad.size() / 2; ++i) {
    int64_t d = x.rank() - 1 - int64_t(i), before = pad[2 * i], after = pad[2 * i + 1];
    if (x.size(d) + before + after < 0)
      throw ValueError("The input size " + std::to_string(x.size(d)) + ", plus negative padding " + std::to_string(before) + " and " +
                           std::to_string(after) + " resulted in a negative output size, which is invalid. Check dimension " +
                           std::to_string(d) + " of your input.",
                       where);
    starts[d] = std::max<int64_t>(0, -before);
    limits[d] = std::max(starts[d], limits[d] - std::max<int64_t>(0, -after));
    low[d] = std::max<int64_t>(0, before);
    high[d] = std::max<int64_t>(0, after);
  }
  return wrap(tracing::pad(tracing::slice(x, starts, limits, strides), tracing::scalar(x.dtype(), value), low, high, interior));
}

} // namespace cotan
