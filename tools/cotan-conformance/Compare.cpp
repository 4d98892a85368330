//===- Compare.cpp - how close a value must be ------------------------------===//

#include "Compare.h"

#include <cmath>
#include <cstdio>

namespace cotan::conformance {
namespace {

std::string shape_text(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

bool close(double actual, double expected, Tolerance tolerance) {
  if (std::isnan(expected) || std::isnan(actual))
    return std::isnan(expected) && std::isnan(actual);
  if (std::isinf(expected) || std::isinf(actual))
    return actual == expected;
  return std::fabs(actual - expected) <= tolerance.absolute + tolerance.relative * std::fabs(expected);
}

} // namespace

std::string difference(const HostTensor &actual, const HostTensor &expected, Tolerance tolerance) {
  if (actual.dtype != expected.dtype)
    return "expected dtype " + expected.dtype + ", got " + actual.dtype;
  if (actual.shape != expected.shape)
    return "expected shape " + shape_text(expected.shape) + ", got " + shape_text(actual.shape);
  for (size_t i = 0; i < expected.values.size(); ++i)
    if (!close(actual.values[i], expected.values[i], tolerance)) {
      char text[160];
      std::snprintf(text, sizeof(text), "element %zu: expected %.17g, got %.17g (difference %.3g)", i, expected.values[i],
                    actual.values[i], std::fabs(actual.values[i] - expected.values[i]));
      return text;
    }
  return "";
}

} // namespace cotan::conformance
