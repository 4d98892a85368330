//===- Programs.h - compiled programs by key --------------------*- C++ -*-===//
//
// The in-memory cache from the key of a trace to what was compiled for it. Knows no MLIR; the compiler is made when first needed.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_TRACE_PROGRAMS_H
#define COTAN_LIB_TRACE_PROGRAMS_H

#include "cotan-compiler/Execution/Executable.h"
#include "Context.h"
#include <unordered_map>

namespace cotan::driver {
class Compiler;
struct CompileOptions;
} // namespace cotan::driver

namespace cotan::tracing {

/// 128 bits over structure, element types, shapes, leaf slots, aliasing and outputs; no pointers, values or locations.
struct ProgramKey {
  uint64_t low, high;
  bool operator==(const ProgramKey &) const = default;
};

/// One walk over a segment: what a program is made of, in the order of its inputs and outputs.
struct Walk {
  std::vector<Node *> nodes;   ///< pending, operands first
  std::vector<Node *> inputs;  ///< leaves, scalars
  std::vector<Node *> outputs; ///< nodes whose values are wanted
  std::vector<uint8_t> isOutput; ///< by node
  ProgramKey key{};

  void clear() {
    nodes.clear();
    inputs.clear();
    outputs.clear();
    isOutput.clear();
  }
};

class ProgramCache {
public:
  ProgramCache();
  ~ProgramCache();
  /// The program for a walk, in the form that the thread's recording asks for; compiles it on a miss. Throws CompileError.
  const execution::Executable &lookup(const Walk &walk);

private:
  struct Hash {
    size_t operator()(const ProgramKey &key) const { return key.low; }
  };
  const execution::Executable &lookupProfiling(const Walk &walk);
  std::shared_ptr<const execution::Executable> compile(const Walk &walk);
  std::shared_ptr<const execution::Executable> build(const Walk &walk, const driver::CompileOptions &options);
  void explain(const Walk &walk);

  std::unordered_map<ProgramKey, std::shared_ptr<const execution::Executable>, Hash> programs;
  std::unordered_map<ProgramKey, std::shared_ptr<const execution::Executable>, Hash> profiling; ///< the same, in the profiling form
  std::unordered_map<uint64_t, std::vector<std::string>> signatures; ///< by structure without shapes: the inputs' last types
  std::unique_ptr<driver::Compiler> compiler;
};

} // namespace cotan::tracing

#endif // COTAN_LIB_TRACE_PROGRAMS_H
