//===- Gmm.cpp - gmm: ADBench's Gaussian mixture -----------------------------===//
//
// With L_k the lower triangle that has exp(q_k) on its diagonal and l_k below it, both rows of icf:
//   -n d/2 log(2 pi) + sum_i logsumexp_k(alpha_k + sum(q_k) - 0.5 |L_k (x_i - mu_k)|^2) - n logsumexp(alpha)
//   + sum_k (0.5 gamma^2 (|exp(q_k)|^2 + |l_k|^2) - m sum(q_k)) - K C,
// where C = N d (log gamma - 0.5 log 2) - logGamma_d(N / 2) and N = d + m + 1: the prior is Wishart's.
//
//===----------------------------------------------------------------------===//

#include "AdbenchFiles.h"

#include <cmath>

namespace cotan::bench {
namespace {

using indexing::Slice;

/// For each element of a triangle in row-major order its position in (diagonal, columns strictly below it, 0).
Tensor positionsInTriangle(int64_t d) {
  std::vector<int64_t> positions(size_t(d * d), d * (d + 1) / 2);
  int64_t next = d;
  for (int64_t column = 0; column < d; ++column) {
    positions[size_t(column * d + column)] = column;
    for (int64_t row = column + 1; row < d; ++row)
      positions[size_t(row * d + column)] = next++;
  }
  return cotan::tensor(positions).eval();
}

/// What the parameters do not enter.
double constantTerm(int64_t n, int64_t d, int64_t components, double gamma, double m) {
  double freedom = double(d) + m + 1, logGamma = 0.25 * double(d * (d - 1)) * std::log(M_PI);
  for (int64_t j = 0; j < d; ++j)
    logGamma += std::lgamma(0.5 * (freedom - double(j)));
  double prior = freedom * double(d) * (std::log(gamma) - 0.5 * std::log(2.0)) - logGamma;
  return -0.5 * double(n * d) * std::log(2 * M_PI) - double(components) * prior;
}

std::function<Tensor(const Tensors &)> objective(int64_t d, double gamma, double m) {
  Tensor positions = positionsInTriangle(d);
  return [=](const Tensors &in) {
    const Tensor &alpha = in[0], &means = in[1], &icf = in[2], &x = in[3];
    int64_t components = alpha.size(0), n = x.size(0);
    Tensor logDiagonal = icf.slice(1, 0, d), below = icf.slice(1, d), diagonal = logDiagonal.exp();
    Tensor packed = cat({diagonal, below, zeros({components, 1}, kDouble)}, 1);
    Tensor factors = packed.index({Slice(), positions}).view({components, d, d});
    // One product for all components: L (x - mu) = L x - L mu.
    Tensor centres = (factors * means.unsqueeze(1)).sum(2);
    Tensor whitened = matmul(x, factors.view({components * d, d}).t()).view({n, components, d}) - centres;
    Tensor logs = alpha + logDiagonal.sum(1) - 0.5 * whitened.square().sum(2);
    Tensor likelihood = logsumexp(logs, 1).sum() - double(n) * logsumexp(alpha, 0);
    Tensor prior = 0.5 * gamma * gamma * (diagonal.square().sum() + below.square().sum()) - m * logDiagonal.sum();
    return likelihood + prior + constantTerm(n, d, components, gamma, m);
  };
}

Case makeCase(const std::string &folder, const std::string &name, int64_t d, int64_t components, bool gradient) {
  const int64_t n = 1000;
  GmmData data = gmmData(folder, name, d, components, n);
  Case c;
  c.inputs = {{"alpha", data.alpha}, {"means", data.means}, {"icf", data.icf}, {"x", data.x}};
  c.parameters = {{"gamma", data.gamma}, {"m", data.m}};
  // A point and a component: d differences, the triangle's product (d (d + 1) with its additions), the square's 2 d. The adjoint multiplies the
  // whitened point with the difference for the factor's gradient; the mean's is the triangle transposed times a sum over the points.
  double product = double(d * (d + 1)), pair = product + 3.0 * double(d) + (gradient ? product + 2.0 * double(d) : 0);
  c.flops = pair * double(n * components);
  double parameterCount = double(components) * (1 + double(d) + double(d * (d + 1) / 2));
  c.bytes = 8 * (double(n * d) + parameterCount * (gradient ? 2 : 1));
  auto loss = objective(d, data.gamma, data.m);
  const std::vector<std::string> differentiated = {"alpha", "means", "icf"};
  c.program = gradient ? lossAndGradients(loss, c.inputs, differentiated) : lossOnly(loss);
  c.oracle = [=, inputs = c.inputs] {
    auto results = checkedReference(lossAndGradients(loss, inputs, differentiated), inputs);
    if (auto golden = goldenResult(folder, name))
      results = checkGolden(*golden, results, name);
    return gradient ? results : std::vector<Named>{results[0]};
  };
  c.tolerance = 1e-10;
  return c;
}

} // namespace

std::vector<CaseMaker> gmmCases(const Options &options) {
  std::vector<CaseMaker> cases;
  auto add = [&](int64_t d, int64_t components) {
    std::string name = "d" + std::to_string(d) + "_K" + std::to_string(components);
    for (bool gradient : {false, true})
      cases.push_back({name, gradient ? "grad" : "primal", "f64",
                       [=, folder = options.adbench] { return makeCase(folder, "gmm_" + name, d, components, gradient); }});
  };
  if (options.quick) {
    add(2, 5);
  } else {
    add(10, 25);
    add(20, 25);
    add(64, 25);
  }
  return cases;
}

} // namespace cotan::bench
