//===- PrintTest.cpp - texts of tensors and numbers -------------------------===//

#include "API/Print.h"

#include "llvm/Support/JSON.h"
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>

using namespace cotan::detail;

namespace {

double parse_value(const llvm::json::Value &value) {
  if (auto text = value.getAsString())
    return *text == "nan" ? NAN : *text == "inf" ? INFINITY : -INFINITY;
  if (auto flag = value.getAsBoolean())
    return *flag;
  return *value.getAsNumber();
}

PrintedTensor parse_printed(const llvm::json::Object &golden) {
  PrintedTensor tensor;
  tensor.dtype = *golden.getString("dtype");
  tensor.kind = tensor.dtype.find("float") != std::string_view::npos ? PrintedTensor::Kind::Floating
                : tensor.dtype == "bool"                               ? PrintedTensor::Kind::Boolean
                                                                       : PrintedTensor::Kind::Integer;
  for (const auto &extent : *golden.getArray("shape"))
    tensor.shape.push_back(*extent.getAsInteger());
  for (const auto &value : *golden.getArray("data")) {
    if (tensor.kind == PrintedTensor::Kind::Floating)
      tensor.floats.push_back(parse_value(value));
    else
      tensor.integers.push_back(static_cast<int64_t>(parse_value(value)));
  }
  tensor.requires_grad = *golden.getBoolean("requires_grad");
  return tensor;
}

TEST(PrintTensor, MatchesEveryGoldenText) {
  std::ifstream file(COTAN_TEST_DATA "/printing.jsonl");
  ASSERT_TRUE(file) << "missing " COTAN_TEST_DATA "/printing.jsonl";
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    auto parsed = llvm::json::parse(line);
    ASSERT_TRUE(bool(parsed)) << line;
    const llvm::json::Object &golden = *parsed->getAsObject();
    EXPECT_EQ(print_tensor(parse_printed(golden)), golden.getString("text")->str());
  }
  EXPECT_EQ(cases, 266);
}

TEST(PrintTensor, NamesTheGradientFunctionRatherThanTheFlag) {
  PrintedTensor tensor;
  tensor.floats = {28};
  tensor.requires_grad = true;
  tensor.grad_fn = "MulBackward0";
  EXPECT_EQ(print_tensor(tensor), "tensor(28., grad_fn=<MulBackward0>)");
}

TEST(PrintTensor, ShowsShapeAndDtypeOfEmptyTensors) {
  PrintedTensor tensor;
  tensor.kind = PrintedTensor::Kind::Integer;
  tensor.dtype = "int64";
  tensor.shape = {0, 3};
  EXPECT_EQ(print_tensor(tensor), "tensor([], size=(0, 3), dtype=int64)");
}

TEST(PythonFormat, ReprIsTheShortestTextThatReadsBack) {
  EXPECT_EQ(python_repr(18), "18.0");
  EXPECT_EQ(python_repr(static_cast<double>(0.1f)), "0.10000000149011612");
  EXPECT_EQ(python_repr(1e16), "1e+16");
  EXPECT_EQ(python_repr(123456789012345.6), "123456789012345.6");
  EXPECT_EQ(python_repr(1e-4), "0.0001");
  EXPECT_EQ(python_repr(9.9e-5), "9.9e-05");
  EXPECT_EQ(python_repr(-0.0), "-0.0");
  EXPECT_EQ(python_repr(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(PythonFormat, FollowsTheSpec) {
  EXPECT_EQ(python_format(3.14159265, ".4f"), "3.1416");
  EXPECT_EQ(python_format(1234567.0, ",.2f"), "1,234,567.00");
  EXPECT_EQ(python_format(-2.5, "08.3f"), "-002.500");
  EXPECT_EQ(python_format(2.5, "^+12.3g"), "    +2.5    ");
  EXPECT_EQ(python_format(1e300, "*>12.4E"), "*1.0000E+300");
  EXPECT_EQ(python_format(0.125, ".1%"), "12.5%");
  EXPECT_EQ(python_format(INFINITY, "G"), "INF");
  EXPECT_EQ(python_format(int64_t{255}, "x"), "ff");
  EXPECT_EQ(python_format(std::numeric_limits<int64_t>::min(), "d"), "-9223372036854775808");
  EXPECT_EQ(python_format(int64_t{3}, ".2f"), "3.00");
}

TEST(PythonFormat, RefusesAMalformedSpec) {
  EXPECT_THROW(python_format(1.0, ".f"), std::invalid_argument);
  EXPECT_THROW(python_format(1.0, "10q"), std::invalid_argument);
  EXPECT_THROW(python_format(int64_t{1}, ".2d"), std::invalid_argument);
}

} // namespace
