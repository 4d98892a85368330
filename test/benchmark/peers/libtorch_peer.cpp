//===- libtorch_peer.cpp - libtorch: requests and passes --------------------===//
//
// torch from C++ as its users write it for speed: fused functions where it has them, inference mode for the primal, autograd for the rest.
//
//===----------------------------------------------------------------------===//

#include "libtorch_peer.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

namespace peer {

Inputs::Inputs(const Request &request) : elements(request.inputs) {
  for (auto &[name, array] : elements) {
    auto type = array.dtype() == "f32" ? torch::kFloat32 : array.dtype() == "f64" ? torch::kFloat64 : torch::kInt64;
    tensors[name] = torch::from_blob(array.raw(), array.shape(), type);
  }
}

namespace {

Computation computationOf(const Model &model, const std::string &pass, Inputs inputs) {
  if (pass == "primal")
    return [=]() -> Named {
      c10::InferenceMode guard;
      return {{"loss", model.loss(inputs)}};
    };
  if (pass != "grad" && pass != "step")
    throw Absent("no pass '" + pass + "'");
  std::vector<Tensor> variables;
  for (const std::string &name : model.variables)
    variables.push_back(inputs[name].requires_grad_());
  return [=, step = pass == "step"]() -> Named {
    Tensor loss = model.loss(inputs);
    std::vector<Tensor> results = torch::autograd::grad({loss}, variables);
    if (step) {
      torch::NoGradGuard guard;
      results = at::_foreach_add(variables, results, -0.1);
    }
    Named named = {{"loss", loss.detach()}};
    for (size_t i = 0; i < results.size(); ++i)
      named.push_back({(step ? "new_" : "grad_") + model.variables[i], results[i]});
    return named;
  };
}

Model modelOf(const Request &request) {
  const std::string &id = request.id;
  auto is = [&](const char *name, const char *start = "") { return id == name && request.caseName.rfind(start, 0) == 0; };
  if (is("ew"))
    return elementwise();
  if (is("xent"))
    return crossEntropy();
  if (is("lnorm"))
    return layerNorm();
  if (is("mlp"))
    return perceptron();
  if (is("xformer"))
    return transformer();
  if (is("conv", "lenet"))
    return lenet();
  if (is("conv", "residual"))
    return residualBlock();
  if (is("lstm"))
    return lstm(request.pass != "primal");
  if (is("gmm"))
    return gaussianMixture(request.parameter("gamma"), request.parameter("m"));
  if (is("bs", "asian"))
    return asianOption(request.parameter("strike"), request.parameter("rate"), request.parameter("expiry"));
  if (is("newton"))
    return newton();
  throw Absent("not written for this peer");
}

Computation computationOf(const Request &request) {
  Inputs inputs(request);
  if (request.id == "gemm")
    return matrixProduct(request, inputs);
  if (request.id == "bs" && request.caseName.rfind("options", 0) == 0)
    return europeanOptions(request, inputs);
  if (request.id == "hvp")
    return hessianVectorProduct(request, inputs);
  if (request.id == "call")
    return smallCalls(request, inputs);
  if (request.id == "compile")
    return chain(request, inputs);
  return computationOf(modelOf(request), request.pass, inputs);
}

Array arrayOf(const Tensor &tensor) {
  Tensor dense = tensor.contiguous();
  auto type = dense.scalar_type();
  Array array(type == torch::kFloat32 ? "f32" : type == torch::kFloat64 ? "f64" : "i64", dense.sizes().vec());
  std::memcpy(array.raw(), dense.data_ptr(), array.bytes());
  return array;
}

Program make(const Request &request) {
  at::set_num_threads(request.threads);
  auto last = std::make_shared<Named>();
  auto call = [last, compute = computationOf(request)] {
    last->clear(); // the allocator may give the same memory again
    *last = compute();
  };
  auto results = [last] {
    Results arrays;
    for (auto &[name, tensor] : *last)
      arrays.push_back({name, arrayOf(tensor)});
    return arrays;
  };
  return {call, results};
}

} // namespace
} // namespace peer

int main() {
  setenv("THP_MEM_ALLOC_ENABLE", "1", 0); // huge pages for large tensors, as torch's tuning guide advises
  at::set_num_threads(peer::threadsFromHost());
  at::set_num_interop_threads(1);
  return peer::serve("libtorch", TORCH_VERSION, peer::make);
}
