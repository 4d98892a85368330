//===- InverseTrigonometry.cpp - asin, acos, atan, atan2 ------------------===//
//
// Float results are computed in double. Double results carry what rounding lost
// on the way, and constants in two parts.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"
#include "Polynomials.h"

namespace cotan::codegen::vector_math {

namespace {

constexpr double halfPiHi = 0x1.921fb54442d18p0, halfPiLo = 0x1.1a62633145c07p-54;

/// For |x| > 1/2: asin(x) = pi/2 - 2 asin(s), s = sqrt((1 - |x|) / 2); else s
/// is |x|. asin(s) = s + rest.
struct AsinReduced {
  Mask large;
  Lanes s, rest;
};

AsinReduced reduceAsin(Lanes magnitude, bool wide) {
  Mask large = magnitude > 0.5;
  Lanes z = select(large, fma(magnitude, -0.5, 0.5), magnitude * magnitude);
  Lanes root = sqrt(z);
  Lanes s = select(large, root, magnitude);
  if (wide)
    return {large, s, s * z * polynomial(z, asinWide)};
  // What the root lacks; a root of zero lacks nothing.
  Lanes lacking = fma(-root, root, z) / (root + root);
  lacking = select(large & (root > 0.0), lacking, 0.0);
  return {large, s, fma(s * z, polynomial(z, asinF64), lacking)};
}

/// atan(r) - r.
Lanes atanRest(Lanes r, bool wide) {
  Lanes z = r * r;
  return z * r * (wide ? polynomial(z, atanWide) : polynomial(z, atanF64));
}

/// A value as hi + lo.
struct Pair {
  Lanes hi, lo;
};

/// atan(y / x) for y, x >= 0, not both 0 or infinite, to float precision.
Lanes atanWideOfQuotient(Lanes y, Lanes x) {
  Mask steep = y > x;
  Lanes r = select(steep, -x, y) / select(steep, y, x);
  return (r + atanRest(r, /*wide=*/true)) + select(steep, r.constant(halfPiHi), 0.0);
}

/// atan(q) for q >= 0, as the sum of the two parts: of 0, atan(1/2), pi/4,
/// atan(3/2) or pi/2 and the arctangent of the small rest.
Pair atanPair(Lanes q) {
  Lanes numerator = q, denominator = q.constant(1.0);
  Lanes hi = q.constant(0.0), lo = hi;
  auto use = [&](double from, Lanes n, Lanes d, double baseHi, double baseLo) {
    Mask mask = !(q < from);
    numerator = select(mask, n, numerator);
    denominator = select(mask, d, denominator);
    hi = select(mask, baseHi, hi);
    lo = select(mask, baseLo, lo);
  };
  use(0.4375, fma(q, 2.0, -1.0), q + 2.0, 0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56);
  use(0.6875, q - 1.0, q + 1.0, 0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55);
  use(1.1875, q - 1.5, fma(q, 1.5, 1.0), 0x1.f730bd281f69bp-1, 0x1.007887af0cbbdp-56);
  use(2.4375, q.constant(-1.0), q, halfPiHi, halfPiLo);
  Lanes r = numerator / denominator;
  return {hi, r + (atanRest(r, /*wide=*/false) + lo)};
}

} // namespace

Lanes asin(Lanes x) {
  bool wide = !x.isDouble();
  Lanes magnitude = wide ? toDouble(abs(x)) : abs(x);
  auto [large, s, rest] = reduceAsin(magnitude, wide);
  Lanes result = s + rest;
  if (wide)
    return withSign(toFloat(select(large, fma(result, -2.0, halfPiHi), result)), x);
  Lanes turned = (halfPiHi - (s + s)) - fma(rest, 2.0, -halfPiLo);
  return withSign(select(large, turned, result), x);
}

Lanes acos(Lanes x) {
  bool wide = !x.isDouble();
  Lanes argument = wide ? toDouble(x) : x;
  auto [large, s, rest] = reduceAsin(abs(argument), wide);
  Mask negative = argument < 0.0;
  if (wide) {
    // pi/2 - asin(x); 2 asin(s); pi - 2 asin(s).
    Lanes part = flipSign(s + rest, argument.sign());
    Lanes base = select(large, select(negative, argument.constant(2 * halfPiHi), 0.0), halfPiHi);
    return toFloat(select(large, part * 2.0 + base, base - part));
  }
  Bits sign = x.sign();
  Lanes small = halfPiHi - (flipSign(s, sign) - (halfPiLo - flipSign(rest, sign)));
  Lanes twice = s + s;
  Lanes turned = (2 * halfPiHi - twice) - fma(rest, 2.0, -2 * halfPiLo);
  return select(large, select(negative, turned, fma(rest, 2.0, twice)), small);
}

Lanes atan(Lanes x) {
  if (!x.isDouble()) {
    Lanes magnitude = toDouble(abs(x));
    return withSign(toFloat(atanWideOfQuotient(magnitude, magnitude.constant(1.0))), x);
  }
  Pair result = atanPair(abs(x));
  return withSign(result.hi + result.lo, x);
}

Lanes atan2(Lanes y, Lanes x) {
  bool wide = !x.isDouble();
  Lanes top = abs(y), bottom = abs(x);
  // Equal operands have quotient 1, also two zeros (then 0) and infinities.
  Mask infinite = (top == top.infinity()) & (bottom == bottom.infinity());
  Mask zero = (top == 0.0) & (bottom == 0.0);
  top = select(infinite, 1.0, top);
  bottom = select(infinite | zero, 1.0, bottom);
  Bits negative = x.sign();
  if (wide) {
    Lanes angle = atanWideOfQuotient(toDouble(top), toDouble(bottom));
    // pi - angle for negative x.
    Lanes turned = 2 * halfPiHi - angle;
    return withSign(toFloat(select(negative != 0, turned, angle)), y);
  }
  Pair angle = atanPair(top / bottom);
  Lanes right = angle.hi + angle.lo;
  Lanes left = (2 * halfPiHi - angle.hi) - (angle.lo - 2 * halfPiLo);
  return withSign(select(negative != 0, left, right), y);
}

} // namespace cotan::codegen::vector_math
