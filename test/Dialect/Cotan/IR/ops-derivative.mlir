// RUN: cotan-opt %s | cotan-opt | FileCheck %s
// RUN: cotan-opt %s --mlir-print-op-generic | cotan-opt | FileCheck %s

func.func private @f(%x: tensor<4xf32>, %n: tensor<i64>) -> (tensor<f32>, tensor<4xi1>) {
  %0 = cotan.reduce sum %x dims = [0] : tensor<4xf32>
  %1 = cotan.compare lt %x, %x : tensor<4xf32>
  return %0, %1 : tensor<f32>, tensor<4xi1>
}

// CHECK-LABEL: func.func @vjp
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[N:.*]]: tensor<i64>, %[[CT:.*]]: tensor<f32>
func.func @vjp(%x: tensor<4xf32>, %n: tensor<i64>, %ct: tensor<f32>) -> tensor<4xf32> {
  // CHECK: cotan.vjp @f(%[[X]], %[[N]]) cotangents(%[[CT]]) of = [0] wrt = [0] : (tensor<4xf32>, tensor<i64>), (tensor<f32>) -> (tensor<f32>, tensor<4xi1>, tensor<4xf32>)
  %y, %m, %dx = cotan.vjp @f(%x, %n) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf32>, tensor<i64>), (tensor<f32>) -> (tensor<f32>, tensor<4xi1>, tensor<4xf32>)
  // CHECK: cotan.vjp @f(%[[X]], %[[N]]) cotangents() of = [] wrt = [] : (tensor<4xf32>, tensor<i64>), () -> (tensor<f32>, tensor<4xi1>)
  %z:2 = cotan.vjp @f(%x, %n) cotangents() of = [] wrt = [] : (tensor<4xf32>, tensor<i64>), () -> (tensor<f32>, tensor<4xi1>)
  return %dx : tensor<4xf32>
}

// CHECK-LABEL: func.func @jvp
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[T:.*]]: tensor<4xf32>
func.func @jvp(%x: tensor<4xf32>, %t: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: cotan.jvp @g(%[[X]]) tangents(%[[T]]) wrt = [0] : (tensor<4xf32>), (tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  %y, %dy = cotan.jvp @g(%x) tangents(%t) wrt = [0] : (tensor<4xf32>), (tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %dy : tensor<4xf32>
}

func.func private @g(%x: tensor<4xf32>) -> tensor<4xf32>
