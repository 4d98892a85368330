//===- RecordReduction.cpp - reductions and contractions ------------------===//

#include "RecordSupport.h"

namespace cotan::tracing {

Value reduce(Reduction kind, const Value &x, IntArrayRef dims) {
  bool logical = kind == Reduction::All || kind == Reduction::Any;
  if (logical != (x.dtype() == kBool))
    throw TypeError(std::string(opName()) + ": cannot reduce elements of type " + toString(x.dtype()) + " so", here());
  if (dims.empty())
    return x;
  int64_t attributes[65], extents[64];
  size_t rank = 0, next = 0;
  attributes[0] = int64_t(kind);
  for (int64_t d = 0; d < x.rank(); ++d) {
    if (next < dims.size() && dims[next] == d)
      attributes[1 + next++] = d;
    else
      extents[rank++] = x.size(d);
  }
  if (next != dims.size())
    throw IndexError(std::string(opName()) + ": dimensions must be increasing and in range, got " + shapeText(dims), here());
  return node1(OpKind::Reduce, x.dtype(), intern({extents, rank}), intern({attributes, dims.size() + 1}), x);
}

Value reduceAll(Reduction kind, const Value &x) {
  int64_t dims[64];
  for (int64_t d = 0; d < x.rank(); ++d)
    dims[d] = d;
  return reduce(kind, x, {dims, size_t(x.rank())});
}

static Value argReduce(OpKind kind, const Value &x, int64_t dim) {
  IntVector shape = x.shape().vec();
  if (dim < 0 || dim >= x.rank())
    throw IndexError(std::string(opName()) + ": dimension out of range", here());
  if (shape[size_t(dim)] == 0)
    throw IndexError(std::string(opName()) + "(): Expected reduction dim " + std::to_string(dim) + " to have non-zero size.", here());
  shape.erase(shape.begin() + dim);
  return node1(kind, kLong, intern(shape), intern({dim}), x);
}

Value argmax(const Value &x, int64_t dim) { return argReduce(OpKind::Argmax, x, dim); }
Value argmin(const Value &x, int64_t dim) { return argReduce(OpKind::Argmin, x, dim); }

/// Appends the extents of the dimensions that are in neither list.
static void appendFree(IntVector &shape, const Value &x, IntArrayRef batch, IntArrayRef contract) {
  for (int64_t d = 0; d < x.rank(); ++d)
    if (std::find(batch.begin(), batch.end(), d) == batch.end() && std::find(contract.begin(), contract.end(), d) == contract.end())
      shape.push_back(x.size(d));
}

Value dotGeneral(const Value &a, const Value &b, IntArrayRef aBatch, IntArrayRef bBatch, IntArrayRef aContract, IntArrayRef bContract) {
  requireSameType(a, b);
  IntVector shape, attributes{int64_t(aBatch.size()), int64_t(aContract.size())};
  for (size_t i = 0; i < aBatch.size(); ++i) {
    if (a.size(aBatch[i]) != b.size(bBatch[i]))
      throw Error("Expected size for first two dimensions of batch2 tensor to be equal", here());
    shape.push_back(a.size(aBatch[i]));
  }
  for (size_t i = 0; i < aContract.size(); ++i)
    if (a.size(aContract[i]) != b.size(bContract[i]))
      throw Error(std::string(opName()) + ": contracted extents differ, " + std::to_string(a.size(aContract[i])) + " and " +
                      std::to_string(b.size(bContract[i])),
                  here());
  appendFree(shape, a, aBatch, aContract);
  appendFree(shape, b, bBatch, bContract);
  for (IntArrayRef list : {aBatch, bBatch, aContract, bContract})
    attributes.insert(attributes.end(), list.begin(), list.end());
  return node2(OpKind::DotGeneral, a.dtype(), intern(shape), intern(attributes), a, b);
}

} // namespace cotan::tracing
