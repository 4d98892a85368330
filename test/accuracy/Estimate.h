//===- Estimate.h - Errors of many float results, quickly ------*- C++ -*-===//
//
// All 2^32 floats are too many for MPFR. Here the true value is a double from
// the C library, whose error of a few double ulp is less than 2^-25 float ulp:
// good enough to tell which argument's error must be measured by Reference.h.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TEST_ACCURACY_ESTIMATE_H
#define COTAN_TEST_ACCURACY_ESTIMATE_H

#include "cotan-compiler/Codegen/VectorMath.h"

#include <cstdint>

namespace cotan::codegen::testing {

/// Writes ulpError (Reference.h) of `count` results, but for the double's
/// rounding, and NaN or infinity where only one value is NaN, only one is
/// infinite or a zero has the wrong sign. `count` is a multiple of 4 and at most
/// 4096.
void estimateUlpErrors(MathFunction function, const float *x, const float *y, const float *result, double *errors,
                       int64_t count);

} // namespace cotan::codegen::testing

#endif // COTAN_TEST_ACCURACY_ESTIMATE_H
