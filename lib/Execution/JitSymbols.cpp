//===- JitSymbols.cpp - the C functions that compiled code may call -------===//

#include "JitSymbols.h"
#include <cmath>
#include <cstring>

namespace cotan::execution {

#define COTAN_MEMORY(NAME) {#NAME, reinterpret_cast<const void *>(&::NAME)},
// Both precisions of a mathematical function; the casts pick C's own among the C++ overloads.
#define COTAN_UNARY(NAME)                                                                                                                  \
  {#NAME, reinterpret_cast<const void *>(static_cast<double (*)(double)>(&::NAME))},                                                       \
      {#NAME "f", reinterpret_cast<const void *>(static_cast<float (*)(float)>(&::NAME##f))},
#define COTAN_BINARY(NAME)                                                                                                                 \
  {#NAME, reinterpret_cast<const void *>(static_cast<double (*)(double, double)>(&::NAME))},                                               \
      {#NAME "f", reinterpret_cast<const void *>(static_cast<float (*)(float, float)>(&::NAME##f))},
#define COTAN_TERNARY(NAME)                                                                                                                \
  {#NAME, reinterpret_cast<const void *>(static_cast<double (*)(double, double, double)>(&::NAME))},                                       \
      {#NAME "f", reinterpret_cast<const void *>(static_cast<float (*)(float, float, float)>(&::NAME##f))},

llvm::ArrayRef<LibrarySymbol> librarySymbols() {
  static const LibrarySymbol symbols[] = {
      COTAN_MEMORY(memcpy) COTAN_MEMORY(memmove) COTAN_MEMORY(memset) COTAN_MEMORY(memcmp) //
      // What LLVM calls where the processor has no instruction (no SSE4.1, no FMA).
      COTAN_UNARY(floor) COTAN_UNARY(ceil) COTAN_UNARY(trunc) COTAN_UNARY(round) COTAN_UNARY(roundeven) COTAN_UNARY(rint)
      COTAN_UNARY(nearbyint) COTAN_TERNARY(fma) COTAN_BINARY(fmin) COTAN_BINARY(fmax)
      // The remainder of floating-point numbers has no instruction anywhere.
      COTAN_BINARY(fmod)
  };
  return symbols;
}

} // namespace cotan::execution
