//===- gemm.h - what the gemm workload asks of a peer -----------*- C++ -*-===//
//
// Reads a `gemm` request (docs/Benchmarks.md): the form from the case's name, operands and results by name.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_BENCHMARK_PEERS_GEMM_H
#define COTAN_BENCHMARK_PEERS_GEMM_H

#include "serve.h"

namespace peer {

template <typename T> struct Gemm {
  explicit Gemm(const Request &request)
      : transposeA(request.caseHas("A'B")), transposeB(request.caseHas("AB'")), gelu(request.caseHas("+gelu")),
        grad(request.pass == "grad"), threads(request.threads), n(request.input("a").shape().at(0)), inputs(request.inputs) {
    if (grad && (transposeA || transposeB || gelu))
      throw Absent("the gradient is of AB alone");
    if (!grad && request.pass != "primal")
      throw Absent("no pass '" + request.pass + "'");
    a = request.input("a").data<T>();
    b = request.input("b").data<T>();
    bias = gelu ? request.input("bias").data<T>() : nullptr;
    cotangent = grad ? request.input("cotangent").data<T>() : nullptr;
  }

  Results results() const {
    if (!grad)
      return {{"c", c}};
    return {{"loss", loss}, {"grad_a", gradA}, {"grad_b", gradB}};
  }

  bool transposeA, transposeB, gelu, grad;
  int threads;
  int64_t n;
  std::vector<std::pair<std::string, Array>> inputs; ///< keeps the operands
  const T *a, *b, *bias, *cotangent;
  Array c = makeArray<T>({n, n}), loss = makeArray<T>({});
  Array gradA = makeArray<T>({n, n}), gradB = makeArray<T>({n, n});
};

/// A program of `Run<T>{Gemm<T>}.call()` for the request's dtype.
template <template <typename> class Run> Program gemmProgram(const Request &request) {
  auto program = [](auto run) {
    return Program{[run] { run->call(); }, [run] { return run->gemm.results(); }};
  };
  if (request.dtype == "f32")
    return program(std::make_shared<Run<float>>(Gemm<float>(request)));
  if (request.dtype == "f64")
    return program(std::make_shared<Run<double>>(Gemm<double>(request)));
  throw Absent("no dtype '" + request.dtype + "'");
}

} // namespace peer

#endif // COTAN_BENCHMARK_PEERS_GEMM_H
