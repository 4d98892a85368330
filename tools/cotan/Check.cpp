//===- Check.cpp - cotan check --------------------------------------------===//
//
// Compares the adjoint with central differences of L = sum over the float results r of sum(cotangent_r * r), for random cotangents,
// element by element.
//
//===----------------------------------------------------------------------===//

#include "Session.h"
#include "cotan-compiler/Autodiff/Gradient.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace cotan::tool {
namespace {

struct Tolerances {
  double relative, absolute, step;
};

Tolerances defaultTolerances(execution::ElementType type) {
  // The error of a central difference is about eps |L| / h + h^2 |L'''| / 6.
  return type == execution::ElementType::F64 ? Tolerances{1e-5, 1e-7, 1e-5} : Tolerances{2e-2, 2e-3, 1.0 / 128};
}

Expected<double> parseTolerance(const Arguments &arguments, StringRef name, double otherwise) {
  auto text = arguments.get(name);
  double value = otherwise;
  if (text && (StringRef(*text).getAsDouble(value) || !(value >= 0)))
    return createStringError("--" + name + ": expected a number that is not negative, got '" + *text + "'");
  return value;
}

Expected<std::shared_ptr<const execution::Executable>> compileFunction(driver::Compiler &compiler, const Arguments &arguments, StringRef text,
                                                                       bool gradient) {
  auto module = parseSource(compiler, arguments, text);
  if (!module)
    return module.takeError();
  auto function = chooseFunction(**module, arguments);
  if (!function)
    return function.takeError();
  if (gradient) {
    driver::DiagnosticCollector diagnostics(&compiler.getContext());
    auto created = autodiff::createGradFunction(**module, *function);
    if (mlir::failed(created))
      return diagnostics.takeError("no gradient function can be made of @" + *function);
    *function = created->getName().str();
  }
  return compiler.compile(**module, *function);
}

class Checker {
public:
  Checker(const Arguments &arguments, Call primal, std::vector<Value> inputs, std::vector<Value> cotangents)
      : arguments(arguments), primal(std::move(primal)), inputs(std::move(inputs)), cotangents(std::move(cotangents)) {}

  Error checkInput(size_t index, const Value &gradient) {
    Value &input = inputs[index];
    Tolerances tolerances = defaultTolerances(input.spec.type);
    auto relative = parseTolerance(arguments, "rtol", tolerances.relative), absolute = parseTolerance(arguments, "atol", tolerances.absolute);
    if (!relative || !absolute)
      return llvm::joinErrors(relative.takeError(), absolute.takeError());
    // Large inputs: a sample, spread evenly.
    int64_t count = input.elements(), step = std::max<int64_t>(1, (count + 63) / 64);
    double worst = 0;
    int64_t checked = 0;
    for (int64_t i = 0; i < count; i += step, ++checked) {
      double scale = 0;
      auto difference = centralDifference(input, i, tolerances.step, scale);
      if (!difference)
        return difference.takeError();
      double adjoint = gradient.get(i), error = std::abs(*difference - adjoint);
      double allowed = *relative * std::max(std::abs(*difference), std::abs(adjoint)) + *absolute * std::max(1.0, scale);
      if (!(error <= allowed)) // a NaN fails
        return createStringError(llvm::formatv("input {0} element {1}: the adjoint gives {2:g}, finite differences give {3:g}; they differ by "
                                               "{4:g}, allowed are {5:g}",
                                               index, i, adjoint, *difference, error, allowed));
      worst = std::max(worst, error);
    }
    llvm::outs() << llvm::formatv("input {0}, {1}: {2} of {3} derivatives checked, largest difference {4:e2}\n", index, formatType(input.spec),
                                  checked, count, worst);
    total += checked;
    return Error::success();
  }

  int64_t total = 0;

private:
  /// The change of L over the change of the element, as rounded to its type. `scale`: the size of L's terms.
  Expected<double> centralDifference(const Value &input, int64_t index, double step, double &scale) {
    double x = input.get(index), h = step * std::max(1.0, std::abs(x));
    double sides[2], points[2];
    for (int side = 0; side < 2; ++side) {
      input.set(index, side ? x - h : x + h);
      points[side] = input.get(index);
      Error error = primal(inputs);
      if (error) {
        input.set(index, x);
        return std::move(error);
      }
      sides[side] = value(scale);
    }
    input.set(index, x);
    return (sides[0] - sides[1]) / (points[0] - points[1]);
  }

  double value(double &scale) {
    double sum = 0, size = 0;
    size_t next = 0;
    for (const Value &output : primal.outputs) {
      if (!output.isFloat())
        continue;
      const Value &cotangent = cotangents[next++];
      for (int64_t i = 0, n = output.elements(); i < n; ++i) {
        double term = cotangent.get(i) * output.get(i);
        sum += term;
        size += std::abs(term);
      }
    }
    scale = std::max(scale, size);
    return sum;
  }

  const Arguments &arguments;
  Call primal;
  std::vector<Value> inputs, cotangents;
};

/// The inputs with memory of their own (they are changed), random ones where none are given.
Expected<std::vector<Value>> makeInputs(const Arguments &arguments, const std::vector<execution::TensorSpec> &specs) {
  auto inputs = readInputs(arguments);
  if (!inputs)
    return inputs.takeError();
  if (inputs->empty())
    for (const execution::TensorSpec &spec : specs) {
      auto value = makeValue(spec);
      if (!value)
        return value.takeError();
      fillRandom(*value, inputs->size() + 1);
      inputs->push_back(std::move(*value));
    }
  if (Error error = checkInputs(arguments.file(), specs, *inputs))
    return std::move(error);
  return inputs;
}

/// One for each float result: ones for a single scalar (what the gradient function takes for granted), else random.
Expected<std::vector<Value>> makeCotangents(const execution::Executable &primal, bool implicit) {
  std::vector<Value> cotangents;
  for (const execution::TensorSpec &spec : primal.outputs) {
    if (spec.type != execution::ElementType::F32 && spec.type != execution::ElementType::F64)
      continue;
    auto value = makeValue(spec);
    if (!value)
      return value.takeError();
    if (implicit)
      value->set(0, 1);
    else
      fillRandom(*value, 1000 + cotangents.size());
    cotangents.push_back(std::move(*value));
  }
  return cotangents;
}

Error check(const Arguments &arguments) {
  auto text = readSource(arguments);
  if (!text)
    return text.takeError();
  driver::Compiler compiler;
  auto primal = compileFunction(compiler, arguments, *text, /*gradient=*/false);
  if (!primal)
    return primal.takeError();
  auto gradient = compileFunction(compiler, arguments, *text, /*gradient=*/true);
  if (!gradient)
    return gradient.takeError();
  auto inputs = makeInputs(arguments, (*primal)->inputs);
  if (!inputs)
    return inputs.takeError();
  auto cotangents = makeCotangents(**primal, (*gradient)->inputs.size() == (*primal)->inputs.size());
  if (!cotangents)
    return cotangents.takeError();
  auto primalCall = Call::create(*primal), gradientCall = Call::create(*gradient);
  if (!primalCall || !gradientCall)
    return llvm::joinErrors(primalCall.takeError(), gradientCall.takeError());

  std::vector<Value> all = *inputs;
  if ((*gradient)->inputs.size() != all.size())
    all.insert(all.end(), cotangents->begin(), cotangents->end());
  if (Error error = (*gradientCall)(all))
    return createStringError(arguments.file() + ": " + llvm::toString(std::move(error)));
  Checker checker(arguments, std::move(*primalCall), *inputs, std::move(*cotangents));
  size_t next = (*primal)->outputs.size();
  for (size_t i = 0; i < inputs->size(); ++i)
    if ((*inputs)[i].isFloat())
      if (Error error = checker.checkInput(i, gradientCall->outputs[next++]))
        return createStringError(arguments.file() + ": " + llvm::toString(std::move(error)));
  llvm::outs() << "adjoint and finite differences agree in " << checker.total << " derivatives\n";
  return Error::success();
}

} // namespace

const Subcommand &checkSubcommand() {
  static const Subcommand subcommand = {
      "check",
      "compare the adjoint with finite differences",
      "Compiles the function and its adjoint and compares the derivatives with central differences, at the given inputs or at\n"
      "random ones. Up to 64 elements of each float input are checked. Exits with 1 where they do not agree.",
      {{"function", "NAME", "the function to check (default: @main, or the only one)"},
       {"input", "TYPE=VALUES", "the next argument, as for cotan run (default: random)"},
       {"rtol", "NUMBER", "allowed relative difference (default: 1e-5 for f64, 2e-2 for f32)"},
       {"atol", "NUMBER", "allowed difference relative to the results' size (default: 1e-7 for f64, 2e-3 for f32)"}},
      "  cotan check f.mlir\n"
      "  cotan check f.mlir --function=loss --input=3xf64=1,2,3 --rtol=1e-7\n",
      check};
  return subcommand;
}

} // namespace cotan::tool
