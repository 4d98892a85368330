//===- Joining.cpp - stacks of tensors ---------------------------------------===//

#include "OpSupport.h"
#include "cotan/ops/rearrange.h"

#include "cotan/ops/shape.h"

namespace cotan {

using namespace detail;

namespace {

template <typename Shaped> std::vector<Tensor> each(const std::vector<Tensor> &tensors, Shaped shaped) {
  std::vector<Tensor> result;
  for (const Tensor &tensor : tensors)
    result.push_back(shaped(tensor));
  return result;
}

} // namespace

Tensor atleast_1d(const Tensor &self, Where where) { return self.dim() ? self : self.reshape({1}, where); }

Tensor atleast_2d(const Tensor &self, Where where) {
  return self.dim() == 0 ? self.reshape({1, 1}, where) : self.dim() == 1 ? self.unsqueeze(0, where) : self;
}

Tensor atleast_3d(const Tensor &self, Where where) {
  switch (self.dim()) {
  case 0:
    return self.reshape({1, 1, 1}, where);
  case 1:
    return self.unsqueeze(0, where).unsqueeze(-1, where);
  case 2:
    return self.unsqueeze(-1, where);
  default:
    return self;
  }
}

Tensor hstack(const std::vector<Tensor> &tensors, Where where) {
  COTAN_OP(hstack, "CatBackward0", false);
  auto parts = each(tensors, [&](const Tensor &x) { return atleast_1d(x, where); });
  return cat(parts, !parts.empty() && parts[0].dim() == 1 ? 0 : 1, where);
}

Tensor vstack(const std::vector<Tensor> &tensors, Where where) {
  COTAN_OP(vstack, "CatBackward0", false);
  return cat(each(tensors, [&](const Tensor &x) { return atleast_2d(x, where); }), 0, where);
}

Tensor dstack(const std::vector<Tensor> &tensors, Where where) {
  COTAN_OP(dstack, "CatBackward0", false);
  return cat(each(tensors, [&](const Tensor &x) { return atleast_3d(x, where); }), 2, where);
}

Tensor column_stack(const std::vector<Tensor> &tensors, Where where) {
  COTAN_OP(column_stack, "CatBackward0", false);
  auto parts = each(tensors, [&](const Tensor &x) { return x.dim() <= 1 ? x.reshape({x.numel(), 1}, where) : x; });
  return cat(parts, 1, where);
}

} // namespace cotan
