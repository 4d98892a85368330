//===- Invoke.cpp - calling an executable ---------------------------------===//

#include "cotan-compiler/Execution/Invoke.h"

namespace cotan::execution {

int32_t invokeGuarded(const Executable &executable, const void *const *inputs, void *const *outputs, cotan_call_context *context) {
  std::vector<int64_t> inputBytes, outputBytes;
  for (const TensorSpec &spec : executable.inputs)
    inputBytes.push_back(tensorBytes(spec));
  for (const TensorSpec &spec : executable.outputs)
    outputBytes.push_back(tensorBytes(spec));
  return runtime::guardedCall(executable.entry, inputs, inputBytes, outputs, outputBytes, executable.workspaceBytes, context);
}

std::string describeStatus(int32_t status, const cotan_call_context &context) {
  switch (status) {
  case COTAN_STATUS_OK:
    return "ok";
  case COTAN_STATUS_INTEGER_DIVISION_BY_ZERO:
    return "integer division by zero";
  case COTAN_STATUS_INDEX_OUT_OF_RANGE:
    return "index " + std::to_string(context.error_value) + " is out of range for an extent of " + std::to_string(context.error_limit);
  }
  return "the compiled code returned the unknown status " + std::to_string(status);
}

} // namespace cotan::execution
