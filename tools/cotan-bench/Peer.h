//===- Peer.h - another library, in a process of its own --------*- C++ -*-===//
//
// The host's side of the protocol in test/benchmark/peers/README.md.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_PEER_H
#define COTAN_TOOLS_BENCH_PEER_H

#include "Suite.h"
#include <cstdio>
#include <optional>
#include <sys/types.h>

namespace cotan::bench {

/// What `prepare` gives: results and the first call's seconds, or why there are none.
struct Prepared {
  std::optional<double> first;
  std::vector<Named> results;
  std::string absent; ///< the peer has no such workload, or failed: its reason
};

class Peer {
public:
  /// Starts the process in the folder `treeOf`, bound as this one is. Throws std::runtime_error when it does not introduce itself.
  Peer(std::string name, const std::vector<std::string> &command, const std::string &treeOf, int threads);
  ~Peer();
  Peer(const Peer &) = delete;

  const std::string &name() const { return itsName; }
  const std::string &version() const { return itsVersion; }

  Prepared prepare(const std::string &id, const CaseMaker &maker, const Case &workload);
  /// Seconds of so many calls.
  double time(int64_t calls);

private:
  void say(const std::string &text);
  /// The next line; throws std::runtime_error at the end of the stream.
  std::string hear();

  std::string itsName, itsVersion, folder;
  int threads;
  pid_t process = -1;
  std::FILE *toPeer = nullptr, *fromPeer = nullptr;
};

/// Names and commands from the list that tools/setup-peers.sh wrote; empty when it is not there.
std::vector<std::pair<std::string, std::vector<std::string>>> readPeerList(const std::string &path);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_PEER_H
