//===- Compiler.h - from a cotan module to an executable --------*- C++ -*-===//
//
// The driver: the one place that composes passes into a pipeline. The trace, the tools and the tests all compile through here.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DRIVER_COMPILER_H
#define COTAN_COMPILER_DRIVER_COMPILER_H

#include "cotan-compiler/Execution/Executable.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace cotan::driver {

struct CompileOptions {
  bool fuse = true;     ///< false: one op a kernel (same bits; for tests and debugging)
  std::string cacheKey; ///< key of the result in the disk cache; empty: not cached on disk
};

/// A context with Cotan's dialects loaded, and a JIT. One compile at a time per Compiler (callers lock); executables outlive it.
class Compiler {
public:
  Compiler();
  ~Compiler();
  mlir::MLIRContext &getContext();

  /// Compiles `function` of `module`, which is consumed (rewritten in place). Errors carry the diagnostics' text with locations.
  llvm::Expected<std::shared_ptr<const execution::Executable>> compile(mlir::ModuleOp module, llvm::StringRef function,
                                                                       const CompileOptions &options = {});

  /// The executable stored on disk under `cacheKey`, or null.
  std::shared_ptr<const execution::Executable> loadFromDisk(llvm::StringRef cacheKey);

private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation;
};

} // namespace cotan::driver

#endif // COTAN_COMPILER_DRIVER_COMPILER_H
