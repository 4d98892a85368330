//===- Value.cpp - tensors on the command line ----------------------------===//

#include "Value.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "cotan-compiler/Runtime/Memory.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <charconv>
#include <cmath>
#include <cstring>

using cotan::execution::ElementType;
using cotan::execution::TensorSpec;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace cotan::tool {

int64_t Value::elements() const {
  int64_t count = 1;
  for (int64_t extent : spec.shape)
    count *= extent;
  return count;
}

double Value::get(int64_t index) const {
  switch (spec.type) {
  case ElementType::F32:
    return data<float>()[index];
  case ElementType::F64:
    return data<double>()[index];
  case ElementType::I32:
    return data<int32_t>()[index];
  case ElementType::I64:
    return static_cast<double>(data<int64_t>()[index]);
  case ElementType::I1:
    return data<uint8_t>()[index];
  }
  return 0;
}

void Value::set(int64_t index, double value) const {
  switch (spec.type) {
  case ElementType::F32:
    data<float>()[index] = static_cast<float>(value);
    break;
  case ElementType::F64:
    data<double>()[index] = value;
    break;
  case ElementType::I32:
    data<int32_t>()[index] = static_cast<int32_t>(value);
    break;
  case ElementType::I64:
    data<int64_t>()[index] = static_cast<int64_t>(value);
    break;
  case ElementType::I1:
    data<uint8_t>()[index] = value != 0;
    break;
  }
}

Expected<Value> makeValue(const TensorSpec &spec) {
  int64_t bytes = execution::tensorBytes(spec);
  void *block = runtime::allocate(bytes);
  if (!block)
    return createStringError(runtime::describeOutOfMemory(bytes));
  std::memset(block, 0, bytes);
  return Value{spec, std::shared_ptr<void>(block, [bytes](void *block) { runtime::deallocate(block, bytes); })};
}

Expected<Value> copyOf(const Value &value) {
  auto copy = makeValue(value.spec);
  if (copy)
    std::memcpy(copy->memory.get(), value.memory.get(), execution::tensorBytes(value.spec));
  return copy;
}

void fillRandom(const Value &value, uint64_t seed) {
  uint64_t state = seed * 0x9E3779B97F4A7C15u + 0xD1B54A32D192ED03u;
  for (int64_t i = 0, n = value.elements(); i < n; ++i) {
    // splitmix64
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    value.set(i, value.isFloat() ? 0.25 + 1.5 * static_cast<double>(z >> 11) * 0x1p-53 : static_cast<double>(z >> 61));
  }
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static StringRef nameOf(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::I32:
    return "i32";
  case ElementType::I64:
    return "i64";
  case ElementType::I1:
    return "i1";
  }
  return "?";
}

std::string formatType(const TensorSpec &spec) {
  std::string text = "tensor<";
  for (int64_t extent : spec.shape)
    text += std::to_string(extent) + "x";
  return text + nameOf(spec.type).str() + ">";
}

Expected<TensorSpec> parseType(StringRef text) {
  StringRef rest = text;
  if (rest.consume_front("tensor<"))
    rest.consume_back(">");
  TensorSpec spec;
  int64_t count = 1;
  while (!rest.empty() && llvm::isDigit(rest.front())) {
    int64_t extent;
    if (rest.consumeInteger(10, extent) || !rest.consume_front("x"))
      return createStringError("invalid type '" + text + "': expected extents and an element type, as 2x3xf32");
    spec.shape.push_back(extent);
    if (__builtin_mul_overflow(count, extent, &count) || count > (int64_t(1) << 48))
      return createStringError("invalid type '" + text + "': too many elements");
  }
  for (ElementType type : {ElementType::F32, ElementType::F64, ElementType::I32, ElementType::I64, ElementType::I1})
    if (rest == nameOf(type)) {
      spec.type = type;
      return spec;
    }
  return createStringError("invalid type '" + text + "': expected an element type f32, f64, i32, i64 or i1, got '" + rest + "'");
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

template <typename T> static bool parseNumber(StringRef text, T &value) {
  text.consume_front("+");
  auto [end, code] = std::from_chars(text.begin(), text.end(), value);
  return code == std::errc() && end == text.end();
}

static bool parseElement(const Value &value, int64_t index, StringRef text) {
  switch (value.spec.type) {
  case ElementType::F32: {
    // A number out of float's range is an infinity or a zero there, not an error.
    double wide;
    if (!parseNumber(text, value.data<float>()[index])) {
      if (!parseNumber(text, wide))
        return false;
      value.data<float>()[index] = static_cast<float>(wide);
    }
    return true;
  }
  case ElementType::F64:
    return parseNumber(text, value.data<double>()[index]);
  case ElementType::I32:
    return parseNumber(text, value.data<int32_t>()[index]);
  case ElementType::I64:
    return parseNumber(text, value.data<int64_t>()[index]);
  case ElementType::I1:
    value.data<uint8_t>()[index] = text == "1" || text == "true";
    return text == "0" || text == "1" || text == "true" || text == "false";
  }
  return false;
}

static Error parseElements(const Value &value, StringRef text) {
  llvm::SmallVector<StringRef> parts;
  // Brackets and spaces may be there for the reader.
  std::string plain;
  for (char c : text)
    plain += c == '[' || c == ']' || llvm::isSpace(c) ? ' ' : c;
  StringRef(plain).split(parts, ',');
  if (StringRef(plain).trim().empty())
    parts.clear();
  int64_t count = value.elements();
  bool splat = parts.size() == 1 && count != 1;
  if (!splat && static_cast<int64_t>(parts.size()) != count)
    return createStringError("expected " + Twine(count) + " values for " + formatType(value.spec) + ", got " + Twine(parts.size()));
  for (int64_t i = 0; i < count; ++i)
    if (StringRef part = parts[splat ? 0 : i].trim(); !parseElement(value, i, part))
      return createStringError("invalid " + nameOf(value.spec.type) + " value '" + part + "'");
  return Error::success();
}

Expected<Value> parseInput(StringRef text) {
  if (text.starts_with("@"))
    return readNpy(text.drop_front());
  auto [type, content] = text.split('=');
  if (type.size() == text.size())
    return createStringError("expected TYPE=VALUES or TYPE=@FILE.npy, as 3xf32=1,2,3");
  auto spec = parseType(type);
  if (!spec)
    return spec.takeError();
  if (content.consume_front("@")) {
    auto value = readNpy(content);
    if (value && (value->spec.type != spec->type || value->spec.shape != spec->shape))
      return createStringError(content + ": expected " + formatType(*spec) + ", got " + formatType(value->spec));
    return value;
  }
  auto value = makeValue(*spec);
  if (!value)
    return value;
  if (content.consume_front("random")) {
    uint64_t seed = 0;
    if (!content.empty() && (!content.consume_front(":") || !parseNumber(content, seed)))
      return createStringError("expected random or random:SEED");
    fillRandom(*value, seed);
    return value;
  }
  if (Error error = parseElements(*value, content))
    return std::move(error);
  return value;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

template <typename T> static std::string formatFloat(T value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char buffer[40];
  auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos)
    text += ".0";
  return text;
}

static std::string formatElement(const Value &value, int64_t index) {
  switch (value.spec.type) {
  case ElementType::F32:
    return formatFloat(value.data<float>()[index]);
  case ElementType::F64:
    return formatFloat(value.data<double>()[index]);
  case ElementType::I32:
    return std::to_string(value.data<int32_t>()[index]);
  case ElementType::I64:
    return std::to_string(value.data<int64_t>()[index]);
  case ElementType::I1:
    return value.data<uint8_t>()[index] ? "true" : "false";
  }
  return "?";
}

/// Appends dimension `dim` of the block that begins at `offset`; `stride` is the block's size.
static void appendDimension(const Value &value, size_t dim, int64_t offset, int64_t stride, bool edges, std::string &text) {
  if (dim == value.spec.shape.size()) {
    text += formatElement(value, offset);
    return;
  }
  int64_t extent = value.spec.shape[dim], step = extent ? stride / extent : 0;
  bool innermost = dim + 1 == value.spec.shape.size();
  std::string separator = innermost ? ", " : ",\n" + std::string(dim + 1, ' ');
  text += "[";
  for (int64_t i = 0; i < extent; ++i) {
    if (i)
      text += separator;
    if (edges && extent > 6 && i == 3) {
      text += "...";
      i = extent - 4;
      continue;
    }
    appendDimension(value, dim + 1, offset + i * step, step, edges, text);
  }
  text += "]";
}

std::string formatValue(const Value &value) {
  std::string text;
  appendDimension(value, 0, 0, value.elements(), value.elements() > 1000, text);
  return text + " : " + formatType(value.spec);
}

} // namespace cotan::tool
