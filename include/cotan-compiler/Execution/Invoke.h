//===- Invoke.h - calling an executable -------------------------*- C++ -*-===//
//
// The one way in which the host calls compiled code: directly, or with COTAN_GUARD=1 with every buffer against a guard page.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_EXECUTION_INVOKE_H
#define COTAN_COMPILER_EXECUTION_INVOKE_H

#include "cotan-compiler/Execution/Executable.h"
#include "cotan-compiler/Runtime/GuardedCall.h"
#include <string>

namespace cotan::execution {

/// Bytes of a dense tensor.
inline int64_t tensorBytes(const TensorSpec &spec) {
  int64_t bytes = elementBytes(spec.type);
  for (int64_t extent : spec.shape)
    bytes *= extent;
  return bytes;
}

int32_t invokeGuarded(const Executable &executable, const void *const *inputs, void *const *outputs, cotan_call_context *context);

/// Calls the entry. `workspace` has executable.workspaceBytes bytes, 64-byte aligned. Returns a cotan_status.
inline int32_t invoke(const Executable &executable, const void *const *inputs, void *const *outputs, void *workspace,
                      cotan_call_context *context) {
  static const bool guarded = runtime::guardEnabled();
  if (guarded) [[unlikely]]
    return invokeGuarded(executable, inputs, outputs, context);
  return executable.entry(inputs, outputs, workspace, context);
}

/// What a status that is not COTAN_STATUS_OK means, for an error message.
std::string describeStatus(int32_t status, const cotan_call_context &context);

} // namespace cotan::execution

#endif // COTAN_COMPILER_EXECUTION_INVOKE_H
