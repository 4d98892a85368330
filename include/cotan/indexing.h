//===- indexing.h - what stands between brackets ----------------*- C++ -*-===//
//
// `x.index({0, Slice(1, None, 2), "...", mask})` is Python's `x[0, 1::2, ..., mask]`.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_INDEXING_H
#define COTAN_INDEXING_H

#include "cotan/tensor.h"

namespace cotan::indexing {

struct NoneType {};
struct EllipsisType {};
inline constexpr NoneType None{};
inline constexpr EllipsisType Ellipsis{};

/// `start:stop:step`; a None is the default of its place.
class Slice {
public:
  /// A start or stop: a number or None.
  struct Bound {
    constexpr Bound(NoneType) {}
    constexpr Bound(std::nullopt_t) {}
    constexpr Bound(int64_t value) : value(value), present(true) {}
    constexpr Bound(int value) : value(value), present(true) {}
    int64_t value = 0;
    bool present = false;
  };
  constexpr Slice(Bound start = None, Bound stop = None, int64_t step = 1) : start(start), stop(stop), step(step) {}
  Bound start, stop;
  int64_t step;
};

class COTAN_API TensorIndex {
public:
  enum class Kind : uint8_t { Integer, Slice, None, Ellipsis, Tensor };
  TensorIndex(int index) : integer(index), kind(Kind::Integer) {}
  TensorIndex(int64_t index) : integer(index), kind(Kind::Integer) {}
  TensorIndex(bool value);
  TensorIndex(indexing::Slice slice) : slice(slice), kind(Kind::Slice) {}
  TensorIndex(NoneType) : kind(Kind::None) {}
  TensorIndex(std::nullopt_t) : kind(Kind::None) {}
  TensorIndex(EllipsisType) : kind(Kind::Ellipsis) {}
  /// "..." is Ellipsis.
  TensorIndex(const char *text);
  TensorIndex(cotan::Tensor tensor) : tensor(std::move(tensor)), kind(Kind::Tensor) {}

  int64_t integer = 0;
  indexing::Slice slice;
  cotan::Tensor tensor;
  Kind kind;
};

} // namespace cotan::indexing

#endif // COTAN_INDEXING_H
