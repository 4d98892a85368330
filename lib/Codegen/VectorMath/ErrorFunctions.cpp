//===- ErrorFunctions.cpp - erf, erfc, erfinv -----------------------------===//

#include "Functions.h"
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

Lanes erfc(Lanes x) {
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
