//===- Memory.cpp - aligned memory from a pool ----------------------------===//
//
// Blocks come in size classes, four to a power of two (and multiples of 64 bytes; of 2 MB from there on), so little is slack. Each
// class has a list of free blocks, most recently used first (its cache lines are the warm ones).
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Runtime/Memory.h"
#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COTAN_ADDRESS_SANITIZER 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define COTAN_ADDRESS_SANITIZER 1
#endif
#ifdef COTAN_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace cotan::runtime {
namespace {

constexpr int64_t hugePage = int64_t(2) << 20;
constexpr int64_t largeBlock = hugePage; // from here on mapped directly, with huge pages
constexpr unsigned classCount = 256;

/// Four classes to a power of two, from 64 bytes, each rounded up to the alignment.
unsigned classOf(int64_t bytes) {
  uint64_t n = std::max<int64_t>(bytes, 64) - 1;
  unsigned log = std::bit_width(n);                     // 2^(log-1) <= n < 2^log
  return (log - 6) * 4 + ((n >> (log - 3)) & 3);
}

int64_t bytesOfClass(unsigned index) {
  unsigned log = index / 4 + 6;
  int64_t base = int64_t(1) << (log - 1), bytes = base + (base >> 2) * (index % 4 + 1);
  int64_t granule = bytes >= largeBlock ? hugePage : 64;
  return (bytes + granule - 1) / granule * granule;
}

/// The number in a control group file, or -1 (absent, or "max").
int64_t readLimitFile(const char *path) {
  FILE *file = std::fopen(path, "r");
  if (!file)
    return -1;
  long long value = -1;
  if (std::fscanf(file, "%lld", &value) != 1 || value <= 0)
    value = -1;
  std::fclose(file);
  return value;
}

int64_t defaultLimit() {
  int64_t limit = int64_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  // Version 2, then version 1; inside a container the group's own files stand at the root of the mount.
  for (const char *path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"})
    if (int64_t value = readLimitFile(path); value > 0)
      limit = std::min(limit, value);
  return limit;
}

void *systemAllocate(int64_t bytes) {
  if (bytes < largeBlock)
    return std::aligned_alloc(64, bytes);
  // A multiple of 2 MB aligned to 2 MB: mmap only promises 4 KB, so map more and trim.
  void *map = mmap(nullptr, bytes + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED)
    return nullptr;
  uintptr_t begin = reinterpret_cast<uintptr_t>(map), aligned = (begin + hugePage - 1) & ~uintptr_t(hugePage - 1);
  if (aligned != begin)
    munmap(map, aligned - begin);
  if (uintptr_t tail = begin + hugePage - aligned)
    munmap(reinterpret_cast<void *>(aligned + bytes), tail);
  madvise(reinterpret_cast<void *>(aligned), bytes, MADV_HUGEPAGE);
  return reinterpret_cast<void *>(aligned);
}

void systemFree(void *block, int64_t bytes) {
  if (bytes < largeBlock)
    std::free(block);
  else
    munmap(block, bytes);
}

class Pool {
public:
  void *allocate(int64_t bytes) {
    if (bytes < 0 || bytes > (int64_t(1) << 56))
      return nullptr;
    unsigned index = classOf(bytes);
    int64_t size = bytesOfClass(index);
    std::lock_guard lock(mutex);
    if (inUse + size > limit)
      return nullptr;
    void *block = nullptr;
    if (!free[index].empty()) {
      block = free[index].back();
      free[index].pop_back();
      cached -= size;
    } else {
      // What is cached counts against the limit too: give it back rather than fail.
      if (inUse + cached + size > limit)
        release();
      block = systemAllocate(size);
      if (!block) {
        release();
        block = systemAllocate(size);
      }
      if (!block)
        return nullptr;
    }
    inUse += size;
    peak = std::max(peak, inUse);
#ifdef COTAN_ADDRESS_SANITIZER
    ASAN_POISON_MEMORY_REGION(static_cast<char *>(block) + bytes, size - bytes); // what the class has beyond the request
#endif
    return block;
  }

  void deallocate(void *block, int64_t bytes) {
    unsigned index = classOf(bytes);
    int64_t size = bytesOfClass(index);
    std::lock_guard lock(mutex);
    inUse -= size;
#ifdef COTAN_ADDRESS_SANITIZER
    ASAN_UNPOISON_MEMORY_REGION(block, size);
    systemFree(block, size); // reuse would hide accesses to freed blocks
#else
    // Kept: at most what was ever in use at once, or 64 MB.
    if (cached + size > std::max<int64_t>(int64_t(64) << 20, peak)) {
      systemFree(block, size);
      return;
    }
    free[index].push_back(block);
    cached += size;
#endif
  }

  void release() {
    for (unsigned i = 0; i < classCount; ++i) {
      for (void *block : free[i])
        systemFree(block, bytesOfClass(i));
      free[i].clear();
    }
    cached = 0;
  }

  std::mutex mutex;
  std::array<std::vector<void *>, classCount> free;
  int64_t inUse = 0, peak = 0, cached = 0, limit = defaultLimit();
};

/// Never destroyed: static tensors may outlive main.
Pool &pool() {
  static Pool &instance = *new Pool;
  return instance;
}

} // namespace

void *allocate(int64_t bytes) { return pool().allocate(bytes); }
void deallocate(void *block, int64_t bytes) { pool().deallocate(block, bytes); }

std::string describeOutOfMemory(int64_t bytes) {
  std::lock_guard lock(pool().mutex);
  char text[192];
  std::snprintf(text, sizeof text, "out of memory: tried to allocate %lld bytes, %lld in use, limit %lld", (long long)bytes,
                (long long)pool().inUse, (long long)pool().limit);
  return text;
}

void setMemoryLimit(int64_t bytes) {
  std::lock_guard lock(pool().mutex);
  pool().limit = std::max<int64_t>(bytes, 0);
}
int64_t getMemoryLimit() {
  std::lock_guard lock(pool().mutex);
  return pool().limit;
}
int64_t bytesInUse() {
  std::lock_guard lock(pool().mutex);
  return pool().inUse;
}
int64_t peakBytesInUse() {
  std::lock_guard lock(pool().mutex);
  return pool().peak;
}
int64_t bytesCached() {
  std::lock_guard lock(pool().mutex);
  return pool().cached;
}
void releaseCached() {
  std::lock_guard lock(pool().mutex);
  pool().release();
}

} // namespace cotan::runtime
