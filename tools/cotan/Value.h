//===- Value.h - tensors on the command line ----------------------------===//
//
// A tensor in memory, with its ways in and out: --input specifications, .npy files, text.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_COTAN_VALUE_H
#define COTAN_TOOLS_COTAN_VALUE_H

#include "cotan-compiler/Execution/Executable.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace cotan::tool {

/// Dense, row-major, 64-byte aligned. Copies share the memory.
struct Value {
  execution::TensorSpec spec;
  std::shared_ptr<void> memory;

  template <typename T> T *data() const { return static_cast<T *>(memory.get()); }
  int64_t elements() const;
  /// Element `index` as a double (integers beyond 2^53 round).
  double get(int64_t index) const;
  void set(int64_t index, double value) const;
  bool isFloat() const { return spec.type == execution::ElementType::F32 || spec.type == execution::ElementType::F64; }
};

/// Zeros; an error if there is no memory for them.
llvm::Expected<Value> makeValue(const execution::TensorSpec &spec);

/// A copy with memory of its own.
llvm::Expected<Value> copyOf(const Value &value);

/// Uniform in [0.25, 1.75) for floats, [0, 8) for integers; the same for the same seed.
void fillRandom(const Value &value, uint64_t seed);

/// `tensor<2x3xf32>`.
std::string formatType(const execution::TensorSpec &spec);

/// Parses `2x3xf32`.
llvm::Expected<execution::TensorSpec> parseType(llvm::StringRef text);

/// Parses `TYPE=VALUES`, `TYPE=@FILE.npy`, `TYPE=random[:SEED]` or `@FILE.npy`.
llvm::Expected<Value> parseInput(llvm::StringRef text);

/// `[[1.0, 2.0],\n [3.0, 4.0]] : tensor<2x2xf32>`; of more than 1000 elements only the edges.
std::string formatValue(const Value &value);

/// .npy, versions 1 to 3, C order, f4, f8, i4, i8, b1.
llvm::Expected<Value> readNpy(llvm::StringRef path);
llvm::Error writeNpy(llvm::StringRef path, const Value &value);

} // namespace cotan::tool

#endif // COTAN_TOOLS_COTAN_VALUE_H
