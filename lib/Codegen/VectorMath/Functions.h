//===- Functions.h - The functions behind emitMathFunction -----*- C++ -*-===//
//
// One declaration for each elementary function. Arguments are float or double
// lanes unless a comment says otherwise. "Wide" functions take double lanes and
// are only as exact as a result rounded to float needs.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_VECTORMATH_FUNCTIONS_H
#define COTAN_LIB_CODEGEN_VECTORMATH_FUNCTIONS_H

#include "Lanes.h"

namespace cotan::codegen::vector_math {

// Exponentials.cpp
Lanes exp(Lanes x);
Lanes exp2(Lanes x);
Lanes expm1(Lanes x);
Lanes sinh(Lanes x);
Lanes cosh(Lanes x);
Lanes tanh(Lanes x);
Lanes logistic(Lanes x);

// Logarithms.cpp
Lanes log(Lanes x);
Lanes log1p(Lanes x);
Lanes log2(Lanes x);
Lanes log10(Lanes x);
Lanes asinh(Lanes x);
Lanes acosh(Lanes x);
Lanes atanh(Lanes x);

/// x = mantissa * 2^exponent with the mantissa in [low, 2 low).
struct Decomposed {
  Lanes mantissa, exponent;
};
/// `lowBits` are the bits of `low`. Positive finite x; subnormal ones only if
/// `subnormals`.
Decomposed decompose(Lanes x, uint64_t lowBits, bool subnormals);
/// The bits of sqrt(1/2), the usual `low`.
uint64_t sqrtHalfBits(Lanes like);

// Power.cpp
Lanes pow(Lanes base, Lanes exponent);

// Trigonometry.cpp
Lanes sin(Lanes x);
Lanes cos(Lanes x);
Lanes tan(Lanes x);

/// |x| less a multiple of pi/2, as hi + lo, and the multiple modulo 4 in the
/// quadrant's low bits. `lo` is zero lanes for float.
struct Reduced {
  Lanes hi, lo;
  Bits quadrant;
};
/// TrigonometricReduction.cpp: `fast` where |x| <= limit, else the reduction
/// with 192 bits of 2/pi, behind a branch that is taken if any lane needs it.
Reduced reduceHuge(Lanes magnitude, double limit, Reduced fast);

// InverseTrigonometry.cpp
Lanes asin(Lanes x);
Lanes acos(Lanes x);
Lanes atan(Lanes x);
Lanes atan2(Lanes y, Lanes x);

// ErrorFunctions.cpp
Lanes erf(Lanes x);
Lanes erfc(Lanes x);
Lanes erfinv(Lanes x);

} // namespace cotan::codegen::vector_math

#endif // COTAN_LIB_CODEGEN_VECTORMATH_FUNCTIONS_H
