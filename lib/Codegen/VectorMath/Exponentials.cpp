//===- Exponentials.cpp - exp and what is made of it ----------------------===//
//
// All reduce x = n ln2 + r with |r| <= ln2 / 2, evaluate a polynomial in r and
// scale by 2^n, built in the exponent field.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"
#include "Polynomials.h"

namespace cotan::codegen::vector_math {

namespace {

/// x = n ln2 + r. The first product with n is exact, so r is rounded once.
struct Ln2Reduced {
  Lanes magic; // n + roundingMagic
  Lanes r;
};

Ln2Reduced reduceByLn2(Lanes x) {
  double rounding = roundingMagic(x);
  Lanes magic = fma(x, 0x1.71547652b82fep0, rounding);
  Lanes n = magic - rounding;
  if (x.isDouble())
    return {magic, fma(n, -0x1.abc9e3b39803fp-56, fma(n, -0x1.62e42fefa39efp-1, x))};
  return {magic, fma(n, 0x1.05c610ca86c39p-29, fma(n, -0x1.62e43p-1, x))};
}

/// exp(r) - 1 for a reduced r.
Lanes reducedExpm1(Lanes r) {
  Lanes q = r.isDouble() ? polynomial(r, expF64) : polynomial(r, expF32);
  return fma(r * r, q, r);
}

/// exp(r) for a reduced r.
Lanes reducedExp(Lanes r) {
  Lanes q = r.isDouble() ? polynomial(r, expF64) : polynomial(r, expF32);
  return fma(fma(q, r, 1.0), r, 1.0);
}

/// p 2^n over the whole range of results. One factor cannot hold n in [-150,
/// 128], so the exponent is moved towards the middle and a second factor
/// moves it back, rounding once where the result is subnormal.
Lanes scale(Lanes p, Lanes magic, Mask negative) {
  Bits bits = magic.bits();
  unsigned shift = p.mantissaBits();
  Bits bias =
      select(negative, bits.constant((p.exponentBias() + 64) << shift), bits.constant((p.exponentBias() - 1) << shift));
  Lanes first = fromBits((bits << shift) + bias, p);
  return (p * first) * select(negative, p.constant(0x1p-64), p.constant(2.0));
}

} // namespace

Lanes exp(Lanes x) {
  // Beyond these bounds the result is 0 and infinity.
  x = atMost(atLeast(x, x.isDouble() ? -746.0 : -104.0), x.isDouble() ? 709.8 : 88.8);
  Ln2Reduced reduced = reduceByLn2(x);
  return scale(reducedExp(reduced.r), reduced.magic, x < 0.0);
}

Lanes exp2(Lanes x) {
  x = atMost(atLeast(x, x.isDouble() ? -1076.0 : -151.0), x.isDouble() ? 1024.0 : 128.0);
  double rounding = roundingMagic(x);
  Lanes magic = x + rounding;
  Lanes r = x - (magic - rounding);
  Lanes q = x.isDouble() ? polynomial(r, exp2F64) : polynomial(r, exp2F32);
  return scale(fma(q, r, 1.0), magic, x < 0.0);
}

Lanes expm1(Lanes x) {
  // Below the lower bound the result rounds to -1.
  Lanes bounded = atMost(atLeast(x, x.isDouble() ? -38.0 : -18.0), x.isDouble() ? 709.8 : 88.8);
  Ln2Reduced reduced = reduceByLn2(bounded);
  // Half of the result, since 2^n may overflow where the result does not.
  Lanes half = powerOfTwo(reduced.magic, x.exponentBias() - 1);
  Lanes result = fma(half, reducedExpm1(reduced.r), half - 0.5) * 2.0;
  // Keeps -0 and subnormal numbers.
  return select(abs(x) < (x.isDouble() ? 0x1p-54 : 0x1p-25), x, result);
}

namespace {

/// With x = n ln2 + r: cosh(x) = cosh(n ln2) cosh(r) + sinh(n ln2) sinh(r), and
/// sinh(x) likewise. There is no cancellation to speak of and no division.
struct Hyperbolic {
  Lanes sinhR, coshRMinus1;
  Lanes sinhN, coshN; // a quarter of them
};

Hyperbolic reduceHyperbolic(Lanes magnitude) {
  magnitude = atMost(magnitude, magnitude.isDouble() ? 710.5 : 89.42);
  auto [magic, r] = reduceByLn2(magnitude);
  Lanes square = r * r;
  Lanes s = r.isDouble() ? polynomial(square, sinhF64) : polynomial(square, sinhF32);
  Lanes c = r.isDouble() ? polynomial(square, coshF64) : polynomial(square, coshF32);
  uint64_t bias = r.exponentBias() - 3;
  Lanes up = powerOfTwo(magic, bias);
  // 2^-n, flushed to zero where it no longer counts.
  Bits mirrored = up.bits().constant((2 * bias) << r.mantissaBits());
  Lanes down = fromBits((mirrored - up.bits()).signedMax(0), r);
  return {fma(s * square, r, r), c * square, up - down, up + down};
}

} // namespace

Lanes sinh(Lanes x) {
  Hyperbolic h = reduceHyperbolic(abs(x));
  Lanes result = h.sinhN + fma(h.coshRMinus1, h.sinhN, h.sinhR * h.coshN);
  result = withSign(result * 4.0, x);
  return select(abs(x) < (x.isDouble() ? 0x1p-28 : 0x1p-13), x, result);
}

Lanes cosh(Lanes x) {
  Hyperbolic h = reduceHyperbolic(abs(x));
  return (h.coshN + fma(h.coshRMinus1, h.coshN, h.sinhR * h.sinhN)) * 4.0;
}

Lanes tanh(Lanes x) {
  // tanh(a) = t / (t + 2) with t = expm1(2a); from the bound on it rounds to 1.
  Lanes magnitude = atMost(abs(x), x.isDouble() ? 20.0 : 10.0);
  Ln2Reduced reduced = reduceByLn2(magnitude + magnitude);
  Lanes power = powerOfTwo(reduced.magic, x.exponentBias());
  Lanes t = fma(power, reducedExpm1(reduced.r), power - 1.0);
  return withSign(t / (t + 2.0), x);
}

Lanes logistic(Lanes x) {
  // With e = exp(-|x|) <= 1: 1 / (1 + e), or e / (1 + e) for negative x.
  Lanes bounded = atLeast(-abs(x), x.isDouble() ? -746.0 : -104.0);
  Ln2Reduced reduced = reduceByLn2(bounded);
  Lanes power = powerOfTwo(reduced.magic, x.exponentBias() + 64);
  Lanes e = (reducedExp(reduced.r) * power) * 0x1p-64;
  return select(x < 0.0, e, 1.0) / (e + 1.0);
}

} // namespace cotan::codegen::vector_math
