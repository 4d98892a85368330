//===- JitTest.cpp - functions traced once a signature --------------------===//

#include "TestSupport.h"
#include <thread>

using torch::Tensor;

namespace {

TEST(Jit, tracesOncePerSignature) {
  int traces = 0;
  auto f = torch::jit([&](const Tensor &x, const Tensor &y) {
    ++traces;
    return x * y + 1;
  });
  Tensor a = torch::tensor({1., 2.}), b = torch::tensor({3., 4.});
  EXPECT_EQ(values(f(a, b)), (Numbers{4, 9}));
  EXPECT_EQ(values(f(b, b)), (Numbers{10, 17}));
  EXPECT_EQ(traces, 2) << "arguments that alias are another signature";
  EXPECT_EQ(values(f(b, a)), (Numbers{4, 9}));
  EXPECT_EQ(traces, 2);
  f(torch::ones({3}), torch::ones({3}));
  EXPECT_EQ(traces, 3);
  f(a.to(torch::kDouble), b.to(torch::kDouble));
  EXPECT_EQ(traces, 4);
}

TEST(Jit, readsCapturedTensorsAtEachCall) {
  Tensor w = torch::tensor({1., 2.});
  auto f = torch::jit([&](const Tensor &x) { return x * w; });
  EXPECT_EQ(values(f(torch::ones({2}))), (Numbers{1, 2}));
  w.mul_(10);
  EXPECT_EQ(values(f(torch::ones({2}))), (Numbers{10, 20}));
}

TEST(Jit, writesCapturedTensorsAtEachCall) {
  Tensor count = torch::zeros({}), state = torch::zeros({2});
  auto f = torch::jit([&](const Tensor &x) {
    count.add_(1);
    state[0] = x.sum();
    return x + count;
  });
  EXPECT_EQ(values(f(torch::ones({2}))), (Numbers{2, 2}));
  EXPECT_EQ(values(f(torch::ones({2}))), (Numbers{3, 3}));
  EXPECT_EQ(count.item<float>(), 2);
  EXPECT_EQ(values(state), (Numbers{2, 0}));
}

TEST(Jit, returnsSeveral) {
  auto f = torch::jit([](const Tensor &x) { return std::tuple<Tensor, Tensor>(x + 1, x * 2); });
  auto [a, b] = f(torch::tensor({1., 2.}));
  EXPECT_EQ(values(a), (Numbers{2, 3}));
  EXPECT_EQ(values(b), (Numbers{2, 4}));
}

TEST(Jit, isDifferentiable) {
  Tensor w = torch::tensor({3., 4.}, torch::requires_grad()), x = torch::tensor({1., 2.}, torch::requires_grad());
  auto f = torch::jit([&](const Tensor &a) { return (a * a * w).sum(); });
  f(x).backward();
  EXPECT_EQ(values(x.grad()), (Numbers{6, 16}));
  EXPECT_EQ(values(w.grad()), (Numbers{1, 4}));
}

TEST(Jit, holdsAWholeTrainingStep) {
  Tensor w = torch::tensor({3., 4.}, torch::requires_grad());
  auto step = torch::jit([&](const Tensor &target) {
    Tensor loss = ((w - target) * (w - target)).sum();
    loss.backward();
    torch::NoGradGuard guard;
    w.sub_(0.25 * w.grad());
    w.grad().zero_();
    return loss;
  });
  Tensor target = torch::zeros({2});
  EXPECT_EQ(step(target).item<float>(), 25);
  EXPECT_EQ(values(w), (Numbers{1.5, 2}));
  EXPECT_EQ(step(target).item<float>(), 6.25);
  uint64_t before = programs();
  EXPECT_EQ(step(target).item<float>(), 1.5625);
  EXPECT_EQ(values(w), (Numbers{0.375, 0.5}));
  EXPECT_EQ(programs(), before);
  EXPECT_TRUE(w.is_leaf());
}

TEST(Jit, preparesACallWithoutRunningIt) {
  Tensor count = torch::zeros({});
  int traces = 0;
  auto f = torch::jit([&](const Tensor &x) {
    ++traces;
    count.add_(1);
    return x * 7 + count;
  });
  Tensor x = torch::tensor({1., 2.});
  auto prepared = f.prepare(x);
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(count.item<float>(), 0);
  uint64_t before = programs();
  EXPECT_EQ(values(prepared(x)), (Numbers{8, 15}));
  EXPECT_EQ(values(prepared(torch::tensor({3., 4.}))), (Numbers{23, 30}));
  EXPECT_EQ(programs(), before) << "compiled by prepare()";
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(count.item<float>(), 2);
  EXPECT_NE(messageOf([&] { prepared(torch::ones({3})); }).find("prepared call: the arguments differ"), std::string::npos);
  EXPECT_NE(messageOf([&] { prepared(x, x); }).find("prepared call"), std::string::npos);
}

TEST(Jit, preparingDrawsNothing) {
  auto f = torch::jit([](const Tensor &x) { return torch::rand({4}) + x; });
  Tensor zero = torch::zeros({4});
  torch::manual_seed(5);
  auto prepared = f.prepare(zero);
  Tensor a = prepared(zero);
  torch::manual_seed(5);
  EXPECT_TRUE(torch::equal(a, torch::rand({4})));
}

TEST(Jit, refusesReadingValues) {
  auto f = torch::jit([](const Tensor &x) { return x.sum().item<float>() > 0 ? x : -x; });
  Tensor x = torch::ones({2});
  EXPECT_NE(messageOf([&] { f(x); }).find("cotan::cond"), std::string::npos);
  EXPECT_EQ(values(x + 1), (Numbers{2, 2})) << "the arguments are as they were";
  auto g = torch::jit([](const Tensor &y) { return y.sum() > 0 ? y : -y; });
  EXPECT_NE(messageOf([&] { g(x); }).find("cotan::cond"), std::string::npos);
}

TEST(Jit, drawsAnewAtEachCall) {
  auto f = torch::jit([](const Tensor &x) { return torch::rand({8}) + x; });
  Tensor zero = torch::zeros({8});
  torch::manual_seed(5);
  Tensor a = f(zero), b = f(zero);
  EXPECT_FALSE(torch::equal(a, b));
  torch::manual_seed(5);
  EXPECT_TRUE(torch::equal(a, torch::rand({8})));
}

TEST(Jit, nests) {
  auto inner = torch::jit([](const Tensor &x) { return x * x; });
  auto outer = torch::jit([&](const Tensor &x) { return inner(x) + inner(x + 1); });
  EXPECT_EQ(values(outer(torch::tensor({1., 2.}))), (Numbers{5, 13}));
  auto gradient = torch::jit(torch::grad([&](const Tensor &x) { return inner(x).sum(); }));
  EXPECT_EQ(values(gradient(torch::tensor({1., 2.}))), (Numbers{2, 4}));
}

TEST(Jit, isCalledFromThreads) {
  Tensor w = torch::arange(4.);
  auto f = torch::jit([&](const Tensor &x) { return (x * w).sum(); });
  std::vector<double> results(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i)
        results[size_t(t)] += f(torch::full({4}, double(t))).item<double>();
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int t = 0; t < 4; ++t)
    EXPECT_EQ(results[size_t(t)], 20 * 6 * t);
}

} // namespace
