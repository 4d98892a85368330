//===- Sampler.h - Arguments to try functions on ---------------*- C++ -*-===//

#ifndef COTAN_TEST_ACCURACY_SAMPLER_H
#define COTAN_TEST_ACCURACY_SAMPLER_H

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace cotan::codegen::testing {

/// Zeros, subnormal numbers, infinities, NaN, the ends of the normal range and
/// what lies beside the ends of functions' domains and ranges; of both signs.
template <typename T> const std::vector<T> &specialValues() {
  static const std::vector<T> values = [] {
    using Limits = std::numeric_limits<T>;
    std::vector<T> result;
    for (T value : {T(0),
                    T(0.5),
                    T(1),
                    T(2),
                    T(3),
                    Limits::infinity(),
                    Limits::quiet_NaN(),
                    Limits::denorm_min(),
                    3 * Limits::denorm_min(),
                    Limits::min() / 2,
                    Limits::min() - Limits::denorm_min(),
                    Limits::min(),
                    Limits::max(),
                    Limits::max() / 2,
                    Limits::epsilon(),
                    1 - Limits::epsilon() / 2,
                    1 + Limits::epsilon(),
                    T(1.5707963267948966),
                    T(3.141592653589793),
                    // The double nearest to a multiple of pi/2.
                    std::ldexp(T(6381956970095103), sizeof(T) == 4 ? 0 : 797),
                    T(10.05),
                    T(27.22),
                    T(88.72283935546875),
                    T(104),
                    T(128),
                    T(150),
                    T(709.782712893384),
                    T(745.2),
                    T(1024),
                    T(1075)}) {
      result.push_back(value);
      result.push_back(-value);
    }
    return result;
  }();
  return values;
}

/// Random numbers of several kinds: any bits, subnormal ones, the usual ranges,
/// around 1, powers of two of all sizes, halves of integers, special values.
template <typename T> class Sampler {
public:
  explicit Sampler(uint64_t seed) : random(seed) {}

  T next() {
    constexpr T exponentRange = sizeof(T) == 4 ? 110 : 760; // of exp
    switch (random() % 10) {
    case 0:
      return std::bit_cast<T>(static_cast<Bits>(random()));
    case 1:
      return subnormal();
    case 2:
      return uniform(1);
    case 3:
      return uniform(10);
    case 4:
      return uniform(30);
    case 5:
      return uniform(exponentRange);
    case 6:
      return T(1) + uniform(1) * std::ldexp(T(1), -int(random() % std::numeric_limits<T>::digits));
    case 7:
      return uniform(1) * std::ldexp(T(1), int(random() % 80) - 40);
    case 8:
      return T(int64_t(random() % 200) - 100) / 2;
    default:
      return specialValues<T>()[random() % specialValues<T>().size()];
    }
  }

private:
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

  /// In [-bound, bound).
  T uniform(T bound) { return bound * T(std::ldexp(double(random() >> 11), -52) - 1); }

  /// Of any number of bits.
  T subnormal() {
    constexpr unsigned fractionBits = std::numeric_limits<T>::digits - 1;
    Bits fraction = static_cast<Bits>(random()) & ((Bits(1) << fractionBits) - 1);
    T magnitude = std::bit_cast<T>(static_cast<Bits>(fraction >> random() % fractionBits));
    return random() & 1 ? -magnitude : magnitude;
  }

  std::mt19937_64 random;
};

} // namespace cotan::codegen::testing

#endif // COTAN_TEST_ACCURACY_SAMPLER_H
