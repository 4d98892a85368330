//===- cotan-bench.cpp - figures beside their peers and limits ------------------===//

#include "Compare.h"
#include "CotanProgram.h"
#include "Disturbance.h"
#include "Explain.h"
#include "Limits.h"
#include "Runner.h"
#include "Table.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"
#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

namespace cotan::bench {
namespace {

constexpr const char *help = R"(usage: cotan-bench [options]
       cotan-bench compare OLD.json NEW.json
       cotan-bench explain ID [options]

Runs the workloads of docs/Benchmarks.md through the public C++ API, checks each result against an oracle, and prints its time beside its
bound and, in turns with it, the peers'. Exits with 1 when a result of Cotan's is wrong.

options:
  --only=ID,...      these workloads (--list names them)
  --case=TEXT        only cases whose name contains TEXT
  --pass=PASS        only this pass: primal, grad, step or jacobian
  --threads=N,...    1 (default), 2: cores that all are bound to; on more than one, primal passes are left out (but for gemm's
                     larger products AB), and ode, adlstm and call
  --peers=none|all|NAME,...  those of build-peers/peers.txt (default none)
  --peer-list=FILE   lines of a name and a command, run in the folder above FILE's (default build-peers/peers.txt in the current folder)
  --seconds=S        timing for each case, default 1
  --adbench=DIR      ADBench's data files; without, inputs of the same form are made
  --quick            each workload once at a small size: checks results, not speed
  --json=FILE        also write the figures as JSON
  --list             the ids and cases
  --help             this text

A time with ~ was disturbed by others on the machine from turn to turn (docs/Benchmarks.md, "Undisturbed").

compare prints what changed between two JSON files beyond the noise, and exits with 1 if anything did.
explain prints for each case of one workload its kernels: bytes, flops, the bound of each, and which of them loses how much. It takes --case,
--pass, --adbench and --quick.

examples:
  cotan-bench --only=ew,gemm --json=new.json
  cotan-bench --peers=jax,torch --only=xent
  cotan-bench compare old.json new.json
)";

struct CommandLine {
  RunSettings settings;
  std::vector<std::string> only, peers;
  std::vector<int> threads = {1};
  std::string caseText, pass, json, peerList = "build-peers/peers.txt";
  bool list = false, allPeers = false;
};

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::vector<std::string> splitAtCommas(const std::string &text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    parts.push_back(part);
  return parts;
}

double positiveNumber(const std::string &text, const char *option) {
  char *end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !(value > 0))
    throw UsageError(std::string(option) + " wants a positive number, got '" + text + "'");
  return value;
}

CommandLine parse(const std::vector<std::string> &arguments) {
  CommandLine line;
  for (const std::string &argument : arguments) {
    auto valueOf = [&](const char *option) -> const char * {
      size_t length = std::strlen(option);
      return argument.compare(0, length, option) == 0 ? argument.c_str() + length : nullptr;
    };
    if (argument == "--quick")
      line.settings.options.quick = true;
    else if (argument == "--list")
      line.list = true;
    else if (auto value = valueOf("--only="))
      line.only = splitAtCommas(value);
    else if (auto value = valueOf("--case="))
      line.caseText = value;
    else if (auto value = valueOf("--pass="))
      line.pass = value;
    else if (auto value = valueOf("--json="))
      line.json = value;
    else if (auto value = valueOf("--adbench="))
      line.settings.options.adbench = value;
    else if (auto value = valueOf("--peer-list="))
      line.peerList = value;
    else if (auto value = valueOf("--seconds="))
      line.settings.seconds = positiveNumber(value, "--seconds");
    else if (auto value = valueOf("--peers=")) {
      line.allPeers = !std::strcmp(value, "all");
      if (!line.allPeers && std::strcmp(value, "none"))
        line.peers = splitAtCommas(value);
    } else if (auto value = valueOf("--threads=")) {
      line.threads.clear();
      for (const std::string &part : splitAtCommas(value))
        line.threads.push_back(int(positiveNumber(part, "--threads")));
      std::sort(line.threads.begin(), line.threads.end()); // the first count has all cases, and measures their first calls
    } else
      throw UsageError("unknown option '" + argument + "'");
  }
  for (const std::string &id : line.only)
    if (std::none_of(suite().begin(), suite().end(), [&](const Workload &workload) { return workload.id == id; }))
      throw UsageError("no workload '" + id + "'; --list names them");
  if (line.threads.empty())
    throw UsageError("--threads wants a number of cores");
  return line;
}

bool chosen(const CommandLine &line, const std::string &id) {
  return line.only.empty() || std::find(line.only.begin(), line.only.end(), id) != line.only.end();
}

/// GFLOP/s of FMA f32 on one core, by LLVM's name of the processor and the vector width; what the cloud's machines of that kind were seen to reach.
struct KnownPeak {
  const char *processor;
  int vectorBits;
  double gflops;
};
constexpr KnownPeak knownPeaks[] = {{"rocketlake", 512, 214}, {"sapphirerapids", 512, 214}, {"znver4", 512, 116}, {"cascadelake", 512, 152}};

void measureLimits(Report &report, const std::vector<int> &threads, double seconds) {
  report.processor = llvm::sys::getHostCPUName().str();
  report.vectorBits = widest_vector_bits();
  for (int count : threads) {
    if (!bind_to_cores(count))
      throw std::runtime_error("this process may not be bound to " + std::to_string(count) + " cores");
    report.fmaF32[count] = fma_peak_gflops_f32(report.vectorBits, count, seconds);
    report.fmaF64[count] = fma_peak_gflops_f64(report.vectorBits, count, seconds);
    std::printf("FMA peak, %d-bit vectors, %d thread%s: %.1f GF/s f32, %.1f GF/s f64\n", report.vectorBits, count, count > 1 ? "s" : "",
                report.fmaF32[count], report.fmaF64[count]);
  }
  for (const KnownPeak &known : knownPeaks)
    if (report.processor == known.processor && report.vectorBits == known.vectorBits && report.fmaF32.count(1)) {
      report.valid = std::fabs(report.fmaF32[1] / known.gflops - 1) <= 0.1;
      if (!*report.valid)
        std::printf("INVALID RUN: a %s reaches %.0f GF/s when it is not disturbed\n", known.processor, known.gflops);
    }
}

Peers::List chosenPeers(const CommandLine &line, Report &report) {
  Peers::List list;
  for (auto &peer : readPeerList(line.peerList))
    if (line.allPeers || std::find(line.peers.begin(), line.peers.end(), peer.first) != line.peers.end())
      list.push_back(peer);
  for (const std::string &name : line.peers)
    if (std::none_of(list.begin(), list.end(), [&](auto &peer) { return peer.first == name; })) {
      report.peers[name] = "absent: not in " + line.peerList;
      std::printf("peer %s: absent (not in %s; tools/setup-peers.sh installs peers)\n", name.c_str(), line.peerList.c_str());
    }
  if (line.allPeers && list.empty())
    std::printf("no peers: %s is not there or empty; tools/setup-peers.sh makes it\n", line.peerList.c_str());
  return list;
}

/// The N of `n=N` in a case's name.
int64_t extentIn(const std::string &name) { return std::atoll(name.c_str() + name.find("n=") + 2); }

/// What more threads than one are asked for: what includes a backward pass, as a primal says nothing more there, and the matrix products a b, both
/// where they are large enough to be divided (of n = 2048 without the gradient, whose products take a minute of all implementations). Not what is one scalar after another, not first calls, and not what Cotan lacks, whose peers were timed
/// on one thread.
bool saysMoreOnThreads(const std::string &id, const CaseMaker &maker) {
  if (id == "gemm")
    return (maker.name.starts_with("AB ") || maker.name.starts_with("AB+")) && extentIn(maker.name) >= 512 &&
           (maker.pass == "primal" || extentIn(maker.name) <= 1024);
  if (id == "ew" && extentIn(maker.name) < 1 << 20)
    return false;
  return maker.pass != "primal" && maker.missing.empty() && id != "ode" && id != "adlstm" && id != "call" && id != "compile";
}

std::vector<CaseMaker> casesFor(const CommandLine &line, const Workload &workload, int threads) {
  std::vector<CaseMaker> cases = workload.cases(line.settings.options), chosen;
  for (const CaseMaker &maker : cases)
    if (maker.name.find(line.caseText) != std::string::npos && (line.pass.empty() || maker.pass == line.pass) &&
        (threads == 1 || saysMoreOnThreads(workload.id, maker)))
      chosen.push_back(maker);
  return chosen;
}

/// A filter that nothing passes is a mistake in it.
void requireCases(const CommandLine &line) {
  for (int threads : line.threads)
    for (const Workload &workload : suite())
      if (chosen(line, workload.id) && !casesFor(line, workload, threads).empty())
        return;
  throw UsageError("no case passes --only, --case, --pass and --threads; --list names the cases");
}

/// Asked for between cases, so that processes and folders are cleared away in order.
volatile std::sig_atomic_t interrupted = 0;

int runSuite(const CommandLine &line) {
  requireCases(line);
  for (int signal : {SIGINT, SIGTERM})
    std::signal(signal, [](int) { interrupted = 1; });
  // The disk cache of this run and the processes it starts; a given one is filled, but measures nothing (measureFirstCall).
  TemporaryFolder cache("cotan-bench-cache");
  setenv("COTAN_CACHE_DIR", cache.path.c_str(), 0);
  Report report;
  double start = now();
  report.date = llvm::formatv("{0:%Y-%m-%d %H:%M}", llvm::sys::toUtcTime(std::time(nullptr))).str();
  report.quick = line.settings.options.quick;
  report.adbench = !line.settings.options.adbench.empty();
  report.filtered = !line.caseText.empty() || !line.pass.empty();
  measureLimits(report, line.threads, line.settings.options.quick ? 0.005 : 0.3);
  Peers::List list = chosenPeers(line, report);
  bool wrong = false;
  printHeading();
  for (int threads : line.threads) {
    bind_to_cores(threads);
    // The list is in a folder of the tree that its commands start from.
    Peers peers(list, std::filesystem::absolute(line.peerList).parent_path().parent_path().string(), threads);
    Disturbance disturbance(line.settings.options.quick ? 0 : 1);
    RunSettings settings = line.settings;
    settings.threads = threads;
    for (const Workload &workload : suite()) {
      if (interrupted || !chosen(line, workload.id))
        continue;
      std::vector<CaseMaker> cases = casesFor(line, workload, threads);
      std::vector<FirstCalls> firstCalls(cases.size());
      std::map<std::string, std::string> absent;
      std::set<std::string> present;
      // Before this process computes the cases: it then finds their programs on disk. On more threads they are the same.
      for (size_t i = 0; i < cases.size() && threads == line.threads.front() && !interrupted; ++i) {
        std::fprintf(stderr, "\r\033[K%s %s %s, first calls ...", workload.id, cases[i].name.c_str(), cases[i].pass.c_str());
        firstCalls[i] = measureFirstCalls(settings.options, workload.id, cases[i]);
      }
      for (size_t i = 0; i < cases.size() && !interrupted; ++i) {
        std::fprintf(stderr, "\r\033[K%s %s %s ...", workload.id, cases[i].name.c_str(), cases[i].pass.c_str());
        std::vector<Result> results = runCase(settings, workload.id, cases[i], firstCalls[i], peers, disturbance, report);
        std::fprintf(stderr, "\r\033[K");
        for (const Result &result : results) {
          if (result.status == "absent") // said once for a workload, not in each case
            absent[result.implementation] = result.note;
          else {
            printRow(result);
            present.insert(result.implementation);
          }
          wrong |= result.isOurs() && (result.status == "wrong" || result.status == "failed");
          report.results.push_back(result);
        }
        std::fflush(stdout);
        report.seconds = now() - start;
        if (!line.json.empty()) // after each case: a run that is cut short leaves what it measured
          writeReport(report, line.json);
      }
      for (auto &[peer, reason] : absent)
        std::printf("%-8s absent%s: %s: %s\n", workload.id, present.count(peer) ? " in some cases" : "", peer.c_str(), reason.c_str());
      std::fflush(stdout);
    }
  }
  report.complete = !interrupted;
  if (!line.json.empty())
    writeReport(report, line.json);
  std::printf("%zu figures in %.0f s\n", report.results.size(), report.seconds);
  if (interrupted) {
    std::fprintf(stderr, "error: interrupted; the figures so far are there\n");
    return 130;
  }
  if (wrong)
    std::fprintf(stderr, "error: some results are wrong; see the rows above\n");
  return wrong;
}

int listCases(const CommandLine &line) {
  for (const Workload &workload : suite())
    if (chosen(line, workload.id))
      for (const CaseMaker &maker : workload.cases(line.settings.options))
        std::printf("%-8s %-22s %-8s %s\n", workload.id, maker.name.c_str(), maker.pass.c_str(), maker.dtype.c_str());
  return 0;
}

/// first-call ID NAME PASS DTYPE 'as it is'|jit --adbench=... [--quick]: what measureFirstCall starts.
int firstCall(const std::vector<std::string> &words) {
  CommandLine line = parse({words.begin() + 5, words.end()});
  for (const Workload &workload : suite())
    if (workload.id == words[0])
      for (const CaseMaker &maker : workload.cases(line.settings.options))
        if (maker.name == words[1] && maker.pass == words[2] && maker.dtype == words[3])
          return runFirstCall(maker, words[4] == "jit");
  throw UsageError("no such case");
}

int explain(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments[0].starts_with("-"))
    throw UsageError("explain wants an id");
  for (size_t i = 1; i < arguments.size(); ++i)
    if (std::string_view argument = arguments[i];
        argument != "--quick" && !argument.starts_with("--case=") && !argument.starts_with("--pass=") && !argument.starts_with("--adbench="))
      throw UsageError("explain takes --case, --pass, --adbench and --quick, got '" + arguments[i] + "'");
  arguments[0] = "--only=" + arguments[0];
  CommandLine line = parse(arguments);
  requireCases(line);
  bind_to_cores(1);
  int bits = widest_vector_bits();
  for (const Workload &workload : suite())
    if (chosen(line, workload.id))
      for (const CaseMaker &maker : casesFor(line, workload, 1)) {
        if (!maker.missing.empty()) {
          std::printf("%s %s %s: missing: %s\n", workload.id, maker.name.c_str(), maker.pass.c_str(), maker.missing.c_str());
          continue;
        }
        explainCase(workload.id, maker, maker.dtype == "f64" ? fma_peak_gflops_f64(bits) : fma_peak_gflops_f32(bits));
      }
  return 0;
}

int run(std::vector<std::string> arguments) {
  std::signal(SIGPIPE, SIG_IGN); // a peer that died is an error where it is spoken to
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end())
    return std::printf("%s", help), 0;
  std::string subcommand = arguments.empty() || arguments[0].starts_with("-") ? "" : arguments[0];
  if (!subcommand.empty())
    arguments.erase(arguments.begin());
  if (subcommand == "compare") {
    if (arguments.size() != 2)
      throw UsageError("compare wants two files");
    return compareReports(readReport(arguments[0]), readReport(arguments[1])) ? 0 : 1;
  }
  if (subcommand == "explain")
    return explain(arguments);
  if (subcommand == "first-call" && arguments.size() >= 6)
    return firstCall(arguments);
  if (!subcommand.empty())
    throw UsageError("no subcommand '" + subcommand + "'");
  CommandLine line = parse(arguments);
  return line.list ? listCases(line) : runSuite(line);
}

} // namespace
} // namespace cotan::bench

int main(int count, char **arguments) try {
  return cotan::bench::run({arguments + 1, arguments + count});
} catch (const cotan::bench::UsageError &error) {
  std::fprintf(stderr, "error: %s; see --help\n", error.what());
  return 1;
} catch (const std::exception &error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
