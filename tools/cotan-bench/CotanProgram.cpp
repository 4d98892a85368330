//===- CotanProgram.cpp - a case as Cotan runs it ---------------------------===//

#include "CotanProgram.h"

#include "ChildProcess.h"
#include "Limits.h"
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace cotan::bench {

CotanProgram::CotanProgram(const Case &workload, bool eager) : state(std::make_shared<State>()) {
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
  Tensors values = function(state->inputs);
  for (Tensor &value : values)
    value.eval();
  for (size_t i = 0; i < values.size(); ++i)
    state->results[i].value = values[i];
}

FirstCall measureFirstCall(const Options &options, const std::string &id, const CaseMaker &maker, bool byJit) {
  std::vector<std::string> command = {"/proc/self/exe", "first-call", id, maker.name, maker.pass, maker.dtype, byJit ? "jit" : "as it is",
                                      "--adbench=" + options.adbench};
  if (options.quick)
    command.push_back("--quick");
  FirstCall first;
  double start = now();
  ChildProcess process(command, "", {});
  first.seconds = std::strtod(process.hear(600).c_str(), nullptr);
  first.process = now() - start;
  ChildProcess::Ending ending = process.wait();
  if (!ending.succeeded)
    throw std::runtime_error("the process for the first call of " + id + " failed");
  first.rssBytes = ending.peakRssBytes;
  return first;
}

int runFirstCall(const Case &workload, bool byJit) {
  CotanProgram program(workload, workload.eager && !byJit);
  double start = now();
  program.call();
  std::printf("%.9g\n", now() - start);
  std::fflush(stdout);
  _exit(0); // the time to free what the case holds is nobody's question
}

} // namespace cotan::bench
