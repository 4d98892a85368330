//===- error.h - what Cotan throws ------------------------------*- C++ -*-===//
//
// Every error is a cotan::Error and names the line of the program that made the call; the text is torch's where torch has one.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_ERROR_H
#define COTAN_ERROR_H

#include "cotan/export.h"
#include <exception>
#include <source_location>
#include <string>

namespace cotan {

class COTAN_API Error : public std::exception {
public:
  explicit Error(std::string message, std::source_location where = std::source_location());
  ~Error() override;
  /// The message, then `\n  at FILE:LINE` where the line is known.
  const char *what() const noexcept override { return text.c_str(); }
  /// The message alone.
  const std::string &msg() const { return message; }
  const char *what_without_backtrace() const noexcept { return message.c_str(); }
  /// The call in the user's program; line 0 where it is not known.
  std::source_location where() const { return location; }

private:
  std::string message, text;
  std::source_location location;
};

/// An argument has the wrong kind, e.g. an element type an op does not take.
class COTAN_API TypeError : public Error {
public:
  using Error::Error;
  ~TypeError() override;
};
/// An argument has the right kind and a value that is refused.
class COTAN_API ValueError : public Error {
public:
  using Error::Error;
  ~ValueError() override;
};
/// An index or a dimension is out of range.
class COTAN_API IndexError : public Error {
public:
  using Error::Error;
  ~IndexError() override;
};
/// The compiler refused a program; the text holds its diagnostics.
class COTAN_API CompileError : public Error {
public:
  using Error::Error;
  ~CompileError() override;
};
/// An allocation failed or would pass the memory limit.
class COTAN_API OutOfMemory : public Error {
public:
  using Error::Error;
  ~OutOfMemory() override;
};

} // namespace cotan

#endif // COTAN_ERROR_H
