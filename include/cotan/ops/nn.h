//===- nn.h - building blocks of networks -----------------------*- C++ -*-===//

#ifndef COTAN_OPS_NN_H
#define COTAN_OPS_NN_H

#include "cotan/tensor.h"

namespace cotan {

COTAN_API Tensor softmax(const Tensor &self, int64_t dim, std::optional<ScalarType> type = std::nullopt, Where where = Where::current());
COTAN_API Tensor log_softmax(const Tensor &self, int64_t dim, std::optional<ScalarType> type = std::nullopt,
                             Where where = Where::current());

namespace nn::functional {
/// Mean over the batch of -log softmax(input)[target]; input [N, C], target int64 [N] of class indices.
COTAN_API Tensor cross_entropy(const Tensor &input, const Tensor &target, Where where = Where::current());
/// input * weight' + bias.
COTAN_API Tensor linear(const Tensor &input, const Tensor &weight, const Tensor &bias = {}, Where where = Where::current());
COTAN_API Tensor relu(const Tensor &input, Where where = Where::current());
} // namespace nn::functional

} // namespace cotan

#endif // COTAN_OPS_NN_H
