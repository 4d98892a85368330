//===- Pipeline.cpp - the compile pipeline --------------------------------===//

#include "cotan-compiler/Driver/Pipeline.h"
#include "cotan-compiler/Autodiff/Passes.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "cotan-compiler/Runtime/Log.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace cotan::driver {

void registerDialects(DialectRegistry &registry) {
  registry.insert<ir::CotanDialect, func::FuncDialect, scf::SCFDialect, arith::ArithDialect, tensor::TensorDialect>();
}

namespace {

/// Functions that are inlined or differentiated by now would only be compiled in vain.
void keepOnly(ModuleOp module, StringRef function) {
  for (Operation &op : llvm::make_early_inc_range(*module.getBody())) {
    auto symbol = dyn_cast<func::FuncOp>(op);
    if (!symbol || symbol.getName() != function)
      op.erase();
  }
}

} // namespace

LogicalResult expandDerivatives(ModuleOp module, StringRef function, StageObserver observe) {
  // 1. Calls first: rules and activity then see through them, and a function differentiated at two calls is specialised for each.
  if (failed(inlineCalls(module, function)))
    return failure();
  if (observe)
    observe("inline-calls");
  // 2. Before any rewriting: a rule sees the op that the user wrote, and the adjoint is optimised together with the primal.
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
#ifdef NDEBUG
  passes.enableVerifier(false);
#endif
  passes.addPass(autodiff::createExpandDerivativesPass());
  if (failed(passes.run(module)))
    return failure();
  keepOnly(module, function);
  if (observe)
    observe("cotan-expand-derivatives");
  return success();
}

LogicalResult optimizeGraph(ModuleOp module, StringRef name, StageObserver observe) {
  if (failed(expandDerivatives(module, name, observe)))
    return failure();
  // 3. The adjoint repeats what the primal computed and multiplies by ones: remove that before anybody counts uses.
  transforms::simplifyGraph(module.lookupSymbol<func::FuncOp>(name));
  if (observe)
    observe("cotan-simplify-graph");
  return success();
}

LogicalResult lowerToKernels(ModuleOp module, StringRef name, bool fuse, StageObserver observe) {
  if (failed(optimizeGraph(module, name, observe)))
    return failure();
  auto function = module.lookupSymbol<func::FuncOp>(name);
  auto step = [&](StringRef stage, llvm::function_ref<void(func::FuncOp)> transform) {
    transform(function);
    if (observe)
      observe(stage);
  };
  // 4. What kernels are not generated for (argmax, small products, ...) becomes what fuses. After 3, which knows the whole ops' identities.
  step("cotan-decompose-ops", transforms::decomposeOps);
  // 5. Duplicates and constants that decomposition brought, so that use counts are right for 6.
  step("cotan-simplify-graph", transforms::simplifyGraph);
  // 6. Which multiplications round is decided on the graph, before the fusion plan, so that the plan cannot change a bit.
  step("cotan-form-fma", transforms::formFma);
  // 7. The fusion plan.
  transforms::FusionOptions options;
  options.fuse = fuse;
  transforms::FusionReport report;
  bool logged = runtime::logEnabled(runtime::LogChannel::Fusion);
  if (failed(transforms::formKernels(function, options, logged ? &report : nullptr)))
    return failure();
  if (observe)
    observe("cotan-form-kernels");
  if (logged)
    runtime::log(runtime::LogChannel::Fusion, "@" + name.str() + ": " + std::to_string(report.kernels.size()) + " kernels\n" +
                                                    StringRef(report.str()).rtrim('\n').str());
#ifndef NDEBUG
  return verify(module);
#else
  return success();
#endif
}

} // namespace cotan::driver
