//===- Print.h - tensors as text, as Python's torch prints them --*- C++ -*-===//
//
// The text that `print(tensor)` and an f-string show in Python, for values that are already on the host. Independent of
// `Tensor`, so that it can be tested against golden texts alone. Locale-independent.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_API_PRINT_H
#define COTAN_LIB_API_PRINT_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cotan::detail {

/// The values of a tensor in row-major order, and what is shown beside them.
struct PrintedTensor {
  enum class Kind { Floating, Integer, Boolean };
  Kind kind = Kind::Floating;
  std::string_view dtype = "float32"; ///< torch's name without its prefix
  std::vector<int64_t> shape;
  std::vector<double> floats;    ///< values when kind is Floating
  std::vector<int64_t> integers; ///< values otherwise
  bool requires_grad = false;
  std::string_view grad_fn; ///< e.g. "MulBackward0"; empty when there is none
};

/// `str(tensor)`: precision 4, threshold 1000, 3 edge items, lines of 80.
std::string print_tensor(const PrintedTensor &tensor);

/// `repr(float)`: the shortest text that reads back as the same double.
std::string python_repr(double value);

/// `format(value, spec)` of a Python float for specs of the form [[fill]align][sign][0][width][,][.precision][e|E|f|F|g|G|%];
/// an empty spec gives `python_repr`. Throws std::invalid_argument for any other spec.
std::string python_format(double value, std::string_view spec);
/// The same of a Python int, types d, x, b, o and the floating ones.
std::string python_format(int64_t value, std::string_view spec);

} // namespace cotan::detail

#endif // COTAN_LIB_API_PRINT_H
