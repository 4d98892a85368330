//===- Power.cpp - pow ----------------------------------------------------===//
//
// 2^(y log2 x) in double for float operands; for double operands e^(y log x)
// with the logarithm and the product to twice the precision.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"
#include "Pair.h"
#include "Polynomials.h"

namespace cotan::codegen::vector_math {

namespace {

/// log(x) of positive finite double lanes to about 2^-67 of its value:
/// e ln2 + 2 atanh(s), s = f / (2 + f).
Pair logPair(Lanes x) {
  auto [m, e] = decompose(x, sqrtHalfBits(x), /*subnormals=*/true);
  Lanes f = m - 1.0;
  // 2 + f exactly, and the quotient with its remainder.
  Pair denominator = fastSum(f.constant(2.0), f);
  Lanes quotient = f / denominator.hi;
  Lanes remainder = fma(-quotient, denominator.hi, f);
  remainder = fma(-quotient, denominator.lo, remainder);
  Pair s = {quotient, remainder / denominator.hi};
  Pair z = product(s, s);
  // atanh(s) = s + s z (1/3 + z q(z)).
  Lanes zq = polynomial(z.hi, atanhF64) * z.hi;
  Pair third = fastSum(f.constant(0x1.5555555555555p-2), zq);
  third.lo = third.lo + 0x1.5555555555555p-56;
  Pair cubic = product(product(s, z), third);
  Pair sum = fastSum(s.hi, cubic.hi);
  sum.lo = sum.lo + (s.lo + cubic.lo);
  // Twice that, and e ln2; the high product is exact enough with its rest.
  Pair integer = product(e, e.constant(0x1.62e42fefa39efp-1));
  integer.lo = fma(e, 0x1.abc9e3b39803fp-56, integer.lo);
  Pair result = fastSum(integer.hi, sum.hi + sum.hi);
  result.lo = result.lo + fma(sum.lo, 2.0, integer.lo);
  return fastSum(result.hi, result.lo);
}

/// e^(hi + lo).
Lanes expPair(Pair x) {
  // Bounds before the reduction; lo would be NaN or meaningless beyond.
  Mask inside = abs(x.hi) < 800.0;
  Lanes lo = select(inside, x.lo, 0.0);
  Lanes hi = atMost(atLeast(x.hi, -746.0), 709.8);
  auto [magic, r] = reduceByLn2({hi, lo});
  Lanes q = polynomial(r.hi, expF64);
  Lanes p = fma(r.hi * r.hi, q, fma(r.hi, r.lo, r.lo));
  p = (p + r.hi) + 1.0;
  Mask negative = hi < 0.0;
  Bits bits = magic.bits();
  Bits bias = select(negative, bits.constant((1023ull + 64) << 52), bits.constant(1022ull << 52));
  Lanes power = fromBits((bits << 52) + bias, hi);
  return (p * power) * select(negative, p.constant(0x1p-64), p.constant(2.0));
}

/// |base|^exponent for float operands, without special values.
Lanes powWide(Lanes magnitude, Lanes exponent) {
  Lanes wide = toDouble(magnitude);
  auto [m, e] = decompose(wide, sqrtHalfBits(wide), /*subnormals=*/false);
  Lanes f = m - 1.0;
  Lanes logarithm = fma(polynomial(f, log2Wide), f, e);
  // Far outside float's exponents, inside double's.
  Lanes power = toDouble(exponent) * logarithm;
  power = atMost(atLeast(power, -300.0), 300.0);
  Lanes magic = power + 0x1.8p52;
  Lanes r = power - (magic - 0x1.8p52);
  Lanes result = fma(polynomial(r, exp2Wide), r, 1.0);
  return toFloat(result * powerOfTwo(magic, 1023));
}

/// The value of pow where a zero, an infinity, a negative base, NaN, or an
/// exponent of 0 or base of 1 decides it, after C's Annex F.
Lanes withPowSpecials(Lanes result, Lanes base, Lanes exponent) {
  Lanes magnitude = abs(base);
  Mask integer = trunc(exponent) == exponent;
  Lanes half = exponent * 0.5;
  Mask odd = integer & !(trunc(half) == half);
  // Negative bases.
  Bits noBits = base.bits().constant(0);
  Bits sign = select(odd, base.sign(), noBits);
  result = flipSign(result, sign);
  result = select((base < 0.0) & !integer, result.nan(), result);
  // An infinite exponent: 0, 1 or infinity as |base| says.
  Mask grows = (magnitude > 1.0) ^ (exponent < 0.0);
  Lanes limit = select(grows, result.infinity(), 0.0);
  limit = select(magnitude == 1.0, 1.0, limit);
  result = select(abs(exponent) == exponent.infinity(), limit, result);
  // A base of zero or infinity.
  Mask zero = base == 0.0;
  Mask extreme = zero | (magnitude == magnitude.infinity());
  Mask toInfinity = zero ^ (exponent > 0.0);
  Lanes end = flipSign(select(toInfinity, result.infinity(), 0.0), sign);
  result = select(extreme, end, result);
  result = select(base.isNaN() | exponent.isNaN(), result.nan(), result);
  return select((exponent == 0.0) | (base == 1.0), 1.0, result);
}

} // namespace

Lanes pow(Lanes base, Lanes exponent) {
  Lanes magnitude = abs(base);
  if (!base.isDouble())
    return withPowSpecials(powWide(magnitude, exponent), base, exponent);
  Pair logarithm = logPair(magnitude);
  Pair power = product(logarithm.hi, exponent);
  power.lo = fma(logarithm.lo, exponent, power.lo);
  return withPowSpecials(expPair(power), base, exponent);
}

} // namespace cotan::codegen::vector_math
