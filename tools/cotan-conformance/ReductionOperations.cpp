//===- ReductionOperations.cpp - reductions as cases call them ---------------===//

#include "Call.h"

namespace cotan::conformance {
namespace {

OptionalIntArrayRef asRef(const std::optional<std::vector<int64_t>> &dims) {
  return dims ? OptionalIntArrayRef(*dims) : OptionalIntArrayRef();
}

using DimFunction = Tensor (*)(const Tensor &, OptionalIntArrayRef, bool, Where);

Operation overDims(DimFunction function) {
  return [=](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    auto dims = call.dims(1, "dim");
    return {function(x, asRef(dims), call.boolean(2, "keepdim", false), Where::current())};
  };
}

using TypedDimFunction = Tensor (*)(const Tensor &, OptionalIntArrayRef, bool, std::optional<ScalarType>, Where);

Operation overDimsTyped(TypedDimFunction function) {
  return [=](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    auto dims = call.dims(1, "dim");
    return {function(x, asRef(dims), call.boolean(2, "keepdim", false), call.dtype(SIZE_MAX, "dtype"), Where::current())};
  };
}

/// `unbiased` or `correction`, positional as the second argument when that is a boolean.
struct SpreadArguments {
  explicit SpreadArguments(Call &call) : x(call.tensor(0, "input")) {
    const Argument *second = call.find(1, "dim");
    if (second && std::holds_alternative<bool>(second->value)) {
      correction = std::get<bool>(second->value);
      return;
    }
    dims = call.dims(1, "dim");
    correction = call.boolean(2, "unbiased", true);
    correction = call.integer(SIZE_MAX, "correction", correction);
    keepdim = call.boolean(3, "keepdim", false);
  }
  Tensor x;
  std::optional<std::vector<int64_t>> dims;
  int64_t correction = 1;
  bool keepdim = false;
};

std::vector<Tensor> pair(std::tuple<Tensor, Tensor> both) { return {std::get<0>(both), std::get<1>(both)}; }

void addSpread(OperationTable &table) {
  table["var"] = [](Call &call) -> std::vector<Tensor> {
    SpreadArguments a(call);
    return {cotan::var(a.x, asRef(a.dims), a.correction, a.keepdim)};
  };
  table["std"] = [](Call &call) -> std::vector<Tensor> {
    SpreadArguments a(call);
    return {cotan::std(a.x, asRef(a.dims), a.correction, a.keepdim)};
  };
  table["var_mean"] = [](Call &call) -> std::vector<Tensor> {
    SpreadArguments a(call);
    return pair(var_mean(a.x, asRef(a.dims), a.correction, a.keepdim));
  };
  table["std_mean"] = [](Call &call) -> std::vector<Tensor> {
    SpreadArguments a(call);
    return pair(std_mean(a.x, asRef(a.dims), a.correction, a.keepdim));
  };
}

using BinaryExtremum = Tensor (*)(const Tensor &, const Tensor &, Where);
using FullExtremum = Tensor (*)(const Tensor &, Where);
using DimExtremum = std::tuple<Tensor, Tensor> (*)(const Tensor &, int64_t, bool, Where);

Operation extremum(BinaryExtremum binary, FullExtremum full, DimExtremum overDim) {
  return [=](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    if (call.isTensor(1, "other"))
      return {binary(x, call.tensor(1, "other"), Where::current())};
    if (!call.has(1, "dim"))
      return {full(x, Where::current())};
    return pair(overDim(x, call.integer(1, "dim"), call.boolean(2, "keepdim", false), Where::current()));
  };
}

std::vector<Tensor> runNorm(Call &call) {
  Tensor x = call.tensor(0, "input");
  if (const Argument *p = call.find(1, "p"))
    if (auto *text = std::get_if<std::string>(&p->value); text && *text != "inf" && *text != "-inf" && *text != "fro")
      throw Unsupported{"p='" + *text + "'"};
  bool frobenius = false;
  if (const Argument *p = call.find(1, "p"))
    if (auto *text = std::get_if<std::string>(&p->value))
      frobenius = *text == "fro";
  Scalar p = frobenius ? Scalar(2) : call.scalar(1, "p", Scalar(2));
  auto dims = call.dims(2, "dim");
  bool keepdim = call.boolean(3, "keepdim", false);
  if (!dims)
    return {linalg::vector_norm(x, p, std::nullopt, keepdim)};
  return {norm(x, p, *dims, keepdim)};
}

std::vector<Tensor> runSoftmax(Call &call, Tensor (*function)(const Tensor &, int64_t, std::optional<ScalarType>, Where)) {
  Tensor x = call.tensor(0, "input");
  return {function(x, call.integer(1, "dim"), call.dtype(SIZE_MAX, "dtype"), Where::current())};
}

} // namespace

void addReductionOperations(OperationTable &table) {
  table["sum"] = overDimsTyped(static_cast<TypedDimFunction>(cotan::sum));
  table["mean"] = overDimsTyped(static_cast<TypedDimFunction>(cotan::mean));
  table["nansum"] = overDimsTyped(nansum);
  table["nanmean"] = overDimsTyped(nanmean);
  table["amax"] = overDims(amax);
  table["amin"] = overDims(amin);
  table["logsumexp"] = overDims(logsumexp);
  addSpread(table);
  table["max"] = extremum(cotan::max, cotan::max, cotan::max);
  table["min"] = extremum(cotan::min, cotan::min, cotan::min);
  table["aminmax"] = [](Call &call) -> std::vector<Tensor> {
    std::optional<int64_t> dim;
    if (call.has(SIZE_MAX, "dim"))
      dim = call.integer(SIZE_MAX, "dim");
    return pair(aminmax(call.tensor(0, "input"), dim, call.boolean(SIZE_MAX, "keepdim", false)));
  };
  table["prod"] = [](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    if (!call.has(1, "dim"))
      return {prod(x)};
    return {prod(x, call.integer(1, "dim"), call.boolean(2, "keepdim", false))};
  };
  table["linalg.vector_norm"] = [](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    auto dims = call.dims(2, "dim");
    return {linalg::vector_norm(x, call.scalar(1, "ord", Scalar(2)), asRef(dims), call.boolean(3, "keepdim", false))};
  };
  table["norm"] = runNorm;
  table["dist"] = [](Call &call) -> std::vector<Tensor> {
    return {dist(call.tensor(0, "input"), call.tensor(1, "other"), call.scalar(2, "p", Scalar(2)))};
  };
  table["softmax"] = [](Call &call) { return runSoftmax(call, cotan::softmax); };
  table["log_softmax"] = [](Call &call) { return runSoftmax(call, cotan::log_softmax); };
  table["nn.functional.softmin"] = [](Call &call) { return runSoftmax(call, nn::functional::softmin); };
  table["argmax"] = [](Call &call) -> std::vector<Tensor> {
    Tensor x = call.tensor(0, "input");
    std::optional<int64_t> dim;
    if (call.has(1, "dim"))
      dim = call.integer(1, "dim");
    return {argmax(x, dim, call.boolean(2, "keepdim", false))};
  };
}

} // namespace cotan::conformance
