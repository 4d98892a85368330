//===- WitnessWidths.h - one set of loops for two vector widths --*- C++ -*-===//
//
// Compiles COTAN_WITNESS_LOOPS, the name of a file of loops over the vectors of WitnessVector.inc, for AVX-512 in namespace `wide` and for
// AVX2 in namespace `narrow`. Include it once, within no namespace.
//
//===----------------------------------------------------------------------===//

#include "Limits.h"
#include "Witness.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <immintrin.h>
#include <vector>

#define COTAN_WITNESS_BYTES 64
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
namespace cotan::bench {
namespace {
namespace wide {
#include "WitnessVector.inc"
#include COTAN_WITNESS_LOOPS
} // namespace wide
} // namespace
} // namespace cotan::bench
#pragma clang attribute pop
#undef COTAN_WITNESS_BYTES

#define COTAN_WITNESS_BYTES 32
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
namespace cotan::bench {
namespace {
namespace narrow {
#include "WitnessVector.inc"
#include COTAN_WITNESS_LOOPS
} // namespace narrow
} // namespace
} // namespace cotan::bench
#pragma clang attribute pop
#undef COTAN_WITNESS_BYTES
