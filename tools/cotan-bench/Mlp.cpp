//===- Mlp.cpp - mlp: a training step of a perceptron ------------------------===//

#include "Oracle.h"

namespace cotan::bench {
namespace {

Tensor loss(const Tensors &in) {
  const Tensor &x = in[0], &target = in[1];
  Tensor h = relu(nn::functional::linear(x, in[2], in[3]));
  h = relu(nn::functional::linear(h, in[4], in[5]));
  return nn::functional::cross_entropy(nn::functional::linear(h, in[6], in[7]), target);
}

const std::vector<std::string> weights = {"w1", "b1", "w2", "b2", "w3", "b3"};

Case makeCase(int64_t batch, int64_t width, bool step) {
  Numbers numbers(batch);
  Case c;
  c.inputs = {{"x", numbers.uniform({batch, 784}, 0, 1)},
              {"target", numbers.integers({batch}, 10)},
              {"w1", numbers.normal({width, 784}, 0.05)},
              {"b1", numbers.normal({width}, 0.05)},
              {"w2", numbers.normal({width, width}, 0.06)},
              {"b2", numbers.normal({width}, 0.05)},
              {"w3", numbers.normal({10, width}, 0.06)},
              {"b3", numbers.normal({10}, 0.05)}};
  double products = double(batch) * (784.0 * width + double(width) * width + width * 10.0), weightCount = 785.0 * width + (width + 1.0) * width + (width + 1.0) * 10;
  // Backward multiplies twice as much, but for the gradient of x, which nobody asks for.
  c.flops = 2 * products + (step ? 4 * products - 2.0 * double(batch) * 784 * width : 0);
  c.bytes = 4 * (double(batch) * 784 + weightCount * (step ? 2 : 1));
  c.program = step ? descentStep(loss, c.inputs, weights) : lossOnly(loss);
  auto inputs = c.inputs;
  c.oracle = [inputs, step] {
    return step ? expectedStep(loss, inputs, weights, acrossKinks) : checkedReference(lossOnly(loss), inputs);
  };
  return c;
}

} // namespace

std::vector<CaseMaker> mlpCases(const Options &options) {
  std::vector<CaseMaker> cases;
  for (int64_t batch : options.quick ? std::vector<int64_t>{8} : std::vector<int64_t>{32, 256})
    for (bool step : {false, true})
      cases.push_back({"batch=" + std::to_string(batch), step ? "step" : "primal", "f32",
                       [=] { return makeCase(batch, options.quick ? 32 : 512, step); }});
  return cases;
}

} // namespace cotan::bench
