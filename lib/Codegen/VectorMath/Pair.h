//===- Pair.h - Doubles of twice the precision -----------------*- C++ -*-===//
//
// Unevaluated sums of two double lanes, for what must be more exact than its
// last bit.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_VECTORMATH_PAIR_H
#define COTAN_LIB_CODEGEN_VECTORMATH_PAIR_H

#include "Lanes.h"

namespace cotan::codegen::vector_math {

/// An unevaluated sum with |lo| of about hi's last bit.
struct Pair {
  Lanes hi, lo;
};

/// a + b for |a| >= |b| or a = 0.
inline Pair fastSum(Lanes a, Lanes b) {
  Lanes sum = a + b;
  return {sum, (a - sum) + b};
}

/// a + b.
inline Pair sum(Lanes a, Lanes b) {
  Lanes sum = a + b;
  Lanes second = sum - a;
  return {sum, (a - (sum - second)) + (b - second)};
}

inline Pair product(Lanes a, Lanes b) {
  Lanes result = a * b;
  return {result, fma(a, b, -result)};
}

/// The product, not normalised: lo may be a few units of hi's last bit.
inline Pair rawProduct(Pair a, Pair b) {
  Pair result = product(a.hi, b.hi);
  result.lo = fma(a.hi, b.lo, fma(a.lo, b.hi, result.lo));
  return result;
}

inline Pair product(Pair a, Pair b) {
  Pair result = rawProduct(a, b);
  return fastSum(result.hi, result.lo);
}

/// x = n ln2 + r, |r| <= ln2 / 2.
struct ReducedPair {
  Lanes magic; // n + roundingMagic
  Pair r;
};

/// For |x| < 1100.
inline ReducedPair reduceByLn2(Pair x) {
  Lanes magic = fma(x.hi, 0x1.71547652b82fep0, 0x1.8p52);
  Lanes n = magic - 0x1.8p52;
  Lanes first = fma(n, -0x1.62e42fefa39efp-1, x.hi); // exact
  // |first| may be the smaller one only when both are tiny.
  return {magic, fastSum(first, fma(n, -0x1.abc9e3b39803fp-56, x.lo))};
}

} // namespace cotan::codegen::vector_math

#endif // COTAN_LIB_CODEGEN_VECTORMATH_PAIR_H
