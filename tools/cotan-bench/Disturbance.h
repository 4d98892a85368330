//===- Disturbance.h - who else runs on these cores -------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_DISTURBANCE_H
#define COTAN_TOOLS_BENCH_DISTURBANCE_H

namespace cotan::bench {

/// Whether this process has its cores to itself. A neighbour on the other hyperthread of a core slows vector code by half and more for seconds at a
/// time, and shows in no statistic of a virtual machine. It shows in a short loop of integer arithmetic, which an undisturbed core always runs equally fast.
class Disturbance {
public:
  /// Of the cores this process is bound to. Looks for their full speed for so many seconds.
  explicit Disturbance(double seconds);
  /// Just now; takes about 60 us for each core.
  bool isThere();

private:
  double bestRate = 0; ///< trips of the loop a second
};

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_DISTURBANCE_H
