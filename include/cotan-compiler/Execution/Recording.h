//===- Recording.h - calls of profiling programs, measured ------*- C++ -*-===//
//
// Calls executables of the profiling form (CompileOptions::profile) and adds up what each of their kernels took. For one thread at a time.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_EXECUTION_RECORDING_H
#define COTAN_COMPILER_EXECUTION_RECORDING_H

#include "cotan-compiler/Execution/Executable.h"
#include <unordered_map>

namespace cotan::execution {

class Recording {
public:
  Recording();

  /// execution::invoke, recorded. The executable must outlive the recording.
  int32_t invoke(const Executable &executable, const void *const *inputs, void *const *outputs, void *workspace, cotan_call_context *context);

  const runtime::ProfileRecord &getRecord() const { return record; }

private:
  /// The rows of an executable's launches.
  struct Program {
    std::vector<size_t> rows;
    std::vector<cotan_kernel_time> times; ///< of the last call
  };
  Program &getProgram(const Executable &executable);
  void add(const Executable &executable, Program &program);

  uint64_t overhead; ///< nanoseconds that each measured interval is too long by
  runtime::ProfileRecord record;
  std::unordered_map<const Executable *, Program> programs;
  std::unordered_map<std::string, unsigned> functions; ///< how many programs have this name
};

} // namespace cotan::execution

#endif // COTAN_COMPILER_EXECUTION_RECORDING_H
