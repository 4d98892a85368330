//===- Table.h - results as text --------------------------------*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_TABLE_H
#define COTAN_TOOLS_BENCH_TABLE_H

#include "Result.h"

namespace cotan::bench {

/// "12.3 us" and the like: three significant digits.
std::string formatSeconds(double seconds);
void printHeading();
void printRow(const Result &result);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_TABLE_H
