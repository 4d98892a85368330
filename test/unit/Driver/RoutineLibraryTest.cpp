//===- RoutineLibraryTest.cpp - routines of products, compiled once -------===//

#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

using namespace cotan;
namespace fs = std::filesystem;

namespace {

constexpr int64_t extent = 130; // a driver, packing, edges

constexpr const char *product = R"(
func.func @f(%a: tensor<130x130xf32>, %b: tensor<130x130xf32>) -> tensor<130x130xf32> {
  %c = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<130x130xf32>, tensor<130x130xf32>
  return %c : tensor<130x130xf32>
})";
constexpr const char *productAndSine = R"(
func.func @f(%a: tensor<130x130xf32>, %b: tensor<130x130xf32>) -> tensor<130x130xf32> {
  %c = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<130x130xf32>, tensor<130x130xf32>
  %s = cotan.sin %c : tensor<130x130xf32>
  return %s : tensor<130x130xf32>
})";

using Matrix = std::vector<float>;

Matrix makeMatrix(float scale) {
  Matrix matrix(extent * extent);
  for (size_t i = 0; i < matrix.size(); ++i)
    matrix[i] = scale * float(int(i * 37 % 101) - 50);
  return matrix;
}

Matrix call(const execution::Executable &executable) {
  Matrix a = makeMatrix(0.01f), b = makeMatrix(0.02f), c(extent * extent);
  std::vector<char> workspace(size_t(executable.workspaceBytes) + 64);
  void *aligned = reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(workspace.data()) + 63) / 64 * 64);
  const void *inputs[] = {a.data(), b.data()};
  void *outputs[] = {c.data()};
  cotan_call_context context = {};
  EXPECT_EQ(execution::invoke(executable, inputs, outputs, aligned, &context), COTAN_STATUS_OK);
  return c;
}

/// Each element is one chain of multiply-adds from zero.
Matrix expected() {
  Matrix a = makeMatrix(0.01f), b = makeMatrix(0.02f), c(extent * extent);
  for (int64_t i = 0; i < extent; ++i)
    for (int64_t j = 0; j < extent; ++j)
      for (int64_t k = 0; k < extent; ++k)
        c[i * extent + j] = std::fma(a[i * extent + k], b[k * extent + j], c[i * extent + j]);
  return c;
}

class RoutineLibraryTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "cotan-routines-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root = pattern;
    options.cacheDirectory = (root / "cache").string();
  }
  void TearDown() override { fs::remove_all(root); }

  static std::shared_ptr<const execution::Executable> compile(driver::Compiler &compiler, llvm::StringRef text, std::string key) {
    auto module = driver::parseModule(text, "test.mlir", &compiler.getContext());
    if (!module) {
      ADD_FAILURE() << llvm::toString(module.takeError());
      return nullptr;
    }
    driver::CompileOptions options;
    options.cacheKey = std::move(key);
    auto executable = compiler.compile(**module, "f", options);
    if (!executable) {
      ADD_FAILURE() << llvm::toString(executable.takeError());
      return nullptr;
    }
    return *executable;
  }

  /// The files of the cache: of routines, or of programs.
  std::vector<fs::path> files(bool ofRoutines) const {
    std::vector<fs::path> found;
    for (const fs::directory_entry &entry : fs::directory_iterator(options.cacheDirectory)) {
      std::ifstream stream(entry.path(), std::ios::binary);
      std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
      if ((bytes.find("routine cotan.matmul.") != std::string::npos) == ofRoutines)
        found.push_back(entry.path());
    }
    return found;
  }

  fs::path root;
  driver::CompilerOptions options;
};

TEST_F(RoutineLibraryTest, SharesRoutinesBetweenPrograms) {
  driver::Compiler compiler(options);
  auto first = compile(compiler, product, "first");
  ASSERT_NE(first, nullptr);
  EXPECT_GE(first->routines.size(), 2u);
  EXPECT_EQ(files(true).size(), first->routines.size());
  auto second = compile(compiler, productAndSine, "second");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->routines, first->routines);
  EXPECT_EQ(files(true).size(), first->routines.size());
  EXPECT_EQ(files(false).size(), 2u);
  Matrix right = expected(), sines = call(*second);
  EXPECT_EQ(call(*first), right);
  for (size_t i = 0; i < right.size(); i += 97)
    EXPECT_NEAR(sines[i], std::sin(right[i]), 1e-6);
}

TEST_F(RoutineLibraryTest, FindsThemOnDiskInAnotherProcess) {
  {
    driver::Compiler compiler(options);
    ASSERT_NE(compile(compiler, product, "first"), nullptr);
  }
  auto before = files(true);
  std::vector<fs::file_time_type> times;
  for (const fs::path &path : before)
    times.push_back(fs::last_write_time(path));
  driver::Compiler another(options);
  auto loaded = another.loadFromDisk("first");
  ASSERT_NE(loaded, nullptr);
  EXPECT_EQ(call(*loaded), expected());
  ASSERT_EQ(files(true), before);
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(fs::last_write_time(before[i]), times[i]) << "nothing is compiled again";
}

TEST_F(RoutineLibraryTest, CompilesWhatIsMissingOrDamagedOnDisk) {
  {
    driver::Compiler compiler(options);
    ASSERT_NE(compile(compiler, product, "first"), nullptr);
  }
  auto routines = files(true);
  ASSERT_GE(routines.size(), 2u);
  fs::remove(routines[0]);
  std::fstream(routines[1], std::ios::in | std::ios::out | std::ios::binary).seekp(200).write("damage", 6);
  driver::Compiler another(options);
  auto loaded = another.loadFromDisk("first");
  ASSERT_NE(loaded, nullptr);
  EXPECT_EQ(call(*loaded), expected());
  EXPECT_EQ(files(true).size(), routines.size());
}

TEST_F(RoutineLibraryTest, NeedsNoDisk) {
  driver::Compiler compiler{driver::CompilerOptions()};
  auto first = compile(compiler, product, ""), second = compile(compiler, productAndSine, "");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(call(*first), expected());
}

TEST_F(RoutineLibraryTest, OutlivesTheCompiler) {
  std::shared_ptr<const execution::Executable> kept;
  {
    driver::Compiler compiler(options);
    kept = compile(compiler, product, "first");
  }
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(call(*kept), expected());
}

TEST_F(RoutineLibraryTest, LoadsBesideACompile) {
  {
    driver::Compiler compiler(options);
    ASSERT_NE(compile(compiler, product, "first"), nullptr);
  }
  for (const fs::path &path : files(true))
    fs::remove(path);
  driver::Compiler another(options);
  another.getContext();
  std::shared_ptr<const execution::Executable> loaded, compiled;
  std::thread thread([&] { loaded = another.loadFromDisk("first"); });
  compiled = compile(another, productAndSine, "second");
  thread.join();
  ASSERT_TRUE(loaded && compiled);
  EXPECT_EQ(call(*loaded), expected());
}

} // namespace
