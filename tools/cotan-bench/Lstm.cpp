//===- Lstm.cpp - lstm: one recurrent layer with all gradients ---------------===//

#include "Oracle.h"

#include <cmath>

namespace cotan::bench {
namespace {

enum Input { X, H0, C0, WIh, WHh, BIh, BHh };

/// torch.nn.LSTM's layer, unrolled by the trace. The inputs' share of the gates is one product for all steps.
Tensor loss(const Tensors &in) {
  Tensor h = in[H0], c = in[C0];
  Tensor fromInput = nn::functional::linear(in[X], in[WIh], in[BIh] + in[BHh]), recurrent = in[WHh].t();
  std::vector<Tensor> states;
  for (int64_t t = 0; t < in[X].size(0); ++t) {
    std::vector<Tensor> gates = chunk(fromInput.select(0, t) + h.matmul(recurrent), 4, 1);
    c = sigmoid(gates[1]) * c + sigmoid(gates[0]) * tanh(gates[2]);
    h = sigmoid(gates[3]) * tanh(c);
    states.push_back(h);
  }
  return cotan::square(stack(states)).mean();
}

Case makeCase(int64_t steps, int64_t batch, int64_t inputWidth, int64_t width, bool gradient) {
  Numbers numbers(steps);
  double scale = 1 / std::sqrt(double(width));
  Case c;
  c.inputs = {{"x", numbers.normal({steps, batch, inputWidth})},
              {"h0", numbers.normal({batch, width}, 0.5)},
              {"c0", numbers.normal({batch, width}, 0.5)},
              {"w_ih", numbers.uniform({4 * width, inputWidth}, -scale, scale)},
              {"w_hh", numbers.uniform({4 * width, width}, -scale, scale)},
              {"b_ih", numbers.uniform({4 * width}, -scale, scale)},
              {"b_hh", numbers.uniform({4 * width}, -scale, scale)}};
  std::vector<std::string> names;
  for (const Named &input : c.inputs)
    names.push_back(input.name);
  // A row of the gates for each step and sample from input and state; backward twice as much, since all operands have gradients.
  c.flops = (gradient ? 3 : 1) * 2.0 * double(steps * batch) * double(4 * width) * double(inputWidth + width);
  for (const Named &input : c.inputs)
    c.bytes += (gradient ? 2 : 1) * 4 * double(input.value.numel());
  c.program = gradient ? lossAndGradients(loss, c.inputs, names) : lossOnly(loss);
  auto inputs = c.inputs;
  c.oracle = [inputs, names, gradient] { return checkedReference(gradient ? lossAndGradients(loss, inputs, names) : lossOnly(loss), inputs); };
  return c;
}

} // namespace

std::vector<CaseMaker> lstmCases(const Options &options) {
  int64_t steps = options.quick ? 6 : 64, batch = options.quick ? 4 : 32, inputWidth = options.quick ? 16 : 128, width = options.quick ? 24 : 256;
  std::vector<CaseMaker> cases;
  for (bool gradient : {false, true})
    cases.push_back({"t=" + std::to_string(steps) + ",b=" + std::to_string(batch), gradient ? "grad" : "primal", "f32",
                     [=] { return makeCase(steps, batch, inputWidth, width, gradient); }});
  return cases;
}

} // namespace cotan::bench
