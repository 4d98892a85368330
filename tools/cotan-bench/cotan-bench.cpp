//===- cotan-bench.cpp - figures beside their bounds ---------------------------===//

#include "Limits.h"
#include "Measure.h"

#include <cstdio>
#include <cstring>
#include <exception>

namespace cotan::bench {
namespace {

constexpr const char *help = R"(usage: cotan-bench [options]

Runs workloads through the public C++ API, checks each result against an oracle, and prints its time beside its bound, measured in
the same run: triad and a hand-written loop (ew), the FMA peak (gemm).

options:
  --only=ID      ew, gemm, call or compile
  --quick        each workload once at a small size: checks results, not speed
  --json=FILE    also write the figures as JSON
  --help         this text

Pin it to one core (taskset -c 0 cotan-bench). Set COTAN_CACHE_DIR= to measure compiles rather than loads from disk.
)";

struct Workload {
  const char *id;
  void (*run)(const Options &, std::vector<Result> &);
};
constexpr Workload workloads[] = {{"ew", runElementwise}, {"gemm", runGemm}, {"call", runCalls}, {"compile", runCompiles}};

std::string jsonNumber(double value) {
  if (value < 0)
    return "null";
  char text[40];
  std::snprintf(text, sizeof(text), "%.9g", value);
  return text;
}

bool writeJson(const std::string &path, const std::vector<Result> &results) {
  FILE *file = std::fopen(path.c_str(), "w");
  if (!file)
    return false;
  int bits = widest_vector_bits();
  std::fprintf(file, "{\"host\": {\"vector_bits\": %d}, \"limits\": {\"fma_f32_gflops\": %.4g, \"fma_f64_gflops\": %.4g},\n\"results\": [", bits,
               fma_peak_gflops_f32(bits), fma_peak_gflops_f64(bits));
  for (size_t i = 0; i < results.size(); ++i) {
    const Result &r = results[i];
    std::fprintf(file,
                 "%s\n{\"id\": \"%s\", \"case\": \"%s\", \"pass\": \"%s\", \"dtype\": \"%s\", \"threads\": 1, \"impl\": \"%s\", \"median_s\": %s, "
                 "\"min_s\": %s, \"bound_s\": %s, \"first_s\": %s, \"disk_s\": null, \"kernels\": %s, \"planned_bytes\": null, \"rss_bytes\": null, "
                 "\"max_rel_err\": %s}",
                 i ? "," : "", r.id.c_str(), r.caseName.c_str(), r.pass.c_str(), r.dtype.c_str(), r.implementation.c_str(),
                 jsonNumber(r.time.median).c_str(), jsonNumber(r.time.minimum).c_str(), jsonNumber(r.bound).c_str(), jsonNumber(r.first).c_str(),
                 jsonNumber(double(r.kernels)).c_str(), jsonNumber(r.error).c_str());
  }
  std::fprintf(file, "\n]}\n");
  return std::fclose(file) == 0;
}

void printRow(const Result &r) {
  std::printf("%-8s %-18s %-8s %-5s %-6s %12.3f us", r.id.c_str(), r.caseName.c_str(), r.pass.c_str(), r.dtype.c_str(), r.implementation.c_str(),
              r.time.median * 1e6);
  if (r.bound > 0)
    std::printf("  bound %10.3f us  %5.1f %%", r.bound * 1e6, 100 * r.bound / r.time.median);
  if (r.kernels >= 0)
    std::printf("  kernels %ld", long(r.kernels));
  if (r.error >= 0)
    std::printf("  error %.1e", r.error);
  if (r.first >= 0)
    std::printf("  first %.1f ms", r.first * 1e3);
  std::printf("\n");
}

int run(int count, char **arguments) {
  Options options;
  std::string only, json;
  for (int i = 1; i < count; ++i) {
    std::string argument = arguments[i];
    if (argument == "--help")
      return std::printf("%s", help), 0;
    if (argument == "--quick")
      options.quick = true;
    else if (argument.starts_with("--only="))
      only = argument.substr(7);
    else if (argument.starts_with("--json="))
      json = argument.substr(7);
    else
      return std::fprintf(stderr, "error: unknown option '%s'; see --help\n", argument.c_str()), 1;
  }
  int bits = widest_vector_bits();
  std::printf("FMA peak at %d bits: %.1f GF/s f32, %.1f GF/s f64\n", bits, fma_peak_gflops_f32(bits), fma_peak_gflops_f64(bits));
  std::vector<Result> all;
  bool known = only.empty();
  for (const Workload &workload : workloads) {
    if (!only.empty() && only != workload.id)
      continue;
    known = true;
    std::vector<Result> results;
    try {
      workload.run(options, results);
    } catch (const WrongResult &wrong) {
      return std::fprintf(stderr, "error: wrong result: %s\n", wrong.text.c_str()), 1;
    }
    for (const Result &result : results)
      printRow(result);
    std::fflush(stdout);
    all.insert(all.end(), results.begin(), results.end());
  }
  if (!known)
    return std::fprintf(stderr, "error: no workload '%s'; see --help\n", only.c_str()), 1;
  if (!json.empty() && !writeJson(json, all))
    return std::fprintf(stderr, "error: cannot write '%s'\n", json.c_str()), 1;
  return 0;
}

} // namespace
} // namespace cotan::bench

int main(int count, char **arguments) try {
  return cotan::bench::run(count, arguments);
} catch (const std::exception &error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
