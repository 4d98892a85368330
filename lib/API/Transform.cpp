//===- Transform.cpp - gradients of functions -----------------------------===//

#include "TensorImpl.h"
#include "cotan-compiler/Trace/Evaluate.h"
#include "cotan/creation.h"
#include "cotan/transform.h"

namespace cotan {

Statistics statistics() {
  detail::ContextLock lock;
  return tracing::readStatistics();
}

namespace detail {

Callable::~Callable() = default;

void failArity(size_t given) { throw TypeError("the function does not take " + std::to_string(given) + " tensors"); }

/// The value of `tensor` as a variable to differentiate by: connected to the tensor's own history when it has one.
static Tensor freshVariable(const Tensor &tensor, Where where) {
  COTAN_OP(value_and_grad, "AliasBackward0", false);
  TensorImpl &impl = implOf(tensor, "argument");
  if (!isFloatingType(impl.dtype))
    throw Error("only Tensors of floating point dtype can require gradients", where);
  if (threadState().gradEnabled && implRequiresGrad(impl))
    return wrap(identity(readImpl(impl)));
  Tensor variable = detachTensor(tensor);
  variable.getImpl()->leafRequiresGrad = true;
  return variable;
}

static bool anyTracked(const std::vector<Tensor> &tensors) {
  if (!GradMode::is_enabled())
    return false;
  for (const Tensor &tensor : tensors)
    if (tensor.requires_grad())
      return true;
  return false;
}

static void detachAll(std::vector<Tensor> &tensors) {
  for (Tensor &tensor : tensors)
    tensor = tensor.detach();
}

/// autograd::grad with zeros for what is not reached.
static std::vector<Tensor> gradientsOf(const std::vector<Tensor> &outputs, const std::vector<Tensor> &inputs,
                                       const std::vector<Tensor> &cotangents, bool retain, bool create, Where where) {
  std::vector<Tensor> roots, given, gradients(inputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad())
      continue;
    roots.push_back(outputs[i]);
    if (!cotangents.empty())
      given.push_back(cotangents[i]);
  }
  if (!roots.empty())
    gradients = autograd::grad(roots, inputs, given, retain, create, true, where);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!gradients[i].defined())
      gradients[i] = zeros_like(inputs[i], {}, where);
  return gradients;
}

std::pair<std::vector<Tensor>, std::vector<Tensor>> valueAndGrad(Callable &callable, const std::vector<Tensor> &arguments,
                                                                 const std::vector<int64_t> &argnums, Where where) {
  bool create = anyTracked(arguments);
  std::vector<Tensor> inner = arguments, variables;
  for (int64_t position : argnums) {
    if (position < 0 || size_t(position) >= arguments.size())
      throw ValueError("grad: argument " + std::to_string(position) + " of " + std::to_string(arguments.size()), where);
    inner[size_t(position)] = freshVariable(arguments[size_t(position)], where);
    variables.push_back(inner[size_t(position)]);
  }
  AutoGradMode tracked(true);
  std::vector<Tensor> values = callable.call(inner);
  if (values.empty() || values[0].numel() != 1)
    throw Error("grad can be implicitly created only for scalar outputs", where);
  std::vector<Tensor> gradients = gradientsOf({values[0]}, variables, {}, create, create, where);
  if (!create) {
    detachAll(values);
    detachAll(gradients);
  }
  return {std::move(values), std::move(gradients)};
}

namespace {
struct Pullback final : Callable {
  std::vector<Tensor> call(const std::vector<Tensor> &cotangents) override {
    if (cotangents.size() != outputs.size())
      throw ValueError("vjp: expected " + std::to_string(outputs.size()) + " cotangents, got " + std::to_string(cotangents.size()), where);
    bool create = tracked || anyTracked(cotangents);
    AutoGradMode mode(true);
    return gradientsOf(outputs, inputs, cotangents, true, create, where);
  }
  std::vector<Tensor> outputs, inputs;
  bool tracked = false;
  Where where;
};
} // namespace

std::pair<std::vector<Tensor>, std::shared_ptr<Callable>> makeVjp(std::shared_ptr<Callable> callable,
                                                                  const std::vector<Tensor> &arguments, Where where) {
  auto pullback = std::make_shared<Pullback>();
  pullback->tracked = anyTracked(arguments);
  pullback->where = where;
  for (const Tensor &argument : arguments)
    pullback->inputs.push_back(freshVariable(argument, where));
  AutoGradMode mode(true);
  pullback->outputs = callable->call(pullback->inputs);
  std::vector<Tensor> values = pullback->outputs;
  if (!pullback->tracked)
    detachAll(values);
  return {std::move(values), std::move(pullback)};
}

} // namespace detail
} // namespace cotan
