//===- CondTest.cpp - branches that depend on data ------------------------===//

#include "TestSupport.h"

using torch::Tensor;

namespace {

TEST(Cond, IsAnIfOutsideOfTracedFunctions) {
  int first = 0, second = 0;
  auto choose = [&](const Tensor &x) {
    return torch::cond(
        x.sum() > 0, [&](const Tensor &a) { return ++first, a * 2; }, [&](const Tensor &a) { return ++second, a - 1; }, x);
  };
  EXPECT_EQ(values(choose(torch::tensor({1., 2.}))), (Numbers{2, 4}));
  EXPECT_EQ(values(choose(torch::tensor({-1., -2.}))), (Numbers{-2, -3}));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

TEST(Cond, ChoosesAtEachCallOfATracedFunction) {
  Tensor w = torch::tensor({10., 20.});
  int traces = 0;
  auto f = torch::jit([&](const Tensor &x) {
    ++traces;
    return torch::cond(
               x.sum() > 0, [&](const Tensor &a) { return a * w; }, [](const Tensor &a) { return a - 1; }, x) +
           0.5;
  });
  EXPECT_EQ(values(f(torch::tensor({1., 2.}))), (Numbers{10.5, 40.5}));
  uint64_t before = programs();
  EXPECT_EQ(values(f(torch::tensor({-1., -2.}))), (Numbers{-1.5, -2.5}));
  w.add_(1);
  EXPECT_EQ(values(f(torch::tensor({1., 1.}))), (Numbers{11.5, 21.5}));
  EXPECT_EQ(traces, 1);
  EXPECT_LE(programs(), before + 1) << "w.add_ only";
}

TEST(Cond, IsDifferentiable) {
  Tensor w = torch::tensor({10., 20.}, torch::requires_grad());
  auto f = torch::jit([&](const Tensor &x) {
    return torch::cond(
               x.sum() > 0, [&](const Tensor &a) { return a * a * w; }, [](const Tensor &a) { return a * 3; }, x)
        .sum();
  });
  Tensor x = torch::tensor({1., 2.}, torch::requires_grad());
  f(x).backward();
  EXPECT_EQ(values(x.grad()), (Numbers{20, 80}));
  EXPECT_EQ(values(w.grad()), (Numbers{1, 4}));
  Tensor y = torch::tensor({-1., -2.}, torch::requires_grad());
  f(y).backward();
  EXPECT_EQ(values(y.grad()), (Numbers{3, 3}));
  EXPECT_EQ(values(w.grad()), (Numbers{1, 4}));
  auto gradient = torch::jit(torch::grad([&](const Tensor &a) { return f(a); }));
  EXPECT_EQ(values(gradient(torch::tensor({1., 2.}))), (Numbers{20, 80}));
}

TEST(Cond, DependsOnWhatItsBranchesCapture) {
  Tensor w = torch::tensor({10., 20.}), x = torch::tensor({1., 2.});
  auto f = torch::jit([&](const Tensor &a) {
    return torch::cond(
        a.sum() > 0, [&](const Tensor &b) { return (b * w).sum(); }, [](const Tensor &b) { return b.sum(); }, a);
  });
  EXPECT_FALSE(f(x).requires_grad());
  w.requires_grad_();
  f(x).backward();
  EXPECT_EQ(values(w.grad()), (Numbers{1, 2}));
}

TEST(Cond, NestsAndReturnsSeveral) {
  auto f = torch::jit([](const Tensor &x) {
    return torch::cond(
        x > 0,
        [](const Tensor &a) {
          Tensor inner = torch::cond(
              a > 10, [](const Tensor &b) { return b * 100; }, [](const Tensor &b) { return b * 10; }, a);
          return std::tuple<Tensor, Tensor>(inner, a);
        },
        [](const Tensor &a) { return std::tuple<Tensor, Tensor>(a * 0, -a); }, x);
  });
  auto check = [&](double x, double first, double second) {
    auto [a, b] = f(torch::tensor(x));
    EXPECT_EQ(a.item<double>(), first);
    EXPECT_EQ(b.item<double>(), second);
  };
  check(11, 1100, 11);
  check(2, 20, 2);
  check(-3, 0, 3);
}

TEST(Cond, RefusesWhatItCannotDo) {
  Tensor state = torch::zeros({2});
  auto writes = torch::jit([&](const Tensor &x) {
    return torch::cond(
        x.sum() > 0, [&](const Tensor &a) { return state.add_(a) * 1; }, [](const Tensor &a) { return a; }, x);
  });
  EXPECT_NE(messageOf([&] { writes(torch::ones({2})); }).find("cotan::cond: the first branch writes in place"), std::string::npos);
  auto differs = torch::jit([](const Tensor &x) {
    return torch::cond(
        x.sum() > 0, [](const Tensor &a) { return a; }, [](const Tensor &a) { return a.sum(); }, x);
  });
  EXPECT_EQ(messageOf([&] { differs(torch::ones({2})); }),
            "cotan::cond: expected branches with results of equal types, got (float32[2]) and (float32[])");
  EXPECT_NE(messageOf([&] { torch::cond(state, [](const Tensor &a) { return a; }, [](const Tensor &a) { return a; }, state); })
                .find("cotan::cond: expected a condition of one element"),
            std::string::npos);
  EXPECT_EQ(values(state), (Numbers{0, 0}));
}

TEST(Cond, ComparesTheNumbersOfResultsOutsideOfTracedFunctions) {
  auto one = [](const Tensor &a) { return a * 1; };
  auto two = [](const Tensor &a) { return std::vector<Tensor>{a * 2, a * 3}; };
  auto pair = [](const Tensor &a) { return std::tuple<Tensor, Tensor>(a * 4, a * 5); };
  Tensor yes = torch::tensor(1.), no = torch::tensor(0.), x = torch::tensor({1., 2.});
  EXPECT_EQ(messageOf([&] { torch::cond(no, one, two, x); }),
            "cotan::cond: expected branches that return 1 tensor, the second branch returned 2");
  EXPECT_EQ(messageOf([&] { torch::cond(yes, two, one, x); }),
            "cotan::cond: expected branches that return 1 tensor, the first branch returned 2");
  auto none = [](const Tensor &) { return std::vector<Tensor>{}; };
  EXPECT_EQ(messageOf([&] { torch::cond(no, pair, none, x); }),
            "cotan::cond: expected branches that return 2 tensors, the second branch returned 0");
  auto [first, second] = torch::cond(no, pair, two, x);
  EXPECT_EQ(values(first), (Numbers{2, 4}));
  EXPECT_EQ(values(second), (Numbers{3, 6}));
  EXPECT_EQ(torch::cond(no, two, one, x).size(), 1u);
  using cotan::detail::countsAgree;
  static_assert(!countsAgree<Tensor, std::tuple<Tensor, Tensor>>() && !countsAgree<void, Tensor>());
  static_assert(countsAgree<std::vector<Tensor>, Tensor>() && countsAgree<std::pair<Tensor, Tensor>, std::tuple<Tensor, Tensor>>());
}

} // namespace
