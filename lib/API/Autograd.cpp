//===- Autograd.cpp - grad mode, backward, gradients ----------------------===//

#include "Frame.h"
#include "cotan/autograd.h"
#include "cotan/creation.h"

namespace cotan {

using namespace detail;

bool GradMode::is_enabled() { return threadState().gradEnabled; }
void GradMode::set_enabled(bool enabled) { threadState().gradEnabled = enabled; }

//===----------------------------------------------------------------------===//
// Properties of a tensor
//===----------------------------------------------------------------------===//

bool Tensor::requires_grad() const {
  ContextLock lock;
  noteTensor(implOf(*this));
  return implRequiresGrad(implOf(*this));
}

bool Tensor::is_leaf() const {
  ContextLock lock;
  TensorImpl &self = implOf(*this);
  noteTensor(self);
  return self.leafRequiresGrad || !implRequiresGrad(self);
}

const Tensor &Tensor::requires_grad_(bool value, Where where) const {
  COTAN_OP(requires_grad_, "", false);
  TensorImpl &self = implOf(*this);
  if (value && !isFloatingType(self.dtype))
    throw Error("only Tensors of floating point dtype can require gradients", where);
  if (!self.leafRequiresGrad && implRequiresGrad(self)) {
    if (!value)
      throw Error("you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph "
                  "that doesn't require differentiation use var_no_grad = var.detach().",
                  where);
    return *this;
  }
  noteTensor(self);
  if (self.leafRequiresGrad == value)
    return *this;
  refuseOutside(self, "requires_grad_()");
  self.leafRequiresGrad = value;
  self.cache.clear();
  self.storage->own.version = freshVersion(); // views of it are read anew
  return *this;
}

const Tensor &Tensor::grad() const { return mutable_grad(); }

Tensor &Tensor::mutable_grad() const {
  ContextLock lock;
  return gradOf(sinkOf(implOf(*this)));
}

void Tensor::retain_grad(Where where) const {
  COTAN_OP(retain_grad, "", false);
  TensorImpl &self = implOf(*this);
  if (!implRequiresGrad(self))
    throw Error("can't retain_grad on Tensor that has requires_grad=False", where);
  if (self.leafRequiresGrad)
    return;
  if (self.retainsGrad)
    return;
  refuseOutside(self, "retain_grad()");
  self.retainsGrad = true;
  self.cache.clear();
  moveRetainedGrad(self);
}

bool Tensor::retains_grad() const { return defined() && impl->retainsGrad; }

std::string Tensor::grad_fn_name() const {
  ContextLock lock;
  TensorImpl &self = detail::implOf(*this);
  if (self.leafRequiresGrad || !implRequiresGrad(self))
    return {};
  Value value = readImpl(self);
  return value->op && value->requiresGrad ? value->op->gradFn : "";
}

Tensor Tensor::detach(Where where) const {
  COTAN_OP(detach, "", false);
  return detachTensor(*this);
}

const Tensor &Tensor::detach_(Where where) const {
  COTAN_OP(detach_, "", false);
  TensorImpl &self = detail::implOf(*this);
  if (self.base)
    throw Error("Can't detach views in-place. Use detach() instead.", where);
  noteTensor(self);
  if (!implRequiresGrad(self))
    return *this;
  refuseOutside(self, "detach_()");
  if (!self.leafRequiresGrad)
    stateOf(*self.storage).set(stopGradient(Value(stateOf(*self.storage).value)));
  self.leafRequiresGrad = false;
  return *this;
}

//===----------------------------------------------------------------------===//
// Backward
//===----------------------------------------------------------------------===//

namespace {

/// The cotangent of a root: the given one, checked, or one for a scalar.
Value cotangentOf(const Value &root, const Tensor *given) {
  if (!given || !given->defined()) {
    if (root.numel() != 1)
      throw Error("grad can be implicitly created only for scalar outputs", here());
    return constant(root.dtype(), 1, root.shape());
  }
  Value cotangent = read(*given, "gradient");
  if (!(cotangent->shape == root->shape))
    throw Error("Mismatch in shape: grad_output[0] has a shape of " + shapeText(cotangent.shape()) +
                    " and output[0] has a shape of " + shapeText(root.shape()) + ".",
                here());
  return tracing::cast(cotangent, root.dtype());
}

void addRoots(GradientRequest &request, const std::vector<Tensor> &outputs, const std::vector<Tensor> &gradients,
              std::vector<Value> &alive) {
  if (!gradients.empty() && gradients.size() != outputs.size())
    throw Error("got " + std::to_string(outputs.size()) + " tensors and " + std::to_string(gradients.size()) + " gradients", here());
  for (size_t i = 0; i < outputs.size(); ++i) {
    Value root = read(outputs[i], "tensor");
    if (!root->requiresGrad)
      throw Error("element " + std::to_string(i) + " of tensors does not require grad and does not have a grad_fn", here());
    Value cotangent = cotangentOf(root, gradients.empty() ? nullptr : &gradients[i]);
    alive.push_back(root);
    bool known = false;
    for (size_t k = 0; k < request.roots.size() && !known; ++k) {
      if (request.roots[k] == root.get()) {
        request.cotangents[k] = add(request.cotangents[k], cotangent);
        known = true;
      }
    }
    if (!known) {
      request.roots.push_back(root.get());
      request.cotangents.push_back(std::move(cotangent));
    }
  }
}

/// Grad mode on while roots are read, off while cotangents are combined unless the graph is wanted.
struct ModeScope {
  explicit ModeScope(bool enabled) : previous(std::exchange(threadState().gradEnabled, enabled)) {}
  ~ModeScope() { threadState().gradEnabled = previous; }
  bool previous;
};

void runBackward(const std::vector<Tensor> &tensors, const std::vector<Tensor> &gradients, std::optional<bool> retainGraph,
                 bool createGraph) {
  GradientRequest request;
  request.createGraph = createGraph;
  request.retainGraph = retainGraph.value_or(createGraph);
  std::vector<Value> alive;
  ModeScope tracked(true);
  addRoots(request, tensors, gradients, alive);
  request.allSinks = true;
  auto results = recordVjp(request);
  ModeScope mode(createGraph);
  for (auto &[node, cotangent] : results)
    accumulateGradient(*node->sink, cotangent, createGraph);
}

/// A leaf is asked for by its sink, which all versions of its value share; any other tensor by the node it was last read as.
void addInput(GradientRequest &request, const Tensor &input, std::vector<Value> &alive) {
  TensorImpl &impl = implOf(input, "inputs");
  noteTensor(impl);
  if (impl.leafRequiresGrad) {
    request.leaves.push_back(&sinkOf(impl));
    alive.emplace_back();
    return;
  }
  Value value = lastRead(input);
  if (!value->requiresGrad)
    throw Error("One of the differentiated Tensors does not require grad", here());
  request.wrt.push_back(value.get());
  alive.push_back(std::move(value));
}

/// The sum of what was found for an input; `node` as it was asked for, null for a leaf.
Value gradientOf(const Tensor &input, const Value &node, const std::vector<std::pair<Node *, Value>> &results) {
  Value sum;
  for (auto &[reached, cotangent] : results) {
    bool leaf = reached->kind == OpKind::Variable || reached->kind == OpKind::Parameter;
    bool matches = node ? reached == node.get() : leaf && reached->sink == input.getImpl()->sink;
    if (matches)
      sum = sum ? add(sum, cotangent) : cotangent;
  }
  return sum;
}

} // namespace

void Tensor::backward(const Tensor &gradient, std::optional<bool> retain_graph, bool create_graph, Where where) const {
  COTAN_OP(backward, "BackwardBackward0", true);
  std::vector<Tensor> gradients;
  if (gradient.defined())
    gradients.push_back(gradient);
  runBackward({*this}, gradients, retain_graph, create_graph);
}

namespace autograd {

void backward(const std::vector<Tensor> &tensors, const std::vector<Tensor> &grad_tensors, std::optional<bool> retain_graph,
              bool create_graph, Where where) {
  COTAN_OP(backward, "BackwardBackward0", true);
  runBackward(tensors, grad_tensors, retain_graph, create_graph);
}

std::vector<Tensor> grad(const std::vector<Tensor> &outputs, const std::vector<Tensor> &inputs, const std::vector<Tensor> &grad_outputs,
                         std::optional<bool> retain_graph, bool create_graph, bool allow_unused, Where where) {
  COTAN_OP(grad, "GradBackward0", true);
  GradientRequest request;
  request.createGraph = create_graph;
  request.retainGraph = retain_graph.value_or(create_graph);
  std::vector<Value> alive;
  ModeScope tracked(true);
  addRoots(request, outputs, grad_outputs, alive);
  if (inputs.empty())
    throw Error("grad requires non-empty inputs.", where);
  for (const Tensor &input : inputs)
    addInput(request, input, alive);
  auto results = recordVjp(request);
  ModeScope mode(create_graph);
  std::vector<Tensor> gradients;
  for (size_t i = 0; i < inputs.size(); ++i) {
    Value gradient = gradientOf(inputs[i], alive[alive.size() - inputs.size() + i], results);
    if (!gradient && !allow_unused)
      throw Error("One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the "
                  "desired behavior.",
                  where);
    gradients.push_back(gradient ? wrap(gradient) : Tensor());
  }
  return gradients;
}

} // namespace autograd
} // namespace cotan
