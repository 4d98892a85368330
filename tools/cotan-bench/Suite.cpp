//===- Suite.cpp - the list of workloads --------------------------------------===//

#include "Suite.h"

namespace cotan::bench {

const std::vector<Workload> &suite() {
  static const std::vector<Workload> list = {
      {"ew", elementwiseCases},
      {"mlp", mlpCases},
      {"gmm", gmmCases},
      {"adlstm", adbenchLstmCases},
      {"ba", bundleAdjustmentCases},
      {"bs", blackScholesCases},
      {"ode", odeCases},
      {"newton", newtonCases},
      {"call", callCases},
      {"compile", compileCases},
      {"gemm", gemmCases},
  };
  return list;
}

} // namespace cotan::bench
