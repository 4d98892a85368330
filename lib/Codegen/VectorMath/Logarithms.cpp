//===- Logarithms.cpp - log and what is made of it ------------------------===//
//
// All split x = m 2^e with m around 1 and evaluate a polynomial in f = m - 1
// (float) or in s = f / (2 + f) (double, where a polynomial in f would be long).
//
//===----------------------------------------------------------------------===//

#include "Functions.h"
#include "Pair.h"
#include "Polynomials.h"

namespace cotan::codegen::vector_math {

namespace {

constexpr uint64_t twoThirdsBitsF32 = 0x3f2aaaab;

/// The split in use for a type's logarithms: [2/3, 4/3) for float, else
/// [sqrt(1/2), sqrt(2)).
uint64_t lowBitsOf(Lanes x) { return x.isDouble() ? sqrtHalfBits(x) : twoThirdsBitsF32; }

/// The value of a logarithm at 0, infinity, negative numbers and NaN.
Lanes withLogSpecials(Lanes result, Lanes x) {
  result = select(x < x.infinity(), result, x);
  Lanes pole = select(x == 0.0, -x.infinity(), x.nan());
  return select((x > 0.0) | x.isNaN(), result, pole);
}

/// log(1 + f) of double lanes to about 2^-57, f in [sqrt(1/2), sqrt(2)) - 1.
Pair logPair(Lanes f) {
  Lanes s = f / (f + 2.0);
  Lanes z = s * s;
  Lanes halfSquare = f * f * 0.5;
  Lanes rest = fma(polynomial(z, logF64), z, halfSquare);
  Lanes hi = f - halfSquare;
  return {hi, fma(s, rest, (f - hi) - halfSquare)};
}

/// log(1 + f) + e ln2.
Lanes logOf(Lanes f, Lanes e) {
  Lanes square = f * f;
  if (!f.isDouble()) {
    Lanes q = fma(polynomial(f, logF32), f, -0.5);
    return fma(e, 0x1.62e42fefa39efp-1, fma(q, square, f));
  }
  Lanes s = f / (f + 2.0);
  Lanes z = s * s;
  Lanes halfSquare = square * 0.5;
  Lanes rest = fma(polynomial(z, logF64), z, halfSquare);
  Lanes low = fma(s, rest, e * 0x1.abc9e3b39803fp-56);
  return fma(e, 0x1.62e42fefa39efp-1, f - (halfSquare - low));
}

/// e hiScale + log(1 + f) / ln(base) of double lanes, with the constants in two
/// parts.
Lanes logOfBase(Lanes x, double scaleHi, double scaleLo, double exponentHi, double exponentLo) {
  auto [m, e] = decompose(x, sqrtHalfBits(x), /*subnormals=*/true);
  Pair logM = logPair(m - 1.0);
  Lanes hi = logM.hi * scaleHi;
  Lanes lo = fma(logM.hi, scaleHi, -hi);
  lo = fma(logM.hi, scaleLo, fma(logM.lo, scaleHi, lo));
  Lanes integer = e * exponentHi;
  lo = fma(e, exponentLo, fma(e, exponentHi, -integer) + lo);
  Lanes sum = integer + hi;
  return withLogSpecials(sum + ((integer - sum) + hi + lo), x);
}

/// log(1 + x) of double lanes for float results: x > -1, finite.
Lanes log1pWide(Lanes x) {
  Lanes u = x + 1.0;
  auto [m, e] = decompose(u, sqrtHalfBits(u), /*subnormals=*/false);
  Bits inverse = u.bits().constant(u.exponentBias() << 52);
  // 2^-e is the mantissa's factor: m = u 2^-e.
  Lanes power = fromBits(inverse - (u.bits() - m.bits()), u);
  Lanes f = fma(x, power, power - 1.0);
  Lanes s = f / (f + 2.0);
  Lanes z = s * s;
  Lanes series = fma(s * z, polynomial(z, logWide), s + s);
  return fma(e, 0x1.62e42fefa39efp-1, series);
}

} // namespace

uint64_t sqrtHalfBits(Lanes like) { return like.isDouble() ? 0x3fe6a09e667f3bcd : 0x3f3504f3; }

Decomposed decompose(Lanes x, uint64_t lowBits, bool subnormals) {
  unsigned shift = x.mantissaBits();
  // e is read as the mantissa of a number in [2^shift, 2^(shift+1)).
  double two = x.isDouble() ? 0x1p52 : 0x1p23;
  Lanes offset = x.constant(two + x.exponentBias());
  if (subnormals) {
    Mask small = x < (x.isDouble() ? 0x1p-1022 : 0x1p-126);
    x = select(small, x * two, x);
    offset = select(small, offset + shift, offset);
  }
  Bits one = x.bits().constant(x.exponentBias() << shift);
  Bits shifted = x.bits() + (one - one.constant(lowBits));
  Lanes e = fromBits((shifted >> shift) | x.constant(two).bits(), x) - offset;
  Bits mantissa = (shifted & ((1ull << shift) - 1)) + lowBits;
  return {fromBits(mantissa, x), e};
}

Lanes log(Lanes x) {
  auto [m, e] = decompose(x, lowBitsOf(x), /*subnormals=*/true);
  return withLogSpecials(logOf(m - 1.0, e), x);
}

Lanes log1p(Lanes x) {
  Lanes u = x + 1.0;
  auto [m, e] = decompose(u, lowBitsOf(u), /*subnormals=*/false);
  // f = m - 1 from x itself: x 2^-e + (2^-e - 1). The factor is kept four times
  // as large, since 2^-e may be subnormal.
  Bits four = u.bits().constant((u.exponentBias() + 2) << u.mantissaBits());
  Lanes factor = fromBits(four - (u.bits() - m.bits()), u);
  Lanes f = fma(x * 0.25, factor, fma(factor, 0.25, -1.0));
  Lanes result = logOf(f, e);
  result = select(u < u.infinity(), result, x);
  Lanes pole = select(x == -1.0, -x.infinity(), x.nan());
  result = select((x > -1.0) | x.isNaN(), result, pole);
  return select(abs(x) < (x.isDouble() ? 0x1p-54 : 0x1p-25), x, result);
}

Lanes log2(Lanes x) {
  if (x.isDouble())
    return logOfBase(x, 0x1.71547652b82fep0, 0x1.777d0ffda0d24p-56, 1.0, 0.0);
  auto [m, e] = decompose(x, twoThirdsBitsF32, /*subnormals=*/true);
  Lanes f = m - 1.0;
  Lanes low = fma(polynomial(f, log2F32), f * f, f * 0x1.4ae0cp-26);
  return withLogSpecials(e + fma(f, 0x1.715476p0, low), x);
}

Lanes log10(Lanes x) {
  if (x.isDouble())
    return logOfBase(x, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57, 0x1.34413509f79ffp-2, -0x1.9dc1da994fd21p-59);
  auto [m, e] = decompose(x, twoThirdsBitsF32, /*subnormals=*/true);
  Lanes f = m - 1.0;
  Lanes low = fma(f, -0x1.5b235ep-27, e * -0x1.ec10cp-27);
  low = fma(polynomial(f, log10F32), f * f, low);
  return withLogSpecials(fma(e, 0x1.344136p-2, fma(f, 0x1.bcb7b2p-2, low)), x);
}

Lanes asinh(Lanes x) {
  // asinh(a) = log1p(a + a^2 / (1 + sqrt(1 + a^2))), or log(a) + ln2 where a^2
  // would overflow.
  if (!x.isDouble()) {
    Lanes a = toDouble(abs(x));
    Lanes finite = atMost(a, 0x1p129);
    Lanes square = finite * finite;
    Lanes sum = finite + square / (sqrt(square + 1.0) + 1.0);
    Lanes result = toFloat(select(a < a.infinity(), log1pWide(sum), a));
    result = select(abs(x) < 0x1p-13, abs(x), result);
    return withSign(result, x);
  }
  Lanes a = abs(x);
  Mask large = a > 0x1p60;
  Lanes square = a * a;
  Lanes sum = a + square / (sqrt(square + 1.0) + 1.0);
  // For large a the sum is 2a to the last bit.
  Lanes result = log1p(select(large, a, sum));
  result = select(large, result + 0x1.62e42fefa39efp-1, result);
  return withSign(result, x);
}

Lanes acosh(Lanes x) {
  // acosh(1 + t) = log1p(t + sqrt(2t + t^2)).
  if (!x.isDouble()) {
    Lanes t = toDouble(x) - 1.0;
    Lanes result = toFloat(log1pWide(t + sqrt(fma(t, t, t + t))));
    result = select(x < x.infinity(), result, x);
    return select(x < 1.0, x.nan(), result);
  }
  Lanes t = x - 1.0;
  Lanes twice = t + t;
  Lanes radicand = fma(t, t, twice);
  Lanes root = sqrt(radicand);
  Lanes sum = t + root;
  // What the sum lacks, by the roundings of radicand, root and sum, and its
  // effect to first order.
  Lanes lost = fma(t, t, twice - radicand) + fma(-root, root, radicand);
  lost = lost / (root + root) + (root - (sum - t));
  Lanes correction = select((x > 1.0) & (x < 2.0), lost / (sum + 1.0), 0.0);
  // Large x are the sum's half to the last bit, and their squares overflow.
  Mask large = x > 0x1p60;
  Lanes result = log1p(select(large, x, sum)) + correction;
  result = select(large, result + 0x1.62e42fefa39efp-1, result);
  return select(x < 1.0, x.nan(), result);
}

Lanes atanh(Lanes x) {
  // atanh(a) = log1p(2a / (1 - a)) / 2.
  Lanes a = abs(x);
  if (!x.isDouble()) {
    Lanes wide = toDouble(a);
    Lanes result = toFloat(log1pWide((wide + wide) / (1.0 - wide)) * 0.5);
    result = select(a < 1.0, result, select(a == 1.0, x.infinity(), x.nan()));
    result = select(a < 0x1p-13, a, result);
    return withSign(result, x);
  }
  Lanes twice = a + a, difference = 1.0 - a;
  Lanes quotient = twice / difference;
  // What the quotient lacks, and its effect to first order.
  Lanes remainder = fma(-quotient, difference, twice);
  remainder = fma(-quotient, (1.0 - difference) - a, remainder);
  Lanes correction = select(a < 1.0, remainder / (a + 1.0), 0.0);
  Lanes result = (log1p(quotient) + correction) * 0.5;
  result = select(a > 1.0, x.nan(), result);
  return withSign(select(a < 0x1p-28, a, result), x);
}

} // namespace cotan::codegen::vector_math
