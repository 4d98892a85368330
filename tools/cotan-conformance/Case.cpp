//===- Case.cpp - golden cases of the conformance format --------------------===//

#include "Case.h"

#include "llvm/Support/JSON.h"
#include <cmath>
#include <limits>
#include <stdexcept>

namespace cotan::conformance {
namespace {

namespace json = llvm::json;

[[noreturn]] void malformed(const std::string &what) { throw std::runtime_error("malformed case: " + what); }

double parse_double(const json::Value &value) {
  if (auto number = value.getAsNumber())
    return *number;
  if (auto text = value.getAsString()) {
    if (*text == "nan")
      return std::numeric_limits<double>::quiet_NaN();
    if (*text == "inf")
      return std::numeric_limits<double>::infinity();
    if (*text == "-inf")
      return -std::numeric_limits<double>::infinity();
  }
  if (auto flag = value.getAsBoolean())
    return *flag;
  malformed("expected a number, 'nan', 'inf' or '-inf'");
}

std::vector<int64_t> parse_integers(const json::Array *array, const char *name) {
  if (!array)
    malformed(std::string("expected a list in '") + name + "'");
  std::vector<int64_t> integers;
  for (const json::Value &value : *array) {
    auto integer = value.getAsInteger();
    if (!integer)
      malformed(std::string("expected integers in '") + name + "'");
    integers.push_back(*integer);
  }
  return integers;
}

HostTensor parse_tensor(const json::Value &value) {
  const json::Object *object = value.getAsObject();
  if (!object)
    malformed("expected a tensor object");
  HostTensor tensor;
  auto dtype = object->getString("dtype");
  const json::Array *data = object->getArray("data");
  if (!dtype || !data)
    malformed("expected 'dtype' and 'data' in a tensor");
  tensor.dtype = dtype->str();
  tensor.shape = parse_integers(object->getArray("shape"), "shape");
  for (const json::Value &element : *data)
    tensor.values.push_back(parse_double(element));
  int64_t count = 1;
  for (int64_t extent : tensor.shape)
    count *= extent;
  if (count != static_cast<int64_t>(tensor.values.size()))
    malformed("expected " + std::to_string(count) + " values in a tensor, got " + std::to_string(tensor.values.size()));
  tensor.requires_grad = object->getBoolean("requires_grad").value_or(false);
  return tensor;
}

Argument parse_argument(const json::Value &value);

std::optional<int64_t> parse_optional_integer(const json::Value &value) {
  if (value.kind() == json::Value::Null)
    return std::nullopt;
  if (auto integer = value.getAsInteger())
    return *integer;
  malformed("expected an integer or null in a slice");
}

Argument parse_object_argument(const json::Object &object) {
  if (auto index = object.getInteger("tensor"))
    return {TensorReference{static_cast<size_t>(*index)}};
  if (const json::Array *slice = object.getArray("slice")) {
    if (slice->size() != 3)
      malformed("expected [start, stop, step] in 'slice'");
    return {SliceArgument{parse_optional_integer((*slice)[0]), parse_optional_integer((*slice)[1]),
                          parse_optional_integer((*slice)[2])}};
  }
  if (object.get("ellipsis"))
    return {EllipsisArgument{}};
  if (auto dtype = object.getString("dtype"))
    return {DtypeArgument{dtype->str()}};
  malformed("unknown argument object");
}

Argument parse_argument(const json::Value &value) {
  switch (value.kind()) {
  case json::Value::Null:
    return {std::monostate{}};
  case json::Value::Boolean:
    return {*value.getAsBoolean()};
  case json::Value::Number:
    // 1 and 1.0 read the same; ops take either where torch takes a number.
    if (auto integer = value.getAsInteger())
      return {*integer};
    return {*value.getAsNumber()};
  case json::Value::String:
    return {value.getAsString()->str()};
  case json::Value::Array: {
    ArgumentList list;
    for (const json::Value &element : *value.getAsArray())
      list.push_back(parse_argument(element));
    return {std::move(list)};
  }
  case json::Value::Object:
    return parse_object_argument(*value.getAsObject());
  }
  malformed("unknown kind of argument");
}

std::vector<size_t> parse_indices(const json::Object &object, const char *name) {
  std::vector<size_t> indices;
  if (const json::Array *array = object.getArray(name))
    for (int64_t index : parse_integers(array, name))
      indices.push_back(static_cast<size_t>(index));
  return indices;
}

std::vector<std::optional<HostTensor>> parse_optional_tensors(const json::Object &object, const char *name) {
  std::vector<std::optional<HostTensor>> tensors;
  if (const json::Array *array = object.getArray(name))
    for (const json::Value &value : *array)
      tensors.push_back(value.kind() == json::Value::Null ? std::nullopt : std::optional(parse_tensor(value)));
  return tensors;
}

} // namespace

Case parse_case(const std::string &line) {
  auto parsed = json::parse(line);
  if (!parsed)
    malformed(llvm::toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  if (!object || !object->getString("op") || !object->getArray("args") || !object->getArray("tensors") || !object->getArray("outputs"))
    malformed("expected an object with 'op', 'args', 'tensors' and 'outputs'");
  Case result;
  result.op = object->getString("op")->str();
  result.variant = object->getString("variant").value_or("").str();
  for (const json::Value &value : *object->getArray("args"))
    result.args.push_back(parse_argument(value));
  if (const json::Object *kwargs = object->getObject("kwargs"))
    for (const auto &[key, value] : *kwargs)
      result.kwargs.emplace(key.str(), parse_argument(value));
  for (const json::Value &value : *object->getArray("tensors"))
    result.tensors.push_back(parse_tensor(value));
  for (const json::Value &value : *object->getArray("outputs"))
    result.outputs.push_back(parse_tensor(value));
  result.differentiable_outputs = parse_indices(*object, "differentiable_outputs");
  result.wrt = parse_indices(*object, "wrt");
  result.cotangents = parse_optional_tensors(*object, "cotangents");
  result.grads = parse_optional_tensors(*object, "grads");
  result.second_cotangents = parse_optional_tensors(*object, "second_cotangents");
  result.second_grads = parse_optional_tensors(*object, "second_grads");
  result.has_second = object->getArray("second_grads") != nullptr;
  return result;
}

} // namespace cotan::conformance
