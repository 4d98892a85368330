// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// Rules run only where an argument in `wrt` and a result in `of` depend on each other; here is one op (of another dialect)
// that has no rule, and it is never asked for one.

func.func @unrelated(%x: tensor<4xf64>, %y: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %constant = math.tanh %y : tensor<4xf64>
  %useless = math.tanh %x : tensor<4xf64>
  %z = cotan.mul %x, %constant : tensor<4xf64>
  return %z, %useless : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @unrelated_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = math.tanh %[[Y]]
// CHECK: %[[DX:.*]] = cotan.mul %[[CT]], %[[C]]
// CHECK: return %[[DX]]
func.func @unrelated_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:3 = cotan.vjp @unrelated(%x, %y) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#2 : tensor<4xf64>
}

func.func @independent(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  return %y : tensor<4xf64>
}

// CHECK-LABEL: func.func @independent_vjp(
// CHECK: %[[ZERO:.*]] = cotan.constant dense<0.000000e+00> : tensor<4xf64>
// CHECK: return %[[ZERO]]
func.func @independent_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @independent(%x, %y) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// Only after two rounds of the loop does %b depend on %x, and through it the result.
func.func @rotate(%x: tensor<f64>, %y: tensor<f64>) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r:3 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %y, %b = %y, %c = %x) -> (tensor<f64>, tensor<f64>, tensor<f64>) {
    scf.yield %b, %c, %c : tensor<f64>, tensor<f64>, tensor<f64>
  }
  return %r#0 : tensor<f64>
}

// CHECK-LABEL: func.func @rotate_vjp(
// CHECK: %[[ADJ:.*]]:3 = scf.for {{.*}} iter_args(%[[DA:.*]] = %arg2, %[[DB:.*]] = %{{.*}}, %[[DC:.*]] = %{{.*}})
// CHECK: %[[SUM:.*]] = cotan.add %[[DB]], %[[DC]]
// CHECK: scf.yield %{{.*}}, %[[DA]], %[[SUM]]
// CHECK: return %[[ADJ]]#2
func.func @rotate_vjp(%x: tensor<f64>, %y: tensor<f64>, %ct: tensor<f64>) -> tensor<f64> {
  %r:2 = cotan.vjp @rotate(%x, %y) cotangents(%ct) of = [0] wrt = [0] : (tensor<f64>, tensor<f64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}

// What is carried but does not depend on %x gets no cotangent.
func.func @counter(%x: tensor<f64>, %step: tensor<f64>) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x, %t = %step) -> (tensor<f64>, tensor<f64>) {
    %next = cotan.add %t, %step : tensor<f64>
    %b = cotan.add %a, %t : tensor<f64>
    scf.yield %b, %next : tensor<f64>, tensor<f64>
  }
  return %r#0 : tensor<f64>
}

// CHECK-LABEL: func.func @counter_vjp(
// CHECK: scf.for
// CHECK: %[[ADJ:.*]] = scf.for {{.*}} iter_args(%[[DA:.*]] = %arg2) -> (tensor<f64>) {
// CHECK-NEXT: scf.yield %[[DA]]
// CHECK: return %[[ADJ]]
func.func @counter_vjp(%x: tensor<f64>, %step: tensor<f64>, %ct: tensor<f64>) -> tensor<f64> {
  %r:2 = cotan.vjp @counter(%x, %step) cotangents(%ct) of = [0] wrt = [0] : (tensor<f64>, tensor<f64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}
