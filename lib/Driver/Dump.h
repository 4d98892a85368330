//===- Dump.h - every stage of a compile as files -------------------------===//

#ifndef COTAN_LIB_DRIVER_DUMP_H
#define COTAN_LIB_DRIVER_DUMP_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace cotan::driver {

/// Writes numbered files into a new directory `<root>/<n>-<function>`. Does nothing when `root` is empty. A failure to write is
/// a warning.
class Dump {
public:
  Dump(llvm::StringRef root, llvm::StringRef function);
  bool isEnabled() const { return !directory.empty(); }
  /// Writes `<next number>-<stage>.<extension>`.
  void write(llvm::StringRef stage, llvm::StringRef extension, llvm::StringRef contents);

private:
  std::string directory;
  unsigned next = 0;
};

} // namespace cotan::driver

#endif // COTAN_LIB_DRIVER_DUMP_H
