//===- array_ref.h - lists of integers as arguments -------------*- C++ -*-===//
//
// `IntArrayRef` is a view of a list of int64_t (shapes, dimensions): made from `{2, 3}`, a vector or a single number.
// It owns nothing; keep what it refers to alive.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_ARRAY_REF_H
#define COTAN_ARRAY_REF_H

#include "cotan/export.h"
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <vector>

namespace cotan {

/// What a notebook prints for a shape: `torch.Size([2, 3])` is a vector here.
using IntVector = std::vector<int64_t>;

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winit-list-lifetime" // a view by design
#endif

class IntArrayRef {
public:
  constexpr IntArrayRef() = default;
  constexpr IntArrayRef(const int64_t *data, size_t size) : pointer(data), length(size) {}
  IntArrayRef(const std::vector<int64_t> &list) : pointer(list.data()), length(list.size()) {}
  constexpr IntArrayRef(const std::initializer_list<int64_t> &list) : pointer(list.begin()), length(list.size()) {}
  /// One number; refers to the argument, so it lives as long as the full expression.
  constexpr IntArrayRef(const int64_t &one) : pointer(&one), length(1) {}

  constexpr const int64_t *begin() const { return pointer; }
  constexpr const int64_t *end() const { return pointer + length; }
  constexpr const int64_t *data() const { return pointer; }
  constexpr size_t size() const { return length; }
  constexpr bool empty() const { return length == 0; }
  constexpr int64_t operator[](size_t i) const { return pointer[i]; }
  constexpr int64_t front() const { return pointer[0]; }
  constexpr int64_t back() const { return pointer[length - 1]; }
  std::vector<int64_t> vec() const { return {begin(), end()}; }
  friend bool operator==(IntArrayRef a, IntArrayRef b) {
    if (a.length != b.length)
      return false;
    for (size_t i = 0; i < a.length; ++i)
      if (a.pointer[i] != b.pointer[i])
        return false;
    return true;
  }
  /// `[2, 3]`
  friend COTAN_API std::ostream &operator<<(std::ostream &stream, IntArrayRef list);

private:
  const int64_t *pointer = nullptr;
  size_t length = 0;
};

/// A list of dimensions, or nothing (all of them).
class OptionalIntArrayRef {
public:
  OptionalIntArrayRef() = default;
  OptionalIntArrayRef(std::nullopt_t) {}
  OptionalIntArrayRef(IntArrayRef list) : list(list), present(true) {}
  OptionalIntArrayRef(const std::vector<int64_t> &list) : list(list), present(true) {}
  OptionalIntArrayRef(const std::initializer_list<int64_t> &list) : list(list), present(true) {}
  OptionalIntArrayRef(const int64_t &one) : list(one), present(true) {}
  bool has_value() const { return present; }
  IntArrayRef operator*() const { return list; }

private:
  IntArrayRef list;
  bool present = false;
};

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

} // namespace cotan

#endif // COTAN_ARRAY_REF_H
