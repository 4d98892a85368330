//===- notebook.h - showing values as a notebook does -----------*- C++ -*-===//
//
// A cell ends with an expression, and the notebook shows it: `show(x)`, `show(x, y)` for a tuple. None shows nothing.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_EXAMPLES_NOTEBOOK_H
#define COTAN_EXAMPLES_NOTEBOOK_H

#include <cotan/torch.h>
#include <iostream>
#include <string>

/// The last expression of a cell.
inline void show(const torch::Tensor &value) {
  if (value.defined())
    std::cout << value << "\n";
}

/// A tuple: on one line if it fits in 79 columns, one element a line otherwise.
inline void show(const torch::Tensor &first, const torch::Tensor &second) {
  std::string a = first.str(), b = second.str();
  bool fits = a.size() + b.size() + 4 <= 79;
  std::cout << "(" << a << (fits ? ", " : ",\n ") << b << ")\n";
}

/// What Python shows of a shape.
inline std::string size_text(torch::IntArrayRef sizes) {
  std::string text;
  for (int64_t extent : sizes)
    text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "torch.Size([" + text + "])";
}

/// What Python shows of a bool.
inline const char *truth(bool value) { return value ? "True" : "False"; }

/// The notebooks' function with control flow that depends on data.
inline torch::Tensor f(const torch::Tensor &a) {
  torch::Tensor b = a * 2;
  while ((b.norm() < 1000).item<bool>())
    b = b * 2;
  if ((b.sum() > 0).item<bool>())
    return b;
  return 100 * b;
}

#endif // COTAN_EXAMPLES_NOTEBOOK_H
