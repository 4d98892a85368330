//===- Gemm.cpp - gemm: matrix products ----------------------------------------===//

#include "Oracle.h"

#include <cmath>
#include <map>
#include <memory>

namespace cotan::bench {
namespace {

struct Form {
  std::string name; ///< AB, A'B, AB'
  bool transposeA, transposeB, epilogue;
};

/// By 32 rows of b at a time, which stay in the second-level cache; each row of c adds its products in the order of k all the same.
__attribute__((target("avx2,fma"))) void multiply(const double *a, const double *b, double *c, int64_t n) {
  for (int64_t block = 0; block < n; block += 32)
    for (int64_t i = 0; i < n; ++i)
      for (int64_t k = block; k < std::min(block + 32, n); ++k) {
        double factor = a[i * n + k];
        for (int64_t j = 0; j < n; ++j)
          c[i * n + j] += factor * b[k * n + j];
      }
}

std::vector<double> transposed(const std::vector<double> &a, int64_t n) {
  std::vector<double> t(a.size());
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      t[j * n + i] = a[i * n + j];
  return t;
}

std::vector<double> product(const std::vector<double> &a, const std::vector<double> &b, int64_t n) {
  std::vector<double> c(a.size());
  multiply(a.data(), b.data(), c.data(), n);
  return c;
}

/// What the last cases computed: those of one size and dtype have the same a and b, and products of 2048 take seconds.
class KnownProducts {
public:
  std::vector<double> get(const std::vector<double> &a, const std::vector<double> &b, const Form &form, int64_t n) {
    if (a != lastA || b != lastB) {
      products.clear();
      lastA = a, lastB = b;
    }
    std::vector<double> &known = products[{form.transposeA, form.transposeB}];
    if (known.empty())
      known = product(form.transposeA ? transposed(a, n) : a, form.transposeB ? transposed(b, n) : b, n);
    return known;
  }

private:
  std::vector<double> lastA, lastB;
  std::map<std::pair<bool, bool>, std::vector<double>> products; ///< by which factor is transposed
};

std::vector<Named> expected(const std::vector<Named> &in, const Form &form, bool gradient, int64_t n, KnownProducts &known) {
  std::vector<double> a = toVector(in[0].value), b = toVector(in[1].value), c = known.get(a, b, form, n);
  if (gradient) {
    std::vector<double> g = toVector(in[2].value);
    double loss = 0;
    for (size_t i = 0; i < c.size(); ++i)
      loss += c[i] * g[i];
    return {{"loss", fromVector({loss}, {})},
            {"grad_a", fromVector(product(g, transposed(b, n), n), {n, n})},
            {"grad_b", fromVector(product(transposed(a, n), g, n), {n, n})}};
  }
  if (form.epilogue) {
    std::vector<double> bias = toVector(in[2].value);
    for (int64_t i = 0; i < n * n; ++i) {
      double u = c[i] + bias[i % n];
      c[i] = 0.5 * u * (1 + std::tanh(std::sqrt(2 / M_PI) * (u + 0.044715 * u * u * u)));
    }
  }
  return {{"c", fromVector(c, {n, n})}};
}

Case makeCase(int64_t n, ScalarType type, const Form &form, bool gradient, const std::shared_ptr<KnownProducts> &known) {
  Numbers numbers(n);
  Case c;
  c.inputs = {{"a", numbers.uniform({n, n}, -1, 1, type)}, {"b", numbers.uniform({n, n}, -1, 1, type)}};
  if (form.epilogue)
    c.inputs.push_back({"bias", numbers.uniform({n}, -1, 1, type)});
  if (gradient)
    c.inputs.push_back({"cotangent", numbers.uniform({n, n}, -1, 1, type)});
  if (gradient)
    c.program = lossAndGradients([](const Tensors &in) { return (matmul(in[0], in[1]) * in[2]).sum(); }, c.inputs, {"a", "b"});
  else
    c.program = [form](const Tensors &in) {
      Tensor r = matmul(form.transposeA ? in[0].t() : in[0], form.transposeB ? in[1].t() : in[1]);
      return std::vector<Named>{{"c", form.epilogue ? nn::functional::gelu(r + in[2], "tanh") : r}};
    };
  auto inputs = c.inputs;
  c.oracle = [=] { return expected(inputs, form, gradient, n, *known); };
  c.tolerance = type == kFloat ? 1e-5 : 1e-12;
  double side = double(n);
  c.flops = 2 * side * side * side * (gradient ? 2 : 1); // the loss is a sum over a times its gradient: a b is not needed
  c.bytes = (type == kFloat ? 4 : 8) * side * side * (gradient ? 5 : 3);
  return c;
}

} // namespace

std::vector<CaseMaker> gemmCases(const Options &options) {
  std::vector<CaseMaker> cases;
  auto known = std::make_shared<KnownProducts>();
  const Form forms[] = {{"AB", false, false, false},      {"A'B", true, false, false},      {"AB'", false, true, false},
                        {"AB+gelu", false, false, true}, {"A'B+gelu", true, false, true}, {"AB'+gelu", false, true, true}};
  for (int64_t n : options.quick ? std::vector<int64_t>{31, 64} : std::vector<int64_t>{16, 31, 64, 128, 257, 512, 1024, 2048})
    for (ScalarType type : {kFloat, kDouble})
      for (const Form &form : forms)
        for (bool gradient : {false, true})
          if (!gradient || form.name == "AB")
            cases.push_back({form.name + " n=" + std::to_string(n), gradient ? "grad" : "primal", type == kFloat ? "f32" : "f64",
                             [=] { return makeCase(n, type, form, gradient, known); }});
  return cases;
}

} // namespace cotan::bench
