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

/// Of a core's share without a neighbour. With a neighbour it is 0.5 to 0.8.
constexpr double shared = 0.87;

/// The least that a core without a neighbour reads: its 5,000 multiplications take 4 cycles each, its 20,000 other steps are 14 operations each, of which
/// every core that has AVX2 begins four or more in a cycle. So a neighbour who is there from the first second to the last is known too.
constexpr double leastUndisturbed = 5'000. * 4 / (20'000 * 14 / 4.);

/// Seconds that this thread has run: a peer that has just answered and still runs on the same core does not count.
double ranFor() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// How fast a loop is that keeps all integer units busy, relative to a chain of multiplications, each of which waits for the one before. A neighbour takes
/// units away, which the chain does not need; the clock, lower after wide vectors and higher after a rest, is in both.
/// Never inlined: two copies at other addresses are not equally fast.
__attribute__((noinline)) double shareOfUnits() {
  double start = ranFor();
  unsigned long x = 3;
  for (unsigned long i = 0; i < 5'000; ++i) {
    x = x * x + i;
    asm volatile("" : "+r"(x)); // not to be simplified
  }
  double middle = ranFor();
  unsigned long a = 1, b = 2, c = 3, d = 4;
  for (unsigned long i = 0; i < 20'000; ++i) {
    a += b ^ i;
    b += 3;
    c ^= d + i;
    d += a & 7;
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
  }
  return (middle - start) / (ranFor() - middle);
}

/// The median of five: an interrupt can fall into either part.
double steadyShare() {
  double shares[5];
  for (double &share : shares)
    share = shareOfUnits();
  std::nth_element(shares, shares + 2, shares + 5);
  return shares[2];
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

Disturbance::Disturbance(double seconds) : undisturbed(leastUndisturbed) {
  onEachCore([&] {
    for (double end = now() + seconds; now() < end;) {
      readsShared();
      std::this_thread::sleep_for(std::chrono::milliseconds(10)); // a neighbour's work comes and goes
    }
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

bool Disturbance::readsShared() {
  constexpr size_t kept = 1000, fewest = 30;
  double here = steadyShare();
  if (readings.size() < kept)
    readings.push_back(here);
  else
    readings[next++ % kept] = here;
  if (readings.size() < fewest)
    return false;
  // Not by the best, which is a reading that went wrong: a core is undisturbed at least a tenth of some span. It never falls, or a neighbour who
  // stays would be taken for the normal state.
  std::vector<double> sorted = readings;
  auto upperTenth = sorted.begin() + std::ptrdiff_t(sorted.size() * 9 / 10);
  std::nth_element(sorted.begin(), upperTenth, sorted.end());
  undisturbed = std::max(undisturbed, *upperTenth);
  return here < shared * undisturbed;
}

bool Disturbance::isThere() {
  bool found = false;
  onEachCore([&] {
    found |= readsShared();
  });
  return found;
}

} // namespace cotan::bench
