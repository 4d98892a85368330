//===- CrossEntropy.cpp - xent: softmax cross-entropy with its gradient ------===//

#include "Oracle.h"
#include "Witness.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace cotan::bench {
namespace {

Tensor loss(const Tensors &in) { return nn::functional::cross_entropy(in[0], in[1]); }

/// So spread out that some probabilities are large: beside the gradient's largest element, 1 / rows, an error of theirs shows. About a million numbers
/// again and again, to a prime number, so that rows differ: to draw 65 million takes longer than all that is measured with them.
Tensor makeLogits(Numbers &numbers, int64_t rows, int64_t classes) {
  std::vector<float> values(rows * classes);
  constexpr size_t drawn = 1'048'573;
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = i < drawn ? float(3 * numbers.normal()) : values[i - drawn];
  return cotan::tensor(values).reshape({rows, classes}).eval();
}

/// loss = mean(log(sum(exp(x))) - x[target]), gradient (softmax(x) - onehot(target)) / rows.
std::vector<Named> closedForm(const Tensor &logits, const Tensor &target) {
  int64_t rows = logits.size(0), classes = logits.size(1);
  std::vector<float> x = logits.to_vector<float>();
  std::vector<int64_t> t = target.to_vector<int64_t>();
  std::vector<double> gradient(x.size());
  double total = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const float *in = x.data() + row * classes;
    double *out = gradient.data() + row * classes;
    double largest = *std::max_element(in, in + classes), sum = 0;
    for (int64_t i = 0; i < classes; ++i)
      sum += out[i] = std::exp(in[i] - largest);
    for (int64_t i = 0; i < classes; ++i)
      out[i] /= sum * double(rows);
    out[t[row]] -= 1 / double(rows);
    total += std::log(sum) + largest - in[t[row]];
  }
  return {{"loss", fromVector({total / double(rows)}, {})}, {"grad_logits", fromVector(gradient, {rows, classes})}};
}

/// The hand-written loop on copies of the inputs.
Implementation makeWitness(const Tensor &logits, const Tensor &target) {
  struct State {
    WitnessArray x, gradient;
    std::vector<int64_t> target;
    size_t rows, classes;
    float loss = 0;
  };
  auto s = std::make_shared<State>(
      State{WitnessArray(logits), WitnessArray(logits.numel()), target.to_vector<int64_t>(), size_t(logits.size(0)), size_t(logits.size(1))});
  return {[s] { s->loss = witness_xent(s->x.data(), s->target.data(), s->gradient.data(), s->rows, s->classes); },
          [s] {
            return std::vector<Named>{{"loss", fromVector({s->loss}, {})},
                                      {"grad_logits", s->gradient.tensor({int64_t(s->rows), int64_t(s->classes)})}};
          }};
}

Case makeCase(int64_t rows, int64_t classes, bool gradient) {
  Numbers numbers(classes);
  Case c;
  Tensor logits = makeLogits(numbers, rows, classes), target = numbers.integers({rows}, classes);
  c.inputs = {{"logits", logits}, {"target", target}};
  c.program = gradient ? lossAndGradients(loss, c.inputs, {"logits"}) : lossOnly(loss);
  c.oracle = [=] {
    std::vector<Named> results = closedForm(logits, target);
    return gradient ? results : std::vector<Named>{results[0]};
  };
  c.tolerance = 1e-5; // f32 sums of 32000 exponentials, and a loss of about 10: torch is 6e-6 off
  double count = double(rows) * double(classes);
  // Logits in, gradient out, a class index of 8 bytes a row. A difference to the row's maximum, a comparison for it, a sum and a product
  // for the gradient: 4 flops an element beside the exponential.
  c.bytes = (gradient ? 8 : 4) * count + 8 * double(rows);
  c.flops = (gradient ? 4 : 3) * count;
  if (gradient)
    c.witness = [=] { return makeWitness(logits, target); };
  return c;
}

} // namespace

std::vector<CaseMaker> crossEntropyCases(const Options &options) {
  std::vector<CaseMaker> cases;
  using Size = std::pair<int64_t, int64_t>;
  for (auto [rows, classes] : options.quick ? std::vector<Size>{{64, 1000}} : std::vector<Size>{{512, 1000}, {2048, 32000}})
    for (bool gradient : {false, true})
      cases.push_back({std::to_string(rows) + "x" + std::to_string(classes), gradient ? "grad" : "primal", "f32",
                       [=] { return makeCase(rows, classes, gradient); }});
  return cases;
}

} // namespace cotan::bench
