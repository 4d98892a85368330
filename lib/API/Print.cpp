//===- Print.cpp - tensors as text, as Python's torch prints them -----------===//

#include "Print.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

namespace cotan::detail {
namespace {

constexpr int precision = 4;
constexpr int64_t threshold = 1000; // more elements than this are summarised
constexpr int64_t edge_items = 3;
constexpr size_t line_width = 80;

std::string to_text(double value, std::chars_format format) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char buffer[512];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, format, precision).ptr;
  return std::string(buffer, end);
}

std::string to_integral_text(double value) {
  char buffer[512];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed, 0).ptr;
  return std::string(buffer, end);
}

/// Indices along a dimension that are shown; a gap stands before the last `edge_items` when it is summarised.
std::vector<int64_t> shown_indices(int64_t extent, bool summarize) {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < extent; ++i)
    if (!summarize || extent <= 2 * edge_items || i < edge_items || i >= extent - edge_items)
      indices.push_back(i);
  return indices;
}

/// Decides one notation and width for all elements that are shown, as torch's `_Formatter` does.
class ElementFormatter {
public:
  ElementFormatter(const PrintedTensor &tensor, const std::vector<int64_t> &offsets) : tensor(tensor) {
    if (tensor.kind != PrintedTensor::Kind::Floating) {
      for (int64_t offset : offsets)
        width = std::max(width, integer_text(offset).size());
      return;
    }
    choose_notation(offsets);
  }

  std::string operator()(int64_t offset) const {
    std::string text = tensor.kind == PrintedTensor::Kind::Floating ? float_text(offset) : integer_text(offset);
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
  }

  size_t element_width() const { return width; }

private:
  void choose_notation(const std::vector<int64_t> &offsets) {
    double largest = 0, smallest = HUGE_VAL;
    std::vector<double> values; // those that decide: finite and not zero
    for (int64_t offset : offsets) {
      double value = tensor.floats[offset];
      if (!std::isfinite(value) || value == 0)
        continue;
      values.push_back(value);
      largest = std::max(largest, std::fabs(value));
      smallest = std::min(smallest, std::fabs(value));
      integral = integral && value == std::ceil(value);
    }
    if (values.empty())
      return;
    scientific = largest / smallest > 1000. || largest > 1.e8 || (!integral && smallest < 1.e-4);
    for (double value : values) {
      size_t length = scientific ? to_text(value, std::chars_format::scientific).size()
                      : integral ? to_integral_text(value).size() + 1
                                 : to_text(value, std::chars_format::fixed).size();
      width = std::max(width, length);
    }
  }

  std::string float_text(int64_t offset) const {
    double value = tensor.floats[offset];
    if (!std::isfinite(value))
      return to_text(value, std::chars_format::fixed);
    if (scientific)
      return to_text(value, std::chars_format::scientific);
    return integral ? to_integral_text(value) + "." : to_text(value, std::chars_format::fixed);
  }

  std::string integer_text(int64_t offset) const {
    int64_t value = tensor.integers[offset];
    if (tensor.kind == PrintedTensor::Kind::Boolean)
      return value ? "True" : "False";
    return std::to_string(value);
  }

  const PrintedTensor &tensor;
  size_t width = 1;
  bool integral = true;
  bool scientific = false;
};

class TensorPrinter {
public:
  explicit TensorPrinter(const PrintedTensor &tensor)
      : tensor(tensor), summarize(count() > threshold), format(tensor, shown_offsets()) {}

  std::string body(size_t indent) const { return block(0, 0, indent); }

private:
  int64_t count() const {
    int64_t n = 1;
    for (int64_t extent : tensor.shape)
      n *= extent;
    return n;
  }

  std::vector<int64_t> shown_offsets() const {
    std::vector<int64_t> offsets = {0};
    for (int64_t extent : tensor.shape) {
      std::vector<int64_t> next;
      for (int64_t offset : offsets)
        for (int64_t index : shown_indices(extent, summarize))
          next.push_back(offset * extent + index);
      offsets = std::move(next);
    }
    return offsets;
  }

  bool has_gap(int64_t extent) const { return summarize && extent > 2 * edge_items; }

  std::string row(int64_t offset, size_t indent) const {
    int64_t extent = tensor.shape.back();
    std::vector<std::string> items;
    for (int64_t index : shown_indices(extent, summarize)) {
      if (has_gap(extent) && index == extent - edge_items)
        items.push_back(" ...");
      items.push_back(format(offset * extent + index));
    }
    size_t per_line = std::max<size_t>(1, (line_width - std::min(indent, line_width)) / (format.element_width() + 2));
    std::string text = "[";
    for (size_t i = 0; i < items.size(); ++i) {
      if (i)
        text += i % per_line ? ", " : ",\n" + std::string(indent + 1, ' ');
      text += items[i];
    }
    return text + "]";
  }

  /// The text of the sub-tensor whose first `dim` indices have the row-major position `offset`.
  std::string block(size_t dim, int64_t offset, size_t indent) const {
    size_t rank = tensor.shape.size();
    if (rank == 0)
      return format(0);
    if (dim + 1 == rank)
      return row(offset, indent);
    int64_t extent = tensor.shape[dim];
    std::string separator = "," + std::string(rank - dim - 1, '\n') + std::string(indent + 1, ' ');
    std::string text = "[";
    bool first = true;
    for (int64_t index : shown_indices(extent, summarize)) {
      if (!first)
        text += separator;
      if (has_gap(extent) && index == extent - edge_items)
        text += "..." + separator;
      text += block(dim + 1, offset * extent + index, indent + 1);
      first = false;
    }
    return text + "]";
  }

  const PrintedTensor &tensor;
  bool summarize;
  ElementFormatter format;
};

std::string tuple_text(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

} // namespace

std::string print_tensor(const PrintedTensor &tensor) {
  const std::string prefix = "tensor(";
  bool empty = std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end();
  std::vector<std::string> suffixes;
  if (empty && tensor.shape.size() != 1)
    suffixes.push_back("size=" + tuple_text(tensor.shape));
  // Nothing shows the dtype of an empty tensor, so all but the default one are named.
  bool implied = tensor.dtype == "float32" || (!empty && (tensor.dtype == "int64" || tensor.dtype == "bool"));
  if (!implied)
    suffixes.push_back("dtype=" + std::string(tensor.dtype));
  if (!tensor.grad_fn.empty())
    suffixes.push_back("grad_fn=<" + std::string(tensor.grad_fn) + ">");
  else if (tensor.requires_grad)
    suffixes.push_back("requires_grad=True");

  std::string text = prefix + (empty ? std::string("[]") : TensorPrinter(tensor).body(prefix.size()));
  size_t newline = text.rfind('\n');
  // torch counts as Python's rfind does, which gives -1 when there is no newline.
  size_t line_length = newline == std::string::npos ? text.size() + 2 : text.size() - newline + 1;
  for (const std::string &suffix : suffixes) {
    // Lines break where torch's do, and its dtypes are six characters longer ("torch.").
    size_t length = suffix.size() + (suffix.starts_with("dtype=") ? 6 : 0);
    if (line_length + length + 2 > line_width) {
      text += ",\n" + std::string(prefix.size(), ' ') + suffix;
      line_length = prefix.size() + length;
    } else {
      text += ", " + suffix;
      line_length += length + 2;
    }
  }
  return text + ")";
}

} // namespace cotan::detail
