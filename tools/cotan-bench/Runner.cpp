//===- Runner.cpp - checks and times a case ---------------------------------===//

#include "Runner.h"

#include "CotanProgram.h"
#include "Limits.h"
#include "Oracle.h"
#include <algorithm>
#include <cmath>

namespace cotan::bench {

Peer &Peers::get(size_t i) {
  if (!startFailure[i].empty())
    throw std::runtime_error(startFailure[i]);
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

std::function<double(int64_t)> timeCalls(std::function<void()> call) {
  return [call = std::move(call)](int64_t calls) {
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

/// How many calls make a slice of about 2 ms; returns the slice's seconds.
double chooseSlice(Contestant &contestant, bool quick) {
  constexpr double slice = 2e-3;
  contestant.time(1);
  double once = contestant.time(1);
  if (once < slice / 4) // the cost of asking a peer for one call is not the call's
    once = contestant.time(16) / 16;
  contestant.callsInSlice = quick ? 1 : std::max<int64_t>(1, int64_t(slice / std::max(once, 1e-8)));
  return once * double(contestant.callsInSlice);
}

/// Takes out of the contest who fails in his turn.
template <typename Turn> void eachTurn(std::vector<Contestant> &contestants, Turn turn) {
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

/// Rounds of one slice each (docs/Benchmarks.md, "In turns").
void timeInTurns(std::vector<Contestant> &contestants, const RunSettings &settings) {
  double round = 0;
  eachTurn(contestants, [&](Contestant &contestant) { round += chooseSlice(contestant, settings.options.quick); });
  int rounds = settings.options.quick ? 2 : int(std::clamp(settings.seconds / round, 5.0, 300.0));
  for (int i = 0; i < rounds; ++i)
    eachTurn(contestants, [](Contestant &contestant) {
      contestant.samples.push_back(contestant.time(contestant.callsInSlice) / double(contestant.callsInSlice));
    });
  const Contestant *cotan = contestants.empty() || contestants.front().result->implementation != "cotan" ? nullptr : &contestants.front();
  for (Contestant &contestant : contestants) {
    Result &result = *contestant.result;
    result.median = quantile(contestant.samples, 0.5);
    result.minimum = quantile(contestant.samples, 0);
    result.lowerQuartile = quantile(contestant.samples, 0.25);
    result.upperQuartile = quantile(contestant.samples, 0.75);
    std::vector<double> ratios;
    for (size_t i = 0; cotan && i < cotan->samples.size(); ++i)
      ratios.push_back(contestant.samples[i] / cotan->samples[i]);
    if (cotan)
      result.ratio = quantile(ratios, 0.5);
  }
}

/// The largest of what bytes and flops allow; a witness is added when it is timed.
double limitOf(const Case &workload, const CaseMaker &maker, int threads, Report &report) {
  double bound = 0;
  if (workload.bytes > 0) {
    size_t bytes = size_t(workload.bytes);
    std::string key = std::to_string(threads) + ":" + std::to_string(bytes);
    double &bandwidth = report.triad[key];
    if (bandwidth == 0)
      bandwidth = workload.bytes / triad_seconds(bytes, threads) * 1e-9;
    bound = workload.bytes / (bandwidth * 1e9);
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
    addCotan(workload.eager, "cotan", firstCalls.asItIs);
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

  /// False when the result is wrong, which is then said.
  bool check(Result &result, const std::vector<Named> &actual) {
    result.error = errorOf(actual, expected);
    if (*result.error <= workload.tolerance)
      return true;
    result.status = "wrong";
    result.note = "the error is beyond the tolerance of " + std::to_string(workload.tolerance);
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
    Statistics before = statistics();
    program->call();
    result.kernels = int64_t(statistics().launches - before.launches);
    result.plannedBytes = int64_t(statistics().planned_bytes - before.planned_bytes);
    if (!check(result, program->results()))
      return;
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

  void raiseBoundToWitness() {
    for (const Result &hand : results)
      if (hand.implementation == "hand" && hand.median)
        for (Result &result : results)
          result.bound = std::max(result.bound.value_or(0), *hand.median);
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

FirstCalls measureFirstCalls(const Options &options, const char *id, const CaseMaker &maker) {
  auto both = [&](bool byJit) -> FirstCalls::Both {
    try {
      FirstCall cold = measureFirstCall(options, id, maker, byJit);
      FirstCall disk = measureFirstCall(options, id, maker, byJit);
      return {cold.seconds, disk.seconds, disk.process, cold.rssBytes};
    } catch (const std::runtime_error &) {
      return {};
    }
  };
  return {both(false), maker.alsoByJit ? both(true) : FirstCalls::Both{}};
}

std::vector<Result> runCase(const RunSettings &settings, const char *id, const CaseMaker &maker, const FirstCalls &firstCalls, Peers &peers,
                            Report &report) {
  auto without = [&](const char *status, const char *note) {
    Result result;
    result.id = id;
    result.caseName = maker.name;
    result.pass = maker.pass;
    result.dtype = maker.dtype;
    result.threads = settings.threads;
    result.implementation = "cotan";
    result.status = status;
    result.note = note;
    return std::vector<Result>{result};
  };
  try {
    return CaseRun(settings, id, maker, firstCalls, peers, report).run();
  } catch (const Missing &missing) {
    return without("missing", missing.what());
  } catch (const std::exception &error) {
    return without("failed", error.what());
  }
}

} // namespace cotan::bench
