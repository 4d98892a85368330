//===- Explain.cpp - where a case loses its time ------------------------------===//

#include "Explain.h"

#include "CotanProgram.h"
#include "Limits.h"
#include "Table.h"
#include <algorithm>
#include <cstdio>
#include <map>

namespace cotan::bench {
namespace {

/// Triad by footprint, in powers of two: kernels of one size share a measurement.
class Bandwidth {
public:
  double secondsFor(double bytes) {
    if (bytes < 64)
      return 0;
    size_t footprint = 4096;
    while (double(footprint) < bytes)
      footprint *= 2;
    auto [at, fresh] = secondsPerByte.try_emplace(footprint, 0.0);
    if (fresh)
      at->second = triad_seconds(footprint) / double(footprint);
    return bytes * at->second;
  }

private:
  std::map<size_t, double> secondsPerByte;
};

struct Line {
  const KernelProfile *kernel;
  double bound; ///< seconds of all its launches
  const char *by;
  double lost() const { return std::max(0.0, kernel->seconds - bound); }
};

std::vector<Line> linesOf(const Profile &profile, double peakGflops) {
  Bandwidth bandwidth;
  std::vector<Line> lines;
  for (const KernelProfile &kernel : profile.kernels) {
    double launches = double(std::max<uint64_t>(kernel.launches, 1));
    double memory = launches * bandwidth.secondsFor(kernel.bytes / launches), arithmetic = kernel.flops / (peakGflops * 1e9);
    lines.push_back({&kernel, std::max(memory, arithmetic), memory > arithmetic ? "bytes" : "flops"});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line &a, const Line &b) { return a.lost() > b.lost(); });
  return lines;
}

/// The profile whose total is the median of several.
Profile medianProfile(CotanProgram &program, int repeats) {
  profile([&] { program.call(); }); // compiles the profiling form
  std::vector<Profile> profiles;
  for (int i = 0; i < repeats; ++i)
    profiles.push_back(profile([&] { program.call(); }));
  std::nth_element(profiles.begin(), profiles.begin() + repeats / 2, profiles.end(), [](auto &a, auto &b) { return a.seconds < b.seconds; });
  return profiles[size_t(repeats) / 2];
}

double medianCall(CotanProgram &program, int repeats) {
  std::vector<double> samples;
  for (int i = 0; i < repeats; ++i) {
    double start = now();
    program.call();
    samples.push_back(now() - start);
  }
  std::nth_element(samples.begin(), samples.begin() + repeats / 2, samples.end());
  return samples[size_t(repeats) / 2];
}

void printLine(const Line &line, double total) {
  const KernelProfile &kernel = *line.kernel;
  std::printf("%-12s %8lu %9s %4.0f%% %9s %5s %9s %4.0f%%  %8.2f MB %8.3f MFLOP", kernel.name.c_str(), static_cast<unsigned long>(kernel.launches),
              formatSeconds(kernel.seconds).c_str(), 100 * kernel.seconds / total, formatSeconds(line.bound).c_str(), line.by,
              formatSeconds(line.lost()).c_str(), 100 * line.lost() / total, kernel.bytes * 1e-6, kernel.flops * 1e-6);
  if (kernel.transcendentals > 0)
    std::printf(" %8.3f M functions, %.2f ns each at most", kernel.transcendentals * 1e-6, kernel.seconds * 1e9 / kernel.transcendentals);
  std::printf("\n             [%s] %s\n", kernel.shape.c_str(), kernel.operations.substr(0, 120).c_str());
}

} // namespace

void explainCase(const char *id, const CaseMaker &maker, double peakGflops) {
  Case workload = maker.make();
  CotanProgram program(workload, workload.eager);
  program.call();
  int repeats = medianCall(program, 3) > 0.2 ? 5 : 15;
  double call = medianCall(program, repeats);
  Profile profile = medianProfile(program, repeats);
  std::vector<Line> lines = linesOf(profile, peakGflops);
  double inKernels = 0, bounds = 0;
  for (const Line &line : lines) {
    inKernels += line.kernel->seconds;
    bounds += line.bound;
  }
  double memory = workload.bytes > 0 ? triad_seconds(size_t(workload.bytes)) : 0, arithmetic = workload.flops / (peakGflops * 1e9);
  std::printf("%s %s %s %s: %s a call; the formula alone needs %s (%s)\n", id, maker.name.c_str(), maker.pass.c_str(), maker.dtype.c_str(),
              formatSeconds(call).c_str(), formatSeconds(std::max(memory, arithmetic)).c_str(), memory > arithmetic ? "bytes" : "flops");
  std::printf("  %zu kernels, %lu launches: %s in kernels, whose bounds are %s together; %s outside of kernels; workspace %.2f MB\n", lines.size(),
              static_cast<unsigned long>(profile.launches), formatSeconds(inKernels).c_str(), formatSeconds(bounds).c_str(),
              formatSeconds(std::max(0.0, call - inKernels)).c_str(), double(profile.workspace_bytes) * 1e-6);
  std::printf("%-12s %8s %9s %5s %9s %5s %9s %5s\n", "kernel", "launches", "time", "", "bound", "by", "lost", "");
  constexpr size_t shown = 12;
  for (size_t i = 0; i < std::min(shown, lines.size()); ++i)
    printLine(lines[i], std::max(call, inKernels));
  if (lines.size() > shown) {
    double rest = 0;
    for (size_t i = shown; i < lines.size(); ++i)
      rest += lines[i].kernel->seconds;
    std::printf("and %zu kernels more, %s together\n", lines.size() - shown, formatSeconds(rest).c_str());
  }
}

} // namespace cotan::bench
