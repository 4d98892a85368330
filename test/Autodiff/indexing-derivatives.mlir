// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// Indexing at run time; adjoints of several reads of one tensor are added in place.

// CHECK-LABEL: func.func @dynamic_slice_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8x3xf64>, %[[I:.*]]: tensor<i64>, %[[J:.*]]: tensor<i64>, %[[CT:.*]]: tensor<2x3xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00> : tensor<8x3xf64>
// CHECK: %[[R:.*]] = cotan.dynamic_update_slice %[[Z]], %[[CT]][%[[I]], %[[J]]]
// CHECK: return %[[R]]
func.func @dynamic_slice(%x: tensor<8x3xf64>, %i: tensor<i64>, %j: tensor<i64>) -> tensor<2x3xf64> {
  %r = cotan.dynamic_slice %x[%i, %j] : tensor<8x3xf64> to tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
func.func @dynamic_slice_vjp(%x: tensor<8x3xf64>, %i: tensor<i64>, %j: tensor<i64>, %ct: tensor<2x3xf64>) -> (tensor<8x3xf64>) {
  %r:2 = cotan.vjp @dynamic_slice(%x, %i, %j) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<8x3xf64>, tensor<i64>, tensor<i64>), (tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<8x3xf64>)
  return %r#1 : tensor<8x3xf64>
}

// CHECK-LABEL: func.func @dynamic_update_slice_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8x3xf64>, %[[U:.*]]: tensor<2x3xf64>, %[[I:.*]]: tensor<i64>, %[[J:.*]]: tensor<i64>, %[[CT:.*]]: tensor<8x3xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00> : tensor<2x3xf64>
// CHECK: %[[A:.*]] = cotan.dynamic_update_slice %[[CT]], %[[Z]][%[[I]], %[[J]]]
// CHECK: %[[B:.*]] = cotan.dynamic_slice %[[CT]][%[[I]], %[[J]]]
// CHECK: return %[[A]], %[[B]]
func.func @dynamic_update_slice(%x: tensor<8x3xf64>, %u: tensor<2x3xf64>, %i: tensor<i64>, %j: tensor<i64>) -> tensor<8x3xf64> {
  %r = cotan.dynamic_update_slice %x, %u[%i, %j] : tensor<8x3xf64>, tensor<2x3xf64>
  return %r : tensor<8x3xf64>
}
func.func @dynamic_update_slice_vjp(%x: tensor<8x3xf64>, %u: tensor<2x3xf64>, %i: tensor<i64>, %j: tensor<i64>, %ct: tensor<8x3xf64>) -> (tensor<8x3xf64>, tensor<2x3xf64>) {
  %r:3 = cotan.vjp @dynamic_update_slice(%x, %u, %i, %j) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<8x3xf64>, tensor<2x3xf64>, tensor<i64>, tensor<i64>), (tensor<8x3xf64>) -> (tensor<8x3xf64>, tensor<8x3xf64>, tensor<2x3xf64>)
  return %r#1, %r#2 : tensor<8x3xf64>, tensor<2x3xf64>
}

// CHECK-LABEL: func.func @gather_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8x3xf64>, %[[I:.*]]: tensor<2xi64>, %[[CT:.*]]: tensor<2x3xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00> : tensor<8x3xf64>
// CHECK: %[[R:.*]] = cotan.scatter_add %[[Z]][%[[I]]], %[[CT]]
// CHECK: return %[[R]]
func.func @gather(%x: tensor<8x3xf64>, %i: tensor<2xi64>) -> tensor<2x3xf64> {
  %r = cotan.gather %x[%i] : tensor<8x3xf64>, tensor<2xi64>
  return %r : tensor<2x3xf64>
}
func.func @gather_vjp(%x: tensor<8x3xf64>, %i: tensor<2xi64>, %ct: tensor<2x3xf64>) -> (tensor<8x3xf64>) {
  %r:2 = cotan.vjp @gather(%x, %i) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<8x3xf64>, tensor<2xi64>), (tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<8x3xf64>)
  return %r#1 : tensor<8x3xf64>
}

// CHECK-LABEL: func.func @scatter_add_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8x3xf64>, %[[I:.*]]: tensor<2xi64>, %[[U:.*]]: tensor<2x3xf64>, %[[CT:.*]]: tensor<8x3xf64>
// CHECK: %[[B:.*]] = cotan.gather %[[CT]][%[[I]]]
// CHECK: return %[[CT]], %[[B]]
func.func @scatter_add(%x: tensor<8x3xf64>, %i: tensor<2xi64>, %u: tensor<2x3xf64>) -> tensor<8x3xf64> {
  %r = cotan.scatter_add %x[%i], %u : tensor<8x3xf64>, tensor<2xi64>, tensor<2x3xf64>
  return %r : tensor<8x3xf64>
}
func.func @scatter_add_vjp(%x: tensor<8x3xf64>, %i: tensor<2xi64>, %u: tensor<2x3xf64>, %ct: tensor<8x3xf64>) -> (tensor<8x3xf64>, tensor<2x3xf64>) {
  %r:3 = cotan.vjp @scatter_add(%x, %i, %u) cotangents(%ct) of = [0] wrt = [0, 2]
      : (tensor<8x3xf64>, tensor<2xi64>, tensor<2x3xf64>), (tensor<8x3xf64>) -> (tensor<8x3xf64>, tensor<8x3xf64>, tensor<2x3xf64>)
  return %r#1, %r#2 : tensor<8x3xf64>, tensor<2x3xf64>
}

// CHECK-LABEL: func.func @gather_twice_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8x3xf64>, %[[I:.*]]: tensor<2xi64>, %[[J:.*]]: tensor<2xi64>, %[[CT:.*]]: tensor<2x3xf64>
// CHECK: %[[S:.*]] = cotan.scatter_add %{{.*}}[%[[J]]]
// CHECK: %[[R:.*]] = cotan.scatter_add %[[S]][%[[I]]]
// CHECK: return %[[R]]
func.func @gather_twice(%x: tensor<8x3xf64>, %i: tensor<2xi64>, %j: tensor<2xi64>) -> tensor<2x3xf64> {
  %a = cotan.gather %x[%i] : tensor<8x3xf64>, tensor<2xi64>
  %b = cotan.gather %x[%j] : tensor<8x3xf64>, tensor<2xi64>
  %r = cotan.mul %a, %b : tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
func.func @gather_twice_vjp(%x: tensor<8x3xf64>, %i: tensor<2xi64>, %j: tensor<2xi64>, %ct: tensor<2x3xf64>) -> (tensor<8x3xf64>) {
  %r:2 = cotan.vjp @gather_twice(%x, %i, %j) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<8x3xf64>, tensor<2xi64>, tensor<2xi64>), (tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<8x3xf64>)
  return %r#1 : tensor<8x3xf64>
}

// CHECK-LABEL: func.func @dynamic_slice_twice_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<8x3xf64>, %[[I:.*]]: tensor<i64>, %[[J:.*]]: tensor<i64>, %[[CT:.*]]: tensor<2x3xf64>
// CHECK: %[[S:.*]] = cotan.dynamic_update_slice %{{.*}}, %{{.*}}[%[[J]], %[[I]]]
// CHECK: %[[W:.*]] = cotan.dynamic_slice %[[S]][%[[I]], %[[I]]]
// CHECK: %[[U:.*]] = cotan.add %[[W]]
// CHECK: %[[R:.*]] = cotan.dynamic_update_slice %[[S]], %[[U]][%[[I]], %[[I]]]
// CHECK: return %[[R]]
func.func @dynamic_slice_twice(%x: tensor<8x3xf64>, %i: tensor<i64>, %j: tensor<i64>) -> tensor<2x3xf64> {
  %a = cotan.dynamic_slice %x[%i, %i] : tensor<8x3xf64> to tensor<2x3xf64>
  %b = cotan.dynamic_slice %x[%j, %i] : tensor<8x3xf64> to tensor<2x3xf64>
  %r = cotan.mul %a, %b : tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
func.func @dynamic_slice_twice_vjp(%x: tensor<8x3xf64>, %i: tensor<i64>, %j: tensor<i64>, %ct: tensor<2x3xf64>) -> (tensor<8x3xf64>) {
  %r:2 = cotan.vjp @dynamic_slice_twice(%x, %i, %j) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<8x3xf64>, tensor<i64>, tensor<i64>), (tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<8x3xf64>)
  return %r#1 : tensor<8x3xf64>
}
