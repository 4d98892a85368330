//===- Reference.cpp - Exact values and errors in ulp ---------------------===//

#include "Reference.h"

#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace cotan::codegen::testing {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A true value as hi + lo.
struct Exact {
  double hi, lo;
};

/// A variable with more than twice double's precision.
struct Real {
  mpfr_t value;
  Real() { mpfr_init2(value, 160); }
  ~Real() { mpfr_clear(value); }
  Exact split() {
    double hi = mpfr_get_d(value, MPFR_RNDN);
    if (!std::isfinite(hi))
      return {hi, 0};
    mpfr_sub_d(value, value, hi, MPFR_RNDN);
    return {hi, mpfr_get_d(value, MPFR_RNDN)};
  }
};

/// One Newton step from y, whose error is a few ulp, squares that error. Near
/// the ends erfc(y) = 1 - x avoids what cancels.
void newtonErfinv(Real &r, Real &slope, double x, double y) {
  double start = std::isfinite(y) ? y : 0;
  mpfr_set_d(r.value, std::fabs(start), MPFR_RNDN);
  mpfr_sqr(slope.value, r.value, MPFR_RNDN);
  mpfr_exp(slope.value, slope.value, MPFR_RNDN);
  Real pi;
  mpfr_const_pi(pi.value, MPFR_RNDN);
  mpfr_sqrt(pi.value, pi.value, MPFR_RNDN);
  mpfr_mul(slope.value, slope.value, pi.value, MPFR_RNDN);
  mpfr_div_ui(slope.value, slope.value, 2, MPFR_RNDN);
  mpfr_erfc(r.value, r.value, MPFR_RNDN);
  mpfr_ui_sub(r.value, 1, r.value, MPFR_RNDN);
  if (std::fabs(start) < 1) {
    mpfr_set_d(r.value, std::fabs(start), MPFR_RNDN);
    mpfr_erf(r.value, r.value, MPFR_RNDN);
  }
  mpfr_d_sub(r.value, std::fabs(x), r.value, MPFR_RNDN);
  mpfr_mul(r.value, r.value, slope.value, MPFR_RNDN);
  mpfr_add_d(r.value, r.value, std::fabs(start), MPFR_RNDN);
  if (std::signbit(x))
    mpfr_neg(r.value, r.value, MPFR_RNDN);
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
    if (std::fabs(a) < 1 && a != 0)
      return newtonErfinv(r, x, a, result);
    if (std::fabs(a) == 1)
      mpfr_set_inf(r.value, a > 0 ? 1 : -1);
    else if (a == 0)
      mpfr_set_d(r.value, a, MPFR_RNDN);
    else
      mpfr_set_nan(r.value);
    return;
  case MathFunction::Logistic:
    mpfr_neg(x.value, x.value, MPFR_RNDN);
    mpfr_exp(x.value, x.value, MPFR_RNDN);
    mpfr_add_ui(x.value, x.value, 1, MPFR_RNDN);
    mpfr_ui_div(r.value, 1, x.value, MPFR_RNDN);
    return;
  case MathFunction::Lgamma: {
    int sign;
    mpfr_lgamma(r.value, &sign, x.value, MPFR_RNDN);
    return;
  }
  case MathFunction::Digamma:
    mpfr_digamma(r.value, x.value, MPFR_RNDN);
    if (a == 0) // The pole's side decides.
      mpfr_set_inf(r.value, std::signbit(a) ? 1 : -1);
    return;
  case MathFunction::Pow:
    mpfr_pow(r.value, x.value, y.value, MPFR_RNDN);
    return;
  case MathFunction::Atan2:
    mpfr_atan2(r.value, x.value, y.value, MPFR_RNDN);
    return;
  }
}

Exact exactByMpfr(MathFunction function, double x, double y, double result) {
  thread_local Real r, a, b;
  evaluate(function, x, y, result, r, a, b);
  return r.split();
}

Exact exactByLibm(MathFunction function, double x, double y, double result) {
  switch (function) {
  case MathFunction::Exp:
    return {std::exp(x), 0};
  case MathFunction::Exp2:
    return {std::exp2(x), 0};
  case MathFunction::Expm1:
    return {std::expm1(x), 0};
  case MathFunction::Log:
    return {std::log(x), 0};
  case MathFunction::Log1p:
    return {std::log1p(x), 0};
  case MathFunction::Log2:
    return {std::log2(x), 0};
  case MathFunction::Log10:
    return {std::log10(x), 0};
  case MathFunction::Sin:
    return {std::sin(x), 0};
  case MathFunction::Cos:
    return {std::cos(x), 0};
  case MathFunction::Tan:
    return {std::tan(x), 0};
  case MathFunction::Asin:
    return {std::asin(x), 0};
  case MathFunction::Acos:
    return {std::acos(x), 0};
  case MathFunction::Atan:
    return {std::atan(x), 0};
  case MathFunction::Sinh:
    return {std::sinh(x), 0};
  case MathFunction::Cosh:
    return {std::cosh(x), 0};
  case MathFunction::Tanh:
    return {std::tanh(x), 0};
  case MathFunction::Asinh:
    return {std::asinh(x), 0};
  case MathFunction::Acosh:
    return {std::acosh(x), 0};
  case MathFunction::Atanh:
    return {std::atanh(x), 0};
  case MathFunction::Erf:
    return {std::erf(x), 0};
  case MathFunction::Erfc:
    return {std::erfc(x), 0};
  case MathFunction::Logistic:
    return {1 / (1 + std::exp(-x)), 0};
  case MathFunction::Pow:
    return {std::pow(x, y), 0};
  case MathFunction::Atan2:
    return {std::atan2(x, y), 0};
  case MathFunction::Erfinv:
  case MathFunction::Lgamma:
  case MathFunction::Digamma:
    break;
  }
  return exactByMpfr(function, x, y, result);
}

/// `least` is the exponent of the type's smallest subnormal number, `mantissa`
/// the number of its fraction bits.
double ulpError(Exact exact, double result, int least, int mantissa, double overflow) {
  if (std::isnan(exact.hi) || std::isnan(result))
    return std::isnan(exact.hi) && std::isnan(result) ? 0 : infinity;
  double magnitude = std::fabs(exact.hi);
  // From here on the true value rounds to infinity.
  if (magnitude >= overflow || std::isinf(result))
    return result == (magnitude >= overflow ? std::copysign(infinity, exact.hi) : exact.hi) ? 0 : infinity;
  if (exact.hi == 0 && result == 0 && exact.lo == 0)
    return std::signbit(exact.hi) == std::signbit(result) ? 0 : infinity;
  int exponent = int(std::bit_cast<uint64_t>(magnitude) >> 52) - 1023 - mantissa;
  double difference = std::fabs((result - exact.hi) - exact.lo);
  if (exponent <= least || exponent < -1000)
    return std::ldexp(difference, -std::max(exponent, least));
  return difference * std::bit_cast<double>(uint64_t(1023 - exponent) << 52);
}

} // namespace

double ulpErrorF32(MathFunction function, float x, float y, float result) {
  return ulpError(exactByLibm(function, x, y, result), result, -149, 23, 0x1.ffffffp127);
}

double ulpErrorF64(MathFunction function, double x, double y, double result) {
  return ulpError(exactByMpfr(function, x, y, result), result, -1074, 52, infinity);
}

} // namespace cotan::codegen::testing
