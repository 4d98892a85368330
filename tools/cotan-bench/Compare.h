//===- Compare.h - two runs side by side ------------------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_COMPARE_H
#define COTAN_TOOLS_BENCH_COMPARE_H

#include "Result.h"

namespace cotan::bench {

/// Prints what changed beyond the noise between two runs, errors and launches too, and cases only one of them has. True when nothing did.
bool compareReports(const Report &before, const Report &after);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_COMPARE_H
