//===- Measure.cpp - honest timings ------------------------------------------===//

#include "Measure.h"

#include "Limits.h"
#include <algorithm>

namespace cotan::bench {

std::vector<Timing> timeInTurns(const std::vector<std::function<void()>> &candidates, double seconds) {
  size_t n = candidates.size();
  std::vector<int> repeats(n, 1);
  for (size_t i = 0; i < n; ++i) {
    candidates[i]();
    double start = now();
    candidates[i]();
    double once = now() - start;
    // Short calls are repeated within one sample, so that the clock's own cost does not count.
    repeats[i] = once > 2e-5 ? 1 : int(2e-5 / std::max(once, 1e-8)) + 1;
  }
  std::vector<std::vector<double>> samples(n);
  double start = now();
  while (samples[0].size() < 5 || now() - start < seconds)
    for (size_t i = 0; i < n; ++i) {
      double begin = now();
      for (int r = 0; r < repeats[i]; ++r)
        candidates[i]();
      samples[i].push_back((now() - begin) / repeats[i]);
    }
  std::vector<Timing> timings;
  for (auto &list : samples) {
    std::sort(list.begin(), list.end());
    timings.push_back({list[list.size() / 2], list.front()});
  }
  return timings;
}

} // namespace cotan::bench
