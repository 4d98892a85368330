//===- Limits.cpp - what this machine can do at most ------------------------===//

#include "Limits.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <immintrin.h>
#include <memory>
#include <vector>

namespace cotan::bench {

int widest_vector_bits() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return 512;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 256 : 128;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

namespace {

// 12 independent chains hide the latency of two FMA units and leave registers for the factors.
constexpr int chains = 12;
constexpr int64_t trips = 2000;

// The empty asm keeps each sum in a register of its own; left alone, the compiler rotates them through spills.
#define COTAN_FMA_LOOP(NAME, TARGET, ELEMENT, BYTES)                                                                   \
  __attribute__((target(TARGET), noinline)) ELEMENT NAME(ELEMENT seed) {                                               \
    typedef ELEMENT Vector __attribute__((vector_size(BYTES)));                                                        \
    Vector sum[chains], factor = Vector{} + seed, addend = Vector{} + ELEMENT(1e-9);                                   \
    for (int i = 0; i < chains; ++i)                                                                                   \
      sum[i] = Vector{} + ELEMENT(i);                                                                                  \
    for (int64_t trip = 0; trip < trips; ++trip)                                                                       \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; ++i) {                                            \
        sum[i] = __builtin_elementwise_fma(sum[i], factor, addend);                                                    \
        asm volatile("" : "+v"(sum[i]));                                                                               \
      }                                                                                                                \
    for (int i = 1; i < chains; ++i)                                                                                   \
      sum[0] += sum[i];                                                                                                \
    return sum[0][0];                                                                                                  \
  }

COTAN_FMA_LOOP(fma_f32_512, "avx512f", float, 64)
COTAN_FMA_LOOP(fma_f32_256, "avx2,fma", float, 32)
COTAN_FMA_LOOP(fma_f32_128, "sse2", float, 16)
COTAN_FMA_LOOP(fma_f64_512, "avx512f", double, 64)
COTAN_FMA_LOOP(fma_f64_256, "avx2,fma", double, 32)
COTAN_FMA_LOOP(fma_f64_128, "sse2", double, 16)

template <typename Element> double peak(Element (*loop)(Element), int lanes, double seconds) {
  volatile Element sink = 0;
  double best = 1e30, start = now();
  while (now() - start < seconds) {
    double t = now();
    sink = loop(Element(0.999));
    best = std::min(best, now() - t);
  }
  (void)sink;
  return 2.0 * chains * trips * lanes / best * 1e-9;
}

struct Free {
  void operator()(void *p) const { std::free(p); }
};

std::unique_ptr<float[], Free> aligned_floats(size_t n) {
  auto *p = static_cast<float *>(std::aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64));
  std::fill(p, p + n, 1.0f); // touches every page
  return std::unique_ptr<float[], Free>(p);
}

__attribute__((target("avx"))) void triad_stream(float *a, const float *b, const float *c, float s, size_t n) {
  __m256 factor = _mm256_set1_ps(s);
  for (size_t i = 0; i < n; i += 8)
    _mm256_stream_ps(a + i, _mm256_add_ps(_mm256_load_ps(b + i), _mm256_mul_ps(factor, _mm256_load_ps(c + i))));
  _mm_sfence();
}

__attribute__((target("avx512f"))) void triad_512(float *a, const float *b, const float *c, float s, size_t n) {
  __m512 factor = _mm512_set1_ps(s);
  for (size_t i = 0; i < n; i += 16)
    _mm512_store_ps(a + i, _mm512_fmadd_ps(factor, _mm512_load_ps(c + i), _mm512_load_ps(b + i)));
}

__attribute__((target("avx"))) void triad_256(float *a, const float *b, const float *c, float s, size_t n) {
  __m256 factor = _mm256_set1_ps(s);
  for (size_t i = 0; i < n; i += 8)
    _mm256_store_ps(a + i, _mm256_add_ps(_mm256_load_ps(b + i), _mm256_mul_ps(factor, _mm256_load_ps(c + i))));
}

} // namespace

double fma_peak_gflops_f32(int vector_bits, double seconds) {
  auto loop = vector_bits == 512 ? fma_f32_512 : vector_bits == 256 ? fma_f32_256 : fma_f32_128;
  return peak<float>(loop, vector_bits / 32, seconds);
}

double fma_peak_gflops_f64(int vector_bits, double seconds) {
  auto loop = vector_bits == 512 ? fma_f64_512 : vector_bits == 256 ? fma_f64_256 : fma_f64_128;
  return peak<double>(loop, vector_bits / 64, seconds);
}

void triad_f32(float *a, const float *b, const float *c, float s, size_t n, bool streaming) {
  if (streaming)
    triad_stream(a, b, c, s, n);
  else if (widest_vector_bits() == 512)
    triad_512(a, b, c, s, n);
  else
    triad_256(a, b, c, s, n);
}

double triad_seconds(size_t bytes) {
  size_t n = std::max<size_t>(16, bytes / 12 / 16 * 16);
  auto a = aligned_floats(n), b = aligned_floats(n), c = aligned_floats(n);
  double best = 1e30;
  // Small footprints are repeated within one timing, so that the clock's own cost does not count.
  int inner = static_cast<int>(std::max<size_t>(1, (1 << 20) / n));
  for (int repeat = 0; repeat < 9; ++repeat)
    for (bool streaming : {false, true}) {
      double t = now();
      for (int i = 0; i < inner; ++i)
        triad_f32(a.get(), b.get(), c.get(), 0.5f, n, streaming);
      best = std::min(best, (now() - t) / inner);
    }
  return best;
}

} // namespace cotan::bench
