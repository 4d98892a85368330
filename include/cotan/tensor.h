//===- tensor.h - Tensor ----------------------------------------*- C++ -*-===//
//
// A Tensor is a shared handle. Calls on tensors record what is to be computed; `item()`, printing, data access and
// `eval()` compute it, together with everything connected to it that the program still holds. Copies, `detach()` and views
// (select, slice, view, t ...) share storage: an in-place op on one shows in all.
//
// Functions take a defaulted source location last, so that errors and compile logs name the caller's line.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TENSOR_H
#define COTAN_TENSOR_H

#include "cotan/array_ref.h"
#include "cotan/error.h"
#include "cotan/export.h"
#include "cotan/options.h"
#include "cotan/scalar.h"
#include <iosfwd>
#include <optional>
#include <source_location>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace cotan {

class Tensor;
class Arg;
namespace detail {
struct TensorImpl;
} // namespace detail
namespace indexing {
class TensorIndex;
} // namespace indexing

using Where = std::source_location;
using TensorList = const std::vector<Tensor> &;

/// Element access to an evaluated tensor of known rank: `a[i][j]`; writes go to the storage (it is pinned).
template <typename T, int Rank> class TensorAccessor {
public:
  TensorAccessor(T *data, const int64_t *sizes, const int64_t *strides) : pointer(data), sizes_(sizes), strides(strides) {}
  int64_t size(int64_t dim) const { return sizes_[dim]; }
  decltype(auto) operator[](int64_t i) const {
    if constexpr (Rank == 1)
      return (pointer[i * strides[0]]);
    else
      return TensorAccessor<T, Rank - 1>(pointer + i * strides[0], sizes_ + 1, strides + 1);
  }

private:
  T *pointer;
  const int64_t *sizes_, *strides;
};

/// The same with the extents inside: what Tensor::accessor returns.
template <typename T, int Rank> class OwningAccessor {
public:
  OwningAccessor(T *data, IntArrayRef sizes) : pointer(data) {
    int64_t stride = 1;
    for (int i = Rank - 1; i >= 0; --i) {
      extents[i] = sizes[size_t(i)];
      strides[i] = stride;
      stride *= extents[i];
    }
  }
  int64_t size(int64_t dim) const { return extents[dim]; }
  decltype(auto) operator[](int64_t i) const { return TensorAccessor<T, Rank>(pointer, extents, strides)[i]; }

private:
  T *pointer;
  int64_t extents[Rank], strides[Rank];
};

class COTAN_API Tensor {
public:
  /// An undefined tensor, like `x.grad()` before the first backward().
  Tensor() noexcept : impl(nullptr) {}
  Tensor(const Tensor &other);
  Tensor(Tensor &&other) noexcept : impl(std::exchange(other.impl, nullptr)) {}
  Tensor &operator=(const Tensor &other) &;
  Tensor &operator=(Tensor &&other) & noexcept;
  /// `x[0] = v` writes into x, as in torch.
  Tensor &operator=(const Tensor &other) &&;
  Tensor &operator=(Tensor &&other) &&;
  Tensor &operator=(Scalar value) &&;
  ~Tensor();

  //===--- What it is -------------------------------------------------------===//
  bool defined() const { return impl != nullptr; }
  int64_t dim() const;
  int64_t ndimension() const { return dim(); }
  IntArrayRef sizes() const;
  IntArrayRef shape() const { return sizes(); }
  int64_t size(int64_t dim, Where where = Where::current()) const;
  int64_t numel() const;
  ScalarType scalar_type() const;
  ScalarType dtype() const { return scalar_type(); }
  TensorOptions options() const;
  bool is_floating_point() const { return isFloatingType(scalar_type()); }
  bool is_same(const Tensor &other) const { return impl == other.impl; }
  /// Elements along the first dimension, Python's len().
  int64_t len(Where where = Where::current()) const;

  //===--- Reading values: computes what is pending -------------------------===//
  /// The only element.
  template <typename T> T item(Where where = Where::current()) const { return itemScalar(where).template to<T>(); }
  Scalar item(Where where = Where::current()) const { return itemScalar(where); }
  /// Dense row-major elements. Pins the storage: it keeps its place, and what is written through the pointer is seen by later
  /// evaluations, also of ops that were recorded before the write and are still pending (eval() them first). Throws for a view whose elements are not consecutive.
  template <typename T> T *data_ptr(Where where = Where::current()) const {
    return static_cast<T *>(dataPointer(CppTypeToScalarType<T>::value, where));
  }
  template <typename T, int Rank> OwningAccessor<T, Rank> accessor(Where where = Where::current()) const {
    checkRank(Rank, where);
    return {data_ptr<T>(where), sizes()};
  }
  /// All elements in row-major order.
  template <typename T> std::vector<T> to_vector(Where where = Where::current()) const {
    std::vector<T> result(static_cast<size_t>(numel()));
    if constexpr (CppTypeToScalarType<T>::value == kBool) {
      std::vector<unsigned char> bytes(result.size() + 1);
      copyTo(kBool, bytes.data(), where);
      for (size_t i = 0; i < result.size(); ++i)
        result[i] = bytes[i] != 0;
    } else {
      copyTo(CppTypeToScalarType<T>::value, result.data(), where);
    }
    return result;
  }
  /// Computes the value now.
  const Tensor &eval(Where where = Where::current()) const;
  /// The value of a one-element tensor as a condition.
  explicit operator bool() const;
  /// The text Python prints.
  std::string str(Where where = Where::current()) const;

  //===--- Autograd ---------------------------------------------------------===//
  bool requires_grad() const;
  const Tensor &requires_grad_(bool value = true, Where where = Where::current()) const;
  const Tensor &set_requires_grad(bool value, Where where = Where::current()) const { return requires_grad_(value, where); }
  bool is_leaf() const;
  /// The accumulated gradient; undefined before the first backward().
  const Tensor &grad() const;
  Tensor &mutable_grad() const;
  void retain_grad(Where where = Where::current()) const;
  bool retains_grad() const;
  /// `MulBackward0`, ...; empty for leaves.
  std::string grad_fn_name() const;
  void backward(const Tensor &gradient = {}, std::optional<bool> retain_graph = std::nullopt, bool create_graph = false,
                Where where = Where::current()) const;
  Tensor detach(Where where = Where::current()) const;
  const Tensor &detach_(Where where = Where::current()) const;

#include "cotan/tensor_methods.inc"

  //===--- Operators --------------------------------------------------------===//
  Tensor operator-() const;
  Tensor operator~() const;
  Tensor operator[](int64_t index) const;
  Tensor operator[](const Tensor &index) const;
  Tensor &operator+=(const Arg &other);
  Tensor &operator-=(const Arg &other);
  Tensor &operator*=(const Arg &other);
  Tensor &operator/=(const Arg &other);

  /// For the library: takes over one reference.
  explicit Tensor(detail::TensorImpl *reference) : impl(reference) {}
  detail::TensorImpl *getImpl() const { return impl; }

private:
  Scalar itemScalar(Where where) const;
  void *dataPointer(ScalarType type, Where where) const;
  void copyTo(ScalarType type, void *destination, Where where) const;
  void checkRank(int rank, Where where) const;

  detail::TensorImpl *impl;
};

/// An operand: a tensor or a number, with the line of the expression it stands in.
class Arg {
public:
  Arg(const Tensor &tensor, Where where = Where::current()) : tensor(&tensor), where(where) {}
  Arg(Scalar number, Where where = Where::current()) : number(number), where(where) {}
  Arg(double number, Where where = Where::current()) : number(number), where(where) {}
  Arg(float number, Where where = Where::current()) : number(number), where(where) {}
  Arg(int number, Where where = Where::current()) : number(number), where(where) {}
  Arg(unsigned number, Where where = Where::current()) : number(number), where(where) {}
  Arg(long number, Where where = Where::current()) : number(number), where(where) {}
  Arg(unsigned long number, Where where = Where::current()) : number(number), where(where) {}
  Arg(long long number, Where where = Where::current()) : number(number), where(where) {}
  Arg(bool number, Where where = Where::current()) : number(number), where(where) {}

  bool isTensor() const { return tensor != nullptr; }

  const Tensor *tensor = nullptr; ///< null: `number`
  Scalar number;
  Where where;
};

COTAN_API Tensor operator+(const Arg &a, const Arg &b);
COTAN_API Tensor operator-(const Arg &a, const Arg &b);
COTAN_API Tensor operator*(const Arg &a, const Arg &b);
COTAN_API Tensor operator/(const Arg &a, const Arg &b);
COTAN_API Tensor operator%(const Arg &a, const Arg &b);
COTAN_API Tensor operator==(const Arg &a, const Arg &b);
COTAN_API Tensor operator!=(const Arg &a, const Arg &b);
COTAN_API Tensor operator<(const Arg &a, const Arg &b);
COTAN_API Tensor operator<=(const Arg &a, const Arg &b);
COTAN_API Tensor operator>(const Arg &a, const Arg &b);
COTAN_API Tensor operator>=(const Arg &a, const Arg &b);
COTAN_API Tensor operator&(const Arg &a, const Arg &b);
COTAN_API Tensor operator|(const Arg &a, const Arg &b);
COTAN_API Tensor operator^(const Arg &a, const Arg &b);

/// Writes str().
COTAN_API std::ostream &operator<<(std::ostream &stream, const Tensor &tensor);

} // namespace cotan

#endif // COTAN_TENSOR_H
