//===- cotan-opt.cpp - runs passes over .mlir files --------------------------===//
//
// mlir-opt with the cotan dialect and its passes besides everything upstream has.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Autodiff/Passes.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  cotan::autodiff::registerCotanAutodiffPasses();
  cotan::transforms::registerCotanTransformsPasses();

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<cotan::ir::CotanDialect>();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Cotan's optimizer driver\n", registry));
}
