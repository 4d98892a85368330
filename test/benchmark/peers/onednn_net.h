//===- onednn_net.h - layers and their backward passes by oneDNN -*- C++ -*-===//
//
// A Net is a list of primitives to execute in order. Layers are appended forward, then backward by the records that the forward ones return.
// Every primitive chooses its layouts, as oneDNN's guide advises; where one wants another layout than the memory at hand, a reorder is appended.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_BENCHMARK_PEERS_ONEDNN_NET_H
#define COTAN_BENCHMARK_PEERS_ONEDNN_NET_H

#include "onednn_peer.h"

namespace peer {

using dnnl::memory;

class Net {
public:
  /// With `train` the layers keep what their backward passes need.
  explicit Net(bool train) : train(train) {}

  void run() {
    for (auto &step : steps)
      step();
    dnn.stream.wait();
  }

  /// A row-major memory on an input's elements.
  memory plain(const Array &array, memory::dims shape);
  /// A new row-major memory.
  memory plain(memory::dims shape) { return memory(plainDesc(shape), dnn.engine); }
  /// `from` in the layout wanted.
  memory in(const memory::desc &wanted, const memory &from);
  void append(const dnnl::primitive &primitive, std::unordered_map<int, memory> arguments);
  /// Code of our own between primitives: what comes before it has been computed.
  void append(std::function<void()> code);

  static memory::desc plainDesc(const memory::dims &shape);

  OneDnn dnn;
  const bool train;

private:
  std::vector<std::function<void()>> steps;
};

/// What follows a product in its own primitive.
struct Fused {
  bool relu = false;
  memory residual = memory(); ///< added before the relu
};

/// A convolution (stride 1) or, with weights of rank 2, an inner product; the bias may be empty.
struct Product {
  memory source, weights, destination; ///< in the layouts of the forward primitive
  bool hasBias, isConvolution;
  memory::dim padding;
  memory::dims weightShape;
  dnnl::convolution_forward::primitive_desc convolution;
  dnnl::inner_product_forward::primitive_desc inner;
};

Product product(Net &net, const memory &source, const memory &weights, const memory &bias, memory::dim padding, const Fused &fused);

struct WeightGradients {
  memory weights, bias; ///< row-major
};
WeightGradients backwardWeights(Net &net, const Product &forward, const memory &gradient);
memory backwardSource(Net &net, const Product &forward, const memory &gradient);

/// The gradient before a relu, from its result.
memory backwardRelu(Net &net, const memory &result, const memory &gradient);

struct MaxPool {
  memory destination, workspace;
  memory::desc source;
  dnnl::pooling_forward::primitive_desc forward;
};

MaxPool maxPool2(Net &net, const memory &source);
memory backwardPool(Net &net, const MaxPool &forward, const memory &gradient);

} // namespace peer

#endif // COTAN_BENCHMARK_PEERS_ONEDNN_NET_H
