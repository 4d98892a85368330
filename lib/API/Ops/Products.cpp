//===- Products.cpp - dot, matmul and friends -----------------------------===//

#include "../OpSupport.h"
#include "cotan/ops/nn.h"
#include "cotan/ops/products.h"

namespace cotan {

using namespace detail;

static void requireOneType(const Value &a, const Value &b) {
  if (a.dtype() != b.dtype())
    throw Error(std::string("expected m1 and m2 to have the same dtype, but got: ") + name(a.dtype()) + " != " + name(b.dtype()), here());
  if (a.dtype() == kBool)
    throw Error(std::string("\"") + opName() + "\" not implemented for 'Bool'", here());
}

static std::string sizesText(const Value &x) {
  std::string text;
  for (int64_t extent : x.shape())
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

Tensor dot(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(dot, "DotBackward0", true);
  Value a = read(self), b = read(other, "tensor");
  if (a.rank() != 1 || b.rank() != 1)
    throw Error("1D tensors expected, but got " + std::to_string(a.rank()) + "D and " + std::to_string(b.rank()) + "D tensors", where);
  if (a.dtype() != b.dtype())
    throw Error(std::string("dot : expected both vectors to have same dtype, but found ") + toString(a.dtype()) + " and " +
                    toString(b.dtype()),
                where);
  if (a.numel() != b.numel())
    throw Error("inconsistent tensor size, expected tensor " + shapeText(a.shape()) + " and src " + shapeText(b.shape()) +
                    " to have the same number of elements, but got " + std::to_string(a.numel()) + " and " + std::to_string(b.numel()) +
                    " elements respectively",
                where);
  requireOneType(a, b);
  return wrap(dotGeneral(a, b, {}, {}, {0}, {0}));
}

Tensor mv(const Tensor &self, const Tensor &vector, Where where) {
  COTAN_OP(mv, "MvBackward0", true);
  Value a = read(self), b = read(vector, "vec");
  if (a.rank() != 2 || b.rank() != 1)
    throw Error("vector + matrix @ vector expected, got 1, " + std::to_string(a.rank()) + ", " + std::to_string(b.rank()), where);
  if (a.size(1) != b.size(0))
    throw Error("size mismatch, got input (" + std::to_string(a.size(0)) + "), mat (" + sizesText(a) + "), vec (" + sizesText(b) + ")", where);
  requireOneType(a, b);
  return wrap(dotGeneral(a, b, {}, {}, {1}, {0}));
}

Tensor mm(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(mm, "MmBackward0", true);
  Value a = read(self), b = read(other, "mat2");
  if (a.rank() != 2 || b.rank() != 2)
    throw Error(a.rank() != 2 ? "self must be a matrix" : "mat2 must be a matrix", where);
  if (a.size(1) != b.size(0))
    throw Error("mat1 and mat2 shapes cannot be multiplied (" + sizesText(a) + " and " + sizesText(b) + ")", where);
  requireOneType(a, b);
  return wrap(dotGeneral(a, b, {}, {}, {1}, {0}));
}

//===----------------------------------------------------------------------===//
// Any ranks
//===----------------------------------------------------------------------===//

/// Product of operands of which one has three dimensions or more; vectors are rows or columns for the time of it.
static Value batchedProduct(Value a, Value b) {
  bool row = a.rank() == 1, column = b.rank() == 1;
  if (row)
    a = tracing::reshape(a, {1, a.size(0)});
  if (column)
    b = tracing::reshape(b, {b.size(0), 1});
  int64_t m = a.size(a.rank() - 2), k = a.size(a.rank() - 1), n = b.size(b.rank() - 1);
  if (b.size(b.rank() - 2) != k)
    throw Error("mat1 and mat2 shapes cannot be multiplied (" + std::to_string(m) + "x" + std::to_string(k) + " and " +
                    std::to_string(b.size(b.rank() - 2)) + "x" + std::to_string(n) + ")",
                here());
  IntVector shape;
  Value product;
  if (b.rank() == 2) { // one matrix for the whole batch
    product = dotGeneral(a, b, {}, {}, {a.rank() - 1}, {0});
    shape.assign(a.shape().begin(), a.shape().end() - 1);
  } else {
    IntArrayRef aBatch(a.shape().data(), size_t(a.rank() - 2)), bBatch(b.shape().data(), size_t(b.rank() - 2));
    shape = broadcastShapes(intern(aBatch), intern(bBatch))->ref().vec();
    IntVector dims;
    for (size_t i = 0; i < shape.size(); ++i)
      dims.push_back(int64_t(i));
    IntVector aShape = shape, bShape = shape;
    aShape.insert(aShape.end(), {m, k});
    bShape.insert(bShape.end(), {k, n});
    int64_t rank = int64_t(shape.size());
    product = dotGeneral(broadcastTo(a, aShape), broadcastTo(b, bShape), dims, dims, {rank + 1}, {rank});
    shape.push_back(m);
  }
  shape.push_back(n);
  if (column)
    shape.pop_back();
  if (row)
    shape.erase(shape.end() - (column ? 1 : 2));
  return tracing::reshape(product, shape);
}

Tensor matmul(const Tensor &self, const Tensor &other, Where where) {
  if (self.defined() && other.defined()) {
    if (self.dim() == 1 && other.dim() == 1)
      return dot(self, other, where);
    if (self.dim() == 2 && other.dim() == 1)
      return mv(self, other, where);
    if (self.dim() == 2 && other.dim() == 2)
      return mm(self, other, where);
  }
  COTAN_OP(matmul, "UnsafeViewBackward0", true);
  Value a = read(self), b = read(other, "other");
  if (a.rank() == 0 || b.rank() == 0)
    throw Error("both arguments to matmul need to be at least 1D, but they are " + std::to_string(a.rank()) + "D and " +
                    std::to_string(b.rank()) + "D",
                where);
  requireOneType(a, b);
  return wrap(batchedProduct(a, b));
}

Tensor nn::functional::linear(const Tensor &input, const Tensor &weight, const Tensor &bias, Where where) {
  COTAN_OP(linear, "AddmmBackward0", true);
  Value x = read(input, "input"), w = read(weight, "weight");
  if (x.rank() < 1 || w.rank() < 1 || w.rank() > 2 || x.size(x.rank() - 1) != w.size(w.rank() - 1))
    throw Error("mat1 and mat2 shapes cannot be multiplied (" + sizesText(x) + " and " + sizesText(w) + " transposed)", where);
  requireOneType(x, w);
  Value y = dotGeneral(x, w, {}, {}, {x.rank() - 1}, {w.rank() - 1});
  return wrap(bias.defined() ? tracing::add(y, read(bias, "bias")) : y);
}

Tensor Tensor::dot(const Tensor &other, Where where) const { return cotan::dot(*this, other, where); }
Tensor Tensor::mv(const Tensor &vector, Where where) const { return cotan::mv(*this, vector, where); }
Tensor Tensor::mm(const Tensor &other, Where where) const { return cotan::mm(*this, other, where); }
Tensor Tensor::matmul(const Tensor &other, Where where) const { return cotan::matmul(*this, other, where); }

} // namespace cotan
