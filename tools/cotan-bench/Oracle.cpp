//===- Oracle.cpp - expected results ---------------------------------------===//

#include "Oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace cotan::bench {

Tensors asDouble(const std::vector<Named> &inputs) {
  Tensors tensors;
  for (const Named &input : inputs)
    tensors.push_back(input.value.dtype() == kFloat ? input.value.to(kDouble).eval() : input.value);
  return tensors;
}

std::vector<double> toVector(const Tensor &tensor) {
  return tensor.to(kDouble).to_vector<double>(); // data_ptr() would pin an input, and Cotan would compile for one that may change under it
}

Tensor fromVector(const std::vector<double> &values, std::vector<int64_t> shape) {
  return cotan::tensor(values, kDouble).reshape(shape).clone().eval();
}

namespace {

const Named *find(const std::vector<Named> &list, const std::string &name) {
  for (const Named &named : list)
    if (named.name == name)
      return &named;
  return nullptr;
}

std::vector<Named> runJit(const Program &program, const Tensors &inputs) {
  std::vector<Named> results;
  auto function = jit([&](const std::vector<Tensor> &arguments) {
    results = program(arguments);
    Tensors values;
    for (const Named &result : results)
      values.push_back(result.value);
    return values;
  });
  Tensors values = function(inputs);
  for (size_t i = 0; i < results.size(); ++i)
    results[i].value = values[i].eval();
  return results;
}

/// The loss alone, so that differences do not pay for gradients.
double lossAt(const Program &program, const Tensors &inputs) {
  auto lossAlone = [&](const Tensors &arguments) {
    std::vector<Named> results = program(arguments);
    const Named *loss = find(results, "loss");
    if (!loss)
      throw WrongResult("the reference program has no result 'loss'");
    return std::vector<Named>{*loss};
  };
  return runJit(lossAlone, inputs)[0].value.item<double>();
}

/// (f(x + h v) - f(x - h v)) / 2h.
double directionalDifference(const Program &program, Tensors inputs, size_t index, const Tensor &direction, double h) {
  Tensor start = inputs[index];
  inputs[index] = (start + direction * h).eval();
  double above = lossAt(program, inputs);
  inputs[index] = (start - direction * h).eval();
  return (above - lossAt(program, inputs)) / (2 * h);
}

/// Throws WrongResult unless the gradient in input `index` times `direction` is what finite differences give, up to the tolerance times what the
/// elements' products would sum to if their signs were random.
void checkAlong(const Tensor &direction, const Tensor &gradient, const Program &program, const std::vector<Named> &inputs, const Tensors &arguments,
                size_t index, Differences differences) {
  double expected = directionalDifference(program, arguments, index, direction, differences.step);
  Tensor products = (gradient * direction).eval();
  double actual = products.sum().item<double>(), scale = std::sqrt(cotan::square(products).sum().item<double>());
  if (!(std::fabs(actual - expected) <= differences.tolerance * std::max({std::fabs(expected), scale, 1e-12})))
    throw WrongResult("the gradient of '" + inputs[index].name + "' along a direction is " + std::to_string(actual) + ", finite differences give " +
                      std::to_string(expected));
}

} // namespace

std::vector<Named> checkedReference(const Program &program, const std::vector<Named> &inputs, Differences differences) {
  Tensors arguments = asDouble(inputs);
  std::vector<Named> results = runJit(program, arguments);
  Numbers numbers(7);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Named *gradient = find(results, "grad_" + inputs[i].name);
    if (!gradient)
      continue;
    std::vector<int64_t> shape = arguments[i].sizes().vec();
    double largest = gradient->value.abs().max().item<double>();
    if (!(largest > 0))
      throw WrongResult("the gradient of '" + inputs[i].name + "' is zero or not a number");
    // Along the gradient itself, bent by random factors, nothing cancels: the sharpest test of what is there. It never moves an element whose gradient
    // is zero by mistake; a random direction moves all.
    Tensor along = (gradient->value * numbers.uniform(shape, 0.5, 1.5, kDouble) * (1 / largest)).eval();
    checkAlong(along, gradient->value, program, inputs, arguments, i, differences);
    checkAlong(numbers.uniform(shape, -1, 1, kDouble), gradient->value, program, inputs, arguments, i, differences);
  }
  return results;
}

namespace {

constexpr double learningRate = 0.1;

/// Takes the parameter from both, so that what remains is the gradient times the rate, but for the difference that storing a parameter of this
/// type costs: that is no error of the gradient.
void compareGradients(std::vector<double> &actual, std::vector<double> &expected, const Tensor &parameter) {
  std::vector<double> start = toVector(parameter);
  double epsilon = parameter.dtype() == kFloat ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  for (size_t i = 0; i < start.size(); ++i) {
    double rounding = epsilon * std::max(std::fabs(start[i]), std::fabs(expected[i])), difference = actual[i] - expected[i];
    expected[i] -= start[i];
    actual[i] = !std::isfinite(difference) ? difference : expected[i] + std::copysign(std::max(0.0, std::fabs(difference) - rounding), difference);
  }
}

} // namespace

double errorOf(const std::vector<Named> &actual, const std::vector<Named> &expected, const std::vector<Named> &inputs) {
  if (expected.empty())
    throw WrongResult("the oracle expects nothing");
  double worst = 0;
  for (const Named &wanted : expected) {
    const Named *got = find(actual, wanted.name);
    if (!got || got->value.sizes().vec() != wanted.value.sizes().vec())
      return std::numeric_limits<double>::infinity();
    std::vector<double> a = toVector(got->value), e = toVector(wanted.value);
    const Named *parameter = wanted.name.starts_with("new_") ? find(inputs, wanted.name.substr(4)) : nullptr;
    if (parameter)
      compareGradients(a, e, parameter->value);
    double largest = 0, difference = 0;
    for (size_t i = 0; i < e.size(); ++i) {
      if (!std::isfinite(e[i]))
        throw WrongResult("the oracle of '" + wanted.name + "' is not finite");
      if (std::isnan(a[i]) || std::isinf(a[i]))
        return std::numeric_limits<double>::infinity();
      largest = std::max(largest, std::fabs(e[i]));
      difference = std::max(difference, std::fabs(a[i] - e[i]));
    }
    worst = std::max(worst, largest > 0 ? difference / largest : difference);
  }
  return worst;
}

namespace {

std::vector<int64_t> positionsOf(const std::vector<Named> &inputs, const std::vector<std::string> &names) {
  std::vector<int64_t> positions;
  for (const std::string &name : names) {
    auto at = std::find_if(inputs.begin(), inputs.end(), [&](const Named &input) { return input.name == name; });
    if (at == inputs.end())
      throw std::logic_error("no input '" + name + "'");
    positions.push_back(at - inputs.begin());
  }
  return positions;
}

} // namespace

Program lossAndGradients(std::function<Tensor(const Tensors &)> loss, const std::vector<Named> &inputs, const std::vector<std::string> &names) {
  auto both = value_and_grad([loss](const std::vector<Tensor> &arguments) { return loss(arguments); }, positionsOf(inputs, names));
  return [both, names](const Tensors &arguments) {
    auto [value, gradients] = both(arguments);
    std::vector<Named> results = {{"loss", value}};
    for (size_t i = 0; i < names.size(); ++i)
      results.push_back({"grad_" + names[i], gradients[i]});
    return results;
  };
}

Program lossOnly(std::function<Tensor(const Tensors &)> loss) {
  return [loss](const Tensors &arguments) { return std::vector<Named>{{"loss", loss(arguments)}}; };
}

namespace {

std::vector<Named> descend(std::vector<Named> results, const Tensors &arguments, const std::vector<int64_t> &positions,
                           const std::vector<std::string> &names) {
  for (size_t i = 0; i < names.size(); ++i)
    results[i + 1] = {"new_" + names[i], arguments[positions[i]] - results[i + 1].value * learningRate};
  return results;
}

} // namespace

Program descentStep(std::function<Tensor(const Tensors &)> loss, const std::vector<Named> &inputs, const std::vector<std::string> &names) {
  Program gradients = lossAndGradients(loss, inputs, names);
  return [gradients, names, positions = positionsOf(inputs, names)](const Tensors &arguments) {
    return descend(gradients(arguments), arguments, positions, names);
  };
}

std::vector<Named> expectedStep(std::function<Tensor(const Tensors &)> loss, const std::vector<Named> &inputs, const std::vector<std::string> &names,
                                Differences differences) {
  std::vector<Named> results = checkedReference(lossAndGradients(loss, inputs, names), inputs, differences);
  results = descend(std::move(results), asDouble(inputs), positionsOf(inputs, names), names);
  for (Named &result : results)
    result.value = result.value.eval();
  return results;
}

double Numbers::uniform(double low, double high) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return low + (high - low) * (double(state >> 11) + 0.5) * 0x1p-53;
}

double Numbers::normal() {
  double radius = std::sqrt(-2 * std::log(uniform(0, 1)));
  return radius * std::cos(2 * std::numbers::pi * uniform(0, 1));
}

namespace {

template <typename Draw> Tensor filled(const std::vector<int64_t> &shape, ScalarType type, Draw draw) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  std::vector<double> values(count);
  for (double &value : values)
    value = draw();
  return cotan::tensor(values, kDouble).to(type).reshape(shape).clone().eval();
}

} // namespace

Tensor Numbers::uniform(std::vector<int64_t> shape, double low, double high, ScalarType type) {
  return filled(shape, type, [&] { return uniform(low, high); });
}

Tensor Numbers::normal(std::vector<int64_t> shape, double scale, ScalarType type) {
  return filled(shape, type, [&] { return scale * normal(); });
}

Tensor Numbers::integers(std::vector<int64_t> shape, int64_t below) {
  return filled(shape, kLong, [&] { return std::floor(uniform(0, double(below))); });
}

} // namespace cotan::bench
