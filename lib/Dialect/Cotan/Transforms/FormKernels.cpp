//===- FormKernels.cpp - cotan-form-kernels ---------------------------------===//

#include "cotan-compiler/Dialect/Cotan/Transforms/FusionPlan.h"

using namespace mlir;
using namespace cotan;

namespace cotan::transforms {
#define GEN_PASS_DEF_FORMKERNELSPASS
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"
} // namespace cotan::transforms

static LogicalResult formInBlock(Block &block, const transforms::FusionOptions &options,
                                 transforms::FusionReport *report) {
  // The regions of control flow have plans of their own.
  for (Operation &op : block) {
    if (isa<ir::KernelOp>(op))
      continue;
    for (Region &region : op.getRegions())
      for (Block &nested : region)
        if (failed(formInBlock(nested, options, report)))
          return failure();
  }
  transforms::FusionPlan plan(block, options);
  if (failed(plan.compute()))
    return failure();
  transforms::buildKernels(plan, report);
  return success();
}

LogicalResult transforms::formKernels(func::FuncOp function, const FusionOptions &options, FusionReport *report) {
  for (Block &block : function.getBody())
    if (failed(formInBlock(block, options, report)))
      return failure();
  return success();
}

namespace {
struct FormKernels : transforms::impl::FormKernelsPassBase<FormKernels> {
  using FormKernelsPassBase::FormKernelsPassBase;
  void runOnOperation() override {
    transforms::FusionOptions options;
    options.fuse = fuse;
    if (failed(transforms::formKernels(getOperation(), options)))
      signalPassFailure();
  }
};
} // namespace
