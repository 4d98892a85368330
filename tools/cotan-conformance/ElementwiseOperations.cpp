//===- ElementwiseOperations.cpp - elementwise ops as cases call them --------===//

#include "Call.h"

namespace cotan::conformance {
namespace {

using UnaryFunction = Tensor (*)(const Tensor &, Where);
using BinaryFunction = Tensor (*)(const Tensor &, const Tensor &, Where);
using ArgFunction = Tensor (*)(const Arg &, const Arg &, Where);

Operation unary(UnaryFunction function) {
  return [=](Call &call) -> std::vector<Tensor> { return {function(call.tensor(0, "input"), Where::current())}; };
}

Operation binary(BinaryFunction function) {
  return [=](Call &call) -> std::vector<Tensor> {
    return {function(call.tensor(0, "input"), call.tensor(1, "other"), Where::current())};
  };
}

/// Calls with each operand as a tensor or a number.
Operation arithmetic(ArgFunction function) {
  return [=](Call &call) -> std::vector<Tensor> {
    Tensor a = call.isTensor(0, "input") ? call.tensor(0, "input") : Tensor();
    Tensor b = call.isTensor(1, "other") ? call.tensor(1, "other") : Tensor();
    Arg first = a.defined() ? Arg(a) : Arg(call.scalar(0, "input"));
    Arg second = b.defined() ? Arg(b) : Arg(call.scalar(1, "other"));
    return {function(first, second, Where::current())};
  };
}

void addUnary(OperationTable &table) {
  const std::pair<const char *, UnaryFunction> functions[] = {
      {"abs", cotan::abs},       {"acos", cotan::acos},           {"acosh", cotan::acosh},           {"asin", cotan::asin},
      {"asinh", cotan::asinh},   {"atan", cotan::atan},           {"atanh", cotan::atanh},           {"ceil", cotan::ceil},
      {"cos", cotan::cos},       {"cosh", cotan::cosh},           {"deg2rad", cotan::deg2rad},       {"erf", cotan::erf},
      {"erfc", cotan::erfc},     {"erfinv", cotan::erfinv},       {"exp", cotan::exp},               {"exp2", cotan::exp2},
      {"expm1", cotan::expm1},   {"floor", cotan::floor},         {"frac", cotan::frac},             {"log", cotan::log},
      {"log10", cotan::log10},   {"log1p", cotan::log1p},         {"log2", cotan::log2},             {"neg", cotan::neg},
      {"sign", cotan::sign},     {"positive", cotan::positive},   {"rad2deg", cotan::rad2deg},       {"reciprocal", cotan::reciprocal},
      {"rsqrt", cotan::rsqrt},   {"sigmoid", cotan::sigmoid},     {"sin", cotan::sin},               {"sinc", cotan::sinc},
      {"sinh", cotan::sinh},     {"sqrt", cotan::sqrt},           {"square", cotan::square},         {"tan", cotan::tan},
      {"tanh", cotan::tanh},     {"trunc", cotan::trunc},         {"special.entr", special::entr},   {"isnan", cotan::isnan},
      {"isinf", cotan::isinf},   {"isfinite", cotan::isfinite},   {"isposinf", cotan::isposinf},     {"isneginf", cotan::isneginf},
      {"logical_not", cotan::logical_not},
  };
  for (auto &[name, function] : functions)
    table[name] = unary(function);
  table["round"] = [](Call &call) -> std::vector<Tensor> { return {cotan::round(call.tensor(0, "input"), call.integer(SIZE_MAX, "decimals", 0))}; };
  table["logit"] = [](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    return {call.has(1, "eps") ? logit(x, call.number(1, "eps")) : logit(x)};
  };
  table["nan_to_num"] = [](Call &call) -> std::vector<Tensor> { return {nan_to_num(call.tensor(0, "input"))}; };
}

Tensor withAlpha(Call &call, Tensor (*function)(const Arg &, const Arg &, const Scalar &, Where)) {
  Tensor a = call.tensor(0, "input");
  Scalar alpha = call.scalar(SIZE_MAX, "alpha", Scalar(1));
  return call.isTensor(1, "other") ? function(a, call.tensor(1, "other"), alpha, Where::current())
                                   : function(a, call.scalar(1, "other"), alpha, Where::current());
}

void addBinary(OperationTable &table) {
  const std::pair<const char *, BinaryFunction> tensors[] = {
      {"maximum", cotan::maximum}, {"minimum", cotan::minimum}, {"atan2", cotan::atan2},         {"fmax", cotan::fmax},
      {"fmin", cotan::fmin},       {"hypot", cotan::hypot},     {"heaviside", cotan::heaviside}, {"ldexp", cotan::ldexp},
      {"logaddexp", logaddexp},    {"logaddexp2", logaddexp2},  {"logical_and", logical_and},    {"logical_or", logical_or},
      {"logical_xor", logical_xor},
  };
  for (auto &[name, function] : tensors)
    table[name] = binary(function);
  const std::pair<const char *, ArgFunction> args[] = {
      {"mul", cotan::mul},           {"true_divide", true_divide}, {"remainder", cotan::remainder}, {"fmod", cotan::fmod},
      {"pow", cotan::pow},           {"float_power", float_power}, {"floor_divide", floor_divide},  {"copysign", cotan::copysign},
      {"xlogy", cotan::xlogy},       {"special.xlog1py", special::xlog1py},
      {"eq", cotan::eq},             {"ne", cotan::ne},            {"lt", cotan::lt},               {"le", cotan::le},
      {"gt", cotan::gt},             {"ge", cotan::ge},
  };
  for (auto &[name, function] : args)
    table[name] = arithmetic(function);
  table["add"] = [](Call &call) -> std::vector<Tensor> { return {withAlpha(call, cotan::add)}; };
  table["sub"] = [](Call &call) -> std::vector<Tensor> { return {withAlpha(call, cotan::sub)}; };
  table["rsub"] = [](Call &call) -> std::vector<Tensor> {
    Scalar alpha = call.scalar(SIZE_MAX, "alpha", Scalar(1));
    return {rsub(call.tensor(0, "input"), call.tensor(1, "other"), alpha)};
  };
  table["div"] = [](Call &call) -> std::vector<Tensor> {
    Tensor a = call.tensor(0, "input"), b = call.tensor(1, "other");
    if (!call.has(SIZE_MAX, "rounding_mode"))
      return {cotan::div(a, b)};
    return {cotan::div(a, b, call.text(SIZE_MAX, "rounding_mode").c_str())};
  };
}

void addTernary(OperationTable &table) {
  table["addcdiv"] = [](Call &call) -> std::vector<Tensor> {
    return {addcdiv(call.tensor(0, "input"), call.tensor(1, "tensor1"), call.tensor(2, "tensor2"), call.scalar(SIZE_MAX, "value", Scalar(1)))};
  };
  table["addcmul"] = [](Call &call) -> std::vector<Tensor> {
    return {addcmul(call.tensor(0, "input"), call.tensor(1, "tensor1"), call.tensor(2, "tensor2"), call.scalar(SIZE_MAX, "value", Scalar(1)))};
  };
  table["lerp"] = [](Call &call) -> std::vector<Tensor> {
    Tensor a = call.tensor(0, "input"), b = call.tensor(1, "end");
    return {call.isTensor(2, "weight") ? lerp(a, b, call.tensor(2, "weight")) : lerp(a, b, call.scalar(2, "weight"))};
  };
  table["clamp"] = [](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    if (!call.isTensor(1, "min") && !call.isTensor(2, "max")) {
      std::optional<Scalar> low, high;
      if (call.has(1, "min"))
        low = call.scalar(1, "min");
      if (call.has(2, "max"))
        high = call.scalar(2, "max");
      return {cotan::clamp(x, low, high)};
    }
    Tensor low = call.optionalTensor(1, "min"), high = call.optionalTensor(2, "max");
    return {cotan::clamp(x, low, high)};
  };
  table["clamp_min"] = [](Call &call) -> std::vector<Tensor> { return {clamp_min(call.tensor(0, "input"), call.tensor(1, "min"))}; };
  table["clamp_max"] = [](Call &call) -> std::vector<Tensor> { return {clamp_max(call.tensor(0, "input"), call.tensor(1, "max"))}; };
  // torch.where(condition, input, other); samples of the method form have input first.
  table["where"] = [](Call &call) -> std::vector<Tensor> {
    Tensor first = call.tensor(0, "condition"), second = call.tensor(1, "input"), third = call.tensor(2, "other");
    return {first.dtype() == kBool ? cotan::where(first, second, third) : cotan::where(second, first, third)};
  };
  table["masked_fill"] = [](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input"), mask = call.tensor(1, "mask");
    return {call.isTensor(2, "value") ? masked_fill(x, mask, call.tensor(2, "value")) : masked_fill(x, mask, call.scalar(2, "value"))};
  };
}

} // namespace

void addElementwiseOperations(OperationTable &table) {
  addUnary(table);
  addBinary(table);
  addTernary(table);
}

} // namespace cotan::conformance
