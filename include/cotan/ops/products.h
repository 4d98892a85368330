//===- products.h - dot, matmul and friends ---------------------*- C++ -*-===//

#ifndef COTAN_OPS_PRODUCTS_H
#define COTAN_OPS_PRODUCTS_H

#include "cotan/tensor.h"

namespace cotan {

/// Of two 1-D tensors.
COTAN_API Tensor dot(const Tensor &self, const Tensor &other, Where where = Where::current());
/// Matrix times vector.
COTAN_API Tensor mv(const Tensor &self, const Tensor &vector, Where where = Where::current());
/// Of two matrices.
COTAN_API Tensor mm(const Tensor &self, const Tensor &other, Where where = Where::current());
/// Python's @: by the operands' ranks a dot, matrix, or batched product.
COTAN_API Tensor matmul(const Tensor &self, const Tensor &other, Where where = Where::current());

} // namespace cotan

#endif // COTAN_OPS_PRODUCTS_H
