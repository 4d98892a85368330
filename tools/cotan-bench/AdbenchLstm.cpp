//===- AdbenchLstm.cpp - adlstm: ADBench's LSTM ------------------------------===//
//
// All weights are diagonal, so that a step is elementwise over the width: for each layer, whose input is the hidden state of the one before it,
//   forget = s(in W_f + b_f), ingate = s(hidden W_i + b_i), outgate = s(in W_o + b_o), change = tanh(hidden W_c + b_c);
//   cell = cell forget + ingate change; hidden = outgate tanh(cell).
// The loss is -mean over t < c - 1 and the width of sequence[t + 1] (output - log(sum(exp(output)) + 2)).
//
//===----------------------------------------------------------------------===//

#include "AdbenchFiles.h"

namespace cotan::bench {
namespace {

struct Gate {
  Tensor weight, bias;
  Tensor operator()(const Tensor &x) const { return x * weight + bias; }
};

struct Layer {
  Gate forget, in, out, change;
  Tensor hidden, cell;

  /// The new hidden state.
  const Tensor &step(const Tensor &input) {
    cell = cell * forget(input).sigmoid() + in(hidden).sigmoid() * change(hidden).tanh();
    return hidden = out(input).sigmoid() * cell.tanh();
  }
};

std::vector<Layer> layersOf(const Tensor &main, const Tensor &state) {
  std::vector<Layer> layers;
  int64_t width = state.size(1);
  for (int64_t i = 0; i < state.size(0); i += 2) {
    auto gate = [&](int64_t k) { return Gate{main[i].slice(0, k * width, (k + 1) * width), main[i + 1].slice(0, k * width, (k + 1) * width)}; };
    layers.push_back({gate(0), gate(1), gate(2), gate(3), state[i], state[i + 1]});
  }
  return layers;
}

/// The trace unrolls the steps.
Tensor loss(const Tensors &in) {
  const Tensor &main = in[0], &extra = in[1], &state = in[2], &sequence = in[3];
  std::vector<Layer> layers = layersOf(main, state);
  int64_t steps = sequence.size(0) - 1;
  Tensor inputs = sequence.slice(0, 0, steps) * extra[0];
  std::vector<Tensor> last;
  for (int64_t t = 0; t < steps; ++t) {
    Tensor x = inputs[t];
    for (Layer &layer : layers)
      x = layer.step(x);
    last.push_back(x);
  }
  Tensor output = stack(last) * extra[1] + extra[2];
  Tensor normalized = output - (output.exp().sum(1, true) + 2).log();
  return -(sequence.slice(0, 1) * normalized).mean();
}

/// Unrolled steps of layers whose gradient Cotan compiles in about a minute: 50 s of processor time for 2,048.
constexpr int64_t longestUnrolled = 2048;

Case makeCase(const std::string &folder, const std::string &name, int64_t layers, int64_t steps, bool gradient) {
  const int64_t width = 14;
  LstmData data = lstmData(folder, name, layers, steps, width);
  Case c;
  c.inputs = {{"main", data.main}, {"extra", data.extra}, {"state", data.state}, {"sequence", data.sequence}};
  const std::vector<std::string> differentiated = {"main", "extra"};
  c.program = gradient ? lossAndGradients(loss, c.inputs, differentiated) : lossOnly(loss);
  c.oracle = [=, inputs = c.inputs] {
    auto golden = goldenResult(folder, name);
    std::vector<Named> results;
    if (layers * steps > longestUnrolled) {
      if (!golden)
        throw NothingExpected("nothing to compare with: Cotan lacks this case, and ADBench's golden values are not there (--adbench)");
      results = {{"loss", zeros({}, kDouble)}, {"grad_main", zeros_like(inputs[0].value)}, {"grad_extra", zeros_like(inputs[1].value)}};
      results = goldenAs(*golden, results, name);
    } else {
      results = checkedReference(lossAndGradients(loss, inputs, differentiated), inputs);
      if (golden)
        results = checkGolden(*golden, results, name);
    }
    return gradient ? results : std::vector<Named>{results[0]};
  };
  c.tolerance = 1e-10;
  c.bytes = 8 * double((steps + 2 * layers) * width + (gradient ? 2 : 1) * (8 * layers + 3) * width);
  // Of a layer's step: four gates of 2, cell 3, hidden 1; the adjoint multiplies with each weight and sums each weight's and bias' gradient (5 for
  // a gate), and goes through four functions (2 each) and both products. Of the output: 6 forward, as many back.
  c.flops = double(steps - 1) * double(width) * (double(layers) * (12 + (gradient ? 20 + 8 + 7 : 0)) + 6 + (gradient ? 6 : 0));
  return c;
}

} // namespace

std::vector<CaseMaker> adbenchLstmCases(const Options &options) {
  std::vector<CaseMaker> cases;
  auto add = [&](int64_t layers, int64_t steps) {
    std::string name = "l" + std::to_string(layers) + "_c" + std::to_string(steps);
    for (bool gradient : {false, true}) {
      cases.push_back({name, gradient ? "grad" : "primal", "f64",
                       [=, folder = options.adbench] { return makeCase(folder, "lstm_" + name, layers, steps, gradient); }});
      if (layers * steps > longestUnrolled)
        cases.back().missing = "a loop form in the C++ API: unrolled it has " + std::to_string(layers * steps) + " steps of layers, about 14 ops each";
    }
  };
  if (options.quick) {
    add(2, 8);
  } else {
    add(2, 1024);
    add(4, 4096);
  }
  return cases;
}

} // namespace cotan::bench
