//===- Pipeline.cpp - the compile pipeline --------------------------------===//

#include "cotan-compiler/Driver/Pipeline.h"
#include "cotan-compiler/Autodiff/Passes.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace cotan::driver {

void registerDialects(DialectRegistry &registry) {
  registry.insert<ir::CotanDialect, func::FuncDialect, scf::SCFDialect, arith::ArithDialect, tensor::TensorDialect>();
}

namespace {

/// Tells the observer about each pass.
class Observation : public PassInstrumentation {
public:
  explicit Observation(StageObserver observe) : observe(observe) {}
  void runAfterPass(Pass *pass, Operation *) override {
    if (!pass->getArgument().empty())
      observe(pass->getArgument());
  }

private:
  StageObserver observe;
};

void configure(PassManager &passes, StageObserver observe) {
#ifdef NDEBUG
  passes.enableVerifier(false);
#endif
  if (observe)
    passes.addInstrumentation(std::make_unique<Observation>(observe));
}

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
  if (failed(inlineCalls(module)))
    return failure();
  if (observe)
    observe("inline-calls");
  // 2. Before any rewriting: a rule sees the op that the user wrote, and the adjoint is optimised together with the primal.
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  configure(passes, observe);
  passes.addPass(autodiff::createExpandDerivativesPass());
  if (failed(passes.run(module)))
    return failure();
  keepOnly(module, function);
  return success();
}

LogicalResult lowerToKernels(ModuleOp module, StringRef function, bool fuse, StageObserver observe) {
  if (failed(expandDerivatives(module, function, observe)))
    return failure();
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  configure(passes, observe);
  OpPassManager &nested = passes.nest<func::FuncOp>();
  // 3. The adjoint repeats what the primal computed and multiplies by ones: remove that before anybody counts uses.
  nested.addPass(transforms::createSimplifyGraphPass());
  // 4. What kernels are not generated for (argmax, small products, ...) becomes what fuses. After 3, which knows the whole ops' identities.
  nested.addPass(transforms::createDecomposeOpsPass());
  // 5. Duplicates and constants that decomposition brought, so that use counts are right for 6.
  nested.addPass(transforms::createSimplifyGraphPass());
  // 6. Which multiplications round is decided on the graph, before the fusion plan, so that the plan cannot change a bit.
  nested.addPass(transforms::createFormFmaPass());
  // 7. The fusion plan.
  transforms::FormKernelsPassOptions options;
  options.fuse = fuse;
  nested.addPass(transforms::createFormKernelsPass(options));
  return passes.run(module);
}

} // namespace cotan::driver
