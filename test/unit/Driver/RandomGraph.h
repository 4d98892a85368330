//===- RandomGraph.h - random functions of the dialect ----------*- C++ -*-===//
//
// Writes modules with one function `@f` made of random ops on random shapes, for tests that compare one way of
// compiling with another. Every function is valid and, whatever its arguments, fails no call: divisors are odd, indices
// are reduced to their range. A seed gives the same text everywhere.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TEST_UNIT_DRIVER_RANDOMGRAPH_H
#define COTAN_TEST_UNIT_DRIVER_RANDOMGRAPH_H

#include <cstdint>
#include <string>
#include <vector>

namespace cotan::test {

struct GraphOptions {
  unsigned maxOps = 14;
  unsigned maxRank = 3;
  int64_t maxElements = 12000;  ///< of any tensor
  std::vector<int64_t> extents; ///< that arguments are made of
  bool differentiable = false;  ///< the first argument and all results are of floats
};

/// A function of any ops.
std::string randomGraph(uint64_t seed, const GraphOptions &options);

/// A function of several kernels that have the same ops in the same order but feed them differently.
std::string rewiredKernels(uint64_t seed);

} // namespace cotan::test

#endif // COTAN_TEST_UNIT_DRIVER_RANDOMGRAPH_H
