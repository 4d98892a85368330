//===- Reference.cpp - Exact errors in ulp --------------------------------===//

#include "Reference.h"

#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cotan::codegen::testing {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A variable with 43 bits more than a double.
struct Real {
  mpfr_t value;
  Real() { mpfr_init2(value, 96); }
  ~Real() { mpfr_clear(value); }
};

struct HalfRootOfPi : Real {
  HalfRootOfPi() {
    mpfr_const_pi(value, MPFR_RNDN);
    mpfr_sqrt(value, value, MPFR_RNDN);
    mpfr_div_ui(value, value, 2, MPFR_RNDN);
  }
};

/// One Newton step from y, whose error is a few ulp, squares that error. Near
/// the ends erfc(y) = 1 - x avoids what cancels.
void newtonErfinv(Real &r, Real &slope, double x, double y) {
  double start = std::isfinite(y) ? std::min(std::fabs(y), 10.0) : 0;
  mpfr_set_d(r.value, start, MPFR_RNDN);
  mpfr_sqr(slope.value, r.value, MPFR_RNDN);
  mpfr_exp(slope.value, slope.value, MPFR_RNDN);
  thread_local HalfRootOfPi halfRootOfPi;
  mpfr_mul(slope.value, slope.value, halfRootOfPi.value, MPFR_RNDN);
  if (start < 0.5) {
    mpfr_erf(r.value, r.value, MPFR_RNDN);
    mpfr_d_sub(r.value, std::fabs(x), r.value, MPFR_RNDN);
  } else {
    mpfr_erfc(r.value, r.value, MPFR_RNDN);
    mpfr_sub_ui(r.value, r.value, 1, MPFR_RNDN);
    mpfr_add_d(r.value, r.value, std::fabs(x), MPFR_RNDN);
  }
  mpfr_mul(r.value, r.value, slope.value, MPFR_RNDN);
  mpfr_add_d(r.value, r.value, start, MPFR_RNDN);
  if (std::signbit(x))
    mpfr_neg(r.value, r.value, MPFR_RNDN);
}

void erfinv(Real &r, Real &scratch, double x, double result) {
  if (std::fabs(x) < 1 && x != 0)
    return newtonErfinv(r, scratch, x, result);
  if (std::fabs(x) == 1)
    mpfr_set_inf(r.value, x > 0 ? 1 : -1);
  else if (x == 0)
    mpfr_set_d(r.value, x, MPFR_RNDN);
  else
    mpfr_set_nan(r.value);
}

void evaluate(MathFunction function, double a, double b, double result, Real &r, Real &x, Real &y) {
  mpfr_set_d(x.value, a, MPFR_RNDN);
  mpfr_set_d(y.value, b, MPFR_RNDN);
  switch (function) {
#define UNARY(NAME, CALL)                                                                                              \
  case MathFunction::NAME:                                                                                             \
    CALL(r.value, x.value, MPFR_RNDN);                                                                                 \
    return;
    UNARY(Exp, mpfr_exp)
    UNARY(Exp2, mpfr_exp2)
    UNARY(Expm1, mpfr_expm1)
    UNARY(Log, mpfr_log)
    UNARY(Log1p, mpfr_log1p)
    UNARY(Log2, mpfr_log2)
    UNARY(Log10, mpfr_log10)
    UNARY(Sin, mpfr_sin)
    UNARY(Cos, mpfr_cos)
    UNARY(Tan, mpfr_tan)
    UNARY(Asin, mpfr_asin)
    UNARY(Acos, mpfr_acos)
    UNARY(Atan, mpfr_atan)
    UNARY(Sinh, mpfr_sinh)
    UNARY(Cosh, mpfr_cosh)
    UNARY(Tanh, mpfr_tanh)
    UNARY(Asinh, mpfr_asinh)
    UNARY(Acosh, mpfr_acosh)
    UNARY(Atanh, mpfr_atanh)
    UNARY(Erf, mpfr_erf)
    UNARY(Erfc, mpfr_erfc)
#undef UNARY
  case MathFunction::Erfinv:
    return erfinv(r, x, a, result);
  case MathFunction::Logistic:
    mpfr_neg(x.value, x.value, MPFR_RNDN);
    mpfr_exp(x.value, x.value, MPFR_RNDN);
    mpfr_add_ui(x.value, x.value, 1, MPFR_RNDN);
    mpfr_ui_div(r.value, 1, x.value, MPFR_RNDN);
    return;
  case MathFunction::Pow:
    mpfr_pow(r.value, x.value, y.value, MPFR_RNDN);
    return;
  case MathFunction::Atan2:
    mpfr_atan2(r.value, x.value, y.value, MPFR_RNDN);
    return;
  }
}

/// The error of `result`, which is a T, against `exact`, which is lost.
template <typename T> double difference(Real &exact, double result) {
  using Limits = std::numeric_limits<T>;
  if (mpfr_nan_p(exact.value) || std::isnan(result))
    return mpfr_nan_p(exact.value) && std::isnan(result) ? 0 : infinity;
  double rounded =
      sizeof(T) == sizeof(float) ? mpfr_get_flt(exact.value, MPFR_RNDN) : mpfr_get_d(exact.value, MPFR_RNDN);
  if (std::isinf(rounded) || std::isinf(result))
    return result == rounded ? 0 : infinity;
  if (result == 0 && std::signbit(result) != (mpfr_signbit(exact.value) != 0))
    return infinity;
  // MPFR's exponents are those of fractions in [1/2, 1), as Limits' are.
  long exponent = Limits::min_exponent;
  if (!mpfr_zero_p(exact.value))
    exponent = std::max<long>(exponent, mpfr_get_exp(exact.value));
  mpfr_sub_d(exact.value, exact.value, result, MPFR_RNDN);
  mpfr_mul_2si(exact.value, exact.value, Limits::digits - exponent, MPFR_RNDN);
  return std::fabs(mpfr_get_d(exact.value, MPFR_RNDN));
}

template <typename T> double errorOf(MathFunction function, T x, T y, T result) {
  thread_local Real exact, a, b;
  evaluate(function, x, y, result, exact, a, b);
  return difference<T>(exact, result);
}

} // namespace

double ulpError(MathFunction function, float x, float y, float result) { return errorOf(function, x, y, result); }

double ulpError(MathFunction function, double x, double y, double result) { return errorOf(function, x, y, result); }

} // namespace cotan::codegen::testing
