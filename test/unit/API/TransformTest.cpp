//===- TransformTest.cpp - gradients of functions -------------------------===//

#include "TestSupport.h"
#include <cmath>

using torch::Tensor;

namespace {

TEST(Transform, givesValueAndGradient) {
  auto f = torch::value_and_grad([](const Tensor &x) { return (x * x).sum(); });
  auto [value, gradient] = f(torch::tensor({1., 2.}));
  EXPECT_EQ(value.item<float>(), 5);
  EXPECT_EQ(values(gradient), (Numbers{2, 4}));
  EXPECT_FALSE(gradient.requires_grad());
}

TEST(Transform, givesGradientsOfSeveralArguments) {
  auto f = torch::grad([](const Tensor &x, const Tensor &y) { return (x * y).sum(); }, {0, 1});
  auto gradients = f(torch::tensor({1., 2.}), torch::tensor({3., 4.}));
  EXPECT_EQ(values(gradients[0]), (Numbers{3, 4}));
  EXPECT_EQ(values(gradients[1]), (Numbers{1, 2}));
}

TEST(Transform, composesWithItself) {
  auto third = torch::grad(torch::grad(torch::grad([](const Tensor &x) { return x.pow(4); })));
  EXPECT_EQ(third(torch::tensor(2.)).item<float>(), 48);
}

TEST(Transform, composesWithBackward) {
  Tensor x = torch::tensor(3., torch::requires_grad());
  Tensor slope = torch::grad([](const Tensor &v) { return v * v * v; })(x);
  slope.backward();
  EXPECT_EQ(x.grad().item<float>(), 18);
}

TEST(Transform, ofAViewInsideJit) {
  Tensor x = torch::tensor({1., 2., 3., 4.}).reshape({2, 2});
  auto compiled = torch::jit([](const Tensor &v) { return torch::value_and_grad([](const Tensor &u) { return (u * u).sum(); })(v); });
  for (int call = 0; call < 2; ++call) {
    auto [value, slope] = compiled(x);
    EXPECT_EQ(value.item<float>(), 30);
    EXPECT_EQ(values(slope), (Numbers{2, 4, 6, 8}));
  }
}

TEST(Transform, givesZeroWhereNothingDepends) {
  EXPECT_EQ(values(torch::grad([](const Tensor &) { return torch::ones({}); })(torch::tensor({1., 2.}))), (Numbers{0, 0}));
}

TEST(Transform, pullsCotangentsBack) {
  auto [value, pullback] = torch::vjp([](const Tensor &x) { return torch::sin(x); }, torch::tensor({0., 1.}, torch::kDouble));
  EXPECT_NEAR(values(value)[1], std::sin(1.0), 1e-12);
  EXPECT_NEAR(values(pullback(torch::tensor({2., 3.}, torch::kDouble))[0])[1], 3 * std::cos(1.0), 1e-12);
  EXPECT_NEAR(values(pullback(torch::tensor({1., 1.}, torch::kDouble))[0])[0], 1, 1e-12) << "it can be used again";
}

TEST(Transform, needsAScalar) {
  EXPECT_EQ(messageOf([] { torch::grad([](const Tensor &x) { return x * 2; })(torch::ones({2})); }),
            "grad can be implicitly created only for scalar outputs");
  EXPECT_EQ(messageOf([] { torch::grad([](const Tensor &x) { return x.sum(); })(torch::tensor({1, 2})); }),
            "only Tensors of floating point dtype can require gradients");
}

} // namespace
