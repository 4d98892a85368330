//===- Disturbance.cpp - who else runs on these cores -------------------------===//

#include "Disturbance.h"

#include "Limits.h"
#include <algorithm>
#include <sched.h>

namespace cotan::bench {
namespace {

/// Trips a second of a loop that keeps a core's integer units busy.
double rate() {
  constexpr int trips = 20'000;
  unsigned long a = 1, b = 2, c = 3, d = 4;
  double start = now();
  for (unsigned long i = 0; i < trips; ++i) {
    a += b ^ i;
    b += 3;
    c ^= d + i;
    d += a & 7;
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d)); // not to be simplified
  }
  return trips / (now() - start);
}

/// Calls `visit` on each core that this thread may run on.
template <typename Visit> void onEachCore(Visit visit) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof(allowed), &allowed);
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &allowed)) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(core, &one);
      sched_setaffinity(0, sizeof(one), &one);
      visit();
    }
  sched_setaffinity(0, sizeof(allowed), &allowed);
}

} // namespace

Disturbance::Disturbance(double seconds) {
  onEachCore([&] {
    for (double end = now() + seconds; now() < end;)
      bestRate = std::max(bestRate, rate());
  });
}

bool Disturbance::isThere() {
  bool found = false;
  onEachCore([&] {
    double here = std::max(rate(), rate()); // one may be hit by an interrupt
    bestRate = std::max(bestRate, here);
    found |= here < 0.9 * bestRate;
  });
  return found;
}

} // namespace cotan::bench
