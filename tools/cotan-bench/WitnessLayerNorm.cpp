//===- WitnessLayerNorm.cpp - the lnorm workload, hand-written ---------------===//

#define COTAN_WITNESS_LOOPS "WitnessLayerNorm.inc"
#include "WitnessWidths.h"

namespace cotan::bench {

float witness_lnorm(const LayerNormArrays &arrays) {
  bool streaming = arrays.rows * arrays.width * sizeof(float) >= size_t(32) << 20;
  return (widest_vector_bits() == 512 ? wide::run : narrow::run)(arrays, streaming);
}

} // namespace cotan::bench
