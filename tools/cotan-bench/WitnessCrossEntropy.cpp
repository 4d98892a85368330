//===- WitnessCrossEntropy.cpp - the xent workload, hand-written -------------===//

#define COTAN_WITNESS_LOOPS "WitnessCrossEntropy.inc"
#include "WitnessWidths.h"

namespace cotan::bench {

float witness_xent(const float *x, const int64_t *target, float *gradient, size_t rows, size_t classes) {
  // Streaming pays where the gradient would leave the caches anyway; it needs rows of whole cache lines.
  bool streaming = rows * classes * sizeof(float) >= size_t(32) << 20 && classes % 16 == 0 && uintptr_t(gradient) % 64 == 0;
  return (widest_vector_bits() == 512 ? wide::run : narrow::run)(x, target, gradient, rows, classes, streaming);
}

} // namespace cotan::bench
