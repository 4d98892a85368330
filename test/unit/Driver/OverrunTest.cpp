//===- OverrunTest.cpp - overruns of compiled code are caught --------------===//
//
// Compiled code is given less memory than it was compiled for: the guard pages have to stop it, with and without the sanitizers,
// which do not see compiled code.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "cotan-compiler/Runtime/GuardedCall.h"
#include "gtest/gtest.h"
#include <cmath>
#include <numeric>

using namespace cotan;

namespace {

// Two kernels with an intermediate of 37 floats between them.
constexpr const char *scaling = R"(
func.func @f(%x: tensor<37x3xf32>) -> tensor<3x37xf32> {
  %e = cotan.exp %x : tensor<37x3xf32>
  %s = cotan.reduce sum %e dims = [1] : tensor<37x3xf32>
  %b = cotan.broadcast %s dims = [1] : tensor<37xf32> to tensor<3x37xf32>
  %q = cotan.mul %b, %b : tensor<3x37xf32>
  return %q : tensor<3x37xf32>
})";

class OverrunDeathTest : public ::testing::Test {
protected:
  void SetUp() override {
    auto module = driver::parseModule(scaling, "test.mlir", &compiler.getContext());
    ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
    driver::CompileOptions options;
    options.fuse = false;
    auto compiled = compiler.compile(**module, "f", options);
    ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
    executable = *compiled;
    std::iota(x.begin(), x.end(), 0.0f);
  }

  /// Runs with buffers that lack so many bytes of what the code was compiled for.
  int32_t run(int64_t lessInput, int64_t lessOutput, int64_t lessWorkspace) {
    const void *inputs[] = {x.data()};
    void *outputs[] = {y.data()};
    cotan_call_context context = {};
    return runtime::guardedCall(executable->entry, inputs, {int64_t(x.size() * sizeof(float)) - lessInput}, outputs,
                                {int64_t(y.size() * sizeof(float)) - lessOutput}, executable->workspaceBytes - lessWorkspace, &context);
  }

  driver::Compiler compiler{driver::CompilerOptions()};
  std::shared_ptr<const execution::Executable> executable;
  std::vector<float> x = std::vector<float>(37 * 3), y = x;
};

TEST_F(OverrunDeathTest, BuffersOfTheRightSizesAreEnough) {
  EXPECT_EQ(run(0, 0, 0), COTAN_STATUS_OK);
  EXPECT_NEAR(y[0] / std::pow(1 + std::exp(1) + std::exp(2), 2), 1, 1e-6);
}

TEST_F(OverrunDeathTest, AReadOfOneElementPastAnInputFaults) { EXPECT_DEATH(run(sizeof(float), 0, 0), ""); }

TEST_F(OverrunDeathTest, AWriteOfOneElementPastAnOutputFaults) { EXPECT_DEATH(run(0, sizeof(float), 0), ""); }

TEST_F(OverrunDeathTest, AWritePastTheWorkspaceFaults) {
  ASSERT_GE(executable->workspaceBytes, int64_t(37 * sizeof(float)));
  EXPECT_DEATH(run(0, 0, executable->workspaceBytes - 64), "");
}

} // namespace
