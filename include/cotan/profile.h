//===- profile.h - where compiled programs spend their time -----*- C++ -*-===//
//
//   cotan::Profile profile = cotan::profile([&] { return step(batch); });
//   std::cout << profile.table();
//
// Within the scope this thread's tensors are evaluated by programs of a profiling form: the same kernels, so the same bits, and a clock
// around each launch. A program is compiled in that form the first time it is met there, beside the usual one, and not kept on
// disk; so run the work once before the run that counts, in a profile of its own. Programs outside of the scope are untouched.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_PROFILE_H
#define COTAN_PROFILE_H

#include "cotan/transform.h"
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace cotan {

/// One kernel of one program. Numbers are sums over its launches: divide by `launches` or `seconds`.
struct KernelProfile {
  std::string name;           ///< "trace.k0", or "trace#2.k0" for the second program met; unique in a profile
  std::string operations;     ///< what is fused in it, in order: "sub, exp x2, reduce_sum, div"
  std::string shape;          ///< its domain: "8x100"; of a matrix product "m=8 n=16 k=100"
  std::string location;       ///< "file:line" of the call that recorded the last op of its first launch; empty where unknown
  uint64_t launches = 0;
  double seconds = 0;         ///< without the time of reading the clock; good to some 50 ns a launch
  double bytes = 0;           ///< compulsory traffic: each element that it must read, and each that it must write, once a launch
  double flops = 0;           ///< floating-point +, -, *, /, max, min, sqrt; a fused multiply-add is two, a matrix product 2 m n k
  double transcendentals = 0; ///< elementary functions computed (exp, tanh, pow ...), which the flops do not count
};

/// What ran in a scope.
struct COTAN_API Profile {
  std::vector<KernelProfile> kernels; ///< in the order of their first launches
  double seconds = 0;                 ///< in compiled programs, from call to return: kernels, copies between them, launching
  uint64_t evaluations = 0;           ///< programs called
  uint64_t launches = 0;              ///< kernels launched by them
  uint64_t workspace_bytes = 0;       ///< their planned arenas, summed over the calls

  /// A row for each kernel, the longest first: launches, time, share of `seconds`, rates, domain, operations, location.
  std::string table() const;
};
COTAN_API std::ostream &operator<<(std::ostream &stream, const Profile &profile);

/// Records from its construction to its destruction, what this thread evaluates. What is recorded in the scope but evaluated after it is
/// not seen: call eval() or read a value inside. Guards nest (the inner one alone sees what runs in it); destroy them on their thread,
/// the last first.
class COTAN_API ProfileGuard {
public:
  ProfileGuard();
  ~ProfileGuard();
  ProfileGuard(const ProfileGuard &) = delete;
  ProfileGuard &operator=(const ProfileGuard &) = delete;

  /// What was recorded so far.
  Profile profile() const;

private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation;
};

/// Calls `function` and says what ran. Tensors that it returns (one, a vector, a tuple) are evaluated in the scope.
template <typename F> Profile profile(F &&function) {
  ProfileGuard guard;
  if constexpr (!std::is_arithmetic_v<std::invoke_result_t<F &>> &&
                requires(std::vector<Tensor> &list) { detail::append(list, function()); }) {
    std::vector<Tensor> results;
    detail::append(results, function());
    for (const Tensor &result : results)
      result.eval();
  } else {
    function();
  }
  return guard.profile();
}

} // namespace cotan

#endif // COTAN_PROFILE_H
