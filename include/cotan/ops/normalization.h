//===- normalization.h - normalisation and distances ------------*- C++ -*-===//

#ifndef COTAN_OPS_NORMALIZATION_H
#define COTAN_OPS_NORMALIZATION_H

#include "cotan/tensor.h"

namespace cotan::nn::functional {

/// (x - mean) / sqrt(var + eps) over the last dimensions, whose shape is `normalized_shape`, times weight plus bias (of that shape).
COTAN_API Tensor layer_norm(const Tensor &input, IntArrayRef normalized_shape, const Tensor &weight = {}, const Tensor &bias = {},
                            double eps = 1e-5, Where where = Where::current());
/// The same over groups of channels (dimension 1) and all that follows; weight and bias are [C].
COTAN_API Tensor group_norm(const Tensor &input, int64_t num_groups, const Tensor &weight = {}, const Tensor &bias = {}, double eps = 1e-5,
                            Where where = Where::current());
/// input / max(||input||_p, eps).
COTAN_API Tensor normalize(const Tensor &input, double p = 2, int64_t dim = 1, double eps = 1e-12, Where where = Where::current());
/// Dot product over the product of norms along `dim`, each norm at least eps.
COTAN_API Tensor cosine_similarity(const Tensor &x1, const Tensor &x2, int64_t dim = 1, double eps = 1e-8, Where where = Where::current());
/// The p-norm of x1 - x2 + eps along the last dimension.
COTAN_API Tensor pairwise_distance(const Tensor &x1, const Tensor &x2, double p = 2, double eps = 1e-6, bool keepdim = false,
                                   Where where = Where::current());

} // namespace cotan::nn::functional

#endif // COTAN_OPS_NORMALIZATION_H
