//===- TestSupport.h - helpers of the API's tests ---------------*- C++ -*-===//

#ifndef COTAN_TEST_UNIT_API_TESTSUPPORT_H
#define COTAN_TEST_UNIT_API_TESTSUPPORT_H

#include <cotan/torch.h>
#include <gtest/gtest.h>

/// The message of the error that `run` throws; empty if there is none.
template <typename F> std::string messageOf(F run) {
  try {
    run();
  } catch (const torch::Error &error) {
    return error.msg();
  }
  return {};
}

/// Programs compiled or loaded so far.
inline uint64_t programs() { return torch::statistics().compiles + torch::statistics().disk_hits; }

inline std::vector<double> values(const torch::Tensor &tensor) { return tensor.to_vector<double>(); }
using Numbers = std::vector<double>;

#endif // COTAN_TEST_UNIT_API_TESTSUPPORT_H
