//===- MemoryTest.cpp - the pool ------------------------------------------===//

#include "cotan-compiler/Runtime/Memory.h"
#include "gtest/gtest.h"
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

using namespace cotan::runtime;

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COTAN_ADDRESS_SANITIZER 1
#endif
#endif

/// Restores the limit that a test changes.
struct LimitScope {
  int64_t before = getMemoryLimit();
  ~LimitScope() { setMemoryLimit(before); }
};

TEST(Memory, BlocksAreAlignedDistinctAndLargeEnough) {
  std::vector<std::pair<unsigned char *, int64_t>> blocks;
  for (int64_t bytes : {int64_t(0), int64_t(1), int64_t(63), int64_t(64), int64_t(65), int64_t(80), int64_t(97), int64_t(4096), int64_t(100000),
                        (int64_t(2) << 20) - 1, int64_t(2) << 20, (int64_t(2) << 20) + 1, int64_t(5) << 20}) {
    auto *block = static_cast<unsigned char *>(allocate(bytes));
    ASSERT_NE(block, nullptr) << bytes;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u) << bytes;
    std::memset(block, static_cast<int>(blocks.size()) + 1, bytes);
    blocks.emplace_back(block, bytes);
  }
  for (size_t i = 0; i < blocks.size(); ++i)
    for (int64_t j = 0; j < blocks[i].second; ++j)
      ASSERT_EQ(blocks[i].first[j], i + 1) << "block " << i << " byte " << j;
  for (auto [block, bytes] : blocks)
    deallocate(block, bytes);
}

TEST(Memory, CountsWhatIsInUse) {
  int64_t before = bytesInUse();
  void *block = allocate(1000);
  EXPECT_GE(bytesInUse(), before + 1000);
  EXPECT_GE(peakBytesInUse(), bytesInUse());
  deallocate(block, 1000);
  EXPECT_EQ(bytesInUse(), before);
}

#ifndef COTAN_ADDRESS_SANITIZER
TEST(Memory, AFreedBlockIsGivenOutAgain) {
  for (int64_t bytes : {int64_t(4000), int64_t(8) << 20}) {
    void *first = allocate(bytes);
    deallocate(first, bytes);
    EXPECT_GT(bytesCached(), 0);
    void *second = allocate(bytes - 8); // same class
    EXPECT_EQ(first, second);
    deallocate(second, bytes - 8);
  }
  releaseCached();
  EXPECT_EQ(bytesCached(), 0);
}
#endif

TEST(Memory, BeyondTheLimitIsRefusedBeforeItIsTouched) {
  LimitScope scope;
  setMemoryLimit(bytesInUse() + (int64_t(1) << 20));
  EXPECT_EQ(allocate(int64_t(2) << 20), nullptr);
  EXPECT_EQ(describeOutOfMemory(int64_t(2) << 20).find("out of memory: tried to allocate 2097152 bytes, "), 0u);
  void *small = allocate(1000);
  EXPECT_NE(small, nullptr);
  deallocate(small, 1000);
}

TEST(Memory, CachedBlocksGiveWayToTheLimit) {
  LimitScope scope;
  void *block = allocate(int64_t(4) << 20);
  deallocate(block, int64_t(4) << 20);
  setMemoryLimit(bytesInUse() + (int64_t(8) << 20));
  void *other = allocate(int64_t(7) << 20); // fits only without the cached 4 MB
  EXPECT_NE(other, nullptr);
  deallocate(other, int64_t(7) << 20);
}

TEST(Memory, AbsurdSizesAreRefused) {
  EXPECT_EQ(allocate(-1), nullptr);
  EXPECT_EQ(allocate(INT64_MAX), nullptr);
  EXPECT_EQ(allocate(int64_t(1) << 50), nullptr);
}

TEST(Memory, TheLimitIsAtMostTheControlGroups) {
  std::ifstream file("/sys/fs/cgroup/memory.max");
  int64_t group;
  if (file >> group)
    EXPECT_LE(getMemoryLimit(), group);
  EXPECT_GT(getMemoryLimit(), int64_t(64) << 20);
}

TEST(Memory, ThreadsMayShareThePool) {
  auto work = [](unsigned seed) {
    std::vector<std::pair<unsigned char *, int64_t>> blocks;
    for (int i = 0; i < 2000; ++i) {
      seed = seed * 1664525 + 1013904223;
      int64_t bytes = 1 + (seed >> 8) % 20000;
      auto *block = static_cast<unsigned char *>(allocate(bytes));
      ASSERT_NE(block, nullptr);
      block[0] = block[bytes - 1] = static_cast<unsigned char>(seed >> 24);
      blocks.emplace_back(block, bytes);
      if (blocks.size() > 20) {
        auto [old, size] = blocks.front();
        EXPECT_EQ(old[0], old[size - 1]);
        deallocate(old, size);
        blocks.erase(blocks.begin());
      }
    }
    for (auto [block, bytes] : blocks)
      deallocate(block, bytes);
  };
  int64_t before = bytesInUse();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i)
    threads.emplace_back(work, i + 1);
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(bytesInUse(), before);
}

} // namespace
