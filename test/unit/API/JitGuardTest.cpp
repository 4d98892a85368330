//===- JitGuardTest.cpp - gradients, guards and refusals of traced functions -------===//

#include "TestSupport.h"
#include <atomic>
#include <stdexcept>
#include <thread>

using torch::Tensor;

namespace {

Tensor leaf(double a, double b) { return torch::tensor({a, b}, torch::requires_grad()); }

//===----------------------------------------------------------------------===//
// Gradients of arguments
//===----------------------------------------------------------------------===//

TEST(JitGuard, ReadsTheGradientOfTheArgumentOfTheCall) {
  int traces = 0;
  auto f = torch::jit([&](const Tensor &w) {
    ++traces;
    torch::NoGradGuard guard;
    return w - w.grad();
  });
  Tensor first = leaf(1, 2), second = leaf(3, 4);
  first.mutable_grad() = torch::tensor({10., 20.});
  second.mutable_grad() = torch::tensor({100., 200.});
  EXPECT_EQ(values(f(first)), (Numbers{-9, -18}));
  EXPECT_EQ(values(f(second)), (Numbers{-97, -196}));
  first.mutable_grad() = torch::tensor({0.5, 0.5});
  EXPECT_EQ(values(f(first)), (Numbers{0.5, 1.5}));
  EXPECT_EQ(traces, 1);
}

TEST(JitGuard, AccumulatesIntoTheGradientOfTheArgument) {
  auto step = torch::jit([](const Tensor &w, const Tensor &x) {
    (x * w).sum().backward();
    return w.grad() * 1;
  });
  Tensor w = leaf(1, 2), other = leaf(3, 4), x = torch::tensor({1., 1.});
  EXPECT_EQ(values(step(w, x)), (Numbers{1, 1}));
  EXPECT_EQ(values(step(w, x)), (Numbers{2, 2}));
  Tensor dropped = w.grad();
  w.mutable_grad() = Tensor();
  EXPECT_EQ(values(step(w, x)), (Numbers{1, 1}));
  EXPECT_EQ(values(step(w, x)), (Numbers{2, 2}));
  EXPECT_EQ(values(w.grad()), (Numbers{2, 2}));
  EXPECT_EQ(values(dropped), (Numbers{2, 2})) << "nobody's gradient any more";
  w.mutable_grad() = torch::tensor({100., 200.});
  EXPECT_EQ(values(step(w, x)), (Numbers{101, 201}));
  other.mutable_grad() = torch::tensor({5., 5.});
  EXPECT_EQ(values(step(other, x)), (Numbers{6, 6}));
  EXPECT_EQ(values(other.grad()), (Numbers{6, 6}));
  EXPECT_EQ(values(w.grad()), (Numbers{101, 201}));
}

TEST(JitGuard, NestedFunctionsFindTheGradientOfTheArgument) {
  auto inner = torch::jit([](const Tensor &w, const Tensor &x) { (x * w).sum().backward(); });
  auto outer = torch::jit([&](const Tensor &w, const Tensor &x) {
    inner(w, x);
    inner(w, x);
    torch::NoGradGuard guard;
    return w.grad() * 1;
  });
  Tensor first = leaf(1, 2), second = leaf(3, 4), x = torch::tensor({1., 3.});
  first.mutable_grad() = torch::tensor({10., 20.});
  second.mutable_grad() = torch::tensor({100., 200.});
  EXPECT_EQ(values(outer(first, x)), (Numbers{12, 26}));
  EXPECT_EQ(values(outer(second, x)), (Numbers{102, 206}));
  EXPECT_EQ(values(first.grad()), (Numbers{12, 26}));
  EXPECT_EQ(values(second.grad()), (Numbers{102, 206}));
}

TEST(JitGuard, TellsACapturedTensorFromTheGradientThatItWas) {
  Tensor w = leaf(1, 2), g = torch::tensor({10., 20.}), x = torch::tensor({0., 0.});
  w.mutable_grad() = g;
  auto f = torch::jit([&](const Tensor &a) {
    torch::NoGradGuard guard;
    return a + g * 100 + w.grad();
  });
  EXPECT_EQ(values(f(x)), (Numbers{1010, 2020}));
  w.mutable_grad() = torch::tensor({1., 1.});
  EXPECT_EQ(values(f(x)), (Numbers{1001, 2001}));
  w.mutable_grad() = g;
  EXPECT_EQ(values(f(x)), (Numbers{1010, 2020}));
}

TEST(JitGuard, SeesThatAGradientSharesMemoryWithAnArgument) {
  auto f = torch::jit([](const Tensor &w, const Tensor &g) {
    torch::NoGradGuard guard;
    g.add_(1);
    return w.grad() * 1;
  });
  Tensor w = leaf(1, 2), g = torch::tensor({10., 20.});
  w.mutable_grad() = torch::tensor({5., 6.});
  EXPECT_EQ(values(f(w, g)), (Numbers{5, 6}));
  w.mutable_grad() = g;
  EXPECT_EQ(values(f(w, g)), (Numbers{12, 22}));
  w.mutable_grad() = torch::tensor({7., 8.});
  EXPECT_EQ(values(f(w, g)), (Numbers{7, 8}));
}

TEST(JitGuard, SeesThatTwoGradientsAreOne) {
  auto f = torch::jit([](const Tensor &a, const Tensor &b) {
    torch::NoGradGuard guard;
    a.grad().add_(1);
    return b.grad() * 1;
  });
  Tensor a = leaf(1, 2), b = leaf(3, 4), one = torch::tensor({10., 20.});
  a.mutable_grad() = torch::tensor({5., 6.});
  b.mutable_grad() = torch::tensor({7., 8.});
  EXPECT_EQ(values(f(a, b)), (Numbers{7, 8}));
  a.mutable_grad() = one;
  b.mutable_grad() = one;
  EXPECT_EQ(values(f(a, b)), (Numbers{11, 21}));
}

TEST(JitGuard, SeesThatArgumentsShareAGradient) {
  Tensor w = torch::tensor({1., 2.});
  Tensor a = w.detach().requires_grad_(), b = w.detach().requires_grad_();
  auto step = torch::jit([](const Tensor &x, const Tensor &y) { (x * 2 + y * 3).sum().backward(); });
  step(a, a);
  EXPECT_EQ(values(a.grad()), (Numbers{5, 5}));
  a.mutable_grad() = Tensor();
  step(a, b);
  EXPECT_EQ(values(a.grad()), (Numbers{2, 2}));
  ASSERT_TRUE(b.grad().defined());
  EXPECT_EQ(values(b.grad()), (Numbers{3, 3}));
}

TEST(JitGuard, GradientsThatRequireGradAreFoundAtTheCall) {
  Tensor w = leaf(1, 2), first = leaf(3, 4), second = leaf(5, 6);
  auto f = torch::jit([&](const Tensor &x) { return (x * w.grad()).sum(); });
  Tensor x = torch::ones({2});
  w.mutable_grad() = first;
  f(x).backward();
  EXPECT_EQ(values(first.grad()), (Numbers{1, 1}));
  w.mutable_grad() = second;
  Tensor loss = f(x);
  EXPECT_EQ(loss.item<double>(), 11);
}

std::atomic<int> released;

TEST(JitGuard, TracesThatDifferInGuardsAloneAreBounded) {
  static double memory[] = {1, 2, 3, 4};
  Tensor w = leaf(1, 2);
  auto f = torch::jit([&](const Tensor &x) {
    torch::NoGradGuard guard;
    return x - w.grad();
  });
  released = 0;
  Tensor x = torch::zeros({2});
  for (int i = 0; i < 100; ++i) {
    Tensor all = torch::from_blob(memory, {4}, [](void *) { ++released; }, torch::kDouble);
    w.mutable_grad() = all.slice(0, 0, 2); // a view, which is another tensor each time
    ASSERT_EQ(values(f(x)), (Numbers{-1, -2}));
  }
  EXPECT_GE(released, 30) << "what the dropped traces held";
  EXPECT_LE(released, 40);
}

//===----------------------------------------------------------------------===//
// What would change tensors once, at the trace
//===----------------------------------------------------------------------===//

constexpr const char *refusal = " on a tensor from outside of a function traced by cotan::jit";

template <typename F> void expectRefused(F function, const Tensor &argument, const char *what) {
  auto f = torch::jit(function);
  EXPECT_EQ(messageOf([&] { f.prepare(argument); }).find(std::string(what) + refusal), 0u) << messageOf([&] { f.prepare(argument); });
  EXPECT_EQ(messageOf([&] { f(argument); }).find(std::string(what) + refusal), 0u);
}

TEST(JitGuard, RefusesToChangeFlagsOfTensorsOutside) {
  Tensor x = torch::ones({2}), plain = torch::ones({2}), w = leaf(1, 2), made = w * 2;
  expectRefused([&](const Tensor &a) { return a * plain.requires_grad_(); }, x, "requires_grad_()");
  EXPECT_FALSE(plain.requires_grad());
  expectRefused([](const Tensor &a) { return a.requires_grad_() * 2; }, x, "requires_grad_()");
  EXPECT_FALSE(x.requires_grad());
  expectRefused([&](const Tensor &a) { return a * w.requires_grad_(false); }, x, "requires_grad_()");
  EXPECT_TRUE(w.requires_grad());
  expectRefused([&](const Tensor &a) { return a * w.detach_(); }, x, "detach_()");
  EXPECT_TRUE(w.is_leaf() && w.requires_grad());
  expectRefused([&](const Tensor &a) { return a * made.detach_(); }, x, "detach_()");
  EXPECT_TRUE(made.requires_grad());
  expectRefused(
      [&](const Tensor &a) {
        made.retain_grad();
        return a * made;
      },
      x, "retain_grad()");
  EXPECT_FALSE(made.retains_grad());
}

TEST(JitGuard, RefusesToAttachCapturedTensors) {
  Tensor x = torch::ones({2}), w = leaf(3, 4), state = torch::zeros({2}).detach();
  expectRefused([&](const Tensor &a) { return state.add_(a * w) * 1; }, x, "writing what requires grad in place to a detached tensor");
  EXPECT_FALSE(state.requires_grad());
  EXPECT_EQ(values(state), (Numbers{0, 0}));
  state.add_(w); // a detached tensor still, so this attaches it
  EXPECT_TRUE(state.requires_grad());
}

TEST(JitGuard, ChangesFlagsOfItsOwnTensors) {
  Tensor w = leaf(1, 2);
  auto f = torch::jit([&](const Tensor &x) {
    Tensor own = x.detach().requires_grad_(), made = own * own;
    made.retain_grad();
    (made * w).sum().backward();
    w.requires_grad_(); // as it is already
    x.detach_();        // as it is
    Tensor cut = own * 1;
    cut.detach_();
    return std::tuple<Tensor, Tensor, Tensor>(own.grad(), made.grad(), cut);
  });
  auto [own, made, cut] = f(torch::tensor({3., 4.}));
  EXPECT_EQ(values(own), (Numbers{6, 16}));
  EXPECT_EQ(values(made), (Numbers{1, 2}));
  EXPECT_FALSE(cut.requires_grad());
}

//===----------------------------------------------------------------------===//
// Guards under the lock
//===----------------------------------------------------------------------===//

TEST(JitGuard, WhatChangedWhileTracingIsSeen) {
  Tensor w = torch::tensor({3., 4.}), x = torch::tensor({1., 2.});
  int traces = 0;
  auto f = torch::jit([&](const Tensor &a) {
    Tensor result = (a * w).sum();
    if (++traces == 1)
      std::thread([&] { w.requires_grad_(); }).join(); // another thread, after the trace has read it
    return result;
  });
  Tensor loss = f(x);
  EXPECT_EQ(traces, 2);
  ASSERT_TRUE(loss.requires_grad());
  loss.backward();
  EXPECT_EQ(values(w.grad()), (Numbers{1, 2}));
}

TEST(JitGuard, GivesUpWhereEachTraceChangesWhatItDependsOn) {
  Tensor w = torch::tensor({3., 4.});
  auto f = torch::jit([&](const Tensor &a) {
    Tensor result = (a * w).sum();
    std::thread([&] { w.requires_grad_(!w.requires_grad()); }).join();
    return result;
  });
  EXPECT_NE(messageOf([&] { f(torch::ones({2})); }).find("the function changes what it depends on"), std::string::npos);
}

TEST(JitGuard, AThrowingDeleterIsReported) {
  static double memory[] = {1, 2};
  static int runs = 0; // a text is printed once a process, and the test may be repeated
  ++runs;
  testing::internal::CaptureStderr();
  { Tensor x = torch::from_blob(memory, {2}, [](void *) { throw std::runtime_error("run " + std::to_string(runs)); }, torch::kDouble); }
  std::string expected = "the deleter of from_blob memory threw, and must not: run " + std::to_string(runs);
  EXPECT_NE(testing::internal::GetCapturedStderr().find(expected), std::string::npos);
}

} // namespace
