//===- GradientTest.cpp - gradient functions ---------------------------------===//

#include "cotan-compiler/Autodiff/Gradient.h"
#include "GradientCheck.h"
#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace cotan;
using namespace cotan::test;

namespace {

class CreateGradFunction : public testing::Test {
protected:
  mlir::FailureOr<mlir::func::FuncOp> create(const std::string &text, llvm::StringRef name = "f",
                                             llvm::ArrayRef<int64_t> wrt = {}) {
    auto parsed = driver::parseModule(text, "f.mlir", &compiler.getContext());
    if (!parsed) {
      ADD_FAILURE() << llvm::toString(parsed.takeError());
      return mlir::failure();
    }
    module = std::move(*parsed);
    driver::DiagnosticCollector diagnostics(&compiler.getContext());
    auto function = autodiff::createGradFunction(*module, name, wrt);
    if (succeeded(function))
      EXPECT_TRUE(succeeded(mlir::verify(*module)));
    else
      error = llvm::toString(diagnostics.takeError("no diagnostic"));
    return function;
  }

  void expectError(const std::string &text, llvm::ArrayRef<int64_t> wrt, const std::string &message,
                   llvm::StringRef name = "f") {
    EXPECT_TRUE(failed(create(text, name, wrt)));
    EXPECT_NE(error.find(message), std::string::npos) << error;
  }

  driver::Compiler compiler;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string error;
};

const std::string scalarResult = functionOf(
    {"tensor<3xf64>", "tensor<3xi64>", "tensor<3xf64>"},
    "%m = cotan.mul %x0, %x2 : tensor<3xf64>\n  %r = cotan.reduce sum %m dims = [0] : tensor<3xf64>", "tensor<f64>");
const std::string vectorResult =
    functionOf({"tensor<3xf64>"}, "%r = cotan.mul %x0, %x0 : tensor<3xf64>", "tensor<3xf64>");

TEST_F(CreateGradFunction, ScalarResultHasCotangentOne) {
  auto function = create(scalarResult);
  ASSERT_TRUE(succeeded(function));
  EXPECT_EQ(function->getName(), "f_grad");
  EXPECT_EQ(function->getNumArguments(), 3u);
  EXPECT_EQ(function->getNumResults(), 3u); // the value and two cotangents: integers have none
}

TEST_F(CreateGradFunction, ChosenArguments) {
  auto function = create(scalarResult, "f", {2});
  ASSERT_TRUE(succeeded(function));
  EXPECT_EQ(function->getNumResults(), 2u);
}

TEST_F(CreateGradFunction, OtherResultsTakeCotangents) {
  auto function = create(vectorResult);
  ASSERT_TRUE(succeeded(function));
  EXPECT_EQ(function->getNumArguments(), 2u);
}

TEST_F(CreateGradFunction, Errors) {
  expectError(scalarResult, {}, "no function 'g' in the module", "g");
  expectError(scalarResult, {3}, "wrt index 3 is out of range, 'f' has 3 arguments");
  expectError(scalarResult, {-1}, "wrt index -1 is out of range");
  expectError(scalarResult, {1}, "expected argument 1 of 'f' to have floating-point elements");
  expectError(scalarResult, {0, 0}, "wrt index 0 is listed twice");
  expectError(functionOf({"tensor<i64>"}, "%r = cotan.neg %x0 : tensor<i64>", "tensor<i64>"), {},
              "'f' has no argument of floating-point elements");
  expectError(functionOf({"tensor<f64>"}, "%r = cotan.cast %x0 : tensor<f64> to tensor<i64>", "tensor<i64>"), {},
              "'f' has no result of floating-point elements");
}

TEST_F(CreateGradFunction, NameThatIsTaken) {
  auto function =
      create(scalarResult + "func.func @f_grad(%x: tensor<f64>) -> tensor<f64> {\n  return %x : tensor<f64>\n}\n");
  ASSERT_TRUE(succeeded(function));
  EXPECT_NE(function->getName(), "f_grad");
}

} // namespace
