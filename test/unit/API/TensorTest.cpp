//===- TensorTest.cpp - creation, types, values, in-place ops -------------===//

#include "TestSupport.h"
#include <cmath>
#include <numeric>
#include <set>
#include <sstream>
#include <thread>

using torch::Tensor;

namespace {

TEST(Tensor, isCreatedFromNestedLists) {
  EXPECT_EQ(torch::tensor({{1., 2.}, {3., 4.}}).sizes(), torch::IntArrayRef({2, 2}));
  EXPECT_EQ(torch::tensor({1, 2}).dtype(), torch::kLong);
  EXPECT_EQ(torch::tensor({1.0, 2.0}).dtype(), torch::kFloat);
  EXPECT_EQ(torch::tensor({true, false}).dtype(), torch::kBool);
  EXPECT_EQ(torch::tensor(5.).dim(), 0);
  EXPECT_EQ(torch::tensor(std::vector<int64_t>{1, 2, 3}).dtype(), torch::kLong);
  EXPECT_EQ(torch::tensor({1, 2}, torch::kDouble).dtype(), torch::kDouble);
  EXPECT_THROW(torch::tensor({{1., 2.}, {3.}}), torch::ValueError);
}

TEST(Tensor, isCreatedByRule) {
  EXPECT_EQ(values(torch::arange(4)), (Numbers{0, 1, 2, 3}));
  EXPECT_EQ(values(torch::arange(1, 2, 0.25)), (Numbers{1, 1.25, 1.5, 1.75}));
  EXPECT_EQ(values(torch::arange(5, 0, -2)), (Numbers{5, 3, 1}));
  EXPECT_EQ(torch::arange(4.0).dtype(), torch::kFloat);
  EXPECT_EQ(values(torch::linspace(0, 1, 5)), (Numbers{0, .25, .5, .75, 1}));
  EXPECT_EQ(values(torch::eye(2)), (Numbers{1, 0, 0, 1}));
  EXPECT_EQ(values(torch::full({2}, 7)), (Numbers{7, 7}));
  EXPECT_EQ(torch::full({2}, 7).dtype(), torch::kLong);
  EXPECT_EQ(torch::zeros({0, 3}).numel(), 0);
  EXPECT_EQ(values(torch::ones_like(torch::tensor({1, 2}))), (Numbers{1, 1}));
}

TEST(Tensor, promotesTypesAsTorch) {
  Tensor i = torch::tensor({1, 2}), f = torch::tensor({1., 2.}), d = torch::tensor({1., 2.}, torch::kDouble), b = torch::tensor({true, false});
  Tensor zeroDimensional = torch::tensor(2., torch::kDouble);
  EXPECT_EQ((i + f).dtype(), torch::kFloat);
  EXPECT_EQ((f + zeroDimensional).dtype(), torch::kFloat);
  EXPECT_EQ((i + zeroDimensional).dtype(), torch::kDouble);
  EXPECT_EQ((f + d).dtype(), torch::kDouble);
  EXPECT_EQ((i + 1.5).dtype(), torch::kFloat);
  EXPECT_EQ((i + 1).dtype(), torch::kLong);
  EXPECT_EQ((b + 1).dtype(), torch::kLong);
  EXPECT_EQ((b + b).dtype(), torch::kBool);
  EXPECT_EQ((i / i).dtype(), torch::kFloat);
  EXPECT_EQ(i.sum().dtype(), torch::kLong);
  EXPECT_EQ(b.sum().dtype(), torch::kLong);
  EXPECT_EQ(torch::exp(i).dtype(), torch::kFloat);
  EXPECT_EQ((f == d).dtype(), torch::kBool);
}

TEST(Tensor, computes) {
  Tensor a = torch::tensor({1., 2., 3.}), b = torch::tensor({4., 5., 6.});
  EXPECT_EQ(values(a + b * 2 - 1), (Numbers{8, 11, 14}));
  EXPECT_EQ(values(1 - a), (Numbers{0, -1, -2}));
  EXPECT_EQ(values(6 / a), (Numbers{6, 3, 2}));
  EXPECT_EQ(values(a.pow(2)), (Numbers{1, 4, 9}));
  EXPECT_EQ(values(torch::tensor({7, -7}) % 3), (Numbers{1, 2}));
  EXPECT_EQ(values(torch::tensor({3, -2}).pow(5)), (Numbers{243, -32}));
  EXPECT_EQ(values(torch::pow(2, torch::tensor({0, 10}))), (Numbers{1, 1024}));
  EXPECT_EQ(torch::dot(a, b).item<float>(), 32);
  EXPECT_EQ(values(torch::relu(a - 2)), (Numbers{0, 0, 1}));
  EXPECT_EQ(values(torch::clamp(a, 1.5, 2.5)), (Numbers{1.5, 2, 2.5}));
  EXPECT_EQ(values(torch::where(a > 1, b, 0)), (Numbers{0, 5, 6}));
  EXPECT_FLOAT_EQ(a.norm().item<float>(), std::sqrt(14.f));
  EXPECT_EQ(a.mean().item<float>(), 2);
  EXPECT_EQ(std::get<1>(torch::tensor({{1., 5.}, {7., 2.}}).max(1)).to_vector<int64_t>(), (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(values(torch::tensor({{1., 2.}, {3., 4.}}).matmul(torch::tensor({{1., 0.}, {1., 1.}}))), (Numbers{3, 2, 7, 4}));
  EXPECT_TRUE(torch::equal(a, a.clone()));
}

TEST(Tensor, multipliesBatches) {
  Tensor a = torch::arange(12., torch::kDouble).view({2, 2, 3}), v = torch::arange(3., torch::kDouble);
  EXPECT_EQ(values(a.matmul(v)), (Numbers{5, 14, 23, 32}));
  Tensor c = a.matmul(a.transpose(1, 2));
  EXPECT_EQ(c.sizes(), torch::IntArrayRef({2, 2, 2}));
  EXPECT_EQ(values(c.select(0, 0)), (Numbers{5, 14, 14, 50}));
  EXPECT_EQ(a.matmul(torch::ones({4, 1, 3, 5}, torch::kDouble)).sizes(), torch::IntArrayRef({4, 2, 2, 5}));
}

TEST(Tensor, sharesStorageBetweenHandles) {
  Tensor a = torch::ones({3});
  Tensor b = a;
  b.add_(1);
  EXPECT_EQ(values(a), (Numbers{2, 2, 2}));
  a *= 3;
  EXPECT_EQ(values(b), (Numbers{6, 6, 6}));
  Tensor c = a.clone();
  c.zero_();
  EXPECT_EQ(values(a), (Numbers{6, 6, 6}));
  EXPECT_EQ(values(a.fill_(2).mul_(a)), (Numbers{4, 4, 4}));
}

TEST(Tensor, readsPendingOpsBeforeMemoryChanges) {
  Tensor a = torch::ones({2});
  Tensor sum = a + 1;
  a.data_ptr<float>()[0] = 10;
  EXPECT_EQ(values(sum), (Numbers{2, 2})) << "recorded before the write";
  EXPECT_EQ(values(a + 1), (Numbers{11, 2}));
  float *data = a.data_ptr<float>();
  a.add_(1);
  EXPECT_EQ(data[0], 11) << "an in-place op writes through";
  EXPECT_EQ(a.data_ptr<float>(), data);
}

TEST(Tensor, wrapsHostMemory) {
  static int deleted = 0;
  float memory[] = {1, 2, 3, 4};
  {
    Tensor a = torch::from_blob(memory, {2, 2}, [](void *) { ++deleted; });
    EXPECT_EQ(values(a * 2), (Numbers{2, 4, 6, 8}));
    a.add_(1);
    EXPECT_EQ(memory[3], 5);
    memory[0] = 100;
    EXPECT_EQ(values(a.select(0, 0)), (Numbers{100, 3}));
    EXPECT_EQ(a.data_ptr<float>(), memory);
  }
  EXPECT_EQ(deleted, 1);
}

TEST(Tensor, accessesElements) {
  Tensor a = torch::arange(6.).view({2, 3});
  auto access = a.accessor<float, 2>();
  EXPECT_EQ(access[1][2], 5);
  access[0][0] = 9;
  EXPECT_EQ(a[0][0].item<float>(), 9);
  EXPECT_THROW((a.accessor<float, 1>()), torch::Error);
}

TEST(Tensor, isEmptyOrZeroDimensional) {
  for (const std::vector<int64_t> &shape : std::vector<std::vector<int64_t>>{{}, {0}, {0, 3}, {1}}) {
    Tensor x = torch::ones(shape, torch::requires_grad());
    Tensor y = (torch::exp(x) * 2 + x).sum();
    y.backward();
    EXPECT_EQ(x.grad().sizes(), shape);
    EXPECT_NEAR(y.item<double>(), double(x.numel()) * (2 * std::exp(1.0) + 1), 1e-5);
  }
}

TEST(Tensor, drawsRandomNumbers) {
  torch::manual_seed(3);
  Tensor a = torch::rand({1000}), b = torch::rand({1000});
  EXPECT_FALSE(torch::equal(a, b));
  torch::manual_seed(3);
  EXPECT_TRUE(torch::equal(a, torch::rand({1000})));
  EXPECT_NEAR(a.mean().item<double>(), 0.5, 0.05);
  EXPECT_GE(a.min().item<double>(), 0);
  EXPECT_LT(a.max().item<double>(), 1);
  Tensor n = torch::randn({10000});
  EXPECT_NEAR(n.mean().item<double>(), 0, 0.05);
  EXPECT_NEAR((n * n).mean().item<double>(), 1, 0.05);
  auto draws = torch::randint(2, 5, {100}).to_vector<int64_t>();
  EXPECT_EQ(std::set<int64_t>(draws.begin(), draws.end()), (std::set<int64_t>{2, 3, 4}));
}

TEST(Tensor, worksFromThreads) {
  Tensor weight = torch::arange(8.);
  std::vector<double> sums(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        Tensor x = torch::full({8}, double(t), torch::requires_grad());
        (x * weight).sum().backward();
        sums[size_t(t)] += (x.grad() + t).sum().item<double>();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int t = 0; t < 4; ++t)
    EXPECT_EQ(sums[size_t(t)], 50 * (28 + 8 * t));
}

TEST(Tensor, freesWhatIsNotHeld) {
  uint64_t before = torch::statistics().nodes;
  {
    Tensor x = torch::ones({3}, torch::requires_grad());
    Tensor y = (x * x).sum();
    y.backward();
    x.grad().eval();
  }
  EXPECT_EQ(torch::statistics().nodes, before);
}

TEST(Tensor, SizesArePrinted) {
  std::ostringstream stream;
  stream << torch::zeros({2, 3}).sizes() << torch::tensor(1.).sizes() << torch::IntArrayRef(7) << int64_t(5);
  EXPECT_EQ(stream.str(), "[2, 3][][7]5");
}

} // namespace
