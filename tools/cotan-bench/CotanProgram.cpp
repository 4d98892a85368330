//===- CotanProgram.cpp - a case as Cotan runs it ---------------------------===//

#include "CotanProgram.h"

#include "Limits.h"
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
#include <sys/wait.h>
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
  int out[2];
  if (pipe(out))
    throw std::runtime_error("cannot make a pipe");
  double start = now();
  pid_t process = fork();
  if (process == 0) {
    dup2(out[1], 1);
    close(out[0]);
    close(out[1]);
    std::string adbench = "--adbench=" + options.adbench;
    execl("/proc/self/exe", "cotan-bench", "first-call", id.c_str(), maker.name.c_str(), maker.pass.c_str(), maker.dtype.c_str(), byJit ? "jit" : "as it is",
          adbench.c_str(), options.quick ? "--quick" : nullptr, nullptr);
    _exit(127);
  }
  close(out[1]);
  std::FILE *stream = fdopen(out[0], "r");
  FirstCall first;
  bool heard = std::fscanf(stream, "%lf", &first.seconds) == 1;
  first.process = now() - start;
  std::fclose(stream);
  struct rusage usage {};
  int status = 0;
  wait4(process, &status, 0, &usage);
  if (!heard || status != 0)
    throw std::runtime_error("the process for the first call of " + id + " failed");
  first.rssBytes = int64_t(usage.ru_maxrss) * 1024;
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
