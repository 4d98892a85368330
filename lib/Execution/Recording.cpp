//===- Recording.cpp - calls of profiling programs, measured --------------===//

#include "cotan-compiler/Execution/Recording.h"
#include "cotan-compiler/Execution/Invoke.h"
#include <algorithm>

namespace cotan::execution {

Recording::Recording() : overhead(runtime::clockOverhead()) {}

/// One row for each kernel: launches of the same kernel share it.
Recording::Program &Recording::getProgram(const Executable &executable) {
  auto [entry, isNew] = programs.try_emplace(&executable);
  Program &program = entry->second;
  if (!isNew || executable.launches.empty())
    return program;
  std::string function = executable.launches[0].function;
  if (unsigned number = ++functions[function]; number > 1)
    function += "#" + std::to_string(number);
  std::unordered_map<int64_t, size_t> rowOf;
  for (const runtime::KernelFacts &facts : executable.launches) {
    auto [known, isFirst] = rowOf.try_emplace(facts.kernel, record.kernels.size());
    program.rows.push_back(known->second);
    if (!isFirst)
      continue;
    runtime::KernelRecord &row = record.kernels.emplace_back();
    row.facts = facts;
    row.facts.bytes = row.facts.flops = row.facts.transcendentals = 0;
    row.name = function + ".k" + std::to_string(facts.kernel);
  }
  program.times.resize(executable.launches.size());
  return program;
}

void Recording::add(const Executable &executable, Program &program) {
  for (size_t i = 0; i < program.rows.size(); ++i) {
    const cotan_kernel_time &time = program.times[i];
    const runtime::KernelFacts &facts = executable.launches[i];
    runtime::KernelRecord &row = record.kernels[program.rows[i]];
    auto launches = static_cast<double>(time.launches);
    row.launches += time.launches;
    row.seconds += static_cast<double>(time.nanoseconds - std::min(time.nanoseconds, time.launches * overhead)) * 1e-9;
    row.facts.bytes += launches * facts.bytes;
    row.facts.flops += launches * facts.flops;
    row.facts.transcendentals += launches * facts.transcendentals;
  }
}

int32_t Recording::invoke(const Executable &executable, const void *const *inputs, void *const *outputs, void *workspace,
                          cotan_call_context *context) {
  Program &program = getProgram(executable);
  std::fill(program.times.begin(), program.times.end(), cotan_kernel_time{});
  cotan_profile_context profile = {*context, runtime::readClock, program.times.data()};
  uint64_t begin = runtime::readClock();
  int32_t status = execution::invoke(executable, inputs, outputs, workspace, &profile.call);
  uint64_t end = runtime::readClock();
  *context = profile.call;
  ++record.calls;
  record.launches += context->launches;
  record.workspaceBytes += static_cast<uint64_t>(executable.workspaceBytes);
  record.seconds += static_cast<double>(end - begin) * 1e-9;
  add(executable, program);
  return status;
}

} // namespace cotan::execution
