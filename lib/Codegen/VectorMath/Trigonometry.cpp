//===- Trigonometry.cpp - sin, cos, tan -----------------------------------===//
//
// |x| = n pi/2 + r with |r| <= pi/4; both polynomials are evaluated and the
// quadrant n mod 4 chooses between them.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"
#include "Polynomials.h"

namespace cotan::codegen::vector_math {

namespace {

/// Float reduction by three parts of pi/2, the first product being exact.
Reduced reduceF32(Lanes magnitude) {
  double rounding = roundingMagic(magnitude);
  Lanes magic = fma(magnitude, 0x1.45f306p-1, rounding);
  Lanes n = magic - rounding;
  Lanes r = fma(n, -0x1.921fb6p0, magnitude);
  r = fma(n, 0x1.777a5cp-25, r);
  r = fma(n, 0x1.ee59dap-50, r);
  // The third part counts beyond this, and quadrants stay small.
  return reduceHuge(magnitude, 0x1p16, {r, magnitude.constant(0), magic.bits()});
}

/// Double reduction to twice the precision.
Reduced reduceF64(Lanes magnitude) {
  double rounding = roundingMagic(magnitude);
  Lanes magic = fma(magnitude, 0x1.45f306dc9c883p-1, rounding);
  Lanes n = magic - rounding;
  Lanes first = fma(n, -0x1.921fb54442d18p0, magnitude); // exact
  Lanes product = n * 0x1.1a62633145c07p-54;
  Lanes productLow = fma(n, 0x1.1a62633145c07p-54, -product);
  Lanes hi = first - product;
  Lanes back = hi - first;
  Lanes lo = (first - (hi - back)) - (product + back);
  lo = fma(n, 0x1.f1976b7ed8fbcp-110, lo - productLow);
  return reduceHuge(magnitude, 0x1p27, {hi, lo, magic.bits()});
}

/// Double reduction for float results.
Reduced reduceWide(Lanes magnitude) {
  double rounding = roundingMagic(magnitude);
  Lanes magic = fma(magnitude, 0x1.45f306dc9c883p-1, rounding);
  Lanes n = magic - rounding;
  Lanes r = fma(n, -0x1.921fb54442d18p0, magnitude);
  r = fma(n, -0x1.1a62633145c07p-54, r);
  return reduceHuge(magnitude, 0x1p20, {r, magnitude.constant(0), magic.bits()});
}

Reduced reduce(Lanes magnitude) { return magnitude.isDouble() ? reduceF64(magnitude) : reduceF32(magnitude); }

/// The two values, and for double what their rounding lost.
struct SinCos {
  Lanes sin, cos, sinLow, cosLow;
};

SinCos reducedSinCos(const Reduced &reduced) {
  Lanes r = reduced.hi;
  Lanes z = r * r;
  if (!r.isDouble()) {
    Lanes sin = fma(polynomial(z, sinF32) * z, r, r);
    return {sin, fma(fma(polynomial(z, cosF32), z, -0.5), z, 1.0), {}, {}};
  }
  // First order in lo: sin' = cos = 1 - z / 2, cos' = -sin = -r + r z / 6.
  Lanes low = reduced.lo;
  Lanes sinRest = fma(polynomial(z, sinF64), z * r, low * fma(z, -0.5, 1.0));
  Lanes half = z * 0.5;
  Lanes top = 1.0 - half;
  Lanes cosRest = fma(polynomial(z, cosF64), z * z, fma(r, -low, (1.0 - top) - half));
  Lanes sin = r + sinRest, cos = top + cosRest;
  return {sin, cos, (r - sin) + sinRest, (top - cos) + cosRest};
}

/// The sign bit that the second bit of the quadrant stands for.
Bits quadrantSign(Bits quadrant, Lanes like) {
  return (quadrant << (like.mantissaBits() == 52 ? 62 : 30)) & like.signBit();
}

} // namespace

Lanes sin(Lanes x) {
  Reduced reduced = reduce(abs(x));
  SinCos both = reducedSinCos(reduced);
  Lanes result = select((reduced.quadrant & 1) != 0, both.cos, both.sin);
  return flipSign(result, quadrantSign(reduced.quadrant, x) ^ x.sign());
}

Lanes cos(Lanes x) {
  Reduced reduced = reduce(abs(x));
  SinCos both = reducedSinCos(reduced);
  Lanes result = select((reduced.quadrant & 1) != 0, both.sin, both.cos);
  return flipSign(result, quadrantSign(reduced.quadrant + 1, x));
}

namespace {

/// sin / cos, or -cos / sin where `odd`.
Lanes quotient(SinCos both, Mask odd) {
  Lanes numerator = select(odd, -both.cos, both.sin);
  Lanes denominator = select(odd, both.sin, both.cos);
  Lanes numeratorLow = select(odd, -both.cosLow, both.sinLow);
  Lanes denominatorLow = select(odd, both.sinLow, both.cosLow);
  Lanes inverse = 1.0 / denominator;
  Lanes result = numerator * inverse;
  Lanes remainder = fma(-result, denominator, numerator);
  remainder = remainder + fma(-result, denominatorLow, numeratorLow);
  return fma(remainder, inverse, result);
}

} // namespace

Lanes tan(Lanes x) {
  if (x.isDouble()) {
    Reduced reduced = reduceF64(abs(x));
    return flipSign(quotient(reducedSinCos(reduced), (reduced.quadrant & 1) != 0), x.sign());
  }
  Lanes magnitude = abs(toDouble(x));
  Reduced reduced = reduceWide(magnitude);
  Lanes z = reduced.hi * reduced.hi;
  Lanes sin = fma(polynomial(z, sinWide) * z, reduced.hi, reduced.hi);
  Lanes cos = fma(polynomial(z, cosWide), z, 1.0);
  Mask odd = (reduced.quadrant & 1) != 0;
  Lanes result = select(odd, -cos, sin) / select(odd, sin, cos);
  return flipSign(toFloat(result), x.sign());
}

} // namespace cotan::codegen::vector_math
