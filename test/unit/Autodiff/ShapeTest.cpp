//===- ShapeTest.cpp - rules of ops that move elements, against differences --===//

#include "GradientCheck.h"
#include "gtest/gtest.h"

using namespace cotan::test;

namespace {

struct ShapeCase {
  std::string name;
  std::vector<std::string> types;
  std::string body; ///< gives %r of the result's type
  std::string result;
  std::vector<Domain> domains = {};
};

void PrintTo(const ShapeCase &test, std::ostream *out) { *out << test.name; }
std::string nameOf(const testing::TestParamInfo<ShapeCase> &info) { return info.param.name; }

class Shapes : public testing::TestWithParam<ShapeCase> {};

TEST_P(Shapes, Derivatives) {
  const ShapeCase &test = GetParam();
  // A linear op has no second derivative: its square does.
  std::string body =
      test.body.substr(0, test.body.rfind("%r = ")) + "%y = " + test.body.substr(test.body.rfind("%r = ") + 5);
  checkGradients(functionOf(test.types, body + "\n  %r = cotan.mul %y, %y : " + test.result, test.result),
                 test.domains);
}

std::string broadcast(const std::string &from, const std::string &to, const std::string &dims) {
  return "%r = cotan.broadcast %x0 dims = " + dims + " : " + from + " to " + to;
}

INSTANTIATE_TEST_SUITE_P(
    Static, Shapes,
    testing::Values(
        ShapeCase{
            "broadcast", {"tensor<3xf64>"}, broadcast("tensor<3xf64>", "tensor<2x3xf64>", "[1]"), "tensor<2x3xf64>"},
        ShapeCase{
            "broadcast_scalar", {"tensor<f64>"}, broadcast("tensor<f64>", "tensor<2x3xf64>", "[]"), "tensor<2x3xf64>"},
        ShapeCase{"broadcast_unit",
                  {"tensor<1x3xf64>"},
                  broadcast("tensor<1x3xf64>", "tensor<2x4x3xf64>", "[1, 2]"),
                  "tensor<2x4x3xf64>"},
        ShapeCase{"broadcast_to_empty",
                  {"tensor<1x3xf64>"},
                  broadcast("tensor<1x3xf64>", "tensor<0x3xf64>", "[0, 1]"),
                  "tensor<0x3xf64>"},
        ShapeCase{"reshape",
                  {"tensor<2x3xf64>"},
                  "%r = cotan.reshape %x0 : tensor<2x3xf64> to tensor<3x1x2xf64>",
                  "tensor<3x1x2xf64>"},
        ShapeCase{"reshape_scalar",
                  {"tensor<1xf64>"},
                  "%r = cotan.reshape %x0 : tensor<1xf64> to tensor<f64>",
                  "tensor<f64>"},
        ShapeCase{"reshape_empty",
                  {"tensor<0x3xf64>"},
                  "%r = cotan.reshape %x0 : tensor<0x3xf64> to tensor<0xf64>",
                  "tensor<0xf64>"},
        ShapeCase{"transpose",
                  {"tensor<2x3x4xf64>"},
                  "%r = cotan.transpose %x0 permutation = [1, 2, 0] : tensor<2x3x4xf64> to tensor<3x4x2xf64>",
                  "tensor<3x4x2xf64>"},
        ShapeCase{"slice",
                  {"tensor<8x3xf64>"},
                  "%r = cotan.slice %x0 starts = [1, 0] limits = [7, 2] strides = [2, 1] : tensor<8x3xf64> to "
                  "tensor<3x2xf64>",
                  "tensor<3x2xf64>"},
        ShapeCase{"slice_to_empty",
                  {"tensor<8xf64>"},
                  "%r = cotan.slice %x0 starts = [5] limits = [5] strides = [2] : tensor<8xf64> to tensor<0xf64>",
                  "tensor<0xf64>"},
        ShapeCase{"pad",
                  {"tensor<3x2xf64>", "tensor<f64>"},
                  "%r = cotan.pad %x0, %x1 low = [1, 0] high = [2, 0] interior = [1, 0] : tensor<3x2xf64>, tensor<f64> "
                  "to tensor<8x2xf64>",
                  "tensor<8x2xf64>"},
        ShapeCase{
            "pad_empty",
            {"tensor<0xf64>", "tensor<f64>"},
            "%r = cotan.pad %x0, %x1 low = [1] high = [2] interior = [3] : tensor<0xf64>, tensor<f64> to tensor<3xf64>",
            "tensor<3xf64>"},
        ShapeCase{"concatenate",
                  {"tensor<2x3xf64>", "tensor<1x3xf64>"},
                  "%r = cotan.concatenate %x0, %x1 dim = 0 : (tensor<2x3xf64>, tensor<1x3xf64>) -> tensor<3x3xf64>",
                  "tensor<3x3xf64>"},
        ShapeCase{"concatenate_with_empty",
                  {"tensor<2x0xf64>", "tensor<2x3xf64>"},
                  "%r = cotan.concatenate %x0, %x1 dim = 1 : (tensor<2x0xf64>, tensor<2x3xf64>) -> tensor<2x3xf64>",
                  "tensor<2x3xf64>"},
        ShapeCase{"concatenate_same",
                  {"tensor<2xf64>"},
                  "%r = cotan.concatenate %x0, %x0 dim = 0 : (tensor<2xf64>, tensor<2xf64>) -> tensor<4xf64>",
                  "tensor<4xf64>"},
        ShapeCase{"reverse",
                  {"tensor<2x3xf64>"},
                  "%r = cotan.reverse %x0 dims = [0, 1] : tensor<2x3xf64>",
                  "tensor<2x3xf64>"}),
    nameOf);

const Domain start{-2, 9}; // clamped into range

INSTANTIATE_TEST_SUITE_P(
    Dynamic, Shapes,
    testing::Values(ShapeCase{"dynamic_slice",
                              {"tensor<6x3xf64>", "tensor<i64>", "tensor<i64>"},
                              "%r = cotan.dynamic_slice %x0[%x1, %x2] : tensor<6x3xf64> to tensor<2x3xf64>",
                              "tensor<2x3xf64>",
                              {{}, start, start}},
                    ShapeCase{"dynamic_slice_in_range",
                              {"tensor<6xf64>", "tensor<i64>"},
                              "%r = cotan.dynamic_slice %x0[%x1] : tensor<6xf64> to tensor<2xf64>",
                              "tensor<2xf64>",
                              {{}, {0, 0, {3}}}},
                    ShapeCase{"dynamic_update_slice",
                              {"tensor<6x3xf64>", "tensor<2x3xf64>", "tensor<i64>", "tensor<i64>"},
                              "%r = cotan.dynamic_update_slice %x0, %x1[%x2, %x3] : tensor<6x3xf64>, tensor<2x3xf64>",
                              "tensor<6x3xf64>",
                              {{}, {}, start, start}},
                    ShapeCase{"dynamic_update_slice_in_range",
                              {"tensor<6xf64>", "tensor<2xf64>", "tensor<i64>"},
                              "%r = cotan.dynamic_update_slice %x0, %x1[%x2] : tensor<6xf64>, tensor<2xf64>",
                              "tensor<6xf64>",
                              {{}, {}, {0, 0, {1}}}},
                    ShapeCase{"gather",
                              {"tensor<4x3xf64>", "tensor<5xi64>"},
                              "%r = cotan.gather %x0[%x1] : tensor<4x3xf64>, tensor<5xi64>",
                              "tensor<5x3xf64>",
                              {{}, {0, 4}}},
                    ShapeCase{"gather_elements",
                              {"tensor<4xf64>", "tensor<i64>"},
                              "%r = cotan.gather %x0[%x1] : tensor<4xf64>, tensor<i64>",
                              "tensor<f64>",
                              {{}, {0, 4}}},
                    ShapeCase{"gather_nothing",
                              {"tensor<4x3xf64>", "tensor<0xi64>"},
                              "%r = cotan.gather %x0[%x1] : tensor<4x3xf64>, tensor<0xi64>",
                              "tensor<0x3xf64>",
                              {{}, {0, 4}}},
                    ShapeCase{"gather_twice",
                              {"tensor<4xf64>", "tensor<3xi64>", "tensor<3xi64>"},
                              "%a = cotan.gather %x0[%x1] : tensor<4xf64>, tensor<3xi64>\n  %b = cotan.gather %x0[%x2] "
                              ": tensor<4xf64>, tensor<3xi64>\n  %r = cotan.mul %a, %b : tensor<3xf64>",
                              "tensor<3xf64>",
                              {{}, {0, 4}, {0, 4}}},
                    ShapeCase{"scatter_add",
                              {"tensor<4x3xf64>", "tensor<5xi64>", "tensor<5x3xf64>"},
                              "%r = cotan.scatter_add %x0[%x1], %x2 : tensor<4x3xf64>, tensor<5xi64>, tensor<5x3xf64>",
                              "tensor<4x3xf64>",
                              {{}, {0, 4}, {}}},
                    ShapeCase{"scatter_add_nothing",
                              {"tensor<4xf64>", "tensor<0xi32>", "tensor<0xf64>"},
                              "%r = cotan.scatter_add %x0[%x1], %x2 : tensor<4xf64>, tensor<0xi32>, tensor<0xf64>",
                              "tensor<4xf64>",
                              {{}, {0, 4}, {}}}),
    nameOf);

} // namespace
