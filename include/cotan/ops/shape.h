//===- shape.h - joining and rearranging ------------------------*- C++ -*-===//
//
// Views are methods of Tensor too; here are the functions.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_SHAPE_H
#define COTAN_OPS_SHAPE_H

#include "cotan/tensor.h"

namespace cotan {

COTAN_API Tensor cat(const std::vector<Tensor> &tensors, int64_t dim = 0, Where where = Where::current());
COTAN_API Tensor stack(const std::vector<Tensor> &tensors, int64_t dim = 0, Where where = Where::current());
COTAN_API Tensor reshape(const Tensor &self, IntArrayRef shape, Where where = Where::current());
COTAN_API Tensor transpose(const Tensor &self, int64_t dim0, int64_t dim1, Where where = Where::current());
COTAN_API Tensor t(const Tensor &self, Where where = Where::current());
COTAN_API Tensor squeeze(const Tensor &self, Where where = Where::current());
COTAN_API Tensor unsqueeze(const Tensor &self, int64_t dim, Where where = Where::current());
COTAN_API Tensor clone(const Tensor &self, Where where = Where::current());

} // namespace cotan

#endif // COTAN_OPS_SHAPE_H
