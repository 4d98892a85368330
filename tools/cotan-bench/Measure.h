//===- Measure.h - honest timings -------------------------------*- C++ -*-===//
//
// Candidates are timed in turns (A B A B ...), so that a noisy host disturbs them alike; medians are reported.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_MEASURE_H
#define COTAN_TOOLS_BENCH_MEASURE_H

#include <functional>
#include <string>
#include <vector>

namespace cotan::bench {

struct Timing {
  double median = 0, minimum = 0; ///< seconds
};

/// Times each candidate for about `seconds` in all, in turns.
std::vector<Timing> timeInTurns(const std::vector<std::function<void()>> &candidates, double seconds);

/// One figure of the machine-readable form (`cotan-bench --json`); negative numbers do not apply and are written as null.
struct Result {
  std::string id, caseName, pass, dtype, implementation;
  Timing time;
  double bound = -1, first = -1;
  int64_t kernels = -1;
  double error = -1; ///< largest relative error against the oracle
};

struct Options {
  bool quick = false;
};

/// Thrown when a result is not the oracle's: such a figure is a failure, not a result.
struct WrongResult {
  std::string text;
};

void runElementwise(const Options &options, std::vector<Result> &results);
void runGemm(const Options &options, std::vector<Result> &results);
void runCalls(const Options &options, std::vector<Result> &results);
void runCompiles(const Options &options, std::vector<Result> &results);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_MEASURE_H
