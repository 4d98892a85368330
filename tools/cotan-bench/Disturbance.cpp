//===- Disturbance.cpp - who else runs on these cores -------------------------===//

#include "Disturbance.h"

#include "Limits.h"
#include <algorithm>
#include <chrono>
#include <ctime>
#include <sched.h>
#include <thread>

namespace cotan::bench {
namespace {

/// Seconds that this thread has run: a peer that has just answered and still runs on the same core does not count.
double ranFor() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// Trips a second of a loop that keeps a core's integer units busy.
double rate() {
  constexpr int trips = 20'000;
  unsigned long a = 1, b = 2, c = 3, d = 4;
  double start = ranFor();
  for (unsigned long i = 0; i < trips; ++i) {
    a += b ^ i;
    b += 3;
    c ^= d + i;
    d += a & 7;
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d)); // not to be simplified
  }
  return trips / (ranFor() - start);
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

Disturbance::Disturbance(double seconds, double patience) : patience(patience) {
  onEachCore([&] {
    for (double end = now() + seconds; now() < end;)
      bestRate = std::max(bestRate, rate());
  });
}

double Disturbance::awaitQuiet(double atMost) {
  double begin = now(), longest = std::min(patience, atMost);
  while (now() - begin < longest && isThere())
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  double waited = now() - begin;
  patience -= waited;
  return waited;
}

bool Disturbance::isThere() {
  bool found = false;
  onEachCore([&] {
    double here = std::max({rate(), rate(), rate()}); // one may be hit by an interrupt
    bestRate = std::max(bestRate, here);
    found |= here < 0.9 * bestRate;
  });
  return found;
}

} // namespace cotan::bench
