//===- Memory.h - aligned memory from a pool --------------------*- C++ -*-===//
//
// Storage of tensors and workspaces of calls. Fresh memory costs more than most kernels (page faults), so freed blocks are kept
// and given out again; large ones ask for huge pages. A limit, by default the control group's, makes an allocation fail
// before the machine runs out. Safe from any threads. Blocks are 64-byte aligned.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_RUNTIME_MEMORY_H
#define COTAN_COMPILER_RUNTIME_MEMORY_H

#include <cstdint>
#include <string>

namespace cotan::runtime {

/// At least `bytes` bytes of unspecified contents, or null when the limit or the system refuses. 0 bytes give a valid pointer.
void *allocate(int64_t bytes);

/// Gives back a block; `bytes` is what was asked for.
void deallocate(void *block, int64_t bytes);

/// Why an allocation of `bytes` fails, for the error message: sizes and the limit.
std::string describeOutOfMemory(int64_t bytes);

/// Bytes that may be in use at once. Initially the smaller of the control group's limit and physical memory.
void setMemoryLimit(int64_t bytes);
int64_t getMemoryLimit();

/// Bytes given out and not yet given back, and their largest sum so far.
int64_t bytesInUse();
int64_t peakBytesInUse();

/// Bytes of freed blocks kept for reuse; releaseCached gives them back to the system.
int64_t bytesCached();
void releaseCached();

/// A block that is given back at the end of its scope.
class Workspace {
public:
  explicit Workspace(int64_t bytes) : bytes(bytes), block(allocate(bytes)) {}
  ~Workspace() {
    if (block)
      deallocate(block, bytes);
  }
  Workspace(const Workspace &) = delete;
  Workspace &operator=(const Workspace &) = delete;
  void *get() const { return block; } ///< null when the allocation failed

private:
  int64_t bytes;
  void *block;
};

} // namespace cotan::runtime

#endif // COTAN_COMPILER_RUNTIME_MEMORY_H
