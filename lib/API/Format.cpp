//===- Format.cpp - what an f-string shows --------------------------------===//

#include "cotan/format.h"
#include "Print.h"
#include <stdexcept>

namespace cotan {

using namespace detail;

std::string format(const Tensor &tensor, const std::string &spec, Where where) {
  if (!tensor.defined())
    return "None";
  if (tensor.dim() > 0) {
    if (!spec.empty())
      throw TypeError("unsupported format string passed to Tensor.__format__", where);
    return tensor.str(where);
  }
  Scalar number = tensor.item(where);
  try {
    if (number.isFloatingPoint())
      return python_format(number.toDouble(), spec);
    if (number.isBoolean() && spec.empty())
      return number.toBool() ? "True" : "False";
    return python_format(number.toLong(), spec);
  } catch (const std::invalid_argument &error) {
    throw ValueError(error.what(), where);
  }
}

std::string format(double number, const std::string &spec) {
  try {
    return python_format(number, spec);
  } catch (const std::invalid_argument &error) {
    throw ValueError(error.what());
  }
}

} // namespace cotan
