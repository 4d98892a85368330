//===- Estimate.cpp - Errors of many float results, quickly ---------------===//

#include "Estimate.h"

#include <bit>
#include <cmath>
#include <limits>

#ifdef COTAN_HAVE_LIBMVEC
/// Four doubles, as the C library's vector functions take and return them.
typedef double FourDoubles __attribute__((vector_size(32)));
#define COTAN_VECTOR_FUNCTION(NAME) extern "C" FourDoubles _ZGVdN4v_##NAME(FourDoubles);
#define COTAN_VECTOR_FUNCTION_OF_TWO(NAME) extern "C" FourDoubles _ZGVdN4vv_##NAME(FourDoubles, FourDoubles);
#else
#define COTAN_VECTOR_FUNCTION(NAME)
#define COTAN_VECTOR_FUNCTION_OF_TWO(NAME)
#endif

COTAN_VECTOR_FUNCTION(exp)
COTAN_VECTOR_FUNCTION(exp2)
COTAN_VECTOR_FUNCTION(expm1)
COTAN_VECTOR_FUNCTION(log)
COTAN_VECTOR_FUNCTION(log1p)
COTAN_VECTOR_FUNCTION(log2)
COTAN_VECTOR_FUNCTION(log10)
COTAN_VECTOR_FUNCTION(sin)
COTAN_VECTOR_FUNCTION(cos)
COTAN_VECTOR_FUNCTION(tan)
COTAN_VECTOR_FUNCTION(asin)
COTAN_VECTOR_FUNCTION(acos)
COTAN_VECTOR_FUNCTION(atan)
COTAN_VECTOR_FUNCTION(sinh)
COTAN_VECTOR_FUNCTION(cosh)
COTAN_VECTOR_FUNCTION(tanh)
COTAN_VECTOR_FUNCTION(asinh)
COTAN_VECTOR_FUNCTION(acosh)
COTAN_VECTOR_FUNCTION(atanh)
COTAN_VECTOR_FUNCTION(erf)
COTAN_VECTOR_FUNCTION(erfc)
COTAN_VECTOR_FUNCTION_OF_TWO(pow)
COTAN_VECTOR_FUNCTION_OF_TWO(atan2)

namespace cotan::codegen::testing {

namespace {

constexpr int64_t maxCount = 4096;
constexpr double infinity = std::numeric_limits<double>::infinity();

#ifdef COTAN_HAVE_LIBMVEC
template <FourDoubles (*vector)(FourDoubles)>
void apply(const double *x, double *result, int64_t count) {
  for (int64_t i = 0; i != count; i += 4) {
    FourDoubles argument;
    __builtin_memcpy(&argument, x + i, sizeof argument);
    FourDoubles value = vector(argument);
    __builtin_memcpy(result + i, &value, sizeof value);
  }
}
template <FourDoubles (*vector)(FourDoubles, FourDoubles)>
void apply(const double *x, const double *y, double *result, int64_t count) {
  for (int64_t i = 0; i != count; i += 4) {
    FourDoubles first, second;
    __builtin_memcpy(&first, x + i, sizeof first);
    __builtin_memcpy(&second, y + i, sizeof second);
    FourDoubles value = vector(first, second);
    __builtin_memcpy(result + i, &value, sizeof value);
  }
}
#define APPLY(NAME) apply<_ZGVdN4v_##NAME>
#define APPLY_TO_TWO(NAME) apply<_ZGVdN4vv_##NAME>
#else
template <double (*scalar)(double)> void apply(const double *x, double *result, int64_t count) {
  for (int64_t i = 0; i != count; ++i)
    result[i] = scalar(x[i]);
}
template <double (*scalar)(double, double)>
void apply(const double *x, const double *y, double *result, int64_t count) {
  for (int64_t i = 0; i != count; ++i)
    result[i] = scalar(x[i], y[i]);
}
#define APPLY(NAME) apply<::NAME>
#define APPLY_TO_TWO(NAME) apply<::NAME>
#endif

void logistic(const double *x, double *result, int64_t count) {
  double negated[maxCount], power[maxCount];
  for (int64_t i = 0; i != count; ++i)
    negated[i] = -x[i];
  APPLY(exp)(negated, power, count);
  for (int64_t i = 0; i != count; ++i)
    result[i] = 1 / (1 + power[i]);
}

/// One Newton step from `start`, whose error of about a float ulp it squares.
/// erfc(y) = 1 - x avoids what cancels near the ends.
void erfinv(const double *x, const double *start, double *result, int64_t count) {
  double y[maxCount], square[maxCount], erfOfY[maxCount], erfcOfY[maxCount], power[maxCount];
  for (int64_t i = 0; i != count; ++i) {
    y[i] = std::fabs(start[i]) < 10 ? std::fabs(start[i]) : 0;
    square[i] = y[i] * y[i];
  }
  APPLY(erf)(y, erfOfY, count);
  APPLY(erfc)(y, erfcOfY, count);
  APPLY(exp)(square, power, count);
  for (int64_t i = 0; i != count; ++i) {
    double magnitude = std::fabs(x[i]);
    double excess = y[i] < 0.5 ? magnitude - erfOfY[i] : erfcOfY[i] - (1 - magnitude);
    double value = y[i] + excess * 0.88622692545275801 * power[i];
    value = magnitude == 1 ? infinity : value;
    value = magnitude <= 1 ? value : std::numeric_limits<double>::quiet_NaN();
    result[i] = std::copysign(value, x[i]);
  }
}

void evaluate(MathFunction function, const double *x, const double *y, const double *result, double *exact,
              int64_t count) {
  switch (function) {
#define UNARY(CASE, NAME)                                                                                              \
  case MathFunction::CASE:                                                                                             \
    return APPLY(NAME)(x, exact, count);
    UNARY(Exp, exp)
    UNARY(Exp2, exp2)
    UNARY(Expm1, expm1)
    UNARY(Log, log)
    UNARY(Log1p, log1p)
    UNARY(Log2, log2)
    UNARY(Log10, log10)
    UNARY(Sin, sin)
    UNARY(Cos, cos)
    UNARY(Tan, tan)
    UNARY(Asin, asin)
    UNARY(Acos, acos)
    UNARY(Atan, atan)
    UNARY(Sinh, sinh)
    UNARY(Cosh, cosh)
    UNARY(Tanh, tanh)
    UNARY(Asinh, asinh)
    UNARY(Acosh, acosh)
    UNARY(Atanh, atanh)
    UNARY(Erf, erf)
    UNARY(Erfc, erfc)
#undef UNARY
  case MathFunction::Erfinv:
    return erfinv(x, result, exact, count);
  case MathFunction::Logistic:
    return logistic(x, exact, count);
  case MathFunction::Pow:
    return APPLY_TO_TWO(pow)(x, y, exact, count);
  case MathFunction::Atan2:
    return APPLY_TO_TWO(atan2)(x, y, exact, count);
  }
}

/// Without branches, so that compilers make vector code of it.
double errorInFloatUlp(double exact, double result) {
  // From here on the true value rounds to infinity.
  exact = std::fabs(exact) >= 0x1.ffffffp127 ? std::copysign(infinity, exact) : exact;
  // 2^23 over the power of two at or below |exact|, at least that of the subnormals.
  uint64_t exponent = std::bit_cast<uint64_t>(std::fabs(exact)) & 0x7ff0000000000000;
  uint64_t least = uint64_t(1023 - 126) << 52;
  exponent = exponent < least ? least : exponent;
  double scale = std::bit_cast<double>((uint64_t(2 * 1023 + 23) << 52) - exponent);
  double error = std::fabs(result - exact) * scale;
  error = result == exact || (result != result && exact != exact) ? 0 : error;
  bool signsDiffer = std::bit_cast<int64_t>(result) < 0 != std::bit_cast<int64_t>(exact) < 0;
  return result == 0 && signsDiffer ? infinity : error;
}

} // namespace

void estimateUlpErrors(MathFunction function, const float *x, const float *y, const float *result, double *errors,
                       int64_t count) {
  double wideX[maxCount], wideY[maxCount], wideResult[maxCount], exact[maxCount];
  for (int64_t i = 0; i != count; ++i) {
    wideX[i] = x[i];
    wideY[i] = y[i];
    wideResult[i] = result[i];
  }
  evaluate(function, wideX, wideY, wideResult, exact, count);
  for (int64_t i = 0; i != count; ++i)
    errors[i] = errorInFloatUlp(exact[i], wideResult[i]);
}

} // namespace cotan::codegen::testing
