//===- TargetTest.cpp - detection of the processor ------------------------===//

#include "cotan-compiler/Execution/Target.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

using namespace cotan::execution;

namespace {

TEST(Target, TheHostHasFeaturesAndOneOfThreeWidths) {
  Target target = detectHost();
  EXPECT_FALSE(target.features.empty());
  EXPECT_TRUE(target.vectorBits == 128 || target.vectorBits == 256 || target.vectorBits == 512) << target.vectorBits;
  bool wide = llvm::StringRef(target.features).contains("+avx512f") && llvm::StringRef(target.features).contains("+avx512vl") &&
              llvm::StringRef(target.features).contains("+avx512bw") && llvm::StringRef(target.features).contains("+avx512dq");
  EXPECT_EQ(target.vectorBits == 512, wide);
}

TEST(Target, ABoundLimitsWidthAndInstructionSets) {
  Target narrow = detectHost(128);
  EXPECT_EQ(narrow.vectorBits, 128u);
  EXPECT_FALSE(narrow.hasFma);
  EXPECT_FALSE(llvm::StringRef(narrow.features).contains("+avx"));
  Target middle = detectHost(256);
  EXPECT_LE(middle.vectorBits, 256u);
  EXPECT_FALSE(llvm::StringRef(middle.features).contains("+avx512"));
}

TEST(Target, AnUnknownTripleIsAnErrorNotAnAbort) {
  Target target = detectHost();
  target.triple = "nonsense-unknown-none";
  std::string error;
  EXPECT_EQ(createTargetMachine(target, error), nullptr);
  EXPECT_FALSE(error.empty());
}

TEST(Target, FunctionsGetTheWidthAsAttribute) {
  llvm::LLVMContext context;
  llvm::Module module("m", context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), false);
  auto *function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, "f", module);
  llvm::BasicBlock::Create(context, "", function);
  Target target = detectHost();
  setTargetAttributes(module, target);
  EXPECT_EQ(function->getFnAttribute("prefer-vector-width").getValueAsString(), std::to_string(target.vectorBits));
  EXPECT_EQ(function->getFnAttribute("target-features").getValueAsString(), target.features);
}

} // namespace
