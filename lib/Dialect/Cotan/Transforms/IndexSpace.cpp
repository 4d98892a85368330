//===- IndexSpace.cpp - iteration domains and reads through views -----------===//

#include "cotan-compiler/Dialect/Cotan/Transforms/IndexSpace.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::transforms;

int64_t transforms::product(ArrayRef<int64_t> extents) {
  int64_t result = 1;
  for (int64_t extent : extents)
    result *= extent;
  return result;
}

SmallVector<int64_t, 4> transforms::withoutUnits(ArrayRef<int64_t> shape) {
  SmallVector<int64_t, 4> result;
  for (int64_t extent : shape)
    if (extent != 1)
      result.push_back(extent);
  return result;
}

bool transforms::isView(Operation *op) {
  return isa<ir::BroadcastOp, ir::ReshapeOp, ir::TransposeOp, ir::SliceOp, ir::ReverseOp, ir::DynamicSliceOp>(op);
}

static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

//===----------------------------------------------------------------------===//
// LinearIndex
//===----------------------------------------------------------------------===//

LinearIndex LinearIndex::dim(unsigned position, int64_t coefficient) {
  LinearIndex index;
  index.dims.push_back({position, coefficient});
  return index;
}

template <unsigned n>
static void addTerm(SmallVector<std::pair<unsigned, int64_t>, n> &terms, unsigned position, int64_t coefficient) {
  if (coefficient == 0)
    return;
  auto *it = terms.begin();
  while (it != terms.end() && it->first < position)
    ++it;
  if (it == terms.end() || it->first != position)
    terms.insert(it, {position, coefficient});
  else if ((it->second += coefficient) == 0)
    terms.erase(it);
}

void LinearIndex::add(const LinearIndex &other, int64_t scale) {
  for (auto [position, coefficient] : other.dims)
    addTerm(dims, position, coefficient * scale);
  for (auto [position, coefficient] : other.symbols)
    addTerm(symbols, position, coefficient * scale);
  constant += other.constant * scale;
}

LinearIndex LinearIndex::substitute(ArrayRef<LinearIndex> replacements) const {
  LinearIndex result;
  result.symbols = symbols;
  result.constant = constant;
  for (auto [position, coefficient] : dims)
    result.add(replacements[position], coefficient);
  return result;
}

AffineExpr LinearIndex::toAffine(MLIRContext *context, ArrayRef<unsigned> symbolOf) const {
  AffineExpr sum;
  auto append = [&](AffineExpr term, int64_t coefficient) {
    if (coefficient != 1)
      term = term * coefficient;
    sum = sum ? sum + term : term;
  };
  for (auto [position, coefficient] : dims)
    append(getAffineDimExpr(position, context), coefficient);
  for (auto [position, coefficient] : symbols)
    append(getAffineSymbolExpr(symbolOf[position], context), coefficient);
  if (!sum)
    return getAffineConstantExpr(constant, context);
  return constant ? sum + constant : sum;
}

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

Access Access::of(Value value, ArrayRef<int64_t> iterationShape) {
  Access access;
  access.root = value;
  access.factors = withoutUnits(iterationShape);
  unsigned rank = shapeOf(value).size(), factor = 0;
  for (unsigned d = 0; d < rank; ++d)
    access.indices.push_back(iterationShape[d] == 1 ? LinearIndex() : LinearIndex::dim(factor++));
  return access;
}

LinearIndex Access::flatten() const {
  LinearIndex flat;
  int64_t stride = 1;
  ArrayRef<int64_t> shape = shapeOf(root);
  for (unsigned d = shape.size(); d-- > 0; stride *= shape[d])
    flat.add(indices[d], stride);
  return flat;
}

bool Access::throughView() {
  Operation *view = root.getDefiningOp();
  Value operand = view->getOperand(0);
  ArrayRef<int64_t> from = shapeOf(root), to = shapeOf(operand);
  SmallVector<LinearIndex, 4> old = indices;
  bool linear = llvm::TypeSwitch<Operation *, bool>(view)
                    .Case([&](ir::BroadcastOp op) {
                      indices.assign(to.size(), LinearIndex());
                      for (auto [d, resultDim] : llvm::enumerate(op.getDims()))
                        if (to[d] == from[resultDim])
                          indices[d] = old[resultDim];
                      return true;
                    })
                    .Case([&](ir::TransposeOp op) {
                      for (auto [d, operandDim] : llvm::enumerate(op.getPermutation()))
                        indices[operandDim] = old[d];
                      return true;
                    })
                    .Case([&](ir::SliceOp op) {
                      for (unsigned d = 0; d < to.size(); ++d) {
                        indices[d] = LinearIndex();
                        indices[d].add(old[d], op.getStrides()[d]);
                        indices[d].constant += op.getStarts()[d];
                      }
                      return true;
                    })
                    .Case([&](ir::ReverseOp op) {
                      for (int64_t d : op.getDims()) {
                        indices[d] = LinearIndex();
                        indices[d].add(old[d], -1);
                        indices[d].constant += to[d] - 1;
                      }
                      return true;
                    })
                    .Case([&](ir::DynamicSliceOp op) {
                      for (auto [d, start] : llvm::enumerate(op.getStarts())) {
                        int64_t limit = to[d] - from[d];
                        if (limit == 0)
                          continue;
                        auto constant = start.getDefiningOp<ir::ConstantOp>();
                        auto value =
                            constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : DenseIntElementsAttr();
                        if (value) {
                          indices[d].constant += std::clamp<int64_t>((*value.begin()).getSExtValue(), 0, limit);
                          continue;
                        }
                        LinearIndex symbol;
                        symbol.symbols.push_back({static_cast<unsigned>(symbols.size()), 1});
                        symbols.push_back({start, limit});
                        indices[d].add(symbol);
                      }
                      return true;
                    })
                    .Case([&](ir::ReshapeOp op) { return throughReshape(from, to); });
  if (linear)
    root = operand;
  return linear;
}

/// Walks both shapes in blocks of equal product: the block's row-major position is computed from the result's indices
/// and taken apart again by the operand's extents.
bool Access::throughReshape(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  if (product(from) == 0) {
    indices.assign(to.size(), LinearIndex());
    return true;
  }
  const Access before = *this;
  Access result = *this;
  result.indices.assign(to.size(), LinearIndex());
  unsigned i = 0, j = 0;
  while (i < from.size() || j < to.size()) {
    unsigned firstTo = j;
    int64_t fromSize = i < from.size() ? from[i] : 1, toSize = j < to.size() ? to[j] : 1;
    SmallVector<unsigned, 4> block;
    if (i < from.size())
      block.push_back(i++);
    if (j < to.size())
      ++j;
    while (fromSize != toSize) {
      if (fromSize < toSize) {
        fromSize *= from[i];
        block.push_back(i++);
      } else {
        toSize *= to[j++];
      }
    }
    // Splitting a factor changes every form of the access: the block's position is computed from the access as it is
    // now.
    LinearIndex position;
    int64_t stride = 1;
    for (unsigned d : llvm::reverse(block)) {
      position.add(indices[d], stride);
      stride *= from[d];
    }
    int64_t rest = toSize;
    for (unsigned d = j; d-- > firstTo;) {
      if (to[d] == 1)
        continue;
      rest /= to[d];
      if (rest == 1) {
        result.indices[d] = position;
        break;
      }
      // `result` carries the forms that are done and, behind them, those still to be read.
      unsigned done = result.indices.size();
      result.indices.append(indices.begin(), indices.end());
      LinearIndex remainder;
      bool divides = result.divide(position, to[d], remainder);
      indices.assign(result.indices.begin() + done, result.indices.end());
      result.indices.resize(done);
      if (!divides) {
        *this = before;
        return false;
      }
      result.indices[d] = remainder;
    }
  }
  *this = std::move(result);
  return true;
}

/// index = divisor * quotient + remainder with 0 <= remainder < divisor at every point; `index` becomes the quotient.
/// Splits factors where a coefficient straddles the divisor.
bool Access::divide(LinearIndex &index, int64_t divisor, LinearIndex &remainder) {
  for (bool again = true; again;) {
    again = false;
    for (auto [factor, coefficient] : index.dims) {
      int64_t extent = factors[factor];
      if (coefficient % divisor == 0)
        continue;
      if (coefficient < 0)
        return false;
      if (coefficient < divisor && coefficient * (extent - 1) < divisor)
        continue;
      if (coefficient > divisor || divisor % coefficient || extent % (divisor / coefficient))
        return false;
      splitFactor(factor, divisor / coefficient, index);
      again = true;
      break;
    }
  }
  LinearIndex quotient;
  for (auto [symbol, coefficient] : index.symbols) {
    if (coefficient % divisor)
      return false;
    quotient.symbols.push_back({symbol, coefficient / divisor});
  }
  int64_t constant = index.constant % divisor;
  if (constant < 0)
    constant += divisor;
  quotient.constant = (index.constant - constant) / divisor;
  remainder = LinearIndex();
  remainder.constant = constant;
  int64_t largest = constant;
  for (auto [factor, coefficient] : index.dims) {
    if (coefficient % divisor == 0) {
      quotient.dims.push_back({factor, coefficient / divisor});
      continue;
    }
    remainder.dims.push_back({factor, coefficient});
    largest += coefficient * (factors[factor] - 1);
  }
  if (largest >= divisor)
    return false;
  index = quotient;
  return true;
}

void Access::splitFactor(unsigned factor, int64_t inner, LinearIndex &pending) {
  SmallVector<LinearIndex, 4> replacements;
  for (unsigned f = 0; f < factors.size(); ++f) {
    LinearIndex form = LinearIndex::dim(f <= factor ? f : f + 1, f == factor ? inner : 1);
    if (f == factor)
      form.add(LinearIndex::dim(f + 1));
    replacements.push_back(form);
  }
  for (LinearIndex &index : indices)
    index = index.substitute(replacements);
  pending = pending.substitute(replacements);
  factors[factor] /= inner;
  factors.insert(factors.begin() + factor + 1, inner);
}

std::optional<SmallVector<unsigned, 4>> Access::permutation() const {
  LinearIndex flat = flatten();
  if (flat.constant || !flat.symbols.empty() || flat.dims.size() != factors.size())
    return std::nullopt;
  SmallVector<std::pair<unsigned, int64_t>, 4> terms(flat.dims.begin(), flat.dims.end());
  llvm::sort(terms, [](auto a, auto b) { return a.second > b.second; });
  SmallVector<unsigned, 4> order;
  for (auto [factor, coefficient] : terms)
    order.push_back(factor);
  int64_t stride = 1;
  for (auto [factor, coefficient] : llvm::reverse(terms)) {
    if (coefficient != stride)
      return std::nullopt;
    stride *= factors[factor];
  }
  if (stride != product(shapeOf(root)))
    return std::nullopt;
  return order;
}

//===----------------------------------------------------------------------===//
// Domain
//===----------------------------------------------------------------------===//

Domain Domain::parallel(ArrayRef<int64_t> factors) {
  Domain domain;
  domain.extents.assign(factors.begin(), factors.end());
  domain.reduction.assign(factors.size(), false);
  return domain;
}

int64_t Domain::size() const { return product(extents); }

int64_t Domain::parallelSize() const {
  int64_t result = 1;
  for (auto [extent, reduced] : llvm::zip_equal(extents, reduction))
    if (!reduced)
      result *= extent;
  return result;
}

bool Domain::refine(ArrayRef<int64_t> factors, bool row) {
  SmallVector<int64_t, 4> selected;
  for (auto [extent, reduced] : llvm::zip_equal(extents, reduction))
    if (!row || !reduced)
      selected.push_back(extent);
  if (ArrayRef<int64_t>(selected) == factors)
    return true;
  if (llvm::is_contained(selected, 0) || llvm::is_contained(factors, 0))
    return false;

  Domain refined;
  unsigned factor = 0;
  int64_t rest = factors.empty() ? 1 : factors[0]; // what is left of the factor
  auto nextFactor = [&] { rest = ++factor < factors.size() ? factors[factor] : 1; };
  for (auto [extent, reduced] : llvm::zip_equal(extents, reduction)) {
    auto push = [&, reduced = reduced](int64_t part) {
      refined.extents.push_back(part);
      refined.reduction.push_back(reduced);
    };
    if (row && reduced) {
      push(extent);
      continue;
    }
    int64_t left = extent;
    while (rest % left != 0) {
      if (rest == 1 || left % rest != 0)
        return false;
      push(rest);
      left /= rest;
      nextFactor();
    }
    if (factor == factors.size())
      return false;
    push(left);
    if ((rest /= left) == 1)
      nextFactor();
  }
  if (factor != factors.size())
    return false;
  *this = std::move(refined);
  return true;
}

SmallVector<LinearIndex, 4> Domain::locate(ArrayRef<int64_t> factors, bool row) const {
  SmallVector<LinearIndex, 4> result(factors.size());
  int factor = static_cast<int>(factors.size()) - 1;
  int64_t stride = 1;
  for (unsigned d = extents.size(); d-- > 0;) {
    if (row && reduction[d])
      continue;
    while (factor >= 0 && stride == factors[factor] && factors[factor] != 0) {
      --factor;
      stride = 1;
    }
    if (factor < 0)
      break;
    auto &dims = result[factor].dims;
    dims.insert(dims.begin(), {d, stride});
    if (extents[d] == 0) { // an empty domain is never split: one dimension a factor
      --factor;
      continue;
    }
    stride *= extents[d];
  }
  return result;
}

bool Domain::setReduction(ArrayRef<int64_t> factors, ArrayRef<bool> reduced) {
  if (!refine(factors, /*row=*/false))
    return false;
  SmallVector<bool, 4> kinds(extents.size(), false);
  for (auto [form, isReduced] : llvm::zip_equal(locate(factors, false), reduced))
    for (auto [dim, stride] : form.dims)
      kinds[dim] = isReduced;
  if (hasReduction())
    return kinds == reduction;
  reduction = kinds;
  return true;
}

bool Domain::isAligned(const Access &access, bool row, bool rootIsRow) const {
  LinearIndex flat = access.flatten().substitute(locate(access.factors, row));
  if (flat.constant || !flat.symbols.empty())
    return false;
  int64_t stride = 1;
  unsigned term = flat.dims.size();
  for (unsigned d = extents.size(); d-- > 0;) {
    if (rootIsRow && reduction[d])
      continue;
    if (term == 0 || flat.dims[--term] != std::pair<unsigned, int64_t>(d, stride))
      return false;
    stride *= extents[d];
  }
  return term == 0;
}

bool Domain::refinePermuted(const Access &access, SmallVectorImpl<LinearIndex> &factorForms) {
  std::optional<SmallVector<unsigned, 4>> order = access.permutation();
  if (!order)
    return false;
  SmallVector<int64_t, 4> sorted;
  for (unsigned factor : *order)
    sorted.push_back(access.factors[factor]);
  if (!refine(sorted, /*row=*/false))
    return false;
  factorForms.resize(sorted.size());
  for (auto [factor, form] : llvm::zip_equal(*order, locate(sorted, /*row=*/false)))
    factorForms[factor] = form;
  return true;
}
