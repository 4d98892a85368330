//===- ScalarType.cpp - names and order of element types ------------------===//

#include "cotan/scalar.h"
#include "cotan/error.h"
#include <atomic>

namespace cotan {

static std::atomic<ScalarType> defaultType{kFloat};

ScalarType get_default_dtype() { return defaultType.load(std::memory_order_relaxed); }
void set_default_dtype(ScalarType type) {
  if (!isFloatingType(type))
    throw TypeError(std::string("only floating-point types are supported as the default type, got ") + name(type));
  defaultType = type;
}

const char *name(ScalarType type) {
  static constexpr const char *names[] = {"float32", "float64", "int32", "int64", "bool", "undefined"};
  return names[size_t(type)];
}

const char *toString(ScalarType type) {
  static constexpr const char *names[] = {"Float", "Double", "Int", "Long", "Bool", "Undefined"};
  return names[size_t(type)];
}

/// bool < int < long < float < double.
static int order(ScalarType type) {
  static constexpr int orders[] = {3, 4, 1, 2, 0, -1};
  return orders[size_t(type)];
}

ScalarType promoteTypes(ScalarType type1, ScalarType type2) { return order(type1) >= order(type2) ? type1 : type2; }

} // namespace cotan
