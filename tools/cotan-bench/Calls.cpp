//===- Calls.cpp - what a call and a compile cost ------------------------------===//

#include "Limits.h"
#include "Measure.h"

#include "cotan/cotan.h"
#include <cmath>

namespace cotan::bench {
namespace {

void expectClose(const char *what, double actual, double expected) {
  if (std::fabs(actual - expected) > 1e-5 * std::fabs(expected))
    throw WrongResult{std::string(what) + ": expected " + std::to_string(expected) + ", got " + std::to_string(actual)};
}

/// Five ops and their backward pass; a new graph is recorded at each call and the gradient is read.
float fiveOps(const Tensor &w, const Tensor &x, double offset) {
  Tensor l = (((w * x).exp() + offset) * x).sum();
  w.mutable_grad() = Tensor();
  l.backward();
  return w.grad().data_ptr<float>()[0];
}

} // namespace

void runCalls(const Options &options, std::vector<Result> &results) {
  double seconds = options.quick ? 0.01 : 0.5;
  Tensor w = full({64}, 0.5).eval(), x = full({64}, 2.0).eval();
  w.requires_grad_();
  expectClose("call", fiveOps(w, x, 0.1), 4 * std::exp(1.0));
  double offset = 0;
  auto five = timeInTurns({[&] { fiveOps(w, x, offset += 1e-3); }}, seconds)[0];
  results.push_back({"call", "5 ops, eager", "grad", "f32", "cotan", five, -1, -1, -1, -1});

  Tensor plain = full({64}, 0.5).eval();
  auto one = timeInTurns({[&] { (plain * x).data_ptr<float>(); }}, seconds)[0];
  results.push_back({"call", "1 op, eager", "primal", "f32", "cotan", one, -1, -1, -1, -1});

  auto prepared = jit([](const Tensor &a, const Tensor &b) { return a * b; });
  prepared(plain, x).eval();
  auto frozen = timeInTurns({[&] { prepared(plain, x).eval(); }}, seconds)[0];
  results.push_back({"call", "1 op, jit", "primal", "f32", "cotan", frozen, -1, -1, -1, -1});

  auto chain = [&] {
    Tensor y = plain;
    for (int i = 0; i < 100; ++i)
      y = y * x;
    return y.data_ptr<float>()[0];
  };
  chain();
  auto hundred = timeInTurns({[&] { chain(); }}, seconds)[0];
  results.push_back({"call", "100 ops, eager", "primal", "f32", "cotan", hundred, -1, -1, -1, -1});
}

void runCompiles(const Options &options, std::vector<Result> &results) {
  // A new shape each time: a compile of the same program that no cache knows.
  auto measure = [&](const char *name, const char *pass, auto body) {
    std::vector<double> samples;
    for (int i = 0; i < (options.quick ? 2 : 15); ++i) {
      uint64_t compiles = statistics().compiles + statistics().disk_hits;
      double start = now();
      body(1000 + 7 * i);
      samples.push_back(now() - start);
      if (statistics().compiles + statistics().disk_hits == compiles)
        throw WrongResult{std::string("compile: nothing was compiled for ") + name};
    }
    std::sort(samples.begin(), samples.end());
    results.push_back({"compile", name, pass, "f32", "cotan", {samples[samples.size() / 2], samples[0]}, -1, -1, -1, -1});
  };
  measure("1 op", "compile", [](int64_t n) { (ones({n}).eval() * 2.0).eval(); });
  measure("5 ops + backward", "compile", [](int64_t n) {
    Tensor w = ones({n}).eval(), x = ones({n}).eval();
    w.requires_grad_();
    fiveOps(w, x, 0.5);
  });
}

} // namespace cotan::bench
