//===- losses.h - loss functions --------------------------------*- C++ -*-===//
//
// torch.nn.functional's losses: an elementwise measure of `input` against `target` (or of several tensors that broadcast), then a
// reduction: all elements, their mean or their sum.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_LOSSES_H
#define COTAN_OPS_LOSSES_H

#include "cotan/tensor.h"

namespace cotan {

/// What a loss does with its elements.
enum class LossReduction : uint8_t { None, Mean, Sum };

namespace nn::functional {

COTAN_API Tensor mse_loss(const Tensor &input, const Tensor &target, LossReduction reduction = LossReduction::Mean,
                          Where where = Where::current());
COTAN_API Tensor l1_loss(const Tensor &input, const Tensor &target, LossReduction reduction = LossReduction::Mean,
                         Where where = Where::current());
/// Quadratic below `beta`, linear above; the l1 loss for beta 0.
COTAN_API Tensor smooth_l1_loss(const Tensor &input, const Tensor &target, LossReduction reduction = LossReduction::Mean, double beta = 1,
                                Where where = Where::current());
COTAN_API Tensor huber_loss(const Tensor &input, const Tensor &target, LossReduction reduction = LossReduction::Mean, double delta = 1,
                            Where where = Where::current());
/// Logarithms are kept above -100, as torch does. An undefined weight is 1.
COTAN_API Tensor binary_cross_entropy(const Tensor &input, const Tensor &target, const Tensor &weight = {},
                                      LossReduction reduction = LossReduction::Mean, Where where = Where::current());
COTAN_API Tensor binary_cross_entropy_with_logits(const Tensor &input, const Tensor &target, const Tensor &weight = {},
                                                  LossReduction reduction = LossReduction::Mean, const Tensor &pos_weight = {},
                                                  Where where = Where::current());
/// target (log target - input), or exp(target) (target - input) with `log_target`.
COTAN_API Tensor kl_div(const Tensor &input, const Tensor &target, LossReduction reduction = LossReduction::Mean, bool log_target = false,
                        Where where = Where::current());
/// -weight[t] input[n, t, ...] for t = target[n, ...]; `input` is [C] or [N, C, ...], `target` int64 [] or [N, ...]. Elements whose target is
/// `ignore_index` are 0 and do not count; the mean is over the weights.
COTAN_API Tensor nll_loss(const Tensor &input, const Tensor &target, const Tensor &weight = {}, LossReduction reduction = LossReduction::Mean,
                          int64_t ignore_index = -100, Where where = Where::current());
/// nll_loss of log_softmax over the classes; or, for a floating-point target of the input's shape, against class probabilities.
COTAN_API Tensor cross_entropy(const Tensor &input, const Tensor &target, const Tensor &weight, LossReduction reduction = LossReduction::Mean,
                               int64_t ignore_index = -100, double label_smoothing = 0, Where where = Where::current());
COTAN_API Tensor gaussian_nll_loss(const Tensor &input, const Tensor &target, const Tensor &var, bool full = false, double eps = 1e-6,
                                   LossReduction reduction = LossReduction::Mean, Where where = Where::current());
COTAN_API Tensor poisson_nll_loss(const Tensor &input, const Tensor &target, bool log_input = true, bool full = false, double eps = 1e-8,
                                  LossReduction reduction = LossReduction::Mean, Where where = Where::current());
COTAN_API Tensor hinge_embedding_loss(const Tensor &input, const Tensor &target, double margin = 1,
                                      LossReduction reduction = LossReduction::Mean, Where where = Where::current());
COTAN_API Tensor margin_ranking_loss(const Tensor &input1, const Tensor &input2, const Tensor &target, double margin = 0,
                                     LossReduction reduction = LossReduction::Mean, Where where = Where::current());

} // namespace nn::functional
} // namespace cotan

#endif // COTAN_OPS_LOSSES_H
