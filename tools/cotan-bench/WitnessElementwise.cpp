//===- WitnessElementwise.cpp - the ew workload, hand-written ----------------===//
//
// What a specialist would write for `l = mean((gelu_tanh(x*y + x)*y)^2)` and its gradient with respect to x: one fused pass.
// The tanh is accurate to about 1.5 ulp, so that the comparison with Cotan's (at most 2 ulp) is fair.
//
//===----------------------------------------------------------------------===//

#include "Witness.h"

#include "Limits.h"

namespace cotan::bench {
namespace {

// One definition for both widths: the target is set by the function that all of this is inlined into.
#define COTAN_EW(NAME, TARGET, BYTES)                                                                                  \
  __attribute__((target(TARGET), noinline)) float NAME(const float *x, const float *y, float *grad, size_t n) {       \
    typedef float V __attribute__((vector_size(BYTES), aligned(4)));                                                   \
    typedef int I __attribute__((vector_size(BYTES), aligned(4)));                                                     \
    constexpr size_t lanes = BYTES / 4;                                                                                \
    auto splat = [](float s) __attribute__((target(TARGET), always_inline)) { return V{} + s; };                       \
    const V k = splat(0.7978845608028654f), c3 = splat(0.044715f), half = splat(0.5f), one = splat(1.0f);              \
    V sums[4] = {};                                                                                                    \
    const V scale = splat(2.0f / n);                                                                                   \
    for (size_t i = 0; i < n; i += 4 * lanes)                                                                          \
      _Pragma("clang loop unroll(full)") for (int j = 0; j < 4; ++j) {                                                 \
        V xv = *(const V *)(x + i + j * lanes), yv = *(const V *)(y + i + j * lanes);                                  \
        V u = __builtin_elementwise_fma(xv, yv, xv), u2 = u * u;                                                       \
        V z = k * __builtin_elementwise_fma(c3 * u2, u, u);                                                            \
        /* tanh(|z|) = e / (e + 2) with e = expm1(2|z|) */                                                             \
        V w = __builtin_elementwise_min(__builtin_elementwise_abs(z) * 2.0f, splat(20.0f));                            \
        V m = __builtin_elementwise_roundeven(w * 1.44269504f);                                                        \
        V r = __builtin_elementwise_fma(m, splat(-0.693145751953125f), w);                                             \
        r = __builtin_elementwise_fma(m, splat(-1.42860677e-6f), r);                                                   \
        V p = splat(1.9875691500e-4f);                                                                                 \
        p = __builtin_elementwise_fma(p, r, splat(1.3981999507e-3f));                                                  \
        p = __builtin_elementwise_fma(p, r, splat(8.3334519073e-3f));                                                  \
        p = __builtin_elementwise_fma(p, r, splat(4.1665795894e-2f));                                                  \
        p = __builtin_elementwise_fma(p, r, splat(1.6666665459e-1f));                                                  \
        p = __builtin_elementwise_fma(p, r, splat(5.0000001201e-1f));                                                  \
        p = __builtin_elementwise_fma(p * r, r, r);                                                                    \
        V power = (V)((__builtin_convertvector(m, I) + 127) << 23);                                                    \
        V e = __builtin_elementwise_fma(power, p, power - one);                                                        \
        V t = __builtin_elementwise_copysign(e / (e + 2.0f), z);                                                       \
        V h = half * (one + t);                                                                                        \
        V v = u * h * yv;                                                                                              \
        sums[j] = __builtin_elementwise_fma(v, v, sums[j]);                                                            \
        V dz = k * __builtin_elementwise_fma(3.0f * c3, u2, one);                                                      \
        V dg = __builtin_elementwise_fma(half * u * (one - t * t), dz, h);                                             \
        *(V *)(grad + i + j * lanes) = scale * v * yv * dg * (yv + one);                                               \
      }                                                                                                                \
    V sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);                                                                 \
    float total = 0;                                                                                                   \
    for (size_t lane = 0; lane < lanes; ++lane)                                                                        \
      total += sum[lane];                                                                                              \
    return total / n;                                                                                                  \
  }

COTAN_EW(ew_512, "avx512f,avx512dq,avx512bw,avx512vl,fma", 64)
COTAN_EW(ew_256, "avx2,fma", 32)

} // namespace

float witness_ew(const float *x, const float *y, float *grad, size_t n) {
  return widest_vector_bits() == 512 ? ew_512(x, y, grad, n) : ew_256(x, y, grad, n);
}

} // namespace cotan::bench
