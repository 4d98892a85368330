//===- creation.h - making tensors ------------------------------*- C++ -*-===//
//
// As torch spells them. Without a dtype, floating-point numbers give the default dtype (float32), integers int64.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_CREATION_H
#define COTAN_CREATION_H

#include "cotan/tensor.h"

namespace cotan {

namespace detail {

/// The nested lists of `tensor({{1., 2.}, {3., 4.}})`, or a vector, or a number.
class COTAN_API NestedNumbers {
public:
  NestedNumbers() = default;
  NestedNumbers(double value) : number(value), isNumber(true) {}
  NestedNumbers(float value) : number(value), isNumber(true) {}
  NestedNumbers(int value) : number(value), isNumber(true) {}
  NestedNumbers(long value) : number(value), isNumber(true) {}
  NestedNumbers(long long value) : number(value), isNumber(true) {}
  NestedNumbers(bool value) : number(value), isNumber(true) {}
  NestedNumbers(std::initializer_list<NestedNumbers> list) : children(list) {}
  /// Vectors are referred to, not copied: for the length of the call.
  NestedNumbers(const std::vector<float> &values) : flat(values.data()), length(values.size()), flatType(kFloat) {}
  NestedNumbers(const std::vector<double> &values) : flat(values.data()), length(values.size()), flatType(kDouble) {}
  NestedNumbers(const std::vector<int> &values) : flat(values.data()), length(values.size()), flatType(kInt) {}
  NestedNumbers(const std::vector<int64_t> &values) : flat(values.data()), length(values.size()), flatType(kLong) {}
  NestedNumbers(const std::vector<bool> &values) {
    for (bool value : values)
      children.emplace_back(value);
    flatType = kBool;
  }

  std::vector<NestedNumbers> children;
  Scalar number;
  bool isNumber = false;
  const void *flat = nullptr; ///< a vector's elements
  size_t length = 0;
  ScalarType flatType = ScalarType::Undefined;
};

} // namespace detail

/// A tensor of the given numbers: `tensor(2.)`, `tensor({1, 2})`, `tensor({{1., 2.}, {3., 4.}}, kDouble)`, `tensor(vector)`.
COTAN_API Tensor tensor(const detail::NestedNumbers &data, const TensorOptions &options = {}, Where where = Where::current());

COTAN_API Tensor empty(IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor zeros(IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor ones(IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor full(IntArrayRef shape, const Scalar &value, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor scalar_tensor(const Scalar &value, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor arange(const Scalar &end, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor arange(const Scalar &start, const Scalar &end, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor arange(const Scalar &start, const Scalar &end, const Scalar &step, const TensorOptions &options = {},
                        Where where = Where::current());
COTAN_API Tensor linspace(const Scalar &start, const Scalar &end, int64_t steps, const TensorOptions &options = {},
                          Where where = Where::current());
COTAN_API Tensor eye(int64_t n, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor eye(int64_t n, int64_t m, const TensorOptions &options = {}, Where where = Where::current());

COTAN_API Tensor empty_like(const Tensor &self, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor zeros_like(const Tensor &self, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor ones_like(const Tensor &self, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor full_like(const Tensor &self, const Scalar &value, const TensorOptions &options = {}, Where where = Where::current());

/// Uniform in [0, 1).
COTAN_API Tensor rand(IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());
/// Standard normal.
COTAN_API Tensor randn(IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());
/// Uniform integers in [low, high).
COTAN_API Tensor randint(int64_t low, int64_t high, IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor randint(int64_t high, IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor rand_like(const Tensor &self, const TensorOptions &options = {}, Where where = Where::current());
COTAN_API Tensor randn_like(const Tensor &self, const TensorOptions &options = {}, Where where = Where::current());
/// Restarts the generator that the random functions draw from.
COTAN_API void manual_seed(uint64_t seed);

/// Host memory as a tensor, dense and row-major: read at evaluation, written only by in-place ops on the tensor. `deleter(data)`
/// is called when nothing refers to the memory any more; it must not throw.
COTAN_API Tensor from_blob(void *data, IntArrayRef shape, void (*deleter)(void *), const TensorOptions &options = {},
                           Where where = Where::current());
COTAN_API Tensor from_blob(void *data, IntArrayRef shape, const TensorOptions &options = {}, Where where = Where::current());

} // namespace cotan

#endif // COTAN_CREATION_H
