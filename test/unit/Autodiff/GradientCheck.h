//===- GradientCheck.h - adjoints against finite differences -----*- C++ -*-===//
//
// Compiles a function `@f` of f64 tensors (other types may be among the arguments), its gradient and the gradient of
// that, compares both with central differences of the one before, and forward mode with reverse mode:
//
//   checkGradients("func.func @f(%x: tensor<3xf64>) -> tensor<3xf64> { ... }", {{-1, 1}});
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TEST_UNIT_AUTODIFF_GRADIENTCHECK_H
#define COTAN_TEST_UNIT_AUTODIFF_GRADIENTCHECK_H

#include "cotan-compiler/Execution/Executable.h"
#include "mlir/IR/BuiltinOps.h"
#include <memory>
#include <string>
#include <vector>

namespace cotan::test {

/// Elements of a tensor of any type; f64 holds all that is needed here.
using Elements = std::vector<double>;

/// Where an argument's random elements lie; or the elements themselves.
struct Domain {
  double low = -1, high = 1;
  Elements elements = {};
};

/// A compiled function of a module.
class Function {
public:
  /// Compiles `@f`, or its gradient of the given order, of the module. Null after a test failure.
  static std::unique_ptr<Function> compile(const std::string &module, unsigned gradientOrder = 0);
  /// Compiles the tangents of `@f`: arguments and results of `@f` come first, then one tangent for each that is of f64
  /// or f32.
  static std::unique_ptr<Function> compileTangents(const std::string &module);

  const std::vector<execution::TensorSpec> &inputs() const { return executable->inputs; }
  const std::vector<execution::TensorSpec> &outputs() const { return executable->outputs; }
  std::vector<Elements> operator()(const std::vector<Elements> &arguments) const;

private:
  static std::unique_ptr<Function> compileFunction(mlir::ModuleOp module, const std::string &name,
                                                   const std::string &text);

  std::shared_ptr<const execution::Executable> executable;
};

int64_t elementCount(const execution::TensorSpec &spec);

/// Expects gradients to first and second order to agree with central differences to 1e-6, relative to the larger of 1
/// and the derivative, and <cotangent, J tangent> to be the same in forward and in reverse mode. One domain an
/// argument; the last stands for those that are missing.
void checkGradients(const std::string &module, const std::vector<Domain> &domains);

/// `func.func @f(%x0: type, %x1: type, ...) -> result { %r = body; return %r }`.
std::string functionOf(const std::vector<std::string> &types, const std::string &body, const std::string &result);

} // namespace cotan::test

#endif // COTAN_TEST_UNIT_AUTODIFF_GRADIENTCHECK_H
