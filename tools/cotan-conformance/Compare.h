//===- Compare.h - how close a value must be --------------------*- C++ -*-===//

#ifndef COTAN_TOOLS_CONFORMANCE_COMPARE_H
#define COTAN_TOOLS_CONFORMANCE_COMPARE_H

#include "Case.h"

namespace cotan::conformance {

/// |actual - expected| <= absolute + relative * |expected|; NaN equals NaN, infinities must match.
struct Tolerance {
  double relative, absolute;
};

/// Empty when they agree, else where and by how much they differ.
std::string difference(const HostTensor &actual, const HostTensor &expected, Tolerance tolerance);

} // namespace cotan::conformance

#endif // COTAN_TOOLS_CONFORMANCE_COMPARE_H
