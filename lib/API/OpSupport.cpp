//===- OpSupport.cpp - type promotion and dimensions ----------------------===//

#include "OpSupport.h"
#include <algorithm>

namespace cotan {

namespace detail {

/// Bool, integer or floating.
static int category(ScalarType type) { return isFloatingType(type) ? 2 : type == kBool ? 0 : 1; }

namespace {
/// What takes part in a promotion: dimensioned tensors, then 0-d tensors, then numbers; a later group counts only when its
/// category is higher.
struct Promotion {
  ScalarType groups[3] = {ScalarType::Undefined, ScalarType::Undefined, ScalarType::Undefined};
  void add(const Arg &arg) {
    if (!arg.isTensor())
      join(2, arg.number.isFloatingPoint() ? get_default_dtype() : arg.number.type());
    else if (arg.tensor->defined())
      join(arg.tensor->dim() > 0 ? 0 : 1, arg.tensor->scalar_type());
  }
  void join(int group, ScalarType type) {
    groups[group] = groups[group] == ScalarType::Undefined ? type : promoteTypes(groups[group], type);
  }
  ScalarType result() const {
    ScalarType type = groups[0];
    for (int i = 1; i < 3; ++i) {
      if (groups[i] == ScalarType::Undefined)
        continue;
      if (type == ScalarType::Undefined)
        type = groups[i];
      else if (category(groups[i]) > category(type))
        type = promoteTypes(type, groups[i]);
    }
    return type;
  }
};
} // namespace

ScalarType resultType(const Arg &a, const Arg &b) {
  if (a.isTensor() && b.isTensor() && a.tensor->defined() && b.tensor->defined()) [[likely]] {
    ScalarType type = a.tensor->scalar_type();
    if (b.tensor->scalar_type() == type)
      return type;
  }
  Promotion promotion;
  promotion.add(a);
  promotion.add(b);
  return promotion.result();
}

Value readAs(const Arg &arg, ScalarType type, const char *argument) {
  if (!arg.isTensor())
    return scalar(type, arg.number);
  return tracing::cast(read(*arg.tensor, argument), type);
}

Value readFloating(const Tensor &tensor, const char *argument) {
  Value x = read(tensor, argument);
  return isFloatingType(x.dtype()) ? x : tracing::cast(x, get_default_dtype());
}

int64_t wrapDim(int64_t dim, int64_t rank) {
  int64_t range = std::max<int64_t>(rank, 1);
  if (dim < -range || dim >= range)
    throw IndexError("Dimension out of range (expected to be in range of [" + std::to_string(-range) + ", " + std::to_string(range - 1) +
                         "], but got " + std::to_string(dim) + ")",
                     here());
  return dim < 0 ? dim + range : dim;
}

std::vector<int64_t> wrapDims(OptionalIntArrayRef dims, int64_t rank, bool emptyIsAll) {
  std::vector<int64_t> result;
  if (!dims.has_value() || ((*dims).empty() && emptyIsAll)) {
    for (int64_t d = 0; d < rank; ++d)
      result.push_back(d);
    return result;
  }
  for (int64_t dim : *dims)
    result.push_back(wrapDim(dim, rank));
  std::sort(result.begin(), result.end());
  for (size_t i = 1; i < result.size(); ++i)
    if (result[i] == result[i - 1])
      throw Error("dim " + std::to_string(result[i]) + " appears multiple times in the list of dims", here());
  if (rank == 0)
    result.clear();
  return result;
}

Value reduceDims(Reduction kind, const Value &x, const std::vector<int64_t> &dims, bool keepdim) {
  Value result = reduce(kind, x, dims);
  if (!keepdim || dims.empty())
    return result;
  IntVector shape = x.shape().vec();
  for (int64_t d : dims)
    shape[size_t(d)] = 1;
  return tracing::reshape(result, shape);
}

} // namespace detail
} // namespace cotan
