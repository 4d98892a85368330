//===- onednn_conv.cpp - oneDNN: conv --------------------------------------===//
//
// Convolutions, pooling and linears are primitives with bias, residual and relu fused; the two losses and the update of the weights are loops.
//
//===----------------------------------------------------------------------===//

#include "onednn_net.h"

#include <algorithm>
#include <cmath>

namespace peer {
namespace {

constexpr float kRate = 0.1f;

/// The net of a request, and its results: the loss and what a step makes of the parameters.
struct Training {
  Training(const Request &request, bool keepForBackward) : request(request), step(request.pass == "step"), net(step || keepForBackward) {
    if (request.dtype != "f32" || (request.pass != "step" && request.pass != "primal"))
      throw Absent("written in f32 for the passes primal and step");
    results.push_back({"loss", makeArray<float>({})});
  }

  memory given(const std::string &name) {
    const Array &array = request.input(name);
    return net.plain(array, array.shape());
  }

  float *loss() { return results.front().second.data<float>(); }

  /// new_NAME = NAME - rate * gradient, all row-major.
  void descend(const std::string &name, const memory &gradient) {
    Array old = request.input(name), updated = makeArray<float>(old.shape());
    results.push_back({"new_" + name, updated});
    net.append([from = old.data<float>(), to = updated.data<float>(), gradient, count = int64_t(old.size())] {
      const float *slope = static_cast<const float *>(gradient.get_data_handle());
#pragma omp parallel for simd if (count > 1 << 16)
      for (int64_t i = 0; i < count; ++i)
        to[i] = from[i] - kRate * slope[i];
    });
  }

  Request request;
  bool step;
  Net net;
  Results results;
};

Program programOf(std::shared_ptr<Training> training) {
  return {[training] { training->net.run(); }, [training] { return training->results; }};
}

float *elementsOf(const memory &m) { return static_cast<float *>(m.get_data_handle()); }

//===-- residual --------------------------------------------------------------===//

/// loss = mean((y - target)^2) over memories of one layout without padding; the gradient of y too, if asked for.
void meanSquaredError(const float *y, const float *target, float *gradient, int64_t count, float *loss) {
  double sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (int64_t start = 0; start < count; start += 4096) {
    int64_t end = std::min(start + 4096, count);
    float part = 0;
#pragma omp simd reduction(+ : part)
    for (int64_t i = start; i < end; ++i) {
      float difference = y[i] - target[i];
      part += difference * difference;
      if (gradient)
        gradient[i] = 2 / float(count) * difference;
    }
    sum += part;
  }
  *loss = float(sum / double(count));
}

Program residual(const Request &request) {
  // The primal takes the training primitives too: for inference oneDNN 2.6 chooses layouts in which the residual is added by a slow convolution.
  auto training = std::make_shared<Training>(request, /*keepForBackward=*/true);
  Net &net = training->net;
  memory x = training->given("x");
  Product first = product(net, x, training->given("w1"), {}, 1, {.relu = true});
  Product second = product(net, first.destination, training->given("w2"), {}, 1, {.relu = true, .residual = first.source});
  memory y = second.destination, gradient = training->step ? memory(y.get_desc(), net.dnn.engine) : memory();
  memory target = net.in(y.get_desc(), training->given("target"));
  int64_t count = int64_t(request.input("x").size());
  if (y.get_desc().get_size() != size_t(count) * sizeof(float))
    throw Absent("the layout that oneDNN chose has padding, which the loss here does not skip");
  net.append([=, loss = training->loss()] {
    meanSquaredError(elementsOf(y), elementsOf(target), gradient ? elementsOf(gradient) : nullptr, count, loss);
  });
  if (training->step) {
    memory before = backwardRelu(net, y, gradient);
    training->descend("w2", backwardWeights(net, second, before).weights);
    memory hidden = backwardRelu(net, first.destination, backwardSource(net, second, before));
    training->descend("w1", backwardWeights(net, first, hidden).weights);
  }
  return programOf(training);
}

//===-- lenet -----------------------------------------------------------------===//

/// loss = mean cross-entropy of row-major logits; the gradient of them too, if asked for.
void crossEntropy(const float *logits, const int64_t *target, float *gradient, int64_t batch, int64_t classes, float *loss) {
  double total = 0;
  for (int64_t i = 0; i < batch; ++i, logits += classes) {
    float largest = *std::max_element(logits, logits + classes), sum = 0;
    for (int64_t j = 0; j < classes; ++j)
      sum += std::exp(logits[j] - largest);
    total += std::log(sum) + largest - logits[target[i]];
    if (!gradient)
      continue;
    for (int64_t j = 0; j < classes; ++j)
      gradient[i * classes + j] = (std::exp(logits[j] - largest) / sum - (j == target[i] ? 1 : 0)) / float(batch);
  }
  *loss = float(total / double(batch));
}

Program lenet(const Request &request) {
  auto training = std::make_shared<Training>(request, /*keepForBackward=*/false);
  Net &net = training->net;
  auto layer = [&](const memory &source, const std::string &name, memory::dim padding, bool relu) {
    memory weights = training->given(name + "_w");
    memory::dims from = source.get_desc().dims();
    if (padding < 0 && from.size() == 4) // flattening: the weights take the image as it is laid out
      weights = net.plain(request.input(name + "_w"), {weights.get_desc().dims()[0], from[1], from[2], from[3]});
    return product(net, source, weights, training->given(name + "_b"), padding, {.relu = relu});
  };
  Product c1 = layer(training->given("x"), "c1", 2, true);
  MaxPool p1 = maxPool2(net, c1.destination);
  Product c2 = layer(p1.destination, "c2", 0, true);
  MaxPool p2 = maxPool2(net, c2.destination);
  Product f1 = layer(p2.destination, "f1", -1, true), f2 = layer(f1.destination, "f2", -1, true), f3 = layer(f2.destination, "f3", -1, false);

  memory::dims shape = f3.destination.get_desc().dims();
  memory logits = net.in(Net::plainDesc(shape), f3.destination), gradient = training->step ? net.plain(shape) : memory();
  net.append([=, loss = training->loss(), target = request.input("target")] {
    crossEntropy(elementsOf(logits), target.data<int64_t>(), gradient ? elementsOf(gradient) : nullptr, shape[0], shape[1], loss);
  });
  if (!training->step)
    return programOf(training);

  auto back = [&](const std::string &name, const Product &forward, const memory &slope) {
    WeightGradients gradients = backwardWeights(net, forward, slope);
    training->descend(name + "_w", gradients.weights);
    training->descend(name + "_b", gradients.bias);
  };
  back("f3", f3, gradient);
  memory slope = backwardRelu(net, f2.destination, backwardSource(net, f3, gradient));
  back("f2", f2, slope);
  slope = backwardRelu(net, f1.destination, backwardSource(net, f2, slope));
  back("f1", f1, slope);
  slope = backwardRelu(net, c2.destination, backwardPool(net, p2, backwardSource(net, f1, slope)));
  back("c2", c2, slope);
  slope = backwardRelu(net, c1.destination, backwardPool(net, p1, backwardSource(net, c2, slope)));
  back("c1", c1, slope);
  return programOf(training);
}

} // namespace

Program oneDnnConvolution(const Request &request) {
  if (request.caseName.rfind("lenet", 0) == 0)
    return lenet(request);
  if (request.caseName.rfind("residual", 0) == 0)
    return residual(request);
  throw Absent("no case '" + request.caseName + "'");
}

} // namespace peer
