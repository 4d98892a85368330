//===- CotanProgram.h - a case as Cotan runs it -----------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_COTAN_PROGRAM_H
#define COTAN_TOOLS_BENCH_COTAN_PROGRAM_H

#include "Suite.h"
#include <memory>

namespace cotan::bench {

/// The case's program through the public path: by jit, or as it is where the case is eager. A call waits for all results.
class CotanProgram {
public:
  CotanProgram(const Case &workload, bool eager);
  void call();
  /// What the last call computed.
  const std::vector<Named> &results() const { return state->results; }

private:
  struct State {
    Program program;
    Tensors inputs;
    std::vector<Named> results;
  };
  std::shared_ptr<State> state; ///< the jit function keeps it too
  std::function<Tensors(const Tensors &)> function;
};

/// Seconds of the first call in a process of its own, bytes of its peak resident memory, and seconds from its start to the first result.
struct FirstCall {
  double seconds = 0, process = 0;
  int64_t rssBytes = 0;
};

/// Starts this executable anew for one case, with the same disk cache; `byJit`: an eager case too. Throws std::runtime_error when that fails.
FirstCall measureFirstCall(const Options &options, const std::string &id, const CaseMaker &maker, bool byJit);
/// The started side: runs the case once and prints the seconds.
int runFirstCall(const Case &workload, bool byJit);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_COTAN_PROGRAM_H
