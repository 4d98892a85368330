//===- Target.h - the processor that code is compiled for -------*- C++ -*-===//
//
// Detection of the host and what follows from it. Nothing is tuned to a processor's name: the width of vectors follows from the
// feature list, since hypervisors mask names and features independently.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_EXECUTION_TARGET_H
#define COTAN_COMPILER_EXECUTION_TARGET_H

#include <memory>
#include <string>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace cotan::execution {

struct Target {
  std::string triple;
  std::string cpu;
  std::string features; ///< LLVM's list, "+avx2,-sse4a,...", sorted
  unsigned vectorBits = 128;
  unsigned vectorRegisters = 16;
  bool hasFma = false;
};

/// The machine this process runs on. `maxVectorBits` (0: no bound) limits the vectors used, and with 128 and 256 also the
/// instruction sets, to what a processor with no wider ones has.
Target detectHost(unsigned maxVectorBits = 0);

/// The bound set by COTAN_VECTOR_BITS (128, 256 or 512), or 0. For tests and for code that has to run on lesser machines.
unsigned vectorBitsFromEnvironment();

/// A code generator for `target`; null with `error` set if LLVM has none.
std::unique_ptr<llvm::TargetMachine> createTargetMachine(const Target &target, std::string &error);

/// Sets triple and data layout, before code is emitted into the module.
void prepareModule(llvm::Module &module, llvm::TargetMachine &machine);

/// Sets the attributes by which LLVM selects instructions on every function that has a body.
void setTargetAttributes(llvm::Module &module, const Target &target);

} // namespace cotan::execution

#endif // COTAN_COMPILER_EXECUTION_TARGET_H
