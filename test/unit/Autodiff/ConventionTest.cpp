//===- ConventionTest.cpp - derivatives at kinks, ties and infinities --------===//
//
// The tables are what PyTorch 1.13 gives in float64 for a cotangent of 1: where a derivative is a convention, ours is
// torch's.
//
//===----------------------------------------------------------------------===//

#include "GradientCheck.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace cotan::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

void expectSame(const Elements &actual, const Elements &expected, const std::string &what) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    if (std::isfinite(expected[i]))
      EXPECT_NEAR(actual[i], expected[i], 1e-14 * std::max(1.0, std::abs(expected[i]))) << what << ", element " << i;
    else if (std::isnan(expected[i]))
      EXPECT_TRUE(std::isnan(actual[i])) << what << ", element " << i << " is " << actual[i];
    else
      EXPECT_EQ(actual[i], expected[i]) << what << ", element " << i;
  }
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

const Elements points = {-inf, -2, -1, -0.0, 0, 1, 2, inf, nan};

struct UnaryConvention {
  std::string op;
  Elements derivatives; ///< at the points
};

void PrintTo(const UnaryConvention &test, std::ostream *out) { *out << test.op; }

class UnaryConventions : public testing::TestWithParam<UnaryConvention> {};

TEST_P(UnaryConventions, SameAsTorch) {
  const std::string type = "tensor<9xf64>";
  auto gradient = Function::compile(functionOf({type}, "%r = cotan." + GetParam().op + " %x0 : " + type, type), 1);
  ASSERT_TRUE(gradient);
  expectSame((*gradient)({points, Elements(points.size(), 1)})[1], GetParam().derivatives, GetParam().op);
}

const UnaryConvention unaryConventions[] = {
    {"abs", {-1, -1, -1, 0, 0, 1, 1, 1, 0}},
    {"neg", {-1, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"sqrt", {nan, nan, nan, -inf, inf, 0.5, 0.35355339059327373, 0, nan}},
    {"rsqrt", {nan, nan, nan, inf, -inf, -0.5, -0.17677669529663684, -0.0, nan}},
    {"exp", {0, 0.1353352832366127, 0.36787944117144233, 1, 1, 2.718281828459045, 7.38905609893065, inf, nan}},
    {"log", {-0.0, -0.5, -1, -inf, inf, 1, 0.5, 0, nan}},
    {"log1p", {-0.0, -1, inf, 1, 1, 0.5, 0.3333333333333333, 0, nan}},
    {"expm1", {0, 0.1353352832366127, 0.36787944117144233, 1, 1, 2.7182818284590455, 7.38905609893065, inf, nan}},
    {"sin", {nan, -0.4161468365471424, 0.5403023058681398, 1, 1, 0.5403023058681398, -0.4161468365471424, nan, nan}},
    {"cos", {nan, 0.9092974268256817, 0.8414709848078965, 0, -0.0, -0.8414709848078965, -0.9092974268256817, nan, nan}},
    {"tan", {nan, 5.774399204041917, 3.42551882081476, 1, 1, 3.42551882081476, 5.774399204041917, nan, nan}},
    {"tanh", {0, 0.07065082485316443, 0.41997434161402614, 1, 1, 0.41997434161402614, 0.07065082485316443, 0, nan}},
    {"logistic",
     {0, 0.1049935854035065, 0.19661193324148185, 0.25, 0.25, 0.19661193324148185, 0.10499358540350662, 0, nan}},
    {"sign", {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"floor", {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"ceil", {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"round", {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"trunc", {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"erf",
     {0, 0.020666985354092053, 0.4151074974205947, 1.1283791670955126, 1.1283791670955126, 0.4151074974205947,
      0.020666985354092053, 0, nan}},
    {"asin", {nan, nan, inf, 1, 1, inf, nan, nan, nan}},
    {"acos", {nan, nan, -inf, -1, -1, -inf, nan, nan, nan}},
    {"atan", {0, 0.2, 0.5, 1, 1, 0.5, 0.2, 0, nan}},
    {"sinh", {inf, 3.7621956910836314, 1.5430806348152437, 1, 1, 1.5430806348152437, 3.7621956910836314, inf, nan}},
    {"cosh",
     {-inf, -3.6268604078470186, -1.1752011936438014, -0.0, 0, 1.1752011936438014, 3.6268604078470186, inf, nan}},
    {"asinh", {0, 0.4472135954999579, 0.7071067811865475, 1, 1, 0.7071067811865475, 0.4472135954999579, 0, nan}},
    {"acosh", {0, 0.5773502691896258, inf, nan, nan, inf, 0.5773502691896258, 0, nan}},
    {"atanh", {-0.0, -0.3333333333333333, inf, 1, 1, inf, -0.3333333333333333, -0.0, nan}},
    {"log2",
     {-0.0, -0.7213475204444817, -1.4426950408889634, -inf, inf, 1.4426950408889634, 0.7213475204444817, 0, nan}},
    {"log10",
     {-0.0, -0.21714724095162594, -0.43429448190325187, -inf, inf, 0.43429448190325187, 0.21714724095162594, 0, nan}},
    {"exp2",
     {0, 0.17328679513998632, 0.34657359027997264, 0.6931471805599453, 0.6931471805599453, 1.3862943611198906,
      2.772588722239781, inf, nan}},
};

INSTANTIATE_TEST_SUITE_P(Torch, UnaryConventions, testing::ValuesIn(unaryConventions),
                         [](const auto &info) { return info.param.op; });

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

const Elements lefts = {-inf, -2, -1, 0, 1, 2, inf, nan}, rights = {-inf, -1, 0, 1, 2, inf, nan};

struct BinaryConvention {
  std::string op;
  Elements left, right; ///< derivatives at each pair of `lefts` and `rights`, row-major
};

void PrintTo(const BinaryConvention &test, std::ostream *out) { *out << test.op; }

class BinaryConventions : public testing::TestWithParam<BinaryConvention> {};

TEST_P(BinaryConventions, SameAsTorch) {
  const std::string type = "tensor<56xf64>";
  auto gradient =
      Function::compile(functionOf({type, type}, "%r = cotan." + GetParam().op + " %x0, %x1 : " + type, type), 1);
  ASSERT_TRUE(gradient);
  Elements x, y;
  for (double left : lefts)
    for (double right : rights) {
      x.push_back(left);
      y.push_back(right);
    }
  std::vector<Elements> results = (*gradient)({x, y, Elements(x.size(), 1)});
  expectSame(results[1], GetParam().left, GetParam().op + ", left operand");
  expectSame(results[2], GetParam().right, GetParam().op + ", right operand");
}

const BinaryConvention binaryConventions[] = {
    {"div",
     {-0.0, -1,  inf,  1,   0.5,  0,  nan, -0.0, -1,  inf,  1,   0.5,  0,  nan, -0.0, -1,  inf,  1,  0.5,
      0,    nan, -0.0, -1,  inf,  1,  0.5, 0,    nan, -0.0, -1,  inf,  1,  0.5, 0,    nan, -0.0, -1, inf,
      1,    0.5, 0,    nan, -0.0, -1, inf, 1,    0.5, 0,    nan, -0.0, -1, inf, 1,    0.5, 0,    nan},
     {nan, inf,  inf,  inf,  inf, nan,  nan,  0,    2,    inf,  2,   0.5,  0,   nan,   0,    1,   inf,  1,  0.25,
      0,   nan,  -0.0, -0.0, nan, -0.0, -0.0, -0.0, nan,  -0.0, -1,  -inf, -1,  -0.25, -0.0, nan, -0.0, -2, -inf,
      -2,  -0.5, -0.0, nan,  nan, -inf, -inf, -inf, -inf, nan,  nan, nan,  nan, nan,   nan,  nan, nan,  nan}},
    {"pow",
     {nan, -0.0, 0,    1,    -inf, inf,  nan, nan, -0.25, 0,    1,   -4,  inf, nan, -inf, -1,  0,   1,     -2,
      inf, nan,  -inf, -inf, 0,    1,    0,   nan, nan,   -inf, -1,  0,   1,   2,   inf,  nan, nan, -0.25, 0,
      1,   4,    inf,  nan,  nan,  -0.0, 0,   1,   inf,   inf,  nan, nan, nan, 0,   1,    nan, nan, nan},
     {nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      -inf,
      -inf,
      0,
      0,
      0,
      0,
      nan,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0.34657359027997264,
      0.6931471805599453,
      1.3862943611198906,
      2.772588722239781,
      inf,
      nan,
      nan,
      nan,
      inf,
      inf,
      inf,
      inf,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan,
      nan}},
    {"atan2",
     {nan, -0.0, 0,   0,   0,   nan,  nan, nan, -0.2, 0,   0.2,  0.25, nan, nan, nan, -0.5, 0,   0.5,  0.4,
      nan, nan,  nan, -1,  nan, 1,    0.5, nan, nan,  nan, -0.5, 0,    0.5, 0.4, nan, nan,  nan, -0.2, 0,
      0.2, 0.25, nan, nan, nan, -0.0, 0,   0,   0,    nan, nan,  nan,  nan, nan, nan, nan,  nan, nan},
     {nan,  nan,   nan,  nan,  nan, nan,  nan,  0,    0.4, 0.5,  0.4,  0.25, 0,    nan,  0,    0.5, 1,    0.5,  0.2,
      0,    nan,   -0.0, -0.0, nan, -0.0, -0.0, -0.0, nan, -0.0, -0.5, -1,   -0.5, -0.2, -0.0, nan, -0.0, -0.4, -0.5,
      -0.4, -0.25, -0.0, nan,  nan, nan,  nan,  nan,  nan, nan,  nan,  nan,  nan,  nan,  nan,  nan, nan,  nan}},
    {"rem",
     {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
     {nan, -inf, inf,  inf, inf, nan,  nan,  -0.0, -2,   inf, 2,   1,    0,   nan,  -0.0, -1,  inf, 1,  0,
      0,   nan,  0,    0,   nan, -0.0, -0.0, -0.0, nan,  0,   1,   -inf, -1,  -0.0, -0.0, nan, 0,   2,  -inf,
      -2,  -1,   -0.0, nan, nan, inf,  -inf, -inf, -inf, nan, nan, nan,  nan, nan,  nan,  nan, nan, nan}},
    {"max",
     {0.5, 0, 0, 0,   0, 0, 1, 1, 0, 0, 0, 0,   0, 1, 1, 0.5, 0, 0, 0, 0,   1, 1, 1, 0.5, 0, 0, 0, 1,
      1,   1, 1, 0.5, 0, 0, 1, 1, 1, 1, 1, 0.5, 0, 1, 1, 1,   1, 1, 1, 0.5, 1, 1, 1, 1,   1, 1, 1, 1},
     {0.5, 1, 1, 1,   1, 1, 1, 0, 1, 1, 1, 1,   1, 1, 0, 0.5, 1, 1, 1, 1,   1, 0, 0, 0.5, 1, 1, 1, 1,
      0,   0, 0, 0.5, 1, 1, 1, 0, 0, 0, 0, 0.5, 1, 1, 0, 0,   0, 0, 0, 0.5, 1, 1, 1, 1,   1, 1, 1, 1}},
    {"min",
     {0.5, 1, 1, 1,   1, 1, 1, 0, 1, 1, 1, 1,   1, 1, 0, 0.5, 1, 1, 1, 1,   1, 0, 0, 0.5, 1, 1, 1, 1,
      0,   0, 0, 0.5, 1, 1, 1, 0, 0, 0, 0, 0.5, 1, 1, 0, 0,   0, 0, 0, 0.5, 1, 1, 1, 1,   1, 1, 1, 1},
     {0.5, 0, 0, 0,   0, 0, 1, 1, 0, 0, 0, 0,   0, 1, 1, 0.5, 0, 0, 0, 0,   1, 1, 1, 0.5, 0, 0, 0, 1,
      1,   1, 1, 0.5, 0, 0, 1, 1, 1, 1, 1, 0.5, 0, 1, 1, 1,   1, 1, 1, 0.5, 1, 1, 1, 1,   1, 1, 1, 1}},
};

INSTANTIATE_TEST_SUITE_P(Torch, BinaryConventions, testing::ValuesIn(binaryConventions),
                         [](const auto &info) { return info.param.op; });

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

struct ReductionConvention {
  std::string kind;
  Elements operand, derivatives;
};

class ReductionConventions : public testing::TestWithParam<ReductionConvention> {};

TEST_P(ReductionConventions, SameAsTorch) {
  const std::string type = "tensor<" + std::to_string(GetParam().operand.size()) + "xf64>";
  auto gradient = Function::compile(
      functionOf({type}, "%r = cotan.reduce " + GetParam().kind + " %x0 dims = [0] : " + type, "tensor<f64>"), 1);
  ASSERT_TRUE(gradient);
  expectSame((*gradient)({GetParam().operand})[1], GetParam().derivatives, GetParam().kind);
}

const ReductionConvention reductionConventions[] = {
    {"max", {3, 3, 1}, {0.5, 0.5, 0}},
    {"max", {1, 1, 1}, {1 / 3., 1 / 3., 1 / 3.}},
    {"max", {nan, 1, 2}, {nan, nan, nan}},
    {"max", {inf, inf, 0}, {0.5, 0.5, 0}},
    {"max", {-0.0, 0, 0}, {1 / 3., 1 / 3., 1 / 3.}},
    {"min", {3, 3, 1}, {0, 0, 1}},
    {"min", {inf, inf, 0}, {0, 0, 1}},
    {"min", {nan, 1, 2}, {nan, nan, nan}},
    {"sum", {-0.0, 0, 0}, {1, 1, 1}},
    {"prod", {0, 2, 3}, {6, 0, 0}},
    {"prod", {0, 0, 3}, {0, 0, 0}},
    {"prod", {2, 0, 0}, {0, 0, 0}},
    {"prod", {1, 2, 3}, {6, 3, 2}},
    {"prod", {nan, 1, 2}, {nan, nan, nan}},
    {"prod", {inf, inf, 0}, {nan, nan, inf}},
};

INSTANTIATE_TEST_SUITE_P(Torch, ReductionConventions, testing::ValuesIn(reductionConventions));

//===----------------------------------------------------------------------===//
// Second derivatives where a first one is a limit
//===----------------------------------------------------------------------===//

Elements secondDerivatives(const std::string &body, const Elements &x) {
  std::string type = "tensor<" + std::to_string(x.size()) + "xf64>";
  auto gradient = Function::compile(functionOf({type}, body + " : " + type, type), 2);
  if (!gradient)
    return {};
  // Arguments: x, the cotangent of f, and the cotangents of f and of its gradient.
  Elements ones(x.size(), 1), zeros(x.size(), 0);
  return (*gradient)({x, ones, zeros, ones})[2];
}

TEST(SecondDerivatives, NoNaNWhereTheyAreFinite) {
  auto power = [](const std::string &exponent) {
    return "%e = cotan.constant dense<" + exponent + "> : tensor<3xf64>\n  %r = cotan.pow %x0, %e";
  };
  expectSame(secondDerivatives(power("0.0"), {0, 1, -2}), {0, 0, 0}, "x^0");
  expectSame(secondDerivatives(power("1.0"), {0, 1, -2}), {0, 0, 0}, "x^1");
  expectSame(secondDerivatives(power("2.0"), {0, 1, -2}), {2, 2, 2}, "x^2");
  expectSame(secondDerivatives(power("3.0"), {0, 1, -2}), {0, 6, -12}, "x^3");
  expectSame(secondDerivatives("%r = cotan.abs %x0", {0, 1, -2}), {0, 0, 0}, "|x|");
  expectSame(secondDerivatives("%r = cotan.tanh %x0", {0, 1000, -1000}), {0, 0, 0}, "tanh");
  expectSame(secondDerivatives("%r = cotan.logistic %x0", {0, 1000, -1000}), {0, 0, 0}, "logistic");
  expectSame(secondDerivatives("%r = cotan.erf %x0", {0, 100, -100}), {0, 0, 0}, "erf");
}

} // namespace
