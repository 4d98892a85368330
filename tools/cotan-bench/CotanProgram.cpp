//===- CotanProgram.cpp - a case as Cotan runs it ---------------------------===//

#include "CotanProgram.h"

#include "ChildProcess.h"
#include "Limits.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace cotan::bench {

CotanProgram::CotanProgram(const Case &workload, bool eager) : state(std::make_shared<State>()) {
  state->vary = workload.vary;
  state->program = workload.program;
  for (const Named &input : workload.inputs)
    state->inputs.push_back(input.value);
  auto run = [state = state](const Tensors &arguments) {
    state->results = state->program(arguments);
    Tensors values;
    for (const Named &result : state->results)
      values.push_back(result.value);
    return values;
  };
  if (eager)
    function = run;
  else
    function = [compiled = jit(run)](const Tensors &arguments) { return compiled(arguments); };
}

void CotanProgram::call() {
  for (Named &result : state->results) // else two calls' results would be there at once
    result.value = {};
  if (state->vary)
    state->vary(state->inputs, state->calls++);
  Tensors values = function(state->inputs);
  for (Tensor &value : values)
    value.eval();
  for (size_t i = 0; i < values.size(); ++i)
    state->results[i].value = values[i];
}

FirstCall measureFirstCall(const Options &options, const std::string &id, const CaseMaker &maker, bool byJit, const std::string &cache) {
  std::vector<std::string> command = {"/proc/self/exe", "first-call", id, maker.name, maker.pass, maker.dtype, byJit ? "jit" : "as it is",
                                      "--adbench=" + options.adbench};
  if (options.quick)
    command.push_back("--quick");
  FirstCall first;
  double start = now(), inputs = 0;
  ChildProcess process(command, "", {{"COTAN_CACHE_DIR", cache}});
  std::istringstream figures(process.hear(600));
  first.process = now() - start;
  if (!(figures >> first.seconds >> inputs >> first.rssBytes) || !process.wait())
    throw std::runtime_error("the process for the first call failed");
  first.process -= inputs;
  return first;
}

namespace {

/// Forgets the peak of resident memory so far; a system that cannot leaves it.
void resetPeakMemory() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// Of this process alone. A child's rusage would not do: it starts with the memory of the process that was forked.
int64_t peakMemory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:"))
      return std::strtoll(line.c_str() + 6, nullptr, 10) * 1024;
  return 0;
}

} // namespace

int runFirstCall(const CaseMaker &maker, bool byJit) {
  (cotan::ones({2}) * 2).eval(); // starts the compiler, which making the inputs would else do, and their time is no part of the process' figure
  double beforeInputs = now();
  Case workload = maker.make();
  resetPeakMemory();
  double inputs = now() - beforeInputs;
  CotanProgram program(workload, workload.eager && !byJit);
  double start = now();
  program.call();
  double seconds = now() - start;
  std::printf("%.9g %.9g %lld\n", seconds, inputs, static_cast<long long>(peakMemory()));
  std::fflush(stdout);
  _exit(0); // the time to free what the case holds is nobody's question
}

} // namespace cotan::bench
