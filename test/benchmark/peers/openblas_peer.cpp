//===- openblas_peer.cpp - OpenBLAS: gemm ----------------------------------===//
//
// C = op(A) op(B) by cblas; bias and gelu are a loop over C that the compiler vectorises, as a user of a BLAS has to add it.
//
//===----------------------------------------------------------------------===//

#include "gemm.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>

namespace {

void multiply(bool ta, bool tb, int n, const float *a, const float *b, float *c) {
  cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
}
void multiply(bool ta, bool tb, int n, const double *a, const double *b, double *c) {
  cblas_dgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
}
float dot(int64_t n, const float *a, const float *b) { return cblas_sdot(blasint(n), a, 1, b, 1); }
double dot(int64_t n, const double *a, const double *b) { return cblas_ddot(blasint(n), a, 1, b, 1); }

constexpr int64_t kVector = 16;

/// gelu_tanh(x) = x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)). Beyond |x| = 8 the sigmoid is 0 or 1 to rounding; there libmvec would take its slow
/// path, and an infinity would be divided by.
template <typename T> void addBiasAndGeluToVector(T *__restrict row, const T *__restrict bias) {
#pragma omp simd
  for (int64_t j = 0; j < kVector; ++j) {
    T x = row[j] + bias[j];
    T near = std::min(std::max(x, T(-8)), T(8));
    row[j] = x / (1 + std::exp(T(-1.5957691216057308) * near * (1 + T(0.044715) * near * near)));
  }
}

/// The rest of a row goes through whole vectors too: scalar calls of exp would take longer than all before them.
template <typename T> void addBiasAndGelu(T *row, const T *bias, int64_t n) {
  int64_t whole = n / kVector * kVector;
  for (int64_t j = 0; j < whole; j += kVector)
    addBiasAndGeluToVector(row + j, bias + j);
  if (whole == n)
    return;
  T rest[kVector] = {}, itsBias[kVector] = {};
  std::copy(row + whole, row + n, rest);
  std::copy(bias + whole, bias + n, itsBias);
  addBiasAndGeluToVector(rest, itsBias);
  std::copy(rest, rest + (n - whole), row + whole);
}

template <typename T> struct Run {
  explicit Run(peer::Gemm<T> given) : gemm(std::move(given)) { openblas_set_num_threads(gemm.threads); }

  void call() {
    int n = int(gemm.n);
    T *c = gemm.c.template data<T>();
    multiply(gemm.transposeA, gemm.transposeB, n, gemm.a, gemm.b, c);
    if (gemm.gelu) {
#pragma omp parallel for num_threads(gemm.threads) if (gemm.threads > 1 && n >= 128)
      for (int i = 0; i < n; ++i)
        addBiasAndGelu(c + int64_t(i) * n, gemm.bias, n);
    }
    if (gemm.grad) {
      *gemm.loss.template data<T>() = dot(gemm.n * gemm.n, c, gemm.cotangent);
      multiply(false, true, n, gemm.cotangent, gemm.b, gemm.gradA.template data<T>());
      multiply(true, false, n, gemm.a, gemm.cotangent, gemm.gradB.template data<T>());
    }
  }

  peer::Gemm<T> gemm;
};

peer::Program make(const peer::Request &request) {
  if (request.id != "gemm")
    throw peer::Absent("a BLAS has gemm alone");
  return peer::gemmProgram<Run>(request);
}

} // namespace

int main(int, char **arguments) {
  // Its idle threads spin for 2^26 cycles unless told otherwise when the library is loaded, which takes the core from the OpenMP threads of the gelu
  // (ten times slower at n=257 on two threads) and lets each answer wait for 28 ms. 2^16 bridge the pause between two calls.
  if (!std::getenv("OPENBLAS_THREAD_TIMEOUT")) {
    setenv("OPENBLAS_THREAD_TIMEOUT", "16", 1);
    execv("/proc/self/exe", arguments);
  }
  std::istringstream config(openblas_get_config()); // "OpenBLAS 0.3.21 ..."
  std::string name, version;
  config >> name >> version;
  return peer::serve("openblas", version, make);
}
