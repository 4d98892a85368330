//===- Jit.h - what a function being traced does otherwise ------*- C++ -*-===//

#ifndef COTAN_LIB_API_JIT_H
#define COTAN_LIB_API_JIT_H

#include "cotan-compiler/Trace/Record.h"

namespace cotan::detail {

/// Seed and number of draws so far, as 0-d int64 values.
struct RandomBase {
  tracing::Value seed, counter;
};
/// Advances the generator by `count` draws; within a function being traced, at each of its calls.
RandomBase drawBase(int64_t count);
void seedGenerator(uint64_t seed);

} // namespace cotan::detail

#endif // COTAN_LIB_API_JIT_H
