//===- RandomGraphTest.cpp - the same bits however a function is compiled -===//
//
// Random functions and their gradients: fused and unfused, at each vector width that the machine has.
// COTAN_RANDOM_GRAPHS=N runs N graphs a test instead of a few dozen; a failure prints the seed and the function.
//
//===----------------------------------------------------------------------===//

#include "RandomGraph.h"
#include "cotan-compiler/Autodiff/Gradient.h"
#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "cotan-compiler/Execution/Target.h"
#include "gtest/gtest.h"
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

using namespace cotan;
using execution::ElementType;
using execution::TensorSpec;
using Bytes = std::vector<unsigned char>;

namespace {

/// A compiler for each vector width of the machine, the widest first.
struct Width {
  unsigned bits;
  std::unique_ptr<driver::Compiler> compiler;
};

const std::vector<Width> &widths() {
  static const std::vector<Width> list = [] {
    std::vector<Width> found;
    for (unsigned bits : {512u, 256u, 128u}) {
      if (execution::detectHost(bits).vectorBits != bits)
        continue;
      driver::CompilerOptions options;
      options.maxVectorBits = bits;
      found.push_back({bits, std::make_unique<driver::Compiler>(options)});
    }
    return found;
  }();
  return list;
}

unsigned graphCount(unsigned usual) {
  const char *text = std::getenv("COTAN_RANDOM_GRAPHS");
  return text ? std::atoi(text) : usual;
}

template <typename T> void appendBytes(Bytes &bytes, T value) {
  const auto *begin = reinterpret_cast<const unsigned char *>(&value);
  bytes.insert(bytes.end(), begin, begin + sizeof value);
}

/// Elements mostly between -3 and 3, and now and then what arithmetic finds hard.
Bytes randomElements(const TensorSpec &spec, std::mt19937_64 &engine) {
  static constexpr double hard[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, 1e-310, 1e-42, 1e30, -1e9, 0.5};
  Bytes bytes;
  for (int64_t i = 0, count = execution::tensorBytes(spec) / execution::elementBytes(spec.type); i < count; ++i) {
    uint64_t bits = engine();
    double real = bits % 64 == 0 ? hard[bits / 64 % std::size(hard)] : (bits >> 11) * 0x1p-53 * 6 - 3;
    int64_t integer = bits % 64 == 0 ? static_cast<int64_t>(engine()) : static_cast<int64_t>(bits >> 8) % 17 - 8;
    switch (spec.type) {
    case ElementType::F32:
      appendBytes(bytes, static_cast<float>(real));
      break;
    case ElementType::F64:
      appendBytes(bytes, real);
      break;
    case ElementType::I32:
      appendBytes(bytes, static_cast<int32_t>(integer));
      break;
    case ElementType::I64:
      appendBytes(bytes, integer);
      break;
    case ElementType::I1:
      bytes.push_back(bits >> 60 & 1);
      break;
    }
  }
  return bytes;
}

/// Memory one element past an alignment of 64 bytes, as inputs may be, and with bytes behind it that must stay.
class Memory {
public:
  Memory(int64_t size, int64_t offset) : storage(size + offset + 128, canary) {
    start = (64 - reinterpret_cast<uintptr_t>(storage.data()) % 64) % 64 + offset;
    end = start + size;
  }
  unsigned char *data() { return storage.data() + start; }
  Bytes contents() const { return Bytes(storage.begin() + start, storage.begin() + end); }
  bool isIntact() const {
    for (size_t i = 0; i < storage.size(); ++i)
      if ((i < start || i >= end) && storage[i] != canary)
        return false;
    return true;
  }

private:
  static constexpr unsigned char canary = 0xA5;
  Bytes storage;
  size_t start, end;
};

struct Outcome {
  int32_t status = -1;
  std::vector<TensorSpec> specs;
  std::vector<Bytes> outputs;
};

Outcome run(const execution::Executable &executable, uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<std::unique_ptr<Memory>> memory;
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  for (const TensorSpec &spec : executable.inputs) {
    Bytes elements = randomElements(spec, engine);
    memory.push_back(std::make_unique<Memory>(elements.size(), execution::elementBytes(spec.type)));
    std::copy(elements.begin(), elements.end(), memory.back()->data());
    inputs.push_back(memory.back()->data());
  }
  for (const TensorSpec &spec : executable.outputs) {
    memory.push_back(std::make_unique<Memory>(execution::tensorBytes(spec), 0));
    outputs.push_back(memory.back()->data());
  }
  Memory workspace(executable.workspaceBytes, 0);
  cotan_call_context context = {};
  Outcome outcome{
      execution::invoke(executable, inputs.data(), outputs.data(), workspace.data(), &context), executable.outputs, {}};
  EXPECT_EQ(outcome.status, COTAN_STATUS_OK) << execution::describeStatus(outcome.status, context);
  EXPECT_TRUE(workspace.isIntact()) << "a kernel wrote outside the workspace";
  for (const auto &buffer : memory)
    EXPECT_TRUE(buffer->isIntact()) << "a kernel wrote outside an input or output";
  for (size_t i = 0; i < outputs.size(); ++i)
    outcome.outputs.push_back(memory[inputs.size() + i]->contents());
  return outcome;
}

/// Compiles and runs `@f`, or with `gradient` its gradient; status -1 after a test failure.
Outcome evaluate(const Width &width, const std::string &text, bool fuse, bool gradient, uint64_t seed) {
  mlir::MLIRContext *context = &width.compiler->getContext();
  auto module = driver::parseModule(text, "random.mlir", context);
  if (!module) {
    ADD_FAILURE() << llvm::toString(module.takeError());
    return {};
  }
  if (gradient) {
    driver::DiagnosticCollector diagnostics(context);
    if (failed(autodiff::createGradFunction(**module, "f"))) {
      ADD_FAILURE() << llvm::toString(diagnostics.takeError("no gradient function"));
      return {};
    }
  }
  driver::CompileOptions options;
  options.fuse = fuse;
  auto executable = width.compiler->compile(**module, gradient ? "f_grad" : "f", options);
  if (!executable) {
    ADD_FAILURE() << llvm::toString(executable.takeError());
    return {};
  }
  return run(**executable, seed);
}

template <typename T> T elementAt(const Bytes &bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
  return value;
}

/// Whether two elements have the same bits; which NaN it is does not matter: IEEE leaves that open.
bool same(ElementType type, const Bytes &a, const Bytes &b, size_t index) {
  size_t size = execution::elementBytes(type);
  if (std::memcmp(a.data() + index * size, b.data() + index * size, size) == 0)
    return true;
  if (type == ElementType::F32)
    return std::isnan(elementAt<float>(a, index)) && std::isnan(elementAt<float>(b, index));
  return type == ElementType::F64 && std::isnan(elementAt<double>(a, index)) && std::isnan(elementAt<double>(b, index));
}

void expectSame(const Outcome &expected, const Outcome &actual) {
  ASSERT_EQ(expected.status, actual.status);
  ASSERT_EQ(expected.outputs.size(), actual.outputs.size());
  for (size_t output = 0; output < expected.outputs.size(); ++output) {
    const Bytes &a = expected.outputs[output], &b = actual.outputs[output];
    ASSERT_EQ(a.size(), b.size());
    ElementType type = expected.specs[output].type;
    for (size_t i = 0, count = a.size() / execution::elementBytes(type); i < count; ++i) {
      if (same(type, a, b, i))
        continue;
      double left = type == ElementType::F32   ? elementAt<float>(a, i)
                    : type == ElementType::F64 ? elementAt<double>(a, i)
                                               : 0;
      double right = type == ElementType::F32   ? elementAt<float>(b, i)
                     : type == ElementType::F64 ? elementAt<double>(b, i)
                                                : 0;
      FAIL() << "output " << output << ", element " << i << " of " << count << ": " << left << " and " << right
             << " (of floats)";
    }
  }
}

/// Unfused at the widest vectors against fused at all widths, and unfused at the narrowest.
void expectOneResult(const std::string &text, uint64_t seed, bool gradient = false) {
  SCOPED_TRACE("seed " + std::to_string(seed) + (gradient ? ", gradient of\n" : "\n") + text);
  Outcome expected = evaluate(widths().front(), text, /*fuse=*/false, gradient, seed);
  for (const Width &width : widths()) {
    SCOPED_TRACE("fused, " + std::to_string(width.bits) + " bits");
    expectSame(expected, evaluate(width, text, /*fuse=*/true, gradient, seed));
  }
  if (widths().size() > 1 && seed % 4 == 0) {
    SCOPED_TRACE("not fused, " + std::to_string(widths().back().bits) + " bits");
    expectSame(expected, evaluate(widths().back(), text, /*fuse=*/false, gradient, seed));
  }
}

const std::vector<int64_t> ordinary = {1, 2, 3, 5, 7, 8, 13, 15, 16, 17, 31, 32, 33, 64, 65, 100, 127, 129};

TEST(RandomGraph, AnyOps) {
  test::GraphOptions options;
  options.extents = ordinary;
  for (unsigned seed = 0; seed < graphCount(50) && !HasFailure(); ++seed)
    expectOneResult(test::randomGraph(seed, options), seed);
}

TEST(RandomGraph, EmptyAndTinyTensors) {
  test::GraphOptions options;
  options.extents = {0, 1, 1, 3};
  for (unsigned seed = 0; seed < graphCount(50) && !HasFailure(); ++seed)
    expectOneResult(test::randomGraph(seed, options), seed);
  options.maxRank = 0;
  for (unsigned seed = 0; seed < graphCount(10) && !HasFailure(); ++seed)
    expectOneResult(test::randomGraph(seed, options), seed);
}

/// Reductions of several chunks, tiles of transposes, tails behind whole vectors.
TEST(RandomGraph, LargeTensors) {
  test::GraphOptions options;
  options.extents = {257, 1031, 16384, 16385, 40001};
  options.maxRank = 2;
  options.maxElements = 300000;
  options.maxOps = 8;
  for (unsigned seed = 0; seed < graphCount(20) && !HasFailure(); ++seed)
    expectOneResult(test::randomGraph(seed, options), seed);
}

TEST(RandomGraph, KernelsOfOneStructureWiredDifferently) {
  for (unsigned seed = 0; seed < graphCount(24) && !HasFailure(); ++seed)
    expectOneResult(test::rewiredKernels(seed), seed);
}

TEST(RandomGraph, Gradients) {
  test::GraphOptions options;
  options.extents = ordinary;
  options.differentiable = true;
  options.maxOps = 9;
  options.maxElements = 4000;
  for (unsigned seed = 0; seed < graphCount(24) && !HasFailure(); ++seed)
    expectOneResult(test::randomGraph(seed, options), seed, /*gradient=*/true);
  options.extents = {0, 1, 3};
  for (unsigned seed = 0; seed < graphCount(16) && !HasFailure(); ++seed)
    expectOneResult(test::randomGraph(seed, options), seed, /*gradient=*/true);
}

} // namespace
