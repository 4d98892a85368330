// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// Ops that move elements: each has its transpose.

// CHECK-LABEL: func.func @broadcast_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<3xf64>, %[[CT:.*]]: tensor<2x3xf64>
// CHECK: %[[R:.*]] = cotan.reduce sum %[[CT]] dims = [0]
// CHECK: return %[[R]]
func.func @broadcast(%x: tensor<3xf64>) -> tensor<2x3xf64> {
  %r = cotan.broadcast %x dims = [1] : tensor<3xf64> to tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
func.func @broadcast_vjp(%x: tensor<3xf64>, %ct: tensor<2x3xf64>) -> (tensor<3xf64>) {
  %r:2 = cotan.vjp @broadcast(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<3xf64>), (tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<3xf64>)
  return %r#1 : tensor<3xf64>
}

// CHECK-LABEL: func.func @broadcast_unit_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<1x3xf64>, %[[CT:.*]]: tensor<4x2x3xf64>
// CHECK: %[[S:.*]] = cotan.reduce sum %[[CT]] dims = [0, 1]
// CHECK: %[[R:.*]] = cotan.reshape %[[S]] : tensor<3xf64> to tensor<1x3xf64>
// CHECK: return %[[R]]
func.func @broadcast_unit(%x: tensor<1x3xf64>) -> tensor<4x2x3xf64> {
  %r = cotan.broadcast %x dims = [1, 2] : tensor<1x3xf64> to tensor<4x2x3xf64>
  return %r : tensor<4x2x3xf64>
}
func.func @broadcast_unit_vjp(%x: tensor<1x3xf64>, %ct: tensor<4x2x3xf64>) -> (tensor<1x3xf64>) {
  %r:2 = cotan.vjp @broadcast_unit(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<1x3xf64>), (tensor<4x2x3xf64>) -> (tensor<4x2x3xf64>, tensor<1x3xf64>)
  return %r#1 : tensor<1x3xf64>
}

// CHECK-LABEL: func.func @reshape_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[CT:.*]]: tensor<6xf64>
// CHECK: %[[R:.*]] = cotan.reshape %[[CT]] : tensor<6xf64> to tensor<2x3xf64>
// CHECK: return %[[R]]
func.func @reshape(%x: tensor<2x3xf64>) -> tensor<6xf64> {
  %r = cotan.reshape %x : tensor<2x3xf64> to tensor<6xf64>
  return %r : tensor<6xf64>
}
func.func @reshape_vjp(%x: tensor<2x3xf64>, %ct: tensor<6xf64>) -> (tensor<2x3xf64>) {
  %r:2 = cotan.vjp @reshape(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<2x3xf64>), (tensor<6xf64>) -> (tensor<6xf64>, tensor<2x3xf64>)
  return %r#1 : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @transpose_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x4xf64>, %[[CT:.*]]: tensor<3x4x2xf64>
// CHECK: %[[R:.*]] = cotan.transpose %[[CT]] permutation = [2, 0, 1]
// CHECK: return %[[R]]
func.func @transpose(%x: tensor<2x3x4xf64>) -> tensor<3x4x2xf64> {
  %r = cotan.transpose %x permutation = [1, 2, 0] : tensor<2x3x4xf64> to tensor<3x4x2xf64>
  return %r : tensor<3x4x2xf64>
}
func.func @transpose_vjp(%x: tensor<2x3x4xf64>, %ct: tensor<3x4x2xf64>) -> (tensor<2x3x4xf64>) {
  %r:2 = cotan.vjp @transpose(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<2x3x4xf64>), (tensor<3x4x2xf64>) -> (tensor<3x4x2xf64>, tensor<2x3x4xf64>)
  return %r#1 : tensor<2x3x4xf64>
}

// CHECK-LABEL: func.func @slice_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8xf64>, %[[CT:.*]]: tensor<3xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00> : tensor<f64>
// CHECK: %[[R:.*]] = cotan.pad %[[CT]], %[[Z]] low = [1] high = [2] interior = [1]
// CHECK: return %[[R]]
func.func @slice(%x: tensor<8xf64>) -> tensor<3xf64> {
  %r = cotan.slice %x starts = [1] limits = [7] strides = [2] : tensor<8xf64> to tensor<3xf64>
  return %r : tensor<3xf64>
}
func.func @slice_vjp(%x: tensor<8xf64>, %ct: tensor<3xf64>) -> (tensor<8xf64>) {
  %r:2 = cotan.vjp @slice(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<8xf64>), (tensor<3xf64>) -> (tensor<3xf64>, tensor<8xf64>)
  return %r#1 : tensor<8xf64>
}

// CHECK-LABEL: func.func @slice_empty_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8xf64>, %[[CT:.*]]: tensor<0xf64>
// CHECK: %[[R:.*]] = cotan.pad %[[CT]], %{{.*}} low = [0] high = [8] interior = [0]
// CHECK: return %[[R]]
func.func @slice_empty(%x: tensor<8xf64>) -> tensor<0xf64> {
  %r = cotan.slice %x starts = [5] limits = [5] strides = [1] : tensor<8xf64> to tensor<0xf64>
  return %r : tensor<0xf64>
}
func.func @slice_empty_vjp(%x: tensor<8xf64>, %ct: tensor<0xf64>) -> (tensor<8xf64>) {
  %r:2 = cotan.vjp @slice_empty(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<8xf64>), (tensor<0xf64>) -> (tensor<0xf64>, tensor<8xf64>)
  return %r#1 : tensor<8xf64>
}

// CHECK-LABEL: func.func @pad_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<3xf64>, %[[V:.*]]: tensor<f64>, %[[CT:.*]]: tensor<8xf64>
// CHECK: %[[A:.*]] = cotan.slice %[[CT]] starts = [1] limits = [6] strides = [2]
// CHECK: %[[F:.*]] = cotan.constant dense<false> : tensor<3xi1>
// CHECK: %[[T:.*]] = cotan.constant dense<true> : tensor<i1>
// CHECK: %[[M:.*]] = cotan.pad %[[F]], %[[T]] low = [1] high = [2] interior = [1]
// CHECK: %[[S:.*]] = cotan.select %[[M]], %[[CT]]
// CHECK: %[[B:.*]] = cotan.reduce sum %[[S]] dims = [0]
// CHECK: return %[[A]], %[[B]]
func.func @pad(%x: tensor<3xf64>, %v: tensor<f64>) -> tensor<8xf64> {
  %r = cotan.pad %x, %v low = [1] high = [2] interior = [1] : tensor<3xf64>, tensor<f64> to tensor<8xf64>
  return %r : tensor<8xf64>
}
func.func @pad_vjp(%x: tensor<3xf64>, %v: tensor<f64>, %ct: tensor<8xf64>) -> (tensor<3xf64>, tensor<f64>) {
  %r:3 = cotan.vjp @pad(%x, %v) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<3xf64>, tensor<f64>), (tensor<8xf64>) -> (tensor<8xf64>, tensor<3xf64>, tensor<f64>)
  return %r#1, %r#2 : tensor<3xf64>, tensor<f64>
}

// CHECK-LABEL: func.func @concatenate_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[Y:.*]]: tensor<1x3xf64>, %[[CT:.*]]: tensor<3x3xf64>
// CHECK: %[[A:.*]] = cotan.slice %[[CT]] starts = [0, 0] limits = [2, 3] strides = [1, 1]
// CHECK: %[[B:.*]] = cotan.slice %[[CT]] starts = [2, 0] limits = [3, 3] strides = [1, 1]
// CHECK: return %[[A]], %[[B]]
func.func @concatenate(%x: tensor<2x3xf64>, %y: tensor<1x3xf64>) -> tensor<3x3xf64> {
  %r = cotan.concatenate %x, %y dim = 0 : (tensor<2x3xf64>, tensor<1x3xf64>) -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}
func.func @concatenate_vjp(%x: tensor<2x3xf64>, %y: tensor<1x3xf64>, %ct: tensor<3x3xf64>) -> (tensor<2x3xf64>, tensor<1x3xf64>) {
  %r:3 = cotan.vjp @concatenate(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<2x3xf64>, tensor<1x3xf64>), (tensor<3x3xf64>) -> (tensor<3x3xf64>, tensor<2x3xf64>, tensor<1x3xf64>)
  return %r#1, %r#2 : tensor<2x3xf64>, tensor<1x3xf64>
}

// CHECK-LABEL: func.func @reverse_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[CT:.*]]: tensor<2x3xf64>
// CHECK: %[[R:.*]] = cotan.reverse %[[CT]] dims = [1]
// CHECK: return %[[R]]
func.func @reverse(%x: tensor<2x3xf64>) -> tensor<2x3xf64> {
  %r = cotan.reverse %x dims = [1] : tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
func.func @reverse_vjp(%x: tensor<2x3xf64>, %ct: tensor<2x3xf64>) -> (tensor<2x3xf64>) {
  %r:2 = cotan.vjp @reverse(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<2x3xf64>), (tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<2x3xf64>)
  return %r#1 : tensor<2x3xf64>
}
