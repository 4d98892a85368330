//===- ElementwiseTest.cpp - elementwise rules against differences -----------===//

#include "GradientCheck.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace cotan::test;

namespace {

struct ElementwiseCase {
  std::string op;
  std::vector<Domain> domains; ///< one an operand
};

void PrintTo(const ElementwiseCase &test, std::ostream *out) { *out << test.op; }

std::string elementwise(const ElementwiseCase &test, const std::string &type) {
  std::vector<std::string> types(test.domains.size(), type);
  std::string operands;
  for (size_t i = 0; i < types.size(); ++i)
    operands += (i == 0 ? "%x" : ", %x") + std::to_string(i);
  return functionOf(types, "%r = cotan." + test.op + " " + operands + " : " + type, type);
}

class Elementwise : public testing::TestWithParam<ElementwiseCase> {};

TEST_P(Elementwise, Derivatives) { checkGradients(elementwise(GetParam(), "tensor<7xf64>"), GetParam().domains); }

TEST_P(Elementwise, SmallShapes) {
  for (const char *type : {"tensor<f64>", "tensor<1xf64>", "tensor<0xf64>", "tensor<0x3xf64>"})
    checkGradients(elementwise(GetParam(), type), GetParam().domains);
}

TEST_P(Elementwise, SinglePrecision) {
  auto evaluate = [](const std::string &type) -> std::vector<Elements> {
    auto gradient = Function::compile(elementwise(GetParam(), type), 1);
    if (!gradient)
      return {};
    std::vector<Elements> arguments;
    for (const Domain &domain : GetParam().domains) {
      Elements elements;
      for (int i = 0; i < 7; ++i) // the same in both types
        elements.push_back(static_cast<float>(domain.low + (domain.high - domain.low) *
                                                               ((5 * i + 3 * arguments.size()) % 7 + 0.5) / 7));
      arguments.push_back(elements);
    }
    arguments.push_back({1, -0.5, 2, 0.25, 1, 3, -1});
    return (*gradient)(arguments);
  };
  std::vector<Elements> single = evaluate("tensor<7xf32>"), twice = evaluate("tensor<7xf64>");
  ASSERT_EQ(single.size(), twice.size());
  for (size_t i = 0; i < single.size(); ++i)
    for (size_t k = 0; k < single[i].size(); ++k)
      EXPECT_NEAR(single[i][k], twice[i][k], 2e-5 * std::max(1.0, std::abs(twice[i][k])))
          << "result " << i << ", element " << k;
}

std::string nameOf(const testing::TestParamInfo<ElementwiseCase> &info) { return info.param.op; }

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, Elementwise,
    testing::Values(ElementwiseCase{"neg", {{-2, 2}}}, ElementwiseCase{"abs", {{-2, -0.1}}},
                    ElementwiseCase{"sign", {{0.1, 2}}}, ElementwiseCase{"add", {{-2, 2}, {-2, 2}}},
                    ElementwiseCase{"sub", {{-2, 2}, {-2, 2}}}, ElementwiseCase{"mul", {{-2, 2}, {-2, 2}}},
                    ElementwiseCase{"div", {{-2, 2}, {0.5, 2}}}, ElementwiseCase{"rem", {{4.1, 4.9}, {-1.02, -1.01}}},
                    ElementwiseCase{"max", {{-2, 2}, {-2, 2}}}, ElementwiseCase{"min", {{-2, 2}, {-2, 2}}},
                    ElementwiseCase{"pow", {{0.5, 2}, {-2, 2}}}, ElementwiseCase{"atan2", {{-2, 2}, {0.3, 2}}},
                    ElementwiseCase{"fma", {{-2, 2}, {-2, 2}, {-2, 2}}}),
    nameOf);

INSTANTIATE_TEST_SUITE_P(Math, Elementwise,
                         testing::Values(ElementwiseCase{"exp", {{-2, 2}}}, ElementwiseCase{"exp2", {{-2, 2}}},
                                         ElementwiseCase{"expm1", {{-2, 2}}}, ElementwiseCase{"log", {{0.5, 3}}},
                                         ElementwiseCase{"log1p", {{-0.5, 2}}}, ElementwiseCase{"log2", {{0.5, 3}}},
                                         ElementwiseCase{"log10", {{0.5, 3}}}, ElementwiseCase{"sqrt", {{0.5, 3}}},
                                         ElementwiseCase{"rsqrt", {{0.5, 3}}}, ElementwiseCase{"sin", {{-3, 3}}},
                                         ElementwiseCase{"cos", {{-3, 3}}}, ElementwiseCase{"tan", {{-1, 1}}},
                                         ElementwiseCase{"asin", {{-0.8, 0.8}}}, ElementwiseCase{"acos", {{-0.8, 0.8}}},
                                         ElementwiseCase{"atan", {{-2, 2}}}, ElementwiseCase{"sinh", {{-2, 2}}},
                                         ElementwiseCase{"cosh", {{-2, 2}}}, ElementwiseCase{"tanh", {{-2, 2}}},
                                         ElementwiseCase{"asinh", {{-2, 2}}}, ElementwiseCase{"acosh", {{1.5, 3}}},
                                         ElementwiseCase{"atanh", {{-0.7, 0.7}}}, ElementwiseCase{"erf", {{-2, 2}}},
                                         ElementwiseCase{"erfc", {{-2, 2}}}, ElementwiseCase{"erfinv", {{-0.7, 0.7}}},
                                         ElementwiseCase{"logistic", {{-3, 3}}}, ElementwiseCase{"floor", {{0.1, 0.9}}},
                                         ElementwiseCase{"ceil", {{0.1, 0.9}}}, ElementwiseCase{"round", {{0.6, 0.9}}},
                                         ElementwiseCase{"trunc", {{-0.9, -0.1}}}),
                         nameOf);

TEST(ElementwiseRules, Select) {
  checkGradients(
      functionOf(
          {"tensor<6xi1>", "tensor<6xf64>", "tensor<6xf64>"},
          "%s = cotan.select %x0, %x1, %x2 : tensor<6xi1>, tensor<6xf64>\n  %r = cotan.mul %s, %x1 : tensor<6xf64>",
          "tensor<6xf64>"),
      {});
}

TEST(ElementwiseRules, Cast) {
  // f32 holds these inputs and their changes only roughly, so that the differences need a linear function: through f32
  // and back.
  std::unique_ptr<Function> gradient = Function::compile(
      functionOf(
          {"tensor<3xf64>"},
          "%a = cotan.cast %x0 : tensor<3xf64> to tensor<3xf32>\n  %r = cotan.cast %a : tensor<3xf32> to tensor<3xf64>",
          "tensor<3xf64>"),
      1);
  ASSERT_TRUE(gradient);
  EXPECT_EQ((*gradient)({{1, 2, 3}, {0.5, 0.25, 4}})[1], (Elements{0.5, 0.25, 4}));
}

TEST(ElementwiseRules, Saved) {
  // The value at hand is what is computed; the derivative goes through the computation.
  std::unique_ptr<Function> gradient =
      Function::compile(functionOf({"tensor<2xf64>", "tensor<2xf64>"},
                                   "%c = cotan.mul %x0, %x0 : tensor<2xf64>\n  %s = cotan.saved %c, %x1 : "
                                   "tensor<2xf64>\n  %r = cotan.mul %s, %x0 : tensor<2xf64>",
                                   "tensor<2xf64>"),
                        1);
  ASSERT_TRUE(gradient);
  std::vector<Elements> results = (*gradient)({{2, 3}, {4, 9}, {1, 1}});
  EXPECT_EQ(results[0], (Elements{8, 27}));
  EXPECT_EQ(results[1], (Elements{12, 27})); // 3 x^2
  EXPECT_EQ(results[2], (Elements{0, 0}));
}

TEST(ElementwiseRules, StopGradient) {
  std::unique_ptr<Function> gradient = Function::compile(
      functionOf({"tensor<2xf64>"},
                 "%s = cotan.stop_gradient %x0 : tensor<2xf64>\n  %r = cotan.mul %s, %x0 : tensor<2xf64>",
                 "tensor<2xf64>"),
      1);
  ASSERT_TRUE(gradient);
  EXPECT_EQ((*gradient)({{2, 3}, {1, 1}})[1], (Elements{2, 3}));
}

} // namespace
