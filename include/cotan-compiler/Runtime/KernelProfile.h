//===- KernelProfile.h - what kernels do, and what they took ----*- C++ -*-===//
//
// Code generation describes each kernel that it emits (KernelFacts); calls of the profiling form measure them (KernelRecord). Both
// are plain data, so that the layers between need not know each other.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_RUNTIME_KERNELPROFILE_H
#define COTAN_COMPILER_RUNTIME_KERNELPROFILE_H

#include <cstdint>
#include <string>
#include <vector>

namespace cotan::runtime {

/// What one launch does, known when it is compiled.
struct KernelFacts {
  std::string function;       ///< the compiled function
  int64_t kernel = 0;         ///< its number there; launches of identical kernels have one number
  std::string operations;     ///< "sub, exp x2, reduce_sum"
  std::string shape;          ///< the domain, "8x100"; of a matrix product "m=8 n=16 k=100"
  std::string location;       ///< "file:line" of the op that gives the last result; empty: unknown
  double bytes = 0;           ///< of the elements read and of those written, each once
  double flops = 0;           ///< floating-point additions, multiplications ...; a fused multiply-add is two
  double transcendentals = 0; ///< elementary functions computed (exp, tanh, pow ...); not among the flops
};

/// A kernel's facts, and what was measured; bytes, flops and transcendentals are sums over the launches.
struct KernelRecord {
  KernelFacts facts;
  std::string name; ///< "main.k0"; "main#2.k0" for the second program of that name
  uint64_t launches = 0;
  double seconds = 0;
};

/// What was recorded: kernels in the order of their first launches, and the calls that launched them.
struct ProfileRecord {
  std::vector<KernelRecord> kernels;
  uint64_t calls = 0, launches = 0, workspaceBytes = 0; ///< the workspace summed over the calls
  double seconds = 0;                                   ///< from the entries to their returns
};

/// A monotonic clock, in nanoseconds: the one that profiling entries read.
uint64_t readClock();
/// Nanoseconds between two readings with nothing between: what a measured interval is too long by.
uint64_t clockOverhead();

/// The record as a table, a row a kernel, the longest first.
std::string formatProfile(const ProfileRecord &record);

} // namespace cotan::runtime

#endif // COTAN_COMPILER_RUNTIME_KERNELPROFILE_H
