//===- Witness.h - hand-written loops as bounds -----------------*- C++ -*-===//
//
// Where functions like exp dominate, a workload's bound is the time of a loop a specialist would write for it.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_WITNESS_H
#define COTAN_TOOLS_BENCH_WITNESS_H

#include <cstddef>

namespace cotan::bench {

/// The value of the ew workload; its gradient with respect to x goes to `grad`. All arrays hold n floats, n a multiple of 64. Needs AVX2 and FMA.
float witness_ew(const float *x, const float *y, float *grad, size_t n);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_WITNESS_H
