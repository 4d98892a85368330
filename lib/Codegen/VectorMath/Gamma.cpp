//===- Gamma.cpp - digamma ------------------------------------------------===//

#include "Functions.h"
#include "Polynomials.h"

namespace cotan::codegen::vector_math {

namespace {

/// Digamma's only positive root.
constexpr double rootHi = 0x1.762d86356be3fp0, rootLo = 0x1.b86a722197829p-54;

/// digamma on (0, 10): on [1, 2] by the polynomial with the root split off, left
/// of it by digamma(x) = digamma(x + 1) - 1/x, right of it by the sum of 1/(x - k),
/// whose terms are all positive. The sum is kept as one fraction.
Lanes digammaSmall(Lanes x) {
  Lanes y = x, numerator = x.constant(0.0), denominator = x.constant(1.0);
  for (int step = 0; step != 8; ++step) {
    Mask down = y > 2.0;
    Lanes next = y - 1.0;
    numerator = select(down, fma(numerator, next, denominator), numerator);
    denominator = select(down, denominator * next, denominator);
    y = select(down, next, y);
  }
  Mask up = y < 1.0;
  numerator = select(up, -1.0, numerator);
  denominator = select(up, x, denominator);
  y = select(up, y + 1.0, y);
  Lanes central = ((y - rootHi) - rootLo) * polynomial(y - 1.5, digammaF64);
  return central + numerator / denominator;
}

/// log(x) - 1/(2x) - sum of B_2k / (2k x^2k), for x >= 10.
Lanes digammaLarge(Lanes x) {
  constexpr double series[] = {1.0 / 12,  -1.0 / 120,     1.0 / 252, -1.0 / 240,
                               1.0 / 132, -691.0 / 32760, 1.0 / 12,  -3617.0 / 8160};
  Lanes inverse = 1.0 / x;
  Lanes square = inverse * inverse;
  Lanes small = fma(polynomial(square, series), square, inverse * 0.5);
  return log(x) - small;
}

Lanes digammaOfDouble(Lanes x) {
  // digamma(1 - x) = digamma(x) + pi / tan(pi x) for negative x.
  Mask negative = x < 0.0;
  Lanes positive = select(negative, 1.0 - x, x);
  Lanes small = digammaSmall(atMost(positive, 10.0));
  Lanes result = select(positive < 10.0, small, digammaLarge(positive));
  Lanes reflected = result - 0x1.921fb54442d18p1 / tanPi(x);
  result = select(negative, reflected, result);
  // Poles at the negative integers have no sign.
  Mask pole = negative & (trunc(x) == x);
  return select(pole, x.nan(), result);
}

} // namespace

Lanes digamma(Lanes x) { return x.isDouble() ? digammaOfDouble(x) : toFloat(digammaOfDouble(toDouble(x))); }

} // namespace cotan::codegen::vector_math
