//===- libtorch_models.cpp - libtorch: workloads that are a loss -----------===//

#include "libtorch_peer.h"

#include <cmath>

namespace peer {
namespace {

/// By a product of the BLAS while its f32 sum is accurate, as it takes fewer passes over memory than square and mean, backward too. Over 2^20
/// elements its error is 1e-5, over 2^24 4e-4.
Tensor meanOfSquares(const Tensor &x) {
  Tensor flat = x.reshape(-1);
  if (flat.numel() >= 1 << 20)
    return flat.square().mean();
  return at::dot(flat, flat) / double(flat.numel());
}

} // namespace

Model elementwise() {
  return {[](const Inputs &in) {
            const Tensor &x = in["x"], &y = in["y"];
            return meanOfSquares(at::gelu(at::addcmul(x, x, y), "tanh") * y);
          },
          {"x"}};
}

Model crossEntropy() {
  return {[](const Inputs &in) { return at::cross_entropy_loss(in["logits"], in["target"]); }, {"logits"}};
}

Model layerNorm() {
  return {[](const Inputs &in) {
            const Tensor &x = in["x"];
            Tensor y = at::layer_norm(x, {x.size(1)}, in["weight"], in["bias"], 1e-5);
            return at::dot(y.view(-1), in["cotangent"].view(-1));
          },
          {"x", "weight", "bias"}};
}

Model perceptron() {
  return {[](const Inputs &in) {
            Tensor h = at::relu(at::linear(in["x"], in["w1"], in["b1"]));
            h = at::relu(at::linear(h, in["w2"], in["b2"]));
            return at::cross_entropy_loss(at::linear(h, in["w3"], in["b3"]), in["target"]);
          },
          {"w1", "b1", "w2", "b2", "w3", "b3"}};
}

Model transformer() {
  return {[](const Inputs &in) {
            const Tensor &x = in["x"];
            int64_t batch = x.size(0), steps = x.size(1), width = x.size(2), heads = 4;
            Tensor normal = at::layer_norm(x, {width}, in["ln1_w"], in["ln1_b"], 1e-5);
            Tensor qkv = at::linear(normal, in["wqkv"], in["bqkv"]).view({batch, steps, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
            Tensor mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], {}, 0.0, /*is_causal=*/true);
            Tensor h = x + at::linear(mixed.transpose(1, 2).reshape({batch, steps, width}), in["wo"], in["bo"]);
            Tensor up = at::linear(at::layer_norm(h, {width}, in["ln2_w"], in["ln2_b"], 1e-5), in["wup"], in["bup"]);
            Tensor y = h + at::linear(at::gelu(up, "tanh"), in["wdown"], in["bdown"]);
            return at::mse_loss(y, in["target"]);
          },
          {"ln1_w", "ln1_b", "wqkv", "bqkv", "wo", "bo", "ln2_w", "ln2_b", "wup", "bup", "wdown", "bdown"}};
}

Model lenet() {
  return {[](const Inputs &in) {
            Tensor h = at::max_pool2d(at::relu(at::conv2d(in["x"], in["c1_w"], in["c1_b"], 1, 2)), 2);
            h = at::max_pool2d(at::relu(at::conv2d(h, in["c2_w"], in["c2_b"])), 2).flatten(1);
            h = at::relu(at::linear(h, in["f1_w"], in["f1_b"]));
            h = at::relu(at::linear(h, in["f2_w"], in["f2_b"]));
            return at::cross_entropy_loss(at::linear(h, in["f3_w"], in["f3_b"]), in["target"]);
          },
          {"c1_w", "c1_b", "c2_w", "c2_b", "f1_w", "f1_b", "f2_w", "f2_b", "f3_w", "f3_b"}};
}

Model residualBlock() {
  return {[](const Inputs &in) {
            const Tensor &x = in["x"];
            Tensor h = at::relu(at::conv2d(x, in["w1"], {}, 1, 1));
            return at::mse_loss(at::relu(x + at::conv2d(h, in["w2"], {}, 1, 1)), in["target"]);
          },
          {"w1", "w2"}};
}

Model lstm(bool train) {
  return {[train](const Inputs &in) {
            auto [all, h, c] = at::lstm(in["x"], {in["h0"].unsqueeze(0), in["c0"].unsqueeze(0)},
                                        {in["w_ih"], in["w_hh"], in["b_ih"], in["b_hh"]}, /*has_biases=*/true, /*num_layers=*/1,
                                        /*dropout=*/0, train, /*bidirectional=*/false, /*batch_first=*/false);
            return meanOfSquares(all);
          },
          {"x", "h0", "c0", "w_ih", "w_hh", "b_ih", "b_hh"}};
}

namespace {

/// Where row-major d x d elements take theirs from [diagonal, columns of the strictly lower triangle].
Tensor trianglePlaces(int64_t d) {
  std::vector<int64_t> places;
  for (int64_t i = 0; i < d; ++i)
    places.push_back(i * d + i);
  for (int64_t column = 0; column < d; ++column)
    for (int64_t row = column + 1; row < d; ++row)
      places.push_back(row * d + column);
  return torch::tensor(places);
}

/// log of the multivariate gamma function.
double logGamma(double a, int64_t d) {
  double sum = 0.25 * double(d * (d - 1)) * std::log(M_PI);
  for (int64_t j = 1; j <= d; ++j)
    sum += std::lgamma(a + 0.5 * double(1 - j));
  return sum;
}

} // namespace

Model gaussianMixture(double gamma, double wishartM) {
  auto places = std::make_shared<Tensor>();
  return {[gamma, wishartM, places](const Inputs &in) {
            const Tensor &alpha = in["alpha"], &means = in["means"], &icf = in["icf"], &x = in["x"];
            int64_t n = x.size(0), d = x.size(1), k = alpha.size(0);
            if (!places->defined())
              *places = trianglePlaces(d);
            Tensor q = icf.narrow(1, 0, d), lower = icf.narrow(1, d, d * (d - 1) / 2), diagonal = q.exp(), sumQ = q.sum(1);
            Tensor triangle = at::zeros({k, d * d}, icf.options()).index_copy(1, *places, at::cat({diagonal, lower}, 1)).view({k, d, d});
            // L (x - mu) for all points and components by one product.
            Tensor offset = at::bmm(triangle, means.unsqueeze(2)).view({1, k * d});
            Tensor distances = (at::mm(x, triangle.view({k * d, d}).t()) - offset).square().view({n, k, d}).sum(2);
            Tensor likelihood = at::logsumexp(at::sub(alpha + sumQ, distances, 0.5), 1).sum() - double(n) * at::logsumexp(alpha, 0);
            Tensor prior = 0.5 * gamma * gamma * (diagonal.square().sum() + lower.square().sum()) - wishartM * sumQ.sum();
            double degrees = double(d) + wishartM + 1;
            double constant = -0.5 * double(n * d) * std::log(2 * M_PI) -
                              double(k) * (degrees * double(d) * (std::log(gamma) - 0.5 * std::log(2.0)) - logGamma(0.5 * degrees, d));
            return likelihood + prior + constant;
          },
          {"alpha", "means", "icf"}};
}

Model asianOption(double strike, double rate, double expiry) {
  return {[=](const Inputs &in) {
            const Tensor &normals = in["normals"], &volatility = in["volatility"];
            int64_t steps = normals.size(0);
            double dt = expiry / double(steps);
            Tensor times = at::arange(1, steps + 1, normals.options()).mul_(dt).unsqueeze(1);
            // The walk has no parameter in it, so autograd need not go through its sum.
            Tensor walk = at::cumsum(normals, 0).mul_(std::sqrt(dt));
            Tensor path = at::addcmul((rate - 0.5 * volatility.square()) * times, volatility, walk).exp();
            Tensor average = path.mean(0) * in["spot"];
            return at::relu(average - strike).mean() * std::exp(-rate * expiry);
          },
          {"spot", "volatility"}};
}

Model newton() {
  return {[](const Inputs &in) {
            const Tensor &mean = in["M"], &e = in["e"];
            Tensor anomaly = mean;
            for (;;) {
              Tensor step = (anomaly - e * anomaly.sin() - mean) / (1 - e * anomaly.cos());
              anomaly = anomaly - step;
              if (step.detach().abs().max().item<double>() < 1e-12)
                return anomaly.sum();
            }
          },
          {"M", "e"}};
}

} // namespace peer
