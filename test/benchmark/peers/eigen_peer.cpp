//===- eigen_peer.cpp - Eigen: gemm ----------------------------------------===//

#include "gemm.h"

#include <Eigen/Dense>

namespace {

template <typename T> struct Run {
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Row = Eigen::Map<const Eigen::Array<T, 1, Eigen::Dynamic>, Eigen::Aligned64>;
  using Given = Eigen::Map<const Matrix, Eigen::Aligned64>;
  using Result = Eigen::Map<Matrix, Eigen::Aligned64>;

  explicit Run(peer::Gemm<T> made)
      : gemm(std::move(made)), a(given(gemm.a)), b(given(gemm.b)), c(result(gemm.c)), gradA(result(gemm.gradA)), gradB(result(gemm.gradB)) {
    Eigen::setNbThreads(gemm.threads);
  }

  void call() {
    if (gemm.transposeA)
      c.noalias() = a.transpose() * b;
    else if (gemm.transposeB)
      c.noalias() = a * b.transpose();
    else
      c.noalias() = a * b;
    if (gemm.gelu)
      addBiasAndGelu();
    if (gemm.grad) {
      Given cotangent = given(gemm.cotangent);
      *gemm.loss.template data<T>() = c.cwiseProduct(cotangent).sum();
      gradA.noalias() = cotangent * b.transpose();
      gradB.noalias() = a.transpose() * cotangent;
    }
  }

  peer::Gemm<T> gemm;

private:
  Given given(const T *elements) const { return Given(elements, gemm.n, gemm.n); }
  Result result(const peer::Array &array) const { return Result(array.data<T>(), gemm.n, gemm.n); }

  /// Row by row, while the row is in the nearest cache. Written by exp, which Eigen vectorises in both dtypes.
  void addBiasAndGelu() {
    Row bias(gemm.bias, gemm.n);
#pragma omp parallel for num_threads(gemm.threads) if (gemm.threads > 1 && gemm.n >= 128)
    for (int64_t i = 0; i < gemm.n; ++i) {
      auto row = c.row(i).array();
      row += bias;
      row /= 1 + (row * (1 + T(0.044715) * row.square()) * T(-1.5957691216057308)).min(T(80)).exp();
    }
  }

  Given a, b;
  Result c, gradA, gradB;
};

peer::Program make(const peer::Request &request) {
  if (request.id != "gemm")
    throw peer::Absent("this peer has gemm alone");
  return peer::gemmProgram<Run>(request);
}

} // namespace

int main() {
  return peer::serve("eigen",
                     std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION),
                     make);
}
