//===- Runner.cpp - checks and times a case ---------------------------------===//

#include "Runner.h"

#include "CotanProgram.h"
#include "Limits.h"
#include "Oracle.h"
#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>

namespace cotan::bench {

Peer &Peers::get(size_t i) {
  if (!startFailure[i].empty())
    throw std::runtime_error(startFailure[i]);
  if (const std::vector<std::string> &command = list[i].second; command.front() == "absent") {
    startFailure[i] = "not installed:";
    for (size_t word = 1; word < command.size(); ++word)
      startFailure[i] += " " + command[word];
    throw std::runtime_error(startFailure[i]);
  }
  if (!running[i])
    try {
      running[i] = std::make_unique<Peer>(list[i].first, list[i].second, treeOf, threads);
    } catch (const std::runtime_error &error) {
      startFailure[i] = error.what();
      throw;
    }
  return *running[i];
}

namespace {

/// An implementation that passed its check, on its turn: seconds of so many calls.
struct Contestant {
  Result *result;
  std::function<void()> giveUp; ///< called when it fails in its turn
  std::function<double(int64_t calls)> time;
  int64_t callsInSlice = 1;
  std::vector<double> samples;
};

/// Unclocked calls at the head of a slice: the others' turns have emptied the caches. The peers do the same (test/benchmark/peers/README.md).
int64_t warmingCalls(int64_t calls) { return calls > 1 ? std::max<int64_t>(1, calls / 4) : 0; }

std::function<double(int64_t)> timeCalls(std::function<void()> call) {
  return [call = std::move(call)](int64_t calls) {
    for (int64_t i = 0; i < warmingCalls(calls); ++i)
      call();
    double start = now();
    for (int64_t i = 0; i < calls; ++i)
      call();
    return now() - start;
  };
}

double quantile(std::vector<double> values, double fraction) {
  std::sort(values.begin(), values.end());
  double position = fraction * double(values.size() - 1);
  size_t below = size_t(position);
  double above = values[std::min(below + 1, values.size() - 1)];
  return values[below] + (position - double(below)) * (above - values[below]);
}

/// How many calls make a slice of about 5 ms; returns the slice's seconds. What is called again and again gets faster for a while, so the
/// number is doubled until it takes that long. A call of ten slices needs no warming up: it is the first sample.
double chooseSlice(Contestant &contestant, bool quick) {
  constexpr double slice = 5e-3;
  int64_t calls = 1;
  double seconds = contestant.time(1);
  if (quick)
    return seconds;
  if (seconds >= 10 * slice) {
    contestant.samples.push_back(seconds);
    return seconds;
  }
  for (seconds = contestant.time(1); seconds < slice / 2; seconds = contestant.time(calls))
    calls *= 2;
  contestant.callsInSlice = std::max<int64_t>(1, int64_t(double(calls) * slice / seconds));
  return seconds / double(calls) * double(contestant.callsInSlice + warmingCalls(contestant.callsInSlice));
}

/// Takes out of the contest who fails in his turn. Who begins changes from round to round, as a turn is not the same after every other.
template <typename Turn> void eachTurn(std::vector<Contestant> &contestants, int round, Turn turn) {
  if (!contestants.empty())
    std::rotate(contestants.begin(), contestants.begin() + (round > 0), contestants.end());
  std::erase_if(contestants, [&](Contestant &contestant) {
    try {
      turn(contestant);
      return false;
    } catch (const std::exception &error) {
      contestant.result->status = "failed";
      contestant.result->note = error.what();
      if (contestant.giveUp)
        contestant.giveUp();
      return true;
    }
  });
}

/// The standard error of the logarithms' median, by their median absolute deviation, which a few disturbed rounds do not move.
double errorOfMedian(std::vector<double> logarithms) {
  double median = quantile(logarithms, 0.5);
  for (double &value : logarithms)
    value = std::fabs(value - median);
  // 1.4826: deviation to standard deviation of a normal distribution; 1.2533: error of a median to that of a mean.
  return 1.4826 * 1.2533 * quantile(logarithms, 0.5) / std::sqrt(double(logarithms.size()));
}

void summarize(const Contestant &contestant, const Contestant *cotan) {
  Result &result = *contestant.result;
  result.median = quantile(contestant.samples, 0.5);
  result.minimum = quantile(contestant.samples, 0);
  result.lowerQuartile = quantile(contestant.samples, 0.25);
  result.upperQuartile = quantile(contestant.samples, 0.75);
  result.rounds = int64_t(contestant.samples.size());
  if (!cotan)
    return;
  std::vector<double> logarithms;
  for (size_t i = 0; i < std::min(cotan->samples.size(), contestant.samples.size()); ++i)
    logarithms.push_back(std::log(contestant.samples[i] / cotan->samples[i]));
  result.ratio = std::exp(quantile(logarithms, 0.5));
  result.ratioError = errorOfMedian(logarithms);
}

/// Rounds of one slice each (docs/Benchmarks.md, "In turns").
void timeInTurns(std::vector<Contestant> &contestants, const RunSettings &settings) {
  double round = 0;
  eachTurn(contestants, 0, [&](Contestant &contestant) { round += chooseSlice(contestant, settings.options.quick); });
  auto isSampled = [](const Contestant &contestant) { return !contestant.samples.empty(); };
  bool sampled = std::all_of(contestants.begin(), contestants.end(), isSampled);
  for (Contestant &contestant : contestants)
    contestant.samples.resize(sampled ? 1 : 0); // a round is a sample of each: only so do they make ratios
  auto isCotan = [](const Contestant &contestant) { return contestant.result->implementation == "cotan"; };
  // Without Cotan there is no ratio to know exactly.
  double fewest = std::any_of(contestants.begin(), contestants.end(), isCotan) ? 5 : 3;
  int rounds = settings.options.quick ? 2 : int(std::clamp(settings.seconds / round, fewest, 300.0));
  for (int i = sampled; i < rounds; ++i)
    eachTurn(contestants, i, [](Contestant &contestant) {
      contestant.samples.push_back(contestant.time(contestant.callsInSlice) / double(contestant.callsInSlice));
    });
  auto cotan = std::find_if(contestants.begin(), contestants.end(), isCotan);
  for (Contestant &contestant : contestants)
    summarize(contestant, cotan == contestants.end() ? nullptr : &*cotan);
}

/// GB/s of triad over so many bytes, measured once in a run.
double bandwidthAt(size_t bytes, int threads, Report &report) {
  double &bandwidth = report.triad[std::to_string(threads) + ":" + std::to_string(bytes)];
  if (bandwidth == 0)
    bandwidth = double(bytes) / triad_seconds(bytes, threads) * 1e-9;
  return bandwidth;
}

/// The largest of what bytes and flops allow; a witness is added when it is timed. The bandwidth is the better of those at the powers of two
/// around the footprint: no single measurement that was disturbed makes a bound too slow.
double limitOf(const Case &workload, const CaseMaker &maker, int threads, Report &report) {
  double bound = 0;
  if (workload.bytes > 0) {
    size_t below = std::max<size_t>(4096, std::bit_floor(size_t(workload.bytes)));
    bound = workload.bytes * 1e-9 / std::max(bandwidthAt(below, threads, report), bandwidthAt(2 * below, threads, report));
  }
  double peak = maker.dtype == "f64" ? report.fmaF64[threads] : report.fmaF32[threads];
  return std::max(bound, workload.flops / (peak * 1e9));
}

class CaseRun {
public:
  CaseRun(const RunSettings &settings, const char *id, const CaseMaker &maker, const FirstCalls &firstCalls, Peers &peers, Report &report)
      : settings(settings), id(id), maker(maker), firstCalls(firstCalls), peers(peers), report(report), workload(maker.make()) {
    if (!workload.oracle)
      throw std::logic_error(std::string(id) + " has no oracle");
    blank.id = id;
    blank.caseName = maker.name;
    blank.pass = maker.pass;
    blank.dtype = maker.dtype;
    blank.threads = settings.threads;
    blank.bytes = workload.bytes > 0 ? std::optional(workload.bytes) : std::nullopt;
    blank.flops = workload.flops > 0 ? std::optional(workload.flops) : std::nullopt;
    double limit = limitOf(workload, maker, settings.threads, report);
    if (limit > 0)
      blank.bound = limit;
    // Contestants point at their results.
    results.reserve(peers.size() + 3);
  }

  std::vector<Result> run() {
    expected = workload.oracle();
    if (maker.missing.empty()) {
      addCotan(workload.eager, "cotan", firstCalls.asItIs);
    } else {
      Result &result = add("cotan");
      result.status = "missing";
      result.note = maker.missing;
    }
    if (maker.alsoByJit)
      addCotan(false, "cotan.jit", firstCalls.byJit);
    if (workload.witness && settings.threads == 1) // it has one thread, and would bound what two can do
      addWitness();
    for (size_t i = 0; i < peers.size(); ++i)
      addPeer(i);
    timeInTurns(contestants, settings);
    raiseBoundToWitness();
    return std::move(results);
  }

private:
  Result &add(const std::string &implementation) {
    results.push_back(blank);
    results.back().implementation = implementation;
    return results.back();
  }

  /// False when the result is wrong, which is then said. Others are not held to what Cotan's arithmetic keeps: an error of kind is far beyond it.
  bool check(Result &result, const std::vector<Named> &actual) {
    double tolerance = workload.tolerance * (result.implementation.starts_with("cotan") ? 1 : 10);
    result.error = errorOf(actual, expected, workload.inputs);
    if (*result.error <= tolerance)
      return true;
    result.status = "wrong";
    std::ostringstream note;
    note << "the error of " << *result.error << " is beyond the tolerance of " << tolerance;
    result.note = note.str();
    if (std::isinf(*result.error)) {
      result.note = "a result is missing, of another shape or not finite";
      result.error.reset();
    }
    return false;
  }

  void addCotan(bool eager, const char *name, const FirstCalls::Both &first) {
    Result &result = add(name);
    result.first = first.cold;
    result.disk = first.disk;
    result.process = first.process;
    result.rssBytes = first.rssBytes;
    auto program = std::make_shared<CotanProgram>(workload, eager);
    program->call();
    if (!check(result, program->results()))
      return;
    if (!first.failure.empty()) {
      result.status = "failed";
      result.note = "in a new process: " + first.failure;
      return;
    }
    Statistics before = statistics();
    program->call();
    result.kernels = int64_t(statistics().launches - before.launches);
    result.plannedBytes = int64_t(statistics().planned_bytes - before.planned_bytes);
    if (!eager) {
      CotanProgram same(workload, false);
      double start = now();
      same.call();
      result.again = now() - start;
    }
    contestants.push_back({&result, {}, timeCalls([program] { program->call(); }), 1, {}});
  }

  void addWitness() {
    Result &result = add("hand");
    auto witness = std::make_shared<Implementation>(workload.witness());
    witness->call();
    if (check(result, witness->results()))
      contestants.push_back({&result, {}, timeCalls([witness] { witness->call(); }), 1, {}});
  }

  void addPeer(size_t i) {
    Result &result = add(peers.name(i));
    try {
      Prepared prepared = peers.get(i).prepare(id, maker, workload);
      if (!prepared.first) {
        result.status = prepared.status;
        result.note = prepared.reason;
        return;
      }
      result.first = prepared.first;
      report.peers[peers.name(i)] = peers.get(i).version();
      if (check(result, prepared.results))
        contestants.push_back({&result, [this, i] { peers.drop(i); }, [this, i](int64_t calls) { return peers.get(i).time(calls); }, 1, {}});
    } catch (const std::exception &error) {
      result.status = peers.started(i) ? "failed" : "absent";
      result.note = error.what();
      peers.drop(i);
    }
  }

  /// What somebody beat is no bound: then his time is.
  void raiseBoundToWitness() {
    double fastest = std::numeric_limits<double>::infinity();
    bool witnessed = false;
    for (const Result &result : results) {
      fastest = std::min(fastest, result.median.value_or(fastest));
      witnessed |= result.implementation == "hand" && result.median;
    }
    for (Result &result : results)
      if (witnessed)
        result.bound = std::max(result.bound.value_or(0), fastest);
  }

  const RunSettings &settings;
  const char *id;
  const CaseMaker &maker;
  const FirstCalls &firstCalls;
  Peers &peers;
  Report &report;
  Case workload;
  std::vector<Named> expected;
  Result blank;
  std::vector<Result> results;
  std::vector<Contestant> contestants;
};

} // namespace

namespace {

/// Puts the programs that were compiled for a measurement where this process finds them, so that it need not compile them again.
void keepPrograms(const std::string &folder) {
  std::error_code ignored;
  if (const char *cache = std::getenv("COTAN_CACHE_DIR"))
    std::filesystem::copy(folder, cache, std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing, ignored);
}

FirstCalls::Both measureBoth(const Options &options, const char *id, const CaseMaker &maker, bool byJit) {
  TemporaryFolder cache("cotan-bench-first");
  try {
    FirstCall cold = measureFirstCall(options, id, maker, byJit, cache.path);
    FirstCall disk = measureFirstCall(options, id, maker, byJit, cache.path);
    keepPrograms(cache.path);
    return {cold.seconds, disk.seconds, disk.process, cold.rssBytes, ""};
  } catch (const std::runtime_error &error) {
    FirstCalls::Both failed;
    failed.failure = error.what();
    return failed;
  }
}

} // namespace

FirstCalls measureFirstCalls(const Options &options, const char *id, const CaseMaker &maker) {
  if (!maker.missing.empty())
    return {};
  return {measureBoth(options, id, maker, false), maker.alsoByJit ? measureBoth(options, id, maker, true) : FirstCalls::Both{}};
}

std::vector<Result> runCase(const RunSettings &settings, const char *id, const CaseMaker &maker, const FirstCalls &firstCalls, Peers &peers,
                            Report &report) {
  try {
    return CaseRun(settings, id, maker, firstCalls, peers, report).run();
  } catch (const std::exception &error) {
    Result result;
    result.id = id;
    result.caseName = maker.name;
    result.pass = maker.pass;
    result.dtype = maker.dtype;
    result.threads = settings.threads;
    result.implementation = "cotan";
    result.status = maker.missing.empty() ? "failed" : "missing";
    result.note = maker.missing.empty() ? error.what() : maker.missing;
    return {result};
  }
}

} // namespace cotan::bench
