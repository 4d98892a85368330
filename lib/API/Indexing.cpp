//===- Indexing.cpp - x[...] with numbers, slices and tensors -------------===//

#include "TensorImpl.h"
#include "cotan/creation.h"
#include "cotan/indexing.h"
#include "cotan/ops/elementwise.h"
#include "cotan/ops/shape.h"
#include <cstring>

namespace cotan {

using namespace detail;
using indexing::TensorIndex;

namespace indexing {

TensorIndex::TensorIndex(bool value) : tensor(), kind(Kind::Tensor) { tensor = cotan::tensor(value); }

TensorIndex::TensorIndex(const char *text) : kind(Kind::Ellipsis) {
  if (std::strcmp(text, "...") != 0)
    throw ValueError(std::string("Expected \"...\" to represent an ellipsis index, but got \"") + text + "\"");
}

} // namespace indexing

namespace {

/// What remains of an index list when views have taken numbers, slices, None and "...": a view and tensors by its dimension.
struct Selection {
  Tensor view;
  std::vector<Tensor> indices; ///< undefined: the whole dimension
  bool advanced = false;
};

/// Dimensions that an index consumes.
int64_t consumed(const TensorIndex &index) {
  if (index.kind == TensorIndex::Kind::None || index.kind == TensorIndex::Kind::Ellipsis)
    return 0;
  if (index.kind == TensorIndex::Kind::Tensor && index.tensor.defined() && index.tensor.scalar_type() == kBool)
    return index.tensor.dim();
  return 1;
}

/// The positions where a mask holds, one tensor a dimension: needs the mask's values.
std::vector<Tensor> positionsOf(const Tensor &mask) {
  refuseInTrace("indexing with a mask");
  std::vector<bool> chosen = mask.to_vector<bool>(here());
  IntArrayRef shape = mask.sizes();
  std::vector<std::vector<int64_t>> positions(shape.size());
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (!chosen[i])
      continue;
    int64_t rest = int64_t(i);
    for (size_t d = shape.size(); d-- > 0; rest /= shape[d])
      positions[d].push_back(rest % shape[d]);
  }
  std::vector<Tensor> result;
  for (const auto &list : positions)
    result.push_back(cotan::tensor(list, kLong, here()));
  return result;
}

Selection selectBasic(const Tensor &self, const std::vector<TensorIndex> &indices) {
  int64_t used = 0, ellipses = 0;
  for (const TensorIndex &index : indices) {
    used += consumed(index);
    ellipses += index.kind == TensorIndex::Kind::Ellipsis;
  }
  if (used > self.dim())
    throw IndexError("too many indices for tensor of dimension " + std::to_string(self.dim()), here());
  if (ellipses > 1)
    throw IndexError("an index can only have a single ellipsis ('...')", here());
  Selection result{self, {}, false};
  int64_t dim = 0;
  for (const TensorIndex &index : indices) {
    switch (index.kind) {
    case TensorIndex::Kind::Integer: {
      int64_t extent = result.view.sizes()[size_t(dim)];
      if (index.integer < -extent || index.integer >= extent)
        throw IndexError("index " + std::to_string(index.integer) + " is out of bounds for dimension " + std::to_string(dim) +
                             " with size " + std::to_string(extent),
                         here());
      result.view = result.view.select(dim, index.integer, here());
      break;
    }
    case TensorIndex::Kind::Slice: {
      auto bound = [](const indexing::Slice::Bound &b) { return b.present ? std::optional<int64_t>(b.value) : std::nullopt; };
      result.view = result.view.slice(dim, bound(index.slice.start), bound(index.slice.stop), index.slice.step, here());
      result.indices.emplace_back();
      ++dim;
      break;
    }
    case TensorIndex::Kind::None:
      result.view = result.view.unsqueeze(dim, here());
      result.indices.emplace_back();
      ++dim;
      break;
    case TensorIndex::Kind::Ellipsis:
      for (int64_t skipped = self.dim() - used; skipped > 0; --skipped, ++dim)
        result.indices.emplace_back();
      break;
    case TensorIndex::Kind::Tensor:
      result.advanced = true;
      if (!isIntegralType(index.tensor.scalar_type(), true))
        throw IndexError("tensors used as indices must be long, int, byte or bool tensors", here());
      if (index.tensor.scalar_type() != kBool) {
        result.indices.push_back(index.tensor);
        ++dim;
        break;
      }
      if (index.tensor.dim() == 0) { // a new dimension of one or no element
        result.view = result.view.unsqueeze(dim, here());
        result.indices.push_back(cotan::tensor(std::vector<int64_t>(index.tensor.item(here()).toBool() ? 1 : 0, 0), kLong, here()));
        ++dim;
        break;
      }
      for (int64_t d = 0; d < index.tensor.dim(); ++d)
        if (index.tensor.sizes()[size_t(d)] != result.view.sizes()[size_t(dim + d)])
          throw IndexError("The shape of the mask " + shapeText(index.tensor.sizes()) + " at index " + std::to_string(d) +
                               " does not match the shape of the indexed tensor " + shapeText(result.view.sizes()) + " at index " +
                               std::to_string(dim + d),
                           here());
      for (Tensor &positions : positionsOf(index.tensor)) {
        result.indices.push_back(std::move(positions));
        ++dim;
      }
      break;
    }
  }
  return result;
}

/// The indexed dimensions moved to the front and flattened, and one index into them.
struct Advanced {
  IntVector permutation;    ///< indexed dimensions first
  IntVector front, rest;    ///< extents of the indexed and of the other dimensions
  Value rows;               ///< flat index, of the indices' common shape
  int64_t position = 0;     ///< where the indices' dimensions stand in the result
};

Advanced analyze(const Value &x, const std::vector<Tensor> &indices) {
  Advanced result;
  std::vector<Value> values;
  bool adjacent = true;
  for (size_t d = 0; d < indices.size(); ++d) {
    if (!indices[d].defined())
      continue;
    adjacent &= result.permutation.empty() || result.permutation.back() == int64_t(d) - 1;
    result.permutation.push_back(int64_t(d));
    int64_t extent = x.size(int64_t(d));
    result.front.push_back(extent);
    Value index = tracing::cast(read(indices[d], "indices"), kLong);
    Value negative = compare(Comparison::Lt, index, constant(kLong, 0));
    values.push_back(tracing::select(negative, tracing::add(index, constant(kLong, extent)), index));
  }
  result.position = adjacent ? result.permutation.front() : 0;
  for (int64_t d = 0; d < x.rank(); ++d) {
    if (size_t(d) >= indices.size() || !indices[size_t(d)].defined()) {
      result.permutation.push_back(d);
      result.rest.push_back(x.size(d));
    }
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (i == 0) {
      result.rows = values[0];
      continue;
    }
    // Each index is looked up in the list of its extent's, which fails the call when it is out of range.
    if (i == 1)
      result.rows = gather(iota(kLong, {result.front[0]}, 0), result.rows);
    Value checked = gather(iota(kLong, {result.front[i]}, 0), values[i]);
    result.rows = tracing::add(tracing::mul(result.rows, constant(kLong, result.front[i])), checked);
  }
  return result;
}

int64_t productOf(const IntVector &extents) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product *= extent;
  return product;
}

/// The operand as [indexed positions, rest...].
Value flattened(const Value &x, const Advanced &advanced) {
  IntVector shape{productOf(advanced.front)};
  shape.insert(shape.end(), advanced.rest.begin(), advanced.rest.end());
  return tracing::reshape(tracing::transpose(x, advanced.permutation), shape);
}

/// Where dimensions [indices..., rest...] stand in the result: those of the indices at `position`.
IntVector resultOrder(const Advanced &advanced) {
  int64_t rank = advanced.rows.rank();
  IntVector order;
  for (int64_t d = 0; d < advanced.position; ++d)
    order.push_back(rank + d);
  for (int64_t d = 0; d < rank; ++d)
    order.push_back(d);
  for (int64_t d = advanced.position; d < int64_t(advanced.rest.size()); ++d)
    order.push_back(rank + d);
  return order;
}

Value gatherAdvanced(const Value &x, const Advanced &advanced) {
  return tracing::transpose(gather(flattened(x, advanced), advanced.rows), resultOrder(advanced));
}

/// For each of `extent` positions the greatest number of a row that is written there (0 where none is); `rows` are their positions. The
/// numbers are found bit by bit from the highest: a row stays in the race unless another at its position has a bit that it lacks.
Value lastRows(const Value &rows, int64_t extent) {
  int64_t count = rows.numel();
  Value number = iota(kLong, {count}, 0), one = constant(kLong, 1), none = constant(kLong, 0, {extent});
  Value racing = constant(kLong, 1, {count}), last = none;
  int64_t bit = 1;
  while (bit < count)
    bit *= 2;
  for (bit /= 2; bit > 0; bit /= 2) {
    Value digit = binary(OpKind::Rem, tracing::div(number, constant(kLong, bit)), constant(kLong, 2));
    Value having = tracing::mul(racing, digit);
    Value found = tracing::min(scatterAdd(none, rows, having), one);
    last = tracing::add(last, tracing::mul(found, constant(kLong, bit)));
    Value beaten = compare(Comparison::Gt, gather(found, rows), having);
    racing = tracing::select(beaten, constant(kLong, 0), racing);
  }
  return last;
}

/// `x` with the indexed elements replaced by `value`, which broadcasts to the shape of the selection. Where an index repeats, the last one
/// counts.
Value putAdvanced(const Value &x, const Advanced &advanced, const Value &value) {
  Value flat = flattened(x, advanced);
  int64_t extent = flat.size(0), count = advanced.rows.numel();
  if (count == 0 || flat.numel() == 0)
    return x;
  Value rows = tracing::reshape(advanced.rows, {count});
  Value writes = scatterAdd(constant(kLong, 0, {extent}), rows, constant(kLong, 1, {count}));
  IntVector column(size_t(flat.rank()), 1);
  column[0] = extent;
  Value written = tracing::reshape(compare(Comparison::Gt, writes, constant(kLong, 0)), column);
  Value update;
  if (value.numel() == 1) {
    update = tracing::reshape(value, {});
  } else {
    IntVector updates = advanced.rows.shape().vec(), order = resultOrder(advanced), shown, inverse(order.size());
    updates.insert(updates.end(), advanced.rest.begin(), advanced.rest.end());
    for (size_t i = 0; i < order.size(); ++i) {
      shown.push_back(updates[size_t(order[i])]);
      inverse[size_t(order[i])] = int64_t(i);
    }
    IntVector list = flat.shape().vec();
    list[0] = count;
    Value given = tracing::reshape(tracing::transpose(broadcastTo(value, shown), inverse), list);
    update = gather(given, lastRows(rows, extent));
  }
  Value replaced = tracing::select(written, update, flat);
  IntVector extents = advanced.front, back(advanced.permutation.size());
  extents.insert(extents.end(), advanced.rest.begin(), advanced.rest.end());
  for (size_t i = 0; i < back.size(); ++i)
    back[size_t(advanced.permutation[i])] = int64_t(i);
  return tracing::transpose(tracing::reshape(replaced, extents), back);
}

} // namespace

Tensor Tensor::index(const std::vector<TensorIndex> &indices, Where where) const {
  bool basic = true;
  for (const TensorIndex &index : indices)
    basic &= index.kind != TensorIndex::Kind::Tensor;
  if (basic) {
    static constexpr PublicOp sliceOp{"index", "SliceBackward0", false}, selectOp{"index", "SelectBackward0", false},
        aliasOp{"index", "AliasBackward0", false}, unsqueezeOp{"index", "UnsqueezeBackward0", false};
    const PublicOp *last = &aliasOp; // the last step names the gradient
    for (const TensorIndex &index : indices)
      last = index.kind == TensorIndex::Kind::Integer ? &selectOp
             : index.kind == TensorIndex::Kind::Slice ? &sliceOp
             : index.kind == TensorIndex::Kind::None  ? &unsqueezeOp
                                                      : last;
    OpScope scope(*last, where);
    return selectBasic(*this, indices).view;
  }
  COTAN_OP(index, "IndexBackward0", true);
  Selection selection = selectBasic(*this, indices);
  Value x = read(selection.view);
  return wrap(gatherAdvanced(x, analyze(x, selection.indices)));
}

const Tensor &Tensor::index_put_(const std::vector<TensorIndex> &indices, const Arg &value, Where where) const {
  COTAN_OP(index_put_, "IndexPutBackward0", true);
  ScalarType type = detail::implOf(*this).dtype;
  Value given = readAs(value, type, "values");
  bool mask = indices.size() == 1 && indices[0].kind == TensorIndex::Kind::Tensor && indices[0].tensor.defined() &&
              indices[0].tensor.scalar_type() == kBool && indices[0].tensor.sizes() == sizes();
  if (mask && given.numel() == 1) { // no positions are needed
    assign(*this, tracing::select(read(indices[0].tensor), tracing::reshape(given, {}), read(*this)));
    return *this;
  }
  Selection selection = selectBasic(*this, indices);
  if (!selection.advanced) {
    assign(selection.view, given);
    return *this;
  }
  Value x = read(selection.view);
  assign(selection.view, putAdvanced(x, analyze(x, selection.indices), given));
  return *this;
}

} // namespace cotan
