// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// dot_general: the operand order that needs no transpose is taken.

// CHECK-LABEL: func.func @matmul_vjp(
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf64>, %[[B:.*]]: tensor<3x4xf64>, %[[CT:.*]]: tensor<2x4xf64>
// CHECK: %[[DA:.*]] = cotan.dot_general %[[CT]], %[[B]] batch = [] x [] contract = [1] x [1]
// CHECK: %[[DB:.*]] = cotan.dot_general %[[A]], %[[CT]] batch = [] x [] contract = [0] x [0]
// CHECK: return %[[DA]], %[[DB]]
func.func @matmul(%a: tensor<2x3xf64>, %b: tensor<3x4xf64>) -> tensor<2x4xf64> {
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<2x3xf64>, tensor<3x4xf64>
  return %r : tensor<2x4xf64>
}
func.func @matmul_vjp(%a: tensor<2x3xf64>, %b: tensor<3x4xf64>, %ct: tensor<2x4xf64>) -> (tensor<2x3xf64>, tensor<3x4xf64>) {
  %r:3 = cotan.vjp @matmul(%a, %b) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<2x3xf64>, tensor<3x4xf64>), (tensor<2x4xf64>) -> (tensor<2x4xf64>, tensor<2x3xf64>, tensor<3x4xf64>)
  return %r#1, %r#2 : tensor<2x3xf64>, tensor<3x4xf64>
}

// CHECK-LABEL: func.func @linear_vjp(
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf64>, %[[B:.*]]: tensor<4x3xf64>, %[[CT:.*]]: tensor<2x4xf64>
// CHECK: %[[DA:.*]] = cotan.dot_general %[[CT]], %[[B]] batch = [] x [] contract = [1] x [0]
// CHECK: %[[DB:.*]] = cotan.dot_general %[[CT]], %[[A]] batch = [] x [] contract = [0] x [0]
// CHECK: return %[[DA]], %[[DB]]
func.func @linear(%a: tensor<2x3xf64>, %b: tensor<4x3xf64>) -> tensor<2x4xf64> {
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [1] : tensor<2x3xf64>, tensor<4x3xf64>
  return %r : tensor<2x4xf64>
}
func.func @linear_vjp(%a: tensor<2x3xf64>, %b: tensor<4x3xf64>, %ct: tensor<2x4xf64>) -> (tensor<2x3xf64>, tensor<4x3xf64>) {
  %r:3 = cotan.vjp @linear(%a, %b) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<2x3xf64>, tensor<4x3xf64>), (tensor<2x4xf64>) -> (tensor<2x4xf64>, tensor<2x3xf64>, tensor<4x3xf64>)
  return %r#1, %r#2 : tensor<2x3xf64>, tensor<4x3xf64>
}

// CHECK-LABEL: func.func @batched_vjp(
// CHECK-SAME: %[[A:.*]]: tensor<5x2x3xf64>, %[[B:.*]]: tensor<5x3x4xf64>, %[[CT:.*]]: tensor<5x2x4xf64>
// CHECK: %[[DA:.*]] = cotan.dot_general %[[CT]], %[[B]] batch = [0] x [0] contract = [2] x [2]
// CHECK: %[[DB:.*]] = cotan.dot_general %[[A]], %[[CT]] batch = [0] x [0] contract = [1] x [1]
// CHECK: return %[[DA]], %[[DB]]
func.func @batched(%a: tensor<5x2x3xf64>, %b: tensor<5x3x4xf64>) -> tensor<5x2x4xf64> {
  %r = cotan.dot_general %a, %b batch = [0] x [0] contract = [2] x [1] : tensor<5x2x3xf64>, tensor<5x3x4xf64>
  return %r : tensor<5x2x4xf64>
}
func.func @batched_vjp(%a: tensor<5x2x3xf64>, %b: tensor<5x3x4xf64>, %ct: tensor<5x2x4xf64>) -> (tensor<5x2x3xf64>, tensor<5x3x4xf64>) {
  %r:3 = cotan.vjp @batched(%a, %b) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<5x2x3xf64>, tensor<5x3x4xf64>), (tensor<5x2x4xf64>) -> (tensor<5x2x4xf64>, tensor<5x2x3xf64>, tensor<5x3x4xf64>)
  return %r#1, %r#2 : tensor<5x2x3xf64>, tensor<5x3x4xf64>
}

// CHECK-LABEL: func.func @inner_vjp(
// CHECK-SAME: %[[A:.*]]: tensor<3xf64>, %[[B:.*]]: tensor<3xf64>, %[[CT:.*]]: tensor<f64>
// CHECK: %[[DA:.*]] = cotan.dot_general %[[CT]], %[[B]] batch = [] x [] contract = [] x []
// CHECK: %[[DB:.*]] = cotan.dot_general %[[CT]], %[[A]] batch = [] x [] contract = [] x []
// CHECK: return %[[DA]], %[[DB]]
func.func @inner(%a: tensor<3xf64>, %b: tensor<3xf64>) -> tensor<f64> {
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [0] x [0] : tensor<3xf64>, tensor<3xf64>
  return %r : tensor<f64>
}
func.func @inner_vjp(%a: tensor<3xf64>, %b: tensor<3xf64>, %ct: tensor<f64>) -> (tensor<3xf64>, tensor<3xf64>) {
  %r:3 = cotan.vjp @inner(%a, %b) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<3xf64>, tensor<3xf64>), (tensor<f64>) -> (tensor<f64>, tensor<3xf64>, tensor<3xf64>)
  return %r#1, %r#2 : tensor<3xf64>, tensor<3xf64>
}

// CHECK-LABEL: func.func @two_contracted_vjp(
// CHECK-SAME: %[[A:.*]]: tensor<2x3x4xf64>, %[[B:.*]]: tensor<4x5x3xf64>, %[[CT:.*]]: tensor<2x5xf64>
// CHECK: %[[P:.*]] = cotan.dot_general %[[CT]], %[[B]] batch = [] x [] contract = [1] x [1]
// CHECK: %[[DA:.*]] = cotan.transpose %[[P]] permutation = [0, 2, 1]
// CHECK: %[[Q:.*]] = cotan.dot_general %[[CT]], %[[A]] batch = [] x [] contract = [0] x [0]
// CHECK: %[[DB:.*]] = cotan.transpose %[[Q]] permutation = [2, 0, 1]
// CHECK: return %[[DA]], %[[DB]]
func.func @two_contracted(%a: tensor<2x3x4xf64>, %b: tensor<4x5x3xf64>) -> tensor<2x5xf64> {
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [1, 2] x [2, 0] : tensor<2x3x4xf64>, tensor<4x5x3xf64>
  return %r : tensor<2x5xf64>
}
func.func @two_contracted_vjp(%a: tensor<2x3x4xf64>, %b: tensor<4x5x3xf64>, %ct: tensor<2x5xf64>) -> (tensor<2x3x4xf64>, tensor<4x5x3xf64>) {
  %r:3 = cotan.vjp @two_contracted(%a, %b) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<2x3x4xf64>, tensor<4x5x3xf64>), (tensor<2x5xf64>) -> (tensor<2x5xf64>, tensor<2x3x4xf64>, tensor<4x5x3xf64>)
  return %r#1, %r#2 : tensor<2x3x4xf64>, tensor<4x5x3xf64>
}
