//===- JitCaptureTest.cpp - what a traced function sees of tensors outside ---------===//

#include "TestSupport.h"
#include <atomic>
#include <future>
#include <thread>

using torch::Tensor;

namespace {

TEST(JitCapture, SeesThatACapturedTensorRequiresGradNow) {
  Tensor w = torch::tensor({3., 4.});
  auto f = torch::jit([&](const Tensor &x) { return (x * w).sum(); });
  Tensor x = torch::tensor({1., 2.});
  EXPECT_FALSE(f(x).requires_grad());
  w.requires_grad_();
  Tensor loss = f(x);
  ASSERT_TRUE(loss.requires_grad());
  loss.backward();
  EXPECT_EQ(values(w.grad()), (Numbers{1, 2}));
  w.requires_grad_(false);
  EXPECT_FALSE(f(x).requires_grad());
}

TEST(JitCapture, SeesTheHistoryOfACapturedTensor) {
  Tensor x = torch::tensor({1., 2.}), state = torch::zeros({2}), w = torch::tensor({3., 4.}, torch::requires_grad());
  auto f = torch::jit([&](const Tensor &a) { return (a * state).sum(); });
  EXPECT_FALSE(f(x).requires_grad());
  state.add_(w * w);
  f(x).backward();
  EXPECT_EQ(values(w.grad()), (Numbers{6, 16}));
}

TEST(JitCapture, DifferentiatesDetachedAndViewedLeaves) {
  Tensor all = torch::tensor({{3., 4.}, {5., 6.}}), x = torch::tensor({1., 2.});
  Tensor detached = all[0].detach().requires_grad_();
  auto f = torch::jit([&](const Tensor &a) { return (a * detached * detached).sum(); });
  f(x).backward();
  EXPECT_EQ(values(detached.grad()), (Numbers{6, 16}));
}

TEST(JitCapture, GradientsWithRespectToACapturedView) {
  Tensor all = torch::tensor({{3., 4.}, {5., 6.}}, torch::requires_grad()), x = torch::tensor({1., 2.});
  Tensor row = all[1];
  auto f = torch::jit([&](const Tensor &a) { return (a * row).sum(); });
  EXPECT_EQ(values(torch::autograd::grad({f(x)}, {row})[0]), (Numbers{1, 2}));
  f(x).backward();
  EXPECT_EQ(values(all.grad()), (Numbers{0, 0, 1, 2}));
}

TEST(JitCapture, NestedFunctionsDifferentiateCapturedLeaves) {
  Tensor w = torch::tensor({3., 4.}, torch::requires_grad());
  auto inner = torch::jit([&](const Tensor &x) { return (x * w).sum(); });
  auto outer = torch::jit([&](const Tensor &x) { return inner(x) * 2; });
  Tensor x = torch::tensor({1., 2.});
  Tensor loss = outer(x);
  ASSERT_TRUE(loss.requires_grad());
  loss.backward();
  EXPECT_EQ(values(w.grad()), (Numbers{2, 4}));
  w.requires_grad_(false);
  EXPECT_FALSE(outer(x).requires_grad()) << "though only the inner function reads it";
}

TEST(JitCapture, TellsAnArgumentFromACapturedTensor) {
  Tensor w = torch::tensor({3., 4.}), y = torch::tensor({10., 20.});
  auto f = torch::jit([&](const Tensor &x) { return x + w; });
  EXPECT_EQ(values(f(w)), (Numbers{6, 8}));
  EXPECT_EQ(values(f(y)), (Numbers{13, 24}));
}

TEST(JitCapture, AGradientThatIsAnotherTensorNow) {
  Tensor w = torch::tensor({1., 2.}, torch::requires_grad());
  auto step = torch::jit([&](const Tensor &x) {
    (x * w).sum().backward();
    return w.grad() * 1;
  });
  Tensor x = torch::tensor({1., 1.});
  EXPECT_EQ(values(step(x)), (Numbers{1, 1}));
  EXPECT_EQ(values(step(x)), (Numbers{2, 2}));
  w.mutable_grad() = torch::tensor({100., 200.});
  EXPECT_EQ(values(step(x)), (Numbers{101, 201}));
  EXPECT_EQ(values(w.grad()), (Numbers{101, 201}));
}

TEST(JitCapture, TakesGradientsAwayAtEachCall) {
  Tensor w = torch::tensor({1., 2.}, torch::requires_grad());
  auto step = torch::jit([&](const Tensor &x) {
    Tensor loss = (x * w * w).sum();
    loss.backward();
    torch::NoGradGuard guard;
    w.sub_(0.25 * w.grad());
    w.mutable_grad() = Tensor();
    return loss;
  });
  Tensor x = torch::ones({2});
  EXPECT_EQ(step(x).item<float>(), 5);
  EXPECT_FALSE(w.grad().defined());
  EXPECT_EQ(step(x).item<float>(), 1.25);
  EXPECT_EQ(values(w), (Numbers{0.25, 0.5}));
  EXPECT_FALSE(w.grad().defined());
}

//===----------------------------------------------------------------------===//
// Graphs recorded before
//===----------------------------------------------------------------------===//

TEST(JitCapture, LeavesPendingGraphsAlone) {
  Tensor x = torch::tensor({{1., 2.}, {3., 4.}}, torch::requires_grad());
  Tensor row = x[0];
  Tensor loss = (row * row).sum();
  auto f = torch::jit([&](const Tensor &y) { return (x * y + row).sum(); });
  f(torch::ones({2, 2})).item<float>();
  EXPECT_EQ(values(torch::autograd::grad({loss}, {row})[0]), (Numbers{2, 4}));
}

//===----------------------------------------------------------------------===//
// Views as arguments
//===----------------------------------------------------------------------===//

TEST(JitCapture, WritesThroughViewsThatAreArguments) {
  int traces = 0;
  auto scale = torch::jit([&](const Tensor &part) {
    ++traces;
    part.mul_(10);
    return part.sum();
  });
  Tensor all = torch::arange(6.0).view({3, 2}), base = all;
  EXPECT_EQ(scale(all[1]).item<float>(), 50);
  EXPECT_EQ(values(all), (Numbers{0, 1, 20, 30, 4, 5}));
  EXPECT_EQ(scale(all[2]).item<float>(), 90);
  EXPECT_EQ(values(base), (Numbers{0, 1, 20, 30, 40, 50}));
  EXPECT_EQ(traces, 1) << "where a view begins is no other signature";
  EXPECT_EQ(scale(all.slice(1, 0, 1).select(1, 0)).item<float>(), 600);
  EXPECT_EQ(values(all), (Numbers{0, 1, 200, 30, 400, 50}));
}

TEST(JitCapture, ViewsOfOneTensorSeeEachOthersWrites) {
  auto f = torch::jit([](const Tensor &a, const Tensor &b) {
    a.add_(100);
    return b * 1;
  });
  Tensor all = torch::arange(4.0);
  EXPECT_EQ(values(f(all.slice(0, 0, 3), all.slice(0, 1, 4))), (Numbers{101, 102, 3}));
  EXPECT_EQ(values(all), (Numbers{100, 101, 102, 3}));
  EXPECT_EQ(values(f(all.slice(0, 1, 4), all.slice(0, 0, 3))), (Numbers{100, 201, 202}));
  Tensor plain = torch::arange(3.0);
  EXPECT_EQ(values(f(plain.detach(), plain)), (Numbers{100, 101, 102}));
  EXPECT_EQ(values(plain), (Numbers{100, 101, 102}));
}

TEST(JitCapture, WritesToViewsAreDifferentiable) {
  Tensor w = torch::tensor({3., 4.}, torch::requires_grad());
  auto write = torch::jit([](const Tensor &part, const Tensor &value) { part.copy_(value * value); });
  Tensor all = torch::zeros({3, 2});
  write(all[1], w);
  all.sum().backward();
  EXPECT_EQ(values(w.grad()), (Numbers{6, 8}));
  EXPECT_EQ(values(all.detach()), (Numbers{0, 0, 9, 16, 0, 0}));
}

TEST(JitCapture, WritesToHostMemory) {
  double memory[] = {1, 2, 3};
  Tensor x = torch::from_blob(memory, {3}, torch::kDouble);
  auto f = torch::jit([](const Tensor &part) { part.add_(10); });
  f(x.slice(0, 1, 3));
  EXPECT_EQ(memory[0], 1);
  EXPECT_EQ(memory[2], 13);
}

TEST(JitCapture, RetainedGradientsOfArguments) {
  Tensor x = torch::tensor({{1., 2.}, {3., 4.}}, torch::requires_grad());
  Tensor row = x[1];
  row.retain_grad();
  auto f = torch::jit([](const Tensor &a) { return (a * a).sum(); });
  f(row).backward();
  EXPECT_EQ(values(row.grad()), (Numbers{6, 8}));
}

//===----------------------------------------------------------------------===//
// The lock
//===----------------------------------------------------------------------===//

TEST(JitCapture, OtherThreadsWorkWhileAFunctionIsTraced) {
  Tensor w = torch::tensor({3., 4.});
  std::vector<double> seen;
  auto f = torch::jit([&](const Tensor &x) {
    Tensor result = x * w; // the frame holds a stand-in for w now
    w.add_(1);
    seen = std::async(std::launch::async, [&] { return values(w * 2); }).get();
    return result;
  });
  EXPECT_EQ(values(f(torch::ones({2}))), (Numbers{3, 4}));
  EXPECT_EQ(seen, (Numbers{6, 8})) << "another thread sees the tensor itself";
  EXPECT_EQ(values(w), (Numbers{4, 5}));
}

TEST(JitCapture, TracesInSeveralThreadsAtOnce) {
  Tensor w = torch::arange(4.);
  auto f = torch::jit([&](const Tensor &x) { return (x * w).sum(); });
  std::vector<double> results(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 1; i < 9; ++i)
        results[size_t(t)] += f(torch::ones({i, 4})).item<double>();
    });
  for (std::thread &thread : threads)
    thread.join();
  for (double result : results)
    EXPECT_EQ(result, 6 * 36);
}

std::atomic<double> seenByDeleter;

TEST(JitCapture, DeletersRunWithoutTheLock) {
  static double memory[] = {1, 2};
  {
    Tensor x = torch::from_blob(
        memory, {2}, [](void *) { std::thread([] { seenByDeleter = torch::full({2}, 3.5).sum().item<double>(); }).join(); }, torch::kDouble);
    EXPECT_EQ((x + 1).sum().item<double>(), 5);
  }
  EXPECT_EQ(seenByDeleter, 7);
}

} // namespace
