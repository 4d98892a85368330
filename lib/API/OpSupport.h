//===- OpSupport.h - what ops of the API are written with -------*- C++ -*-===//
//
// A public op is: a scope that names it, reads of its operands, a composition of the trace's primitives, a wrap.
//
//   Tensor softplus(const Tensor &self, Where where) {
//     COTAN_OP(softplus, "SoftplusBackward0", true);
//     Value x = read(self, "self");
//     return wrap(add(max(x, constant(x.dtype(), 0)), unary(OpKind::Log1p, exp(neg(abs(x))))));
//   }
//
// A composition of public ops is fine too; the outermost names the gradient.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_API_OPSUPPORT_H
#define COTAN_LIB_API_OPSUPPORT_H

#include "cotan-compiler/Trace/Record.h"
#include "cotan/tensor.h"

namespace cotan::detail {

using namespace cotan::tracing;
// These names are public functions of tensors too; within ops the trace's are meant when the operands are Values.

/// Names the public op for errors, printing and autograd, and takes the lock. `saves`: whether torch keeps tensors for its
/// backward, so that a second backward through it is an error. Expects a parameter `where`.
#define COTAN_OP(NAME, GRAD_FN, SAVES)                                                                                               \
  static constexpr ::cotan::tracing::PublicOp publicOp{#NAME, GRAD_FN, SAVES};                                                         \
  ::cotan::tracing::OpScope opScope(publicOp, where)

/// The value of a tensor at this moment; throws torch's error for an undefined one.
Value read(const Tensor &tensor, const char *argument = "self");
/// A new tensor.
Tensor wrap(Value value);

/// The value an in-place op gives `self` (converted to its type, broadcast to its shape); checks torch's rules. Returns self.
const Tensor &assign(const Tensor &self, const Value &value);

/// The element type of an op on these, as torch promotes tensors, 0-d tensors and numbers.
ScalarType resultType(const Arg &a, const Arg &b);
/// The operand as a value of the type; a number becomes a run-time scalar.
Value readAs(const Arg &arg, ScalarType type, const char *argument = "other");
/// Integers and bools as the default floating-point type: for exp, sqrt, mean ...
Value readFloating(const Tensor &tensor, const char *argument = "self");

/// A dimension counted from either end as one from the front; throws torch's IndexError.
int64_t wrapDim(int64_t dim, int64_t rank);
/// The same for a list: increasing, without duplicates; all dimensions when there is none (or it is empty and `emptyIsAll`).
std::vector<int64_t> wrapDims(OptionalIntArrayRef dims, int64_t rank, bool emptyIsAll = true);
/// Reduction over dims, kept as 1 if `keepdim`.
Value reduceDims(Reduction kind, const Value &x, const std::vector<int64_t> &dims, bool keepdim);

} // namespace cotan::detail

#endif // COTAN_LIB_API_OPSUPPORT_H
