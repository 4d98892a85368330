//===- Peer.h - another library, in a process of its own --------*- C++ -*-===//
//
// The host's side of the protocol in test/benchmark/peers/README.md.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_PEER_H
#define COTAN_TOOLS_BENCH_PEER_H

#include "ChildProcess.h"
#include "Suite.h"

namespace cotan::bench {

/// What `prepare` gives: results and the first call's seconds, or why there are none.
struct Prepared {
  std::optional<double> first;
  std::vector<Named> results;
  std::string status = "ok", reason; ///< absent: the peer has no such workload; failed
};

/// One turn: unclocked calls, as the others' turns have emptied the caches, and those whose time is taken.
struct Slice {
  int64_t warming = 0, calls = 1;
};

/// Made empty, gone with all it holds at the end.
struct TemporaryFolder {
  explicit TemporaryFolder(const char *purpose);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  std::string path;
};

class Peer {
public:
  /// Starts the process in the folder `treeOf`, bound as this one is. Throws std::runtime_error when it does not introduce itself.
  Peer(const std::vector<std::string> &command, const std::string &treeOf, int threads);

  const std::string &version() const { return itsVersion; }

  Prepared prepare(const std::string &id, const CaseMaker &maker, const Case &workload);
  /// Seconds of so many calls.
  double time(Slice slice);

private:
  std::string itsVersion;
  int threads;
  TemporaryFolder folder;
  ChildProcess process;
};

/// Names and commands from the list that tools/setup-peers.sh wrote; empty when it is not there. A command `absent REASON...` is that of one which
/// could not be installed.
std::vector<std::pair<std::string, std::vector<std::string>>> readPeerList(const std::string &path);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_PEER_H
