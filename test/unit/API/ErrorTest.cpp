//===- ErrorTest.cpp - bad input is refused, the process lives on ---------===//

#include "TestSupport.h"

using torch::Tensor;

namespace {

TEST(Error, namesTheCallersLine) {
  Tensor a = torch::ones({2, 3}), b = torch::ones({4});
  int line = 0;
  try {
    line = __LINE__ + 1;
    Tensor c = a + b;
    FAIL() << "expected an error";
  } catch (const torch::Error &error) {
    EXPECT_EQ(error.msg(), "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1");
    EXPECT_EQ(int(error.where().line()), line);
    EXPECT_NE(std::string(error.what()).find("ErrorTest.cpp:" + std::to_string(line)), std::string::npos);
  }
  try {
    line = __LINE__ + 1;
    torch::mm(a, a);
    FAIL() << "expected an error";
  } catch (const c10::Error &error) {
    EXPECT_EQ(error.msg(), "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
    EXPECT_EQ(int(error.where().line()), line);
  }
}

TEST(Error, hasTorchsWording) {
  Tensor v = torch::ones({3}), m = torch::ones({2, 2}), i = torch::tensor({1, 2, 3});
  EXPECT_EQ(messageOf([&] { torch::dot(m, m); }), "1D tensors expected, but got 2D and 2D tensors");
  EXPECT_NE(messageOf([&] { torch::dot(v, torch::ones({4})); }).find("inconsistent tensor size, expected tensor [3] and src [4]"),
            std::string::npos);
  EXPECT_EQ(messageOf([&] { torch::dot(v, i); }), "dot : expected both vectors to have same dtype, but found Float and Long");
  EXPECT_EQ(messageOf([&] { v.item<float>(); }), "a Tensor with 3 elements cannot be converted to Scalar");
  EXPECT_EQ(messageOf([&] { EXPECT_TRUE(bool(v > 0)); }), "Boolean value of Tensor with more than one value is ambiguous");
  EXPECT_NE(messageOf([&] { i.mean(); }).find("mean(): could not infer output dtype."), std::string::npos);
  EXPECT_EQ(messageOf([&] { i.pow(-1); }), "Integers to negative integer powers are not allowed.");
  EXPECT_EQ(messageOf([&] { i.add_(1.5); }), "result type Float can't be cast to the desired output type Long");
  EXPECT_NE(messageOf([&] { v.add_(torch::ones({2, 3})); }).find("doesn't match the broadcast shape [2, 3]"), std::string::npos);
  EXPECT_EQ(messageOf([&] { m.size(2); }), "Dimension out of range (expected to be in range of [-2, 1], but got 2)");
  EXPECT_EQ(messageOf([&] { v.data_ptr<double>(); }), "expected scalar type Double but found Float");
  EXPECT_EQ(messageOf([&] { m.sum({0, -2}); }), "dim 0 appears multiple times in the list of dims");
  EXPECT_NE(messageOf([&] { torch::nn::functional::cross_entropy(m, i); }).find("Expected input batch_size (2)"), std::string::npos);
}

TEST(Error, refusesUndefinedTensors) {
  Tensor nothing, something = torch::ones({2});
  EXPECT_NE(messageOf([&] { something + nothing; }).find("undefined Tensor"), std::string::npos);
  EXPECT_NE(messageOf([&] { nothing.sum(); }).find("undefined Tensor"), std::string::npos);
  EXPECT_THROW(nothing.backward(), torch::Error);
  EXPECT_THROW(nothing.sizes(), torch::Error);
  EXPECT_EQ(nothing.str(), "None");
}

TEST(Error, stopsIntegerDivisionByZero) {
  Tensor a = torch::tensor({1, 2}), zero = torch::tensor({1, 0});
  Tensor rest = a % zero;
  EXPECT_NE(messageOf([&] { rest.eval(); }).find("division by zero"), std::string::npos);
  EXPECT_EQ(values(a + 1), (Numbers{2, 3})) << "the process lives on";
}

TEST(Error, stopsClassesOutOfRange) {
  Tensor loss = torch::nn::functional::cross_entropy(torch::ones({2, 3}), torch::tensor({0, 3}));
  EXPECT_THROW(loss.item<float>(), torch::IndexError);
}

} // namespace
