//===- reductions.h - sums, means, extremes ---------------------*- C++ -*-===//

#ifndef COTAN_OPS_REDUCTIONS_H
#define COTAN_OPS_REDUCTIONS_H

#include "cotan/tensor.h"

namespace cotan {

/// Integers and bools add up to int64.
COTAN_API Tensor sum(const Tensor &self, std::optional<ScalarType> type = std::nullopt, Where where = Where::current());
COTAN_API Tensor sum(const Tensor &self, OptionalIntArrayRef dim, bool keepdim = false, std::optional<ScalarType> type = std::nullopt,
                     Where where = Where::current());
COTAN_API Tensor mean(const Tensor &self, std::optional<ScalarType> type = std::nullopt, Where where = Where::current());
COTAN_API Tensor mean(const Tensor &self, OptionalIntArrayRef dim, bool keepdim = false, std::optional<ScalarType> type = std::nullopt,
                      Where where = Where::current());
/// The p-norm of all elements; its gradient at zero is zero.
COTAN_API Tensor norm(const Tensor &self, const Scalar &p = 2, Where where = Where::current());
/// All elements; the gradient is shared evenly among equal extremes.
COTAN_API Tensor max(const Tensor &self, Where where = Where::current());
COTAN_API Tensor min(const Tensor &self, Where where = Where::current());
/// Values and indices along a dimension; the gradient goes to the element at the index.
COTAN_API std::tuple<Tensor, Tensor> max(const Tensor &self, int64_t dim, bool keepdim = false, Where where = Where::current());
COTAN_API std::tuple<Tensor, Tensor> min(const Tensor &self, int64_t dim, bool keepdim = false, Where where = Where::current());
COTAN_API Tensor max(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor min(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor argmax(const Tensor &self, std::optional<int64_t> dim = std::nullopt, bool keepdim = false,
                        Where where = Where::current());
COTAN_API Tensor argmin(const Tensor &self, std::optional<int64_t> dim = std::nullopt, bool keepdim = false,
                        Where where = Where::current());
COTAN_API Tensor all(const Tensor &self, Where where = Where::current());
COTAN_API Tensor any(const Tensor &self, Where where = Where::current());

} // namespace cotan

#endif // COTAN_OPS_REDUCTIONS_H
