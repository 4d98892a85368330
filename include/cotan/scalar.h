//===- scalar.h - element types and numbers ---------------------*- C++ -*-===//
//
// `ScalarType` names the element type of a tensor, as torch spells it; `Scalar` is a C++ number of any kind, which
// takes part in type promotion by its kind only (bool < integer < floating point).
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_SCALAR_H
#define COTAN_SCALAR_H

#include "cotan/export.h"
#include <cstdint>

namespace cotan {

enum class ScalarType : uint8_t { Float, Double, Int, Long, Bool, Undefined };

inline constexpr ScalarType kFloat = ScalarType::Float, kFloat32 = ScalarType::Float;
inline constexpr ScalarType kDouble = ScalarType::Double, kFloat64 = ScalarType::Double;
inline constexpr ScalarType kInt = ScalarType::Int, kInt32 = ScalarType::Int;
inline constexpr ScalarType kLong = ScalarType::Long, kInt64 = ScalarType::Long;
inline constexpr ScalarType kBool = ScalarType::Bool;

constexpr bool isFloatingType(ScalarType type) { return type == kFloat || type == kDouble; }
constexpr bool isIntegralType(ScalarType type, bool includeBool = false) {
  return type == kInt || type == kLong || (includeBool && type == kBool);
}
/// Bytes of one element in memory.
constexpr int64_t elementSize(ScalarType type) {
  return type == kBool ? 1 : type == kFloat || type == kInt ? 4 : type == ScalarType::Undefined ? 0 : 8;
}
/// `float32`, `int64`, ...: the name Python shows.
COTAN_API const char *name(ScalarType type);
/// `Float`, `Long`, ...: the name torch's C++ messages show.
COTAN_API const char *toString(ScalarType type);
/// The element type of `type1 op type2`, both dimensioned tensors.
COTAN_API ScalarType promoteTypes(ScalarType type1, ScalarType type2);
/// The type of floating-point numbers without a type of their own (float32 at first).
COTAN_API ScalarType get_default_dtype();
COTAN_API void set_default_dtype(ScalarType type);

template <typename T> struct CppTypeToScalarType;
template <> struct CppTypeToScalarType<float> { static constexpr ScalarType value = kFloat; };
template <> struct CppTypeToScalarType<double> { static constexpr ScalarType value = kDouble; };
template <> struct CppTypeToScalarType<int> { static constexpr ScalarType value = kInt; };
template <> struct CppTypeToScalarType<long> { static constexpr ScalarType value = kLong; };
template <> struct CppTypeToScalarType<long long> { static constexpr ScalarType value = kLong; };
template <> struct CppTypeToScalarType<bool> { static constexpr ScalarType value = kBool; };

/// A C++ number: floating point (kDouble), integer (kLong) or kBool.
class Scalar {
public:
  constexpr Scalar() : integer(0), kind(kLong) {}
  constexpr Scalar(double value) : floating(value), kind(kDouble) {}
  constexpr Scalar(float value) : floating(value), kind(kDouble) {}
  constexpr Scalar(bool value) : integer(value), kind(kBool) {}
  constexpr Scalar(int value) : integer(value), kind(kLong) {}
  constexpr Scalar(unsigned value) : integer(value), kind(kLong) {}
  constexpr Scalar(long value) : integer(value), kind(kLong) {}
  constexpr Scalar(unsigned long value) : integer(int64_t(value)), kind(kLong) {}
  constexpr Scalar(long long value) : integer(value), kind(kLong) {}

  constexpr bool isFloatingPoint() const { return kind == kDouble; }
  constexpr bool isBoolean() const { return kind == kBool; }
  constexpr bool isIntegral(bool includeBool) const { return kind == kLong || (includeBool && kind == kBool); }
  /// kDouble, kLong or kBool.
  constexpr ScalarType type() const { return kind; }
  constexpr double toDouble() const { return kind == kDouble ? floating : double(integer); }
  constexpr int64_t toLong() const { return kind == kDouble ? int64_t(floating) : integer; }
  constexpr bool toBool() const { return kind == kDouble ? floating != 0 : integer != 0; }
  template <typename T> constexpr T to() const {
    if constexpr (CppTypeToScalarType<T>::value == kBool)
      return toBool();
    else if constexpr (isIntegralType(CppTypeToScalarType<T>::value))
      return T(toLong());
    else
      return T(toDouble());
  }

private:
  union {
    double floating;
    int64_t integer;
  };
  ScalarType kind;
};

} // namespace cotan

#endif // COTAN_SCALAR_H
