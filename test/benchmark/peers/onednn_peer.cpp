//===- onednn_peer.cpp - oneDNN: gemm and conv -----------------------------===//

#include "onednn_peer.h"

#include <omp.h>

namespace {

peer::Program make(const peer::Request &request) {
  omp_set_num_threads(request.threads);
  if (request.id == "gemm")
    return peer::oneDnnGemm(request);
  if (request.id == "conv")
    return peer::oneDnnConvolution(request);
  throw peer::Absent("its primitives are for gemm and conv");
}

} // namespace

int main() {
  const dnnl_version_t *version = dnnl_version();
  return peer::serve("onednn", std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch), make);
}
