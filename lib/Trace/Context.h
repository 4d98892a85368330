//===- Context.h - the process's state of tracing ---------------*- C++ -*-===//
//
// One context for the process, never destroyed, so that static tensors may outlive main. Its lock guards all nodes, storages and
// caches. No code of the user runs under it: a function is traced by jit without it, and deleters of from_blob memory run when
// it was given back.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_TRACE_CONTEXT_H
#define COTAN_LIB_TRACE_CONTEXT_H

#include "cotan-compiler/Trace/FreeList.h"
#include "cotan-compiler/Trace/Record.h"
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace cotan::tracing {

/// Pending nodes that are connected, in an order in which operands come first. Merged by union (`parent`).
struct Segment {
  Segment *parent;
  Node *first, *last;
  uint32_t count;
  uint32_t references; ///< nodes and segments that point here
  std::source_location start; ///< the call that began it
  std::source_location watch; ///< the first call past the soft bound: where it recurs, the trace is cut
  Segment *nextLive, *previousLive; ///< all segments of the process
};

class ProgramCache;

struct Context {
  FreeList<Node> nodes;
  FreeList<Segment> segments;
  FreeList<Buffer> buffers;
  std::vector<Node *> doomed;    ///< work list of destroy()
  bool destroying = false;
  uint32_t epoch = 0;            ///< of the last walk
  uint64_t liveNodes = 0, compiles = 0, diskHits = 0, evaluations = 0, launches = 0, plannedBytes = 0;
  uint64_t seed = 0x853c49e6748fea9bull, draws = 0; ///< the random generator
  const IntList *noExtents = nullptr;
  Segment *firstSegment = nullptr;
  std::source_location cutSite; ///< where long traces were last cut
  Value cutCandidate;           ///< to be evaluated before the next public op
  std::unique_ptr<ProgramCache> programs;

  static Context &get();
};

/// A new epoch for marks. It wraps after 2^32 walks: a node whose last walk was exactly so many walks ago would be taken for walked.
inline uint32_t nextEpoch(Context &context) {
  if (++context.epoch == 0)
    context.epoch = 1;
  return context.epoch;
}

/// Memory of the host, to be given back to it.
struct HostMemory {
  void *data;
  void (*deleter)(void *);
};
/// Calls the deleter as soon as the thread gives the lock back.
void releaseUnlocked(HostMemory memory);

/// The root of a node's segment; null when it is not pending.
Segment *findSegment(Node *node);
/// Appends a pending node to the union of its operands' segments.
void joinSegments(Node *node);
/// Also joins the segment of another pending node.
void mergeSegments(Node *node, Node *other);
/// Takes a node out of its segment.
void leaveSegment(Node *node);
/// Takes all nodes out of a segment.
void emptySegment(Segment *segment);
/// Makes a discarded node, and the discarded ones it needs, pending again.
void revive(Node *node);

/// A node with its fields set, one reference, not yet in a segment.
Node *makeNode(OpKind kind, ScalarType type, const IntList *shape, const IntList *attributes, uint32_t operandCount);
/// After the operands are set (each counted): differentiability, segment.
Value finish(Node *node);

inline uint64_t mixHash(uint64_t a, uint64_t b) {
  a ^= b + 0x9e3779b97f4a7c15ull + (a << 6) + (a >> 2);
  a ^= a >> 32;
  a *= 0xd6e8feb86659fd93ull;
  return a ^ (a >> 29);
}

} // namespace cotan::tracing

#endif // COTAN_LIB_TRACE_CONTEXT_H
