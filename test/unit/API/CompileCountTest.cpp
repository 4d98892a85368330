//===- CompileCountTest.cpp - what does and what does not compile again ---===//

#include "TestSupport.h"

using torch::Tensor;

namespace {

TEST(CompileCount, isOneForAThousandLearningRates) {
  Tensor x = torch::ones({8}).eval();
  auto step = [&](double rate) {
    torch::NoGradGuard guard;
    Tensor y = x - rate * x;
    return y.sum().item<double>();
  };
  step(0.5);
  uint64_t before = programs();
  for (int i = 0; i < 1000; ++i)
    EXPECT_NEAR(step(i * 0.002), 8 * (1 - i * 0.002), 1e-5);
  EXPECT_EQ(step(0), 8);
  EXPECT_EQ(step(1), 0);
  EXPECT_EQ(step(2), -8);
  EXPECT_EQ(programs(), before);
}

TEST(CompileCount, isOneForAThousandIntegers) {
  Tensor x = torch::arange(4).eval();
  (x * 7 + 3).eval();
  uint64_t before = programs();
  for (int64_t i = 0; i < 1000; ++i)
    EXPECT_EQ((x * i + (i - 1))[3].item<int64_t>(), 3 * i + i - 1);
  EXPECT_LE(programs(), before + 1);
}

TEST(CompileCount, isOneForAThousandOffsets) {
  Tensor x = torch::arange(2000.).eval();
  x.narrow(0, 0, 5).sum().item<float>();
  uint64_t before = programs();
  for (int64_t i = 0; i < 1000; ++i)
    EXPECT_EQ(x.slice(0, i, i + 5).sum().item<float>(), float(5 * i + 10));
  EXPECT_EQ(programs(), before);
  x[0].item<float>();
  before = programs();
  for (int64_t i = 0; i < 1000; ++i)
    EXPECT_EQ(x[i].item<float>(), float(i));
  EXPECT_EQ(programs(), before);
}

TEST(CompileCount, isOneForRandomDraws) {
  torch::rand({16}).eval();
  uint64_t before = programs();
  for (int i = 0; i < 20; ++i)
    torch::rand({16}).eval();
  EXPECT_EQ(programs(), before);
}

TEST(CompileCount, isOneForATrainingLoop) {
  Tensor w = torch::ones({4}, torch::requires_grad()).eval();
  w.requires_grad_();
  uint64_t first = 0;
  for (int i = 0; i < 20; ++i) {
    Tensor loss = ((w - i) * (w - i)).sum();
    loss.backward();
    {
      torch::NoGradGuard guard;
      w.sub_(0.1 * w.grad());
      w.mutable_grad() = Tensor();
    }
    loss.item<float>();
    if (i == 0)
      first = programs();
  }
  EXPECT_EQ(programs(), first);
}

TEST(CompileCount, isOneForALoopThatIsCut) {
  Tensor x = torch::zeros({4}).eval();
  uint64_t before = programs(), runs = torch::statistics().evaluations;
  Tensor y = x;
  for (int i = 0; i < 20000; ++i)
    y = y + 1;
  EXPECT_EQ(y[0].item<float>(), 20000);
  EXPECT_LE(programs(), before + 4) << "identical segments, the first and the last apart";
  EXPECT_GE(torch::statistics().evaluations, runs + 10);
}

TEST(CompileCount, isOneForALoopThatIsCutWhateverBeganIt) {
  Tensor y = torch::ones({4}, torch::requires_grad()); // pending: the loop's site did not begin the trace
  uint64_t before = programs(), nodes = torch::statistics().nodes;
  for (int i = 0; i < 10000; ++i)
    y = y * 1.0;
  EXPECT_EQ(y[0].item<float>(), 1);
  EXPECT_LE(programs(), before + 4);
  y = Tensor();
  EXPECT_LE(torch::statistics().nodes, nodes + 1) << "a long differentiable chain is freed";
}

} // namespace
