//===- libtorch_peer.h - what the libtorch peer is made of ------*- C++ -*-===//

#ifndef COTAN_BENCHMARK_PEERS_LIBTORCH_PEER_H
#define COTAN_BENCHMARK_PEERS_LIBTORCH_PEER_H

#include "serve.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

namespace peer {

using torch::Tensor;
using Named = std::vector<std::pair<std::string, Tensor>>;

/// A request's inputs as tensors on the same elements, by name.
class Inputs {
public:
  explicit Inputs(const Request &request);
  const Tensor &operator[](const std::string &name) const { return tensors.at(name); }
  Tensor &operator[](const std::string &name) { return tensors.at(name); }

private:
  std::vector<std::pair<std::string, Array>> elements; ///< owns what the tensors show
  std::map<std::string, Tensor> tensors;
};

/// What one call does.
using Computation = std::function<Named()>;

/// A loss and the inputs it is differentiated by: of it come the passes primal, grad and step.
struct Model {
  std::function<Tensor(const Inputs &)> loss;
  std::vector<std::string> variables;
};

// libtorch_models.cpp: workloads that are a loss.
Model elementwise();
Model crossEntropy();
Model layerNorm();
Model perceptron();
Model transformer();
Model lenet();
Model residualBlock();
Model lstm(bool train);
Model gaussianMixture(double gamma, double wishartM);
Model asianOption(double strike, double rate, double expiry);
Model newton();

// libtorch_programs.cpp: the others.
Computation matrixProduct(const Request &request, Inputs inputs);
Computation europeanOptions(const Request &request, Inputs inputs);
Computation hessianVectorProduct(const Request &request, Inputs inputs);
Computation smallCalls(const Request &request, Inputs inputs);
Computation chain(const Request &request, Inputs inputs);

} // namespace peer

#endif // COTAN_BENCHMARK_PEERS_LIBTORCH_PEER_H
