//===- WitnessElementwise.cpp - the ew workload, hand-written ----------------===//

#define COTAN_WITNESS_LOOPS "WitnessElementwise.inc"
#include "WitnessWidths.h"

namespace cotan::bench {

float witness_ew(const float *x, const float *y, float *grad, size_t n) {
  // Streaming pays where the gradient would leave the caches anyway.
  bool streaming = n * sizeof(float) >= size_t(32) << 20 && uintptr_t(grad) % 64 == 0;
  return (widest_vector_bits() == 512 ? wide::run : narrow::run)(x, y, grad, n, streaming);
}

} // namespace cotan::bench
