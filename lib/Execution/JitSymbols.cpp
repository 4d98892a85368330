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
      COTAN_UNARY(exp) COTAN_UNARY(exp2) COTAN_UNARY(expm1) COTAN_UNARY(log) COTAN_UNARY(log1p) COTAN_UNARY(log2) COTAN_UNARY(log10)
      COTAN_UNARY(sin) COTAN_UNARY(cos) COTAN_UNARY(tan) COTAN_UNARY(asin) COTAN_UNARY(acos) COTAN_UNARY(atan)
      COTAN_UNARY(sinh) COTAN_UNARY(cosh) COTAN_UNARY(tanh) COTAN_UNARY(asinh) COTAN_UNARY(acosh) COTAN_UNARY(atanh)
      COTAN_UNARY(erf) COTAN_UNARY(erfc) COTAN_UNARY(lgamma) COTAN_UNARY(tgamma) COTAN_UNARY(cbrt) COTAN_UNARY(sqrt)
      // What LLVM calls where the processor has no instruction (no SSE4.1, no FMA).
      COTAN_UNARY(floor) COTAN_UNARY(ceil) COTAN_UNARY(trunc) COTAN_UNARY(round) COTAN_UNARY(roundeven) COTAN_UNARY(rint)
      COTAN_UNARY(nearbyint) COTAN_TERNARY(fma) //
      COTAN_BINARY(pow) COTAN_BINARY(atan2) COTAN_BINARY(fmod) COTAN_BINARY(fmin) COTAN_BINARY(fmax)
  };
  return symbols;
}

} // namespace cotan::execution
