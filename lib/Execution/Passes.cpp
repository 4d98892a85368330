//===- Passes.cpp - the LLVM pass list ------------------------------------===//
//
// The IR that code generation emits is vectorised, in SSA form and without calls to inline, so LLVM's default pipeline would spend
// ten times as long for nothing. Measurements: docs/Rationale/LLVMPassList.md.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Execution/Jit.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/BasicAliasAnalysis.h"
#include "llvm/Analysis/ScopedNoAliasAA.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

using namespace llvm;

namespace cotan::execution {

void runPasses(Module &module, TargetMachine &machine) {
  PassBuilder builder(&machine);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);

  FunctionPassManager passes;
  // 1. Index arithmetic and loads that several fused ops share.
  passes.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  // 2. Broadcast scalars, buffer pointers and strides out of loops.
  passes.addPass(createFunctionToLoopPassAdaptor(LICMPass(LICMOptions()), /*UseMemorySSA=*/true));
  // 3. Empty and single-trip blocks of loops whose extents are known.
  passes.addPass(SimplifyCFGPass());
  for (Function &function : module)
    if (!function.isDeclaration() && !function.hasOptNone())
      passes.run(function, functions);
}

} // namespace cotan::execution
