//===- Convolution.cpp - conv: training steps of LeNet-5 and a residual block ===//
//
// There is no convolution among the ops yet: it is written as the matrix product of the weights with the patches under them.
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"

#include <algorithm>
#include <cmath>

namespace cotan::bench {
namespace {

/// x[n,c,h,w] with weight[o,c,k,k], stride 1: [n,o,h',w'].
Tensor convolve(const Tensor &x, const Tensor &weight, int64_t padding) {
  int64_t n = x.size(0), channels = x.size(1), k = weight.size(2), height = x.size(2) + 2 * padding - k + 1, width = x.size(3) + 2 * padding - k + 1;
  Tensor padded = (padding ? constant_pad_nd(x, {padding, padding, padding, padding}) : x).transpose(0, 1);
  // Shifted by rows, then by columns: 2 k copies and not k * k. One product for the whole batch.
  std::vector<Tensor> byRow, byColumn;
  for (int64_t i = 0; i < k; ++i)
    byRow.push_back(padded.narrow(2, i, height));
  Tensor rows = stack(byRow, 1);
  for (int64_t j = 0; j < k; ++j)
    byColumn.push_back(rows.narrow(4, j, width));
  Tensor patches = stack(byColumn, 2).reshape({channels * k * k, n * height * width});
  return weight.reshape({weight.size(0), channels * k * k}).matmul(patches).reshape({weight.size(0), n, height, width}).transpose(0, 1);
}

Tensor convolve(const Tensor &x, const Tensor &weight, const Tensor &bias, int64_t padding) {
  return convolve(x, weight, padding) + bias.reshape({-1, 1, 1});
}

/// The largest of each 2 x 2 square.
Tensor maxPool(const Tensor &x) {
  Tensor squares = x.reshape({x.size(0), x.size(1), x.size(2) / 2, 2, x.size(3) / 2, 2});
  auto corner = [&](int64_t i, int64_t j) { return squares.select(5, j).select(3, i); };
  return maximum(maximum(corner(0, 0), corner(0, 1)), maximum(corner(1, 0), corner(1, 1)));
}

//===----------------------------------------------------------------------===//
// LeNet-5
//===----------------------------------------------------------------------===//

Tensor lenetLoss(const Tensors &in) {
  using nn::functional::linear, nn::functional::cross_entropy;
  Tensor h = maxPool(relu(convolve(in[0], in[2], in[3], 2)));
  h = maxPool(relu(convolve(h, in[4], in[5], 0))).flatten(1);
  h = relu(linear(h, in[6], in[7]));
  h = relu(linear(h, in[8], in[9]));
  return cross_entropy(linear(h, in[10], in[11]), in[1]);
}

const std::vector<std::string> lenetWeights = {"c1_w", "c1_b", "c2_w", "c2_b", "f1_w", "f1_b", "f2_w", "f2_b", "f3_w", "f3_b"};

Case finish(Case c, Tensor (*loss)(const Tensors &), const std::vector<std::string> &weights, bool step) {
  c.program = step ? descentStep(loss, c.inputs, weights) : lossOnly(loss);
  auto inputs = c.inputs;
  c.oracle = [=] { return step ? expectedStep(loss, inputs, weights, acrossKinks) : checkedReference(lossOnly(loss), inputs); };
  for (const Named &input : c.inputs)
    c.bytes += double(input.value.dtype() == kLong ? 8 : 4) * double(input.value.numel());
  for (const Named &input : c.inputs)
    if (step && std::find(weights.begin(), weights.end(), input.name) != weights.end())
      c.bytes += 4 * double(input.value.numel());
  return c;
}

Case makeLenet(int64_t batch, bool step) {
  Numbers numbers(batch);
  Case c;
  auto weight = [&](std::vector<int64_t> shape) {
    double fan = 1;
    for (size_t i = 1; i < shape.size(); ++i)
      fan *= double(shape[i]);
    return numbers.normal(shape, 1 / std::sqrt(fan));
  };
  c.inputs = {{"x", numbers.normal({batch, 1, 28, 28})}, {"target", numbers.integers({batch}, 10)}};
  const std::vector<int64_t> shapes[] = {{6, 1, 5, 5}, {16, 6, 5, 5}, {120, 400}, {84, 120}, {10, 84}};
  for (size_t i = 0; i < 5; ++i) {
    c.inputs.push_back({lenetWeights[2 * i], weight(shapes[i])});
    c.inputs.push_back({lenetWeights[2 * i + 1], numbers.normal({shapes[i][0]}, 0.05)});
  }
  // Products of each convolution, for every place of its result, and of each linear. Backward twice as much, without the gradient of x.
  double first = 28 * 28 * 6 * 25.0, others = 10 * 10 * 16 * 150.0 + 400 * 120.0 + 120 * 84.0 + 84 * 10.0;
  c.flops = 2 * double(batch) * (step ? 2 * first + 3 * others : first + others);
  return finish(c, lenetLoss, lenetWeights, step);
}

//===----------------------------------------------------------------------===//
// A residual block
//===----------------------------------------------------------------------===//

Tensor residualLoss(const Tensors &in) {
  Tensor h = convolve(relu(convolve(in[0], in[2], 1)), in[3], 1);
  return cotan::square(relu(in[0] + h) - in[1]).mean();
}

Case makeResidual(int64_t batch, int64_t channels, int64_t size, bool step) {
  Numbers numbers(channels);
  double scale = 1 / std::sqrt(9.0 * double(channels));
  Case c;
  c.inputs = {{"x", numbers.normal({batch, channels, size, size})},
              {"target", numbers.normal({batch, channels, size, size})},
              {"w1", numbers.normal({channels, channels, 3, 3}, scale)},
              {"w2", numbers.normal({channels, channels, 3, 3}, scale)}};
  // Two convolutions, the gradients of both weights and of the input of the second.
  c.flops = 2 * double(batch * size * size) * double(channels * channels) * 9 * (step ? 5 : 2);
  return finish(c, residualLoss, {"w1", "w2"}, step);
}

} // namespace

std::vector<CaseMaker> convolutionCases(const Options &options) {
  std::vector<CaseMaker> cases;
  bool quick = options.quick;
  for (bool step : {false, true})
    cases.push_back({"lenet", step ? "step" : "primal", "f32", [=] { return makeLenet(quick ? 4 : 64, step); }});
  for (bool step : {false, true})
    cases.push_back({"residual", step ? "step" : "primal", "f32", [=] { return quick ? makeResidual(2, 8, 8, step) : makeResidual(8, 64, 32, step); }});
  return cases;
}

} // namespace cotan::bench
