//===- Compiles.cpp - compile: first calls of growing graphs ------------------===//
//
// Every case of every workload has its first calls measured; these are the ones whose only point they are.
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"

namespace cotan::bench {
namespace {

constexpr int64_t n = 1024;
constexpr double factor = 1.0001;

Case chain(int64_t ops) {
  Case c;
  Numbers numbers(ops);
  Tensor x = numbers.uniform({n}, 0.5, 1.5);
  c.inputs = {{"x", x}};
  c.program = [ops](const Tensors &in) {
    Tensor y = in[0];
    for (int64_t i = 0; i < ops; ++i)
      y = i % 2 ? y + in[0] : y * factor;
    return std::vector<Named>{{"y", y}};
  };
  c.oracle = [x, ops] {
    std::vector<double> y = toVector(x), start = y;
    for (int64_t i = 0; i < ops; ++i)
      for (int64_t j = 0; j < n; ++j)
        y[j] = i % 2 ? y[j] + start[j] : y[j] * factor;
    return std::vector<Named>{{"y", fromVector(y, {n})}};
  };
  c.tolerance = 1e-3; // ten thousand roundings add up
  c.bytes = 8.0 * n;
  return c;
}

} // namespace

std::vector<CaseMaker> compileCases(const Options &options) {
  std::vector<CaseMaker> cases;
  for (int64_t ops : options.quick ? std::vector<int64_t>{10, 100} : std::vector<int64_t>{10, 100, 1000, 10000})
    cases.push_back({"chain=" + std::to_string(ops), "primal", "f32", [=] { return chain(ops); }});
  return cases;
}

} // namespace cotan::bench
