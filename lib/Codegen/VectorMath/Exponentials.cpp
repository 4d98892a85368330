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

/// x = n ln2 + hi + lo, hi exactly; r = hi + lo rounded.
struct Ln2Reduced {
  Lanes magic; // n + roundingMagic
  Lanes hi, lo, r;
};

Ln2Reduced reduceByLn2(Lanes x) {
  double rounding = roundingMagic(x);
  Lanes magic = fma(x, 0x1.71547652b82fep0, rounding);
  Lanes n = magic - rounding;
  double ln2Hi = x.isDouble() ? 0x1.62e42fefa39efp-1 : 0x1.62e43p-1;
  double ln2Lo = x.isDouble() ? 0x1.abc9e3b39803fp-56 : -0x1.05c610ca86c39p-29;
  Lanes hi = fma(n, -ln2Hi, x);
  return {magic, hi, n * -ln2Lo, fma(n, -ln2Lo, hi)};
}

/// (exp(r) - 1 - r) / r^2.
Lanes expQuotient(Lanes r) { return r.isDouble() ? polynomial(r, expF64) : polynomial(r, expF32); }

/// exp of what is left.
Lanes reducedExp(const Ln2Reduced &reduced) { return fma(fma(expQuotient(reduced.r), reduced.r, 1.0), reduced.r, 1.0); }

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
  return scale(reducedExp(reduced), reduced.magic, x < 0.0);
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
  // Half of the result, since 2^n may overflow where the result does not. The
  // parts are added from the largest, which leaves little rounding.
  Lanes power = powerOfTwo(reduced.magic, x.exponentBias() - 1);
  Lanes rest = fma(reduced.r * reduced.r, expQuotient(reduced.r), reduced.lo);
  Lanes half = fma(power, rest, fma(power, reduced.hi, power - 0.5));
  Lanes result = half + half;
  // Keeps -0 and subnormal numbers.
  return select(abs(x) < (x.isDouble() ? 0x1p-54 : 0x1p-25), x, result);
}

namespace {

/// With x = n ln2 + r: cosh(x) = cosh(n ln2) cosh(r) + sinh(n ln2) sinh(r), and
/// sinh(x) likewise. There is no cancellation to speak of and no division.
struct Hyperbolic {
  Ln2Reduced reduced;
  Lanes sinhRest;     // sinh(r) - hi
  Lanes coshRest;     // cosh(r) - 1
  Lanes sinhN, coshN; // a quarter of them
  Lanes coshNLost;    // by its rounding
};

Hyperbolic reduceHyperbolic(Lanes magnitude) {
  magnitude = atMost(magnitude, magnitude.isDouble() ? 710.5 : 89.42);
  Ln2Reduced reduced = reduceByLn2(magnitude);
  Lanes r = reduced.r;
  Lanes square = r * r;
  Lanes s = r.isDouble() ? polynomial(square, sinhF64) : polynomial(square, sinhF32);
  Lanes c = r.isDouble() ? polynomial(square, coshF64) : polynomial(square, coshF32);
  uint64_t bias = r.exponentBias() - 3;
  Lanes up = powerOfTwo(reduced.magic, bias);
  // 2^-n, flushed to zero where it no longer counts.
  Bits mirrored = up.bits().constant((2 * bias) << r.mantissaBits());
  Lanes down = fromBits((mirrored - up.bits()).signedMax(0), r);
  Lanes sum = up + down;
  return {reduced, fma(s * square, r, reduced.lo), c * square, up - down, sum, (up - sum) + down};
}

} // namespace

Lanes sinh(Lanes x) {
  Hyperbolic h = reduceHyperbolic(abs(x));
  Lanes main = fma(h.reduced.hi, h.coshN, h.sinhN);
  Lanes result = main + fma(h.coshRest, h.sinhN, h.sinhRest * h.coshN);
  result = withSign(result * 4.0, x);
  return select(abs(x) < (x.isDouble() ? 0x1p-28 : 0x1p-13), x, result);
}

Lanes cosh(Lanes x) {
  Hyperbolic h = reduceHyperbolic(abs(x));
  Lanes main = fma(h.reduced.hi, h.sinhN, h.coshN);
  Lanes rest = fma(h.coshRest, h.coshN, fma(h.sinhRest, h.sinhN, h.coshNLost));
  return (main + rest) * 4.0;
}

Lanes tanh(Lanes x) {
  // 1 - 2 / (exp(2a) + 1) would cancel where the polynomial is used instead;
  // from the bound on the result rounds to 1.
  Lanes magnitude = abs(x);
  Lanes square = x * x;
  Lanes q = x.isDouble() ? polynomial(square, tanhF64) : polynomial(square, tanhF32);
  Lanes small = fma(q * square, magnitude, magnitude);
  Lanes bounded = atMost(magnitude, x.isDouble() ? 20.0 : 10.0);
  Ln2Reduced reduced = reduceByLn2(bounded + bounded);
  Lanes power = powerOfTwo(reduced.magic, x.exponentBias());
  Lanes large = 1.0 - 2.0 / fma(reducedExp(reduced), power, 1.0);
  return withSign(select(magnitude < 0.55, small, large), x);
}

Lanes logistic(Lanes x) {
  // With e = exp(-|x|) <= 1: 1 / (1 + e), or e / (1 + e) for negative x.
  Lanes bounded = atLeast(-abs(x), x.isDouble() ? -746.0 : -104.0);
  Ln2Reduced reduced = reduceByLn2(bounded);
  Lanes power = powerOfTwo(reduced.magic, x.exponentBias() + 64);
  Lanes e = (reducedExp(reduced) * power) * 0x1p-64;
  Lanes denominator = e + 1.0;
  Lanes numerator = select(x < 0.0, e, 1.0);
  Lanes result = numerator / denominator;
  // What rounding took from the quotient and the denominator, over the latter;
  // the line is near enough to 1 / (1 + e) for that.
  Lanes lost = (1.0 - denominator) + e;
  Lanes remainder = fma(-result, lost, fma(-result, denominator, numerator));
  return fma(remainder, fma(e, -0.47, 0.97), result);
}

} // namespace cotan::codegen::vector_math
