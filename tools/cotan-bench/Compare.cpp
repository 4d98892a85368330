//===- Compare.cpp - two runs side by side -----------------------------------===//
//
// A machine that others use is slower at one time than at another by more than a kernel's change is worth, for minutes at a time. A change is what three
// views agree on: Cotan's ratio to the implementations that ran in turns with it, its median, its minimum. How exactly a run knows a ratio is in the run
// (its standard error over the rounds); how far two references disagree about the change is known here. The median is divided by the machine's drift, that
// of all other implementations of the run, else that of the FMA peak. What a run says was disturbed is held to a much larger change, unless its calls are
// so short that the run found moments between the disturbances for them.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "Table.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <stdexcept>

namespace cotan::bench {
namespace {

/// Smaller changes are never reported: what two runs of one binary differ by, as their code and arrays lie at other addresses.
constexpr double smallestChange = 0.1;
/// Nor are those of times that were disturbed: neighbours slow one code more than another. Where nothing ran beside it, they may have been there in one
/// run alone, and halve the speed.
constexpr double smallestChangeOfDisturbed = 0.5, smallestChangeAlone = 1.1;
/// So many standard errors are noise.
constexpr double errors = 4;
/// First calls are measured once each: of them only what is that much slower or faster is reported, and nothing below a tenth of a second.
constexpr double firstCallChange = 3.5, shortestFirstCall = 0.1;
/// Of peak memory.
constexpr double memoryChange = 1.25;

using ByKey = std::map<std::string, const Result *>;

bool ofCotan(const Result &result) { return result.implementation.starts_with("cotan"); }
/// The workload on so many threads: what `--only` and `--threads` leave out as a whole.
std::string runOf(const Result &result) { return result.id + " on " + std::to_string(result.threads); }
std::string caseOf(const Result &result) { return result.key().substr(0, result.key().rfind(" | ")); }

double medianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values.size() % 2 ? values[values.size() / 2] : (values[values.size() / 2 - 1] + values[values.size() / 2]) / 2;
}

/// What was measured, or what Cotan should have given.
ByKey byKey(const Report &report) {
  ByKey map;
  for (const Result &result : report.results)
    if (result.median || ofCotan(result))
      map[result.key()] = &result;
  return map;
}

/// A change of a logarithm and how large it may be by chance.
struct Change {
  double value = 0, noise = 0;
};

class Comparison {
public:
  Comparison(const Report &before, const Report &after) : old(byKey(before)), now(byKey(after)) {
    findOtherVersions(before, after);
    filtered = before.filtered || after.filtered;
    for (const Result &result : before.results)
      ranBefore.insert(runOf(result));
    for (const Result &result : after.results)
      ranNow.insert(runOf(result));
    std::vector<double> all;
    for (auto &[key, result] : now)
      if (const Result *was = earlier(key); was && isReference(*result) && was->median && result->median) {
        references[caseOf(*result)].push_back({was, result});
        if (!wasDisturbed({was, result}))
          all.push_back(std::log(*result->median / *was->median));
      }
    if (before.fmaF32.count(1) && after.fmaF32.count(1))
      clockDrift = std::log(before.fmaF32.at(1) / after.fmaF32.at(1));
    drift = all.size() >= 3 ? medianOf(all) : clockDrift;
  }

  bool print() {
    if (common() == 0)
      throw std::runtime_error("cannot compare: the runs have no figure in common");
    std::printf("%zu figures in both; the machine's drift between the runs: %+.1f %%\n", common(), 100 * std::expm1(drift));
    printNotInBoth(ranBefore, ranNow, "first");
    printNotInBoth(ranNow, ranBefore, "second");
    for (const std::string &peer : otherVersions)
      std::printf("%s is of another version: nothing is measured by it\n", peer.c_str());
    for (auto &[key, result] : now)
      if (ofCotan(*result)) {
        if (const Result *was = earlier(key))
          compareOne(key, *was, *result);
        else if (ranBefore.count(runOf(*result)) && !filtered)
          report("new", key, "");
      }
    for (auto &[key, result] : old)
      if (ofCotan(*result) && !now.count(key) && ranNow.count(runOf(*result)) && !filtered)
        report("gone", key, "");
    if (uncertainTimes > 0)
      std::printf("%d of Cotan's times were disturbed in one of the runs: of them only changes above %.0f %% are reported (%.0f %% where nothing ran beside)\n",
                  uncertainTimes, 100 * smallestChangeOfDisturbed, 100 * smallestChangeAlone);
    if (changes == 0)
      std::printf("no change\n");
    return changes == 0;
  }

private:
  using Pair = std::pair<const Result *, const Result *>; ///< before, after

  void findOtherVersions(const Report &before, const Report &after) {
    for (auto &[peer, version] : after.peers)
      if (auto was = before.peers.find(peer); was != before.peers.end() && was->second != version)
        otherVersions.insert(peer);
  }

  static bool wasDisturbed(const Pair &pair) { return pair.first->disturbed || pair.second->disturbed; }
  bool isReference(const Result &result) const { return !ofCotan(result) && !otherVersions.count(result.implementation); }

  const Result *earlier(const std::string &key) const {
    auto was = old.find(key);
    return was == old.end() ? nullptr : was->second;
  }

  size_t common() const {
    return size_t(std::count_if(now.begin(), now.end(), [&](auto &entry) { return entry.second->median && earlier(entry.first) && earlier(entry.first)->median; }));
  }

  static void printNotInBoth(const std::set<std::string> &here, const std::set<std::string> &there, const char *which) {
    std::string names;
    for (const std::string &name : here)
      if (!there.count(name))
        names += (names.empty() ? "" : ", ") + name;
    if (!names.empty())
      std::printf("only in the %s (workload on threads): %s\n", which, names.c_str());
  }

  void report(const char *what, const std::string &key, const std::string &detail) {
    ++changes;
    std::printf("%-8s %s%s\n", what, key.c_str(), detail.c_str());
  }

  /// Of `cotan` against those that ran in turns with it.
  Change againstReferences(const std::vector<Pair> &pairs) const {
    std::vector<double> values, noises, deviations;
    for (auto &[was, is] : pairs) {
      values.push_back(std::log(*was->ratio / *is->ratio));
      noises.push_back(errors * std::hypot(was->ratioError.value_or(0), is->ratioError.value_or(0)));
    }
    double median = medianOf(values);
    for (double value : values)
      deviations.push_back(std::fabs(value - median));
    return {median, std::max(medianOf(noises), 2 * medianOf(deviations))};
  }

  Change byMedians(const Result &was, const Result &is) const {
    auto spread = [](const Result &result) { return (result.upperQuartile.value_or(0) - result.lowerQuartile.value_or(0)) / *result.median; };
    return {std::log(*is.median / *was.median) - drift, std::max(spread(was), spread(is))};
  }

  /// By the ratios to those beside it; nothing where nobody was. What was disturbed is a reference for what was disturbed.
  std::optional<Change> byRatios(const Result &was, const Result &is) const {
    auto beside = references.find(caseOf(is));
    std::vector<Pair> pairs;
    if (beside != references.end())
      for (const Pair &pair : beside->second)
        if (pair.first->ratio && pair.second->ratio && (!wasDisturbed(pair) || wasDisturbed({&was, &is})))
          pairs.push_back(pair);
    if (pairs.empty())
      return std::nullopt;
    Change change = againstReferences(pairs);
    if (was.ratio && is.ratio) { // 1 for `cotan` itself, which the references are measured by
      change.value += std::log(*is.ratio / *was.ratio);
      change.noise = std::max(change.noise, errors * std::hypot(was.ratioError.value_or(0), is.ratioError.value_or(0)));
    }
    return change;
  }

  /// The least of what the ratios, the median and the minimum say: what disturbs the machine is in the last two, what happened to the references in
  /// the first, a change of Cotan's in all.
  Change changeOf(const Result &was, const Result &is) const {
    Change change = byMedians(was, is);
    double least = change.value;
    auto weaken = [&](double other) { least = least * other <= 0 ? 0 : std::fabs(other) < std::fabs(least) ? other : least; };
    if (was.minimum && is.minimum)
      weaken(std::log(*is.minimum / *was.minimum));
    if (std::optional<Change> ratios = byRatios(was, is)) {
      change = *ratios;
      weaken(change.value);
    }
    return {least, change.noise};
  }

  static std::optional<double> asDouble(std::optional<int64_t> number) { return number ? std::optional(double(*number)) : std::nullopt; }
  static std::string formatMegabytes(double bytes) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.2f MB", bytes * 1e-6);
    return text;
  }

  /// What a run measures once: reported when one is more than `factor` times the other, and the larger above `least`.
  template <typename Format>
  void compareOnce(const std::string &key, const char *what, std::optional<double> was, std::optional<double> is, double factor, double least, Format format) {
    if (!was || !is || std::max(*was, *is) <= least || std::max(*was, *is) <= factor * std::min(*was, *is))
      return;
    report(*is > *was ? "more" : "less", key, std::string(": ") + what + " " + format(*was) + " -> " + format(*is));
  }

  void compareTimes(const std::string &key, const Result &was, const Result &is) {
    bool disturbed = wasDisturbed({&was, &is}), byUndisturbed = disturbed && was.undisturbed && is.undisturbed;
    bool uncertain = disturbed && !byUndisturbed;
    uncertainTimes += uncertain;
    Change change = byUndisturbed ? Change{std::log(*is.undisturbed / *was.undisturbed) - clockDrift, 0} : changeOf(was, is);
    double smallest = !uncertain ? smallestChange : byRatios(was, is) ? smallestChangeOfDisturbed : smallestChangeAlone;
    double noise = std::max(std::log1p(smallest), change.noise);
    if (std::fabs(change.value) <= noise)
      return;
    char text[160];
    std::snprintf(text, sizeof(text), ": %s -> %s%s, %+.0f %% (noise %.0f %%)", formatSeconds(byUndisturbed ? *was.undisturbed : *was.median).c_str(),
                  formatSeconds(byUndisturbed ? *is.undisturbed : *is.median).c_str(), byUndisturbed ? " undisturbed" : "", 100 * std::expm1(change.value),
                  100 * std::expm1(noise));
    report(change.value > 0 ? "slower" : "faster", key, text);
  }

  void compareOne(const std::string &key, const Result &was, const Result &is) {
    if (was.status != is.status)
      return report("status", key, ": " + was.status + " -> " + is.status);
    if (was.median && is.median)
      compareTimes(key, was, is);
    if (was.kernels != is.kernels)
      report("kernels", key, ": " + std::to_string(was.kernels.value_or(-1)) + " -> " + std::to_string(is.kernels.value_or(-1)));
    compareOnce(key, "first call", was.first, is.first, firstCallChange, shortestFirstCall, formatSeconds);
    compareOnce(key, "from disk", was.disk, is.disk, firstCallChange, shortestFirstCall, formatSeconds);
    compareOnce(key, "peak memory", asDouble(was.rssBytes), asDouble(is.rssBytes), memoryChange, 0, formatMegabytes);
    compareOnce(key, "planned memory", asDouble(was.plannedBytes), asDouble(is.plannedBytes), 1, 0, formatMegabytes);
    double rounding = is.dtype == "f64" ? 1e-15 : 5e-7; // some units in the last place
    if (was.error && is.error && *is.error > 2 * *was.error && *is.error > rounding) {
      char text[80];
      std::snprintf(text, sizeof(text), ": %.2e -> %.2e", *was.error, *is.error);
      report("error", key, text);
    }
  }

  ByKey old, now;
  std::set<std::string> otherVersions;
  std::set<std::string> ranBefore, ranNow;
  bool filtered = false;
  std::map<std::string, std::vector<Pair>> references; ///< by case
  double drift = 0, clockDrift = 0;                    ///< logarithms
  int changes = 0, uncertainTimes = 0;
};

bool readsAdbench(const Report &report) {
  return std::any_of(report.results.begin(), report.results.end(),
                     [](const Result &result) { return result.id == "gmm" || result.id == "adlstm" || result.id == "ba"; });
}

} // namespace

bool compareReports(const Report &before, const Report &after) {
  bool otherInputs = before.adbench != after.adbench && readsAdbench(before) && readsAdbench(after);
  if (before.quick != after.quick || otherInputs)
    throw std::runtime_error(std::string("cannot compare: one run was ") + (before.quick != after.quick ? "--quick" : "with ADBench's files (--adbench)") +
                             ", the other was not; run both alike");
  if (before.processor != after.processor)
    std::printf("NOT THE SAME PROCESSOR: %s and %s; the ratios say little\n", before.processor.c_str(), after.processor.c_str());
  for (const Report *report : {&before, &after})
    if (report->valid && !*report->valid)
      std::printf("INVALID RUN: the %s one was disturbed\n", report == &before ? "first" : "second");
  return Comparison(before, after).print();
}

} // namespace cotan::bench
