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
      running[i] = std::make_unique<Peer>(list[i].second, treeOf, threads);
    } catch (const std::runtime_error &error) {
      startFailure[i] = error.what();
      throw;
    }
  return *running[i];
}

namespace {

/// Seconds of a call, by one turn.
struct Sample {
  double seconds;
  bool quiet; ///< the cores were this process's own before and after
};

/// An implementation that passed its check, on its turn: seconds of so many calls.
struct Contestant {
  Result *result;
  std::function<void()> giveUp; ///< called when it fails in its turn
  std::function<double(Slice)> time;
  std::function<void()> checkAgain = {}; ///< after its last turn
  Slice slice = {};
  std::vector<Sample> samples = {}; ///< by round
};

std::function<double(Slice)> timeCalls(std::function<void()> call) {
  return [call = std::move(call)](Slice slice) {
    for (int64_t i = 0; i < slice.warming; ++i)
      call();
    double start = now();
    for (int64_t i = 0; i < slice.calls; ++i)
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
/// number is doubled until it takes that long. A call of ten slices needs no warming up.
double chooseSlice(Contestant &contestant, bool quick) {
  constexpr double length = 5e-3;
  double seconds = contestant.time({0, 1});
  if (quick)
    return seconds;
  if (seconds >= 10 * length)
    return seconds;
  auto warmed = [](int64_t calls) { return Slice{std::max<int64_t>(1, calls / 4), calls}; };
  int64_t calls = 1;
  for (seconds = contestant.time(warmed(1)); seconds < length / 2; seconds = contestant.time(warmed(calls)))
    calls *= 2;
  contestant.slice = warmed(std::max<int64_t>(1, int64_t(double(calls) * length / seconds)));
  return seconds / double(calls) * double(contestant.slice.warming + contestant.slice.calls);
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

/// Those of the undisturbed turns, if they are enough, else all. `isQuiet` and `valueOf` take a round's number.
template <typename IsQuiet, typename ValueOf> std::vector<double> undisturbed(size_t rounds, size_t fewest, IsQuiet isQuiet, ValueOf valueOf) {
  std::vector<double> quiet, all;
  for (size_t i = 0; i < rounds; ++i) {
    all.push_back(valueOf(i));
    if (isQuiet(i))
      quiet.push_back(all.back());
  }
  return quiet.size() >= fewest ? quiet : all;
}

size_t quietSamples(const Contestant &contestant) {
  return size_t(std::count_if(contestant.samples.begin(), contestant.samples.end(), [](const Sample &sample) { return sample.quiet; }));
}

void summarize(const Contestant &contestant, const Contestant *cotan, size_t fewest) {
  Result &result = *contestant.result;
  const std::vector<Sample> &samples = contestant.samples;
  std::vector<double> seconds = undisturbed(
      samples.size(), fewest, [&](size_t i) { return samples[i].quiet; }, [&](size_t i) { return samples[i].seconds; });
  result.disturbed = quietSamples(contestant) < fewest;
  result.median = quantile(seconds, 0.5);
  result.minimum = quantile(seconds, 0);
  result.lowerQuartile = quantile(seconds, 0.25);
  result.upperQuartile = quantile(seconds, 0.75);
  result.rounds = int64_t(seconds.size());
  if (!cotan)
    return;
  const std::vector<Sample> &beside = cotan->samples;
  size_t pairs = 0;
  for (size_t i = 0; i < samples.size(); ++i)
    pairs += samples[i].quiet && beside[i].quiet;
  result.disturbed = result.disturbed || pairs < fewest; // its ratio is
  std::vector<double> logarithms = undisturbed(
      samples.size(), fewest, [&](size_t i) { return samples[i].quiet && beside[i].quiet; },
      [&](size_t i) { return std::log(samples[i].seconds / beside[i].seconds); });
  result.ratio = std::exp(quantile(logarithms, 0.5));
  result.ratioError = errorOfMedian(logarithms);
}

/// Seconds of a call in the fastest of some windows before and after which nothing disturbed. Calls must be short for that: even a neighbour who
/// disturbs every turn pauses for a millisecond now and then. Empty when he did not for so many seconds.
std::optional<double> secondsUndisturbed(const Contestant &contestant, Disturbance &disturbance, double atMost) {
  constexpr double longestCall = 2e-4, windowLength = 1e-4;
  constexpr int wanted = 10, fewest = 3;
  double call = *contestant.result->minimum, fastest = std::numeric_limits<double>::infinity();
  if (call > longestCall)
    return std::nullopt;
  Slice window{1, std::max<int64_t>(1, int64_t(windowLength / call))};
  int seen = 0;
  bool quietBefore = false;
  for (double end = now() + atMost; seen < wanted && now() < end;) {
    double seconds = quietBefore ? contestant.time(window) : 0;
    bool quietAfter = !disturbance.isThere();
    if (quietBefore && quietAfter) {
      fastest = std::min(fastest, seconds / double(window.calls));
      ++seen;
    }
    quietBefore = quietAfter;
  }
  return seen >= fewest ? std::optional(fastest) : std::nullopt;
}

/// The rounds of a case (docs/Benchmarks.md, "In turns" and "Undisturbed").
class Rounds {
public:
  Rounds(std::vector<Contestant> &contestants, const RunSettings &settings, Disturbance &disturbance)
      : contestants(contestants), settings(settings), disturbance(disturbance) {}

  void run() {
    if (contestants.empty())
      return;
    double seconds = chooseSlices();
    // Without Cotan there is no ratio to know exactly, and long turns vary less.
    size_t fewest = cotan() && seconds < 1 ? 5 : cotan() || seconds < 10 ? 3 : 1;
    size_t wanted = settings.options.quick ? 2 : size_t(std::clamp(settings.seconds / seconds, double(fewest), 300.0));
    fewest = std::min(fewest, wanted);
    double begin = now();
    // Disturbed turns are repeated, but not for ever.
    auto mayRepeat = [&] { return disturbance.patienceIsLeft() && now() - begin - waited < 1.5 * settings.seconds; };
    for (size_t round = roundsPlayed(); quietRounds() < wanted && (round < wanted || mayRepeat()); ++round) {
      double start = now() - waited;
      play(int(round));
      if (round >= wanted)
        disturbance.spend(now() - waited - start);
    }
    for (Contestant &contestant : contestants) {
      summarize(contestant, cotan(), fewest);
      if (contestant.result->implementation.starts_with("cotan") && !settings.options.quick)
        contestant.result->undisturbed = secondsUndisturbed(contestant, disturbance, 0.5 * settings.seconds);
    }
  }

private:
  const Contestant *cotan() const {
    auto found = std::find_if(contestants.begin(), contestants.end(), [](auto &each) { return each.result->implementation == "cotan"; });
    return found == contestants.end() ? nullptr : &*found;
  }

  /// Of the contestant that has the fewest.
  size_t quietRounds() const {
    size_t fewest = std::numeric_limits<size_t>::max();
    for (const Contestant &contestant : contestants)
      fewest = std::min(fewest, quietSamples(contestant));
    return fewest;
  }

  size_t roundsPlayed() const { return contestants.empty() ? 0 : contestants.front().samples.size(); }

  /// Returns a round's seconds. Where nobody's slice is more than a call, this was the first round.
  double chooseSlices() {
    double seconds = 0;
    play(0, [&](Contestant &contestant) {
      double ofSlice = chooseSlice(contestant, settings.options.quick);
      seconds += ofSlice;
      return ofSlice;
    });
    if (std::any_of(contestants.begin(), contestants.end(), [](const Contestant &contestant) { return contestant.slice.warming > 0; }))
      for (Contestant &contestant : contestants)
        contestant.samples.clear();
    return seconds;
  }

  void play(int round) {
    play(round, [](Contestant &contestant) { return contestant.time(contestant.slice) / double(contestant.slice.calls); });
  }

  /// `time` gives the seconds of a call in a contestant's turn.
  template <typename Time> void play(int round, Time time) {
    bool checks = !settings.options.quick;
    if (checks)
      waited += disturbance.awaitQuiet(2 - waited);
    bool quietBefore = !checks || !disturbance.isThere();
    eachTurn(contestants, round, [&](Contestant &contestant) {
      double seconds = time(contestant);
      bool quietAfter = !checks || !disturbance.isThere();
      contestant.samples.push_back({seconds, quietBefore && quietAfter});
      quietBefore = quietAfter;
    });
  }

  std::vector<Contestant> &contestants;
  const RunSettings &settings;
  Disturbance &disturbance;
  double waited = 0; ///< seconds
};

/// GB/s of triad over so many bytes, measured once in a run: the best of up to three times, until one was undisturbed. Too slow, it would flatter
/// each case of that footprint.
double bandwidthAt(size_t bytes, int threads, bool once, Disturbance &disturbance, Report &report) {
  double &bandwidth = report.triad[std::to_string(threads) + ":" + std::to_string(bytes)];
  if (bandwidth > 0)
    return bandwidth;
  for (int attempt = 0; attempt < (once ? 1 : 3); ++attempt) {
    if (!once)
      disturbance.awaitQuiet(1);
    bandwidth = std::max(bandwidth, double(bytes) / triad_seconds(bytes, threads) * 1e-9);
    if (once || !disturbance.isThere())
      break;
  }
  return bandwidth;
}

/// The largest of what bytes and flops allow; witness and primal are added when they are timed. The bandwidth is the better of those at the powers of
/// two around the footprint.
double limitOf(const Case &workload, const CaseMaker &maker, const RunSettings &settings, Disturbance &disturbance, Report &report) {
  double bound = 0;
  int threads = settings.threads;
  auto bandwidth = [&](size_t bytes) { return bandwidthAt(bytes, threads, settings.options.quick, disturbance, report); };
  if (workload.bytes > 0) {
    size_t below = std::max<size_t>(4096, std::bit_floor(size_t(workload.bytes)));
    bound = workload.bytes * 1e-9 / std::max(bandwidth(below), bandwidth(2 * below));
  }
  double peak = maker.dtype == "f64" ? report.fmaF64[threads] : report.fmaF32[threads];
  return std::max(bound, workload.flops / (peak * 1e9));
}

class CaseRun {
public:
  CaseRun(const RunSettings &settings, const char *id, const CaseMaker &maker, const FirstCalls &firstCalls, Peers &peers, Disturbance &disturbance,
          Report &report)
      : settings(settings), id(id), maker(maker), firstCalls(firstCalls), peers(peers), disturbance(disturbance), report(report), workload(maker.make()) {
    if (!workload.oracle)
      throw std::logic_error(std::string(id) + " has no oracle");
    blank.id = id;
    blank.caseName = maker.name;
    blank.pass = maker.pass;
    blank.dtype = maker.dtype;
    blank.threads = settings.threads;
    blank.bytes = workload.bytes > 0 ? std::optional(workload.bytes) : std::nullopt;
    blank.flops = workload.flops > 0 ? std::optional(workload.flops) : std::nullopt;
    double limit = limitOf(workload, maker, settings, disturbance, report);
    if (limit > 0)
      blank.bound = limit;
    // Contestants point at their results.
    results.reserve(peers.size() + 3);
  }

  std::vector<Result> run() {
    if (!maker.missing.empty()) {
      Result &result = add("cotan");
      result.status = "missing";
      result.note = maker.missing;
    }
    try {
      expected = workload.oracle();
    } catch (const NothingExpected &error) {
      for (size_t i = 0; i < peers.size(); ++i) {
        Result &result = add(peers.name(i));
        result.status = "absent";
        result.note = error.what();
      }
      return std::move(results);
    }
    if (maker.missing.empty())
      addCotan(workload.eager, "cotan", firstCalls.asItIs);
    if (maker.alsoByJit)
      addCotan(false, "cotan.jit", firstCalls.byJit);
    if (workload.witness && settings.threads == 1) // it has one thread, and would bound what two can do
      addWitness();
    for (size_t i = 0; i < peers.size(); ++i)
      addPeer(i);
    doubtWhatAllContradict();
    Rounds(contestants, settings, disturbance).run();
    for (Contestant &contestant : contestants)
      if (contestant.checkAgain)
        contestant.checkAgain();
    raiseBound();
    return std::move(results);
  }

private:
  Result &add(const std::string &implementation) {
    results.push_back(blank);
    results.back().implementation = implementation;
    return results.back();
  }

  /// Takes back the times too, when it is found after the timing, and the others' ratios to them.
  void markWrong(Result &result, const std::string &note) {
    result.status = "wrong";
    result.note = note;
    for (auto *time : {&result.median, &result.minimum, &result.lowerQuartile, &result.upperQuartile, &result.undisturbed})
      time->reset();
    result.rounds.reset();
    for (Result &other : results)
      if (&other == &result || result.implementation == "cotan") {
        other.ratio.reset();
        other.ratioError.reset();
      }
  }

  /// False when the result is wrong, which is then said. Peers are not held to what Cotan's arithmetic keeps: an error of kind is far beyond it. The
  /// witness is, as it bounds what that arithmetic can do. The error of a result that is checked twice is the larger one.
  bool check(Result &result, const std::vector<Named> &actual) { return check(result, actual, expected); }
  bool check(Result &result, const std::vector<Named> &actual, const std::vector<Named> &expected) {
    double tolerance = workload.tolerance * (result.isOurs() ? 1 : 10), error = errorOf(actual, expected, workload.inputs);
    result.error = std::max(result.error.value_or(0), error);
    if (error <= tolerance)
      return true;
    std::ostringstream note;
    note << "the error of " << *result.error << " is beyond the tolerance of " << tolerance;
    markWrong(result, note.str());
    if (std::isinf(*result.error)) {
      result.note = "a result is missing, of another shape or not finite";
      result.error.reset();
    }
    return false;
  }

  void addCotan(bool eager, const char *name, const FirstCalls::Both &first) {
    Result &result = add(name);
    orFailed(result, [&] { prepareCotan(result, eager, first); });
  }

  void addWitness() {
    Result &result = add("hand");
    orFailed(result, [&] {
      auto witness = std::make_shared<Implementation>(workload.witness());
      witness->call();
      if (check(result, witness->results()))
        contestants.push_back({&result, {}, timeCalls([witness] { witness->call(); }), [this, witness, &result] { check(result, witness->results()); }});
    });
  }

  /// The others are timed all the same.
  template <typename Work> void orFailed(Result &result, Work work) {
    try {
      work();
    } catch (const std::exception &error) {
      result.status = "failed";
      result.note = error.what();
    }
  }

  void prepareCotan(Result &result, bool eager, const FirstCalls::Both &first) {
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
    contestants.push_back({&result, {}, timeCalls([program] { program->call(); }), [this, program, &result] {
                             check(result, program->results(), workload.vary ? workload.oracleOfCall(program->calls() - 1) : expected);
                           }});
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
        contestants.push_back({&result, [this, i] { peers.drop(i); }, [this, i](Slice slice) { return peers.get(i).time(slice); }});
    } catch (const std::exception &error) {
      result.status = peers.started(i) ? "failed" : "absent";
      result.note = error.what();
      if (!peers.started(i))
        report.peers[peers.name(i)] = std::string("absent: ") + error.what();
      peers.drop(i);
    }
  }

  /// An oracle that is the same program in f64 cannot see a mistake in that program; that nobody agrees with it shows one.
  void doubtWhatAllContradict() {
    int agree = 0, contradict = 0;
    for (const Result &result : results)
      if (!result.isOurs()) {
        agree += result.status == "ok";
        contradict += result.status == "wrong";
      }
    if (contradict < 2 || agree > 0)
      return;
    std::erase_if(contestants, [&](const Contestant &contestant) {
      bool doubted = contestant.result->implementation.starts_with("cotan");
      if (doubted)
        markWrong(*contestant.result, "all of " + std::to_string(contradict) + " peers contradict it and the oracle");
      return doubted;
    });
  }

  /// To the witness's time, and to the primal's where something is differentiated. What somebody beat is no bound: then his time is.
  void raiseBound() {
    double fastest = std::numeric_limits<double>::infinity(), atLeast = fastestPrimal();
    for (const Result &result : results)
      fastest = std::min(fastest, result.median.value_or(fastest));
    for (const Result &result : results)
      if (result.implementation == "hand" && result.median)
        atLeast = std::max(atLeast, *result.median);
    if (atLeast > 0 && std::isfinite(fastest))
      for (Result &result : results)
        result.bound = std::max(result.bound.value_or(0), std::min(atLeast, fastest));
  }

  /// Seconds of the fastest primal of a case that differentiates it: its minimum, as a median may be disturbed, and bound too much. 0: there is none.
  double fastestPrimal() const {
    double fastest = std::numeric_limits<double>::infinity();
    for (const Result &other : report.results)
      if (other.pass == "primal" && maker.pass != "primal" && other.id == id && other.caseName == maker.name && other.dtype == maker.dtype &&
          other.threads == settings.threads)
        fastest = std::min(fastest, other.minimum.value_or(fastest));
    return std::isfinite(fastest) ? fastest : 0;
  }

  const RunSettings &settings;
  const char *id;
  const CaseMaker &maker;
  const FirstCalls &firstCalls;
  Peers &peers;
  Disturbance &disturbance;
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
                            Disturbance &disturbance, Report &report) {
  disturbance.grant(0.4 * settings.seconds);
  try {
    return CaseRun(settings, id, maker, firstCalls, peers, disturbance, report).run();
  } catch (const std::exception &error) {
    Result result;
    result.id = id;
    result.caseName = maker.name;
    result.pass = maker.pass;
    result.dtype = maker.dtype;
    result.threads = settings.threads;
    result.implementation = "cotan";
    result.status = "failed";
    result.note = error.what();
    return {result};
  }
}

} // namespace cotan::bench
