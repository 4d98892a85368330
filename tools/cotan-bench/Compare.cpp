//===- Compare.cpp - two runs side by side -----------------------------------===//
//
// A machine that others use is slower at one time than at another by more than a kernel's change is worth, for minutes at a time. So a time is
// first divided by the machine's own drift: that of the other implementations of the same case where there are two (they ran in turns with it), else
// that of all other implementations of the run, else that of the FMA peak; only what remains is a change.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "Table.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace cotan::bench {
namespace {

/// Changes smaller than this are never reported: what two runs of one binary differ by.
constexpr double smallestChange = 0.08;
/// So many half-interquartile ranges of either run are noise, too.
constexpr double spreads = 2;

using ByKey = std::map<std::string, const Result *>;

ByKey timed(const Report &report) {
  ByKey map;
  for (const Result &result : report.results)
    if (result.median)
      map[result.key()] = &result;
  return map;
}

bool ofCotan(const Result &result) { return result.implementation.starts_with("cotan"); }
std::string caseOf(const Result &result) { return result.key().substr(0, result.key().rfind(" | ")); }

double medianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 1 : values.size() % 2 ? values[values.size() / 2] : (values[values.size() / 2 - 1] + values[values.size() / 2]) / 2;
}

/// Half the interquartile range over the median.
double spreadOf(const Result &result) { return (*result.upperQuartile - *result.lowerQuartile) / 2 / *result.median; }

class Comparison {
public:
  Comparison(const Report &before, const Report &after) : old(timed(before)), now(timed(after)) {
    std::vector<double> all;
    for (auto &[key, result] : now)
      if (auto was = old.find(key); was != old.end() && !ofCotan(*result)) {
        double ratio = *result->median / *was->second->median;
        all.push_back(ratio);
        others[caseOf(*result)].push_back(ratio);
      }
    if (all.size() >= 3)
      drift = medianOf(all);
    else if (before.fmaF32.count(1) && after.fmaF32.count(1))
      drift = before.fmaF32.at(1) / after.fmaF32.at(1);
  }

  bool print() {
    std::printf("%zu figures in both; the machine's drift between the runs: %+.1f %%\n", common(), 100 * (drift - 1));
    for (auto &[key, result] : now)
      if (auto was = old.find(key); was == old.end())
        report("new", key, "");
      else if (ofCotan(*result))
        compareOne(key, *was->second, *result);
    for (auto &[key, result] : old)
      if (!now.count(key))
        report("gone", key, "");
    if (changes == 0)
      std::printf("no change\n");
    return changes == 0;
  }

private:
  size_t common() const {
    return size_t(std::count_if(now.begin(), now.end(), [&](auto &entry) { return old.count(entry.first); }));
  }

  void report(const char *what, const std::string &key, const std::string &detail) {
    ++changes;
    std::printf("%-8s %s%s\n", what, key.c_str(), detail.c_str());
  }

  void compareOne(const std::string &key, const Result &was, const Result &is) {
    // One other implementation is as noisy as this one; with two or more their median is a measure of the machine.
    auto beside = others.find(caseOf(is));
    double expected = beside != others.end() && beside->second.size() >= 2 ? medianOf(beside->second) : drift;
    double change = *is.median / *was.median / expected - 1;
    // Minima say whether the program changed where medians may say that the neighbours did.
    double ofMinimum = *is.minimum / *was.minimum / expected - 1;
    double noise = std::max(smallestChange, spreads * std::max(spreadOf(was), spreadOf(is)));
    if (std::fabs(change) > noise && std::fabs(ofMinimum) > smallestChange && (change > 0) == (ofMinimum > 0)) {
      char text[160];
      std::snprintf(text, sizeof(text), ": %s -> %s, %+.0f %% (noise %.0f %%)", formatSeconds(*was.median).c_str(), formatSeconds(*is.median).c_str(),
                    100 * change, 100 * noise);
      report(change > 0 ? "slower" : "faster", key, text);
    }
    if (was.kernels != is.kernels)
      report("kernels", key, ": " + std::to_string(was.kernels.value_or(-1)) + " -> " + std::to_string(is.kernels.value_or(-1)));
    if (was.error && is.error && *is.error > 2 * *was.error && *is.error > 1e-15) {
      char text[80];
      std::snprintf(text, sizeof(text), ": %.2e -> %.2e", *was.error, *is.error);
      report("error", key, text);
    }
  }

  ByKey old, now;
  std::map<std::string, std::vector<double>> others; ///< by case
  double drift = 1;
  int changes = 0;
};

} // namespace

bool compareReports(const Report &before, const Report &after) {
  if (before.processor != after.processor)
    std::printf("NOT THE SAME PROCESSOR: %s and %s; the ratios say little\n", before.processor.c_str(), after.processor.c_str());
  for (const Report *report : {&before, &after})
    if (report->valid && !*report->valid)
      std::printf("INVALID RUN: the %s one was disturbed\n", report == &before ? "first" : "second");
  return Comparison(before, after).print();
}

} // namespace cotan::bench
