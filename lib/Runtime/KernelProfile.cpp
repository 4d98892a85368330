//===- KernelProfile.cpp - the clock and the table of a profile -----------===//

#include "cotan-compiler/Runtime/KernelProfile.h"
#include <algorithm>
#include <chrono>
#include <cstdio>

namespace cotan::runtime {

// Portable, and without a call of the system on Linux: about 25 ns. A cycle counter would be 10 ns, but needs calibrating, and user
// code may not read it on every processor.
uint64_t readClock() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

uint64_t clockOverhead() {
  static const uint64_t overhead = [] {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 1000; ++i) {
      uint64_t begin = readClock();
      least = std::min(least, readClock() - begin);
    }
    return least;
  }();
  return overhead;
}

namespace {

std::string format(const char *pattern, double value) {
  char text[32];
  std::snprintf(text, sizeof text, pattern, value);
  return text;
}

/// Columns as wide as their widest cell: the first and those from `firstText` on begin at the left, the numbers between end at the right.
std::string alignColumns(const std::vector<std::vector<std::string>> &rows, size_t firstText) {
  std::vector<size_t> widths(rows[0].size(), 0);
  for (const auto &row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto &row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string padding(widths[i] - row[i].size(), ' ');
      line += (i ? "  " : "") + (i == 0 || i >= firstText ? row[i] + padding : padding + row[i]);
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

} // namespace

std::string formatProfile(const ProfileRecord &record) {
  char summary[160];
  std::snprintf(summary, sizeof summary, "profile of %llu calls: %llu kernel launches, %.3f ms, %.0f bytes of workspace a call\n",
                static_cast<unsigned long long>(record.calls), static_cast<unsigned long long>(record.launches), record.seconds * 1e3,
                record.calls ? static_cast<double>(record.workspaceBytes) / static_cast<double>(record.calls) : 0.0);
  std::vector<const KernelRecord *> sorted;
  for (const KernelRecord &kernel : record.kernels)
    sorted.push_back(&kernel);
  std::sort(sorted.begin(), sorted.end(), [](auto *a, auto *b) { return std::pair(-a->seconds, a->name) < std::pair(-b->seconds, b->name); });

  std::vector<std::vector<std::string>> rows = {
      {"kernel", "launches", "ms", "us each", "%", "GB/s", "GFLOP/s", "Gfunc/s", "domain", "operations", "location"}};
  double share = record.seconds > 0 ? 100 / record.seconds : 0, inside = 0;
  for (const KernelRecord *kernel : sorted) {
    inside += kernel->seconds;
    auto rate = [&](double amount) { return amount > 0 && kernel->seconds > 0 ? format("%.2f", amount / kernel->seconds * 1e-9) : "-"; };
    rows.push_back({kernel->name, std::to_string(kernel->launches), format("%.3f", kernel->seconds * 1e3),
                    format("%.2f", kernel->launches ? kernel->seconds * 1e6 / static_cast<double>(kernel->launches) : 0),
                    format("%.1f", kernel->seconds * share), rate(kernel->facts.bytes), rate(kernel->facts.flops),
                    rate(kernel->facts.transcendentals), kernel->facts.shape, kernel->facts.operations, kernel->facts.location});
  }
  // Copies that control flow and results need, scalar arithmetic, and the launches themselves with the reading of the clock.
  double outside = std::max(record.seconds - inside, 0.0);
  rows.push_back({"(between kernels)", "", format("%.3f", outside * 1e3), "", format("%.1f", outside * share), "", "", "", "", "", ""});
  return summary + alignColumns(rows, 8);
}

} // namespace cotan::runtime
