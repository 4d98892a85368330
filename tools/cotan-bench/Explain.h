//===- Explain.h - where a case loses its time -------------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_EXPLAIN_H
#define COTAN_TOOLS_BENCH_EXPLAIN_H

#include "Suite.h"

namespace cotan::bench {

/// Prints a case's kernels, those that lose most first: time, bytes, flops, transcendental functions, the bound of each and what it loses to it.
/// `peakGflops`: the FMA peak of one core for the case's dtype.
void explainCase(const char *id, const CaseMaker &maker, double peakGflops);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_EXPLAIN_H
