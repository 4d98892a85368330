//===- KernelTest.cpp - compiled kernels against the rules they follow ----===//
//
// The order of reductions, computed here in scalar code; block ranges, which a pool may run in any order; the arena,
// which may not be much larger than what is alive at the worst moment.
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Codegen/BufferPlan.h"
#include "cotan-c/kernel_abi.h"
#include "cotan-compiler/Codegen/EmitFunction.h"
#include "cotan-compiler/Execution/Jit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace cotan;

namespace {

std::unique_ptr<mlir::MLIRContext> createContext() {
  mlir::DialectRegistry registry;
  registry.insert<ir::CotanDialect, mlir::func::FuncDialect, mlir::scf::SCFDialect, mlir::arith::ArithDialect,
                  mlir::tensor::TensorDialect>();
  auto context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

/// A function in kernel form, compiled for vectors of at most `bits`; its kernels can be called by themselves.
class Compiled {
public:
  Compiled(const std::string &text, unsigned bits) {
    jit = llvm::cantFail(execution::Jit::create(execution::detectHost(bits)));
    auto context = createContext();
    auto source = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
    if (!source)
      return;
    const execution::Target &target = jit->getTarget();
    llvm::LLVMContext llvmContext;
    llvm::Module module("test", llvmContext);
    execution::prepareModule(module, jit->getMachine());
    auto emitted = codegen::emitFunction(*source->getOps<mlir::func::FuncOp>().begin(), module,
                                         {target.vectorBits, target.vectorRegisters, target.hasFma});
    if (mlir::failed(emitted) || llvm::verifyModule(module, &llvm::errs()))
      return;
    info = *emitted;
    for (llvm::Function &function : module)
      if (!function.isDeclaration())
        function.setLinkage(llvm::GlobalValue::ExternalLinkage);
    for (llvm::Instruction &instruction :
         llvm::make_early_inc_range(module.getFunction(info.entrySymbol)->getEntryBlock()))
      if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction);
          call && call->getCalledFunction()->getName().ends_with(".k0"))
        grid = llvm::cast<llvm::ConstantInt>(call->getArgOperand(2))->getSExtValue();
    finishes = module.getFunction(info.entrySymbol + ".k0.finish") != nullptr;
    jit->optimize(module);
    object = llvm::cantFail(jit->emitObject(module));
    ok = true;
  }

  template <typename Function> Function lookup(const std::string &symbol) {
    codes.push_back(llvm::cantFail(execution::Jit::load(jit, object, symbol)));
    return reinterpret_cast<Function>(codes.back().entry);
  }

  /// Calls the entry.
  int32_t operator()(std::vector<const void *> inputs, std::vector<void *> outputs) {
    std::vector<char> workspace(info.workspaceBytes + 64);
    void *aligned = workspace.data() + 64 - reinterpret_cast<uintptr_t>(workspace.data()) % 64;
    cotan_call_context context = {};
    int32_t status = lookup<cotan_entry>(info.entrySymbol)(inputs.data(), outputs.data(), aligned, &context);
    launches = context.launches;
    return status;
  }

  bool ok = false, finishes = false;
  codegen::EmittedFunction info;
  int64_t grid = 0;
  uint64_t launches = 0;

private:
  std::shared_ptr<execution::Jit> jit;
  llvm::SmallVector<char, 0> object;
  std::vector<execution::LinkedCode> codes;
};

template <typename T> std::vector<T> randomValues(size_t count) {
  std::mt19937 random(count);
  std::uniform_real_distribution<double> distribution(-1, 1);
  std::vector<T> values(count);
  for (T &value : values)
    value = static_cast<T>(distribution(random));
  return values;
}

/// The sum of a row as docs/Rationale/ReductionOrder.md has it.
template <typename T> T sumOfRow(const T *x, int64_t count) {
  constexpr int64_t width = sizeof(T) == 8 ? 32 : 64;
  T total = T(-0.0);
  for (int64_t chunk = 0; chunk < count; chunk += 16384) {
    std::vector<T> lanes(width, T(-0.0));
    for (int64_t k = 0; k < std::min<int64_t>(16384, count - chunk); ++k)
      lanes[k % width] += x[chunk + k];
    for (int64_t half = width / 2; half; half /= 2)
      for (int64_t j = 0; j < half; ++j)
        lanes[j] += lanes[j + half];
    total += lanes[0];
  }
  return total;
}

std::string replaceAll(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

class Widths : public ::testing::TestWithParam<unsigned> {};

template <typename T> void testRowSums(unsigned bits, const std::string &element) {
  const std::string text = R"(
    func.func @f(%x: tensor<3xNxT>) -> tensor<3xT> {
      %y = cotan.kernel extents = [3, N] reduction_dims = [1] inputs(%x) maps [affine_map<(d0, d1) -> (d0, d1)>]
          outputs maps [affine_map<(d0, d1) -> (d0)>] : (tensor<3xNxT>) -> tensor<3xT> {
        ^bb0(%a: T):
          %s = cotan.kernel_reduce sum %a : T
          cotan.kernel_yield %s : T
      }
      return %y : tensor<3xT>
    })";
  for (int64_t count : {2, 3, 15, 16, 17, 31, 63, 64, 65, 100, 128, 1000, 16383, 16384, 16385, 16448, 40000}) {
    Compiled compiled(replaceAll(replaceAll(text, "N", std::to_string(count)), "T", element), bits);
    ASSERT_TRUE(compiled.ok);
    std::vector<T> x = randomValues<T>(3 * count), result(3);
    ASSERT_EQ(compiled({x.data()}, {result.data()}), COTAN_STATUS_OK);
    for (int64_t row = 0; row < 3; ++row)
      EXPECT_EQ(result[row], sumOfRow(x.data() + row * count, count)) << "row " << row << " of " << count;
  }
}

TEST_P(Widths, RowSumsFollowTheRule) {
  testRowSums<float>(GetParam(), "f32");
  testRowSums<double>(GetParam(), "f64");
}

TEST_P(Widths, ColumnSumsAreSequential) {
  for (int64_t columns : {1, 5, 16, 67, 300}) {
    Compiled compiled(replaceAll(R"(
      func.func @f(%x: tensor<37xNxf32>) -> tensor<Nxf32> {
        %y = cotan.kernel extents = [37, N] reduction_dims = [0] inputs(%x) maps [affine_map<(d0, d1) -> (d0, d1)>]
            outputs maps [affine_map<(d0, d1) -> (d1)>] : (tensor<37xNxf32>) -> tensor<Nxf32> {
          ^bb0(%a: f32):
            %s = cotan.kernel_reduce sum %a : f32
            cotan.kernel_yield %s : f32
        }
        return %y : tensor<Nxf32>
      })",
                                 "N", std::to_string(columns)),
                      GetParam());
    ASSERT_TRUE(compiled.ok);
    std::vector<float> x = randomValues<float>(37 * columns), result(columns);
    ASSERT_EQ(compiled({x.data()}, {result.data()}), COTAN_STATUS_OK);
    for (int64_t column = 0; column < columns; ++column) {
      float sum = -0.0f;
      for (int64_t row = 0; row < 37; ++row)
        sum += x[row * columns + column];
      EXPECT_EQ(result[column], sum) << "column " << column << " of " << columns;
    }
  }
}

/// Runs kernel 0 once over its whole grid and once block by block, backwards; the outputs must agree bit for bit.
void testBlockRanges(const std::string &text, std::vector<size_t> inputSizes, std::vector<size_t> outputSizes,
                     unsigned bits) {
  Compiled compiled(text, bits);
  ASSERT_TRUE(compiled.ok);
  ASSERT_GT(compiled.grid, 1);
  auto kernel = compiled.lookup<cotan_kernel>(compiled.info.entrySymbol + ".k0");
  cotan_kernel finish =
      compiled.finishes ? compiled.lookup<cotan_kernel>(compiled.info.entrySymbol + ".k0.finish") : nullptr;
  std::vector<std::vector<float>> inputs, outputs[2];
  for (size_t size : inputSizes)
    inputs.push_back(randomValues<float>(size));
  for (int way = 0; way < 2; ++way) {
    std::vector<void *> buffers;
    for (auto &input : inputs)
      buffers.push_back(input.data());
    for (size_t size : outputSizes)
      buffers.push_back(outputs[way].emplace_back(size).data());
    std::vector<double> scratch(compiled.info.workspaceBytes / 8 + 1);
    buffers.push_back(scratch.data());
    cotan_call_context context = {};
    if (way == 0)
      EXPECT_EQ(kernel(buffers.data(), 0, compiled.grid, &context), COTAN_STATUS_OK);
    else
      for (int64_t block = compiled.grid; block-- > 0;)
        EXPECT_EQ(kernel(buffers.data(), block, block + 1, &context), COTAN_STATUS_OK);
    if (finish)
      EXPECT_EQ(finish(buffers.data(), 0, 1, &context), COTAN_STATUS_OK);
  }
  for (size_t j = 0; j < outputSizes.size(); ++j)
    EXPECT_EQ(std::memcmp(outputs[0][j].data(), outputs[1][j].data(), outputSizes[j] * sizeof(float)), 0)
        << "output " << j;
}

TEST_P(Widths, BlocksOfAFlatMap) {
  testBlockRanges(R"(
    func.func @f(%x: tensor<50003xf32>) -> tensor<50003xf32> {
      %y = cotan.kernel extents = [50003] reduction_dims = [] inputs(%x) maps [affine_map<(d0) -> (d0)>]
          outputs maps [affine_map<(d0) -> (d0)>] : (tensor<50003xf32>) -> tensor<50003xf32> {
        ^bb0(%a: f32):
          %s = cotan.mul %a, %a : f32
          cotan.kernel_yield %s : f32
      }
      return %y : tensor<50003xf32>
    })",
                  {50003}, {50003}, GetParam());
}

TEST_P(Widths, BlocksOfATransposition) {
  testBlockRanges(R"(
    func.func @f(%x: tensor<37x101xf32>) -> tensor<101x37xf32> {
      %y = cotan.kernel extents = [101, 37] reduction_dims = [] inputs(%x) maps [affine_map<(d0, d1) -> (d1, d0)>]
          outputs maps [affine_map<(d0, d1) -> (d0, d1)>] : (tensor<37x101xf32>) -> tensor<101x37xf32> {
        ^bb0(%a: f32):
          cotan.kernel_yield %a : f32
      }
      return %y : tensor<101x37xf32>
    })",
                  {37 * 101}, {101 * 37}, GetParam());
}

TEST_P(Widths, BlocksOfRowsInStages) {
  testBlockRanges(R"(
    func.func @f(%x: tensor<7x100xf32>) -> (tensor<7x100xf32>, tensor<7xf32>) {
      %y, %z = cotan.kernel extents = [7, 100] reduction_dims = [1] inputs(%x) maps [affine_map<(d0, d1) -> (d0, d1)>]
          outputs maps [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>]
          : (tensor<7x100xf32>) -> (tensor<7x100xf32>, tensor<7xf32>) {
        ^bb0(%a: f32):
          %m = cotan.kernel_reduce max %a : f32
          %s = cotan.sub %a, %m : f32
          %e = cotan.exp %s : f32
          %t = cotan.kernel_reduce sum %e : f32
          %q = cotan.div %e, %t : f32
          cotan.kernel_yield %q, %t : f32, f32
      }
      return %y, %z : tensor<7x100xf32>, tensor<7xf32>
    })",
                  {700}, {700, 7}, GetParam());
}

TEST_P(Widths, BlocksOfColumns) {
  testBlockRanges(R"(
    func.func @f(%x: tensor<5x9x700xf32>) -> tensor<5x700xf32> {
      %y = cotan.kernel extents = [5, 9, 700] reduction_dims = [1] inputs(%x) maps [affine_map<(d0, d1, d2) -> (d0, d1, d2)>]
          outputs maps [affine_map<(d0, d1, d2) -> (d0, d2)>] : (tensor<5x9x700xf32>) -> tensor<5x700xf32> {
        ^bb0(%a: f32):
          %s = cotan.kernel_reduce sum %a : f32
          cotan.kernel_yield %s : f32
      }
      return %y : tensor<5x700xf32>
    })",
                  {5 * 9 * 700}, {5 * 700}, GetParam());
}

// Chunks of one long row are blocks; what follows the reduction is in the finish function, which belongs to the same
// launch.
TEST_P(Widths, ChunksOfOneRow) {
  const std::string text = R"(
    func.func @f(%x: tensor<50003xf32>) -> (tensor<f32>, tensor<50003xf32>) {
      %y, %z = cotan.kernel extents = [50003] reduction_dims = [0] inputs(%x) maps [affine_map<(d0) -> (d0)>]
          outputs maps [affine_map<(d0) -> ()>, affine_map<(d0) -> (d0)>] : (tensor<50003xf32>) -> (tensor<f32>, tensor<50003xf32>) {
        ^bb0(%a: f32):
          %s = cotan.kernel_reduce sum %a : f32
          %t = cotan.mul %s, %s : f32
          %b = cotan.neg %a : f32
          cotan.kernel_yield %t, %b : f32, f32
      }
      return %y, %z : tensor<f32>, tensor<50003xf32>
    })";
  testBlockRanges(text, {50003}, {1, 50003}, GetParam());
  Compiled compiled(text, GetParam());
  ASSERT_TRUE(compiled.ok);
  std::vector<float> x = randomValues<float>(50003), negated(50003);
  float square = 0, sum = sumOfRow(x.data(), 50003);
  ASSERT_EQ(compiled({x.data()}, {&square, negated.data()}), COTAN_STATUS_OK);
  EXPECT_EQ(compiled.launches, 1u);
  EXPECT_EQ(square, sum * sum);
  EXPECT_EQ(negated[50002], -x[50002]);
}

// Where two reduced dimensions are one row, an operand that is broadcast along the inner one is one element for each of its runs, which
// begin anywhere within a vector.
TEST_P(Widths, RowsThatVectorsCross) {
  for (int64_t run : {3, 4, 5, 15, 16, 17, 31, 33, 100, 1000}) {
    int64_t rows = 20000 / run + 3;
    std::string matrix = "tensor<" + std::to_string(rows) + "x" + std::to_string(run) + "xf32>", column = "tensor<" + std::to_string(rows) + "xf32>",
                flags = "tensor<" + std::to_string(rows) + "xi1>";
    Compiled compiled("func.func @f(%x: " + matrix + ", %y: " + column + ", %p: " + flags + ") -> tensor<f32> {\n" +
                          "%s = cotan.kernel extents = [" + std::to_string(rows) + ", " + std::to_string(run) + R"(] reduction_dims = [0, 1]
          inputs(%x, %y, %p) maps [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>]
          outputs maps [affine_map<(d0, d1) -> ()>] : ()" + matrix + ", " + column + ", " + flags + R"() -> tensor<f32> {
        ^bb0(%a: f32, %b: f32, %c: i1):
          %product = cotan.mul %a, %b : f32
          %chosen = cotan.select %c, %product, %a : i1, f32
          %sum = cotan.kernel_reduce sum %chosen : f32
          cotan.kernel_yield %sum : f32
      }
      return %s : tensor<f32>
    })",
                      GetParam());
    ASSERT_TRUE(compiled.ok);
    std::vector<float> x = randomValues<float>(rows * run), y = randomValues<float>(rows), chosen;
    std::vector<char> p;
    for (int64_t i = 0; i < rows; ++i) {
      p.push_back(i % 3 != 0);
      for (int64_t j = 0; j < run; ++j)
        chosen.push_back(p[i] ? x[i * run + j] * y[i] : x[i * run + j]);
    }
    float sum = 0;
    ASSERT_EQ(compiled({x.data(), y.data(), p.data()}, {&sum}), COTAN_STATUS_OK);
    EXPECT_EQ(sum, sumOfRow(chosen.data(), rows * run)) << "runs of " << run;
  }
}

INSTANTIATE_TEST_SUITE_P(Bits, Widths, ::testing::Values(128u, 256u, 512u));

/// A chain of `count` kernels that negate four elements, written in between: `before` and `after`.
std::string chainOfKernels(int count, const std::string &before, const std::string &after) {
  std::string text = before, last = "%x";
  for (int i = 0; i < count; ++i) {
    std::string name = "%v" + std::to_string(i);
    text += name + " = cotan.kernel extents = [4] reduction_dims = [] inputs(" + last +
            ") maps [affine_map<(d0) -> (d0)>] outputs maps [affine_map<(d0) -> (d0)>] : (tensor<4xf32>) -> tensor<4xf32> {\n"
            "^bb0(%a: f32):\n %s = cotan.neg %a : f32\n cotan.kernel_yield %s : f32\n}\n";
    last = name;
  }
  return text + "%last = cotan.reshape " + last + " : tensor<4xf32> to tensor<4xf32>\n" + after;
}

// Scalars computed before the first launches are used after the last ones: in between, other functions begin.
TEST(Entry, SpreadsManyLaunchesOverParts) {
  Compiled compiled("func.func @f(%x: tensor<4xf32>, %n: tensor<2xi64>) -> (tensor<f32>, tensor<i64>) {\n" +
                        chainOfKernels(200,
                                       "%c0 = arith.constant 0 : index\n %c1 = arith.constant 1 : index\n"
                                       "%first = tensor.extract %n[%c0] : tensor<2xi64>\n"
                                       "%second = tensor.extract %n[%c1] : tensor<2xi64>\n"
                                       "%index = arith.index_cast %first : i64 to index\n"
                                       "%twice = arith.addi %first, %first : i64\n",
                                       "%element = tensor.extract %last[%index] : tensor<4xf32>\n"
                                       "%sum = scf.for %i = %c0 to %index step %c1 iter_args(%so_far = %second) -> (i64) {\n"
                                       " %next = arith.addi %so_far, %twice : i64\n scf.yield %next : i64\n}\n"
                                       "%e = tensor.from_elements %element : tensor<f32>\n"
                                       "%s = tensor.from_elements %sum : tensor<i64>\n"
                                       "return %e, %s : tensor<f32>, tensor<i64>\n}"),
                    512);
  ASSERT_TRUE(compiled.ok);
  EXPECT_TRUE(compiled.lookup<void *>(compiled.info.entrySymbol + ".part4"));
  std::vector<float> x = {1, 2, 3, 4};
  int64_t n[] = {2, 40}, sum = 0;
  float element = 0;
  EXPECT_EQ(compiled({x.data(), n}, {&element, &sum}), COTAN_STATUS_OK);
  EXPECT_EQ(compiled.launches, 200u);
  EXPECT_EQ(element, 3);
  EXPECT_EQ(sum, 40 + 2 * 4); // `twice` is used in the loop alone
  n[0] = 4; // the last part fails, and the entry says so
  EXPECT_NE(compiled({x.data(), n}, {&element, &sum}), COTAN_STATUS_OK);
}

// A chain of kernels over growing and shrinking tensors, each used twice so that nothing happens in place.
TEST(BufferPlan, ArenaIsNearTheLivenessBound) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 20; ++trial) {
    std::string body, last = "%x";
    std::vector<int64_t> sizes = {64};
    std::vector<std::string> values = {"%x"};
    for (int i = 0; i < 30; ++i) {
      size_t from = values.size() - 1 - random() % std::min<size_t>(3, values.size());
      int64_t before = sizes[from], after = 16 * (1 + random() % 200);
      std::string name = "%v" + std::to_string(i), in = "tensor<" + std::to_string(before) + "xf32>",
                  out = "tensor<" + std::to_string(after) + "xf32>";
      body += name + " = cotan.kernel extents = [" + std::to_string(after) + "] reduction_dims = [] inputs(" +
              values[from] + ") maps [affine_map<(d0) -> (0)>] outputs maps [affine_map<(d0) -> (d0)>] : (" + in +
              ") -> " + out + " {\n^bb0(%a: f32):\n cotan.kernel_yield %a : f32\n}\n";
      values.push_back(name);
      sizes.push_back(after);
    }
    std::string result = "tensor<" + std::to_string(sizes.back()) + "xf32>";
    std::string text = "func.func @f(%x: tensor<64xf32>) -> " + result + " {\n" + body + "return " + values.back() +
                       " : " + result + "\n}";
    auto context = createContext();
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
    ASSERT_TRUE(module);
    mlir::func::FuncOp function = *module->getOps<mlir::func::FuncOp>().begin();
    codegen::AnalysisMap analyses;
    function.walk([&](ir::KernelOp op) {
      analyses[op] = std::move(*codegen::KernelAnalysis::compute(op, {512, 32, true}));
    });
    codegen::BufferPlan plan(function, analyses, [](mlir::Operation *) { return int64_t(0); });
    EXPECT_GE(plan.getArenaBytes(), plan.getLivenessBound());
    EXPECT_LE(plan.getArenaBytes(), 1.2 * plan.getLivenessBound());
  }
}

} // namespace
