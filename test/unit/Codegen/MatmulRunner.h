//===- MatmulRunner.h - compiled matrix products for tests ------*- C++ -*-===//
//
// Compiles one product as the driver would (same passes, same code generator) and calls it. For the tests and the benchmark.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TEST_UNIT_CODEGEN_MATMULRUNNER_H
#define COTAN_TEST_UNIT_CODEGEN_MATMULRUNNER_H

#include "cotan-c/kernel_abi.h"
#include "cotan-compiler/Codegen/Matmul.h"
#include "cotan-compiler/Execution/Jit.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace cotan::codegen::testing {

template <typename T> T require(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  std::fprintf(stderr, "%s\n", llvm::toString(value.takeError()).c_str());
  std::abort();
}

template <typename T> llvm::Type *elementType(llvm::LLVMContext &context) {
  return sizeof(T) == 8 ? llvm::Type::getDoubleTy(context) : llvm::Type::getFloatTy(context);
}

/// A code generator for this machine with vectors of at most `bits`; null where it has none as wide.
inline std::shared_ptr<execution::Jit> createJit(unsigned bits) {
  execution::Target target = execution::detectHost(bits);
  if (bits && target.vectorBits != bits)
    return nullptr;
  return require(execution::Jit::create(target));
}

inline TargetDescription describe(const execution::Target &target) {
  return {target.vectorBits, target.vectorRegisters, target.hasFma};
}

/// One compiled function of the kernel ABI.
struct CompiledProduct {
  execution::LinkedCode code;
  cotan_kernel entry = nullptr;
  int64_t blocks = 0, scratchBytes = 0;
  double passesSeconds = 0, emitSeconds = 0; ///< LLVM's time

  void operator()(const void *a, const void *b, void *c, void *scratch, int64_t begin, int64_t end) const {
    void *buffers[] = {const_cast<void *>(a), const_cast<void *>(b), c, scratch};
    cotan_call_context context = {};
    if (entry(buffers, begin, end, &context) != COTAN_STATUS_OK)
      std::abort();
  }
};

/// Time this thread had on its core: what others take of it does not count, what they take of the shared caches does.
inline double threadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

/// Makes every prefetch a read, so that one outside of the operands faults.
inline void readPrefetched(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : llvm::make_early_inc_range(block))
        if (auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction); call && call->getIntrinsicID() == llvm::Intrinsic::prefetch) {
          llvm::IRBuilder<>(call).CreateLoad(llvm::Type::getInt8Ty(module.getContext()), call->getArgOperand(0), /*isVolatile=*/true);
          call->eraseFromParent();
        }
}

template <typename T>
CompiledProduct compileProduct(const std::shared_ptr<execution::Jit> &jit, const MatmulShape &shape, const MatmulOperand &a,
                               const MatmulOperand &b, std::string *assembly = nullptr, bool readsPrefetched = false) {
  llvm::LLVMContext context;
  llvm::Module module("product", context);
  execution::prepareModule(module, jit->getMachine());
  MatmulKernel kernel =
      emitMatmul(module, "product", elementType<T>(context), shape, a, b, describe(jit->getTarget()));
  kernel.function->setLinkage(llvm::GlobalValue::ExternalLinkage);
  if (readsPrefetched)
    readPrefetched(module);
  if (llvm::verifyModule(module, &llvm::errs()))
    std::abort();
  CompiledProduct product;
  product.blocks = kernel.blocks, product.scratchBytes = kernel.scratchBytes;
  double start = threadSeconds();
  jit->optimize(module);
  double middle = threadSeconds();
  if (assembly)
    *assembly = require(jit->emitAssembly(module));
  else {
    auto object = require(jit->emitObject(module));
    product.code = require(execution::Jit::load(jit, object, "product"));
    product.entry = reinterpret_cast<cotan_kernel>(product.code.entry);
  }
  product.passesSeconds = middle - start, product.emitSeconds = threadSeconds() - middle;
  return product;
}

} // namespace cotan::codegen::testing

#endif // COTAN_TEST_UNIT_CODEGEN_MATMULRUNNER_H
