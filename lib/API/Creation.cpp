//===- Creation.cpp - making tensors --------------------------------------===//

#include "TensorImpl.h"
#include "cotan-compiler/Runtime/Memory.h"
#include "cotan/creation.h"
#include <cmath>
#include <cstring>

namespace cotan {

using namespace detail;

static Tensor created(Value value, const TensorOptions &options) {
  NoGradScope untracked;
  Tensor result = wrap(std::move(value));
  if (options.requires_grad())
    result.requires_grad_(true, here());
  return result;
}

static ScalarType typeOr(const TensorOptions &options, ScalarType type) { return options.has_dtype() ? options.dtype() : type; }

static void checkShape(IntArrayRef shape) {
  for (int64_t extent : shape)
    if (extent < 0)
      throw Error("Trying to create tensor with negative dimension " + std::to_string(extent) + ": " + shapeText(shape), here());
}

//===----------------------------------------------------------------------===//
// From numbers
//===----------------------------------------------------------------------===//

namespace {

/// Collects the shape and kinds of nested lists, then writes their elements.
struct NestedLists {
  IntVector shape;
  bool floating = false, integer = false, boolean = false;

  void inspect(const NestedNumbers &data, size_t depth) {
    if (data.isNumber) {
      floating |= data.number.isFloatingPoint();
      integer |= data.number.isIntegral(false);
      boolean |= data.number.isBoolean();
      if (depth != shape.size())
        fail();
      return;
    }
    int64_t length = int64_t(data.flat ? data.length : data.children.size());
    if (depth == shape.size() && !leafSeen)
      shape.push_back(length);
    else if (depth >= shape.size() || shape[depth] != length)
      throw ValueError("expected sequence of length " + std::to_string(depth < shape.size() ? shape[depth] : 0) + " at dim " +
                           std::to_string(depth) + " (got " + std::to_string(length) + ")",
                       here());
    if (data.flatType != ScalarType::Undefined) {
      floating |= isFloatingType(data.flatType);
      integer |= isIntegralType(data.flatType);
      boolean |= data.flatType == kBool;
    }
    for (const NestedNumbers &child : data.children) {
      inspect(child, depth + 1);
      leafSeen = true;
    }
  }
  [[noreturn]] static void fail() { throw ValueError("expected nested lists of equal lengths", here()); }

  ScalarType type() const {
    if (floating)
      return get_default_dtype();
    if (integer)
      return kLong;
    return boolean ? kBool : get_default_dtype();
  }

  bool leafSeen = false;
};

void store(ScalarType type, void *data, int64_t index, const cotan::Scalar &number) {
  if (type == kFloat)
    static_cast<float *>(data)[index] = number.to<float>();
  else if (type == kDouble)
    static_cast<double *>(data)[index] = number.toDouble();
  else if (type == kInt)
    static_cast<int32_t *>(data)[index] = number.to<int>();
  else if (type == kLong)
    static_cast<int64_t *>(data)[index] = number.toLong();
  else
    static_cast<unsigned char *>(data)[index] = number.toBool();
}

void storeAll(ScalarType type, void *data, int64_t &index, const NestedNumbers &nested) {
  if (nested.isNumber)
    return store(type, data, index++, nested.number);
  if (nested.flat) {
    auto *elements = static_cast<const char *>(nested.flat);
    if (nested.flatType == type)
      std::memcpy(static_cast<char *>(data) + index * elementSize(type), elements, nested.length * size_t(elementSize(type)));
    else
      for (size_t i = 0; i < nested.length; ++i)
        store(type, data, index + int64_t(i), elementAt(nested.flatType, elements, int64_t(i)));
    index += int64_t(nested.length);
    return;
  }
  for (const NestedNumbers &child : nested.children)
    storeAll(type, data, index, child);
}

} // namespace

Tensor tensor(const NestedNumbers &data, const TensorOptions &options, Where where) {
  COTAN_OP(tensor, "", false);
  NestedLists lists;
  lists.inspect(data, 0);
  ScalarType type = typeOr(options, lists.type());
  const IntList *shape = intern(lists.shape);
  Buffer *buffer = makeBuffer(shape->product * elementSize(type));
  int64_t index = 0;
  storeAll(type, buffer->data, index, data);
  return created(leaf(type, shape, buffer), options);
}

Tensor full(IntArrayRef shape, const Scalar &value, const TensorOptions &options, Where where) {
  COTAN_OP(full, "", false);
  checkShape(shape);
  ScalarType type = typeOr(options, value.isFloatingPoint() ? get_default_dtype() : value.type());
  return created(broadcastTo(scalar(type, value), shape), options);
}

static Tensor constantTensor(IntArrayRef shape, int number, const TensorOptions &options) {
  checkShape(shape);
  return created(constant(typeOr(options, get_default_dtype()), number, shape), options);
}

Tensor empty(IntArrayRef shape, const TensorOptions &options, Where where) {
  COTAN_OP(empty, "", false);
  return constantTensor(shape, 0, options);
}
Tensor zeros(IntArrayRef shape, const TensorOptions &options, Where where) {
  COTAN_OP(zeros, "", false);
  return constantTensor(shape, 0, options);
}
Tensor ones(IntArrayRef shape, const TensorOptions &options, Where where) {
  COTAN_OP(ones, "", false);
  return constantTensor(shape, 1, options);
}
Tensor scalar_tensor(const Scalar &value, const TensorOptions &options, Where where) {
  COTAN_OP(scalar_tensor, "", false);
  return created(scalar(typeOr(options, get_default_dtype()), value), options);
}

static TensorOptions likeOptions(const Tensor &self, const TensorOptions &options) {
  return options.has_dtype() ? options : options.dtype(detail::implOf(self).dtype);
}
Tensor empty_like(const Tensor &self, const TensorOptions &options, Where where) { return zeros_like(self, options, where); }
Tensor zeros_like(const Tensor &self, const TensorOptions &options, Where where) {
  COTAN_OP(zeros_like, "", false);
  return constantTensor(detail::implOf(self).shape->ref(), 0, likeOptions(self, options));
}
Tensor ones_like(const Tensor &self, const TensorOptions &options, Where where) {
  COTAN_OP(ones_like, "", false);
  return constantTensor(detail::implOf(self).shape->ref(), 1, likeOptions(self, options));
}
Tensor full_like(const Tensor &self, const Scalar &value, const TensorOptions &options, Where where) {
  COTAN_OP(full_like, "", false);
  return full(detail::implOf(self).shape->ref(), value, likeOptions(self, options), where);
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

Tensor arange(const Scalar &end, const TensorOptions &options, Where where) { return arange(0, end, 1, options, where); }
Tensor arange(const Scalar &start, const Scalar &end, const TensorOptions &options, Where where) {
  return arange(start, end, 1, options, where);
}
Tensor arange(const Scalar &start, const Scalar &end, const Scalar &step, const TensorOptions &options, Where where) {
  COTAN_OP(arange, "", false);
  bool floating = start.isFloatingPoint() || end.isFloatingPoint() || step.isFloatingPoint();
  ScalarType type = typeOr(options, floating ? get_default_dtype() : kLong);
  if (step.toDouble() == 0)
    throw Error("step must be nonzero", where);
  double distance = end.toDouble() - start.toDouble();
  if (distance != 0 && (distance > 0) != (step.toDouble() > 0))
    throw Error("upper bound and larger bound inconsistent with step sign", where);
  int64_t count = int64_t(std::ceil(distance / step.toDouble()));
  ScalarType computed = isFloatingType(type) ? type : kLong;
  Value index = iota(computed, {count}, 0);
  Value value = add(scalar(computed, start), mul(index, scalar(computed, step)));
  return created(tracing::cast(value, type), options);
}

Tensor linspace(const Scalar &start, const Scalar &end, int64_t steps, const TensorOptions &options, Where where) {
  COTAN_OP(linspace, "", false);
  if (steps < 0)
    throw Error("number of steps must be non-negative", where);
  ScalarType type = typeOr(options, get_default_dtype());
  ScalarType computed = isFloatingType(type) ? type : kDouble;
  double step = steps > 1 ? (end.toDouble() - start.toDouble()) / double(steps - 1) : 0;
  // From the nearer end, so that both ends are exact.
  Value index = iota(computed, {steps}, 0), width = scalar(computed, step);
  Value forward = add(scalar(computed, start), mul(index, width));
  Value back = sub(scalar(computed, end), mul(sub(constant(computed, double(steps - 1)), index), width));
  Value first = compare(Comparison::Lt, index, constant(computed, steps == 1 ? 1.0 : double(steps / 2)));
  return created(tracing::cast(select(first, forward, back), type), options);
}

Tensor eye(int64_t n, const TensorOptions &options, Where where) { return eye(n, n, options, where); }
Tensor eye(int64_t n, int64_t m, const TensorOptions &options, Where where) {
  COTAN_OP(eye, "", false);
  checkShape({n, m});
  Value diagonal = compare(Comparison::Eq, iota(kLong, {n, m}, 0), iota(kLong, {n, m}, 1));
  return created(tracing::cast(diagonal, typeOr(options, get_default_dtype())), options);
}

//===----------------------------------------------------------------------===//
// Host memory
//===----------------------------------------------------------------------===//

Tensor from_blob(void *data, IntArrayRef shape, void (*deleter)(void *), const TensorOptions &options, Where where) {
  COTAN_OP(from_blob, "", false);
  checkShape(shape);
  ScalarType type = typeOr(options, get_default_dtype());
  const IntList *extents = intern(shape);
  if (!data && extents->product)
    throw ValueError("from_blob: expected memory of " + std::to_string(extents->product * elementSize(type)) + " bytes, got a null pointer",
                     where);
  Buffer *buffer = makeHostBuffer(data, extents->product * elementSize(type), deleter);
  ++buffer->references;
  Tensor result = created(leaf(type, extents, buffer), options);
  result.getImpl()->storage->pinned = buffer;
  return result;
}

Tensor from_blob(void *data, IntArrayRef shape, const TensorOptions &options, Where where) {
  return from_blob(data, shape, nullptr, options, where);
}

} // namespace cotan
