//===- statistics.h - variance, norms and other reductions ------*- C++ -*-===//
//
// Reductions over given dimensions (all, when none are given); `keepdim` keeps them with extent 1.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_STATISTICS_H
#define COTAN_OPS_STATISTICS_H

#include "cotan/tensor.h"

namespace cotan {

/// The sum of squared deviations over n - `correction`.
COTAN_API Tensor var(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, int64_t correction = 1, bool keepdim = false,
                     Where where = Where::current());
/// sqrt(var); its derivative where the variance is 0 is 0.
COTAN_API Tensor std(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, int64_t correction = 1, bool keepdim = false,
                     Where where = Where::current());
COTAN_API std::tuple<Tensor, Tensor> var_mean(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, int64_t correction = 1,
                                              bool keepdim = false, Where where = Where::current());
COTAN_API std::tuple<Tensor, Tensor> std_mean(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, int64_t correction = 1,
                                              bool keepdim = false, Where where = Where::current());
/// The largest and smallest elements; the gradient is shared equally by equal ones.
COTAN_API Tensor amax(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, Where where = Where::current());
COTAN_API Tensor amin(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, Where where = Where::current());
COTAN_API std::tuple<Tensor, Tensor> aminmax(const Tensor &self, std::optional<int64_t> dim = std::nullopt, bool keepdim = false,
                                             Where where = Where::current());
/// log(sum(exp(x))), without overflow.
COTAN_API Tensor logsumexp(const Tensor &self, OptionalIntArrayRef dim, bool keepdim = false, Where where = Where::current());
/// Integers are multiplied as int64.
COTAN_API Tensor prod(const Tensor &self, std::optional<ScalarType> type = std::nullopt, Where where = Where::current());
COTAN_API Tensor prod(const Tensor &self, int64_t dim, bool keepdim = false, std::optional<ScalarType> type = std::nullopt,
                      Where where = Where::current());
/// Sum and mean of the elements that are not NaN.
COTAN_API Tensor nansum(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false,
                        std::optional<ScalarType> type = std::nullopt, Where where = Where::current());
COTAN_API Tensor nanmean(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false,
                         std::optional<ScalarType> type = std::nullopt, Where where = Where::current());
COTAN_API Tensor count_nonzero(const Tensor &self, OptionalIntArrayRef dim = std::nullopt, Where where = Where::current());
/// The p-norm over dimensions; its derivative at 0 is 0.
COTAN_API Tensor norm(const Tensor &self, const Scalar &p, IntArrayRef dim, bool keepdim = false, Where where = Where::current());
COTAN_API Tensor dist(const Tensor &self, const Tensor &other, const Scalar &p = 2, Where where = Where::current());

namespace linalg {
/// (sum |x|^ord)^(1/ord); the largest or smallest |x| for ord +-infinity, the number of non-zeros for 0.
COTAN_API Tensor vector_norm(const Tensor &self, const Scalar &ord = 2, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false,
                             Where where = Where::current());
} // namespace linalg

} // namespace cotan

#endif // COTAN_OPS_STATISTICS_H
