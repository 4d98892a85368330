//===- Losses.cpp - loss functions ------------------------------------------===//

#include "OpSupport.h"
#include "cotan/ops/losses.h"

#include "cotan/ops/activations.h"
#include "cotan/ops/nn.h"
#include <numbers>

namespace cotan::nn::functional {

using namespace cotan::detail;
using cotan::tracing::select;

namespace {

Value number(const Value &like, double value) { return constant(like.dtype(), value); }

Value reduced(const Value &loss, LossReduction reduction) {
  if (reduction == LossReduction::None)
    return loss;
  Value total = reduceAll(Reduction::Sum, loss);
  return reduction == LossReduction::Sum ? total : div(total, number(loss, double(loss.numel())));
}

struct Operands {
  Operands(const Tensor &input, const Tensor &target) {
    ScalarType type = resultType(input, target);
    type = isFloatingType(type) ? type : get_default_dtype();
    this->input = readAs(input, type, "input");
    this->target = readAs(target, type, "target");
  }
  Value input, target;
};

Value square(const Value &x) { return mul(x, x); }

/// max(x, 0) with derivative 0 at 0.
Value clampedAtZero(const Value &x) {
  return select(compare(Comparison::Ge, x, number(x, 0)), x, number(x, 0));
}

} // namespace

Tensor mse_loss(const Tensor &input, const Tensor &target, LossReduction reduction, Where where) {
  COTAN_OP(mse_loss, "MseLossBackward0", true);
  Operands x(input, target);
  return wrap(reduced(square(sub(x.input, x.target)), reduction));
}

Tensor l1_loss(const Tensor &input, const Tensor &target, LossReduction reduction, Where where) {
  COTAN_OP(l1_loss, "MeanBackward0", true);
  Operands x(input, target);
  return wrap(reduced(abs(sub(x.input, x.target)), reduction));
}

Tensor smooth_l1_loss(const Tensor &input, const Tensor &target, LossReduction reduction, double beta, Where where) {
  COTAN_OP(smooth_l1_loss, "SmoothL1LossBackward0", true);
  if (beta < 0)
    throw ValueError("smooth_l1_loss does not support negative values for beta.", where);
  if (beta == 0)
    return l1_loss(input, target, reduction, where);
  Operands x(input, target);
  Value difference = sub(x.input, x.target), distance = abs(difference);
  Value inner = div(mul(number(distance, 0.5), square(difference)), number(distance, beta));
  Value outer = sub(distance, number(distance, 0.5 * beta));
  return wrap(reduced(select(compare(Comparison::Lt, distance, number(distance, beta)), inner, outer), reduction));
}

Tensor huber_loss(const Tensor &input, const Tensor &target, LossReduction reduction, double delta, Where where) {
  COTAN_OP(huber_loss, "HuberLossBackward0", true);
  if (delta <= 0)
    throw ValueError("huber_loss does not support non-positive values for delta.", where);
  Operands x(input, target);
  Value difference = sub(x.input, x.target), distance = abs(difference);
  Value inner = mul(number(distance, 0.5), square(difference));
  Value outer = mul(number(distance, delta), sub(distance, number(distance, 0.5 * delta)));
  return wrap(reduced(select(compare(Comparison::Le, distance, number(distance, delta)), inner, outer), reduction));
}

/// (t - 1) log(1 - p) - t log(p) with torch's derivatives: (p - t) / max(p (1 - p), 1e-12) with respect to p, and the logarithms without
/// their bounds with respect to t.
static Value crossEntropyToDifferentiate(const Value &p, const Value &target) {
  Value one = number(p, 1), least = number(p, 1e-12);
  Value inner = compare(Comparison::Ge, stopGradient(mul(p, sub(one, p))), least);
  Value safe = select(inner, p, number(p, 0.5));
  Value inside = sub(mul(sub(target, one), log(sub(one, safe))), mul(target, log(safe)));
  Value slope = stopGradient(div(sub(p, target), least));
  Value slopeOfTarget = stopGradient(sub(unary(OpKind::Log1p, neg(p)), log(p)));
  Value edge = add(mul(p, slope), mul(target, slopeOfTarget));
  return select(inner, inside, edge);
}

Tensor binary_cross_entropy(const Tensor &input, const Tensor &target, const Tensor &weight, LossReduction reduction, Where where) {
  COTAN_OP(binary_cross_entropy, "BinaryCrossEntropyBackward0", true);
  if (!IntArrayRef(input.sizes()).vec().empty() && !(input.sizes() == target.sizes()))
    throw ValueError("Using a target size (" + shapeText(target.sizes()) + ") that is different to the input size (" + shapeText(input.sizes()) +
                         ") is deprecated. Please ensure they have the same size.",
                     where);
  Operands x(input, target);
  Value p = x.input, one = number(p, 1), floor = number(p, -100);
  auto clampedLog = [&](const Value &v) {
    Value logarithm = log(v);
    return select(compare(Comparison::Lt, logarithm, floor), floor, logarithm);
  };
  Value loss = sub(mul(sub(x.target, one), clampedLog(sub(one, p))), mul(x.target, clampedLog(p)));
  if (loss->requiresGrad)
    loss = saved(crossEntropyToDifferentiate(p, x.target), stopGradient(loss));
  if (weight.defined())
    loss = mul(loss, readAs(weight, loss.dtype(), "weight"));
  return wrap(reduced(loss, reduction));
}

Tensor binary_cross_entropy_with_logits(const Tensor &input, const Tensor &target, const Tensor &weight, LossReduction reduction,
                                        const Tensor &pos_weight, Where where) {
  COTAN_OP(binary_cross_entropy_with_logits, "BinaryCrossEntropyWithLogitsBackward0", true);
  if (!(input.sizes() == target.sizes()))
    throw ValueError("Target size (" + shapeText(target.sizes()) + ") must be the same as input size (" + shapeText(input.sizes()) + ")", where);
  Operands x(input, target);
  Value one = number(x.input, 1);
  Tensor logProbability = logsigmoid(input, where);
  Value positive = readAs(logProbability, x.input.dtype(), "input");
  // log(1 - p) = log p - x.
  Value negative = sub(positive, x.input);
  Value positiveWeight = x.target;
  if (pos_weight.defined())
    positiveWeight = mul(positiveWeight, readAs(pos_weight, x.input.dtype(), "pos_weight"));
  Value loss = neg(add(mul(positiveWeight, positive), mul(sub(one, x.target), negative)));
  if (weight.defined())
    loss = mul(loss, readAs(weight, loss.dtype(), "weight"));
  return wrap(reduced(loss, reduction));
}

Tensor kl_div(const Tensor &input, const Tensor &target, LossReduction reduction, bool log_target, Where where) {
  COTAN_OP(kl_div, "KlDivBackward0", true);
  Operands x(input, target);
  if (log_target)
    return wrap(reduced(mul(exp(x.target), sub(x.target, x.input)), reduction));
  // target log target is 0 at 0.
  Value positive = compare(Comparison::Gt, x.target, number(x.target, 0));
  Value entropy = select(positive, mul(x.target, log(select(positive, x.target, number(x.target, 1)))), number(x.target, 0));
  return wrap(reduced(sub(entropy, mul(x.target, x.input)), reduction));
}

Tensor gaussian_nll_loss(const Tensor &input, const Tensor &target, const Tensor &var, bool full, double eps, LossReduction reduction,
                         Where where) {
  COTAN_OP(gaussian_nll_loss, "MeanBackward0", true);
  Operands x(input, target);
  Value variance = readAs(var, x.input.dtype(), "var");
  if (variance.rank() == x.input.rank() - 1 && variance.rank() >= 0 && !(variance.shape() == x.input.shape())) {
    std::vector<int64_t> shape = variance.shape().vec();
    shape.push_back(1);
    variance = reshape(variance, shape);
  }
  // Kept above eps without a derivative of its own, as torch does.
  Value low = number(variance, eps);
  Value kept = select(compare(Comparison::Lt, variance, low), low, variance);
  variance = saved(variance, stopGradient(kept));
  Value loss = mul(number(x.input, 0.5), add(log(variance), div(square(sub(x.input, x.target)), variance)));
  if (full)
    loss = add(loss, number(loss, 0.5 * 1.8378770664093453)); // 0.5 log(2 pi)
  return wrap(reduced(loss, reduction));
}

Tensor poisson_nll_loss(const Tensor &input, const Tensor &target, bool log_input, bool full, double eps, LossReduction reduction,
                        Where where) {
  COTAN_OP(poisson_nll_loss, "MeanBackward0", true);
  Operands x(input, target);
  Value loss = log_input ? sub(exp(x.input), mul(x.target, x.input)) : sub(x.input, mul(x.target, log(add(x.input, number(x.input, eps)))));
  if (full) {
    // Stirling's approximation of log(target!) above 1.
    Value large = compare(Comparison::Gt, x.target, number(x.target, 1));
    Value t = select(large, x.target, number(x.target, 2));
    Value stirling = add(sub(mul(t, log(t)), t), mul(number(t, 0.5), log(mul(number(t, 2 * std::numbers::pi), t))));
    loss = add(loss, select(large, stirling, number(t, 0)));
  }
  return wrap(reduced(loss, reduction));
}

Tensor hinge_embedding_loss(const Tensor &input, const Tensor &target, double margin, LossReduction reduction, Where where) {
  COTAN_OP(hinge_embedding_loss, "MeanBackward0", true);
  Operands x(input, target);
  Value zero = number(x.input, 0);
  Value margins = clampedAtZero(sub(number(x.input, margin), x.input));
  Value outer = select(compare(Comparison::Ne, x.target, number(x.target, 1)), margins, zero);
  Value inner = select(compare(Comparison::Ne, x.target, number(x.target, -1)), x.input, zero);
  return wrap(reduced(add(outer, inner), reduction));
}

Tensor margin_ranking_loss(const Tensor &input1, const Tensor &input2, const Tensor &target, double margin, LossReduction reduction,
                           Where where) {
  COTAN_OP(margin_ranking_loss, "MeanBackward0", true);
  Operands x(input1, input2);
  Value sign = readAs(target, x.input.dtype(), "target");
  return wrap(reduced(clampedAtZero(add(mul(neg(sign), sub(x.input, x.target)), number(x.input, margin))), reduction));
}

//===----------------------------------------------------------------------===//
// Classification
//===----------------------------------------------------------------------===//

namespace {

/// The class dimension of an input: its only one, or the second.
int64_t classDim(const Value &input) { return input.rank() == 1 ? 0 : 1; }

void checkClassTarget(const Value &input, const Value &target, Where where) {
  if (input.rank() == 0)
    throw ValueError("Expected 1 or more dimensions (got 0)", where);
  if (target.dtype() != kLong && target.dtype() != kInt)
    throw TypeError(std::string("nll_loss: expected scalar type Long but found ") + toString(target.dtype()), where);
  std::vector<int64_t> expected = input.shape().vec();
  expected.erase(expected.begin() + classDim(input));
  if (input.rank() == 2 && target.rank() == 1 && target.size(0) != input.size(0))
    throw ValueError("Expected input batch_size (" + std::to_string(input.size(0)) + ") to match target batch_size (" +
                         std::to_string(target.size(0)) + ").",
                     where);
  if (target.shape().vec() != expected)
    throw ValueError("nll_loss: expected target size " + shapeText(expected) + ", got " + shapeText(target.shape()), where);
}

/// target with a class dimension of 1 inserted.
Value withClassDim(const Value &input, const Value &target) {
  std::vector<int64_t> shape = target.shape().vec();
  shape.insert(shape.begin() + classDim(input), 1);
  return reshape(target, shape);
}

/// 1 at (n, target[n, ...], ...): comparing with an index fuses where a gather would be a kernel of its own.
Value oneHotMask(const Value &input, const Value &target) {
  return compare(Comparison::Eq, iota(target.dtype(), input.shape(), classDim(input)), withClassDim(input, target));
}

struct WeightedLoss {
  Value loss, weights; ///< of the target's shape
};

WeightedLoss negativeLogLikelihood(const Value &input, const Value &target, const Tensor &weight, int64_t ignoreIndex, Where where) {
  checkClassTarget(input, target, where);
  std::vector<int64_t> classes = {classDim(input)};
  Value mask = oneHotMask(input, target), zero = number(input, 0);
  Value picked = reduceDims(Reduction::Sum, select(mask, input, zero), classes, false);
  Value counted = compare(Comparison::Ne, target, constant(target.dtype(), ignoreIndex));
  Value perClass = constant(input.dtype(), 1, {input.size(classes[0])});
  if (weight.defined()) {
    perClass = readAs(weight, input.dtype(), "weight");
    int64_t count = input.size(classes[0]);
    if (perClass.rank() != 1 || perClass.size(0) != count)
      throw ValueError("weight tensor should be defined either for all " + std::to_string(count) +
                           " classes or no classes but got weight tensor of shape: " + shapeText(perClass.shape()),
                       where);
  }
  // The gather also refuses a target that is no class.
  Value index = select(counted, target, constant(target.dtype(), 0));
  Value weights = mul(gather(perClass, index), cast(counted, input.dtype()));
  // A target that is ignored may lie outside the classes and have nothing picked; its element is 0 either way.
  return {neg(mul(weights, picked)), weights};
}

Tensor finishWeighted(const WeightedLoss &loss, LossReduction reduction) {
  if (reduction != LossReduction::Mean)
    return wrap(reduced(loss.loss, reduction));
  return wrap(div(reduceAll(Reduction::Sum, loss.loss), reduceAll(Reduction::Sum, loss.weights)));
}

} // namespace

Tensor nll_loss(const Tensor &input, const Tensor &target, const Tensor &weight, LossReduction reduction, int64_t ignore_index, Where where) {
  COTAN_OP(nll_loss, "NllLossBackward0", true);
  Value x = readFloating(input, "input");
  return finishWeighted(negativeLogLikelihood(x, read(target, "target"), weight, ignore_index, where), reduction);
}

Tensor cross_entropy(const Tensor &input, const Tensor &target, const Tensor &weight, LossReduction reduction, int64_t ignore_index,
                     double label_smoothing, Where where) {
  COTAN_OP(cross_entropy, "NllLossBackward0", true);
  if (label_smoothing < 0 || label_smoothing > 1)
    throw ValueError("label_smoothing must be between 0.0 and 1.0. Got: " + std::to_string(label_smoothing), where);
  Tensor logProbabilities = cotan::log_softmax(input, input.dim() == 1 ? 0 : 1, std::nullopt, where);
  Value x = read(logProbabilities, "input"), t = read(target, "target");
  int64_t classes = classDim(x), count = x.size(classes);
  Value perClass;
  if (weight.defined()) {
    std::vector<int64_t> shape(x.rank(), 1);
    shape[classes] = count;
    perClass = reshape(readAs(weight, x.dtype(), "weight"), shape);
  }
  if (isFloatingType(t.dtype())) {
    if (!(t.shape() == x.shape()))
      throw ValueError("cross_entropy: expected class probabilities of size " + shapeText(x.shape()) + ", got " + shapeText(t.shape()), where);
    t = cast(t, x.dtype());
    if (label_smoothing > 0)
      t = add(mul(t, number(t, 1 - label_smoothing)), number(t, label_smoothing / double(count)));
    Value elements = mul(x, t);
    Value loss = neg(reduceDims(Reduction::Sum, perClass ? mul(elements, perClass) : elements, {classes}, false));
    if (reduction != LossReduction::Mean)
      return wrap(reduced(loss, reduction));
    return wrap(div(reduceAll(Reduction::Sum, loss), number(loss, double(x.numel() / std::max<int64_t>(1, count)))));
  }
  WeightedLoss hard = negativeLogLikelihood(x, t, weight, ignore_index, where);
  if (label_smoothing == 0)
    return finishWeighted(hard, reduction);
  Value smooth = neg(reduceDims(Reduction::Sum, perClass ? mul(x, perClass) : x, {classes}, false));
  smooth = mul(smooth, cast(compare(Comparison::Ne, t, constant(t.dtype(), ignore_index)), x.dtype()));
  hard.loss = add(mul(hard.loss, number(x, 1 - label_smoothing)), mul(smooth, number(x, label_smoothing / double(count))));
  return finishWeighted(hard, reduction);
}

} // namespace cotan::nn::functional
