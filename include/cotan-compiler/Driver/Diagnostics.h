//===- Diagnostics.h - MLIR's diagnostics as text ---------------*- C++ -*-===//
//
// Collects the diagnostics of a scope, so that they can be returned as an llvm::Error instead of being printed:
// `f.mlir:3:8: message`, notes on lines of their own.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DRIVER_DIAGNOSTICS_H
#define COTAN_COMPILER_DRIVER_DIAGNOSTICS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace cotan::driver {

/// `file:line:column` of a location, or "" when it is unknown.
std::string formatLocation(mlir::Location location);

/// Takes all diagnostics of the context that are emitted in its scope; warnings and remarks are printed to standard error.
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(mlir::MLIRContext *context);
  /// The errors so far, or `fallback` if there were none.
  llvm::Error takeError(llvm::StringRef fallback);

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

/// Parses and verifies a module of MLIR text. Text that nests more than 1000 brackets deep is refused before it can exhaust the stack.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> parseModule(llvm::StringRef text, llvm::StringRef name, mlir::MLIRContext *context);

} // namespace cotan::driver

#endif // COTAN_COMPILER_DRIVER_DIAGNOSTICS_H
