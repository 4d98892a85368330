//===- LayerNorm.cpp - lnorm: layer normalisation with all gradients ---------===//

#include "Oracle.h"
#include "Witness.h"

#include <cmath>
#include <memory>

namespace cotan::bench {
namespace {

constexpr double epsilon = 1e-5;

Tensor loss(const Tensors &in) {
  return (nn::functional::layer_norm(in[0], {in[0].size(1)}, in[1], in[2], epsilon) * in[3]).sum();
}

/// With n = (x - mean) / s, s = sqrt(variance + eps), g = cotangent * weight: grad_x = (g - mean(g) - n mean(g n)) / s; grad_weight and
/// grad_bias are the column sums of cotangent * n and of cotangent.
std::vector<Named> closedForm(const std::vector<Named> &inputs) {
  std::vector<double> x = toVector(inputs[0].value), weight = toVector(inputs[1].value), bias = toVector(inputs[2].value),
                      cotangent = toVector(inputs[3].value);
  int64_t width = int64_t(weight.size()), rows = int64_t(x.size()) / width;
  std::vector<double> gradX(x.size()), gradWeight(width), gradBias(width), n(width);
  double total = 0, d = double(width);
  for (int64_t row = 0; row < rows; ++row) {
    const double *in = x.data() + row * width, *c = cotangent.data() + row * width;
    double mean = 0, variance = 0, meanG = 0, meanGn = 0;
    for (int64_t i = 0; i < width; ++i)
      mean += in[i] / d;
    for (int64_t i = 0; i < width; ++i)
      variance += (in[i] - mean) * (in[i] - mean) / d;
    double s = std::sqrt(variance + epsilon);
    for (int64_t i = 0; i < width; ++i) {
      n[i] = (in[i] - mean) / s;
      meanG += c[i] * weight[i] / d;
      meanGn += c[i] * weight[i] * n[i] / d;
      gradWeight[i] += c[i] * n[i];
      gradBias[i] += c[i];
      total += (n[i] * weight[i] + bias[i]) * c[i];
    }
    for (int64_t i = 0; i < width; ++i)
      gradX[row * width + i] = (c[i] * weight[i] - meanG - n[i] * meanGn) / s;
  }
  return {{"loss", fromVector({total}, {})},
          {"grad_x", fromVector(gradX, {rows, width})},
          {"grad_weight", fromVector(gradWeight, {width})},
          {"grad_bias", fromVector(gradBias, {width})}};
}

/// The hand-written loop on copies of the inputs.
Implementation makeWitness(const std::vector<Named> &inputs) {
  struct State {
    WitnessArray x, weight, bias, cotangent, gradX, gradWeight, gradBias;
    size_t rows, width;
    float loss = 0;
  };
  auto array = [&](size_t i) { return WitnessArray(inputs[i].value); };
  size_t rows = inputs[0].value.size(0), width = inputs[0].value.size(1);
  auto s = std::make_shared<State>(State{array(0), array(1), array(2), array(3), WitnessArray(rows * width), WitnessArray(width), WitnessArray(width),
                                         rows, width});
  return {[s] {
            s->loss = witness_lnorm({s->x.data(), s->weight.data(), s->bias.data(), s->cotangent.data(), s->gradX.data(), s->gradWeight.data(),
                                     s->gradBias.data(), s->rows, s->width, float(epsilon)});
          },
          [s] {
            int64_t rows = int64_t(s->rows), width = int64_t(s->width);
            return std::vector<Named>{{"loss", fromVector({s->loss}, {})},
                                      {"grad_x", s->gradX.tensor({rows, width})},
                                      {"grad_weight", s->gradWeight.tensor({width})},
                                      {"grad_bias", s->gradBias.tensor({width})}};
          }};
}

Case makeCase(int64_t rows, int64_t width, bool gradient) {
  Numbers numbers(width);
  Case c;
  // Means that are not zero: the sums over all elements do not cancel, and a mean that is taken badly shows.
  c.inputs = {{"x", numbers.uniform({rows, width}, -1, 2)},
              {"weight", numbers.uniform({width}, 0.5, 1.5)},
              {"bias", numbers.uniform({width}, -0.5, 1)},
              {"cotangent", numbers.uniform({rows, width}, -1, 1.5)}};
  c.program = gradient ? lossAndGradients(loss, c.inputs, {"x", "weight", "bias"}) : lossOnly(loss);
  auto inputs = c.inputs;
  c.oracle = [inputs, gradient] {
    std::vector<Named> results = closedForm(inputs);
    return gradient ? results : std::vector<Named>{results[0]};
  };
  c.tolerance = 2e-5; // column sums of thousands of terms, in order
  double count = double(rows) * double(width);
  // x and the cotangent in, grad_x out; weight, bias and their gradients. An element costs a sum for the mean, 3 flops for the variance, 1 for n,
  // 1 for g, 1 and 2 for its means, 2 and 1 for the column sums, 4 for grad_x; the loss is a sum over columns of what is there then.
  // Alone the loss costs the first 5 and, with the column sums' products, 2 and 1.
  c.bytes = 4 * ((gradient ? 3 : 2) * count + (gradient ? 4 : 2) * double(width));
  c.flops = (gradient ? 16 : 8) * count;
  if (gradient)
    c.witness = [inputs] { return makeWitness(inputs); };
  return c;
}

} // namespace

std::vector<CaseMaker> layerNormCases(const Options &options) {
  int64_t rows = options.quick ? 128 : 4096, width = 768;
  std::vector<CaseMaker> cases;
  for (bool gradient : {false, true})
    cases.push_back({std::to_string(rows) + "x" + std::to_string(width), gradient ? "grad" : "primal", "f32", [=] { return makeCase(rows, width, gradient); }});
  return cases;
}

} // namespace cotan::bench
