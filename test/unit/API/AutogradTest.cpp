//===- AutogradTest.cpp - backward by torch's rules -----------------------===//

#include "TestSupport.h"
#include <cmath>

using torch::Tensor;

namespace {

Tensor leaf(const std::vector<double> &numbers) { return torch::tensor(numbers, torch::dtype(torch::kDouble).requires_grad(true)); }

TEST(Autograd, accumulatesIntoLeaves) {
  Tensor x = leaf({1, 2});
  EXPECT_FALSE(x.grad().defined());
  (x * x).sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{2, 4}));
  Tensor held = x.grad();
  (3 * x).sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{5, 7}));
  EXPECT_EQ(values(held), (Numbers{5, 7})) << "accumulation is in place";
  x.grad().zero_();
  EXPECT_EQ(values(held), (Numbers{0, 0}));
}

TEST(Autograd, namesGradientFunctions) {
  Tensor x = leaf({1, 2});
  EXPECT_EQ((x * 2).grad_fn_name(), "MulBackward0");
  EXPECT_EQ((x + 2).grad_fn_name(), "AddBackward0");
  EXPECT_EQ((1 - x).grad_fn_name(), "RsubBackward1");
  EXPECT_EQ(x.pow(3).grad_fn_name(), "PowBackward0");
  EXPECT_EQ(x.sum().grad_fn_name(), "SumBackward0");
  EXPECT_EQ(torch::dot(x, x).grad_fn_name(), "DotBackward0");
  EXPECT_EQ(x[0].grad_fn_name(), "SelectBackward0");
  EXPECT_EQ(x.view({2, 1}).grad_fn_name(), "ViewBackward0");
  EXPECT_EQ(x.clone().grad_fn_name(), "CloneBackward0");
  EXPECT_EQ(torch::log_softmax(x, 0).grad_fn_name(), "LogSoftmaxBackward0");
  EXPECT_EQ(x.grad_fn_name(), "");
  Tensor scalar = torch::tensor(2., torch::requires_grad());
  EXPECT_EQ(scalar.sum().grad_fn_name(), "SumBackward0") << "though the sum of one element is that element";
}

TEST(Autograd, freesGraphsThatSavedTensors) {
  Tensor x = leaf({1, 2});
  Tensor y = (x * x).sum();
  y.backward();
  EXPECT_NE(messageOf([&] { y.backward(); }).find("Trying to backward through the graph a second time"), std::string::npos);
  Tensor z = x.sum();
  z.backward();
  z.backward();
  EXPECT_EQ(values(x.grad()), (Numbers{4, 6}));
  Tensor w = (x * x).sum();
  w.backward({}, true);
  w.backward();
  EXPECT_EQ(values(x.grad()), (Numbers{8, 14}));
}

TEST(Autograd, freesOnlyWhatItPassed) {
  Tensor x = leaf({1, 2});
  Tensor y = x * x;
  Tensor u = y.detach();
  (u * x).sum().backward();
  y.sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{1 + 2, 4 + 4}));
}

TEST(Autograd, takesAGradientArgument) {
  Tensor x = leaf({1, 2, 3});
  Tensor y = x * x;
  EXPECT_EQ(messageOf([&] { y.backward(); }), "grad can be implicitly created only for scalar outputs");
  EXPECT_NE(messageOf([&] { y.backward(torch::ones({2})); }).find("Mismatch in shape"), std::string::npos);
  y.backward(torch::tensor({1., 10., 100.}, torch::kDouble));
  EXPECT_EQ(values(x.grad()), (Numbers{2, 40, 600}));
}

TEST(Autograd, refusesWhatCannotRequireGrad) {
  EXPECT_EQ(messageOf([] { torch::tensor({1, 2}).requires_grad_(); }), "only Tensors of floating point dtype can require gradients");
  EXPECT_EQ(messageOf([] { torch::tensor({1, 2}, torch::requires_grad()); }), "only Tensors of floating point dtype can require gradients");
  EXPECT_EQ(messageOf([] { torch::ones({}).backward(); }), "element 0 of tensors does not require grad and does not have a grad_fn");
  Tensor x = leaf({1});
  EXPECT_NE(messageOf([&] { (x * 2).requires_grad_(false); }).find("you can only change requires_grad flags of leaf variables"),
            std::string::npos);
}

TEST(Autograd, isOffWithinNoGrad) {
  Tensor x = leaf({2});
  {
    torch::NoGradGuard guard;
    EXPECT_FALSE((x * 2).requires_grad());
    EXPECT_FALSE(x.view({1, 1}).requires_grad());
    EXPECT_FALSE(x.clone().requires_grad());
    EXPECT_TRUE(x.requires_grad());
  }
  EXPECT_TRUE((x * 2).requires_grad());
  EXPECT_FALSE((x > 1).requires_grad());
  EXPECT_FALSE(x.detach().requires_grad());
}

TEST(Autograd, guardsLeavesAgainstInPlaceOps) {
  Tensor x = leaf({1, 2});
  EXPECT_EQ(messageOf([&] { x.add_(1); }), "a leaf Variable that requires grad is being used in an in-place operation.");
  EXPECT_EQ(messageOf([&] { x[0].add_(1); }), "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  {
    torch::NoGradGuard guard;
    x.add_(1);
  }
  EXPECT_EQ(values(x), (Numbers{2, 3}));
  EXPECT_TRUE(x.is_leaf());
  EXPECT_TRUE(x.requires_grad());
}

TEST(Autograd, followsInPlaceOps) {
  Tensor x = leaf({1, 2, 3});
  Tensor y = x * 2;
  y.mul_(y); // 4 x^2
  y[0].mul_(10);
  y.sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{80, 16, 24}));
}

TEST(Autograd, savesValuesNotBuffers) {
  Tensor x = leaf({1, 2});
  Tensor y = x * 3;
  Tensor z = y * y; // torch would raise after the next line; the gradient is right instead
  y.add_(100);
  z.sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{18, 36}));
}

TEST(Autograd, keepsOldGraphsOfALeafAfterAStep) {
  Tensor x = leaf({3});
  Tensor y = x * x;
  {
    torch::NoGradGuard guard;
    x.sub_(1);
  }
  y.sum().backward(); // at the old value
  EXPECT_EQ(values(x.grad()), (Numbers{6}));
  (x * x).sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{6 + 4}));
}

TEST(Autograd, givesGradientsAsValues) {
  Tensor x = leaf({1, 2}), y = leaf({3, 4});
  auto gradients = torch::autograd::grad({(x * y).sum()}, {x, y});
  EXPECT_EQ(values(gradients[0]), (Numbers{3, 4}));
  EXPECT_EQ(values(gradients[1]), (Numbers{1, 2}));
  EXPECT_FALSE(x.grad().defined());
  Tensor z = x.sum();
  EXPECT_NE(messageOf([&] { torch::autograd::grad({z}, {y}); }).find("appears to not have been used in the graph"), std::string::npos);
  EXPECT_FALSE(torch::autograd::grad({z}, {y}, {}, {}, false, true)[0].defined());
}

TEST(Autograd, differentiatesByIntermediates) {
  Tensor x = leaf({2, 3});
  Tensor h = x * x;
  Tensor y = (h * h).sum();
  auto gradients = torch::autograd::grad({y}, {h, x});
  EXPECT_EQ(values(gradients[0]), (Numbers{8, 18}));
  EXPECT_EQ(values(gradients[1]), (Numbers{32, 108}));
}

TEST(Autograd, retainsGradientsOfIntermediates) {
  Tensor x = leaf({2, 3});
  Tensor h = x * x;
  h.retain_grad();
  (h * 5).sum().backward();
  EXPECT_EQ(values(h.grad()), (Numbers{5, 5}));
  EXPECT_EQ(values(x.grad()), (Numbers{20, 30}));
}

TEST(Autograd, differentiatesTwice) {
  Tensor x = leaf({1, 2});
  Tensor first = torch::autograd::grad({(x * x * x).sum()}, {x}, {}, {}, true)[0];
  EXPECT_EQ(values(first), (Numbers{3, 12}));
  EXPECT_TRUE(first.requires_grad());
  Tensor second = torch::autograd::grad({first.sum()}, {x}, {}, {}, true)[0];
  EXPECT_EQ(values(second), (Numbers{6, 12}));
  second.sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{6, 6}));
}

TEST(Autograd, differentiatesTwiceByBackward) {
  Tensor x = leaf({0.5, 1.5});
  torch::sin(x).sum().backward({}, std::nullopt, true);
  Tensor g = x.grad();
  x.mutable_grad() = Tensor();
  (g * g).sum().backward(); // d cos^2
  for (int i : {0, 1})
    EXPECT_NEAR(values(x.grad())[size_t(i)], -2 * std::cos(i + 0.5) * std::sin(i + 0.5), 1e-12);
}

TEST(Autograd, usesValuesThatWereReadEarly) {
  Tensor x = leaf({1, 2, 3});
  Tensor h = torch::exp(x * 2);
  EXPECT_NEAR(values(h)[0], std::exp(2.0), 1e-12);
  Tensor y = (h * h).sum();
  y.item<double>();
  y.backward();
  for (size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(values(x.grad())[i] / (4 * std::exp(4.0 * double(i + 1))), 1, 1e-12);
}

TEST(Autograd, runsForwardOnce) {
  Tensor x = leaf({1, 2, 3}), lr = torch::tensor(0.1, torch::kDouble);
  x.eval();
  uint64_t before = torch::statistics().evaluations;
  Tensor loss = (x * x).sum();
  loss.backward();
  EXPECT_EQ(loss.item<double>(), 14);
  EXPECT_EQ(values(x.grad()), (Numbers{2, 4, 6}));
  EXPECT_EQ(torch::statistics().evaluations, before + 1);
}

TEST(Autograd, detachesInPlace) {
  Tensor x = leaf({1});
  Tensor y = x * 2;
  y.detach_();
  EXPECT_FALSE(y.requires_grad());
  EXPECT_TRUE(y.is_leaf());
}

TEST(Autograd, keepsHistoryUnderUntrackedWrites) {
  Tensor x = leaf({1, 2});
  Tensor y = x * 3;
  {
    torch::NoGradGuard guard;
    y.fill_(7);
  }
  EXPECT_EQ(values(y), (Numbers{7, 7}));
  y.sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{3, 3}));
}

TEST(Autograd, sharesGradientsOfExtremes) {
  Tensor x = leaf({1, 5, 5, 2});
  x.max().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{0, .5, .5, 0}));
  x.grad().zero_();
  std::get<0>(x.max(0)).backward();
  EXPECT_EQ(values(x.grad()), (Numbers{0, 1, 0, 0}));
  x.grad().zero_();
  (x * 0).norm().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{0, 0, 0, 0})) << "the subgradient of the norm at zero";
}

TEST(Autograd, differentiatesCrossEntropy) {
  Tensor logits = leaf({1, 2, 3, 0, 0, 0});
  Tensor loss = torch::nn::functional::cross_entropy(logits.view({2, 3}), torch::tensor({2, 0}));
  EXPECT_NEAR(loss.item<double>(), (0.40760596444438 + std::log(3.0)) / 2, 1e-12);
  loss.backward();
  Numbers expected{0.09003057317038046 / 2, 0.24472847105479764 / 2, (0.6652409557748219 - 1) / 2, -1.0 / 3, 1.0 / 6, 1.0 / 6};
  for (size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(values(logits.grad())[i], expected[i], 1e-12);
}

TEST(Autograd, FindsALeafAtEarlierVersions) {
  Tensor w = leaf({3, 4});
  Tensor loss = (w * w).sum();
  {
    torch::NoGradGuard guard;
    w.sub_(1);
  }
  EXPECT_EQ(values(torch::autograd::grad({loss}, {w}, {}, true)[0]), (Numbers{6, 8}));
  Tensor both = loss + (w * w).sum();
  EXPECT_EQ(values(torch::autograd::grad({both}, {w})[0]), (Numbers{10, 14})) << "a leaf has one gradient, whatever its versions";
}

TEST(Autograd, RetainsTheGradientOfAViewThatWasNotKept) {
  Tensor x = leaf({1, 2});
  Tensor y = (x * 3).view({2, 1});
  y.retain_grad();
  Tensor first = (y * y).sum();
  first.item<double>();
  Tensor second = (y * 10).sum();
  (first + second).backward();
  EXPECT_EQ(values(y.grad()), (Numbers{16, 22}));
}

TEST(Autograd, RetainsTheGradientOfAViewOfTheSameShape) {
  Tensor x = leaf({1, 2});
  Tensor y = x.view({2});
  y.retain_grad();
  (y * y).sum().backward();
  EXPECT_EQ(values(y.grad()), (Numbers{2, 4}));
  EXPECT_EQ(values(x.grad()), (Numbers{2, 4}));
}

TEST(Autograd, RetainsTheGradientAfterAnInPlaceOp) {
  Tensor x = leaf({1, 2});
  Tensor y = x * 2;
  y.retain_grad();
  y.mul_(5);
  (y * y).sum().backward();
  EXPECT_EQ(values(y.grad()), (Numbers{20, 40})) << "of the value after mul_";
  EXPECT_EQ(values(x.grad()), (Numbers{200, 400}));

  Tensor whole = x * 1, part = whole[0];
  whole.retain_grad();
  part.retain_grad();
  part.mul_(3);
  (whole * whole).sum().backward();
  EXPECT_EQ(values(whole.grad()), (Numbers{6, 4}));
}

} // namespace
