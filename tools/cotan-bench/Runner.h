//===- Runner.h - checks and times a case -----------------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_RUNNER_H
#define COTAN_TOOLS_BENCH_RUNNER_H

#include "Disturbance.h"
#include "Peer.h"
#include "Result.h"
#include <memory>

namespace cotan::bench {

/// The peers of one run with one number of threads: started when first asked for, started anew after one was dropped.
class Peers {
public:
  using List = std::vector<std::pair<std::string, std::vector<std::string>>>;
  /// `treeOf`: the folder their commands are relative to.
  Peers(List list, std::string treeOf, int threads)
      : list(std::move(list)), treeOf(std::move(treeOf)), running(this->list.size()), startFailure(this->list.size()), threads(threads) {}
  size_t size() const { return list.size(); }
  const std::string &name(size_t i) const { return list[i].first; }
  /// Throws std::runtime_error when it cannot be started.
  Peer &get(size_t i);
  /// Whether it runs, or would if it had not been dropped.
  bool started(size_t i) const { return startFailure[i].empty(); }
  void drop(size_t i) { running[i].reset(); }

private:
  List list;
  std::string treeOf;
  std::vector<std::unique_ptr<Peer>> running;
  std::vector<std::string> startFailure; ///< one that could not be started is not tried again
  int threads;
};

struct RunSettings {
  Options options;
  double seconds = 1; ///< of timing for a case, in all; five rounds at least
  int threads = 1;
};

/// Of Cotan's implementations of one case; empty where they were not measured.
struct FirstCalls {
  struct Both {
    std::optional<double> cold, disk, process;
    std::optional<int64_t> rssBytes;
    std::string failure; ///< of the new process; empty: none
  };
  Both asItIs, byJit;
};

/// In processes of their own with a disk cache of their own, empty for the first, whose programs this process then finds too. What fails is left to
/// `runCase` to say.
FirstCalls measureFirstCalls(const Options &options, const char *id, const CaseMaker &maker);

/// Checks every implementation of a case against its oracle, then times those that passed in turns. One result for each implementation.
std::vector<Result> runCase(const RunSettings &settings, const char *id, const CaseMaker &maker, const FirstCalls &firstCalls, Peers &peers,
                            Disturbance &disturbance, Report &report);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_RUNNER_H
