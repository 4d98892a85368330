//===- cotan-lsp-server.cpp - language server for .mlir files ----------------===//
//
// mlir-lsp-server with the cotan dialect: definitions, hovers and diagnostics in editors.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<cotan::ir::CotanDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
