//===- cotan-reduce.cpp - shrinks .mlir files that show a failure ------------===//
//
// mlir-reduce with the cotan dialect and its passes: give it a test script that exits with 1 while
// the failure is there.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Autodiff/Passes.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  cotan::autodiff::registerCotanAutodiffPasses();
  cotan::transforms::registerCotanTransformsPasses();

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<cotan::ir::CotanDialect>();
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
