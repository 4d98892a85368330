//===- onednn_gemm.cpp - oneDNN: gemm --------------------------------------===//
//
// A matmul primitive on plain layouts (both operands are given anew at each call, so a blocked one would cost a reorder of it), transposed ones by
// strides; bias and gelu are what the primitive fuses. Other than f32 it has not.
//
//===----------------------------------------------------------------------===//

#include "onednn_peer.h"

#include "gemm.h"

using dnnl::memory;

namespace peer {
namespace {

class Product {
public:
  Product(OneDnn &dnn, int64_t n, const float *a, bool transposeA, const float *b, bool transposeB, const float *bias, float *c)
      : dnn(dnn), arguments{{DNNL_ARG_SRC, operand(n, a, transposeA)}, {DNNL_ARG_WEIGHTS, operand(n, b, transposeB)}, {DNNL_ARG_DST, operand(n, c, false)}} {
    dnnl::primitive_attr attributes;
    if (bias) {
      memory::desc row({1, n}, memory::data_type::f32, memory::format_tag::ab);
      arguments.insert({DNNL_ARG_BIAS, memory(row, dnn.engine, const_cast<float *>(bias))});
      dnnl::post_ops after;
      after.append_eltwise(1, dnnl::algorithm::eltwise_gelu_tanh, 0, 0);
      attributes.set_post_ops(after);
    }
    auto desc = [&](int which) { return arguments.at(which).get_desc(); };
    auto operation = bias ? dnnl::matmul::desc(desc(DNNL_ARG_SRC), desc(DNNL_ARG_WEIGHTS), desc(DNNL_ARG_BIAS), desc(DNNL_ARG_DST))
                          : dnnl::matmul::desc(desc(DNNL_ARG_SRC), desc(DNNL_ARG_WEIGHTS), desc(DNNL_ARG_DST));
    primitive = dnnl::matmul({operation, attributes, dnn.engine});
  }

  void run() { primitive.execute(dnn.stream, arguments); }

private:
  memory operand(int64_t n, const float *elements, bool transposed) {
    memory::desc square({n, n}, memory::data_type::f32, transposed ? memory::format_tag::ba : memory::format_tag::ab);
    return memory(square, dnn.engine, const_cast<float *>(elements));
  }

  OneDnn &dnn;
  std::unordered_map<int, memory> arguments;
  dnnl::matmul primitive;
};

struct Run {
  explicit Run(Gemm<float> given) : gemm(std::move(given)) {
    const Gemm<float> &g = gemm;
    products.emplace_back(dnn, g.n, g.a, g.transposeA, g.b, g.transposeB, g.bias, g.c.data<float>());
    if (g.grad) {
      products.emplace_back(dnn, g.n, g.cotangent, false, g.b, true, nullptr, g.gradA.data<float>());
      products.emplace_back(dnn, g.n, g.a, true, g.cotangent, false, nullptr, g.gradB.data<float>());
    }
  }

  void call() {
    for (Product &product : products)
      product.run();
    if (gemm.grad)
      *gemm.loss.data<float>() = sumOfProducts(gemm.c.data<float>(), gemm.cotangent, gemm.n * gemm.n);
    dnn.stream.wait();
  }

  static float sumOfProducts(const float *x, const float *y, int64_t count) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; ++i)
      sum += x[i] * y[i];
    return sum;
  }

  Gemm<float> gemm;
  OneDnn dnn;
  std::vector<Product> products;
};

} // namespace

Program oneDnnGemm(const Request &request) {
  if (request.dtype != "f32")
    throw Absent("oneDNN multiplies matrices of f32, not of " + request.dtype);
  auto run = std::make_shared<Run>(Gemm<float>(request));
  return {[run] { run->call(); }, [run] { return run->gemm.results(); }};
}

} // namespace peer
