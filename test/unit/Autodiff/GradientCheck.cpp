//===- GradientCheck.cpp - adjoints against finite differences ---------------===//

#include "GradientCheck.h"
#include "cotan-compiler/Autodiff/Gradient.h"
#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>

using namespace cotan;
using namespace cotan::test;
using execution::ElementType;

static driver::Compiler &compiler() {
  static driver::Compiler instance;
  return instance;
}

int64_t test::elementCount(const execution::TensorSpec &spec) {
  int64_t count = 1;
  for (int64_t extent : spec.shape)
    count *= extent;
  return count;
}

std::unique_ptr<Function> Function::compile(const std::string &text, unsigned gradientOrder) {
  auto module = driver::parseModule(text, "f.mlir", &compiler().getContext());
  if (!module) {
    ADD_FAILURE() << llvm::toString(module.takeError()) << "\n" << text;
    return nullptr;
  }
  std::string name = "f";
  for (unsigned order = 0; order < gradientOrder; ++order) {
    driver::DiagnosticCollector diagnostics(&compiler().getContext());
    if (failed(autodiff::createGradFunction(**module, name))) {
      ADD_FAILURE() << llvm::toString(diagnostics.takeError("no gradient function")) << "\n" << text;
      return nullptr;
    }
    name += "_grad";
  }
  return compileFunction(**module, name, text);
}

std::unique_ptr<Function> Function::compileTangents(const std::string &text) {
  auto module = driver::parseModule(text, "f.mlir", &compiler().getContext());
  if (!module) {
    ADD_FAILURE() << llvm::toString(module.takeError()) << "\n" << text;
    return nullptr;
  }
  auto function = (*module)->lookupSymbol<mlir::func::FuncOp>("f");
  llvm::SmallVector<mlir::Type> arguments(function.getArgumentTypes()), results(function.getResultTypes());
  llvm::SmallVector<int64_t> wrt;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    if (ir::isDifferentiableType(type)) {
      wrt.push_back(index);
      arguments.push_back(type);
    }
  llvm::append_range(results, function.getResultTypes());
  mlir::OpBuilder builder(function);
  auto tangents =
      mlir::func::FuncOp::create(builder, function.getLoc(), "f_jvp", builder.getFunctionType(arguments, results));
  mlir::Block *entry = tangents.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  unsigned inputs = function.getNumArguments();
  auto jvp = ir::JvpOp::create(builder, function.getLoc(), results, "f", entry->getArguments().take_front(inputs),
                               entry->getArguments().drop_front(inputs), wrt);
  mlir::func::ReturnOp::create(builder, function.getLoc(), jvp.getResults());
  return compileFunction(**module, "f_jvp", text);
}

std::unique_ptr<Function> Function::compileFunction(mlir::ModuleOp module, const std::string &name,
                                                    const std::string &text) {
  auto executable = compiler().compile(module, name);
  if (!executable) {
    ADD_FAILURE() << llvm::toString(executable.takeError()) << "\n" << text;
    return nullptr;
  }
  auto function = std::make_unique<Function>();
  function->executable = *executable;
  return function;
}

namespace {

/// Memory for a tensor, aligned for any vector.
std::unique_ptr<void, decltype(&std::free)> allocate(int64_t bytes) {
  return {std::aligned_alloc(64, (std::max<int64_t>(bytes, 1) + 63) / 64 * 64), &std::free};
}

template <typename T> void store(void *memory, const Elements &elements) {
  for (size_t i = 0; i < elements.size(); ++i)
    static_cast<T *>(memory)[i] = static_cast<T>(elements[i]);
}

template <typename T> Elements load(const void *memory, int64_t count) {
  const T *data = static_cast<const T *>(memory);
  return Elements(data, data + count);
}

void store(void *memory, ElementType type, const Elements &elements) {
  switch (type) {
  case ElementType::F32:
    return store<float>(memory, elements);
  case ElementType::F64:
    return store<double>(memory, elements);
  case ElementType::I32:
    return store<int32_t>(memory, elements);
  case ElementType::I64:
    return store<int64_t>(memory, elements);
  case ElementType::I1:
    return store<uint8_t>(memory, elements);
  }
}

Elements load(const void *memory, ElementType type, int64_t count) {
  switch (type) {
  case ElementType::F32:
    return load<float>(memory, count);
  case ElementType::F64:
    return load<double>(memory, count);
  case ElementType::I32:
    return load<int32_t>(memory, count);
  case ElementType::I64:
    return load<int64_t>(memory, count);
  case ElementType::I1:
    return load<uint8_t>(memory, count);
  }
  return {};
}

} // namespace

std::vector<Elements> Function::operator()(const std::vector<Elements> &arguments) const {
  std::vector<std::unique_ptr<void, decltype(&std::free)>> memory;
  std::vector<const void *> in;
  std::vector<void *> out;
  for (size_t i = 0; i < inputs().size(); ++i) {
    memory.push_back(allocate(execution::tensorBytes(inputs()[i])));
    store(memory.back().get(), inputs()[i].type, arguments[i]);
    in.push_back(memory.back().get());
  }
  for (const execution::TensorSpec &spec : outputs()) {
    memory.push_back(allocate(execution::tensorBytes(spec)));
    out.push_back(memory.back().get());
  }
  auto workspace = allocate(executable->workspaceBytes);
  cotan_call_context context = {};
  int32_t status = execution::invoke(*executable, in.data(), out.data(), workspace.get(), &context);
  EXPECT_EQ(status, COTAN_STATUS_OK) << execution::describeStatus(status, context);
  std::vector<Elements> results;
  for (size_t i = 0; i < out.size(); ++i)
    results.push_back(load(out[i], outputs()[i].type, elementCount(outputs()[i])));
  return results;
}

namespace {

bool isFloat(const execution::TensorSpec &spec) {
  return spec.type == ElementType::F64 || spec.type == ElementType::F32;
}

class RandomElements {
public:
  Elements operator()(const execution::TensorSpec &spec, const Domain &domain) {
    if (!domain.elements.empty())
      return domain.elements;
    Elements elements(elementCount(spec));
    std::uniform_real_distribution<double> uniform(domain.low, domain.high);
    for (double &element : elements) {
      element = uniform(engine);
      if (spec.type == ElementType::I1)
        element = element > (domain.low + domain.high) / 2;
      else if (!isFloat(spec))
        element = std::floor(element);
    }
    return elements;
  }

private:
  std::mt19937_64 engine{20260101};
};

/// The inner product of the floating-point results with the cotangents.
double project(const Function &function, const std::vector<Elements> &arguments,
               const std::vector<Elements> &cotangents) {
  std::vector<Elements> results = function(arguments);
  double sum = 0;
  size_t next = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!isFloat(function.outputs()[i]))
      continue;
    for (size_t k = 0; k < results[i].size(); ++k)
      sum += cotangents[next][k] * results[i][k];
    ++next;
  }
  return sum;
}

/// Differences of fourth order: an error of about h^4.
double differentiate(const Function &function, std::vector<Elements> arguments, const std::vector<Elements> &cotangents,
                     size_t argument, size_t element) {
  double &x = arguments[argument][element];
  double center = x, h = 1e-3;
  auto at = [&](double offset) {
    x = center + offset;
    return project(function, arguments, cotangents);
  };
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

/// Compares the gradient at `arguments`, and appends the cotangents it took to them.
void compareWithDifferences(const Function &function, const Function &gradient, std::vector<Elements> &arguments,
                            RandomElements &random) {
  std::vector<Elements> cotangents;
  for (const execution::TensorSpec &spec : function.outputs())
    if (isFloat(spec))
      cotangents.push_back(random(spec, {}));
  std::vector<Elements> all = arguments;
  if (gradient.inputs().size() > arguments.size())
    all.insert(all.end(), cotangents.begin(), cotangents.end());
  else
    cotangents.assign(1, {1.0}); // one 0-d result
  std::vector<Elements> results = gradient(all);
  size_t next = function.outputs().size();
  for (size_t argument = 0; argument < arguments.size(); ++argument) {
    if (!isFloat(function.inputs()[argument]))
      continue;
    const Elements &derivatives = results[next++];
    ASSERT_EQ(derivatives.size(), arguments[argument].size());
    for (size_t element = 0; element < derivatives.size(); ++element) {
      double expected = differentiate(function, arguments, cotangents, argument, element);
      EXPECT_NEAR(derivatives[element], expected, 1e-6 * std::max(1.0, std::abs(expected)))
          << "argument " << argument << ", element " << element << " = " << arguments[argument][element];
    }
  }
  arguments = std::move(all);
}

double innerProduct(const Elements &a, const Elements &b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += a[i] * b[i];
  return sum;
}

/// <cotangents, J tangents> in both modes. `all` are the gradient's arguments: those of the function, then the
/// cotangents, if any.
void compareModes(const Function &function, const Function &gradient, const Function &tangents,
                  const std::vector<Elements> &all, RandomElements &random) {
  std::vector<Elements> cotangents(all.begin() + function.inputs().size(), all.end()),
      arguments(all.begin(), all.begin() + function.inputs().size());
  if (cotangents.empty())
    cotangents.assign(1, {1.0});
  std::vector<Elements> reverse = gradient(all);
  size_t next = function.outputs().size();
  double expected = 0, actual = 0, scale = 1;
  for (size_t i = 0; i < function.inputs().size(); ++i) {
    if (!isFloat(function.inputs()[i]))
      continue;
    arguments.push_back(random(function.inputs()[i], {}));
    double term = innerProduct(reverse[next++], arguments.back());
    expected += term;
    scale += std::abs(term);
  }
  std::vector<Elements> forward = tangents(arguments);
  next = 0;
  for (size_t i = 0; i < function.outputs().size(); ++i)
    if (isFloat(function.outputs()[i]))
      actual += innerProduct(cotangents[next++], forward[function.outputs().size() + i]);
  EXPECT_NEAR(actual, expected, 1e-11 * scale) << "forward and reverse mode";
}

} // namespace

void test::checkGradients(const std::string &module, const std::vector<Domain> &domains) {
  RandomElements random;
  std::unique_ptr<Function> function = Function::compile(module);
  ASSERT_TRUE(function);
  std::vector<Elements> arguments;
  for (size_t i = 0; i < function->inputs().size(); ++i)
    arguments.push_back(
        random(function->inputs()[i], domains.empty() ? Domain() : domains[std::min(i, domains.size() - 1)]));
  for (unsigned order : {1, 2}) {
    SCOPED_TRACE("order " + std::to_string(order) + " of\n" + module);
    std::unique_ptr<Function> gradient = Function::compile(module, order);
    ASSERT_TRUE(gradient);
    ASSERT_NO_FATAL_FAILURE(compareWithDifferences(*function, *gradient, arguments, random));
    if (order == 1) {
      std::unique_ptr<Function> tangents = Function::compileTangents(module);
      ASSERT_TRUE(tangents);
      compareModes(*function, *gradient, *tangents, arguments, random);
    }
    function = std::move(gradient);
  }
}

std::string test::functionOf(const std::vector<std::string> &types, const std::string &body,
                             const std::string &result) {
  std::string text = "func.func @f(";
  for (size_t i = 0; i < types.size(); ++i)
    text += (i == 0 ? "%x" : ", %x") + std::to_string(i) + ": " + types[i];
  return text + ") -> " + result + " {\n  " + body + "\n  return %r : " + result + "\n}\n";
}
