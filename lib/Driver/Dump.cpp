//===- Dump.cpp - every stage of a compile as files -----------------------===//

#include "Dump.h"
#include "cotan-compiler/Runtime/Log.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>
#include <sys/stat.h>

namespace cotan::driver {

static void warn(const std::string &path, std::error_code code) {
  runtime::warnOnce("COTAN_DUMP_TO: cannot write " + path + ": " + code.message());
}

Dump::Dump(llvm::StringRef root, llvm::StringRef function) {
  if (root.empty())
    return;
  if (std::error_code code = llvm::sys::fs::create_directories(root)) {
    warn(root.str(), code);
    return;
  }
  std::string name; // symbols may hold any character
  for (char c : function.take_front(64))
    name += llvm::isAlnum(c) || c == '_' || c == '.' ? c : '_';
  // The next number that nobody has, this process or another.
  static std::atomic<unsigned> number = 0;
  for (;; ++number) {
    std::string path = llvm::formatv("{0}/{1,0+4}-{2}", root, number, name);
    if (::mkdir(path.c_str(), 0777) == 0) {
      directory = path;
      ++number;
      return;
    }
    if (errno != EEXIST) {
      warn(path, std::error_code(errno, std::generic_category()));
      return;
    }
  }
}

void Dump::write(llvm::StringRef stage, llvm::StringRef extension, llvm::StringRef contents) {
  if (directory.empty())
    return;
  std::string path = llvm::formatv("{0}/{1,0+2}-{2}.{3}", directory, next++, stage, extension);
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  if (code)
    return warn(path, code);
  stream << contents;
  stream.close();
  if (stream.has_error()) {
    warn(path, stream.error());
    stream.clear_error();
  }
}

} // namespace cotan::driver
