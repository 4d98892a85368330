//===- ProfileTest.cpp - what is known of launches, and what is measured --===//

#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Execution/Recording.h"
#include "gtest/gtest.h"
#include <cstring>

using namespace cotan;

namespace {

class ProfileTest : public ::testing::Test {
protected:
  std::shared_ptr<const execution::Executable> compile(llvm::StringRef text, bool profile = true, bool fuse = true) {
    auto module = driver::parseModule(text, "test.mlir", &compiler.getContext());
    if (!module) {
      ADD_FAILURE() << llvm::toString(module.takeError());
      return nullptr;
    }
    driver::CompileOptions options;
    options.profile = profile;
    options.fuse = fuse;
    auto executable = compiler.compile(**module, "f", options);
    if (!executable) {
      ADD_FAILURE() << llvm::toString(executable.takeError());
      return nullptr;
    }
    return *executable;
  }

  /// The facts of the only launch.
  runtime::KernelFacts factsOf(llvm::StringRef text, bool fuse = true) {
    auto executable = compile(text, true, fuse);
    if (!executable || executable->launches.size() != 1) {
      ADD_FAILURE() << "expected one launch, got " << (executable ? executable->launches.size() : 0);
      return {};
    }
    return executable->launches[0];
  }

  driver::Compiler compiler{driver::CompilerOptions()};
};

TEST_F(ProfileTest, CountsAnElementwiseKernel) {
  auto facts = factsOf(R"(
func.func @f(%x: tensor<8x100xf64>, %r: tensor<100xf64>) -> tensor<8x100xf64> {
  %b = cotan.broadcast %r dims = [1] : tensor<100xf64> to tensor<8x100xf64>
  %s = cotan.sub %x, %b : tensor<8x100xf64>
  %e = cotan.exp %s : tensor<8x100xf64>
  %y = cotan.div %e, %x : tensor<8x100xf64>
  return %y : tensor<8x100xf64>
})");
  EXPECT_EQ(facts.function, "f");
  EXPECT_EQ(facts.operations, "sub, exp, div");
  EXPECT_EQ(facts.shape, "8x100");
  EXPECT_EQ(facts.location, "test.mlir:6");
  EXPECT_EQ(facts.bytes, (800 + 100 + 800) * 8);
  EXPECT_EQ(facts.flops, 1600);
  EXPECT_EQ(facts.transcendentals, 800);
}

TEST_F(ProfileTest, CountsRowValuesOnceARow) {
  auto facts = factsOf(R"(
func.func @f(%x: tensor<8x100xf32>) -> tensor<8x100xf32> {
  %s = cotan.reduce sum %x dims = [1] : tensor<8x100xf32>
  %t = cotan.tanh %s : tensor<8xf32>
  %b = cotan.broadcast %t dims = [0] : tensor<8xf32> to tensor<8x100xf32>
  %y = cotan.mul %x, %b : tensor<8x100xf32>
  return %y : tensor<8x100xf32>
})");
  EXPECT_EQ(facts.operations, "reduce_sum, tanh, mul");
  EXPECT_EQ(facts.bytes, 2 * 800 * 4);
  EXPECT_EQ(facts.flops, 1600); // the sums and the products
  EXPECT_EQ(facts.transcendentals, 8);
}

TEST_F(ProfileTest, CountsAFusedMultiplyAddAsTwo) {
  auto facts = factsOf(R"(
func.func @f(%x: tensor<64xf32>, %y: tensor<64xf32>) -> tensor<64xf32> {
  %m = cotan.fma %x, %y, %x : tensor<64xf32>
  return %m : tensor<64xf32>
})");
  EXPECT_EQ(facts.operations, "fma");
  EXPECT_EQ(facts.flops, 128);
}

TEST_F(ProfileTest, CountsOverlappingViewsOfATensorOnce) {
  auto facts = factsOf(R"(
func.func @f(%x: tensor<1000xf32>) -> tensor<998xf32> {
  %a = cotan.slice %x starts = [0] limits = [998] strides = [1] : tensor<1000xf32> to tensor<998xf32>
  %b = cotan.slice %x starts = [1] limits = [999] strides = [1] : tensor<1000xf32> to tensor<998xf32>
  %c = cotan.slice %x starts = [2] limits = [1000] strides = [1] : tensor<1000xf32> to tensor<998xf32>
  %d = cotan.add %a, %b : tensor<998xf32>
  %y = cotan.add %d, %c : tensor<998xf32>
  return %y : tensor<998xf32>
})");
  EXPECT_EQ(facts.bytes, (1000 + 998) * 4);
}

TEST_F(ProfileTest, CountsOnlyWhatAViewReads) {
  auto facts = factsOf(R"(
func.func @f(%x: tensor<100x100xf32>) -> tensor<10x50xf32> {
  %a = cotan.slice %x starts = [20, 0] limits = [30, 100] strides = [1, 2] : tensor<100x100xf32> to tensor<10x50xf32>
  %y = cotan.neg %a : tensor<10x50xf32>
  return %y : tensor<10x50xf32>
})");
  EXPECT_EQ(facts.bytes, (500 + 500) * 4);
  EXPECT_EQ(facts.flops, 0); // a sign is no arithmetic
}

TEST_F(ProfileTest, CountsTheRowsThatAGatherCanRead) {
  auto facts = factsOf(R"(
func.func @f(%x: tensor<1000x16xf32>, %i: tensor<8xi64>) -> tensor<8x16xf32> {
  %y = cotan.gather %x[%i] : tensor<1000x16xf32>, tensor<8xi64>
  return %y : tensor<8x16xf32>
})");
  EXPECT_EQ(facts.bytes, 8 * 8 + (8 * 16 + 8 * 16) * 4);
}

TEST_F(ProfileTest, CountsAProduct) {
  auto facts = factsOf(R"(
func.func @f(%a: tensor<2x40x50xf64>, %b: tensor<2x50x60xf64>) -> tensor<2x40x60xf64> {
  %y = cotan.dot_general %a, %b batch = [0] x [0] contract = [2] x [1] : tensor<2x40x50xf64>, tensor<2x50x60xf64>
  return %y : tensor<2x40x60xf64>
})");
  EXPECT_EQ(facts.operations, "dot_general");
  EXPECT_EQ(facts.shape, "batch=2 m=40 n=60 k=50");
  EXPECT_EQ(facts.flops, 2. * 2 * 40 * 60 * 50);
  EXPECT_EQ(facts.bytes, 2. * (40 * 50 + 50 * 60 + 40 * 60) * 8);
  EXPECT_EQ(facts.transcendentals, 0);
}

TEST_F(ProfileTest, CountsTheSquareOfAMatrixAsOneOperand) {
  auto facts = factsOf(R"(
func.func @f(%a: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %y = cotan.dot_general %a, %a batch = [] x [] contract = [1] x [0] : tensor<64x64xf32>, tensor<64x64xf32>
  return %y : tensor<64x64xf32>
})");
  EXPECT_EQ(facts.bytes, 2 * 64 * 64 * 4);
}

TEST_F(ProfileTest, CountsTheCopyThatAScatterStartsWith) {
  auto facts = factsOf(R"(
func.func @f(%x: tensor<100x4xf32>, %i: tensor<3xi64>, %u: tensor<3x4xf32>) -> tensor<100x4xf32> {
  %y = cotan.scatter_add %x[%i], %u : tensor<100x4xf32>, tensor<3xi64>, tensor<3x4xf32>
  return %y : tensor<100x4xf32>
})");
  EXPECT_EQ(facts.operations, "scatter_add");
  EXPECT_EQ(facts.shape, "3x4");
  EXPECT_EQ(facts.flops, 12);
  EXPECT_EQ(facts.bytes, 2 * 400 * 4 + 3 * 8 + 12 * 4);
}

TEST_F(ProfileTest, CountsNothingOverAnEmptyDomain) {
  auto executable = compile(R"(
func.func @f(%x: tensor<0x3xf32>) -> tensor<3xf32> {
  %y = cotan.reduce sum %x dims = [0] : tensor<0x3xf32>
  return %y : tensor<3xf32>
})");
  ASSERT_NE(executable, nullptr);
  for (const auto &facts : executable->launches) {
    EXPECT_EQ(facts.flops, 0);
    EXPECT_LE(facts.bytes, 3 * 4);
  }
}

TEST_F(ProfileTest, AddsUpLaunchesOfALoopAndOfIdenticalKernels) {
  // Three launches of the loop's kernel and two of another, which is written twice.
  auto executable = compile(R"(
func.func @f(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %p = cotan.dot_general %x, %w batch = [] x [] contract = [1] x [0] : tensor<64x64xf32>, tensor<64x64xf32>
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %p) -> (tensor<64x64xf32>) {
    %n = cotan.tanh %a : tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }
  %q = cotan.dot_general %r, %w batch = [] x [] contract = [1] x [0] : tensor<64x64xf32>, tensor<64x64xf32>
  return %q : tensor<64x64xf32>
})");
  ASSERT_NE(executable, nullptr);
  ASSERT_EQ(executable->launches.size(), 3u);
  std::vector<float> x(64 * 64, 0.25f), w(64 * 64, 0.01f), y(64 * 64);
  std::vector<char> workspace(size_t(executable->workspaceBytes) + 64);
  void *aligned = reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(workspace.data()) + 63) / 64 * 64);
  const void *inputs[] = {x.data(), w.data()};
  void *outputs[] = {y.data()};
  execution::Recording recording;
  for (int call = 0; call < 2; ++call) {
    cotan_call_context context = {};
    ASSERT_EQ(recording.invoke(*executable, inputs, outputs, aligned, &context), COTAN_STATUS_OK);
    EXPECT_EQ(context.launches, 5u);
  }
  const runtime::ProfileRecord &record = recording.getRecord();
  EXPECT_EQ(record.calls, 2u);
  EXPECT_EQ(record.launches, 10u);
  EXPECT_EQ(record.workspaceBytes, 2 * uint64_t(executable->workspaceBytes));
  ASSERT_EQ(record.kernels.size(), 2u);
  const runtime::KernelRecord &product = record.kernels[0], &loop = record.kernels[1];
  EXPECT_EQ(product.name, "f.k0");
  EXPECT_EQ(product.launches, 4u);
  EXPECT_EQ(product.facts.flops, 4 * 2. * 64 * 64 * 64);
  EXPECT_EQ(loop.name, "f.k1");
  EXPECT_EQ(loop.launches, 6u);
  EXPECT_EQ(loop.facts.transcendentals, 6 * 64. * 64);
  EXPECT_GT(product.seconds, 0);
  EXPECT_GT(loop.seconds, 0);
  EXPECT_LE(product.seconds + loop.seconds, record.seconds);
}

TEST_F(ProfileTest, NamesProgramsOfOneNameApart) {
  auto first = compile("func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n  %y = cotan.exp %x : tensor<4xf32>\n  return %y : tensor<4xf32>\n}");
  auto second = compile("func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n  %y = cotan.log %x : tensor<4xf32>\n  return %y : tensor<4xf32>\n}");
  ASSERT_TRUE(first && second);
  float x[4] = {1, 2, 3, 4}, y[4];
  const void *inputs[] = {x};
  void *outputs[] = {y};
  execution::Recording recording;
  for (const auto &executable : {first, second, first}) {
    cotan_call_context context = {};
    ASSERT_EQ(recording.invoke(*executable, inputs, outputs, nullptr, &context), COTAN_STATUS_OK);
  }
  const auto &kernels = recording.getRecord().kernels;
  ASSERT_EQ(kernels.size(), 2u);
  EXPECT_EQ(kernels[0].name, "f.k0");
  EXPECT_EQ(kernels[0].launches, 2u);
  EXPECT_EQ(kernels[1].name, "f#2.k0");
}

TEST_F(ProfileTest, KeepsTheStatusOfAFailedCall) {
  auto executable = compile(R"(
func.func @f(%x: tensor<4xf32>, %i: tensor<2xi64>) -> tensor<2xf32> {
  %y = cotan.gather %x[%i] : tensor<4xf32>, tensor<2xi64>
  return %y : tensor<2xf32>
})");
  ASSERT_NE(executable, nullptr);
  float x[4] = {1, 2, 3, 4}, y[2];
  int64_t i[2] = {1, 7};
  const void *inputs[] = {x, i};
  void *outputs[] = {y};
  cotan_call_context context = {};
  execution::Recording recording;
  EXPECT_EQ(recording.invoke(*executable, inputs, outputs, nullptr, &context), COTAN_STATUS_INDEX_OUT_OF_RANGE);
  EXPECT_EQ(context.error_value, 7);
  EXPECT_EQ(context.error_limit, 4);
}

TEST_F(ProfileTest, ReadsNoClockInTheUsualForm) {
  const char *text = "func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n  %y = cotan.exp %x : tensor<4xf32>\n  return %y : tensor<4xf32>\n}";
  auto usual = compile(text, /*profile=*/false), profiling = compile(text);
  ASSERT_TRUE(usual && profiling);
  EXPECT_TRUE(usual->launches.empty());
  EXPECT_EQ(profiling->launches.size(), 1u);
  float x[4] = {-1, 0.1f, 3, 80}, y[4], z[4];
  const void *inputs[] = {x};
  static int readings;
  auto clock = [] { return uint64_t(100 * ++readings); };
  cotan_kernel_time time = {};
  auto call = [&](const execution::Executable &executable, float *result) {
    void *outputs[] = {result};
    cotan_profile_context context = {{}, clock, &time};
    EXPECT_EQ(executable.entry(inputs, outputs, nullptr, &context.call), COTAN_STATUS_OK);
  };
  readings = 0;
  call(*usual, y);
  EXPECT_EQ(readings, 0);
  EXPECT_EQ(time.launches, 0u);
  call(*profiling, z);
  call(*profiling, z);
  EXPECT_EQ(readings, 4);
  EXPECT_EQ(time.launches, 2u);
  EXPECT_EQ(time.nanoseconds, 200u);
  EXPECT_EQ(std::memcmp(y, z, sizeof y), 0);
}

} // namespace
