//===- contractions.h - products beyond matmul ------------------*- C++ -*-===//
//
// Named matrix products, all compositions of the contraction primitive. `beta` scales the tensor that is added to, `alpha` the
// product; a beta of 0 leaves that tensor unread, NaNs included.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_CONTRACTIONS_H
#define COTAN_OPS_CONTRACTIONS_H

#include "cotan/tensor.h"

namespace cotan {

/// [b, n, m] x [b, m, p] -> [b, n, p].
COTAN_API Tensor bmm(const Tensor &self, const Tensor &mat2, Where where = Where::current());
/// beta self + alpha mat1 @ mat2.
COTAN_API Tensor addmm(const Tensor &self, const Tensor &mat1, const Tensor &mat2, const Scalar &beta = 1, const Scalar &alpha = 1,
                       Where where = Where::current());
/// beta self + alpha mat @ vec.
COTAN_API Tensor addmv(const Tensor &self, const Tensor &mat, const Tensor &vec, const Scalar &beta = 1, const Scalar &alpha = 1,
                       Where where = Where::current());
/// beta self + alpha outer(vec1, vec2).
COTAN_API Tensor addr(const Tensor &self, const Tensor &vec1, const Tensor &vec2, const Scalar &beta = 1, const Scalar &alpha = 1,
                      Where where = Where::current());
/// beta self + alpha sum over b of batch1[b] @ batch2[b].
COTAN_API Tensor addbmm(const Tensor &self, const Tensor &batch1, const Tensor &batch2, const Scalar &beta = 1, const Scalar &alpha = 1,
                        Where where = Where::current());
/// beta self + alpha batch1 @ batch2.
COTAN_API Tensor baddbmm(const Tensor &self, const Tensor &batch1, const Tensor &batch2, const Scalar &beta = 1, const Scalar &alpha = 1,
                         Where where = Where::current());
COTAN_API Tensor outer(const Tensor &self, const Tensor &vec2, Where where = Where::current());
/// Contracts the last dimensions.
COTAN_API Tensor inner(const Tensor &self, const Tensor &other, Where where = Where::current());
COTAN_API Tensor vdot(const Tensor &self, const Tensor &other, Where where = Where::current());
/// Contracts the last `dims` dimensions of self with the first of other.
COTAN_API Tensor tensordot(const Tensor &self, const Tensor &other, int64_t dims = 2, Where where = Where::current());
/// Contracts dims_self[i] with dims_other[i].
COTAN_API Tensor tensordot(const Tensor &self, const Tensor &other, IntArrayRef dims_self, IntArrayRef dims_other,
                           Where where = Where::current());
/// Einstein summation: letters name dimensions, "..." those that broadcast; without "->" the letters that occur once, in
/// alphabetical order, are the result's.
COTAN_API Tensor einsum(const std::string &equation, const std::vector<Tensor> &operands, Where where = Where::current());

namespace linalg {
/// The product of all, in the order that needs the fewest multiplications.
COTAN_API Tensor multi_dot(const std::vector<Tensor> &tensors, Where where = Where::current());
/// The n-th power of square matrices, n >= 0, by repeated squaring.
COTAN_API Tensor matrix_power(const Tensor &self, int64_t n, Where where = Where::current());
} // namespace linalg

} // namespace cotan

#endif // COTAN_OPS_CONTRACTIONS_H
