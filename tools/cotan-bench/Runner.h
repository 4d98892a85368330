//===- Runner.h - checks and times a case -----------------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_RUNNER_H
#define COTAN_TOOLS_BENCH_RUNNER_H

#include "Peer.h"
#include "Result.h"
#include <memory>

namespace cotan::bench {

/// The peers of one run with one number of threads: started when first asked for, started anew after one has died.
class Peers {
public:
  using List = std::vector<std::pair<std::string, std::vector<std::string>>>;
  Peers(List list, int threads) : list(std::move(list)), running(this->list.size()), threads(threads) {}
  size_t size() const { return list.size(); }
  const std::string &name(size_t i) const { return list[i].first; }
  /// Throws std::runtime_error when it cannot be started.
  Peer &get(size_t i);
  void drop(size_t i) { running[i].reset(); }

private:
  List list;
  std::vector<std::unique_ptr<Peer>> running;
  int threads;
};

struct RunSettings {
  Options options;
  double seconds = 1; ///< of timing for a case, in all; five rounds at least
  int threads = 1;
};

/// Checks every implementation of a case against its oracle, then times those that passed in turns. One result for each implementation.
std::vector<Result> runCase(const RunSettings &settings, const char *id, const CaseMaker &maker, Peers &peers, Report &report);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_RUNNER_H
