//===- NetworkOperations.cpp - torch.nn.functional as cases call it ----------===//

#include "Call.h"

namespace cotan::conformance {
namespace {

namespace F = nn::functional;
using Result = std::vector<Tensor>;
using UnaryFunction = Tensor (*)(const Tensor &, Where);

Operation unary(UnaryFunction function) {
  return [=](Call &call) -> Result { return {function(call.tensor(0, "input"), Where::current())}; };
}

using SlopeFunction = Tensor (*)(const Tensor &, double, Where);

Operation withNumber(SlopeFunction function, const char *name, double fallback) {
  return [=](Call &call) -> Result { return {function(call.tensor(0, "input"), call.number(1, name, fallback), Where::current())}; };
}

void addActivations(OperationTable &table) {
  const std::pair<const char *, UnaryFunction> functions[] = {
      {"relu", F::relu},         {"silu", F::silu},           {"mish", F::mish},         {"selu", F::selu},
      {"relu6", F::relu6},       {"hardsigmoid", F::hardsigmoid}, {"hardswish", F::hardswish}, {"tanhshrink", F::tanhshrink},
      {"softsign", F::softsign}, {"logsigmoid", F::logsigmoid},
  };
  for (auto &[name, function] : functions)
    table[std::string("nn.functional.") + name] = unary(function);
  table["nn.functional.elu"] = withNumber(F::elu, "alpha", 1);
  table["nn.functional.celu"] = withNumber(F::celu, "alpha", 1);
  table["nn.functional.leaky_relu"] = withNumber(F::leaky_relu, "negative_slope", 0.01);
  table["nn.functional.hardshrink"] = withNumber(F::hardshrink, "lambd", 0.5);
  table["nn.functional.softshrink"] = withNumber(F::softshrink, "lambd", 0.5);
  table["nn.functional.gelu"] = [](Call &call) -> Result {
    return {F::gelu(call.tensor(0, "input"), call.text(SIZE_MAX, "approximate", "none").c_str())};
  };
  table["nn.functional.hardtanh"] = [](Call &call) -> Result {
    return {F::hardtanh(call.tensor(0, "input"), call.number(1, "min_val", -1.0), call.number(2, "max_val", 1.0))};
  };
  table["nn.functional.softplus"] = [](Call &call) -> Result {
    return {F::softplus(call.tensor(0, "input"), call.number(1, "beta", 1.0), call.number(2, "threshold", 20.0))};
  };
  table["nn.functional.threshold"] = [](Call &call) -> Result {
    return {F::threshold(call.tensor(0, "input"), call.number(1, "threshold"), call.number(2, "value"))};
  };
  table["nn.functional.prelu"] = [](Call &call) -> Result { return {F::prelu(call.tensor(0, "input"), call.tensor(1, "weight"))}; };
  table["nn.functional.glu"] = [](Call &call) -> Result { return {F::glu(call.tensor(0, "input"), call.integer(1, "dim", -1))}; };
}

void addLosses(OperationTable &table) {
  table["nn.functional.mse_loss"] = [](Call &call) -> Result {
    return {F::mse_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.reduction())};
  };
  table["nn.functional.l1_loss"] = [](Call &call) -> Result {
    return {F::l1_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.reduction())};
  };
  table["nn.functional.smooth_l1_loss"] = [](Call &call) -> Result {
    return {F::smooth_l1_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.reduction(), call.number(SIZE_MAX, "beta", 1.0))};
  };
  table["nn.functional.huber_loss"] = [](Call &call) -> Result {
    return {F::huber_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.reduction(), call.number(SIZE_MAX, "delta", 1.0))};
  };
  table["nn.functional.binary_cross_entropy"] = [](Call &call) -> Result {
    return {F::binary_cross_entropy(call.tensor(0, "input"), call.tensor(1, "target"), call.optionalTensor(2, "weight"), call.reduction())};
  };
  table["nn.functional.binary_cross_entropy_with_logits"] = [](Call &call) -> Result {
    return {F::binary_cross_entropy_with_logits(call.tensor(0, "input"), call.tensor(1, "target"), call.optionalTensor(2, "weight"),
                                                call.reduction(), call.optionalTensor(SIZE_MAX, "pos_weight"))};
  };
  table["nn.functional.kl_div"] = [](Call &call) -> Result {
    Tensor input = call.tensor(0, "input"), target = call.tensor(1, "target");
    bool logTarget = call.boolean(SIZE_MAX, "log_target", false);
    if (call.text(SIZE_MAX, "reduction", "mean") != "batchmean")
      return {F::kl_div(input, target, call.reduction(), logTarget)};
    return {F::kl_div(input, target, LossReduction::Sum, logTarget) / double(input.size(0))};
  };
  table["nn.functional.gaussian_nll_loss"] = [](Call &call) -> Result {
    return {F::gaussian_nll_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.tensor(2, "var"), false,
                                 call.number(SIZE_MAX, "eps", 1e-6), call.reduction())};
  };
  table["nn.functional.poisson_nll_loss"] = [](Call &call) -> Result {
    return {F::poisson_nll_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.boolean(SIZE_MAX, "log_input", true),
                                call.boolean(SIZE_MAX, "full", false), 1e-8, call.reduction())};
  };
  table["nn.functional.hinge_embedding_loss"] = [](Call &call) -> Result {
    return {F::hinge_embedding_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.number(SIZE_MAX, "margin", 1.0), call.reduction())};
  };
  table["nn.functional.margin_ranking_loss"] = [](Call &call) -> Result {
    return {F::margin_ranking_loss(call.tensor(0, "input1"), call.tensor(1, "input2"), call.tensor(2, "target"),
                                   call.number(SIZE_MAX, "margin", 0.0), call.reduction())};
  };
  table["nn.functional.nll_loss"] = [](Call &call) -> Result {
    return {F::nll_loss(call.tensor(0, "input"), call.tensor(1, "target"), call.optionalTensor(SIZE_MAX, "weight"), call.reduction(),
                        call.integer(SIZE_MAX, "ignore_index", -100))};
  };
  table["nn.functional.cross_entropy"] = [](Call &call) -> Result {
    return {F::cross_entropy(call.tensor(0, "input"), call.tensor(1, "target"), call.optionalTensor(SIZE_MAX, "weight"), call.reduction(),
                             call.integer(SIZE_MAX, "ignore_index", -100), call.number(SIZE_MAX, "label_smoothing", 0.0))};
  };
}

void addNormalization(OperationTable &table) {
  table["nn.functional.layer_norm"] = [](Call &call) -> Result {
    return {F::layer_norm(call.tensor(0, "input"), call.integers(1, "normalized_shape"), call.optionalTensor(2, "weight"),
                          call.optionalTensor(3, "bias"), call.number(4, "eps", 1e-5))};
  };
  table["nn.functional.group_norm"] = [](Call &call) -> Result {
    return {F::group_norm(call.tensor(0, "input"), call.integer(1, "num_groups"), call.optionalTensor(2, "weight"),
                          call.optionalTensor(3, "bias"), call.number(4, "eps", 1e-5))};
  };
  table["nn.functional.normalize"] = [](Call &call) -> Result {
    return {F::normalize(call.tensor(0, "input"), call.number(1, "p", 2.0), call.integer(2, "dim", 1))};
  };
  table["nn.functional.cosine_similarity"] = [](Call &call) -> Result {
    return {F::cosine_similarity(call.tensor(0, "x1"), call.tensor(1, "x2"), call.integer(SIZE_MAX, "dim", 1),
                                 call.number(SIZE_MAX, "eps", 1e-8))};
  };
  table["nn.functional.pairwise_distance"] = [](Call &call) -> Result {
    return {F::pairwise_distance(call.tensor(0, "x1"), call.tensor(1, "x2"), call.number(SIZE_MAX, "p", 2.0),
                                 call.number(SIZE_MAX, "eps", 1e-6), call.boolean(SIZE_MAX, "keepdim", false))};
  };
}

} // namespace

void addNetworkOperations(OperationTable &table) {
  addActivations(table);
  addLosses(table);
  addNormalization(table);
}

} // namespace cotan::conformance
