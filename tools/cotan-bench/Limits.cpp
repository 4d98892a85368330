//===- Limits.cpp - what this machine can do at most ------------------------===//

#include "Limits.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <immintrin.h>
#include <memory>
#include <numeric>
#include <sched.h>
#include <sys/mman.h>
#include <thread>
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

bool bind_to_cores(int count) {
  // Asked once: after the first binding the process is allowed no more than that.
  static const cpu_set_t allowed = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof(set), &set);
    return set;
  }();
  cpu_set_t chosen;
  CPU_ZERO(&chosen);
  // The last ones: the first core takes most interrupts.
  for (int core = CPU_SETSIZE - 1; core >= 0 && CPU_COUNT(&chosen) < count; --core)
    if (CPU_ISSET(core, &allowed))
      CPU_SET(core, &chosen);
  return CPU_COUNT(&chosen) == count && sched_setaffinity(0, sizeof(chosen), &chosen) == 0;
}

namespace {

template <typename Body> void onThreads(int count, Body body) {
  std::vector<std::thread> others;
  for (int t = 1; t < count; ++t)
    others.emplace_back(body, t);
  body(0);
  for (std::thread &thread : others)
    thread.join();
}

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

template <typename Element> double peakOfOne(Element (*loop)(Element), int lanes, double seconds) {
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

/// The sum of the threads' best, while all of them run.
template <typename Element> double peak(Element (*loop)(Element), int lanes, int threads, double seconds) {
  std::vector<double> rates(threads);
  onThreads(threads, [&](int t) { rates[t] = peakOfOne(loop, lanes, seconds); });
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

struct Free {
  void operator()(void *p) const { std::free(p); }
};

/// In large pages where the system has them and the array fills one, as Cotan's own arrays are.
std::unique_ptr<float[], Free> aligned_floats(size_t n) {
  constexpr size_t largePage = size_t(2) << 20;
  size_t bytes = n * sizeof(float), unit = bytes >= largePage ? largePage : 64;
  bytes = (bytes + unit - 1) / unit * unit;
  auto *p = static_cast<float *>(std::aligned_alloc(unit, bytes));
  if (unit == largePage)
    madvise(p, bytes, MADV_HUGEPAGE);
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

void triad(float *a, const float *b, const float *c, float s, size_t n, bool streaming) {
  if (streaming)
    triad_stream(a, b, c, s, n);
  else if (widest_vector_bits() == 512)
    triad_512(a, b, c, s, n);
  else
    triad_256(a, b, c, s, n);
}

} // namespace

double fma_peak_gflops_f32(int vector_bits, int threads, double seconds) {
  auto loop = vector_bits == 512 ? fma_f32_512 : vector_bits == 256 ? fma_f32_256 : fma_f32_128;
  return peak<float>(loop, vector_bits / 32, threads, seconds);
}

double fma_peak_gflops_f64(int vector_bits, int threads, double seconds) {
  auto loop = vector_bits == 512 ? fma_f64_512 : vector_bits == 256 ? fma_f64_256 : fma_f64_128;
  return peak<double>(loop, vector_bits / 64, threads, seconds);
}

double triad_seconds(size_t bytes, int threads) {
  size_t part = std::max<size_t>(16, bytes / 12 / size_t(threads) / 16 * 16), n = part * size_t(threads);
  auto a = aligned_floats(n), b = aligned_floats(n), c = aligned_floats(n);
  // Small footprints are repeated within one timing, so that the clock's and the threads' own cost does not count.
  int inner = static_cast<int>(std::max<size_t>(1, (threads > 1 ? 1 << 24 : 1 << 20) / n));
  double best = 1e30;
  for (int repeat = 0; repeat < 9; ++repeat)
    for (bool streaming : {false, true}) {
      std::atomic<int> ready = 0;
      std::vector<double> seconds(static_cast<size_t>(threads), 0.0);
      onThreads(threads, [&](int t) {
        for (++ready; ready < threads;) // starting threads is no part of the bandwidth
          ;
        double start = now();
        for (int i = 0; i < inner; ++i)
          triad(a.get() + t * part, b.get() + t * part, c.get() + t * part, 0.5f, part, streaming);
        seconds[static_cast<size_t>(t)] = now() - start;
      });
      best = std::min(best, *std::max_element(seconds.begin(), seconds.end()) / inner);
    }
  return best;
}

} // namespace cotan::bench
