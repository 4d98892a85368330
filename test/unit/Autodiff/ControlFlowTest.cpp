//===- ControlFlowTest.cpp - loops and branches against differences ----------===//

#include "GradientCheck.h"
#include "gtest/gtest.h"

using namespace cotan::test;

namespace {

const char *const bounds = R"(
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c9 = arith.constant 9 : index
)";

TEST(Loops, StackedIterationArgument) {
  checkGradients(functionOf({"tensor<3xf64>", "tensor<3xf64>"}, std::string(bounds) + R"(
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %x0) -> tensor<3xf64> {
    %e = cotan.exp %x1 : tensor<3xf64>
    %m = cotan.mul %a, %e : tensor<3xf64>
    %s = cotan.sin %m : tensor<3xf64>
    scf.yield %s : tensor<3xf64>
  })",
                            "tensor<3xf64>"),
                 {});
}

TEST(Loops, StepAndInductionVariable) {
  checkGradients(functionOf({"tensor<f64>"}, std::string(bounds) + R"(
  %r = scf.for %i = %c2 to %c9 step %c3 iter_args(%a = %x0) -> tensor<f64> {
    %i64 = arith.index_cast %i : index to i64
    %it = tensor.from_elements %i64 : tensor<i64>
    %if = cotan.cast %it : tensor<i64> to tensor<f64>
    %m = cotan.mul %a, %if : tensor<f64>
    %s = cotan.sin %m : tensor<f64>
    scf.yield %s : tensor<f64>
  })",
                            "tensor<f64>"),
                 {{0.1, 0.2}});
}

TEST(Loops, ZeroAndOneIterations) {
  for (const char *end : {"%c0", "%c1"})
    checkGradients(functionOf({"tensor<2xf64>"},
                              std::string(bounds) + "%s = scf.for %i = %c0 to " + end +
                                  R"( step %c1 iter_args(%a = %x0) -> tensor<2xf64> {
    %b = cotan.sin %a : tensor<2xf64>
    scf.yield %b : tensor<2xf64>
  }
  %r = cotan.mul %s, %x0 : tensor<2xf64>)",
                              "tensor<2xf64>"),
                   {});
}

TEST(Loops, NestedWithContractionAndBranch) {
  checkGradients(functionOf({"tensor<3xf64>", "tensor<3x3xf64>"}, std::string(bounds) + R"(
  %two = cotan.constant dense<2> : tensor<i64>
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x0) -> tensor<3xf64> {
    %ii = arith.index_cast %i : index to i64
    %it = tensor.from_elements %ii : tensor<i64>
    %s = scf.for %j = %c0 to %c2 step %c1 iter_args(%b = %a) -> tensor<3xf64> {
      %d = cotan.dot_general %b, %x1 batch = [] x [] contract = [0] x [0] : tensor<3xf64>, tensor<3x3xf64>
      %t = cotan.tanh %d : tensor<3xf64>
      scf.yield %t : tensor<3xf64>
    }
    %p = cotan.compare lt %it, %two : tensor<i64>
    %cond = tensor.extract %p[] : tensor<i1>
    %v = scf.if %cond -> tensor<3xf64> {
      %o = cotan.mul %s, %a : tensor<3xf64>
      scf.yield %o : tensor<3xf64>
    } else {
      scf.yield %s : tensor<3xf64>
    }
    scf.yield %v : tensor<3xf64>
  })",
                            "tensor<3xf64>"),
                 {});
}

TEST(Loops, RowsReadAndWritten) {
  checkGradients(functionOf({"tensor<4x2xf64>", "tensor<1x2xf64>"}, std::string(bounds) + R"(
  %zero = cotan.constant dense<0> : tensor<i64>
  %init = cotan.constant dense<0.0> : tensor<4x2xf64>
  %r, %last = scf.for %i = %c0 to %c4 step %c1 iter_args(%out = %init, %h = %x1) -> (tensor<4x2xf64>, tensor<1x2xf64>) {
    %i64 = arith.index_cast %i : index to i64
    %k = tensor.from_elements %i64 : tensor<i64>
    %row = cotan.dynamic_slice %x0[%k, %zero] : tensor<4x2xf64> to tensor<1x2xf64>
    %m = cotan.mul %h, %row : tensor<1x2xf64>
    %n = cotan.sin %m : tensor<1x2xf64>
    %o = cotan.dynamic_update_slice %out, %n[%k, %zero] : tensor<4x2xf64>, tensor<1x2xf64>
    scf.yield %o, %n : tensor<4x2xf64>, tensor<1x2xf64>
  })",
                            "tensor<4x2xf64>"),
                 {});
}

TEST(Loops, SwappedArguments) {
  checkGradients(functionOf({"tensor<2xf64>", "tensor<2xf64>"}, std::string(bounds) + R"(
  %r, %other = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x0, %b = %x1) -> (tensor<2xf64>, tensor<2xf64>) {
    %m = cotan.mul %a, %b : tensor<2xf64>
    scf.yield %b, %m : tensor<2xf64>, tensor<2xf64>
  })",
                            "tensor<2xf64>"),
                 {});
}

TEST(Loops, UnknownTripCountWithoutResiduals) {
  checkGradients(functionOf({"tensor<2xf64>", "tensor<i64>"}, std::string(bounds) + R"(
  %n = tensor.extract %x1[] : tensor<i64>
  %end = arith.index_cast %n : i64 to index
  %sin = cotan.sin %x0 : tensor<2xf64>
  %r = scf.for %i = %c0 to %end step %c1 iter_args(%a = %x0) -> tensor<2xf64> {
    %b = cotan.add %a, %sin : tensor<2xf64>
    scf.yield %b : tensor<2xf64>
  })",
                            "tensor<2xf64>"),
                 {{}, {0, 0, {5}}});
}

TEST(Branches, EitherSide) {
  for (double condition : {0.0, 1.0})
    checkGradients(functionOf({"tensor<3xf64>", "tensor<3x3xf64>", "tensor<i1>"}, R"(
  %c = tensor.extract %x2[] : tensor<i1>
  %s = cotan.sin %x0 : tensor<3xf64>
  %v, %w = scf.if %c -> (tensor<3xf64>, tensor<3xf64>) {
    %d = cotan.dot_general %s, %x1 batch = [] x [] contract = [0] x [0] : tensor<3xf64>, tensor<3x3xf64>
    %t = cotan.tanh %d : tensor<3xf64>
    scf.yield %t, %s : tensor<3xf64>, tensor<3xf64>
  } else {
    %e = cotan.exp %x0 : tensor<3xf64>
    scf.yield %s, %e : tensor<3xf64>, tensor<3xf64>
  }
  %r = cotan.mul %v, %w : tensor<3xf64>)",
                              "tensor<3xf64>"),
                   {{}, {}, {0, 0, {condition}}});
}

TEST(Calls, Inlined) {
  checkGradients(R"(
func.func private @square(%x: tensor<3xf64>) -> tensor<3xf64> {
  %r = cotan.mul %x, %x : tensor<3xf64>
  return %r : tensor<3xf64>
}
func.func @f(%x: tensor<3xf64>, %y: tensor<3xf64>) -> tensor<3xf64> {
  %a = func.call @square(%x) : (tensor<3xf64>) -> tensor<3xf64>
  %b = func.call @square(%a) : (tensor<3xf64>) -> tensor<3xf64>
  %r = cotan.mul %b, %y : tensor<3xf64>
  return %r : tensor<3xf64>
}
)",
                 {});
}

// Results that are arguments, constants, listed twice or of integers.
TEST(Results, OfEveryKind) {
  checkGradients(R"(
func.func @f(%x: tensor<2xf64>, %y: tensor<2xf64>, %n: tensor<i64>)
    -> (tensor<2xf64>, tensor<2xf64>, tensor<i64>, tensor<2xf64>, tensor<2xf64>) {
  %c = cotan.constant dense<3.0> : tensor<2xf64>
  %z = cotan.mul %x, %y : tensor<2xf64>
  return %x, %z, %n, %z, %c : tensor<2xf64>, tensor<2xf64>, tensor<i64>, tensor<2xf64>, tensor<2xf64>
}
)",
                 {});
}

// The function that is differentiated contains derivatives itself, of both modes, in a loop.
TEST(Nesting, DerivativesInsideALoop) {
  checkGradients(R"(
func.func private @cube(%x: tensor<2xf64>) -> tensor<2xf64> {
  %a = cotan.mul %x, %x : tensor<2xf64>
  %r = cotan.mul %a, %x : tensor<2xf64>
  return %r : tensor<2xf64>
}
func.func @f(%x: tensor<2xf64>, %t: tensor<2xf64>) -> tensor<2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%a = %x) -> tensor<2xf64> {
    %y, %dy = cotan.jvp @cube(%a) tangents(%t) wrt = [0] : (tensor<2xf64>), (tensor<2xf64>) -> (tensor<2xf64>, tensor<2xf64>)
    %z, %dz = cotan.vjp @cube(%a) cotangents(%dy) of = [0] wrt = [0] : (tensor<2xf64>), (tensor<2xf64>) -> (tensor<2xf64>, tensor<2xf64>)
    %s = cotan.add %y, %dz : tensor<2xf64>
    scf.yield %s : tensor<2xf64>
  }
  return %r : tensor<2xf64>
}
)",
                 {{0.2, 0.8}});
}

} // namespace
