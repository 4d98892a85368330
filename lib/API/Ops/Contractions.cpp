//===- Contractions.cpp - products beyond matmul ----------------------------===//

#include "OpSupport.h"
#include "cotan/ops/contractions.h"

#include "cotan/creation.h"
#include "cotan/ops/products.h"
#include <algorithm>
#include <limits>

namespace cotan {

using namespace detail;

namespace {

void expectDims(const char *op, const char *argument, const Tensor &tensor, int64_t rank, Where where) {
  if (tensor.dim() != rank)
    throw ValueError(std::string(op) + ": Expected " + argument + " to be a " + std::to_string(rank) + "-D tensor, got " +
                         std::to_string(tensor.dim()) + "-D",
                     where);
}

void expectSameType(const char *op, const Tensor &a, const Tensor &b, Where where) {
  if (a.scalar_type() != b.scalar_type())
    throw TypeError(std::string(op) + ": expected both operands to have the same dtype, but got: " + toString(a.scalar_type()) + " != " +
                        toString(b.scalar_type()),
                    where);
}

bool isOne(const Scalar &number) { return number.toDouble() == 1; }

/// beta self + alpha product, self broadcast to the product.
Tensor addProduct(const Tensor &self, const Value &product, const Scalar &beta, const Scalar &alpha) {
  Value result = isOne(alpha) ? product : mul(scalar(product.dtype(), alpha), product);
  if (beta.toDouble() == 0)
    return wrap(result);
  Value base = broadcastTo(readAs(self, product.dtype(), "self"), product.shape());
  return wrap(add(isOne(beta) ? base : mul(scalar(product.dtype(), beta), base), result));
}

Value matrixProduct(const Value &a, const Value &b) { return dotGeneral(a, b, {}, {}, {a.rank() - 1}, {0}); }
Value batchProduct(const Value &a, const Value &b) { return dotGeneral(a, b, {0}, {0}, {2}, {1}); }

void checkBatch(const char *op, const Tensor &a, const Tensor &b, Where where) {
  expectDims(op, "batch1", a, 3, where);
  expectDims(op, "batch2", b, 3, where);
  expectSameType(op, a, b, where);
  if (a.size(0) != b.size(0) || a.size(2) != b.size(1))
    throw ValueError("Expected size for first two dimensions of batch2 tensor to be: [" + std::to_string(a.size(0)) + ", " +
                         std::to_string(a.size(2)) + "] but got: [" + std::to_string(b.size(0)) + ", " + std::to_string(b.size(1)) + "].",
                     where);
}

} // namespace

Tensor bmm(const Tensor &self, const Tensor &mat2, Where where) {
  COTAN_OP(bmm, "BmmBackward0", true);
  checkBatch("bmm", self, mat2, where);
  return wrap(batchProduct(read(self), read(mat2, "mat2")));
}

Tensor addmm(const Tensor &self, const Tensor &mat1, const Tensor &mat2, const Scalar &beta, const Scalar &alpha, Where where) {
  COTAN_OP(addmm, "AddmmBackward0", true);
  return addProduct(self, read(mm(mat1, mat2, where), "mat1"), beta, alpha);
}

Tensor addmv(const Tensor &self, const Tensor &mat, const Tensor &vec, const Scalar &beta, const Scalar &alpha, Where where) {
  COTAN_OP(addmv, "AddmvBackward0", true);
  return addProduct(self, read(mv(mat, vec, where), "mat"), beta, alpha);
}

Tensor addr(const Tensor &self, const Tensor &vec1, const Tensor &vec2, const Scalar &beta, const Scalar &alpha, Where where) {
  COTAN_OP(addr, "AddrBackward0", true);
  return addProduct(self, read(outer(vec1, vec2, where), "vec1"), beta, alpha);
}

Tensor addbmm(const Tensor &self, const Tensor &batch1, const Tensor &batch2, const Scalar &beta, const Scalar &alpha, Where where) {
  COTAN_OP(addbmm, "AddbmmBackward0", true);
  checkBatch("addbmm", batch1, batch2, where);
  return addProduct(self, dotGeneral(read(batch1, "batch1"), read(batch2, "batch2"), {}, {}, {0, 2}, {0, 1}), beta, alpha);
}

Tensor baddbmm(const Tensor &self, const Tensor &batch1, const Tensor &batch2, const Scalar &beta, const Scalar &alpha, Where where) {
  COTAN_OP(baddbmm, "BaddbmmBackward0", true);
  checkBatch("baddbmm", batch1, batch2, where);
  return addProduct(self, batchProduct(read(batch1, "batch1"), read(batch2, "batch2")), beta, alpha);
}

Tensor outer(const Tensor &self, const Tensor &vec2, Where where) {
  COTAN_OP(outer, "MulBackward0", true);
  expectDims("outer", "argument #1 (self)", self, 1, where);
  expectDims("outer", "argument #2 (vec2)", vec2, 1, where);
  ScalarType type = resultType(self, vec2);
  Value a = readAs(self, type, "self"), b = readAs(vec2, type, "vec2");
  return wrap(mul(reshape(a, {a.size(0), 1}), b));
}

Tensor inner(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(inner, "SqueezeBackward0", true);
  Value a = read(self), b = read(other, "other");
  if (a.rank() == 0 || b.rank() == 0)
    return wrap(mul(a, b));
  if (a.size(a.rank() - 1) != b.size(b.rank() - 1))
    throw ValueError("inner() the last dimension must match on both input tensors but got shapes " + shapeText(a.shape()) + " and " +
                         shapeText(b.shape()),
                     where);
  return wrap(dotGeneral(a, b, {}, {}, {a.rank() - 1}, {b.rank() - 1}));
}

Tensor vdot(const Tensor &self, const Tensor &other, Where where) {
  COTAN_OP(vdot, "VdotBackward0", true);
  return dot(self, other, where);
}

Tensor tensordot(const Tensor &self, const Tensor &other, int64_t dims, Where where) {
  std::vector<int64_t> dimsSelf, dimsOther;
  if (dims < 0 || dims > self.dim() || dims > other.dim())
    throw ValueError("tensordot expects dims to be between 0 and the number of dimensions of each tensor, but got dims=" +
                         std::to_string(dims),
                     where);
  for (int64_t i = 0; i < dims; ++i) {
    dimsSelf.push_back(self.dim() - dims + i);
    dimsOther.push_back(i);
  }
  return tensordot(self, other, dimsSelf, dimsOther, where);
}

Tensor tensordot(const Tensor &self, const Tensor &other, IntArrayRef dims_self, IntArrayRef dims_other, Where where) {
  COTAN_OP(tensordot, "ViewBackward0", true);
  if (dims_self.size() != dims_other.size())
    throw ValueError("both dimension lists should have same length, got " + std::to_string(dims_self.size()) + " and " +
                         std::to_string(dims_other.size()),
                     where);
  Value a = read(self), b = read(other, "other");
  std::vector<int64_t> contractA, contractB;
  for (size_t i = 0; i < dims_self.size(); ++i) {
    contractA.push_back(wrapDim(dims_self[i], a.rank()));
    contractB.push_back(wrapDim(dims_other[i], b.rank()));
    if (a.size(contractA.back()) != b.size(contractB.back()))
      throw ValueError("contracted dimensions need to match, but first has size " + std::to_string(a.size(contractA.back())) + " in dim " +
                           std::to_string(contractA.back()) + " and second has size " + std::to_string(b.size(contractB.back())) +
                           " in dim " + std::to_string(contractB.back()),
                       where);
  }
  return wrap(dotGeneral(a, b, {}, {}, contractA, contractB));
}

//===----------------------------------------------------------------------===//
// Einstein summation
//===----------------------------------------------------------------------===//

namespace {

using Labels = std::vector<int>; ///< letters as they are; dimensions of "..." as negative numbers, -1 the last

struct Term {
  Value value;
  Labels labels;
};

bool contains(const Labels &labels, int label) { return std::find(labels.begin(), labels.end(), label) != labels.end(); }

Labels parseLabels(const std::string &text, int64_t ellipsisRank, Where where) {
  Labels labels;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ')
      continue;
    if (text.compare(i, 3, "...") == 0) {
      for (int64_t d = ellipsisRank; d > 0; --d)
        labels.push_back(int(-d));
      i += 2;
    } else if ((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z')) {
      labels.push_back(text[i]);
    } else {
      throw ValueError(std::string("einsum(): invalid subscript given at index ") + std::to_string(i) + " in the equation string, subscripts must be in [a-zA-Z]",
                       where);
    }
  }
  return labels;
}

int64_t lettersIn(const std::string &text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c != ' ' && c != '.'; });
}

/// Takes the diagonal where a label occurs twice, so that each occurs once.
void takeDiagonals(Term &term, Where where) {
  for (size_t i = 0; i < term.labels.size(); ++i)
    for (size_t j = i + 1; j < term.labels.size();) {
      if (term.labels[i] != term.labels[j]) {
        ++j;
        continue;
      }
      int64_t n = term.value.size(i);
      if (n != term.value.size(j))
        throw ValueError(std::string("einsum(): subscript ") + char(term.labels[i]) + " is repeated for one operand but the sizes don't match, " +
                             std::to_string(term.value.size(j)) + " != " + std::to_string(n),
                         where);
      // [..., n, n] -> [..., n * n], of which every (n + 1)-th element is on the diagonal.
      std::vector<int64_t> permutation, shape;
      Labels labels;
      for (size_t d = 0; d < term.labels.size(); ++d)
        if (d != i && d != j) {
          permutation.push_back(d);
          shape.push_back(term.value.size(d));
          labels.push_back(term.labels[d]);
        }
      permutation.insert(permutation.end(), {int64_t(i), int64_t(j)});
      shape.push_back(n * n);
      labels.push_back(term.labels[i]);
      Value flat = reshape(transpose(term.value, permutation), shape);
      std::vector<int64_t> starts(shape.size(), 0), strides(shape.size(), 1);
      strides.back() = n + 1;
      term.value = tracing::slice(flat, starts, shape, strides);
      term.labels = labels;
      i = 0;
      j = 1;
    }
}

/// Drops dimensions of extent 1 whose label has another extent elsewhere: they broadcast.
void dropBroadcast(Term &term, const std::vector<std::pair<int, int64_t>> &extents) {
  Labels labels;
  std::vector<int64_t> shape;
  for (size_t d = 0; d < term.labels.size(); ++d) {
    int64_t full = 1;
    for (auto &[label, extent] : extents)
      if (label == term.labels[d])
        full = extent;
    if (term.value.size(d) == 1 && full != 1)
      continue;
    labels.push_back(term.labels[d]);
    shape.push_back(term.value.size(d));
  }
  term.value = reshape(term.value, shape);
  term.labels = labels;
}

/// Sums away the labels that are not needed any more.
void sumUnneeded(Term &term, const Labels &needed) {
  std::vector<int64_t> dims;
  Labels kept;
  for (size_t d = 0; d < term.labels.size(); ++d) {
    if (contains(needed, term.labels[d]))
      kept.push_back(term.labels[d]);
    else
      dims.push_back(d);
  }
  if (dims.empty())
    return;
  term.value = reduce(Reduction::Sum, term.value, dims);
  term.labels = kept;
}

Term contract(const Term &a, const Term &b, const Labels &needed) {
  std::vector<int64_t> aBatch, bBatch, aContract, bContract;
  Labels batch, freeA, freeB;
  for (size_t i = 0; i < a.labels.size(); ++i) {
    auto other = std::find(b.labels.begin(), b.labels.end(), a.labels[i]);
    if (other == b.labels.end()) {
      freeA.push_back(a.labels[i]);
      continue;
    }
    bool keep = contains(needed, a.labels[i]);
    (keep ? aBatch : aContract).push_back(i);
    (keep ? bBatch : bContract).push_back(other - b.labels.begin());
    if (keep)
      batch.push_back(a.labels[i]);
  }
  for (int label : b.labels)
    if (!contains(a.labels, label))
      freeB.push_back(label);
  Labels labels = batch;
  labels.insert(labels.end(), freeA.begin(), freeA.end());
  labels.insert(labels.end(), freeB.begin(), freeB.end());
  return {dotGeneral(a.value, b.value, aBatch, bBatch, aContract, bContract), labels};
}

struct Equation {
  std::vector<std::string> inputs;
  std::string output;
  bool hasOutput = false;
};

Equation splitEquation(const std::string &equation) {
  Equation parsed;
  size_t arrow = equation.find("->");
  std::string left = equation.substr(0, arrow);
  if (arrow != std::string::npos) {
    parsed.output = equation.substr(arrow + 2);
    parsed.hasOutput = true;
  }
  for (size_t begin = 0;;) {
    size_t comma = left.find(',', begin);
    parsed.inputs.push_back(left.substr(begin, comma - begin));
    if (comma == std::string::npos)
      return parsed;
    begin = comma + 1;
  }
}

std::vector<Term> readTerms(const Equation &equation, const std::vector<Tensor> &operands, int64_t &ellipsisRank, Where where) {
  if (equation.inputs.size() != operands.size())
    throw ValueError("einsum(): expected " + std::to_string(equation.inputs.size()) + " operands for the equation, got " +
                         std::to_string(operands.size()),
                     where);
  ScalarType type = operands.front().scalar_type();
  for (const Tensor &operand : operands)
    type = promoteTypes(type, operand.scalar_type());
  std::vector<Term> terms;
  ellipsisRank = 0;
  for (size_t i = 0; i < operands.size(); ++i) {
    Value value = readAs(operands[i], type, "operands");
    bool ellipsis = equation.inputs[i].find("...") != std::string::npos;
    int64_t extra = value.rank() - lettersIn(equation.inputs[i]);
    if (extra < 0 || (extra > 0 && !ellipsis))
      throw ValueError("einsum(): the number of subscripts in the equation (" + std::to_string(lettersIn(equation.inputs[i])) +
                           ") does not match the number of dimensions (" + std::to_string(value.rank()) + ") for operand " +
                           std::to_string(i),
                       where);
    ellipsisRank = std::max(ellipsisRank, extra);
    terms.push_back({value, parseLabels(equation.inputs[i], extra, where)});
  }
  return terms;
}

Labels outputLabels(const Equation &equation, const std::vector<Term> &terms, int64_t ellipsisRank, Where where) {
  if (equation.hasOutput)
    return parseLabels(equation.output, ellipsisRank, where);
  Labels all, once;
  for (const Term &term : terms)
    all.insert(all.end(), term.labels.begin(), term.labels.end());
  for (int label : all)
    if (label > 0 && std::count(all.begin(), all.end(), label) == 1)
      once.push_back(label);
  std::sort(once.begin(), once.end());
  for (int64_t d = 1; d <= ellipsisRank; ++d)
    once.insert(once.begin(), int(-d));
  return once;
}

std::vector<std::pair<int, int64_t>> labelExtents(const std::vector<Term> &terms, Where where) {
  std::vector<std::pair<int, int64_t>> extents;
  for (const Term &term : terms)
    for (size_t d = 0; d < term.labels.size(); ++d) {
      int64_t extent = term.value.size(d);
      auto known = std::find_if(extents.begin(), extents.end(), [&](auto &entry) { return entry.first == term.labels[d]; });
      if (known == extents.end())
        extents.emplace_back(term.labels[d], extent);
      else if (known->second == 1)
        known->second = extent;
      else if (extent != 1 && extent != known->second)
        throw ValueError("einsum(): operands do not broadcast with remapped shapes: a subscript has size " + std::to_string(extent) +
                             " and elsewhere " + std::to_string(known->second),
                         where);
    }
  return extents;
}

} // namespace

Tensor einsum(const std::string &equation, const std::vector<Tensor> &operands, Where where) {
  COTAN_OP(einsum, "ViewBackward0", true);
  if (operands.empty())
    throw ValueError("einsum(): must provide at least one operand", where);
  Equation parsed = splitEquation(equation);
  int64_t ellipsisRank;
  std::vector<Term> terms = readTerms(parsed, operands, ellipsisRank, where);
  for (Term &term : terms)
    takeDiagonals(term, where);
  auto extents = labelExtents(terms, where);
  Labels output = outputLabels(parsed, terms, ellipsisRank, where);
  for (Term &term : terms)
    dropBroadcast(term, extents);
  Term result = terms.front();
  for (size_t i = 0; i < terms.size(); ++i) {
    Labels later = output;
    for (size_t j = i + 1; j < terms.size(); ++j)
      later.insert(later.end(), terms[j].labels.begin(), terms[j].labels.end());
    if (i == 0) {
      sumUnneeded(result, later);
      continue;
    }
    Labels withResult = later;
    withResult.insert(withResult.end(), result.labels.begin(), result.labels.end());
    sumUnneeded(terms[i], withResult);
    Labels withTerm = later;
    withTerm.insert(withTerm.end(), terms[i].labels.begin(), terms[i].labels.end());
    sumUnneeded(result, withTerm);
    result = contract(result, terms[i], later);
  }
  // Labels of unit extent everywhere were kept by the term that has them; those missing are broadcast.
  std::vector<int64_t> permutation, kept, shape;
  for (int label : output) {
    auto position = std::find(result.labels.begin(), result.labels.end(), label);
    auto extent = std::find_if(extents.begin(), extents.end(), [&](auto &entry) { return entry.first == label; });
    if (extent == extents.end())
      throw ValueError(std::string("einsum(): output subscript ") + char(label) + " does not appear in the equation for any input operand", where);
    if (position != result.labels.end())
      permutation.push_back(position - result.labels.begin());
    kept.push_back(position != result.labels.end() ? extent->second : 1);
    shape.push_back(extent->second);
  }
  return wrap(broadcastTo(reshape(transpose(result.value, permutation), kept), shape));
}

//===----------------------------------------------------------------------===//
// Chains and powers
//===----------------------------------------------------------------------===//

namespace {

/// Multiplies matrices first..last in the cheapest order, found by dynamic programming over the extents.
struct ChainOrder {
  explicit ChainOrder(const std::vector<Value> &matrices) : matrices(matrices), n(matrices.size()), cost(n * n, 0), split(n * n, 0) {
    for (size_t length = 2; length <= n; ++length)
      for (size_t i = 0; i + length <= n; ++i)
        choose(i, i + length - 1);
  }
  Value product(size_t i, size_t j) const {
    if (i == j)
      return matrices[i];
    return matrixProduct(product(i, split[i * n + j]), product(split[i * n + j] + 1, j));
  }

private:
  void choose(size_t i, size_t j) {
    double best = std::numeric_limits<double>::infinity();
    for (size_t k = i; k < j; ++k) {
      double c = cost[i * n + k] + cost[(k + 1) * n + j] +
                 double(matrices[i].size(0)) * double(matrices[k].size(1)) * double(matrices[j].size(1));
      if (c < best) {
        best = c;
        split[i * n + j] = k;
      }
    }
    cost[i * n + j] = best;
  }
  const std::vector<Value> &matrices;
  size_t n;
  std::vector<double> cost;
  std::vector<size_t> split;
};

} // namespace

Tensor linalg::multi_dot(const std::vector<Tensor> &tensors, Where where) {
  COTAN_OP(multi_dot, "MmBackward0", true);
  if (tensors.size() < 2)
    throw ValueError("multi_dot(): expected at least 2 tensors but got " + std::to_string(tensors.size()), where);
  std::vector<Value> matrices;
  for (const Tensor &tensor : tensors)
    matrices.push_back(read(tensor, "tensors"));
  bool firstIsVector = matrices.front().rank() == 1, lastIsVector = matrices.back().rank() == 1;
  if (firstIsVector)
    matrices.front() = reshape(matrices.front(), {1, matrices.front().size(0)});
  if (lastIsVector)
    matrices.back() = reshape(matrices.back(), {matrices.back().size(0), 1});
  for (size_t i = 0; i < matrices.size(); ++i) {
    if (matrices[i].rank() != 2)
      throw ValueError("multi_dot(): tensor " + std::to_string(i) + " must be 2D but got " + std::to_string(matrices[i].rank()) + "D", where);
    if (i && matrices[i - 1].size(1) != matrices[i].size(0))
      throw ValueError("multi_dot(): tensors " + std::to_string(i - 1) + " and " + std::to_string(i) + " with shapes " +
                           shapeText(matrices[i - 1].shape()) + " and " + shapeText(matrices[i].shape()) + " cannot be multiplied",
                       where);
  }
  Value result = ChainOrder(matrices).product(0, matrices.size() - 1);
  std::vector<int64_t> shape;
  if (!firstIsVector)
    shape.push_back(result.size(0));
  if (!lastIsVector)
    shape.push_back(result.size(1));
  return wrap(reshape(result, shape));
}

Tensor linalg::matrix_power(const Tensor &self, int64_t n, Where where) {
  COTAN_OP(matrix_power, "MmBackward0", true);
  if (self.dim() < 2 || self.size(-1) != self.size(-2))
    throw ValueError("linalg.matrix_power: A must be batches of square matrices, but they are " + shapeText(self.sizes()), where);
  if (n < 0)
    throw ValueError("linalg.matrix_power: negative powers need an inverse, which is not available yet; expected n >= 0, got " +
                         std::to_string(n),
                     where);
  if (n == 0)
    return eye(self.size(-1), self.options(), where).expand(self.sizes(), where).clone(where);
  Tensor result, square = self;
  for (int64_t bits = n;;) {
    if (bits & 1)
      result = result.defined() ? matmul(result, square, where) : square;
    bits >>= 1;
    if (!bits)
      return n == 1 ? result.clone(where) : result;
    square = matmul(square, square, where);
  }
}

} // namespace cotan
