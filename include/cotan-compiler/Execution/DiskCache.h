//===- DiskCache.h - compiled code kept between processes -------*- C++ -*-===//
//
// A directory of files, one for each key: object code and what a caller of it needs, with a checksum. Whatever goes wrong (no
// permission, another owner, a damaged or truncated file, a full disk) costs a warning and a compile, never a wrong result.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_EXECUTION_DISKCACHE_H
#define COTAN_COMPILER_EXECUTION_DISKCACHE_H

#include "cotan-compiler/Execution/Executable.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <atomic>
#include <optional>
#include <string>

namespace cotan::execution {

/// What is stored: the object, the name of its entry, and the executable's description.
struct CachedObject {
  Executable description; ///< without entry and code
  std::string entrySymbol;
  llvm::SmallVector<char, 0> object;
};

class DiskCache {
public:
  /// `directory`: created with mode 0700 at the first store; empty: the cache is off. `salt` enters every key.
  DiskCache(std::string directory, std::string salt);

  bool isEnabled() const { return !directory.empty(); }
  const std::string &getDirectory() const { return directory; }

  std::optional<CachedObject> load(llvm::StringRef key);
  void store(llvm::StringRef key, const CachedObject &object);

private:
  bool verifyDirectory(bool create);
  std::string pathOf(llvm::StringRef key) const;

  std::string directory, salt;
  std::atomic<bool> verified = false; ///< a load may run beside a store
};

/// COTAN_CACHE_DIR (set but empty: off), else cotan/ in XDG_CACHE_HOME or ~/.cache.
std::string defaultCacheDirectory();

/// Identifies the code that compiles: build-ids of this library, LLVM and MLIR, and the ABI version. `anchors` are addresses in
/// each of the loaded objects that count.
std::string buildIdentity(llvm::ArrayRef<const void *> anchors);

} // namespace cotan::execution

#endif // COTAN_COMPILER_EXECUTION_DISKCACHE_H
