//===- VectorMathHarness.h - Vector math compiled into loops ---*- C++ -*-===//
//
// Wraps what emitMathFunction writes into a loop over arrays and compiles it
// for this processor, for the unit test and the accuracy program.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TEST_UNIT_CODEGEN_VECTORMATHHARNESS_H
#define COTAN_TEST_UNIT_CODEGEN_VECTORMATHHARNESS_H

#include "cotan-compiler/Codegen/VectorMath.h"

#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/TargetSelect.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cotan::codegen::testing {

struct FunctionInfo {
  MathFunction function;
  const char *name;
  unsigned arity;
};

inline const std::vector<FunctionInfo> &allFunctions() {
  static const std::vector<FunctionInfo> functions = {
      {MathFunction::Exp, "exp", 1},           {MathFunction::Log, "log", 1},
      {MathFunction::Tanh, "tanh", 1},         {MathFunction::Erf, "erf", 1},
      {MathFunction::Logistic, "logistic", 1}, {MathFunction::Sin, "sin", 1},
      {MathFunction::Cos, "cos", 1},           {MathFunction::Exp2, "exp2", 1},
      {MathFunction::Expm1, "expm1", 1},       {MathFunction::Log1p, "log1p", 1},
      {MathFunction::Log2, "log2", 1},         {MathFunction::Log10, "log10", 1},
      {MathFunction::Tan, "tan", 1},           {MathFunction::Asin, "asin", 1},
      {MathFunction::Acos, "acos", 1},         {MathFunction::Atan, "atan", 1},
      {MathFunction::Sinh, "sinh", 1},         {MathFunction::Cosh, "cosh", 1},
      {MathFunction::Asinh, "asinh", 1},       {MathFunction::Acosh, "acosh", 1},
      {MathFunction::Atanh, "atanh", 1},       {MathFunction::Erfc, "erfc", 1},
      {MathFunction::Erfinv, "erfinv", 1},     {MathFunction::Pow, "pow", 2},
      {MathFunction::Atan2, "atan2", 2}};
  return functions;
}

/// Applies a function to `count` elements (a multiple of the width) of the
/// first and, for two arguments, the second array.
using ArrayFunction = void (*)(const void *first, const void *second, void *result, int64_t count);

/// Emits the loop of an ArrayFunction: `body` makes the result of one vector.
template <typename Body>
llvm::Function *emitLoop(llvm::Module &module, llvm::Type *element, unsigned width, const std::string &name,
                         unsigned preferredBits, Body body) {
  using namespace llvm;
  LLVMContext &context = module.getContext();
  IRBuilder<> builder(context);
  Type *pointer = builder.getPtrTy(), *i64 = builder.getInt64Ty();
  auto *type = FunctionType::get(builder.getVoidTy(), {pointer, pointer, pointer, i64}, false);
  Function *function = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  if (preferredBits != 0)
    function->addFnAttr("prefer-vector-width", std::to_string(preferredBits));
  Type *lanes = width == 0 ? element : FixedVectorType::get(element, width);
  unsigned step = width == 0 ? 1 : width;
  BasicBlock *entry = BasicBlock::Create(context, "entry", function);
  BasicBlock *loop = BasicBlock::Create(context, "loop", function);
  BasicBlock *exit = BasicBlock::Create(context, "exit", function);
  builder.SetInsertPoint(entry);
  builder.CreateBr(loop);
  builder.SetInsertPoint(loop);
  PHINode *index = builder.CreatePHI(i64, 2);
  Align align(element->getScalarSizeInBits() / 8);
  auto load = [&](unsigned argument) {
    return builder.CreateAlignedLoad(lanes, builder.CreateGEP(element, function->getArg(argument), index), align);
  };
  Value *first = load(0), *second = load(1);
  Value *result = body(builder, first, second);
  builder.CreateAlignedStore(result, builder.CreateGEP(element, function->getArg(2), index), align);
  Value *next = builder.CreateAdd(index, builder.getInt64(step));
  index->addIncoming(builder.getInt64(0), entry);
  index->addIncoming(next, builder.GetInsertBlock());
  builder.CreateCondBr(builder.CreateICmpSLT(next, function->getArg(3)), loop, exit);
  builder.SetInsertPoint(exit);
  builder.CreateRetVoid();
  return function;
}

/// A JIT for this processor that keeps what it compiled.
class Harness {
public:
  Harness() {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
    jit->getMainJITDylib().addGenerator(llvm::cantFail(
        llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(jit->getDataLayout().getGlobalPrefix())));
  }

  /// Compiles a module that `fill` puts one loop into; width 0 means scalars.
  template <typename Fill> ArrayFunction compile(Fill fill) {
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = std::make_unique<llvm::Module>("vector-math", *context);
    module->setDataLayout(jit->getDataLayout());
    std::string name = "loop" + std::to_string(count++);
    fill(*module, name);
    if (llvm::verifyModule(*module, &llvm::errs()))
      llvm::report_fatal_error("vector math emitted invalid IR");
    // Internal helpers of different modules have the same names.
    auto &library = llvm::cantFail(jit->createJITDylib(name));
    library.addToLinkOrder(jit->getMainJITDylib());
    llvm::cantFail(jit->addIRModule(library, llvm::orc::ThreadSafeModule(std::move(module), std::move(context))));
    return llvm::cantFail(jit->lookup(library, name)).toPtr<ArrayFunction>();
  }

  ArrayFunction compile(const FunctionInfo &info, bool isDouble, unsigned width, unsigned preferredBits = 0) {
    return compile([&](llvm::Module &module, const std::string &name) {
      llvm::Type *element =
          isDouble ? llvm::Type::getDoubleTy(module.getContext()) : llvm::Type::getFloatTy(module.getContext());
      emitLoop(module, element, width, name, preferredBits,
               [&](llvm::IRBuilderBase &builder, llvm::Value *first, llvm::Value *second) {
                 llvm::Value *operands[] = {first, second};
                 return emitMathFunction(builder, info.function, llvm::ArrayRef(operands, info.arity));
               });
    });
  }

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
  unsigned count = 0;
};

} // namespace cotan::codegen::testing

#endif // COTAN_TEST_UNIT_CODEGEN_VECTORMATHHARNESS_H
