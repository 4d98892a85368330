//===- Executable.h - compiled code ready to call ---------------*- C++ -*-===//
//
// The result of a compile or of a hit in the disk cache: an entry pointer and what a caller needs to call it. Knows no MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_EXECUTION_EXECUTABLE_H
#define COTAN_COMPILER_EXECUTION_EXECUTABLE_H

#include "cotan-c/kernel_abi.h"
#include "cotan-compiler/Runtime/KernelProfile.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cotan::execution {

enum class ElementType : uint8_t { F32, F64, I32, I64, I1 };

/// Bytes of one element in memory.
inline int64_t elementBytes(ElementType type) {
  switch (type) {
  case ElementType::F32:
  case ElementType::I32:
    return 4;
  case ElementType::F64:
  case ElementType::I64:
    return 8;
  case ElementType::I1:
    return 1;
  }
  return 0;
}

/// Element type and extents of an argument or result.
struct TensorSpec {
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
};

/// Immutable; may be called from several threads at once, each with its own workspace and context.
struct Executable {
  cotan_entry entry = nullptr;
  std::vector<TensorSpec> inputs, outputs;
  int64_t workspaceBytes = 0;
  int64_t kernels = 0;
  /// Of the profiling form: what each launch of the entry does. Such an entry is called through a Recording only. A program without a
  /// launch is the same in both forms.
  std::vector<runtime::KernelFacts> launches;
  std::vector<std::string> routines; ///< that its code calls and shares with other programs
  std::shared_ptr<void> code; ///< keeps the machine code mapped
};

} // namespace cotan::execution

#endif // COTAN_COMPILER_EXECUTION_EXECUTABLE_H
