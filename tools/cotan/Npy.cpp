//===- Npy.cpp - NumPy's array files --------------------------------------===//
//
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. The header is a Python dictionary literal; what
// NumPy itself writes is accepted, in any order of the keys.
//
//===----------------------------------------------------------------------===//

#include "Value.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using cotan::execution::ElementType;
using cotan::execution::TensorSpec;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace cotan::tool {
namespace {

constexpr llvm::StringLiteral magic = "\x93NUMPY";

struct Descriptor {
  ElementType type;
  StringRef text;
};
constexpr Descriptor descriptors[] = {{ElementType::F32, "<f4"}, {ElementType::F64, "<f8"}, {ElementType::I32, "<i4"},
                                      {ElementType::I64, "<i8"}, {ElementType::I1, "|b1"}};

/// Reads the dictionary; every method returns false when the text is not what it wants.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  Error parse(TensorSpec &spec) {
    bool hasType = false, hasOrder = false, hasShape = false;
    if (!take("{"))
      return malformed();
    while (!take("}")) {
      StringRef key;
      if (!string(key) || !take(":"))
        return malformed();
      Error error = Error::success();
      if (key == "descr" && !hasType)
        error = (hasType = true, parseType(spec));
      else if (key == "fortran_order" && !hasOrder)
        error = (hasOrder = true, parseOrder());
      else if (key == "shape" && !hasShape)
        error = (hasShape = true, parseShape(spec));
      else
        error = malformed();
      if (error)
        return error;
      if (!take(",")) {
        if (!take("}"))
          return malformed();
        break;
      }
    }
    if (!hasType || !hasOrder || !hasShape || !rest.trim().empty())
      return malformed();
    return Error::success();
  }

private:
  static Error malformed() { return createStringError("malformed .npy header"); }

  bool take(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  bool string(StringRef &value) {
    rest = rest.ltrim();
    if (rest.empty() || (rest.front() != '\'' && rest.front() != '"'))
      return false;
    size_t end = rest.find(rest.front(), 1);
    if (end == StringRef::npos)
      return false;
    value = rest.slice(1, end);
    rest = rest.drop_front(end + 1);
    return true;
  }

  Error parseType(TensorSpec &spec) {
    StringRef text;
    if (!string(text))
      return createStringError("structured .npy arrays are not supported");
    for (const Descriptor &descriptor : descriptors)
      if (text == descriptor.text) {
        spec.type = descriptor.type;
        return Error::success();
      }
    return createStringError("unsupported .npy element type '" + text + "'; expected <f4, <f8, <i4, <i8 or |b1");
  }
  Error parseOrder() {
    if (take("False"))
      return Error::success();
    if (take("True"))
      return createStringError("Fortran order is not supported; save numpy.ascontiguousarray(x)");
    return malformed();
  }
  Error parseShape(TensorSpec &spec) {
    if (!take("("))
      return malformed();
    int64_t count = 1;
    while (!take(")")) {
      int64_t extent;
      rest = rest.ltrim();
      if (rest.consumeInteger(10, extent) || extent < 0)
        return malformed();
      if (__builtin_mul_overflow(count, extent, &count) || count > (int64_t(1) << 48))
        return createStringError("the shape in the .npy header is too large");
      spec.shape.push_back(extent);
      if (!take(",")) {
        if (!take(")"))
          return malformed();
        break;
      }
    }
    return Error::success();
  }

  StringRef rest;
};

Expected<Value> decode(StringRef bytes) {
  if (!bytes.consume_front(magic) || bytes.size() < 2)
    return createStringError("not a .npy file");
  unsigned version = static_cast<unsigned char>(bytes[0]);
  if (version < 1 || version > 3)
    return createStringError("unsupported .npy version " + Twine(version));
  bytes = bytes.drop_front(2);
  size_t lengthBytes = version == 1 ? 2 : 4;
  if (bytes.size() < lengthBytes)
    return createStringError("truncated .npy header");
  size_t length = version == 1 ? llvm::support::endian::read16le(bytes.data()) : llvm::support::endian::read32le(bytes.data());
  bytes = bytes.drop_front(lengthBytes);
  if (bytes.size() < length)
    return createStringError("truncated .npy header");
  TensorSpec spec;
  if (Error error = HeaderParser(bytes.take_front(length)).parse(spec))
    return std::move(error);
  bytes = bytes.drop_front(length);
  int64_t expected = execution::tensorBytes(spec);
  if (static_cast<int64_t>(bytes.size()) != expected)
    return createStringError("expected " + Twine(expected) + " bytes of data for " + formatType(spec) + ", got " + Twine(bytes.size()));
  auto value = makeValue(spec);
  if (value)
    std::memcpy(value->memory.get(), bytes.data(), bytes.size());
  if (value && spec.type == ElementType::I1)
    for (int64_t i = 0; i < expected; ++i)
      value->data<uint8_t>()[i] = value->data<uint8_t>()[i] != 0;
  return value;
}

} // namespace

Expected<Value> readNpy(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError("cannot read " + path + ": " + buffer.getError().message());
  auto value = decode((*buffer)->getBuffer());
  if (!value)
    return createStringError(path + ": " + llvm::toString(value.takeError()));
  return value;
}

Error writeNpy(StringRef path, const Value &value) {
  StringRef descriptor;
  for (const Descriptor &candidate : descriptors)
    if (candidate.type == value.spec.type)
      descriptor = candidate.text;
  std::string shape;
  for (int64_t extent : value.spec.shape)
    shape += std::to_string(extent) + ", ";
  if (value.spec.shape.size() > 1)
    shape.resize(shape.size() - 2);
  else if (!shape.empty())
    shape.pop_back();
  std::string header = ("{'descr': '" + descriptor + "', 'fortran_order': False, 'shape': (" + shape + "), }").str();
  size_t prefix = magic.size() + 4; // the data begins at a multiple of 64
  header.append(63 - (prefix + header.size()) % 64, ' ');
  header += '\n';
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  if (code)
    return createStringError("cannot write " + path + ": " + code.message());
  stream << magic << StringRef("\1\0", 2) << static_cast<char>(header.size() & 255) << static_cast<char>(header.size() >> 8) << header;
  stream.write(value.data<char>(), execution::tensorBytes(value.spec));
  stream.close();
  if (stream.has_error()) {
    std::string message = stream.error().message();
    stream.clear_error();
    return createStringError("cannot write " + path + ": " + message);
  }
  return Error::success();
}

} // namespace cotan::tool
