//===- Error.cpp - what Cotan throws --------------------------------------===//

#include "cotan/error.h"

namespace cotan {

Error::Error(std::string text, std::source_location where) : message(std::move(text)), text(message), location(where) {
  if (where.line())
    this->text += "\n  at " + std::string(where.file_name()) + ":" + std::to_string(where.line());
}

// Out of line: the vtables live in this library alone.
Error::~Error() = default;
TypeError::~TypeError() = default;
ValueError::~ValueError() = default;
IndexError::~IndexError() = default;
CompileError::~CompileError() = default;
OutOfMemory::~OutOfMemory() = default;

} // namespace cotan
