//===- Concatenation.cpp - cat and stack ----------------------------------===//

#include "OpSupport.h"
#include "cotan/ops/shape.h"

namespace cotan {

using namespace detail;

/// The operands in their common element type.
static std::vector<Value> readAll(const std::vector<Tensor> &tensors) {
  if (tensors.empty())
    throw Error(std::string(opName()) + "(): expected a non-empty list of Tensors", here());
  std::vector<Value> values;
  ScalarType type = read(tensors[0], "tensors").dtype();
  for (const Tensor &tensor : tensors) {
    values.push_back(read(tensor, "tensors"));
    type = promoteTypes(type, values.back().dtype());
  }
  for (Value &value : values)
    value = tracing::cast(value, type);
  return values;
}

Tensor cat(const std::vector<Tensor> &tensors, int64_t dim, Where where) {
  COTAN_OP(cat, "CatBackward0", false);
  std::vector<Value> parts;
  Value empty;
  for (Value &value : readAll(tensors)) {
    if (value.rank() == 0)
      throw Error("zero-dimensional tensor (at position " + std::to_string(parts.size()) + ") cannot be concatenated", where);
    if (value.rank() == 1 && value.numel() == 0) // torch lets it stand for an empty tensor of any rank
      empty = value;
    else
      parts.push_back(std::move(value));
  }
  if (parts.empty())
    return wrap(identity(empty));
  return wrap(identity(concatenate(parts, wrapDim(dim, parts[0].rank()))));
}

Tensor stack(const std::vector<Tensor> &tensors, int64_t dim, Where where) {
  COTAN_OP(stack, "StackBackward0", false);
  std::vector<Value> parts = readAll(tensors);
  IntVector shape = parts[0].shape().vec(), whole = shape;
  dim = wrapDim(dim, int64_t(shape.size()) + 1);
  shape.insert(shape.begin() + dim, 1);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!(parts[i].shape() == IntArrayRef(whole)))
      throw Error("stack expects each tensor to be equal size, but got " + shapeText(whole) + " at entry 0 and " +
                      shapeText(parts[i].shape()) + " at entry " + std::to_string(i),
                  where);
    parts[i] = tracing::reshape(parts[i], shape);
  }
  return wrap(concatenate(parts, dim));
}

} // namespace cotan
