//===- AdbenchFiles.h - inputs of the ADBench suite -------------*- C++ -*-===//
//
// The inputs of gmm, adlstm and ba: read from ADBench's text files (numbers separated by white space), or made in the same form where there is no
// folder or it has no such file. Golden objectives and gradients are read from `golden.json` of the same folder.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_BENCH_ADBENCH_FILES_H
#define COTAN_TOOLS_BENCH_ADBENCH_FILES_H

#include "Oracle.h"
#include <optional>

namespace cotan::bench {

/// File: `d K n`, alpha, means, icf, x, `gamma m`. A row of icf is the d logarithms of a triangular factor's diagonal, then the columns of what is
/// strictly below it.
struct GmmData {
  Tensor alpha, means, icf, x; ///< [K], [K,d], [K,d(d+1)/2], [n,d]
  double gamma = 1, m = 0;
};

/// File: `l c b`, main (for each layer the weights of the gates forget, in, out, change, then their biases), extra, state (for each layer hidden, cell),
/// sequence.
struct LstmData {
  Tensor main, extra, state, sequence; ///< [2l,4b], [3,b], [2l,b], [c,b]
};

/// File: `n m p`, then one camera, one point, one weight and one feature, which all are equal to.
struct BundleData {
  Tensor cameras, points, weights, features; ///< [n,11], [m,3], [p], [p,2]
};

struct Golden {
  double objective;
  std::vector<double> gradient; ///< with respect to all parameters, in the files' order
};

/// Each takes `folder/name.txt` if it exists and otherwise makes inputs of the sizes given. They throw std::runtime_error with file and line for a
/// malformed file, for one of other sizes, and for a folder that does not exist.
GmmData gmmData(const std::string &folder, const std::string &name, int64_t d, int64_t components, int64_t points);
LstmData lstmData(const std::string &folder, const std::string &name, int64_t layers, int64_t steps, int64_t width);
BundleData bundleData(const std::string &folder, const std::string &name, int64_t cameras, int64_t points, int64_t observations);

/// The entry `name` of `folder/golden.json`, where `folder/name.txt` exists too.
std::optional<Golden> goldenResult(const std::string &folder, const std::string &name);

/// The golden values in the places of `results`, a loss and gradients in the files' order, of which only names and shapes count. Throws WrongResult
/// when they are not as many.
std::vector<Named> goldenAs(const Golden &golden, const std::vector<Named> &results, const std::string &name);

/// Compares a loss and gradients, in the files' order, with golden values: |a - b| / max(1, |a| + |b|) < 1e-8 for each number. Throws WrongResult.
/// Returns the golden values in the results' places.
std::vector<Named> checkGolden(const Golden &golden, const std::vector<Named> &results, const std::string &name);

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_ADBENCH_FILES_H
