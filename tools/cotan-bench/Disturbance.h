//===- Disturbance.h - who else runs on these cores -------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_DISTURBANCE_H
#define COTAN_TOOLS_BENCH_DISTURBANCE_H

#include <cstddef>
#include <vector>

namespace cotan::bench {

/// Whether this process has its cores to itself. A neighbour on the other hyperthread of a core slows vector code by half and more for seconds at a
/// time, and shows in no statistic of a virtual machine. It shows in the speed of two short loops of integer arithmetic, one that wants all units of
/// a core and one that wants few, relative to each other.
class Disturbance {
public:
  /// Of the cores this process is bound to. Reads them for so many seconds, to learn what is undisturbed.
  explicit Disturbance(double seconds);
  /// Just now; takes about 200 us for each core.
  bool isThere();
  /// Sleeps until nothing disturbs, for so many seconds at most and while there is patience left. Returns how long that was.
  double awaitQuiet(double atMost);
  /// Seconds that may be lost to waiting and repeating; what is left of earlier ones stays, so that a run's length is bounded however busy the machine.
  void grant(double seconds) { patience += seconds; }
  bool patienceIsLeft() const { return patience > 0; }
  void spend(double seconds) { patience -= seconds; }

private:
  /// Reads the loops once more; whether the reading is that of a core with a neighbour.
  bool readsShared();

  std::vector<double> readings; ///< the last ones
  size_t next = 0;              ///< to be overwritten
  double undisturbed;           ///< the reading of a core without a neighbour, as far as is known
  double patience = 0;          ///< seconds
};

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_DISTURBANCE_H
