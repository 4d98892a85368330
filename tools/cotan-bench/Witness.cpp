//===- Witness.cpp - memory for the hand-written loops -----------------------===//

#include "Witness.h"

#include "cotan/cotan.h"
#include <algorithm>
#include <cstdlib>
#include <sys/mman.h>

namespace cotan::bench {

WitnessArray::WitnessArray(size_t count) : count(count) {
  constexpr size_t line = 64, largePage = size_t(2) << 20;
  size_t bytes = count * sizeof(float), unit = bytes >= largePage ? largePage : line;
  bytes = std::max(unit, (bytes + unit - 1) / unit * unit);
  values.reset(static_cast<float *>(std::aligned_alloc(unit, bytes)));
  if (unit == largePage)
    madvise(values.get(), bytes, MADV_HUGEPAGE);
  std::fill(values.get(), values.get() + count, 0.0f); // touches every page
}

WitnessArray::WitnessArray(const Tensor &tensor) : WitnessArray(size_t(tensor.numel())) {
  std::vector<float> elements = tensor.to_vector<float>();
  std::copy(elements.begin(), elements.end(), values.get());
}

Tensor WitnessArray::tensor(std::vector<int64_t> shape) const {
  return cotan::tensor(std::vector<float>(values.get(), values.get() + count)).reshape(shape).eval();
}

void WitnessArray::Free::operator()(float *p) const { std::free(p); }

} // namespace cotan::bench
