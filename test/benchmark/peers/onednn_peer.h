//===- onednn_peer.h - what the oneDNN peer is made of ----------*- C++ -*-===//

#ifndef COTAN_BENCHMARK_PEERS_ONEDNN_PEER_H
#define COTAN_BENCHMARK_PEERS_ONEDNN_PEER_H

#include "serve.h"

#include <oneapi/dnnl/dnnl.hpp>

namespace peer {

struct OneDnn {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
};

Program oneDnnGemm(const Request &request);
Program oneDnnConvolution(const Request &request);

} // namespace peer

#endif // COTAN_BENCHMARK_PEERS_ONEDNN_PEER_H
