//===- rearrange.h - splitting, joining and rearranging tensors -*- C++ -*-===//
//
// Functions that move elements without computing on them. Those that torch makes views share the storage of `self`; flip, roll, repeat,
// tril ... make new tensors.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_REARRANGE_H
#define COTAN_OPS_REARRANGE_H

#include "cotan/tensor.h"

namespace cotan {

//===--- Views -------------------------------------------------------------===//
COTAN_API Tensor permute(const Tensor &self, IntArrayRef dims, Where where = Where::current());
COTAN_API Tensor movedim(const Tensor &self, IntArrayRef source, IntArrayRef destination, Where where = Where::current());
COTAN_API Tensor swapaxes(const Tensor &self, int64_t axis0, int64_t axis1, Where where = Where::current());
COTAN_API Tensor broadcast_to(const Tensor &self, IntArrayRef shape, Where where = Where::current());
COTAN_API Tensor flatten(const Tensor &self, int64_t start_dim = 0, int64_t end_dim = -1, Where where = Where::current());
COTAN_API Tensor ravel(const Tensor &self, Where where = Where::current());
/// Splits one dimension into several; one of them may be -1.
COTAN_API Tensor unflatten(const Tensor &self, int64_t dim, IntArrayRef sizes, Where where = Where::current());
COTAN_API Tensor squeeze(const Tensor &self, int64_t dim, Where where = Where::current());
COTAN_API Tensor select(const Tensor &self, int64_t dim, int64_t index, Where where = Where::current());
COTAN_API Tensor narrow(const Tensor &self, int64_t dim, int64_t start, int64_t length, Where where = Where::current());
/// Exchanges the last two dimensions.
COTAN_API Tensor adjoint(const Tensor &self, Where where = Where::current());
COTAN_API std::vector<Tensor> unbind(const Tensor &self, int64_t dim = 0, Where where = Where::current());
/// Pieces of `split_size`, the last one smaller if need be.
COTAN_API std::vector<Tensor> split(const Tensor &self, int64_t split_size, int64_t dim = 0, Where where = Where::current());
COTAN_API std::vector<Tensor> split_with_sizes(const Tensor &self, IntArrayRef sizes, int64_t dim = 0, Where where = Where::current());
/// At most `chunks` equal pieces, the last one smaller if need be.
COTAN_API std::vector<Tensor> chunk(const Tensor &self, int64_t chunks, int64_t dim = 0, Where where = Where::current());
/// `sections` pieces whose extents differ by one at most; or pieces that end before the given indices.
COTAN_API std::vector<Tensor> tensor_split(const Tensor &self, int64_t sections, int64_t dim = 0, Where where = Where::current());
COTAN_API std::vector<Tensor> tensor_split(const Tensor &self, IntArrayRef indices, int64_t dim, Where where = Where::current());
COTAN_API std::vector<Tensor> hsplit(const Tensor &self, int64_t sections, Where where = Where::current());
COTAN_API std::vector<Tensor> vsplit(const Tensor &self, int64_t sections, Where where = Where::current());
COTAN_API std::vector<Tensor> dsplit(const Tensor &self, IntArrayRef indices, Where where = Where::current());
/// Diagonals of the planes that dim1 and dim2 span, as the last dimension.
COTAN_API Tensor diagonal(const Tensor &self, int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1, Where where = Where::current());
/// The sum of the diagonal of a matrix, 0-d; of integers an int64.
COTAN_API Tensor trace(const Tensor &self, Where where = Where::current());

//===--- Joining -----------------------------------------------------------===//
COTAN_API Tensor hstack(const std::vector<Tensor> &tensors, Where where = Where::current());
COTAN_API Tensor vstack(const std::vector<Tensor> &tensors, Where where = Where::current());
COTAN_API Tensor dstack(const std::vector<Tensor> &tensors, Where where = Where::current());
COTAN_API Tensor column_stack(const std::vector<Tensor> &tensors, Where where = Where::current());
COTAN_API Tensor atleast_1d(const Tensor &self, Where where = Where::current());
COTAN_API Tensor atleast_2d(const Tensor &self, Where where = Where::current());
COTAN_API Tensor atleast_3d(const Tensor &self, Where where = Where::current());

//===--- New tensors -------------------------------------------------------===//
COTAN_API Tensor flip(const Tensor &self, IntArrayRef dims, Where where = Where::current());
COTAN_API Tensor fliplr(const Tensor &self, Where where = Where::current());
COTAN_API Tensor flipud(const Tensor &self, Where where = Where::current());
/// Elements pushed beyond the end come in at the beginning; without dims over the flattened tensor.
COTAN_API Tensor roll(const Tensor &self, IntArrayRef shifts, IntArrayRef dims = {}, Where where = Where::current());
/// By 90 degrees k times, from the first of `dims` toward the second.
COTAN_API Tensor rot90(const Tensor &self, int64_t k = 1, IntArrayRef dims = {0, 1}, Where where = Where::current());
/// Copies along each dimension; `repeats` may have more entries than there are dimensions.
COTAN_API Tensor repeat(const Tensor &self, IntArrayRef repeats, Where where = Where::current());
COTAN_API Tensor tile(const Tensor &self, IntArrayRef dims, Where where = Where::current());
/// Each element `repeats` times in a row, of the flattened tensor without `dim`.
COTAN_API Tensor repeat_interleave(const Tensor &self, int64_t repeats, std::optional<int64_t> dim = std::nullopt,
                                   Where where = Where::current());
/// The part of the matrices on and below (above) a diagonal.
COTAN_API Tensor tril(const Tensor &self, int64_t diagonal = 0, Where where = Where::current());
COTAN_API Tensor triu(const Tensor &self, int64_t diagonal = 0, Where where = Where::current());
/// Of a vector the matrix with it on a diagonal, of a matrix that diagonal.
COTAN_API Tensor diag(const Tensor &self, int64_t diagonal = 0, Where where = Where::current());
COTAN_API Tensor diagflat(const Tensor &self, int64_t offset = 0, Where where = Where::current());
/// Matrices with the last dimension on a diagonal.
COTAN_API Tensor diag_embed(const Tensor &self, int64_t offset = 0, Where where = Where::current());
/// Surrounds the last dimensions: pairs (before, after) from the last dimension on; negative ones crop.
COTAN_API Tensor constant_pad_nd(const Tensor &self, IntArrayRef pad, const Scalar &value = 0, Where where = Where::current());

} // namespace cotan

#endif // COTAN_OPS_REARRANGE_H
