//===- Call.cpp - one call of an op by a case --------------------------------===//

#include "Call.h"

#include <cmath>
#include <limits>

namespace cotan::conformance {

ScalarType parseDtype(const std::string &name) {
  if (name == "float32")
    return kFloat;
  if (name == "float64")
    return kDouble;
  if (name == "int32")
    return kInt;
  if (name == "int64")
    return kLong;
  if (name == "bool")
    return kBool;
  throw Unsupported{"dtype " + name};
}

const Argument *Call::find(size_t position, const char *name) {
  const Argument *argument = nullptr;
  auto keyword = description.kwargs.find(name);
  if (keyword != description.kwargs.end()) {
    readKeywords.insert(name);
    argument = &keyword->second;
  } else if (position < description.args.size()) {
    readPositions.insert(position);
    argument = &description.args[position];
  }
  return argument && !std::holds_alternative<std::monostate>(argument->value) ? argument : nullptr;
}

const Argument &Call::require(size_t position, const char *name) {
  if (const Argument *argument = find(position, name))
    return *argument;
  throw Unsupported{std::string("without argument '") + name + "'"};
}

bool Call::isTensor(size_t position, const char *name) {
  const Argument *argument = find(position, name);
  return argument && std::holds_alternative<TensorReference>(argument->value);
}

Tensor Call::tensor(size_t position, const char *name) {
  const Argument &argument = require(position, name);
  if (auto *reference = std::get_if<TensorReference>(&argument.value))
    return resolve(*reference);
  throw Unsupported{std::string("'") + name + "' that is not a tensor"};
}

Tensor Call::optionalTensor(size_t position, const char *name) {
  return has(position, name) ? tensor(position, name) : Tensor();
}

std::vector<Tensor> Call::tensorList(size_t position, const char *name) {
  const Argument &argument = require(position, name);
  auto *list = std::get_if<ArgumentList>(&argument.value);
  if (!list)
    throw Unsupported{std::string("'") + name + "' that is not a list"};
  std::vector<Tensor> result;
  for (const Argument &element : *list) {
    auto *reference = std::get_if<TensorReference>(&element.value);
    if (!reference)
      throw Unsupported{std::string("'") + name + "' that is not a list of tensors"};
    result.push_back(resolve(*reference));
  }
  return result;
}

std::vector<Tensor> Call::allTensors() {
  if (description.args.size() == 1 && std::holds_alternative<ArgumentList>(description.args[0].value))
    return tensorList(0, "tensors");
  std::vector<Tensor> result;
  for (size_t i = 0; i < description.args.size(); ++i)
    result.push_back(tensor(i, "tensors"));
  return result;
}

double Call::number(size_t position, const char *name, std::optional<double> fallback) {
  return scalar(position, name, fallback ? std::optional<Scalar>(*fallback) : std::nullopt).toDouble();
}

Scalar Call::scalar(size_t position, const char *name, std::optional<Scalar> fallback) {
  if (fallback && !has(position, name))
    return *fallback;
  const Argument &argument = require(position, name);
  if (auto *integer = std::get_if<int64_t>(&argument.value))
    return *integer;
  if (auto *floating = std::get_if<double>(&argument.value))
    return *floating;
  if (auto *flag = std::get_if<bool>(&argument.value))
    return *flag;
  if (auto *text = std::get_if<std::string>(&argument.value)) {
    if (*text == "inf" || *text == "-inf")
      return *text == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
    if (*text == "nan")
      return std::numeric_limits<double>::quiet_NaN();
  }
  throw Unsupported{std::string("'") + name + "' that is not a number"};
}

int64_t Call::integer(size_t position, const char *name, std::optional<int64_t> fallback) {
  if (fallback && !has(position, name))
    return *fallback;
  auto *integer = std::get_if<int64_t>(&require(position, name).value);
  if (!integer)
    throw Unsupported{std::string("'") + name + "' that is not an integer"};
  return *integer;
}

bool Call::boolean(size_t position, const char *name, std::optional<bool> fallback) {
  if (fallback && !has(position, name))
    return *fallback;
  auto *flag = std::get_if<bool>(&require(position, name).value);
  if (!flag)
    throw Unsupported{std::string("'") + name + "' that is not a boolean"};
  return *flag;
}

std::string Call::text(size_t position, const char *name, std::optional<std::string> fallback) {
  if (fallback && !has(position, name))
    return *fallback;
  auto *text = std::get_if<std::string>(&require(position, name).value);
  if (!text)
    throw Unsupported{std::string("'") + name + "' that is not a string"};
  return *text;
}

std::vector<int64_t> Call::integers(size_t position, const char *name) {
  const Argument &argument = require(position, name);
  if (auto *integer = std::get_if<int64_t>(&argument.value))
    return {*integer};
  auto *list = std::get_if<ArgumentList>(&argument.value);
  if (!list)
    throw Unsupported{std::string("'") + name + "' that is not a list of integers"};
  std::vector<int64_t> result;
  for (const Argument &element : *list) {
    auto *integer = std::get_if<int64_t>(&element.value);
    if (!integer)
      throw Unsupported{std::string("'") + name + "' that is not a list of integers"};
    result.push_back(*integer);
  }
  return result;
}

std::optional<std::vector<int64_t>> Call::dims(size_t position, const char *name) {
  if (!has(position, name))
    return std::nullopt;
  auto list = integers(position, name);
  return list.empty() ? std::nullopt : std::optional(list);
}

std::optional<ScalarType> Call::dtype(size_t position, const char *name) {
  if (!has(position, name))
    return std::nullopt;
  auto *dtype = std::get_if<DtypeArgument>(&require(position, name).value);
  if (!dtype)
    throw Unsupported{std::string("'") + name + "' that is not a dtype"};
  return parseDtype(dtype->name);
}

LossReduction Call::reduction() {
  std::string name = text(SIZE_MAX, "reduction", "mean");
  if (name == "none")
    return LossReduction::None;
  if (name == "mean")
    return LossReduction::Mean;
  if (name == "sum")
    return LossReduction::Sum;
  throw Unsupported{"reduction '" + name + "'"};
}

void Call::expectAllRead() const {
  for (auto &[name, value] : description.kwargs)
    if (!readKeywords.count(name))
      throw Unsupported{"keyword '" + name + "'"};
  for (size_t i = 0; i < description.args.size(); ++i)
    if (!readPositions.count(i))
      throw Unsupported{"positional argument " + std::to_string(i)};
}

const OperationTable &operations() {
  static const OperationTable table = [] {
    OperationTable result;
    addElementwiseOperations(result);
    addReductionOperations(result);
    addProductOperations(result);
    addShapeOperations(result);
    addNetworkOperations(result);
    return result;
  }();
  return table;
}

} // namespace cotan::conformance
