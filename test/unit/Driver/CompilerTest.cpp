//===- CompilerTest.cpp - compiles, errors as text, the disk cache --------===//

#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace cotan;
namespace fs = std::filesystem;

namespace {

constexpr const char *doubling = R"(
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = cotan.add %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
})";

class CompilerTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "cotan-driver-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root = pattern;
  }
  void TearDown() override { fs::remove_all(root); }

  llvm::Expected<std::shared_ptr<const execution::Executable>> compile(driver::Compiler &compiler, llvm::StringRef text, llvm::StringRef function,
                                                                       const driver::CompileOptions &options = {}) {
    auto module = driver::parseModule(text, "test.mlir", &compiler.getContext());
    if (!module)
      return module.takeError();
    return compiler.compile(**module, function, options);
  }

  std::string errorOf(llvm::StringRef text, llvm::StringRef function = "f") {
    driver::Compiler compiler{driver::CompilerOptions()};
    auto result = compile(compiler, text, function);
    return result ? "no error" : llvm::toString(result.takeError());
  }

  static void expectDoubles(const execution::Executable &executable) {
    float x[4] = {1, 2, 3, 4}, y[4] = {};
    const void *inputs[] = {x};
    void *outputs[] = {y};
    cotan_call_context context = {};
    ASSERT_EQ(executable.workspaceBytes, 0);
    ASSERT_EQ(execution::invoke(executable, inputs, outputs, nullptr, &context), COTAN_STATUS_OK);
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(y[i], 2 * x[i]);
    EXPECT_EQ(context.launches, 1u);
  }

  fs::path root;
};

TEST_F(CompilerTest, CompilesAndDescribes) {
  driver::Compiler compiler{driver::CompilerOptions()};
  auto executable = compile(compiler, doubling, "f");
  ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
  ASSERT_EQ((*executable)->inputs.size(), 1u);
  EXPECT_EQ((*executable)->inputs[0].shape, std::vector<int64_t>{4});
  EXPECT_EQ((*executable)->outputs[0].type, execution::ElementType::F32);
  EXPECT_EQ((*executable)->kernels, 1);
  expectDoubles(**executable);
}

TEST_F(CompilerTest, ExecutablesOutliveTheCompiler) {
  std::shared_ptr<const execution::Executable> kept;
  {
    driver::Compiler compiler{driver::CompilerOptions()};
    auto executable = compile(compiler, doubling, "f");
    ASSERT_TRUE(bool(executable));
    kept = *executable;
  }
  expectDoubles(*kept);
}

TEST_F(CompilerTest, ErrorsNameTheOpAndTheLine) {
  EXPECT_EQ(errorOf("func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n  %y = cotan.add %x, %z : tensor<4xf32>\n  return %y : tensor<4xf32>\n}"),
            "test.mlir:2:22: use of undeclared SSA value name");
  EXPECT_EQ(errorOf(doubling, "g"), "test.mlir: no function @g in the module");
  EXPECT_EQ(errorOf("func.func private @f(tensor<4xf32>)"), "test.mlir:1:1: function @f has no body");
  EXPECT_EQ(errorOf("func.func @f(%x: tensor<*xf32>) {\n  return\n}"),
            "test.mlir:1:1: argument 0 of @f: expected a tensor of f32, f64, i32, i64 or i1 of static shape, got 'tensor<*xf32>'");
  EXPECT_EQ(errorOf("func.func @f(%x: tensor<2xf16>) {\n  return\n}"),
            "test.mlir:1:1: argument 0 of @f: expected a tensor of f32, f64, i32, i64 or i1 of static shape, got 'tensor<2xf16>'");
}

TEST_F(CompilerTest, RecursionIsAnErrorThroughDerivativesToo) {
  EXPECT_NE(errorOf(R"(
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  %y = call @g(%x) : (tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}
func.func @g(%x: tensor<f32>) -> tensor<f32> {
  %y, %dx = cotan.vjp @f(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<f32>), (tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dx : tensor<f32>
})").find("is recursive: @f reaches this call again"),
            std::string::npos);
}

TEST_F(CompilerTest, ExponentialInliningIsAnErrorNotAnEternity) {
  std::string text = "func.func @f0(%x: tensor<f32>) -> tensor<f32> {\n  %y = cotan.neg %x : tensor<f32>\n  return %y : tensor<f32>\n}\n";
  for (int i = 1; i <= 12; ++i) {
    std::string name = "@f" + std::to_string(i), callee = "@f" + std::to_string(i - 1), value = "%x";
    text += "func.func " + name + "(%x: tensor<f32>) -> tensor<f32> {\n";
    for (int j = 0; j < 10; ++j) {
      text += "  %y" + std::to_string(j) + " = call " + callee + "(" + value + ") : (tensor<f32>) -> tensor<f32>\n";
      value = "%y" + std::to_string(j);
    }
    text += "  return " + value + " : tensor<f32>\n}\n";
  }
  EXPECT_NE(errorOf(text, "f12").find("inlining gives more than 1000000 operations"), std::string::npos);
}

TEST_F(CompilerTest, WhatIsNotReachedMayBeUnsound) {
  driver::Compiler compiler{driver::CompilerOptions()};
  auto executable = compile(compiler, std::string(doubling) + "\nfunc.func @loop() {\n  call @loop() : () -> ()\n  return\n}", "f");
  ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
  expectDoubles(**executable);
}

TEST_F(CompilerTest, ADiskHitNeedsNoContext) {
  driver::CompilerOptions options;
  options.cacheDirectory = (root / "cache").string();
  {
    driver::Compiler compiler(options);
    driver::CompileOptions key;
    key.cacheKey = "the key";
    ASSERT_TRUE(bool(compile(compiler, doubling, "f", key)));
  }
  driver::Compiler compiler(options);
  auto executable = compiler.loadFromDisk("the key");
  ASSERT_TRUE(executable);
  EXPECT_EQ(executable->inputs[0].shape, std::vector<int64_t>{4});
  EXPECT_EQ(executable->kernels, 1);
  expectDoubles(*executable);
  EXPECT_FALSE(compiler.loadFromDisk("another key"));
  EXPECT_FALSE(compiler.loadFromDisk("the key", /*fuse=*/false));
}

TEST_F(CompilerTest, OtherVectorWidthsAreOtherEntries) {
  driver::CompilerOptions options;
  options.cacheDirectory = (root / "cache").string();
  driver::Compiler native(options);
  driver::CompileOptions key;
  key.cacheKey = "the key";
  ASSERT_TRUE(bool(compile(native, doubling, "f", key)));
  options.maxVectorBits = 128;
  driver::Compiler narrow(options);
  EXPECT_FALSE(narrow.loadFromDisk("the key"));
  auto executable = compile(narrow, doubling, "f");
  ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
  expectDoubles(**executable);
}

TEST_F(CompilerTest, ADamagedOrUnusableCacheCostsOnlyACompile) {
  driver::CompilerOptions options;
  options.cacheDirectory = (root / "cache").string();
  driver::CompileOptions key;
  key.cacheKey = "the key";
  driver::Compiler compiler(options);
  ASSERT_TRUE(bool(compile(compiler, doubling, "f", key)));
  for (const auto &entry : fs::directory_iterator(root / "cache"))
    std::ofstream(entry.path(), std::ios::in | std::ios::out).seekp(100) << "damage";
  EXPECT_FALSE(compiler.loadFromDisk("the key"));
  auto again = compile(compiler, doubling, "f", key);
  ASSERT_TRUE(bool(again));
  expectDoubles(**again);
  EXPECT_TRUE(compiler.loadFromDisk("the key"));

  std::ofstream(root / "file") << "in the way";
  options.cacheDirectory = (root / "file" / "cache").string();
  driver::Compiler unusable(options);
  auto without = compile(unusable, doubling, "f", key);
  ASSERT_TRUE(bool(without));
  expectDoubles(**without);
}

TEST_F(CompilerTest, EmitGivesTheStages) {
  driver::Compiler compiler{driver::CompilerOptions()};
  auto emit = [&](driver::EmitKind kind) {
    auto module = driver::parseModule(doubling, "test.mlir", &compiler.getContext());
    auto text = compiler.emit(**module, "f", kind);
    EXPECT_TRUE(bool(text));
    return *text;
  };
  EXPECT_NE(emit(driver::EmitKind::Mlir).find("cotan.add"), std::string::npos);
  EXPECT_NE(emit(driver::EmitKind::Kernels).find("cotan.kernel "), std::string::npos);
  EXPECT_NE(emit(driver::EmitKind::Llvm).find("define "), std::string::npos);
  EXPECT_NE(emit(driver::EmitKind::Assembly).find(".globl"), std::string::npos);
  EXPECT_EQ(emit(driver::EmitKind::Object).substr(0, 4), "\x7f" "ELF");
}

} // namespace
