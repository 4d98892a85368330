//===- Jit.h - what tracing a function needs of tensors ---------*- C++ -*-===//

#ifndef COTAN_LIB_API_JIT_H
#define COTAN_LIB_API_JIT_H

#include "cotan-compiler/Trace/Record.h"

namespace cotan::detail {

struct Storage;
struct Sink;
struct TensorImpl;

/// Within a function being traced: replaces the storage's value by a parameter the first time it is read.
void captureStorage(Storage &storage);
/// The Variable of a leaf over `value`; within a function being traced, of its parameter.
tracing::Value captureLeaf(TensorImpl &impl, const tracing::Value &value);
/// Within a function being traced: a gradient is about to be accumulated here.
void noteGradient(Sink &sink);

/// Seed and number of draws so far, as 0-d int64 values.
struct RandomBase {
  tracing::Value seed, counter;
};
/// Advances the generator by `count` draws; within a function being traced, at each of its calls.
RandomBase drawBase(int64_t count);
void seedGenerator(uint64_t seed);

} // namespace cotan::detail

#endif // COTAN_LIB_API_JIT_H
