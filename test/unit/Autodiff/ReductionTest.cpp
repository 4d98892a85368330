//===- ReductionTest.cpp - reductions and contractions against differences ---===//

#include "GradientCheck.h"
#include "gtest/gtest.h"

using namespace cotan::test;

namespace {

std::string reduce(const std::string &kind, const std::string &type, const std::string &dims,
                   const std::string &result) {
  return functionOf({type},
                    "%s = cotan.reduce " + kind + " %x0 dims = " + dims + " : " + type +
                        "\n  %r = cotan.mul %s, %s : " + result,
                    result);
}

class Reductions : public testing::TestWithParam<const char *> {};

TEST_P(Reductions, OneDimension) {
  checkGradients(reduce(GetParam(), "tensor<3x5xf64>", "[1]", "tensor<3xf64>"), {{-2, 2}});
  checkGradients(reduce(GetParam(), "tensor<3x5xf64>", "[0]", "tensor<5xf64>"), {{-2, 2}});
}

TEST_P(Reductions, SeveralDimensions) {
  checkGradients(reduce(GetParam(), "tensor<3x2x5xf64>", "[0, 2]", "tensor<2xf64>"), {{-2, 2}});
  checkGradients(reduce(GetParam(), "tensor<3x2x3xf64>", "[0, 1, 2]", "tensor<f64>"), {{-2, 2}});
  checkGradients(reduce(GetParam(), "tensor<3x2xf64>", "[]", "tensor<3x2xf64>"), {{-2, 2}});
}

TEST_P(Reductions, SmallShapes) {
  checkGradients(reduce(GetParam(), "tensor<f64>", "[]", "tensor<f64>"), {{-2, 2}});
  checkGradients(reduce(GetParam(), "tensor<1xf64>", "[0]", "tensor<f64>"), {{-2, 2}});
  checkGradients(reduce(GetParam(), "tensor<0x3xf64>", "[1]", "tensor<0xf64>"), {{-2, 2}});
}

INSTANTIATE_TEST_SUITE_P(Kinds, Reductions, testing::Values("sum", "prod", "max", "min"),
                         [](const auto &info) { return std::string(info.param); });

TEST(EmptyReductions, SumAndProduct) {
  for (const char *kind : {"sum", "prod"}) {
    checkGradients(reduce(kind, "tensor<0xf64>", "[0]", "tensor<f64>"), {});
    checkGradients(reduce(kind, "tensor<0x3xf64>", "[0]", "tensor<3xf64>"), {});
  }
}

TEST(Product, AtZeros) {
  std::string text = reduce("prod", "tensor<5xf64>", "[0]", "tensor<f64>"),
              plain =
                  functionOf({"tensor<5xf64>"}, "%r = cotan.reduce prod %x0 dims = [0] : tensor<5xf64>", "tensor<f64>");
  for (const Elements &zeros :
       {Elements{2, 0, 3, 0.5, -1}, Elements{0, 0, 3, 0.5, -1}, Elements{2, 0, 0, 0, -1}, Elements{0, 0, 0, 0, 0}}) {
    checkGradients(text, {{0, 0, zeros}});
    checkGradients(plain, {{0, 0, zeros}});
  }
}

struct DotCase {
  std::string name, lhs, rhs, result, batch, contract;
};

void PrintTo(const DotCase &test, std::ostream *out) { *out << test.name; }

class Contractions : public testing::TestWithParam<DotCase> {};

TEST_P(Contractions, Derivatives) {
  const DotCase &test = GetParam();
  checkGradients(functionOf({test.lhs, test.rhs},
                            "%r = cotan.dot_general %x0, %x1 batch = " + test.batch + " contract = " + test.contract +
                                " : " + test.lhs + ", " + test.rhs,
                            test.result),
                 {});
}

INSTANTIATE_TEST_SUITE_P(
    DotGeneral, Contractions,
    testing::Values(
        DotCase{"matmul", "tensor<3x4xf64>", "tensor<4x5xf64>", "tensor<3x5xf64>", "[] x []", "[1] x [0]"},
        DotCase{"transposed_lhs", "tensor<4x3xf64>", "tensor<4x5xf64>", "tensor<3x5xf64>", "[] x []", "[0] x [0]"},
        DotCase{"transposed_rhs", "tensor<3x4xf64>", "tensor<5x4xf64>", "tensor<3x5xf64>", "[] x []", "[1] x [1]"},
        DotCase{"transposed_both", "tensor<4x3xf64>", "tensor<5x4xf64>", "tensor<3x5xf64>", "[] x []", "[0] x [1]"},
        DotCase{"inner", "tensor<4xf64>", "tensor<4xf64>", "tensor<f64>", "[] x []", "[0] x [0]"},
        DotCase{"outer", "tensor<4xf64>", "tensor<3xf64>", "tensor<4x3xf64>", "[] x []", "[] x []"},
        DotCase{"matrix_vector", "tensor<3x4xf64>", "tensor<4xf64>", "tensor<3xf64>", "[] x []", "[1] x [0]"},
        DotCase{"vector_matrix", "tensor<4xf64>", "tensor<4x3xf64>", "tensor<3xf64>", "[] x []", "[0] x [0]"},
        DotCase{"batched", "tensor<2x3x4xf64>", "tensor<2x4x5xf64>", "tensor<2x3x5xf64>", "[0] x [0]", "[2] x [1]"},
        DotCase{"batch_in_the_middle", "tensor<3x2x4xf64>", "tensor<4x5x2xf64>", "tensor<2x3x5xf64>", "[1] x [2]",
                "[2] x [0]"},
        DotCase{"two_batches", "tensor<2x3x4xf64>", "tensor<3x2x4xf64>", "tensor<2x3xf64>", "[0, 1] x [1, 0]",
                "[2] x [2]"},
        DotCase{"two_contracted", "tensor<2x3x4xf64>", "tensor<4x5x3xf64>", "tensor<2x5xf64>", "[] x []",
                "[1, 2] x [2, 0]"},
        DotCase{"several_free", "tensor<5x3x2x2xf64>", "tensor<2x2x4x3xf64>", "tensor<2x5x2x2x4xf64>", "[2] x [0]",
                "[1] x [3]"},
        DotCase{"scalars", "tensor<f64>", "tensor<f64>", "tensor<f64>", "[] x []", "[] x []"},
        DotCase{"one_by_one", "tensor<1x1xf64>", "tensor<1x1xf64>", "tensor<1x1xf64>", "[] x []", "[1] x [0]"},
        DotCase{"contracts_nothing", "tensor<3x0xf64>", "tensor<0x2xf64>", "tensor<3x2xf64>", "[] x []", "[1] x [0]"},
        DotCase{"empty_result", "tensor<0x3xf64>", "tensor<3x2xf64>", "tensor<0x2xf64>", "[] x []", "[1] x [0]"}),
    [](const auto &info) { return info.param.name; });

} // namespace
