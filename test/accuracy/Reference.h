//===- Reference.h - Exact values and errors in ulp ------------*- C++ -*-===//

#ifndef COTAN_TEST_ACCURACY_REFERENCE_H
#define COTAN_TEST_ACCURACY_REFERENCE_H

#include "cotan-compiler/Codegen/VectorMath.h"

namespace cotan::codegen::testing {

/// |result - f(x, y)| in units in the last place of the true value, which is
/// taken from the C library's double functions (float results) or, where it has
/// none and for double results, from MPFR. 0 if both are NaN or the same infinity or
/// the true value rounds to the result; infinite if only one is NaN or infinite,
/// or if a zero has the wrong sign. `result` of erfinv is used as the start of
/// a Newton step that finds the true value.
double ulpErrorF32(MathFunction function, float x, float y, float result);
double ulpErrorF64(MathFunction function, double x, double y, double result);

} // namespace cotan::codegen::testing

#endif // COTAN_TEST_ACCURACY_REFERENCE_H
