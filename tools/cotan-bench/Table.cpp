//===- Table.cpp - results as text -------------------------------------------===//

#include "Table.h"

#include <cstdio>

namespace cotan::bench {
namespace {

template <typename... Values> std::string formatted(const char *format, Values... values) {
  char text[64];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

std::string orDash(const std::optional<double> &number, std::string (*format)(double)) { return number ? format(*number) : "-"; }

std::string spread(const Result &result) {
  if (!result.median)
    return "-";
  return formatted("%.0f%%", 50 * (*result.upperQuartile - *result.lowerQuartile) / *result.median);
}

std::string percentOfBound(const Result &result) {
  return result.bound && result.median ? formatted("%.0f%%", 100 * *result.bound / *result.median) : "-";
}

} // namespace

std::string formatSeconds(double seconds) {
  const char *units[] = {"s", "ms", "us", "ns"};
  int unit = 0;
  for (; unit < 3 && seconds < 0.9995; ++unit)
    seconds *= 1e3;
  return formatted(seconds < 9.995 ? "%.2f %s" : seconds < 99.95 ? "%.1f %s" : "%.0f %s", seconds, units[unit]);
}

void printHeading() {
  std::printf("%-8s %-22s %-8s %-4s %2s %-14s %9s %5s %7s %6s %8s %9s %9s %7s\n", "id", "case", "pass", "type", "th", "implementation", "median", "+-", "ratio",
              "bound", "error", "first", "disk", "kernels");
}

void printRow(const Result &r) {
  std::printf("%-8s %-22s %-8s %-4s %2d %-14s ", r.id.c_str(), r.caseName.c_str(), r.pass.c_str(), r.dtype.c_str(), r.threads, r.implementation.c_str());
  if (r.status != "ok") {
    std::printf("%s: %s\n", r.status.c_str(), r.note.c_str());
    return;
  }
  std::printf("%9s %5s %7s %6s %8s %9s %9s %7s\n", (orDash(r.median, formatSeconds) + (r.disturbed ? "~" : "")).c_str(), spread(r).c_str(),
              orDash(r.ratio, [](double ratio) { return formatted("%.2f", ratio); }).c_str(), percentOfBound(r).c_str(),
              orDash(r.error, [](double error) { return formatted("%.1e", error); }).c_str(), orDash(r.first, formatSeconds).c_str(),
              orDash(r.disk, formatSeconds).c_str(), r.kernels ? formatted("%ld", long(*r.kernels)).c_str() : "-");
}

} // namespace cotan::bench
