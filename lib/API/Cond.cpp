//===- Cond.cpp - a branch that depends on data ---------------------------===//

#include "Traced.h"

namespace cotan::detail {

static void refuseWrites(const Traced &branch, const char *name) {
  if (!branch.written.empty() || !branch.gradients.empty() || !branch.attached.empty())
    throw Error(std::string("cotan::cond: the ") + name +
                    " branch writes in place to a tensor that is not its own, or to a gradient; return the new value instead",
                here());
}

static std::string typesText(const Traced &branch) {
  std::string text;
  for (const Node *result : branch.function->results)
    text += std::string(text.empty() ? "" : ", ") + name(result->dtype) + shapeText(result->shape->ref());
  return "(" + text + ")";
}

static void requireEqualResults(const Traced &then, const Traced &otherwise) {
  const auto &left = then.function->results, &right = otherwise.function->results;
  bool equal = left.size() == right.size();
  for (size_t i = 0; equal && i < left.size(); ++i)
    equal = left[i]->dtype == right[i]->dtype && left[i]->shape == right[i]->shape;
  if (!equal)
    throw Error("cotan::cond: expected branches with results of equal types, got " + typesText(then) + " and " + typesText(otherwise), here());
}

/// What a branch returned, against what the types of both promise: the other one may have returned a list.
static std::vector<Tensor> checkedCount(std::vector<Tensor> results, int count, const char *name) {
  if (count >= 0 && results.size() != size_t(count))
    throw Error("cotan::cond: expected branches that return " + std::to_string(count) + (count == 1 ? " tensor" : " tensors") +
                    ", the " + name + " branch returned " + std::to_string(results.size()),
                here());
  return results;
}

std::vector<Tensor> callCond(const Tensor &condition, Callable &then, Callable &otherwise, const std::vector<Tensor> &operands, int count,
                             Where where) {
  if (condition.numel() != 1)
    throw Error("cotan::cond: expected a condition of one element, got shape " + shapeText(condition.sizes()), where);
  if (!threadState().frame)
    return bool(condition) ? checkedCount(then.call(operands), count, "first") : checkedCount(otherwise.call(operands), count, "second");
  std::unique_ptr<Traced> first = traceCallable(then, operands), second = traceCallable(otherwise, operands);
  COTAN_OP(cond, "CondBackward0", true);
  refuseWrites(*first, "first");
  refuseWrites(*second, "second");
  requireEqualResults(*first, *second);
  first->noteDependencies(operands);
  second->noteDependencies(operands);
  if (first->results == 0)
    return {};
  Value chosen = tracing::reshape(tracing::cast(read(condition, "condition"), kBool), {});
  ++second->function->references; // the node's
  std::vector<Value> values = recordCond(chosen, first->function, first->operands(operands, first->draws), second->function,
                                         second->operands(operands, second->draws));
  std::vector<Tensor> results;
  for (Value &value : values)
    results.push_back(wrap(std::move(value)));
  return results;
}

} // namespace cotan::detail
