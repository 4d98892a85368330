//===- RecordShape.cpp - primitives that move elements --------------------===//

#include "RecordSupport.h"

namespace cotan::tracing {

static IntVector concatenated(std::initializer_list<IntArrayRef> lists) {
  IntVector all;
  for (IntArrayRef list : lists)
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

[[noreturn]] static void refuse(const std::string &text) { throw ValueError(std::string(opName()) + ": " + text, here()); }

Value reshape(const Value &x, IntArrayRef shape) {
  if (x.shape() == shape)
    return x;
  const IntList *wanted = intern(shape);
  if (wanted->product != x.numel())
    throw Error("shape '" + shapeText(shape) + "' is invalid for input of size " + std::to_string(x.numel()), here());
  return node1(OpKind::Reshape, x.dtype(), wanted, nullptr, x);
}

Value transpose(const Value &x, IntArrayRef permutation) {
  if (int64_t(permutation.size()) != x.rank())
    refuse("expected a permutation of " + std::to_string(x.rank()) + " dimensions, got " + shapeText(permutation));
  IntVector shape(permutation.size());
  bool identity = true;
  for (size_t i = 0; i < shape.size(); ++i) {
    shape[i] = x.size(permutation[i]);
    identity &= permutation[i] == int64_t(i);
  }
  return identity ? x : node1(OpKind::Transpose, x.dtype(), intern(shape), intern(permutation), x);
}

Value slice(const Value &x, IntArrayRef starts, IntArrayRef limits, IntArrayRef strides) {
  IntVector shape(starts.size());
  bool whole = true;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (starts[i] < 0 || limits[i] < starts[i] || limits[i] > x.size(int64_t(i)) || strides[i] < 1)
      refuse("slice out of range in dimension " + std::to_string(i));
    shape[i] = (limits[i] - starts[i] + strides[i] - 1) / strides[i];
    whole &= shape[i] == x.size(int64_t(i));
  }
  return whole ? x : node1(OpKind::Slice, x.dtype(), intern(shape), intern(concatenated({starts, limits, strides})), x);
}

Value pad(const Value &x, const Value &value, IntArrayRef low, IntArrayRef high, IntArrayRef interior) {
  requireSameType(x, value);
  IntVector shape(low.size());
  bool nothing = true;
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t extent = x.size(int64_t(i));
    if (low[i] < 0 || high[i] < 0 || interior[i] < 0)
      refuse("negative padding in dimension " + std::to_string(i));
    shape[i] = extent + low[i] + high[i] + interior[i] * std::max<int64_t>(extent - 1, 0);
    nothing &= shape[i] == extent;
  }
  return nothing ? x : node2(OpKind::Pad, x.dtype(), intern(shape), intern(concatenated({low, high, interior})), x, value);
}

Value concatenate(const std::vector<Value> &operands, int64_t dim) {
  if (operands.empty())
    refuse("expected a non-empty list of tensors");
  if (operands.size() == 1)
    return operands[0];
  IntVector shape = operands[0].shape().vec();
  shape[size_t(dim)] = 0;
  for (size_t i = 0; i < operands.size(); ++i) {
    requireSameType(operands[0], operands[i]);
    IntArrayRef extents = operands[i].shape();
    if (extents.size() != shape.size())
      throw Error("Tensors must have same number of dimensions: got " + std::to_string(shape.size()) + " and " +
                      std::to_string(extents.size()),
                  here());
    for (size_t d = 0; d < shape.size(); ++d)
      if (int64_t(d) != dim && extents[d] != shape[d])
        throw Error("Sizes of tensors must match except in dimension " + std::to_string(dim) + ". Expected size " +
                        std::to_string(shape[d]) + " but got size " + std::to_string(extents[d]) + " for tensor number " +
                        std::to_string(i) + " in the list.",
                    here());
    shape[size_t(dim)] += extents[size_t(dim)];
  }
  Node *node = makeNode(OpKind::Concatenate, operands[0].dtype(), intern(shape), intern({dim}), uint32_t(operands.size()));
  for (unsigned i = 0; i < operands.size(); ++i)
    setOperand(node, i, operands[i]);
  return finish(node);
}

Value reverse(const Value &x, IntArrayRef dims) {
  return dims.empty() ? x : node1(OpKind::Reverse, x.dtype(), x->shape, intern(dims), x);
}

//===----------------------------------------------------------------------===//
// Positions known at run time
//===----------------------------------------------------------------------===//

static void checkStarts(const Value &x, const std::vector<Value> &starts, IntArrayRef window) {
  if (int64_t(starts.size()) != x.rank() || int64_t(window.size()) != x.rank())
    refuse("expected " + std::to_string(x.rank()) + " start indices, got " + std::to_string(starts.size()));
  for (size_t i = 0; i < starts.size(); ++i) {
    if (starts[i].dtype() != kLong || starts[i].rank() != 0)
      refuse("start indices must be 0-d int64 tensors");
    if (window[i] > x.size(int64_t(i)))
      refuse("window of " + std::to_string(window[i]) + " in an extent of " + std::to_string(x.size(int64_t(i))));
  }
}

Value dynamicSlice(const Value &x, const std::vector<Value> &starts, IntArrayRef sizes) {
  checkStarts(x, starts, sizes);
  Node *node = makeNode(OpKind::DynamicSlice, x.dtype(), intern(sizes), nullptr, uint32_t(1 + starts.size()));
  setOperand(node, 0, x);
  for (unsigned i = 0; i < starts.size(); ++i)
    setOperand(node, i + 1, starts[i]);
  return finish(node);
}

Value dynamicUpdateSlice(const Value &x, const Value &update, const std::vector<Value> &starts) {
  requireSameType(x, update);
  checkStarts(x, starts, update.shape());
  Node *node = makeNode(OpKind::DynamicUpdateSlice, x.dtype(), x->shape, nullptr, uint32_t(2 + starts.size()));
  setOperand(node, 0, x);
  setOperand(node, 1, update);
  for (unsigned i = 0; i < starts.size(); ++i)
    setOperand(node, i + 2, starts[i]);
  return finish(node);
}

static void checkIndices(const Value &x, const Value &indices) {
  if (x.rank() == 0)
    refuse("expected a tensor of at least one dimension to index");
  if (!isIntegralType(indices.dtype()))
    throw IndexError("tensors used as indices must be long, int, byte or bool tensors", here());
}

Value gather(const Value &x, const Value &indices) {
  checkIndices(x, indices);
  IntArrayRef row(x.shape().data() + 1, size_t(x.rank() - 1));
  return node2(OpKind::Gather, x.dtype(), intern(concatenated({indices.shape(), row})), nullptr, x, indices);
}

Value scatterAdd(const Value &x, const Value &indices, const Value &updates) {
  checkIndices(x, indices);
  requireSameType(x, updates);
  IntArrayRef row(x.shape().data() + 1, size_t(x.rank() - 1));
  IntVector expected = concatenated({indices.shape(), row});
  if (!(updates.shape() == IntArrayRef(expected)))
    refuse("expected updates of shape " + shapeText(expected) + ", got " + shapeText(updates.shape()));
  Node *node = makeNode(OpKind::ScatterAdd, x.dtype(), x->shape, nullptr, 3);
  setOperand(node, 0, x);
  setOperand(node, 1, indices);
  setOperand(node, 2, updates);
  return finish(node);
}

} // namespace cotan::tracing
