//===- HessianVector.cpp - hvp: the Hessian of a perceptron times a vector ---===//

#include "Oracle.h"

#include <cmath>

namespace cotan::bench {
namespace {

enum Input { X, Target, W1, B1, W2, VW1, VB1, VW2 };

Tensor loss(const Tensors &in) {
  return cotan::square(tanh(nn::functional::linear(in[X], in[W1], in[B1])).matmul(in[W2]) - in[Target]).mean();
}

/// The gradient in the parameters times v: its own gradient is the Hessian times v.
Tensor slope(const Tensors &in) {
  std::vector<Tensor> g = value_and_grad([](const std::vector<Tensor> &arguments) { return loss(arguments); }, {W1, B1, W2})(in).second;
  return (g[0] * in[VW1]).sum() + (g[1] * in[VB1]).sum() + (g[2] * in[VW2]).sum();
}

const std::vector<std::string> parameters = {"w1", "b1", "w2"};

/// grad_NAME of `slope` under its name; `slope` itself is no result.
std::vector<Named> asProducts(std::vector<Named> results) {
  results.erase(results.begin());
  for (size_t i = 0; i < parameters.size(); ++i)
    results[i].name = "hvp_" + parameters[i];
  return results;
}

/// The primal is the loss alone.
Case makeCase(int64_t batch, int64_t inputWidth, int64_t width, bool gradient) {
  Numbers numbers(batch);
  double scale = 1 / std::sqrt(double(inputWidth));
  Case c;
  c.inputs = {{"x", numbers.normal({batch, inputWidth})},
              {"target", numbers.normal({batch})},
              {"w1", numbers.normal({width, inputWidth}, scale)},
              {"b1", numbers.normal({width}, 0.1)},
              {"w2", numbers.normal({width}, 1 / std::sqrt(double(width)))},
              {"v_w1", numbers.normal({width, inputWidth}, scale)},
              {"v_b1", numbers.normal({width}, 0.1)},
              {"v_w2", numbers.normal({width}, 1 / std::sqrt(double(width)))}};
  double products = double(batch * inputWidth * width), hidden = double(batch * width);
  // x w1', x v_w1', and the change of the hidden layer's gradient times x: three products (that the gradient itself is never asked for saves its own).
  // With each hidden unit about 20 flops beside them: its two dot products with w2 and v_w2, first and second derivatives of tanh, three sums.
  // The loss alone: x w1' and a product with w2.
  c.flops = gradient ? 3 * 2 * products + 20 * hidden : 2 * products + 2 * hidden;
  for (const Named &input : c.inputs)
    if (gradient || !input.name.starts_with("v_"))
      c.bytes += 4 * double(input.value.numel());
  auto inputs = c.inputs;
  if (!gradient) {
    c.program = lossOnly(loss);
    c.oracle = [inputs] { return checkedReference(lossOnly(loss), inputs); };
    return c;
  }
  c.bytes += 4 * double(width) * double(inputWidth + 2);
  auto gradients = lossAndGradients(slope, c.inputs, parameters);
  c.program = [gradients](const Tensors &in) { return asProducts(gradients(in)); };
  c.oracle = [inputs] {
    // The gradient against differences of the loss, then the gradient of its product with v against differences of that.
    checkedReference(lossAndGradients(loss, inputs, parameters), inputs);
    return asProducts(checkedReference(lossAndGradients(slope, inputs, parameters), inputs));
  };
  return c;
}

} // namespace

std::vector<CaseMaker> hessianVectorCases(const Options &options) {
  int64_t batch = options.quick ? 16 : 256, inputWidth = options.quick ? 8 : 64, width = options.quick ? 16 : 128;
  std::vector<CaseMaker> cases;
  for (bool gradient : {false, true})
    cases.push_back({"batch=" + std::to_string(batch), gradient ? "grad" : "primal", "f32", [=] { return makeCase(batch, inputWidth, width, gradient); }});
  return cases;
}

} // namespace cotan::bench
