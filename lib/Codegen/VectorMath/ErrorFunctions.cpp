//===- ErrorFunctions.cpp - erf, erfc, erfinv -----------------------------===//

#include "Functions.h"
#include "Pair.h"
#include "Polynomials.h"

namespace cotan::codegen::vector_math {

Lanes erf(Lanes x) {
  Lanes magnitude = abs(x);
  Lanes square = x * x;
  if (!x.isDouble()) {
    Lanes small = fma(polynomial(square, erfSmallF32), magnitude, magnitude);
    Lanes large = polynomial(atMost(magnitude, 3.97) - 0x1.5147bap+1, erfLargeF32);
    return withSign(select(magnitude < 1.3, small, large), x);
  }
  Lanes small = fma(polynomial(square, erfSmallF64), magnitude, magnitude);
  Lanes p = polynomial(atMost(magnitude, 5.94) - 3.625, erfLargeF64);
  p = p * p;
  p = p * p;
  Lanes large = fma(-p, p, 1.0);
  return withSign(select(magnitude < 1.3, small, large), x);
}

namespace {

/// exp(x^2) erfc(x) of double lanes in [0, 27.3], as y = 1 / (x + 3) times a
/// polynomial in it; to about 2^-54 of its value.
Pair scaledErfc(Lanes x) {
  Pair denominator = sum(x, x.constant(3.0));
  Lanes y = 1.0 / denominator.hi;
  // The quotient is y (1 + lost).
  Lanes lost = fma(-y, denominator.lo, fma(-y, denominator.hi, 1.0));
  // Exact but for large x, where the polynomial is flat.
  Lanes t = fma(y, 8.0, -1.0);
  // The polynomial's last two steps in pairs.
  llvm::ArrayRef<double> coefficients(erfcF64);
  Lanes rest = polynomial(t, coefficients.drop_front(2));
  Pair linear = sum(x.constant(coefficients[1]), t * rest);
  Pair high = product(linear.hi, t);
  Pair all = sum(x.constant(coefficients[0]), high.hi);
  all.lo = all.lo + (fma(linear.lo, t, high.lo) + erfcConstantLow);
  Pair result = product(all.hi, y);
  // The slope counts y's error in both places.
  Lanes correction = fma(lost * polynomial(t, erfcSlope), all.hi, all.lo);
  return {result.hi, fma(correction, y, result.lo)};
}

/// exp(-x^2) of double lanes in [0, 27.3], times 2^64, which keeps the result
/// normal.
Pair scaledGaussian(Lanes x) {
  Pair square = product(x, x);
  auto [magic, r] = reduceByLn2({-square.hi, -square.lo});
  // 1 + r + r^2 q(r).
  Lanes rest = fma(r.hi * r.hi, polynomial(r.hi, expF64), fma(r.hi, r.lo, r.lo));
  Pair linear = fastSum(x.constant(1.0), r.hi);
  Pair result = fastSum(linear.hi, rest);
  Lanes power = powerOfTwo(magic, x.exponentBias() + 64);
  return {result.hi * power, (result.lo + linear.lo) * power};
}

Lanes erfcOfDouble(Lanes x) {
  // Beyond the bound the result is 0.
  Lanes magnitude = atMost(abs(x), 27.3);
  Pair result = rawProduct(scaledGaussian(magnitude), scaledErfc(magnitude));
  Lanes positive = (result.hi + result.lo) * 0x1p-64;
  return select(x < 0.0, 2.0 - positive, positive);
}

} // namespace

Lanes erfc(Lanes x) {
  if (x.isDouble())
    return erfcOfDouble(x);
  Lanes magnitude = atMost(toDouble(abs(x)), 10.09);
  Lanes p = polynomial(magnitude - 5.04, erfcWide);
  for (int i = 0; i != 6; ++i)
    p = p * p;
  return toFloat(select(toDouble(x) < 0.0, 2.0 - p, p));
}

Lanes erfinv(Lanes x) {
  // erfinv(x) / x is smooth in w = -log(1 - x^2), and nearly linear in sqrt(w)
  // where w is large.
  Lanes a = x.isDouble() ? x : toDouble(x);
  Lanes w = -log((1.0 - a) * (a + 1.0));
  Lanes root = sqrt(w);
  if (!x.isDouble()) {
    Lanes central = polynomial(w - 2.5, erfinvCentralWide);
    Lanes tail = polynomial(root - 0x1.931bbcdcbfa54p+1, erfinvTailWide);
    Lanes result = toFloat(a * select(w < 5.0, central, tail));
    return select(abs(x) == 1.0, withSign(x.infinity(), x), result);
  }
  // What the root lacks counts in the tails; there is none where w is 0.
  Lanes rootLow = fma(-root, root, w) / (root + root);
  Lanes base = x.constant(0x1.c5bf891b4ef6bp-1);
  Lanes rest = polynomial(w, erfinvSmallF64);
  auto use = [&](double from, double constant, Lanes polynomial) {
    Mask mask = w > from;
    base = select(mask, constant, base);
    rest = select(mask, polynomial, rest);
  };
  use(2.25, 0x1.ea588ddfc80cdp0, polynomial(w - 4.25, erfinvCentralF64));
  use(6.25, 0x1.8abcc380d5a48p1, polynomial((root - 3.25) + rootLow, erfinvMiddleF64));
  use(16.0, 0x1.3e79eb73b06f4p2, polynomial((root - 5.125) + rootLow, erfinvTailF64));
  Lanes magnitude = abs(x);
  Lanes result = withSign(fma(magnitude, base, magnitude * rest), x);
  return select(abs(x) == 1.0, withSign(x.infinity(), x), result);
}

} // namespace cotan::codegen::vector_math
