//===- MatmulTest.cpp - every bit of the compiled matrix product ----------===//
//
// Each element of a product is one chain of FMAs along k that starts from +0. These tests compute that chain in scalar code
// and compare bit for bit, over shapes around the edges of tiles, panels and blocks, strides of every kind, and vector widths. All
// buffers lie against inaccessible pages, since sanitizers do not see compiled kernels.
//
//===----------------------------------------------------------------------===//

#include "MatmulRunner.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using namespace cotan::codegen;
using namespace cotan::codegen::testing;

namespace {

/// Memory that ends where an inaccessible page begins, so that reading past it faults; what lies before it is watched. All bytes
/// are 0xff at first: NaNs, if they are read.
template <typename T> class FencedBuffer {
public:
  explicit FencedBuffer(int64_t count) : page(sysconf(_SC_PAGESIZE)), size(count * sizeof(T)) {
    length = (size + page - 1) / page * page + page;
    memory = static_cast<unsigned char *>(mmap(nullptr, length + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (memory == MAP_FAILED || mprotect(memory + length, page, PROT_NONE) != 0)
      std::abort();
    std::memset(memory, 0xff, length);
  }
  ~FencedBuffer() { munmap(memory, length + page); }
  FencedBuffer(const FencedBuffer &) = delete;

  T *data() const { return reinterpret_cast<T *>(memory + length - size); }
  bool isIntact() const {
    return std::all_of(memory, memory + length - size, [](unsigned char byte) { return byte == 0xff; });
  }

private:
  size_t page, size, length;
  unsigned char *memory;
};

/// How an operand lies in memory.
enum class Layout { Dense, Transposed, Padded, TransposedPadded, Strided, BatchInside, Shared, RepeatedRow, Reversed };
constexpr Layout layouts[] = {Layout::Dense,   Layout::Transposed,  Layout::Padded, Layout::TransposedPadded,
                              Layout::Strided, Layout::BatchInside, Layout::Shared, Layout::RepeatedRow,
                              Layout::Reversed};

/// An operand with its elements; `origin` is the element at batch 0, row 0, column 0.
template <typename T> struct Operand {
  MatmulOperand strides;
  int64_t origin = 0;
  std::unique_ptr<FencedBuffer<T>> elements;

  T at(int64_t batch, int64_t row, int64_t column) const {
    return elements->data()[origin + batch * strides.batchStride + row * strides.rowStride + column * strides.columnStride];
  }
  const T *data() const { return elements->data() + origin; }
};

template <typename T>
Operand<T> makeOperand(Layout layout, int64_t batch, int64_t rows, int64_t columns, std::mt19937 &random) {
  Operand<T> operand;
  int64_t size = batch * rows * columns;
  switch (layout) {
  case Layout::Dense:
    operand.strides = denseOperand(rows, columns);
    break;
  case Layout::Transposed:
    operand.strides = transposedOperand(rows, columns);
    break;
  case Layout::Padded:
    operand.strides = {rows * (columns + 3), columns + 3, 1};
    size = batch * rows * (columns + 3);
    break;
  case Layout::TransposedPadded:
    operand.strides = {columns * (rows + 5), 1, rows + 5};
    size = batch * columns * (rows + 5);
    break;
  case Layout::Strided:
    operand.strides = {rows * columns * 2, columns * 2, 2};
    size = 2 * batch * rows * columns;
    break;
  case Layout::BatchInside: // [rows, batch, columns], as attention heads are
    operand.strides = {columns, batch * columns, 1};
    break;
  case Layout::Shared:
    operand.strides = {0, columns, 1};
    size = rows * columns;
    break;
  case Layout::RepeatedRow:
    operand.strides = {columns, 0, 1};
    size = batch * columns;
    break;
  case Layout::Reversed:
    operand.strides = {rows * columns, -columns, 1};
    operand.origin = (rows - 1) * columns;
    break;
  }
  std::uniform_real_distribution<T> distribution(-1, 1);
  operand.elements = std::make_unique<FencedBuffer<T>>(size);
  std::generate_n(operand.elements->data(), size, [&] { return distribution(random); });
  return operand;
}

template <typename T> bool sameBits(T left, T right) { return std::memcmp(&left, &right, sizeof(T)) == 0; }

/// The definition.
template <typename T> std::vector<T> reference(const MatmulShape &shape, const Operand<T> &a, const Operand<T> &b) {
  std::vector<T> c;
  for (int64_t batch = 0; batch < shape.batch; ++batch)
    for (int64_t i = 0; i < shape.m; ++i)
      for (int64_t j = 0; j < shape.n; ++j) {
        T sum = 0;
        for (int64_t k = 0; k < shape.k; ++k)
          sum = std::fma(a.at(batch, i, k), b.at(batch, k, j), sum);
        c.push_back(sum);
      }
  return c;
}

std::string describe(const MatmulShape &shape, Layout a, Layout b, unsigned bits) {
  return std::to_string(shape.batch) + "x" + std::to_string(shape.m) + "x" + std::to_string(shape.n) + "x" +
         std::to_string(shape.k) + ", layouts " + std::to_string(int(a)) + " and " + std::to_string(int(b)) + ", " +
         std::to_string(bits) + " bits";
}

/// Computes the product in `ranges` block ranges, and compares.
template <typename T>
void check(const std::shared_ptr<cotan::execution::Jit> &jit, const MatmulShape &shape, Layout aLayout, Layout bLayout,
           std::mt19937 &random, int ranges = 1, bool readsPrefetched = false) {
  SCOPED_TRACE(describe(shape, aLayout, bLayout, jit->getTarget().vectorBits) + (sizeof(T) == 8 ? " f64" : " f32"));
  auto a = makeOperand<T>(aLayout, shape.batch, shape.m, shape.k, random);
  auto b = makeOperand<T>(bLayout, shape.batch, shape.k, shape.n, random);
  CompiledProduct product = compileProduct<T>(jit, shape, a.strides, b.strides, nullptr, readsPrefetched);
  FencedBuffer<T> c(shape.batch * shape.m * shape.n);
  FencedBuffer<char> scratch(product.scratchBytes);
  for (int range = 0; range < ranges; ++range)
    product(a.data(), b.data(), c.data(), scratch.data(), product.blocks * range / ranges, product.blocks * (range + 1) / ranges);
  EXPECT_TRUE(c.isIntact());
  EXPECT_TRUE(scratch.isIntact());
  std::vector<T> expected = reference(shape, a, b);
  for (size_t i = 0; i < expected.size(); ++i)
    if (!sameBits(expected[i], c.data()[i])) {
      ADD_FAILURE() << "element " << i << " of " << expected.size() << ": expected " << expected[i] << ", got " << c.data()[i];
      return;
    }
}

class MatmulTest : public ::testing::TestWithParam<unsigned> {
protected:
  void SetUp() override {
    jit = createJit(GetParam());
    if (!jit)
      GTEST_SKIP() << "this machine has no vectors of " << GetParam() << " bits";
  }
  int64_t draw(int64_t first, int64_t last) { return std::uniform_int_distribution<int64_t>(first, last)(random); }
  Layout drawLayout() { return layouts[draw(0, std::size(layouts) - 1)]; }
  /// One element type, in turn: compiling is what takes the time.
  void checkOne(const MatmulShape &shape, Layout a, Layout b, int ranges = 1) {
    isDouble = !isDouble;
    isDouble ? check<double>(jit, shape, a, b, random, ranges) : check<float>(jit, shape, a, b, random, ranges);
  }
  void checkBoth(const MatmulShape &shape, Layout a, Layout b, int ranges = 1) {
    checkOne(shape, a, b, ranges);
    checkOne(shape, a, b, ranges);
  }

  std::shared_ptr<cotan::execution::Jit> jit;
  std::mt19937 random{20240607};
  bool isDouble = false;
};

TEST_P(MatmulTest, EveryLayoutOfBothOperands) {
  for (Layout a : layouts)
    for (Layout b : layouts)
      checkOne({draw(1, 3), draw(1, 40), draw(1, 70), draw(1, 40)}, a, b);
}

TEST_P(MatmulTest, RandomShapes) {
  for (int i = 0; i < 60; ++i)
    checkOne({draw(1, 3), draw(1, 70), draw(1, 70), draw(1, 70)}, drawLayout(), drawLayout(), draw(1, 3));
}

TEST_P(MatmulTest, EdgesOfTilesAndPanels) {
  for (int64_t m : {1, 2, 13, 14, 15, 28, 29})
    for (int64_t n : {1, 15, 16, 17, 31, 32, 33, 64, 65})
      checkOne({1, m, n, draw(1, 9)}, drawLayout(), drawLayout());
}

TEST_P(MatmulTest, SeveralBlocksAlongEveryExtent) {
  checkBoth({1, 5, 33, 255}, Layout::Dense, Layout::Dense);
  checkBoth({1, 5, 33, 257}, Layout::Dense, Layout::Transposed);
  checkBoth({1, 61, 97, 600}, Layout::Transposed, Layout::Dense);
  checkBoth({2, 300, 200, 300}, Layout::Dense, Layout::Transposed, 3);
  checkBoth({1, 430, 130, 270}, Layout::Transposed, Layout::Dense, 7);
  checkBoth({1, 3, 2500, 270}, Layout::Strided, Layout::Strided, 2);
  checkBoth({1, 40, 2500, 270}, Layout::Dense, Layout::Dense, 5);
  checkOne({2, 33, 100, 1024}, Layout::Dense, Layout::Dense, 3);   // rows of A and B on few cache sets, two depth blocks
  checkOne({2, 40, 300, 1024}, Layout::Dense, Layout::Dense, 3);
  checkOne({1, 1024, 70, 40}, Layout::Transposed, Layout::Dense);
  checkOne({1, 150, 400, 700}, Layout::Transposed, Layout::Transposed, 4);
}

/// A prefetch past the end does no harm, but it may walk the page tables: where packed B happened to lie before a page that was not there,
/// a product of 64x64 took half as long again.
TEST_P(MatmulTest, PrefetchesStayInsideTheOperands) {
  auto checkReading = [&](const MatmulShape &shape, Layout a, Layout b, int ranges = 1) {
    check<float>(jit, shape, a, b, random, ranges, /*readsPrefetched=*/true);
    check<double>(jit, shape, a, b, random, ranges, /*readsPrefetched=*/true);
  };
  for (int64_t k : {1, 7, 8, 9, 10, 64})
    checkReading({1, 64, 64, k}, Layout::Dense, Layout::Transposed);
  checkReading({2, 31, 33, 31}, Layout::Transposed, Layout::Dense);
  checkReading({1, 61, 97, 600}, Layout::Reversed, Layout::Dense);           // B packed row by row, two depth blocks
  checkReading({2, 40, 300, 1024}, Layout::Dense, Layout::Dense, 3);         // A copied
  checkReading({1, 150, 400, 700}, Layout::Transposed, Layout::Strided, 4);  // both packed
}

TEST_P(MatmulTest, EmptyExtents) {
  checkBoth({1, 5, 7, 0}, Layout::Dense, Layout::Dense); // zeros
  checkBoth({2, 40, 70, 0}, Layout::Dense, Layout::Transposed);
  checkBoth({1, 0, 7, 3}, Layout::Dense, Layout::Dense);
  checkBoth({1, 7, 0, 3}, Layout::Dense, Layout::Dense);
  checkBoth({0, 7, 2, 3}, Layout::Dense, Layout::Dense);
}

TEST_P(MatmulTest, ChainsStartFromPositiveZero) {
  CompiledProduct product = compileProduct<float>(jit, {1, 1, 1, 1}, denseOperand(1, 1), denseOperand(1, 1));
  float a = -0.0f, b = 1, c = 5;
  std::vector<char> scratch(product.scratchBytes + 64);
  product(&a, &b, &c, scratch.data(), 0, product.blocks);
  EXPECT_TRUE(sameBits(c, 0.0f));
}

INSTANTIATE_TEST_SUITE_P(VectorBits, MatmulTest, ::testing::Values(128, 256, 512));

/// Routines are shared: a second product of the same tile adds a wrapper and a plan only.
TEST(MatmulModule, ProductsShareRoutines) {
  llvm::LLVMContext context;
  llvm::Module module("shared", context);
  TargetDescription target{512, 32, true};
  llvm::Type *type = llvm::Type::getFloatTy(context);
  emitMatmul(module, "first", type, {1, 512, 512, 512}, denseOperand(512, 512), denseOperand(512, 512), target);
  size_t before = module.size();
  emitMatmul(module, "second", type, {4, 512, 512, 384}, denseOperand(512, 384), denseOperand(384, 512), target);
  EXPECT_EQ(module.size(), before + 1);
}

/// What a module declares can be made elsewhere, by name, and is all that it needs.
TEST(MatmulModule, DeclaredRoutinesAreMadeByName) {
  llvm::LLVMContext context;
  llvm::Module module("declares", context);
  TargetDescription target{512, 32, true};
  llvm::Type *type = llvm::Type::getDoubleTy(context);
  emitMatmul(module, "large", type, {1, 257, 257, 257}, denseOperand(257, 257), transposedOperand(257, 257), target, MatmulRoutines::Declared);
  emitMatmul(module, "copies", type, {1, 1024, 1024, 1024}, denseOperand(1024, 1024), denseOperand(1024, 1024), target,
             MatmulRoutines::Declared);
  emitMatmul(module, "small", type, {1, 16, 16, 16}, denseOperand(16, 16), denseOperand(16, 16), target, MatmulRoutines::Declared);
  std::vector<std::string> names = getDeclaredMatmulRoutines(module);
  EXPECT_GE(names.size(), 6u); // driver, copy, two ways of packing, panels
  for (const std::string &name : names) {
    llvm::Module library("defines", context);
    ASSERT_TRUE(emitMatmulRoutine(library, name, target)) << name;
    llvm::Function *routine = library.getFunction(name);
    ASSERT_NE(routine, nullptr);
    EXPECT_FALSE(routine->isDeclaration());
    EXPECT_TRUE(routine->hasExternalLinkage());
    EXPECT_EQ(routine->getFunctionType(), module.getFunction(name)->getFunctionType());
    EXPECT_TRUE(getDeclaredMatmulRoutines(library).empty()) << "a routine calls no other by name";
    EXPECT_FALSE(llvm::verifyModule(library, &llvm::errs()));
  }
  llvm::Module none("none", context);
  for (const char *name : {"cotan.matmul.f16.driver", "cotan.matmul.f32.panel.0x1", "cotan.matmul.f32.panel.4x", "cotan.matmul.f32.panel.99x1",
                           "cotan.matmul.f32.", "driver"})
    EXPECT_FALSE(emitMatmulRoutine(none, name, target)) << name;
}

} // namespace
