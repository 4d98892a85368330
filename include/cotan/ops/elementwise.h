//===- elementwise.h - arithmetic, comparison, selection --------*- C++ -*-===//
//
// Operands broadcast against each other and are promoted to a common element type.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_ELEMENTWISE_H
#define COTAN_OPS_ELEMENTWISE_H

#include "cotan/tensor.h"

namespace cotan {

/// self + alpha * other.
COTAN_API Tensor add(const Arg &self, const Arg &other, const Scalar &alpha = 1, Where where = Where::current());
/// self - alpha * other.
COTAN_API Tensor sub(const Arg &self, const Arg &other, const Scalar &alpha = 1, Where where = Where::current());
COTAN_API Tensor mul(const Arg &self, const Arg &other, Where where = Where::current());
/// True division: integers give floating point.
COTAN_API Tensor div(const Arg &self, const Arg &other, Where where = Where::current());
/// Python's %: the result has the sign of `other`.
COTAN_API Tensor remainder(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor pow(const Arg &self, const Arg &exponent, Where where = Where::current());
COTAN_API Tensor maximum(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor minimum(const Tensor &self, const Tensor &other, Where where = Where::current());

COTAN_API Tensor neg(const Tensor &self, Where where = Where::current());
COTAN_API Tensor abs(const Tensor &self, Where where = Where::current());
COTAN_API Tensor sign(const Tensor &self, Where where = Where::current());
COTAN_API Tensor square(const Tensor &self, Where where = Where::current());
COTAN_API Tensor sqrt(const Tensor &self, Where where = Where::current());
COTAN_API Tensor rsqrt(const Tensor &self, Where where = Where::current());
COTAN_API Tensor reciprocal(const Tensor &self, Where where = Where::current());
COTAN_API Tensor exp(const Tensor &self, Where where = Where::current());
COTAN_API Tensor log(const Tensor &self, Where where = Where::current());
COTAN_API Tensor sin(const Tensor &self, Where where = Where::current());
COTAN_API Tensor cos(const Tensor &self, Where where = Where::current());
COTAN_API Tensor tanh(const Tensor &self, Where where = Where::current());
COTAN_API Tensor sigmoid(const Tensor &self, Where where = Where::current());
COTAN_API Tensor relu(const Tensor &self, Where where = Where::current());
COTAN_API Tensor erf(const Tensor &self, Where where = Where::current());
COTAN_API Tensor clamp(const Tensor &self, std::optional<Scalar> min, std::optional<Scalar> max = std::nullopt,
                       Where where = Where::current());

COTAN_API Tensor eq(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor ne(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor lt(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor le(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor gt(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor ge(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API bool equal(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor bitwise_not(const Tensor &self, Where where = Where::current());
COTAN_API Tensor bitwise_and(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor bitwise_or(const Arg &self, const Arg &other, Where where = Where::current());
COTAN_API Tensor bitwise_xor(const Arg &self, const Arg &other, Where where = Where::current());
/// Elements of `self` where the condition holds, of `other` elsewhere.
COTAN_API Tensor where(const Tensor &condition, const Arg &self, const Arg &other, Where location = Where::current());

} // namespace cotan

#endif // COTAN_OPS_ELEMENTWISE_H
