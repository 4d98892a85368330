//===- MemoryTest.cpp - pinned memory, limits of shapes, failures of neighbours ----===//

#include "TestSupport.h"

#include <cstdio>
#include <limits>

namespace {

using torch::Tensor;

TEST(PinnedMemory, AnInPlaceOpLeavesAnEvaluatedGraphItsValues) {
  Tensor a = torch::tensor({1., 2.}, torch::kDouble).requires_grad_(), b = torch::tensor({3., 4.}, torch::kDouble);
  const double *data = b.data_ptr<double>();
  Tensor loss = (a * b).sum();
  loss.item<double>();
  b.add_(100);
  EXPECT_EQ(b.data_ptr<double>(), data); // the memory the program knows has the new values
  EXPECT_EQ(data[0], 103);
  loss.backward();
  EXPECT_EQ(values(a.grad()), (Numbers{3, 4}));
}

TEST(PinnedMemory, AnInPlaceOpLeavesPendingReadersTheirValues) {
  double memory[] = {1, 2};
  Tensor x = torch::from_blob(memory, {2}, torch::kDouble);
  Tensor before = x * 10;
  x.add_(1);
  EXPECT_EQ(memory[1], 3);
  EXPECT_EQ(values(before), (Numbers{10, 20}));
  EXPECT_EQ(values(x * 10), (Numbers{20, 30}));
  x.mul_(2);
  EXPECT_EQ(memory[0], 4);
}

TEST(PinnedMemory, SquaresOfABlobKeepTheirGradient) {
  double memory[] = {1, 4};
  Tensor x = torch::from_blob(memory, {2}, torch::kDouble), w = torch::ones({2}, torch::kDouble).requires_grad_();
  Tensor loss = (w * x * x).sum();
  loss.item<double>();
  x.mul_(10);
  loss.backward();
  EXPECT_EQ(values(w.grad()), (Numbers{1, 16}));
}

TEST(ShapeLimits, OverflowingSizesAreRefused) {
  const int64_t huge = int64_t(1) << 31;
  EXPECT_NE(messageOf([&] { torch::zeros({huge, huge, 4}); }).find("overflowed"), std::string::npos);
  EXPECT_NE(messageOf([&] { torch::ones({1}).expand({huge, huge}); }).find("overflowed"), std::string::npos);
  EXPECT_NE(messageOf([&] { torch::zeros({(int64_t(1) << 61) + 1, 8}); }).find("overflowed"), std::string::npos);
  EXPECT_NE(messageOf([&] { torch::zeros({4}).view({huge, huge, 4}); }).find("is invalid for input of size 4"), std::string::npos);
  EXPECT_EQ(torch::zeros({huge, 0, huge}).numel(), 0);
}

TEST(ShapeLimits, SixtyFourDimensionsAtMost) {
  std::vector<int64_t> shape(65, 1);
  EXPECT_NE(messageOf([&] { torch::ones(shape); }).find("too many dimensions"), std::string::npos);
  EXPECT_NE(messageOf([&] { torch::ones({1}).view(shape); }).find("too many dimensions"), std::string::npos);
  shape.pop_back();
  EXPECT_EQ((torch::ones(shape) + torch::ones(shape)).sum().item<double>(), 2);
}

TEST(ShapeLimits, BoundsOfSlicesDoNotOverflow) {
  Tensor x = torch::arange(10.0);
  const int64_t largest = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(values(x.slice(0, 1, std::nullopt, largest)), (Numbers{1}));
  EXPECT_NE(messageOf([&] { x.narrow(0, 1, largest); }).find("exceeds dimension size"), std::string::npos);
}

TEST(Failures, AFailingNeighbourLeavesTheOthersUsable) {
  Tensor a = torch::arange(3.0) + 1;
  Tensor bad = a.index({torch::tensor({7})});
  Tensor good = a * 2;
  EXPECT_THROW(bad.item<float>(), torch::IndexError);
  EXPECT_EQ(values(good), (Numbers{2, 4, 6}));
  EXPECT_EQ(a.sum().item<float>(), 6);
  EXPECT_THROW(bad.item<float>(), torch::IndexError);
}

TEST(Failures, WhatTheFailingOneReadsIsKeptForIt) {
  Tensor x = torch::arange(3.0).eval();
  Tensor bad, good;
  {
    Tensor hidden = (x + 1) * 3; // nobody holds it but the two below
    bad = hidden.index({torch::tensor({7})}).exp();
    good = hidden.sum();
  }
  EXPECT_EQ(good.item<float>(), 18);
  EXPECT_THROW(bad.item<float>(), torch::IndexError);
  EXPECT_THROW((bad * 2).item<float>(), torch::IndexError);
  EXPECT_EQ((good + x.sum()).item<float>(), 21);
}

TEST(Views, GradientOfAViewWhoseValueWasNotKept) {
  Tensor b = torch::tensor({1., 2., 3.}, torch::kDouble).requires_grad_();
  Tensor w = b.slice(0, 1, 3);
  Tensor y = (w * w).sum();
  EXPECT_EQ(y.item<double>(), 13);
  EXPECT_EQ(values(torch::autograd::grad({y}, {w})[0]), (Numbers{4, 6}));
}

TEST(JitMemory, WritesToWhatAnotherArgumentViews) {
  auto both = torch::jit([](const Tensor &t, const Tensor &part) {
    t.add_(1);
    return part.sum();
  });
  Tensor a = torch::zeros({2, 2}).eval();
  EXPECT_EQ(both(a, a[0]).item<float>(), 2);
  EXPECT_EQ(both(a, a[1]).item<float>(), 4);
  EXPECT_EQ(both(a.detach(), a[1]).item<float>(), 6);
  EXPECT_EQ(values(a), (Numbers{3, 3, 3, 3}));
}

long residentKilobytes() {
  long pages = 0, resident = 0;
  FILE *file = std::fopen("/proc/self/statm", "r");
  EXPECT_EQ(std::fscanf(file, "%ld %ld", &pages, &resident), 2);
  std::fclose(file);
  return resident * 4;
}

TEST(JitMemory, TheFirstCallsArgumentsAreGivenBack) {
  long before = 0;
  for (int i = 0; i < 40; ++i) {
    auto total = torch::jit([](const Tensor &t) { return t.sum(); });
    Tensor large = torch::ones({1 << 20}).eval(); // 4 MB
    EXPECT_EQ(total(large).item<float>(), 1 << 20);
    if (i == 10)
      before = residentKilobytes();
  }
  EXPECT_LT(residentKilobytes() - before, 60 * 1024); // kept, they would take 116 MB
}

} // namespace
