//===- activations.h - activation functions ---------------------*- C++ -*-===//
//
// torch.nn.functional's activations, elementwise unless said. Derivatives at kinks are torch's.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_ACTIVATIONS_H
#define COTAN_OPS_ACTIVATIONS_H

#include "cotan/tensor.h"

namespace cotan::nn::functional {

/// x Phi(x) for `approximate` "none"; its tanh approximation for "tanh". [Hendrycks and Gimpel 2016]
COTAN_API Tensor gelu(const Tensor &input, const char *approximate = "none", Where where = Where::current());
COTAN_API Tensor silu(const Tensor &input, Where where = Where::current());
COTAN_API Tensor mish(const Tensor &input, Where where = Where::current());
COTAN_API Tensor elu(const Tensor &input, double alpha = 1, Where where = Where::current());
COTAN_API Tensor celu(const Tensor &input, double alpha = 1, Where where = Where::current());
COTAN_API Tensor selu(const Tensor &input, Where where = Where::current());
COTAN_API Tensor leaky_relu(const Tensor &input, double negative_slope = 0.01, Where where = Where::current());
/// `weight` has one element, or one for each channel (dimension 1).
COTAN_API Tensor prelu(const Tensor &input, const Tensor &weight, Where where = Where::current());
COTAN_API Tensor relu6(const Tensor &input, Where where = Where::current());
COTAN_API Tensor hardtanh(const Tensor &input, double min_val = -1, double max_val = 1, Where where = Where::current());
COTAN_API Tensor hardsigmoid(const Tensor &input, Where where = Where::current());
COTAN_API Tensor hardswish(const Tensor &input, Where where = Where::current());
COTAN_API Tensor hardshrink(const Tensor &input, double lambd = 0.5, Where where = Where::current());
COTAN_API Tensor softshrink(const Tensor &input, double lambd = 0.5, Where where = Where::current());
COTAN_API Tensor tanhshrink(const Tensor &input, Where where = Where::current());
/// log(1 + exp(beta x)) / beta; x itself where beta x > threshold.
COTAN_API Tensor softplus(const Tensor &input, double beta = 1, double threshold = 20, Where where = Where::current());
COTAN_API Tensor softsign(const Tensor &input, Where where = Where::current());
COTAN_API Tensor threshold(const Tensor &input, double threshold, double value, Where where = Where::current());
COTAN_API Tensor logsigmoid(const Tensor &input, Where where = Where::current());
/// The first half along `dim` times the logistic function of the second.
COTAN_API Tensor glu(const Tensor &input, int64_t dim = -1, Where where = Where::current());
COTAN_API Tensor softmin(const Tensor &input, int64_t dim, std::optional<ScalarType> type = std::nullopt, Where where = Where::current());
COTAN_API Tensor tanh(const Tensor &input, Where where = Where::current());
COTAN_API Tensor sigmoid(const Tensor &input, Where where = Where::current());

} // namespace cotan::nn::functional

#endif // COTAN_OPS_ACTIVATIONS_H
