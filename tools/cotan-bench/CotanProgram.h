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
  /// Made so far; counted where the case varies its inputs.
  int64_t calls() const { return state->calls; }
  /// What the last call computed.
  const std::vector<Named> &results() const { return state->results; }

private:
  struct State {
    Program program;
    Tensors inputs;
    std::function<void(Tensors &inputs, int64_t call)> vary;
    int64_t calls = 0;
    std::vector<Named> results;
  };
  std::shared_ptr<State> state; ///< the jit function keeps it too
  std::function<Tensors(const Tensors &)> function;
};

/// Seconds of the first call in a process of its own, bytes of its peak resident memory from when the inputs were there, and seconds from its start to
/// the first result without those that its inputs took to make.
struct FirstCall {
  double seconds = 0, process = 0;
  int64_t rssBytes = 0;
};

/// Starts this executable anew for one case, with its disk cache in the folder `cache`; `byJit`: an eager case too. Throws std::runtime_error when
/// that fails.
FirstCall measureFirstCall(const Options &options, const std::string &id, const CaseMaker &maker, bool byJit, const std::string &cache);
/// The started side: runs the case once and prints the figures.
int runFirstCall(const CaseMaker &maker, bool byJit);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_COTAN_PROGRAM_H
