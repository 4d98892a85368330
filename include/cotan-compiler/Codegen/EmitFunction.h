//===- EmitFunction.h - kernel form to LLVM IR ------------------*- C++ -*-===//
//
// Code generation: a function of `cotan.kernel` ops, matrix products, scatters and `scf` control flow becomes LLVM IR,
// one LLVM function for each kernel and one entry that launches them over a planned arena (include/cotan-c/kernel_abi.h).
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_CODEGEN_EMITFUNCTION_H
#define COTAN_COMPILER_CODEGEN_EMITFUNCTION_H

#include "cotan-compiler/Codegen/TargetDescription.h"
#include "cotan-compiler/Runtime/KernelProfile.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <cstdint>
#include <string>
#include <vector>

namespace llvm {
class Module;
} // namespace llvm

namespace cotan::codegen {

/// What the caller of an emitted function must know.
struct EmittedFunction {
  std::string entrySymbol;
  int64_t workspaceBytes = 0; ///< the planned arena
  int64_t kernels = 0;        ///< kernels in the module (each launch counts at run time)
  std::vector<runtime::KernelFacts> launches; ///< profiling form: what each launch of the entry does
  std::vector<std::string> routines;          ///< shared: the routines that the module declares (emitMatmulRoutine)
};

struct EmitOptions {
  /// The entry reads a clock around each launch and expects a cotan_profile_context; the kernels are the same.
  bool profile = false;
  /// Routines that programs share are declared only; else the module is whole.
  bool sharesRoutines = false;
};

/// Emits `function` (after cotan-form-kernels) into `module`, whose data layout and triple are set. Fails with a diagnostic at the op
/// that code cannot be generated for.
mlir::FailureOr<EmittedFunction> emitFunction(mlir::func::FuncOp function, llvm::Module &module, const TargetDescription &target,
                                              const EmitOptions &options = {});

} // namespace cotan::codegen

#endif // COTAN_COMPILER_CODEGEN_EMITFUNCTION_H
