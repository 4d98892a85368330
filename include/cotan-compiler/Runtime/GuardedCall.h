//===- GuardedCall.h - calls whose buffers end at guard pages ---*- C++ -*-===//
//
// Sanitizers do not see compiled kernels. With COTAN_GUARD=1 every buffer of a call is copied to memory of its own that ends
// where an inaccessible page begins, so that a kernel which reads or writes past an end faults at the instruction that does it;
// bytes before the beginning are checked after the call. Slow; for tests.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_RUNTIME_GUARDEDCALL_H
#define COTAN_COMPILER_RUNTIME_GUARDEDCALL_H

#include "cotan-c/kernel_abi.h"
#include <cstdint>
#include <vector>

namespace cotan::runtime {

/// Whether COTAN_GUARD is set to something but 0 (read at the first call).
bool guardEnabled();

/// Calls `entry` with every buffer against a guard page. The process ends with a message if a kernel wrote before a buffer.
int32_t guardedCall(cotan_entry entry, const void *const *inputs, const std::vector<int64_t> &inputBytes, void *const *outputs,
                    const std::vector<int64_t> &outputBytes, int64_t workspaceBytes, cotan_call_context *context);

} // namespace cotan::runtime

#endif // COTAN_COMPILER_RUNTIME_GUARDEDCALL_H
