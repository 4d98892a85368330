// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// Reductions: ties share alike, products are right at zeros.

// CHECK-LABEL: func.func @sum_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[CT:.*]]: tensor<2xf64>
// CHECK: %[[R:.*]] = cotan.broadcast %[[CT]] dims = [0] : tensor<2xf64> to tensor<2x3xf64>
// CHECK: return %[[R]]
func.func @sum(%x: tensor<2x3xf64>) -> tensor<2xf64> {
  %r = cotan.reduce sum %x dims = [1] : tensor<2x3xf64>
  return %r : tensor<2xf64>
}
func.func @sum_vjp(%x: tensor<2x3xf64>, %ct: tensor<2xf64>) -> (tensor<2x3xf64>) {
  %r:2 = cotan.vjp @sum(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<2x3xf64>), (tensor<2xf64>) -> (tensor<2xf64>, tensor<2x3xf64>)
  return %r#1 : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @sum_all_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[CT:.*]]: tensor<f64>
// CHECK: %[[R:.*]] = cotan.broadcast %[[CT]] dims = [] : tensor<f64> to tensor<2x3xf64>
// CHECK: return %[[R]]
func.func @sum_all(%x: tensor<2x3xf64>) -> tensor<f64> {
  %r = cotan.reduce sum %x dims = [0, 1] : tensor<2x3xf64>
  return %r : tensor<f64>
}
func.func @sum_all_vjp(%x: tensor<2x3xf64>, %ct: tensor<f64>) -> (tensor<2x3xf64>) {
  %r:2 = cotan.vjp @sum_all(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<2x3xf64>), (tensor<f64>) -> (tensor<f64>, tensor<2x3xf64>)
  return %r#1 : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @max_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[CT:.*]]: tensor<2xf64>
// CHECK: %[[Y:.*]] = cotan.reduce max %[[X]]
// CHECK: %[[B:.*]] = cotan.broadcast %[[Y]] dims = [0]
// CHECK: %[[E:.*]] = cotan.compare eq %[[X]], %[[B]]
// CHECK: %[[M:.*]] = cotan.cast %[[E]]
// CHECK: %[[N:.*]] = cotan.reduce sum %[[M]] dims = [1]
// CHECK: %[[D:.*]] = cotan.div %[[CT]], %[[N]]
// CHECK: %[[C:.*]] = cotan.broadcast %[[D]] dims = [0]
// CHECK: %[[R:.*]] = cotan.mul %[[C]], %[[M]]
// CHECK: return %[[R]]
func.func @max(%x: tensor<2x3xf64>) -> tensor<2xf64> {
  %r = cotan.reduce max %x dims = [1] : tensor<2x3xf64>
  return %r : tensor<2xf64>
}
func.func @max_vjp(%x: tensor<2x3xf64>, %ct: tensor<2xf64>) -> (tensor<2x3xf64>) {
  %r:2 = cotan.vjp @max(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<2x3xf64>), (tensor<2xf64>) -> (tensor<2xf64>, tensor<2x3xf64>)
  return %r#1 : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @min_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[CT:.*]]: tensor<3xf64>
// CHECK: %[[Y:.*]] = cotan.reduce min %[[X]]
// CHECK: %[[B:.*]] = cotan.broadcast %[[Y]] dims = [1]
// CHECK: %[[E:.*]] = cotan.compare eq %[[X]], %[[B]]
// CHECK: %[[M:.*]] = cotan.cast %[[E]]
// CHECK: %[[N:.*]] = cotan.reduce sum %[[M]] dims = [0]
// CHECK: %[[D:.*]] = cotan.div %[[CT]], %[[N]]
// CHECK: %[[C:.*]] = cotan.broadcast %[[D]] dims = [1]
// CHECK: %[[R:.*]] = cotan.mul %[[C]], %[[M]]
// CHECK: return %[[R]]
func.func @min(%x: tensor<2x3xf64>) -> tensor<3xf64> {
  %r = cotan.reduce min %x dims = [0] : tensor<2x3xf64>
  return %r : tensor<3xf64>
}
func.func @min_vjp(%x: tensor<2x3xf64>, %ct: tensor<3xf64>) -> (tensor<2x3xf64>) {
  %r:2 = cotan.vjp @min(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<2x3xf64>), (tensor<3xf64>) -> (tensor<3xf64>, tensor<2x3xf64>)
  return %r#1 : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @prod_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<3xf64>, %[[CT:.*]]: tensor<f64>
// CHECK: %[[H:.*]] = cotan.slice %[[X]] starts = [2] limits = [3]
// CHECK: %[[ONE:.*]] = cotan.constant dense<1.000000e+00> : tensor<f64>
// CHECK: %[[B:.*]] = cotan.pad %[[H]], %[[ONE]] low = [0] high = [1] interior = [0]
// CHECK: %[[A:.*]] = cotan.slice %[[X]] starts = [0] limits = [2]
// CHECK: %[[P:.*]] = cotan.mul %[[A]], %[[B]]
// CHECK: %[[D:.*]] = cotan.slice %[[P]] starts = [1] limits = [2]
// CHECK: %[[C:.*]] = cotan.slice %[[P]] starts = [0] limits = [1]
// CHECK: %[[ROOT:.*]] = cotan.mul %[[C]], %[[D]]
// CHECK: %[[ISNAN:.*]] = cotan.compare ne %[[X]], %[[X]]
// CHECK: %[[ANYNAN:.*]] = cotan.reduce any %[[ISNAN]] dims = [0]
// CHECK: %[[NAN:.*]] = cotan.constant
// CHECK: %[[DY:.*]] = cotan.select %[[ANYNAN]], %[[NAN]], %[[CT]]
// CHECK: %[[E:.*]] = cotan.reshape %[[DY]] : tensor<f64> to tensor<1xf64>
// CHECK: %[[DC:.*]] = cotan.mul %[[E]], %[[D]]
// CHECK: %[[DD:.*]] = cotan.mul %[[E]], %[[C]]
// CHECK: %[[DP:.*]] = cotan.concatenate %[[DC]], %[[DD]] dim = 0
// CHECK: %[[DA:.*]] = cotan.mul %[[DP]], %[[B]]
// CHECK: %[[DB:.*]] = cotan.mul %[[DP]], %[[A]]
// CHECK: %[[DH:.*]] = cotan.slice %[[DB]] starts = [0] limits = [1]
// CHECK: %[[R:.*]] = cotan.concatenate %[[DA]], %[[DH]] dim = 0
// CHECK: return %[[R]]
func.func @prod(%x: tensor<3xf64>) -> tensor<f64> {
  %r = cotan.reduce prod %x dims = [0] : tensor<3xf64>
  return %r : tensor<f64>
}
func.func @prod_vjp(%x: tensor<3xf64>, %ct: tensor<f64>) -> (tensor<3xf64>) {
  %r:2 = cotan.vjp @prod(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<3xf64>), (tensor<f64>) -> (tensor<f64>, tensor<3xf64>)
  return %r#1 : tensor<3xf64>
}

// CHECK-LABEL: func.func @prod_empty_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<0xf64>, %[[CT:.*]]: tensor<f64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00> : tensor<0xf64>
// CHECK: return %[[Z]]
func.func @prod_empty(%x: tensor<0xf64>) -> tensor<f64> {
  %r = cotan.reduce prod %x dims = [0] : tensor<0xf64>
  return %r : tensor<f64>
}
func.func @prod_empty_vjp(%x: tensor<0xf64>, %ct: tensor<f64>) -> (tensor<0xf64>) {
  %r:2 = cotan.vjp @prod_empty(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<0xf64>), (tensor<f64>) -> (tensor<f64>, tensor<0xf64>)
  return %r#1 : tensor<0xf64>
}
