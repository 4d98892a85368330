//===- VectorMathTest.cpp - errors and bits of vector math ----------------===//
//
// Every function against the C library's long double functions, on special values and random arguments; the same bits
// at all widths and beside all neighbours; how the code is put into a function.
//
//===----------------------------------------------------------------------===//

#include "VectorMathHarness.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <type_traits>

using namespace cotan::codegen;
using namespace cotan::codegen::testing;

namespace {

Harness &harness() {
  static Harness instance;
  return instance;
}

//===----------------------------------------------------------------------===//
// True values
//===----------------------------------------------------------------------===//

/// A Newton step from y, which is nearly right.
long double erfinvReference(long double x, long double y) {
  if (!(std::fabs(x) < 1) || x == 0 || !std::isfinite(y))
    return x == 0 ? x : x / (1 - std::fabs(x)) * (std::fabs(x) == 1 ? 1 : std::nanl(""));
  long double a = std::fabs(x), b = std::fabs(y);
  long double excess = b < 0.5L ? a - std::erf(b) : std::erfc(b) - (1 - a);
  return std::copysign(b + excess * std::sqrt(3.14159265358979323846L) / 2 * std::exp(b * b), x);
}

long double reference(MathFunction function, long double x, long double y, long double result) {
  switch (function) {
  case MathFunction::Exp:
    return std::exp(x);
  case MathFunction::Exp2:
    return std::exp2(x);
  case MathFunction::Expm1:
    return std::expm1(x);
  case MathFunction::Log:
    return std::log(x);
  case MathFunction::Log1p:
    return std::log1p(x);
  case MathFunction::Log2:
    return std::log2(x);
  case MathFunction::Log10:
    return std::log10(x);
  case MathFunction::Sin:
    return std::sin(x);
  case MathFunction::Cos:
    return std::cos(x);
  case MathFunction::Tan:
    return std::tan(x);
  case MathFunction::Asin:
    return std::asin(x);
  case MathFunction::Acos:
    return std::acos(x);
  case MathFunction::Atan:
    return std::atan(x);
  case MathFunction::Sinh:
    return std::sinh(x);
  case MathFunction::Cosh:
    return std::cosh(x);
  case MathFunction::Tanh:
    return std::tanh(x);
  case MathFunction::Asinh:
    return std::asinh(x);
  case MathFunction::Acosh:
    return std::acosh(x);
  case MathFunction::Atanh:
    return std::atanh(x);
  case MathFunction::Erf:
    return std::erf(x);
  case MathFunction::Erfc:
    return std::erfc(x);
  case MathFunction::Erfinv:
    return erfinvReference(x, result);
  case MathFunction::Logistic:
    return 1 / (1 + std::exp(-x));
  case MathFunction::Pow:
    return std::pow(x, y);
  case MathFunction::Atan2:
    return std::atan2(x, y);
  }
  return 0;
}

/// |result - exact| in units in the last place of `exact`; infinite where they
/// differ in being NaN or infinite, or in the sign of zero.
template <typename T> double ulpError(long double exact, T result) {
  using Limits = std::numeric_limits<T>;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (std::isnan(exact) || std::isnan(result))
    return std::isnan(exact) && std::isnan(result) ? 0 : infinity;
  T rounded = static_cast<T>(exact);
  if (rounded == result && std::signbit(rounded) == std::signbit(result))
    return std::isinf(result)
               ? 0
               : double(std::fabs(exact - result) / std::fabs(std::nextafter(result, T(0)) - result + (result == 0)));
  if (std::isinf(rounded) || std::isinf(result) || (exact == 0 && result == 0))
    return infinity;
  int exponent = std::max(exact == 0 ? Limits::min_exponent : std::ilogb(exact) + 1, Limits::min_exponent);
  return double(std::ldexp(std::fabs(exact - (long double)result), Limits::digits - exponent));
}

/// What docs/VectorMath.md promises.
constexpr double bound = 2;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

template <typename T> std::vector<T> specialValues() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  for (T value : {T(0),
                  T(0.5),
                  T(1),
                  T(1.5),
                  T(2),
                  T(3),
                  T(10),
                  T(100.5),
                  T(1e5),
                  T(1e10),
                  Limits::infinity(),
                  Limits::quiet_NaN(),
                  Limits::denorm_min(),
                  3 * Limits::denorm_min(),
                  Limits::min(),
                  Limits::min() / 2,
                  Limits::max(),
                  Limits::max() / 2,
                  Limits::epsilon(),
                  1 - Limits::epsilon() / 2,
                  1 + Limits::epsilon(),
                  T(1.5707963267948966),
                  T(3.141592653589793),
                  T(6381956970095103.0),
                  T(0.7071067811865476),
                  T(1.3),
                  T(0.55),
                  T(104),
                  T(88.72283935546875),
                  T(88.8),
                  T(709.782712893384),
                  T(745.2),
                  T(1023.5),
                  T(150),
                  T(149),
                  T(16777217),
                  T(5.99),
                  T(9.0),
                  T(10.05),
                  T(26.5),
                  T(27.3)}) {
    values.push_back(value);
    values.push_back(-value);
  }
  return values;
}

/// Special values, then random ones of all sizes; a multiple of 64 of them.
template <typename T> std::vector<T> arguments(size_t count, unsigned seed) {
  std::vector<T> values = specialValues<T>();
  std::mt19937_64 random(seed);
  auto uniform = [&](double low, double high) {
    return T(low + (high - low) * std::ldexp(double(random() >> 11), -53));
  };
  double exponents = sizeof(T) == 4 ? 105 : 750;
  while (values.size() < count || values.size() % 64 != 0)
    switch (random() % 5) {
    case 0: {
      using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
      values.push_back(std::bit_cast<T>(Bits(random())));
      break;
    }
    case 1:
      values.push_back(uniform(-1, 1));
      break;
    case 2:
      values.push_back(uniform(-8, 8));
      break;
    case 3:
      values.push_back(uniform(-exponents, exponents));
      break;
    default:
      values.push_back(T(1) + std::ldexp(uniform(-1, 1), -int(random() % 24)));
    }
  return values;
}

template <typename T> void checkErrors(const FunctionInfo &info, const std::vector<T> &x, const std::vector<T> &y) {
  constexpr bool isDouble = sizeof(T) == 8;
  std::vector<T> result(x.size());
  harness().compile(info, isDouble, isDouble ? 8 : 16)(x.data(), y.data(), result.data(), x.size());
  double worst = 0;
  size_t at = 0;
  for (size_t i = 0; i != x.size(); ++i) {
    double error = ulpError(reference(info.function, x[i], y[i], result[i]), result[i]);
    if (error > worst) {
      worst = error;
      at = i;
    }
  }
  EXPECT_LE(worst, bound) << info.name << (isDouble ? " f64" : " f32") << std::hexfloat
                                                   << " of " << x[at] << ", " << y[at] << " gives " << result[at];
}

template <typename T> void checkFunction(const FunctionInfo &info) {
  std::vector<T> x = arguments<T>(100'000, 1), y = arguments<T>(100'000, 2);
  checkErrors(info, x, y);
  if (info.arity == 1)
    return;
  // Every special value with every other.
  x.clear();
  y.clear();
  std::vector<T> specials = specialValues<T>();
  for (T first : specials)
    for (T second : specials) {
      x.push_back(first);
      y.push_back(second);
    }
  while (x.size() % 16 != 0) {
    x.push_back(1);
    y.push_back(1);
  }
  checkErrors(info, x, y);
}

template <typename T> bool sameBits(T a, T b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

/// All widths, and other neighbours, must give what the scalar code gives.
template <typename T> void checkWidths(const FunctionInfo &info) {
  std::vector<T> x = arguments<T>(2048, 3), y = arguments<T>(2048, 4);
  std::vector<T> scalar(x.size()), vector(x.size());
  constexpr bool isDouble = sizeof(T) == 8;
  harness().compile(info, isDouble, 0)(x.data(), y.data(), scalar.data(), x.size());
  for (unsigned width : {1u, 4u, 8u, 16u}) {
    ArrayFunction function = harness().compile(info, isDouble, width);
    function(x.data(), y.data(), vector.data(), x.size());
    for (size_t i = 0; i != x.size(); ++i)
      ASSERT_TRUE(sameBits(scalar[i], vector[i])) << info.name << " width " << width << " of " << x[i] << ", " << y[i];
    if (width != 8)
      continue;
    std::vector<T> u(x.rbegin(), x.rend()), v(y.rbegin(), y.rend());
    std::rotate(u.begin(), u.begin() + 5, u.end());
    std::rotate(v.begin(), v.begin() + 5, v.end());
    function(u.data(), v.data(), vector.data(), x.size());
    for (size_t i = 0; i != x.size(); ++i) {
      size_t source = x.size() - 1 - (i + 5) % x.size();
      ASSERT_TRUE(sameBits(scalar[source], vector[i])) << info.name << " with other neighbours, of " << x[source];
    }
  }
}

class VectorMath : public ::testing::TestWithParam<FunctionInfo> {};

TEST_P(VectorMath, FloatErrors) { checkFunction<float>(GetParam()); }
TEST_P(VectorMath, DoubleErrors) { checkFunction<double>(GetParam()); }
TEST_P(VectorMath, FloatWidths) { checkWidths<float>(GetParam()); }
TEST_P(VectorMath, DoubleWidths) { checkWidths<double>(GetParam()); }

INSTANTIATE_TEST_SUITE_P(AllFunctions, VectorMath, ::testing::ValuesIn(allFunctions()),
                         [](const auto &info) { return std::string(info.param.name); });

//===----------------------------------------------------------------------===//
// How the code is put into a function
//===----------------------------------------------------------------------===//

/// Random arguments are seldom where erfc is subnormal: beyond 26.54.
TEST(VectorMathErfc, TailOfDoubles) {
  std::vector<double> x;
  for (double value = 26; value < 27.5; value += 0x1p-14)
    x.push_back(value);
  x.resize(x.size() / 8 * 8);
  std::vector<double> result(x.size());
  ArrayFunction function = harness().compile({MathFunction::Erfc, "erfc", 1}, true, 8);
  function(x.data(), x.data(), result.data(), x.size());
  size_t subnormal = 0;
  for (size_t i = 0; i != x.size(); ++i) {
    EXPECT_LE(ulpError(std::erfc((long double)x[i]), result[i]), 1) << x[i];
    subnormal += std::fpclassify(result[i]) == FP_SUBNORMAL;
  }
  EXPECT_GT(subnormal, 11000u);
  EXPECT_EQ(result.back(), 0);
}

TEST(VectorMathEmission, IgnoresTheBuildersFastMathFlags) {
  for (const FunctionInfo &info : allFunctions())
    for (bool isDouble : {false, true}) {
      llvm::LLVMContext context;
      llvm::Module module("flags", context);
      llvm::Type *element = isDouble ? llvm::Type::getDoubleTy(context) : llvm::Type::getFloatTy(context);
      llvm::FastMathFlags fast = llvm::FastMathFlags::getFast();
      emitLoop(module, element, 8, "f", 0, [&](llvm::IRBuilderBase &builder, llvm::Value *x, llvm::Value *y) {
        builder.setFastMathFlags(fast);
        llvm::Value *operands[] = {x, y};
        llvm::Value *result = emitMathFunction(builder, info.function, llvm::ArrayRef(operands, info.arity));
        EXPECT_TRUE(builder.getFastMathFlags().isFast()) << info.name << " changes the builder's flags";
        return result;
      });
      for (llvm::Function &function : module)
        for (llvm::BasicBlock &block : function)
          for (llvm::Instruction &instruction : block)
            if (llvm::isa<llvm::FPMathOperator>(instruction))
              EXPECT_FALSE(instruction.getFastMathFlags().any()) << info.name;
    }
}

/// Calls would make a result's bits the C library's affair, and stop the loop's vectors.
TEST(VectorMathEmission, CallsNoLibrary) {
  for (const FunctionInfo &info : allFunctions())
    for (bool isDouble : {false, true}) {
      llvm::LLVMContext context;
      llvm::Module module("calls", context);
      llvm::Type *element = isDouble ? llvm::Type::getDoubleTy(context) : llvm::Type::getFloatTy(context);
      emitLoop(module, element, 4, "f", 0, [&](llvm::IRBuilderBase &builder, llvm::Value *x, llvm::Value *y) {
        llvm::Value *operands[] = {x, y};
        return emitMathFunction(builder, info.function, llvm::ArrayRef(operands, info.arity));
      });
      for (llvm::Function &function : module)
        EXPECT_FALSE(function.isDeclaration() && !function.isIntrinsic())
            << info.name << " calls " << function.getName().str();
    }
}

TEST(VectorMathEmission, SplitsABlockThatHasATerminator) {
  ArrayFunction function = harness().compile([](llvm::Module &module, const std::string &name) {
    llvm::Type *element = llvm::Type::getFloatTy(module.getContext());
    llvm::Function *loop =
        emitLoop(module, element, 8, name, 0, [](llvm::IRBuilderBase &, llvm::Value *x, llvm::Value *) { return x; });
    // Two sines, before the loop's store.
    for (llvm::BasicBlock &block : *loop)
      for (llvm::Instruction &instruction : block)
        if (auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
          llvm::IRBuilder<> builder(store);
          llvm::Value *once = emitMathFunction(builder, MathFunction::Sin, store->getValueOperand());
          store->setOperand(0, emitMathFunction(builder, MathFunction::Sin, once));
          return;
        }
  });
  float x[8] = {1, 1e30f, -2, 3e20f, 0.5f, -1e10f, 7, 0}, result[8];
  function(x, x, result, 8);
  for (int i = 0; i != 8; ++i)
    EXPECT_NEAR(result[i], std::sin(std::sin(double(x[i]))), 2e-7) << x[i];
}

//===----------------------------------------------------------------------===//
// Random bits
//===----------------------------------------------------------------------===//

/// Philox4x32-10 as its authors' code has it, for the four output words.
std::array<uint32_t, 4> philoxReference(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round != 10; ++round) {
    uint64_t product0 = uint64_t(0xD2511F53) * counter[0], product1 = uint64_t(0xCD9E8D57) * counter[2];
    counter = {uint32_t(product1 >> 32) ^ counter[1] ^ key[0], uint32_t(product1),
               uint32_t(product0 >> 32) ^ counter[3] ^ key[1], uint32_t(product0)};
    key = {key[0] + 0x9E3779B9, key[1] + 0xBB67AE85};
  }
  return counter;
}

TEST(Philox, ReferenceGivesThePublishedVectors) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(philoxReference({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philoxReference({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philoxReference({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, EmittedCodeMatchesTheReference) {
  std::mt19937_64 random(5);
  std::vector<uint64_t> keys = {0, ~0ull, 0x299f31d0a4093822}, counters = {0, ~0ull, 0x85a308d3243f6a88};
  while (keys.size() < 1024) {
    keys.push_back(random());
    counters.push_back(keys.size() % 2 ? random() : keys.size());
  }
  for (unsigned width : {0u, 1u, 4u, 8u, 16u}) {
    ArrayFunction function = harness().compile([&](llvm::Module &module, const std::string &name) {
      emitLoop(module, llvm::Type::getInt64Ty(module.getContext()), width, name, 0,
               [](llvm::IRBuilderBase &builder, llvm::Value *key, llvm::Value *counter) {
                 return emitPhilox(builder, key, counter);
               });
    });
    std::vector<uint64_t> result(keys.size());
    function(keys.data(), counters.data(), result.data(), keys.size());
    for (size_t i = 0; i != keys.size(); ++i) {
      auto words = philoxReference({uint32_t(counters[i]), uint32_t(counters[i] >> 32), 0, 0},
                                   {uint32_t(keys[i]), uint32_t(keys[i] >> 32)});
      ASSERT_EQ(result[i], words[0] | uint64_t(words[1]) << 32) << "width " << width << ", element " << i;
    }
    // The published vector for zero counter and key.
    EXPECT_EQ(result[0], 0xe169c58d6627e8d5);
  }
}

} // namespace
