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
  bool profile = false; ///< the profiling form, called through an execution::Recording (same bits); never kept on disk
  std::string cacheKey; ///< key of the result in the disk cache; empty: not cached on disk
};

/// What Compiler::emit gives: the input module again, kernel form, or the machine's side after optimisation.
enum class EmitKind { Mlir, Kernels, Llvm, Assembly, Object };

struct CompilerOptions {
  unsigned maxVectorBits = 0;  ///< bound of vector widths and instruction sets; 0: what the machine has
  std::string cacheDirectory;  ///< of the disk cache; empty: off
  std::string dumpDirectory;   ///< every stage of every compile is written here; empty: not

  /// COTAN_VECTOR_BITS, COTAN_CACHE_DIR (docs/Tools.md), COTAN_DUMP_TO.
  static CompilerOptions fromEnvironment();
};

/// A context with Cotan's dialects loaded, and a JIT, each made when first needed. One compile at a time per Compiler (callers lock);
/// loadFromDisk may run beside it; executables outlive it.
class Compiler {
public:
  Compiler();
  explicit Compiler(CompilerOptions options);
  ~Compiler();
  mlir::MLIRContext &getContext();

  /// Compiles `function` of `module`, which is consumed (rewritten in place). Errors carry the diagnostics' text with locations.
  llvm::Expected<std::shared_ptr<const execution::Executable>> compile(mlir::ModuleOp module, llvm::StringRef function,
                                                                       const CompileOptions &options = {});

  /// The executable stored on disk under `cacheKey` (compiled with the same `fuse`), or null. Touches no MLIR.
  std::shared_ptr<const execution::Executable> loadFromDisk(llvm::StringRef cacheKey, bool fuse = true);

  /// Text, or for Object the bytes, of a stage of compile(`module`, `function`); the module is consumed. If not null, `description`
  /// receives what a caller needs and, for Object, `entrySymbol` the name of the only global function, cotan_<function>.
  llvm::Expected<std::string> emit(mlir::ModuleOp module, llvm::StringRef function, EmitKind kind, const CompileOptions &options = {},
                                   execution::Executable *description = nullptr, std::string *entrySymbol = nullptr);

private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation;
};

} // namespace cotan::driver

#endif // COTAN_COMPILER_DRIVER_COMPILER_H
