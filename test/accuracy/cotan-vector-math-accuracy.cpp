//===- cotan-vector-math-accuracy.cpp - Errors and speed of vector math ---===//
//
// Prints the worst error of each function and the argument where it occurs: for
// float by all arguments (or every --stride-th) and for double by --samples
// random ones after all special values; two arguments are always such samples.
// With --time it prints nanoseconds an element instead.
//
//===----------------------------------------------------------------------===//

#include "../unit/Codegen/VectorMathHarness.h"
#include "Estimate.h"
#include "Reference.h"
#include "Sampler.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <string_view>
#include <thread>
#include <type_traits>

using namespace cotan::codegen;
using namespace cotan::codegen::testing;

namespace {

struct Options {
  std::string functions; // names between commas; empty for all
  std::string types = "f32,f64";
  int64_t samples = 10'000'000;
  uint64_t stride = 1;
  unsigned threads = std::thread::hardware_concurrency();
  double bound = 2;
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

/// Includes the block's results. Floats are many: only where the estimate exceeds
/// the worst error by more than its own (or is NaN) MPFR is asked.
template <typename T>
void includeBlock(Worst &worst, MathFunction function, const T *x, const T *y, const T *result) {
  double estimates[blockSize];
  constexpr bool estimated = sizeof(T) == sizeof(float);
  if constexpr (estimated)
    estimateUlpErrors(function, x, y, result, estimates, blockSize);
  for (int64_t i = 0; i != blockSize; ++i)
    if (!estimated || !(estimates[i] <= worst.error + 1e-6))
      worst.include({ulpError(function, x[i], y[i], result[i]), x[i], y[i], result[i]});
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
        includeBlock(worst, info.function, x.data(), y.data(), result.data());
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

/// The block's samples; the first block begins with all special values, for two
/// arguments with all pairs of them.
template <typename T> void sampleBlock(unsigned arity, int64_t block, T *x, T *y) {
  Sampler<T> sampler(block);
  for (int64_t i = 0; i != blockSize; ++i) {
    x[i] = sampler.next();
    y[i] = sampler.next();
  }
  if (block != 0)
    return;
  const std::vector<T> &specials = specialValues<T>();
  size_t size = specials.size(), count = arity == 1 ? size : size * size;
  for (size_t i = 0; i != count; ++i) {
    x[i] = specials[i % size];
    y[i] = specials[i / size];
  }
}

template <typename T>
void printWorst(const FunctionInfo &info, const char *points, const Worst &worst, double seconds) {
  std::printf("%-9s %-4s %-12s %8.3f at %.17g", info.name, sizeof(T) == 4 ? "f32" : "f64", points, worst.error,
              worst.x);
  if (info.arity == 2)
    std::printf(", %.17g", worst.y);
  std::printf(" (%a gives %a), %.0f s\n", worst.x, worst.result, seconds);
  std::fflush(stdout);
}

/// Returns the worst error.
template <typename T> double measureFunction(Harness &harness, const FunctionInfo &info, const Options &options) {
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
                       [&](int64_t block, T *x, T *y) { sampleBlock(info.arity, block, x, y); });
  }
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  printWorst<T>(info, points, worst, seconds.count());
  return worst.error;
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

constexpr const char *usage = R"(usage: cotan-vector-math-accuracy [options]

Prints the worst error of Cotan's vector functions in units in the last place
(ulp), with the argument where it occurs. Every float is tried; functions of
doubles and of two arguments are tried on all special values and then on random
samples: any bits, subnormal numbers, usual ranges, around 1, the ends of exp's
range. The true values are MPFR's; for floats the C library's double functions
choose which arguments MPFR is asked about.

A value that is NaN, an infinity or a zero of the wrong sign on one side only
counts as an infinite error. The exit status is 1 if a function's worst error
exceeds the bound, and 2 if an option is wrong.

  --functions=NAME,...  only these functions
  --types=f32,f64       only these types
  --samples=N           samples where not every argument is tried (1e7)
  --stride=N            every N-th float instead of all
  --bound=ULP           the largest error that passes (2)
  --threads=N           threads (one a processor)
  --time                print nanoseconds an element at 512 and 256 bits instead
  --help                print this

Examples:
  cotan-vector-math-accuracy                                  the whole table
  cotan-vector-math-accuracy --functions=exp,tanh --types=f32 --stride=1001
  cotan-vector-math-accuracy --functions=erfc --types=f64 --samples=1e6
  cotan-vector-math-accuracy --time
)";

/// Whether each name of `list` is among `known`; else names the first that is not.
bool checkNames(const char *option, std::string_view list, const std::vector<std::string_view> &known) {
  while (!list.empty()) {
    std::string_view name = list.substr(0, list.find(','));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      std::fprintf(stderr, "error: %s: unknown name '%.*s'\n", option, int(name.size()), name.data());
      return false;
    }
    list.remove_prefix(std::min(name.size() + 1, list.size()));
  }
  return true;
}

/// Reads a positive number (of a whole number's type, at least 1); returns false and says so if `text` is something else.
template <typename Number> bool readNumber(const char *argument, const char *text, Number &result) {
  char *end;
  double number = std::strtod(text, &end);
  if (end != text && *end == 0 && number >= (std::is_integral_v<Number> ? 1 : 0) && number < 4e9) {
    result = Number(number);
    return true;
  }
  std::fprintf(stderr, "error: '%s': expected a positive number\n", argument);
  return false;
}

bool parseArgument(const char *argument, Options &options) {
  auto value = [&](const char *prefix) -> const char * {
    size_t length = std::strlen(prefix);
    return std::strncmp(argument, prefix, length) == 0 ? argument + length : nullptr;
  };
  if (const char *text = value("--samples="))
    return readNumber(argument, text, options.samples);
  if (const char *text = value("--stride="))
    return readNumber(argument, text, options.stride);
  if (const char *text = value("--threads="))
    return readNumber(argument, text, options.threads);
  if (const char *text = value("--bound="))
    return readNumber(argument, text, options.bound);
  if (const char *text = value("--functions="))
    options.functions = text;
  else if (const char *text = value("--types="))
    options.types = text;
  else if (std::strcmp(argument, "--time") == 0)
    options.time = true;
  else {
    std::fprintf(stderr, "error: unknown argument '%s'; see --help\n", argument);
    return false;
  }
  return true;
}

bool parse(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i)
    if (!parseArgument(argv[i], options))
      return false;
  std::vector<std::string_view> names;
  for (const FunctionInfo &info : allFunctions())
    names.push_back(info.name);
  return checkNames("--functions", options.functions, names) && checkNames("--types", options.types, {"f32", "f64"});
}

template <typename T>
void runFunction(Harness &harness, const FunctionInfo &info, const Options &options, std::vector<std::string> &failed) {
  const char *type = sizeof(T) == 4 ? "f32" : "f64";
  if (!contains(options.types, type))
    return;
  if (options.time)
    return timeFunction<T>(harness, info);
  if (measureFunction<T>(harness, info, options) > options.bound)
    failed.push_back(std::string(info.name) + " " + type);
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--help") {
      std::fputs(usage, stdout);
      return 0;
    }
  if (!parse(argc, argv, options))
    return 2;
  Harness harness;
  if (options.time)
    std::printf("%-14s %7s %7s  ns an element\n", "function", "512 bit", "256 bit");
  else
    std::printf("%-9s %-4s %-12s %8s at\n", "function", "type", "arguments", "ulp");
  std::vector<std::string> failed;
  for (const FunctionInfo &info : allFunctions()) {
    if (!options.functions.empty() && !contains(options.functions, info.name))
      continue;
    runFunction<float>(harness, info, options, failed);
    runFunction<double>(harness, info, options, failed);
  }
  for (const std::string &name : failed)
    std::fprintf(stderr, "error: %s exceeds %g ulp\n", name.c_str(), options.bound);
  return failed.empty() ? 0 : 1;
}
