//===- ViewTest.cpp - views read and write through their base -------------===//

#include "TestSupport.h"

using torch::Tensor;

namespace {

Tensor grid() { return torch::arange(12., torch::kDouble).view({3, 4}).clone(); }

TEST(View, readsTheBase) {
  Tensor x = grid();
  EXPECT_EQ(values(x[1]), (Numbers{4, 5, 6, 7}));
  EXPECT_EQ(values(x.select(1, -1)), (Numbers{3, 7, 11}));
  EXPECT_EQ(values(x.slice(1, 1, 4, 2)), (Numbers{1, 3, 5, 7, 9, 11}));
  EXPECT_EQ(values(x.narrow(0, 1, 1)), (Numbers{4, 5, 6, 7}));
  EXPECT_EQ(values(x.t()[0]), (Numbers{0, 4, 8}));
  EXPECT_EQ(x.unsqueeze(0).sizes(), torch::IntArrayRef({1, 3, 4}));
  EXPECT_EQ(x.unsqueeze(-1).squeeze().sizes(), torch::IntArrayRef({3, 4}));
  EXPECT_EQ(x.flatten().sizes(), torch::IntArrayRef({12}));
  EXPECT_EQ(x.view({2, -1}).sizes(), torch::IntArrayRef({2, 6}));
  EXPECT_EQ(x.view({2, 3, 2}).permute({2, 0, 1}).sizes(), torch::IntArrayRef({2, 2, 3}));
  EXPECT_EQ(values(torch::ones({1, 2}).expand({2, -1})), (Numbers{1, 1, 1, 1}));
}

TEST(View, showsWritesToTheBase) {
  Tensor x = grid(), row = x[1], column = x.t()[2];
  x.mul_(10);
  EXPECT_EQ(values(row), (Numbers{40, 50, 60, 70}));
  EXPECT_EQ(values(column), (Numbers{20, 60, 100}));
}

TEST(View, writesTheBase) {
  Tensor x = torch::zeros({3, 4}, torch::kDouble);
  x[1].fill_(5);
  x.t()[0].add_(1);
  x.slice(1, 1, 4, 2).sub_(2);
  x.view({12})[11] = 9;
  EXPECT_EQ(values(x), (Numbers{1, -2, 0, -2, 6, 3, 5, 3, 1, -2, 0, 9}));
  x[0] = torch::tensor({4., 3., 2., 1.});
  x[2][0] += 7;
  EXPECT_EQ(values(x), (Numbers{4, 3, 2, 1, 6, 3, 5, 3, 8, -2, 0, 9}));
}

TEST(View, writesThroughChains) {
  Tensor x = grid();
  x.view({2, 6}).slice(1, 0, 6, 5).t()[1].mul_(-1); // elements 5 and 11
  EXPECT_EQ(values(x), (Numbers{0, 1, 2, 3, 4, -5, 6, 7, 8, 9, 10, -11}));
}

TEST(View, refusesOverlappingWrites) {
  Tensor x = torch::ones({1, 2});
  EXPECT_NE(messageOf([&] { x.expand({3, 2}).add_(1); }).find("more than one element of the written-to tensor"), std::string::npos);
}

TEST(View, carriesGradients) {
  Tensor x = torch::arange(6., torch::dtype(torch::kDouble).requires_grad(true));
  Tensor y = x.view({2, 3});
  ((y[0] * y[1]).sum() + y.t().slice(0, 0, 3, 2).sum()).backward();
  EXPECT_EQ(values(x.grad()), (Numbers{3 + 1, 4, 5 + 1, 0 + 1, 1, 2 + 1}));
}

TEST(View, sharesStorageWhenDetached) {
  Tensor x = torch::ones({3}, torch::dtype(torch::kDouble).requires_grad(true));
  Tensor d = x.detach();
  d[0] = 5;
  EXPECT_EQ(values(x), (Numbers{5, 1, 1}));
  (x * x).sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{10, 2, 2}));
}

TEST(View, madeWithinNoGradIsNeverTracked) {
  Tensor x = torch::ones({3}, torch::dtype(torch::kDouble).requires_grad(true)), view;
  {
    torch::NoGradGuard guard;
    view = x[0];
  }
  EXPECT_FALSE((view * 2).requires_grad());
}

TEST(View, pointsIntoItsBase) {
  Tensor x = grid();
  EXPECT_EQ(x[1].data_ptr<double>(), x.data_ptr<double>() + 4);
  EXPECT_THROW(x.t().data_ptr<double>(), torch::Error);
  EXPECT_EQ(x.t().contiguous().data_ptr<double>()[1], 4);
}

TEST(View, reportsBadShapes) {
  Tensor x = grid();
  EXPECT_EQ(messageOf([&] { x.view({5, 2}); }), "shape '[5, 2]' is invalid for input of size 12");
  EXPECT_EQ(messageOf([&] { x.view({-1, -1}); }), "only one dimension can be inferred");
  EXPECT_EQ(messageOf([&] { x.transpose(0, 2); }), "Dimension out of range (expected to be in range of [-2, 1], but got 2)");
  EXPECT_EQ(messageOf([&] { x.unsqueeze(0).t(); }), "t() expects a tensor with <= 2 dimensions, but self is 3D");
  EXPECT_EQ(messageOf([&] { x[3]; }), "index 3 is out of bounds for dimension 0 with size 3");
  EXPECT_THROW(x[3], torch::IndexError);
}

TEST(View, writesToPartsOfAnExpandedTensorThatDoNotOverlap) {
  Tensor x = torch::tensor({{1., 2., 3.}});
  Tensor wide = x.expand({4, 3});
  wide[2].add_(10);
  EXPECT_EQ(values(x), (Numbers{11, 12, 13}));
  wide[1].slice(0, 1, 3).mul_(2);
  EXPECT_EQ(values(x), (Numbers{11, 24, 26}));
  wide.t().slice(1, 3, 4).slice(0, 0, 1).fill_(-1);
  EXPECT_EQ(values(x), (Numbers{-1, 24, 26}));
  wide[0].unsqueeze(0).neg_();
  EXPECT_EQ(values(x), (Numbers{1, -24, -26}));
  Tensor flags = torch::tensor({true, false}).view({1, 2}).expand({3, 2});
  flags[1].copy_(torch::tensor({false, true}));
  EXPECT_EQ(values(flags), (Numbers{0, 1, 0, 1, 0, 1}));
}

TEST(View, writesToAnExpandedTensorAreDifferentiable) {
  Tensor x = torch::tensor({{1., 2., 3.}}, torch::requires_grad());
  Tensor y = x * 1, w = torch::tensor({4., 5.}, torch::requires_grad());
  y.expand({4, 3})[2].slice(0, 0, 2).copy_(w * w);
  (y * y).sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{0, 0, 6}));
  EXPECT_EQ(values(w.grad()), (Numbers{4 * 64, 4 * 125}));
}

TEST(View, refusesToWriteWhereElementsOverlap) {
  const std::string expected = "unsupported operation: more than one element of the written-to tensor refers to a single memory location";
  Tensor x = torch::tensor({{1., 2., 3.}});
  for (const Tensor &view : {x.expand({4, 3}), x.expand({4, 3}).t(), x.expand({4, 3}).slice(0, 1, 3), x.expand({2, 4, 3})[0],
                             x.expand({4, 3}).slice(1, 0, 1).squeeze(1)})
    EXPECT_EQ(messageOf([&] { view.add_(1); }).substr(0, expected.size()), expected);
  EXPECT_EQ(values(x), (Numbers{1, 2, 3}));
}

TEST(View, PinnedLeafThatIsAViewHasItsWholeGradient) {
  Tensor q = torch::tensor({1., 2., 3., 4.}).reshape({2, 2}).eval();
  q.data_ptr<float>();
  Tensor m = q.detach().requires_grad_();
  Tensor product = (m * 2).sum() + (m * m).sum();
  EXPECT_EQ(values(torch::autograd::grad({product}, {m})[0]), (Numbers{4, 6, 8, 10}));
}

TEST(View, OfAPinnedTensorIsReadOnceInATracedFunction) {
  auto launchesOf = [](bool pinned) {
    Tensor p = torch::tensor({1., 2., 3., 4.}, torch::kDouble).eval();
    if (pinned)
      p.data_ptr<double>();
    auto powers = [](const Tensor &v) {
      Tensor sum = torch::zeros({}, torch::kDouble), first = v[0];
      for (int i = 0; i < 10; ++i)
        sum = sum * first + first;
      return sum;
    };
    auto compiled = torch::jit([powers](const Tensor &v) { return torch::value_and_grad(powers)(v).second; });
    compiled(p).eval();
    uint64_t before = torch::statistics().launches;
    compiled(p).eval();
    return torch::statistics().launches - before;
  };
  EXPECT_EQ(launchesOf(true), launchesOf(false));
}

} // namespace
