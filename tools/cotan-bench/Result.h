//===- Result.h - one figure and its written form ---------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_RESULT_H
#define COTAN_TOOLS_BENCH_RESULT_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cotan::bench {

/// What one implementation did on one case. Seconds and bytes; what does not apply is empty.
struct Result {
  std::string id, caseName, pass, dtype, implementation;
  int threads = 1;
  /// ok; absent: this peer cannot run it, `note` says why; missing: Cotan lacks what it needs; wrong: not the oracle's result; failed: an error, in `note`.
  std::string status = "ok", note;
  std::optional<double> median, minimum, lowerQuartile, upperQuartile;
  std::optional<double> undisturbed; ///< of Cotan's short calls: in the fastest of some windows of 0.1 ms without a neighbour
  std::optional<double> ratio;      ///< its time over Cotan's in the same round, median over the rounds
  std::optional<double> ratioError; ///< standard error of the ratio's logarithm
  std::optional<int64_t> rounds;
  bool disturbed = false; ///< too few turns had the cores to themselves: all are in the figures
  std::optional<double> bound, bytes, flops;
  std::optional<double> first, disk, again, process;
  std::optional<double> error;
  std::optional<int64_t> kernels, plannedBytes, rssBytes;

  /// Cotan's or the witness's, not a peer's.
  bool isOurs() const { return implementation.starts_with("cotan") || implementation == "hand"; }
  /// What tells this figure from others in a run.
  std::string key() const { return id + " | " + caseName + " | " + pass + " | " + dtype + " | " + std::to_string(threads) + " | " + implementation; }
};

/// The machine, its limits measured in the run, and the figures.
struct Report {
  std::string processor;
  int vectorBits = 0;
  std::map<int, double> fmaF32, fmaF64;     ///< GFLOP/s by number of threads
  std::map<std::string, double> triad;      ///< GB/s by "THREADS:BYTES"
  std::optional<bool> valid;                ///< the peak is the one known for the processor; empty: not a known one
  std::map<std::string, std::string> peers; ///< name to version, or why it is absent
  double seconds = 0;                       ///< how long the run took
  std::string date;                         ///< of its begin, in UTC
  bool quick = false, adbench = false;      ///< small sizes; ADBench's own files were read
  bool filtered = false;                    ///< not all cases of its workloads
  bool complete = false;                    ///< neither interrupted nor ended by an error
  std::vector<Result> results;
};

/// Throws std::runtime_error when the file cannot be written, or read as a report.
void writeReport(const Report &report, const std::string &path);
Report readReport(const std::string &path);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_RESULT_H
