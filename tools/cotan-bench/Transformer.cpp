//===- Transformer.cpp - xformer: a training step of a pre-norm block --------===//

#include "Oracle.h"

#include <cmath>
#include <limits>

namespace cotan::bench {
namespace {

constexpr int64_t headCount = 4;

enum Input { X, Target, Ln1W, Ln1B, Wqkv, Bqkv, Wo, Bo, Ln2W, Ln2B, Wup, Bup, Wdown, Bdown };

/// Causal self-attention of x[b,t,d] before the output projection.
Tensor attention(const Tensor &x, const Tensor &wqkv, const Tensor &bqkv) {
  int64_t batch = x.size(0), steps = x.size(1), width = x.size(2), head = width / headCount;
  // [3, b, heads, t, head]
  Tensor qkv = nn::functional::linear(x, wqkv, bqkv).reshape({batch, steps, 3, headCount, head}).permute({2, 0, 3, 1, 4});
  Tensor q = qkv.select(0, 0), k = qkv.select(0, 1), v = qkv.select(0, 2);
  Tensor scores = q.matmul(k.transpose(-2, -1)) * (1 / std::sqrt(double(head)));
  Tensor position = arange(steps), visible = position.unsqueeze(1) >= position;
  Tensor weights = cotan::where(visible, scores, -std::numeric_limits<double>::infinity()).softmax(-1);
  return weights.matmul(v).transpose(1, 2).reshape({batch, steps, width});
}

Tensor loss(const Tensors &in) {
  using namespace nn::functional;
  const Tensor &x = in[X];
  int64_t width = x.size(2);
  Tensor h = x + linear(attention(layer_norm(x, {width}, in[Ln1W], in[Ln1B]), in[Wqkv], in[Bqkv]), in[Wo], in[Bo]);
  Tensor up = gelu(linear(layer_norm(h, {width}, in[Ln2W], in[Ln2B]), in[Wup], in[Bup]), "tanh");
  return cotan::square(h + linear(up, in[Wdown], in[Bdown]) - in[Target]).mean();
}

const std::vector<std::string> weights = {"ln1_w", "ln1_b", "wqkv", "bqkv", "wo", "bo", "ln2_w", "ln2_b", "wup", "bup", "wdown", "bdown"};

Case makeCase(int64_t batch, int64_t steps, int64_t width, bool step) {
  Numbers numbers(width);
  double scale = 1 / std::sqrt(double(width));
  Case c;
  c.inputs = {{"x", numbers.normal({batch, steps, width})},
              {"target", numbers.normal({batch, steps, width})},
              {"ln1_w", numbers.uniform({width}, 0.8, 1.2)},
              {"ln1_b", numbers.uniform({width}, -0.1, 0.1)},
              {"wqkv", numbers.normal({3 * width, width}, scale)},
              {"bqkv", numbers.normal({3 * width}, 0.1)},
              {"wo", numbers.normal({width, width}, scale)},
              {"bo", numbers.normal({width}, 0.1)},
              {"ln2_w", numbers.uniform({width}, 0.8, 1.2)},
              {"ln2_b", numbers.uniform({width}, -0.1, 0.1)},
              {"wup", numbers.normal({4 * width, width}, scale)},
              {"bup", numbers.normal({4 * width}, 0.1)},
              {"wdown", numbers.normal({width, 4 * width}, scale / 2)},
              {"bdown", numbers.normal({width}, 0.1)}};
  double tokens = double(batch * steps), d = double(width), weightCount = 12 * d * d + 13 * d;
  // Four linears of 3 + 1 + 4 + 4 times d * d, and attention: each position meets itself and those before, once for its score and once for its
  // value. Backward multiplies twice as much (every linear's operand depends on weights before it). Elementwise work is left out: a hundredth.
  double products = tokens * 12 * d * d + tokens * double(steps + 1) / 2 * d * 2;
  c.flops = 2 * products * (step ? 3 : 1);
  c.bytes = 4 * (2 * tokens * d + weightCount * (step ? 2 : 1));
  c.program = step ? descentStep(loss, c.inputs, weights) : lossOnly(loss);
  auto inputs = c.inputs;
  c.oracle = [inputs, step] { return step ? expectedStep(loss, inputs, weights) : checkedReference(lossOnly(loss), inputs); };
  return c;
}

} // namespace

std::vector<CaseMaker> transformerCases(const Options &options) {
  std::vector<CaseMaker> cases;
  int64_t batch = options.quick ? 2 : 8, steps = options.quick ? 16 : 128, width = options.quick ? 32 : 256;
  std::string name = "b=" + std::to_string(batch) + ",t=" + std::to_string(steps) + ",d=" + std::to_string(width);
  for (bool step : {false, true})
    cases.push_back({name, step ? "step" : "primal", "f32", [=] { return makeCase(batch, steps, width, step); }});
  return cases;
}

} // namespace cotan::bench
