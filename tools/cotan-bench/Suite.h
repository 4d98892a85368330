//===- Suite.h - what a workload is -----------------------------*- C++ -*-===//
//
// A workload (docs/Benchmarks.md) gives cases; a case is one program on one set of inputs, with an oracle for its results and what its
// formula must move and compute at least. The runner (Runner.h) does the rest: first calls, checks, timing beside peers.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_SUITE_H
#define COTAN_TOOLS_BENCH_SUITE_H

#include "cotan/cotan.h"
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cotan::bench {

struct Named {
  std::string name;
  Tensor value; ///< evaluated, contiguous
};

using Tensors = std::vector<Tensor>;
/// Results by name from the inputs in their order.
using Program = std::function<std::vector<Named>(const Tensors &inputs)>;

/// A program that is not Cotan's: `call` does the work, `results` gives what the last call computed.
struct Implementation {
  std::function<void()> call;
  std::function<std::vector<Named>()> results;
};

struct Case {
  std::vector<Named> inputs;                              ///< what the peers are given too
  std::vector<std::pair<std::string, double>> parameters; ///< numbers that a program may contain, by name
  Program program;                                        ///< tensor code, made one function by jit...
  /// Changes inputs before each call; before call 0 it leaves them what the peers are given, who do the same.
  std::function<void(Tensors &inputs, int64_t call)> vary;
  bool eager = false;                                     ///< ...or called as it is, recording anew each time
  std::function<std::vector<Named>()> oracle;             ///< expected results in f64, by the program's names; one not listed is not compared
  std::function<std::vector<Named>(int64_t call)> oracleOfCall = {}; ///< where `vary` is set: what that call should give
  double tolerance = 1e-4;                                ///< of a result's elements, relative to its largest
  double bytes = 0;                                       ///< compulsory: each input and result once
  double flops = 0;                                       ///< what the formula needs, without transcendental functions
  std::function<Implementation()> witness;                ///< hand-written; empty where bytes or flops bound
};

/// A case by name, made when its turn comes.
struct CaseMaker {
  std::string name, pass, dtype;
  std::function<Case()> make;
  bool alsoByJit = false; ///< an eager case whose jit form is timed beside it
  std::string missing = {}; ///< what Cotan lacks for it; empty: nothing. Its peers are timed all the same where the oracle knows results
};

struct Options {
  bool quick = false;
  std::string adbench; ///< folder of ADBench's files; empty: inputs of the same form are made
};

struct Workload {
  const char *id;
  std::vector<CaseMaker> (*cases)(const Options &options);
};

/// All ids of the suite, in its order.
const std::vector<Workload> &suite();

// One function for each id; each in the file of its name.
std::vector<CaseMaker> elementwiseCases(const Options &);  // ew
std::vector<CaseMaker> crossEntropyCases(const Options &); // xent
std::vector<CaseMaker> layerNormCases(const Options &);    // lnorm
std::vector<CaseMaker> mlpCases(const Options &);
std::vector<CaseMaker> transformerCases(const Options &);
std::vector<CaseMaker> convolutionCases(const Options &);
std::vector<CaseMaker> lstmCases(const Options &);
std::vector<CaseMaker> gmmCases(const Options &);
std::vector<CaseMaker> adbenchLstmCases(const Options &);
std::vector<CaseMaker> bundleAdjustmentCases(const Options &);
std::vector<CaseMaker> blackScholesCases(const Options &);
std::vector<CaseMaker> odeCases(const Options &);
std::vector<CaseMaker> newtonCases(const Options &);
std::vector<CaseMaker> hessianVectorCases(const Options &);
std::vector<CaseMaker> gemmCases(const Options &);
std::vector<CaseMaker> callCases(const Options &);
std::vector<CaseMaker> compileCases(const Options &);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_SUITE_H
