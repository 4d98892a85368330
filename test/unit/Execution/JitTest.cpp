//===- JitTest.cpp - LLVM IR to callable code and back to nothing ---------===//

#include "cotan-compiler/Execution/Invoke.h"
#include "cotan-compiler/Execution/Jit.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"
#include <cmath>
#include <fstream>
#include <string>

using namespace cotan::execution;

namespace {

constexpr const char *doubling = R"(
define i32 @entry(ptr %inputs, ptr %outputs, ptr %workspace, ptr %context) {
  %in = load ptr, ptr %inputs
  %out = load ptr, ptr %outputs
  %x = load float, ptr %in
  %y = fadd float %x, %x
  store float %y, ptr %out
  ret i32 0
})";

class JitTest : public ::testing::Test {
protected:
  void SetUp() override {
    auto created = Jit::create(detectHost());
    ASSERT_TRUE(bool(created)) << llvm::toString(created.takeError());
    jit = std::move(*created);
  }

  std::unique_ptr<llvm::Module> parse(const char *text) {
    llvm::SMDiagnostic problem;
    auto module = llvm::parseAssemblyString(text, problem, context);
    EXPECT_TRUE(module) << problem.getMessage().str();
    prepareModule(*module, jit->getMachine());
    return module;
  }

  llvm::SmallVector<char, 0> compile(const char *text) {
    auto module = parse(text);
    jit->optimize(*module);
    auto object = jit->emitObject(*module);
    EXPECT_TRUE(bool(object));
    return std::move(*object);
  }

  llvm::LLVMContext context;
  std::shared_ptr<Jit> jit;
};

float callEntry(void *entry, float x) {
  float y = 0;
  const void *inputs[] = {&x};
  void *outputs[] = {&y};
  cotan_call_context context = {};
  EXPECT_EQ(reinterpret_cast<cotan_entry>(entry)(inputs, outputs, nullptr, &context), COTAN_STATUS_OK);
  return y;
}

TEST_F(JitTest, CompilesLoadsAndRuns) {
  auto object = compile(doubling);
  auto code = Jit::load(jit, object, "entry");
  ASSERT_TRUE(bool(code)) << llvm::toString(code.takeError());
  EXPECT_EQ(callEntry(code->entry, 1.5f), 3.0f);
}

TEST_F(JitTest, TheSameSymbolMayBeLoadedManyTimes) {
  auto object = compile(doubling);
  auto first = Jit::load(jit, object, "entry"), second = Jit::load(jit, object, "entry");
  ASSERT_TRUE(bool(first) && bool(second));
  EXPECT_NE(first->entry, second->entry);
  first->owner.reset();
  EXPECT_EQ(callEntry(second->entry, 2), 4.0f);
}

TEST_F(JitTest, WhatWasCompiledBeforeDoesNotShow) {
  auto first = compile(doubling);
  auto other = compile("define i32 @other(i32 %a) {\n  %b = mul i32 %a, 7\n  ret i32 %b\n}");
  EXPECT_NE(first, other);
  EXPECT_EQ(first, compile(doubling));
  auto created = Jit::create(detectHost());
  ASSERT_TRUE(bool(created));
  jit = std::move(*created);
  EXPECT_EQ(other, compile("define i32 @other(i32 %a) {\n  %b = mul i32 %a, 7\n  ret i32 %b\n}"));
}

TEST_F(JitTest, CodeOutlivesTheOtherOwnersOfTheJit) {
  auto code = Jit::load(jit, compile(doubling), "entry");
  ASSERT_TRUE(bool(code));
  jit.reset();
  EXPECT_EQ(callEntry(code->entry, 4), 8.0f);
}

size_t executableMappings() {
  std::ifstream maps("/proc/self/maps");
  size_t count = 0;
  for (std::string line; std::getline(maps, line);)
    count += line.find("r-xp") != std::string::npos;
  return count;
}

TEST_F(JitTest, CodeIsUnmappedWithItsLastOwner) {
  auto object = compile(doubling);
  std::vector<LinkedCode> codes;
  size_t before = executableMappings();
  for (int i = 0; i < 50; ++i) {
    auto code = Jit::load(jit, object, "entry");
    ASSERT_TRUE(bool(code));
    codes.push_back(std::move(*code));
  }
  EXPECT_GT(executableMappings(), before);
  codes.clear();
  EXPECT_EQ(executableMappings(), before);
}

TEST_F(JitTest, CallsTheCLibraryFromItsList) {
  auto code = Jit::load(jit, compile(R"(
declare float @fmodf(float, float)
define i32 @entry(ptr %inputs, ptr %outputs, ptr %workspace, ptr %context) {
  %in = load ptr, ptr %inputs
  %out = load ptr, ptr %outputs
  %x = load float, ptr %in
  %y = call float @fmodf(float %x, float 1.5)
  store float %y, ptr %out
  ret i32 0
})"), "entry");
  ASSERT_TRUE(bool(code)) << llvm::toString(code.takeError());
  EXPECT_EQ(callEntry(code->entry, 4.7f), fmodf(4.7f, 1.5f));
}

TEST_F(JitTest, CodeCallsWhatALibraryHolds) {
  auto user = compile(R"(
declare float @twice(float)
define i32 @entry(ptr %inputs, ptr %outputs, ptr %workspace, ptr %context) {
  %in = load ptr, ptr %inputs
  %out = load ptr, ptr %outputs
  %x = load float, ptr %in
  %y = call float @twice(float %x)
  store float %y, ptr %out
  ret i32 0
})");
  EXPECT_TRUE(llvm::errorToBool(Jit::load(jit, user, "entry").takeError()));
  auto library = compile("define float @twice(float %x) {\n  %y = fadd float %x, %x\n  ret float %y\n}");
  ASSERT_FALSE(llvm::errorToBool(jit->addLibrary(library)));
  auto first = Jit::load(jit, user, "entry"), second = Jit::load(jit, user, "entry");
  ASSERT_TRUE(bool(first) && bool(second));
  EXPECT_EQ(callEntry(first->entry, 1.5f), 3.0f);
  first->owner.reset(); // and the library stays
  EXPECT_EQ(callEntry(second->entry, 2.5f), 5.0f);
  EXPECT_TRUE(llvm::errorToBool(jit->addLibrary(library))) << "there already";
}

TEST_F(JitTest, AMissingSymbolIsAnErrorThatNamesIt) {
  auto code = Jit::load(jit, compile(R"(
declare void @no_such_function()
define i32 @entry(ptr %inputs, ptr %outputs, ptr %workspace, ptr %context) {
  call void @no_such_function()
  ret i32 0
})"), "entry");
  ASSERT_FALSE(bool(code));
  EXPECT_NE(llvm::toString(code.takeError()).find("no_such_function"), std::string::npos);
  auto entry = Jit::load(jit, compile(doubling), "other_entry");
  ASSERT_FALSE(bool(entry));
  EXPECT_NE(llvm::toString(entry.takeError()).find("other_entry"), std::string::npos);
}

TEST_F(JitTest, GarbageIsNotAnObject) {
  for (std::string bytes : {std::string(), std::string("garbage"), std::string(4096, '\x7f'), std::string("\x7f" "ELF\2\1\1") + std::string(500, '\xff')}) {
    auto code = Jit::load(jit, llvm::ArrayRef<char>(bytes.data(), bytes.size()), "entry");
    EXPECT_FALSE(bool(code));
    llvm::consumeError(code.takeError());
  }
}

TEST_F(JitTest, MultiplyAndAddAreNotContracted) {
  auto module = parse(R"(
define float @f(float %a, float %b, float %c) {
  %m = fmul float %a, %b
  %s = fadd float %m, %c
  ret float %s
})");
  jit->optimize(*module);
  auto assembly = jit->emitAssembly(*module);
  ASSERT_TRUE(bool(assembly));
  EXPECT_EQ(assembly->find("fmadd"), std::string::npos) << *assembly;
}

TEST_F(JitTest, VectorsHaveTheSelectedWidth) {
  unsigned lanes = jit->getTarget().vectorBits / 32;
  std::string type = "<" + std::to_string(lanes) + " x float>";
  std::string text = "define " + type + " @f(" + type + " %a) {\n  %m = fmul " + type + " %a, %a\n  ret " + type + " %m\n}";
  auto module = parse(text.c_str());
  jit->optimize(*module);
  auto assembly = jit->emitAssembly(*module);
  ASSERT_TRUE(bool(assembly));
  const char *registerName = lanes == 16 ? "zmm0" : lanes == 8 ? "ymm0" : "xmm0";
  if (llvm::StringRef(jit->getTarget().triple).starts_with("x86_64"))
    EXPECT_NE(assembly->find(registerName), std::string::npos) << *assembly;
}

TEST_F(JitTest, ThePassListHoistsAndShares) {
  auto module = parse(R"(
define void @f(ptr noalias %p, ptr noalias %q, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %a = load float, ptr %p
  %b = load float, ptr %p
  %s = fadd float %a, %b
  %at = getelementptr float, ptr %q, i64 %i
  store float %s, ptr %at
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
})");
  jit->optimize(*module);
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream, nullptr);
  size_t load = text.find("load float"), loop = text.find("loop:");
  EXPECT_LT(load, loop) << text;
  EXPECT_EQ(text.find("load float", load + 1), std::string::npos) << text;
}

TEST(Invoke, StatusesAreExplained) {
  cotan_call_context context = {0, -3, 7};
  EXPECT_EQ(describeStatus(COTAN_STATUS_INTEGER_DIVISION_BY_ZERO, context), "integer division by zero");
  EXPECT_EQ(describeStatus(COTAN_STATUS_INDEX_OUT_OF_RANGE, context), "index -3 is out of range for an extent of 7");
}

} // namespace
