//===- ProfileTest.cpp - profiles through the public API ------------------===//

#include "TestSupport.h"
#include <cstring>
#include <source_location>
#include <sstream>

using torch::KernelProfile;
using torch::Profile;
using torch::Tensor;

namespace {

const KernelProfile *find(const Profile &profile, const std::string &operation) {
  for (const KernelProfile &kernel : profile.kernels)
    if (kernel.operations.find(operation) != std::string::npos)
      return &kernel;
  return nullptr;
}

TEST(Profile, describesTheKernelsOfAProgram) {
  Tensor x = torch::randn({64, 128}).eval(), w = torch::randn({128, 32}).eval();
  int line = 0;
  Profile profile = torch::profile([&] {
    Tensor h = x.matmul(w);
    line = std::source_location::current().line() + 1;
    return torch::softmax(h, 1);
  });
  EXPECT_EQ(profile.evaluations, 1u);
  EXPECT_EQ(profile.launches, 2u);
  ASSERT_EQ(profile.kernels.size(), 2u);
  const KernelProfile *product = find(profile, "dot_general"), *softmax = find(profile, "exp");
  ASSERT_TRUE(product && softmax);
  EXPECT_EQ(product->shape, "m=64 n=32 k=128");
  EXPECT_EQ(product->flops, 2. * 64 * 32 * 128);
  EXPECT_EQ(product->bytes, (64 * 128 + 128 * 32 + 64 * 32) * 4);
  EXPECT_EQ(softmax->bytes, 2 * 64 * 32 * 4);
  EXPECT_EQ(softmax->transcendentals, 64 * 32);
  EXPECT_NE(softmax->operations.find("reduce_max"), std::string::npos);
  EXPECT_NE(softmax->location.find("ProfileTest.cpp:" + std::to_string(line)), std::string::npos) << softmax->location;
  for (const KernelProfile &kernel : profile.kernels) {
    EXPECT_EQ(kernel.launches, 1u);
    EXPECT_GT(kernel.seconds, 0);
  }
  EXPECT_LE(product->seconds + softmax->seconds, profile.seconds);
  EXPECT_NE(product->name, softmax->name);
}

TEST(Profile, leavesEveryBitAsItIs) {
  torch::manual_seed(3);
  Tensor x = torch::randn({33, 65}).eval(), w = torch::randn({65, 17}, torch::requires_grad()).eval();
  w.requires_grad_();
  auto step = [&] {
    w.mutable_grad() = Tensor();
    Tensor loss = (torch::log_softmax(torch::tanh(x.matmul(w)), 1) * 0.1)[3].sum();
    loss.backward();
    std::vector<float> bits = w.grad().to_vector<float>();
    bits.push_back(loss.item<float>());
    return bits;
  };
  std::vector<float> plain = step(), profiled;
  Profile profile = torch::profile([&] { profiled = step(); });
  EXPECT_GE(profile.launches, 2u);
  ASSERT_EQ(plain.size(), profiled.size());
  EXPECT_EQ(std::memcmp(plain.data(), profiled.data(), plain.size() * sizeof(float)), 0);
}

TEST(Profile, hasProgramsOfItsOwn) {
  Tensor x = torch::ones({77}).eval();
  auto run = [&] { return (x * 3 + 1).sum().item<float>(); };
  run();
  uint64_t before = torch::statistics().compiles, found = programs();
  torch::profile([&] { run(); });
  EXPECT_EQ(torch::statistics().compiles, before + 1) << "compiled in the profiling form, whatever is on disk";
  torch::profile([&] { run(); });
  run();
  EXPECT_EQ(torch::statistics().compiles, before + 1);
  EXPECT_EQ(programs(), found + 1) << "the usual form is still at hand";
}

TEST(Profile, addsUpOverCallsAndStartsAnew) {
  Tensor x = torch::ones({1000}).eval();
  auto run = [&](int count) {
    return torch::profile([&] {
      for (int i = 0; i < count; ++i) {
        Tensor y = torch::exp(x * double(i)); // nobody holds the product any more: it is not written
        y.eval();
      }
    });
  };
  run(1);
  Profile profile = run(5);
  EXPECT_EQ(profile.evaluations, 5u);
  ASSERT_EQ(profile.kernels.size(), 1u);
  EXPECT_EQ(profile.kernels[0].launches, 5u);
  EXPECT_EQ(profile.kernels[0].transcendentals, 5000);
  EXPECT_EQ(profile.kernels[0].bytes, 5 * (2 * 1000 + 1) * 4);
  EXPECT_EQ(run(2).evaluations, 2u);
}

TEST(Profile, seesOnlyWhatItsScopeEvaluates) {
  Tensor x = torch::ones({10}).eval();
  Tensor later;
  Profile profile = torch::profile([&] { later = x + 1; });
  EXPECT_EQ(profile.evaluations, 0u);
  EXPECT_TRUE(profile.kernels.empty());
  EXPECT_EQ(profile.seconds, 0);
  EXPECT_EQ(later[0].item<float>(), 2);
  torch::ProfileGuard outer;
  {
    torch::ProfileGuard inner;
    (x + 2).eval();
    EXPECT_EQ(inner.profile().evaluations, 1u);
  }
  EXPECT_EQ(outer.profile().evaluations, 0u);
  (x + 2).eval();
  EXPECT_EQ(outer.profile().evaluations, 1u);
}

TEST(Profile, evaluatesWhatTheFunctionReturns) {
  Tensor x = torch::ones({10}).eval();
  EXPECT_EQ(torch::profile([&] { return std::vector<Tensor>{x + 3, x * 5}; }).evaluations, 2u);
  EXPECT_EQ(torch::profile([&] { return std::pair<Tensor, Tensor>(x.exp(), x.log()); }).launches, 2u);
  EXPECT_EQ(torch::profile([&] { return (x + 3).sum().item<float>(); }).evaluations, 1u) << "a number";
}

TEST(Profile, endsWhenItsFunctionThrows) {
  Tensor x = torch::ones({10}).eval();
  torch::ProfileGuard outer;
  EXPECT_THROW(torch::profile([&] { x[10].item<float>(); }), torch::IndexError);
  (x + 7).eval();
  EXPECT_EQ(outer.profile().evaluations, 1u) << "the inner one would have it, if it were still there";
}

TEST(Profile, printsATable) {
  Tensor x = torch::ones({10, 20}).eval();
  Profile profile = torch::profile([&] { return torch::sigmoid(x).sum(1); });
  std::ostringstream stream;
  stream << profile;
  EXPECT_EQ(stream.str(), profile.table());
  EXPECT_EQ(stream.str().find("profile of 1 calls: 1 kernel launches, "), 0u) << stream.str();
  EXPECT_NE(stream.str().find("logistic, reduce_sum"), std::string::npos) << stream.str();
  EXPECT_NE(stream.str().find(profile.kernels[0].name), std::string::npos);
}

TEST(Statistics, countThePlannedBytesOfCalls) {
  Tensor x = torch::randn({64, 64}).eval();
  auto run = [&] {
    Tensor y = torch::softmax(x.matmul(x), 1).matmul(x);
    y.eval();
  };
  auto planned = [&](auto function) {
    uint64_t before = torch::statistics().planned_bytes;
    function();
    return torch::statistics().planned_bytes - before;
  };
  uint64_t once = planned(run);
  EXPECT_GE(once, 64u * 64 * 4) << "an intermediate matrix at least";
  EXPECT_EQ(planned(run), once);
  EXPECT_EQ(planned([&] { run(), run(); }), 2 * once);
  Profile profile;
  EXPECT_EQ(planned([&] { profile = torch::profile(run); }), once);
  EXPECT_EQ(profile.workspace_bytes, once);
}

} // namespace
