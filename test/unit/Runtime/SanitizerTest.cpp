//===- SanitizerTest.cpp - what the sanitizers have to catch ---------------===//
//
// Part of a build with sanitizers only: planted faults in code of the host end the process. (For compiled code: GuardedCallTest.cpp and
// Driver/OverrunTest.cpp.)
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Runtime/Memory.h"
#include "gtest/gtest.h"
#include <limits>

using namespace cotan::runtime;

namespace {

TEST(SanitizerDeathTest, OneBytePastABlockOfThePool) {
  // Of a size class that is larger than what was asked for; of mapped memory.
  for (int64_t bytes : {int64_t(64), int64_t(100), (int64_t(2) << 20) + 4}) {
    auto *block = static_cast<volatile char *>(allocate(bytes));
    ASSERT_TRUE(block);
    block[bytes - 1] = 1;
    EXPECT_DEATH(block[bytes] = 1, "AddressSanitizer");
    deallocate(const_cast<char *>(block), bytes);
  }
}

TEST(SanitizerDeathTest, ABlockThatWasGivenBack) {
  auto *block = static_cast<volatile char *>(allocate(256));
  deallocate(const_cast<char *>(block), 256);
  EXPECT_DEATH(block[0] = 1, "AddressSanitizer: heap-use-after-free");
}

TEST(SanitizerDeathTest, UndefinedArithmetic) {
  volatile int largest = std::numeric_limits<int>::max();
  EXPECT_DEATH(largest = largest + 1, "runtime error: signed integer overflow");
}

} // namespace
