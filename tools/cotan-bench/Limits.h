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

/// Binds this process, and those it starts, to so many cores; false where the system does not allow it.
bool bind_to_cores(int count);

/// Billions of floating-point operations a second of independent FMA chains on so many threads; `seconds` is how long to measure.
double fma_peak_gflops_f32(int vector_bits, int threads = 1, double seconds = 0.02);
double fma_peak_gflops_f64(int vector_bits, int threads = 1, double seconds = 0.02);

/// Seconds of one triad pass, a[i] = b[i] + s * c[i], that moves `bytes` bytes in all (three equal arrays, shared out to the threads), the better of
/// ordinary and streaming stores, best of several.
double triad_seconds(size_t bytes, int threads = 1);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_LIMITS_H
