//===- PythonFormat.cpp - Python's text of numbers --------------------------===//

#include "Print.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace cotan::detail {
namespace {

/// A parsed format specification (Python's "format specification mini-language").
struct FormatSpec {
  std::string fill = " "; // one UTF-8 character
  char align = 0;         // '<', '>', '^', '=' or 0 for the type's default
  char sign = '-';
  bool zero_padded = false;
  size_t width = 0;
  bool grouped = false;
  int precision = -1;
  char type = 0;
};

[[noreturn]] void invalid(std::string_view spec) {
  throw std::invalid_argument("format: expected a Python format spec such as '.4f', '8.2e' or '>10', got '" + std::string(spec) + "'");
}

bool is_align(char c) { return c == '<' || c == '>' || c == '^' || c == '='; }

size_t utf8_length(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

int parse_number(std::string_view spec, size_t &i) {
  int value = 0;
  auto [end, error] = std::from_chars(spec.data() + i, spec.data() + spec.size(), value);
  if (error != std::errc() || value < 0 || value > 10000)
    invalid(spec);
  i = end - spec.data();
  return value;
}

FormatSpec parse(std::string_view spec) {
  FormatSpec parsed;
  size_t i = 0;
  size_t fill_length = spec.empty() ? 0 : utf8_length(spec[0]);
  if (fill_length < spec.size() && is_align(spec[fill_length])) {
    parsed.fill = spec.substr(0, fill_length);
    parsed.align = spec[fill_length];
    i = fill_length + 1;
  } else if (!spec.empty() && is_align(spec[0])) {
    parsed.align = spec[i++];
  }
  auto at = [&](char c) { return i < spec.size() && spec[i] == c; };
  auto digit = [&] { return i < spec.size() && spec[i] >= '0' && spec[i] <= '9'; };
  if (at('+') || at('-') || at(' '))
    parsed.sign = spec[i++];
  if (at('0')) {
    parsed.zero_padded = true;
    ++i;
  }
  if (digit())
    parsed.width = parse_number(spec, i);
  if (at(',')) {
    parsed.grouped = true;
    ++i;
  }
  if (at('.')) {
    ++i;
    if (!digit())
      invalid(spec);
    parsed.precision = parse_number(spec, i);
  }
  if (i < spec.size())
    parsed.type = spec[i++];
  if (i != spec.size())
    invalid(spec);
  return parsed;
}

std::string chars(double value, std::chars_format format, int precision) {
  std::string buffer(400 + precision, '\0');
  auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
  buffer.resize(result.ptr - buffer.data());
  return buffer;
}

std::string upper(std::string text) {
  for (char &c : text)
    c = c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
  return text;
}

/// Digits of |value| for a floating type; the sign is added by `pad`.
std::string magnitude(double value, const FormatSpec &spec, std::string_view text) {
  if (!std::isfinite(value)) {
    std::string name = std::isnan(value) ? "nan" : "inf";
    bool capital = spec.type == 'E' || spec.type == 'F' || spec.type == 'G';
    return spec.type == '%' ? name + "%" : capital ? upper(name) : name;
  }
  int precision = spec.precision < 0 ? 6 : spec.precision;
  switch (spec.type) {
  case 'f':
  case 'F':
    return chars(value, std::chars_format::fixed, precision);
  case 'e':
    return chars(value, std::chars_format::scientific, precision);
  case 'E':
    return upper(chars(value, std::chars_format::scientific, precision));
  case 'g':
    return chars(value, std::chars_format::general, precision);
  case 'G':
    return upper(chars(value, std::chars_format::general, precision));
  case '%':
    return chars(value * 100, std::chars_format::fixed, precision) + "%";
  case 0: {
    if (spec.precision < 0)
      return python_repr(value);
    std::string digits = chars(value, std::chars_format::general, precision);
    return digits.find_first_of(".e") == std::string::npos ? digits + ".0" : digits;
  }
  default:
    invalid(text);
  }
}

std::string grouped(const std::string &digits) {
  size_t whole = digits.find_first_not_of("0123456789");
  whole = whole == std::string::npos ? digits.size() : whole;
  std::string text;
  for (size_t i = 0; i < whole; ++i) {
    if (i && (whole - i) % 3 == 0)
      text += ',';
    text += digits[i];
  }
  return text + digits.substr(whole);
}

std::string repeated(const std::string &unit, size_t count) {
  std::string text;
  while (count--)
    text += unit;
  return text;
}

std::string pad(std::string digits, bool negative, const FormatSpec &spec) {
  if (spec.grouped)
    digits = grouped(digits);
  std::string sign = negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
  size_t length = sign.size() + digits.size();
  size_t missing = spec.width > length ? spec.width - length : 0;
  char align = spec.align ? spec.align : spec.zero_padded ? '=' : '>';
  std::string fill = spec.zero_padded && !spec.align ? "0" : spec.fill;
  switch (align) {
  case '<':
    return sign + digits + repeated(fill, missing);
  case '^':
    return repeated(fill, missing / 2) + sign + digits + repeated(fill, missing - missing / 2);
  case '=':
    return sign + repeated(fill, missing) + digits;
  default:
    return repeated(fill, missing) + sign + digits;
  }
}

} // namespace

std::string python_repr(double value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char buffer[64];
  double magnitude = std::fabs(value);
  // Python switches notation by the decimal exponent: 1e16 and above, and below 1e-4.
  bool scientific = magnitude != 0 && (magnitude >= 1e16 || magnitude < 1e-4);
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), value,
                           scientific ? std::chars_format::scientific : std::chars_format::fixed)
                 .ptr;
  std::string text(buffer, end);
  if (!scientific && text.find('.') == std::string::npos)
    text += ".0";
  return text;
}

std::string python_format(double value, std::string_view text) {
  FormatSpec spec = parse(text);
  if (text.empty())
    return python_repr(value);
  bool negative = std::signbit(value) && !std::isnan(value);
  return pad(magnitude(std::fabs(value), spec, text), negative, spec);
}

std::string python_format(int64_t value, std::string_view text) {
  FormatSpec spec = parse(text);
  int base = spec.type == 'x' ? 16 : spec.type == 'o' ? 8 : spec.type == 'b' ? 2 : 10;
  if (base == 10 && spec.type != 'd' && spec.type != 0)
    return python_format(static_cast<double>(value), text);
  if (spec.precision >= 0)
    invalid(text);
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  char buffer[72];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), magnitude, base).ptr;
  return pad(std::string(buffer, end), value < 0, spec);
}

} // namespace cotan::detail
