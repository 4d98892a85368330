//===- options.h - how a tensor is created ----------------------*- C++ -*-===//
//
// `cotan::dtype(cotan::kDouble).requires_grad(true)`, as torch spells it. There is one device and one layout.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPTIONS_H
#define COTAN_OPTIONS_H

#include "cotan/scalar.h"

namespace cotan {

class TensorOptions {
public:
  constexpr TensorOptions() = default;
  constexpr TensorOptions(ScalarType type) : type(type) {}
  [[nodiscard]] constexpr TensorOptions dtype(ScalarType newType) const {
    TensorOptions result = *this;
    result.type = newType;
    return result;
  }
  [[nodiscard]] constexpr TensorOptions requires_grad(bool value) const {
    TensorOptions result = *this;
    result.gradient = value;
    return result;
  }
  constexpr bool has_dtype() const { return type != ScalarType::Undefined; }
  /// Undefined where none was given.
  constexpr ScalarType dtype() const { return type; }
  constexpr bool requires_grad() const { return gradient; }

private:
  ScalarType type = ScalarType::Undefined;
  bool gradient = false;
};

constexpr TensorOptions dtype(ScalarType type) { return TensorOptions(type); }
constexpr TensorOptions requires_grad(bool value = true) { return TensorOptions().requires_grad(value); }

} // namespace cotan

#endif // COTAN_OPTIONS_H
