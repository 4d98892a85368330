//===- WitnessBlackScholes.cpp - the bs workloads, hand-written --------------===//
//
// What a specialist would write: prices with their derivatives by the formulas in one pass. The functions are accurate to 2 ulp, as
// docs/VectorMath.md promises of Cotan's, over the range of arguments that occurs; they use its polynomials.
//
//===----------------------------------------------------------------------===//

#include "Witness.h"

#include "Limits.h"

namespace cotan::bench {
namespace {

constexpr float expCoefficients[] = {0x1.fffffap-2f, 0x1.555492p-3f, 0x1.555a26p-5f, 0x1.12397cp-7f, 0x1.694c86p-10f};
constexpr float logCoefficients[] = {0x1.55554cp-2f, -0x1.ffff74p-3f, 0x1.99addep-3f, -0x1.558a74p-3f,
                                     0x1.211ab6p-3f, -0x1.f4c81p-4f,  0x1.132ee2p-3f, -0x1.04ff52p-3f};
constexpr float erfSmall[] = {0x1.06eba8p-3f, -0x1.81274p-2f,   0x1.ce2dacp-4f,  -0x1.b80f24p-6f,
                              0x1.55359ep-8f, -0x1.b3ca1ep-11f, 0x1.ae027ep-14f, -0x1.e9674p-18f};
constexpr float erfLarge[] = {0x1.ffe68cp-1f,  0x1.1d7b54p-10f, -0x1.7821b2p-9f, 0x1.329b4ep-8f,   -0x1.55389ep-8f,
                              0x1.0b8348p-8f,  -0x1.20432ep-9f, 0x1.69892cp-11f, 0x1.60919p-16f,   -0x1.424c5cp-13f,
                              0x1.35d8fep-14f, -0x1.5f43dep-18f, -0x1.f63fb8p-18f, 0x1.0dd93cp-19f};

// One definition for both widths: the target is that of all functions between push and pop.
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
namespace wide {
constexpr size_t bytes = 64;
#include "WitnessBlackScholes.inc"
} // namespace wide
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
namespace narrow {
constexpr size_t bytes = 32;
#include "WitnessBlackScholes.inc"
} // namespace narrow
#pragma clang attribute pop

bool is512() { return widest_vector_bits() == 512; }

} // namespace

void witness_options(const float *spot, const float *strike, const float *expiry, float rate, float volatility, float *price, float *delta,
                     float *vega, size_t n) {
  (is512() ? wide::runOptions : narrow::runOptions)(spot, strike, expiry, rate, volatility, price, delta, vega, n);
}

void witness_asian(const float *normals, size_t steps, size_t paths, const AsianOption &option, float *results, bool gradient) {
  (is512() ? wide::runAsian : narrow::runAsian)(normals, steps, paths, option, results, gradient);
}

} // namespace cotan::bench
