//===- Reference.h - Exact errors in ulp -----------------------*- C++ -*-===//

#ifndef COTAN_TEST_ACCURACY_REFERENCE_H
#define COTAN_TEST_ACCURACY_REFERENCE_H

#include "cotan-compiler/Codegen/VectorMath.h"

namespace cotan::codegen::testing {

/// |result - f(x, y)| in units in the last place of the true value, which is
/// taken from MPFR. 0 if both are NaN or the same infinity; infinite if only one
/// is NaN, if the result is infinite and the true value does not round to
/// infinity or the other way round, or if a result of zero has the wrong sign.
/// `result` of erfinv is used as the start of a Newton step that finds the true
/// value.
double ulpError(MathFunction function, float x, float y, float result);
double ulpError(MathFunction function, double x, double y, double result);

} // namespace cotan::codegen::testing

#endif // COTAN_TEST_ACCURACY_REFERENCE_H
