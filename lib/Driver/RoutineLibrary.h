//===- RoutineLibrary.h - code that programs share --------------*- C++ -*-===//
//
// The routines of matrix products cost more to compile than all else in a small program, and depend on no program: each is compiled
// once, put into the JIT for all programs of the process, and kept in the disk cache for the next.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DRIVER_ROUTINELIBRARY_H
#define COTAN_LIB_DRIVER_ROUTINELIBRARY_H

#include "cotan-compiler/Codegen/TargetDescription.h"
#include "cotan-compiler/Execution/DiskCache.h"
#include "cotan-compiler/Execution/Jit.h"
#include <mutex>
#include <set>
#include <string>

namespace cotan::driver {

/// What code generation must know of a target.
codegen::TargetDescription describeTarget(const execution::Target &target);

/// May be used from several threads.
class RoutineLibrary {
public:
  explicit RoutineLibrary(execution::DiskCache &cache) : cache(cache) {}

  /// Makes routines, by their names, known to code that `jit`, always the same, loads afterwards.
  llvm::Error provide(execution::Jit &jit, llvm::ArrayRef<std::string> names);

private:
  llvm::Expected<llvm::SmallVector<char, 0>> compile(execution::Jit &jit, llvm::StringRef name);

  execution::DiskCache &cache;
  std::mutex mutex;
  std::set<std::string> known;
};

} // namespace cotan::driver

#endif // COTAN_LIB_DRIVER_ROUTINELIBRARY_H
