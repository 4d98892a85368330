//===- Limits.h - what this machine can do at most --------------*- C++ -*-===//
//
// The limits a figure is held against: memory bandwidth at a footprint (triad) and the peak rate of fused multiply-adds,
// measured by hand-written vector loops at a given vector width. Call them between the measurements they bound.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_LIMITS_H
#define COTAN_TOOLS_BENCH_LIMITS_H

#include <cstddef>
#include <cstdint>

namespace cotan::bench {

/// The widest vectors this processor has: 512, 256 or 128 bits.
int widest_vector_bits();

/// Seconds on a monotonic clock.
double now();

/// Billions of floating-point operations a second of independent FMA chains on one core; `seconds` is how long to measure.
double fma_peak_gflops_f32(int vector_bits, double seconds = 0.02);
double fma_peak_gflops_f64(int vector_bits, double seconds = 0.02);

/// One pass of a[i] = b[i] + s * c[i] over n floats each, with ordinary or streaming stores; the arrays are 64-byte aligned and n is a multiple of 16.
void triad_f32(float *a, const float *b, const float *c, float s, size_t n, bool streaming);

/// Seconds of one triad pass that moves `bytes` bytes in all (three equal arrays), the better of ordinary and streaming stores, best of several.
double triad_seconds(size_t bytes);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_LIMITS_H
