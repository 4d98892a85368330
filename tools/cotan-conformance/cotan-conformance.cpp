//===- cotan-conformance.cpp - runs golden cases -----------------------------===//
//
// Compares values, first and second derivatives of the C++ API with golden cases (docs/Conformance.md).
//
//===----------------------------------------------------------------------===//

#include "Call.h"
#include "Compare.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

namespace cotan::conformance {
namespace {

struct Options {
  std::vector<std::string> files;
  bool skipUnsupported = false;
  bool single = false; ///< float32: the same cases, inputs rounded
};

struct Counts {
  int passed = 0, failed = 0;
  std::map<std::string, int> unsupported; ///< by op and reason
};

constexpr const char *help = R"(usage: cotan-conformance [options] FILE...

Runs the golden cases of each FILE (one JSON object a line, see docs/Conformance.md) through the C++ API and compares values,
gradients and second gradients. One line a failure; the last line is `N passed, N failed`.

options:
  --skip-unsupported   do not count cases of ops that are not there as failed; list them
  --dtype=float32      round the inputs to float32 (tolerance 2e-4 and 1e-5)
  --help               this text

example:
  cotan-conformance --skip-unsupported test/conformance/cases/*.jsonl
)";

const char *dtypeName(ScalarType type) {
  switch (type) {
  case kFloat:
    return "float32";
  case kDouble:
    return "float64";
  case kInt:
    return "int32";
  case kLong:
    return "int64";
  default:
    return "bool";
  }
}

Tensor makeTensor(const HostTensor &host, const Options &options) {
  ScalarType type = parseDtype(host.dtype);
  Tensor doubles = tensor(host.values, kDouble).reshape(host.shape);
  if (options.single && type == kDouble)
    type = kFloat;
  Tensor result = (type == kDouble ? doubles : doubles.to(type)).clone().eval();
  if (host.requires_grad)
    result.requires_grad_();
  return result;
}

HostTensor readTensor(const Tensor &tensor) {
  HostTensor host;
  host.dtype = dtypeName(tensor.dtype());
  host.shape = tensor.sizes().vec();
  if (tensor.dtype() == kLong)
    for (int64_t value : tensor.detach().to_vector<int64_t>())
      host.values.push_back(double(value));
  else
    host.values = tensor.detach().to(kDouble).to_vector<double>();
  return host;
}

/// The expected tensor in the dtype of this run. A float64 result stays acceptable: some calls ask for one.
HostTensor expectedIn(HostTensor expected, const HostTensor &actual, const Options &options) {
  if (options.single && expected.dtype == "float64" && actual.dtype == "float32")
    expected.dtype = "float32";
  return expected;
}

void check(const std::string &what, const Tensor &actual, const HostTensor &expected, Tolerance tolerance, const Options &options) {
  if (!actual.defined())
    throw std::runtime_error(what + ": expected a tensor, got none");
  HostTensor host = readTensor(actual);
  std::string text = difference(host, expectedIn(expected, host, options), tolerance);
  if (!text.empty())
    throw std::runtime_error(what + ": " + text);
}

/// A derivative that does not exist may be absent or zero.
void checkDerivative(const std::string &what, const Tensor &actual, const std::optional<HostTensor> &expected, Tolerance tolerance,
                     const Options &options) {
  if (expected) {
    HostTensor zeros = *expected;
    bool allZero = true;
    for (double value : zeros.values)
      allZero &= value == 0;
    if (!actual.defined() && allZero)
      return;
    return check(what, actual, *expected, tolerance, options);
  }
  if (!actual.defined())
    return;
  for (double value : readTensor(actual).values)
    if (value != 0)
      throw std::runtime_error(what + ": expected no dependence, got a derivative that is not zero");
}

std::vector<Tensor> pick(const std::vector<Tensor> &from, const std::vector<size_t> &indices) {
  std::vector<Tensor> result;
  for (size_t index : indices)
    result.push_back(from.at(index));
  return result;
}

void checkGradients(const Case &description, const std::vector<Tensor> &tensors, const std::vector<Tensor> &outputs, const Options &options) {
  if (description.wrt.empty() || description.differentiable_outputs.empty())
    return;
  Tolerance value = options.single ? Tolerance{2e-4, 1e-5} : Tolerance{1e-7, 1e-9};
  Tolerance second = options.single ? Tolerance{2e-3, 1e-4} : Tolerance{1e-6, 1e-8};
  std::vector<Tensor> inputs = pick(tensors, description.wrt);
  std::vector<Tensor> roots, cotangents;
  for (size_t i = 0; i < description.differentiable_outputs.size(); ++i) {
    Tensor output = outputs.at(description.differentiable_outputs[i]);
    // Without a graph no input has a dependence, which the expected gradients must bear out.
    if (!description.cotangents.at(i) || !output.requires_grad())
      continue;
    roots.push_back(output);
    cotangents.push_back(makeTensor(*description.cotangents[i], options));
  }
  std::vector<Tensor> grads(inputs.size());
  if (!roots.empty())
    grads = autograd::grad(roots, inputs, cotangents, true, description.has_second, true);
  for (size_t i = 0; i < grads.size(); ++i)
    checkDerivative("gradient " + std::to_string(i), grads[i], description.grads.at(i), value, options);
  if (!description.has_second)
    return;
  std::vector<Tensor> firsts, seconds;
  for (size_t i = 0; i < grads.size(); ++i)
    if (i < description.second_cotangents.size() && description.second_cotangents[i] && grads[i].defined() && grads[i].requires_grad()) {
      firsts.push_back(grads[i]);
      seconds.push_back(makeTensor(*description.second_cotangents[i], options));
    }
  std::vector<Tensor> result(inputs.size());
  if (!firsts.empty())
    result = autograd::grad(firsts, inputs, seconds, std::nullopt, false, true);
  for (size_t i = 0; i < result.size(); ++i)
    checkDerivative("second gradient " + std::to_string(i), result[i], description.second_grads.at(i), second, options);
}

void runCase(const Case &description, const Options &options) {
  auto operation = operations().find(description.op);
  if (operation == operations().end())
    throw Unsupported{"no such op"};
  std::vector<Tensor> tensors;
  for (const HostTensor &host : description.tensors)
    tensors.push_back(makeTensor(host, options));
  Call call(description, tensors);
  std::vector<Tensor> outputs = operation->second(call);
  call.expectAllRead();
  if (outputs.size() != description.outputs.size())
    throw std::runtime_error("expected " + std::to_string(description.outputs.size()) + " outputs, got " + std::to_string(outputs.size()));
  Tolerance tolerance = options.single ? Tolerance{2e-4, 1e-5} : Tolerance{1e-7, 1e-9};
  for (size_t i = 0; i < outputs.size(); ++i)
    check("output " + std::to_string(i), outputs[i], description.outputs[i], tolerance, options);
  checkGradients(description, tensors, outputs, options);
}

std::string label(const Case &description) {
  return description.variant.empty() ? description.op : description.op + "." + description.variant;
}

void runLine(const std::string &file, int line, const std::string &text, const Options &options, Counts &counts) {
  std::string name = file;
  try {
    Case description = parse_case(text);
    name = label(description);
    runCase(description, options);
    ++counts.passed;
  } catch (const Unsupported &unsupported) {
    ++counts.unsupported[name + ": " + unsupported.reason];
    if (!options.skipUnsupported) {
      ++counts.failed;
      std::printf("FAIL %s line %d: not supported: %s\n", name.c_str(), line, unsupported.reason.c_str());
    }
  } catch (const std::exception &error) {
    ++counts.failed;
    std::printf("FAIL %s line %d: %s\n", name.c_str(), line, error.what());
  }
}

bool parseOptions(int count, char **arguments, Options &options) {
  for (int i = 1; i < count; ++i) {
    std::string argument = arguments[i];
    if (argument == "--skip-unsupported")
      options.skipUnsupported = true;
    else if (argument == "--dtype=float32")
      options.single = true;
    else if (argument == "--dtype=float64")
      options.single = false;
    else if (argument.starts_with("-"))
      return std::fprintf(stderr, "error: unknown option '%s'; see --help\n", argument.c_str()), false;
    else
      options.files.push_back(argument);
  }
  if (options.files.empty())
    return std::fprintf(stderr, "error: expected at least one FILE; see --help\n"), false;
  return true;
}

int run(const Options &options) {
  Counts counts;
  for (const std::string &file : options.files) {
    std::ifstream stream(file);
    if (!stream) {
      std::fprintf(stderr, "error: cannot read '%s'\n", file.c_str());
      return 1;
    }
    int line = 0;
    for (std::string text; std::getline(stream, text);)
      runLine(file, ++line, text, options, counts);
  }
  if (options.skipUnsupported)
    for (auto &[what, cases] : counts.unsupported)
      std::printf("not supported: %s (%d case%s)\n", what.c_str(), cases, cases == 1 ? "" : "s");
  std::printf("%d passed, %d failed\n", counts.passed, counts.failed);
  return counts.failed ? 1 : 0;
}

} // namespace
} // namespace cotan::conformance

int main(int count, char **arguments) {
  for (int i = 1; i < count; ++i)
    if (!std::strcmp(arguments[i], "--help")) {
      std::cout << cotan::conformance::help;
      return 0;
    }
  cotan::conformance::Options options;
  if (!cotan::conformance::parseOptions(count, arguments, options))
    return 1;
  return cotan::conformance::run(options);
}
