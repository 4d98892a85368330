//===- cotan-vector-math-accuracy.cpp - Errors and speed of vector math ---===//
//
// Prints the worst error of each function and the argument where it occurs: for
// float by all arguments (or every --stride-th) and for double by --samples
// random ones with special values among them; two arguments are always random.
// With --time it prints nanoseconds an element instead.
//
//===----------------------------------------------------------------------===//

#include "../unit/Codegen/VectorMathHarness.h"
#include "Reference.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string_view>
#include <thread>

using namespace cotan::codegen;
using namespace cotan::codegen::testing;

namespace {

struct Options {
  std::string functions; // names between commas; empty for all
  std::string types = "f32,f64";
  int64_t samples = 10'000'000;
  uint64_t stride = 1;
  unsigned threads = std::thread::hardware_concurrency();
  bool time = false;
};

struct Worst {
  double error = -1, x = 0, y = 0, result = 0;
  void include(const Worst &other) {
    if (other.error > error)
      *this = other;
  }
};

constexpr int64_t blockSize = 4096;

template <typename T> double ulpError(MathFunction function, T x, T y, T result) {
  if constexpr (sizeof(T) == 4)
    return ulpErrorF32(function, x, y, result);
  else
    return ulpErrorF64(function, x, y, result);
}

/// Beside their negative roots, relative errors of digamma and lgamma have no
/// bound; only positive arguments are measured.
bool isUnbounded(MathFunction function, double x) {
  return (function == MathFunction::Digamma || function == MathFunction::Lgamma) && x < 0;
}

/// Runs blocks of arguments, which `fill` writes, and keeps the worst error.
template <typename T>
Worst measure(const FunctionInfo &info, ArrayFunction function, int64_t blocks, unsigned threads,
              const std::function<void(int64_t block, T *x, T *y)> &fill) {
  std::vector<Worst> results(threads);
  std::vector<std::thread> workers;
  for (unsigned thread = 0; thread != threads; ++thread)
    workers.emplace_back([&, thread] {
      std::vector<T> x(blockSize), y(blockSize), result(blockSize);
      Worst worst;
      for (int64_t block = thread; block < blocks; block += threads) {
        fill(block, x.data(), y.data());
        function(x.data(), y.data(), result.data(), blockSize);
        for (int64_t i = 0; i != blockSize; ++i)
          if (!isUnbounded(info.function, x[i]))
            worst.include({ulpError<T>(info.function, x[i], y[i], result[i]), x[i], y[i], result[i]});
      }
      results[thread] = worst;
    });
  for (std::thread &worker : workers)
    worker.join();
  Worst worst;
  for (const Worst &result : results)
    worst.include(result);
  return worst;
}

/// Random numbers of several kinds: any bits, the usual range, around 1, around
/// the ends of exp's range, and special values.
template <typename T> class Sampler {
public:
  explicit Sampler(uint64_t seed) : random(seed) {}

  T next() {
    using Integer = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
    switch (random() % 8) {
    case 0:
      return std::bit_cast<T>(static_cast<Integer>(random()));
    case 1:
      return uniform(-1, 1);
    case 2:
      return uniform(-10, 10);
    case 3:
      return uniform(sizeof(T) == 4 ? -110 : -760, sizeof(T) == 4 ? 110 : 760);
    case 4:
      return T(1) + uniform(-1, 1) * std::ldexp(T(1), -int(random() % 30));
    case 5:
      return uniform(-1, 1) * std::ldexp(T(1), int(random() % 80) - 40);
    case 6:
      return T(int64_t(random() % 200) - 100) / 2;
    default:
      return special();
    }
  }

private:
  T uniform(T low, T high) { return low + (high - low) * T(std::ldexp(double(random() >> 11), -53)); }

  T special() {
    using Limits = std::numeric_limits<T>;
    static const T values[] = {0,
                               1,
                               T(0.5),
                               2,
                               Limits::infinity(),
                               Limits::quiet_NaN(),
                               Limits::denorm_min(),
                               Limits::min(),
                               Limits::max(),
                               Limits::epsilon(),
                               T(1.5707963267948966),
                               T(3.141592653589793),
                               1 - Limits::epsilon() / 2,
                               1 + Limits::epsilon(),
                               Limits::min() / 2,
                               Limits::max() / 2};
    uint64_t bits = random();
    T value = values[bits % std::size(values)];
    return bits & (1 << 20) ? -value : value;
  }

  std::mt19937_64 random;
};

template <typename T>
void printWorst(const FunctionInfo &info, const char *points, const Worst &worst, double seconds) {
  std::printf("%-9s %-4s %-12s %8.3f at %.17g", info.name, sizeof(T) == 4 ? "f32" : "f64", points, worst.error,
              worst.x);
  if (info.arity == 2)
    std::printf(", %.17g", worst.y);
  std::printf(" (%a gives %a), %.0f s\n", worst.x, worst.result, seconds);
  std::fflush(stdout);
}

template <typename T> void measureFunction(Harness &harness, const FunctionInfo &info, const Options &options) {
  constexpr bool isDouble = sizeof(T) == 8;
  ArrayFunction function = harness.compile(info, isDouble, isDouble ? 8 : 16);
  auto start = std::chrono::steady_clock::now();
  Worst worst;
  char points[32];
  if (!isDouble && info.arity == 1) {
    uint64_t count = (uint64_t(1) << 32) / options.stride;
    std::snprintf(points, sizeof points, options.stride == 1 ? "all" : "1/%" PRIu64, options.stride);
    worst =
        measure<T>(info, function, (count + blockSize - 1) / blockSize, options.threads, [&](int64_t block, T *x, T *) {
          for (int64_t i = 0; i != blockSize; ++i)
            x[i] = std::bit_cast<float>(uint32_t((block * blockSize + i) * options.stride));
        });
  } else {
    std::snprintf(points, sizeof points, "%.2g", double(options.samples));
    worst = measure<T>(info, function, (options.samples + blockSize - 1) / blockSize, options.threads,
                       [&](int64_t block, T *x, T *y) {
                         Sampler<T> sampler(block);
                         for (int64_t i = 0; i != blockSize; ++i) {
                           x[i] = sampler.next();
                           y[i] = sampler.next();
                         }
                       });
  }
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  printWorst<T>(info, points, worst, seconds.count());
}

/// The best of several runs over an array that lies in the first-level cache.
template <typename T> double nanosecondsAnElement(ArrayFunction function) {
  constexpr int64_t count = 2048;
  std::vector<T> x(count), y(count), result(count);
  for (int64_t i = 0; i != count; ++i) {
    x[i] = T(0.05) + T(i) * T(0.9 / count);
    y[i] = T(1.5) - x[i];
  }
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run != 20; ++run) {
    constexpr int repetitions = 20;
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i != repetitions; ++i)
      function(x.data(), y.data(), result.data(), count);
    std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count() / (repetitions * count));
  }
  return best;
}

template <typename T> void timeFunction(Harness &harness, const FunctionInfo &info) {
  constexpr bool isDouble = sizeof(T) == 8;
  std::printf("%-9s %-4s", info.name, isDouble ? "f64" : "f32");
  for (unsigned bits : {512u, 256u}) {
    ArrayFunction function = harness.compile(info, isDouble, bits / (8 * sizeof(T)), bits);
    std::printf(" %7.3f", nanosecondsAnElement<T>(function));
  }
  std::printf("\n");
}

bool contains(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == name)
      return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool parse(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    auto value = [&](const char *prefix) -> const char * {
      size_t length = std::strlen(prefix);
      return argument.compare(0, length, prefix) == 0 ? argument.c_str() + length : nullptr;
    };
    if (const char *text = value("--functions="))
      options.functions = text;
    else if (const char *text = value("--types="))
      options.types = text;
    else if (const char *text = value("--samples="))
      options.samples = int64_t(std::strtod(text, nullptr));
    else if (const char *text = value("--stride="))
      options.stride = std::max<uint64_t>(1, std::strtoull(text, nullptr, 10));
    else if (const char *text = value("--threads="))
      options.threads = std::max(1, std::atoi(text));
    else if (argument == "--time")
      options.time = true;
    else
      return false;
  }
  return true;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: %s [--functions=exp,log,...] [--types=f32,f64] [--samples=n] [--stride=n] "
                 "[--threads=n] [--time]\n",
                 argv[0]);
    return 2;
  }
  Harness harness;
  if (options.time)
    std::printf("%-14s %7s %7s  ns an element\n", "function", "512 bit", "256 bit");
  for (const FunctionInfo &info : allFunctions()) {
    if (!options.functions.empty() && !contains(options.functions, info.name))
      continue;
    if (contains(options.types, "f32"))
      options.time ? timeFunction<float>(harness, info) : measureFunction<float>(harness, info, options);
    if (contains(options.types, "f64"))
      options.time ? timeFunction<double>(harness, info) : measureFunction<double>(harness, info, options);
  }
  return 0;
}
