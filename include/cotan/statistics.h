//===- statistics.h - what the process compiled and ran ---------*- C++ -*-===//

#ifndef COTAN_STATISTICS_H
#define COTAN_STATISTICS_H

#include "cotan/export.h"
#include <cstdint>

namespace cotan {

/// Counts since the start of the process; take differences.
struct Statistics {
  uint64_t compiles = 0;    ///< programs compiled
  uint64_t disk_hits = 0;   ///< programs loaded from the disk cache instead
  uint64_t evaluations = 0; ///< compiled programs called
  uint64_t launches = 0;    ///< kernels these calls launched
  uint64_t nodes = 0;       ///< nodes alive now
  uint64_t planned_bytes = 0; ///< workspace (the planned arenas) of these calls, summed
};
COTAN_API Statistics statistics();

} // namespace cotan

#endif // COTAN_STATISTICS_H
