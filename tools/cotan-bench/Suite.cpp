//===- Suite.cpp - the list of workloads --------------------------------------===//

#include "Suite.h"

namespace cotan::bench {

const std::vector<Workload> &suite() {
  static const std::vector<Workload> list = {
      {"ew", elementwiseCases},
      {"xent", crossEntropyCases},
      {"lnorm", layerNormCases},
      {"mlp", mlpCases},
      {"xformer", transformerCases},
      {"conv", convolutionCases},
      {"lstm", lstmCases},
      {"gmm", gmmCases},
      {"adlstm", adbenchLstmCases},
      {"ba", bundleAdjustmentCases},
      {"bs", blackScholesCases},
      {"ode", odeCases},
      {"newton", newtonCases},
      {"hvp", hessianVectorCases},
      {"call", callCases},
      {"compile", compileCases},
      {"gemm", gemmCases},
  };
  return list;
}

} // namespace cotan::bench
