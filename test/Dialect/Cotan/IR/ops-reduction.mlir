// RUN: cotan-opt %s | cotan-opt | FileCheck %s
// RUN: cotan-opt %s --mlir-print-op-generic | cotan-opt | FileCheck %s

// CHECK-LABEL: func.func @reduce
// CHECK-SAME: %[[X:.*]]: tensor<2x?x4xf32>, %[[B:.*]]: tensor<2x3xi1>, %[[E:.*]]: tensor<0x3xf64>
func.func @reduce(%x: tensor<2x?x4xf32>, %b: tensor<2x3xi1>, %e: tensor<0x3xf64>) -> (tensor<?xf32>, tensor<f32>, tensor<2xi1>, tensor<3xf64>, tensor<0xf64>) {
  // CHECK: cotan.reduce sum %[[X]] dims = [0, 2] : tensor<2x?x4xf32>
  %0 = cotan.reduce sum %x dims = [0, 2] : tensor<2x?x4xf32>
  // CHECK: cotan.reduce prod %[[X]] dims = [0, 1, 2] : tensor<2x?x4xf32>
  %1 = cotan.reduce prod %x dims = [0, 1, 2] : tensor<2x?x4xf32>
  // CHECK: cotan.reduce all %[[B]] dims = [1] : tensor<2x3xi1>
  %2 = cotan.reduce all %b dims = [1] : tensor<2x3xi1>
  // CHECK: cotan.reduce any %[[B]] dims = [1] : tensor<2x3xi1>
  %3 = cotan.reduce any %b dims = [1] : tensor<2x3xi1>
  // CHECK: cotan.reduce sum %[[E]] dims = [0] : tensor<0x3xf64>
  %4 = cotan.reduce sum %e dims = [0] : tensor<0x3xf64>
  // A largest element of each of no rows.
  // CHECK: cotan.reduce max %[[E]] dims = [1] : tensor<0x3xf64>
  %5 = cotan.reduce max %e dims = [1] : tensor<0x3xf64>
  // CHECK: cotan.reduce min %[[X]] dims = [0] : tensor<2x?x4xf32>
  %6 = cotan.reduce min %x dims = [0] : tensor<2x?x4xf32>
  return %0, %1, %2, %4, %5 : tensor<?xf32>, tensor<f32>, tensor<2xi1>, tensor<3xf64>, tensor<0xf64>
}

// CHECK-LABEL: func.func @arg_reduce
// CHECK-SAME: %[[X:.*]]: tensor<2x3xi32>
func.func @arg_reduce(%x: tensor<2x3xi32>) -> (tensor<2xi64>, tensor<3xi64>) {
  // CHECK: cotan.argmax %[[X]] dim = 1 : tensor<2x3xi32>
  %0 = cotan.argmax %x dim = 1 : tensor<2x3xi32>
  // CHECK: cotan.argmin %[[X]] dim = 0 : tensor<2x3xi32>
  %1 = cotan.argmin %x dim = 0 : tensor<2x3xi32>
  return %0, %1 : tensor<2xi64>, tensor<3xi64>
}

// CHECK-LABEL: func.func @dot_general
// CHECK-SAME: %[[A:.*]]: tensor<5x4x8xf32>, %[[B:.*]]: tensor<8x5x?xf32>, %[[V:.*]]: tensor<4xi64>
func.func @dot_general(%a: tensor<5x4x8xf32>, %b: tensor<8x5x?xf32>, %v: tensor<4xi64>) -> (tensor<5x4x?xf32>, tensor<i64>, tensor<4x4xi64>) {
  // CHECK: cotan.dot_general %[[A]], %[[B]] batch = [0] x [1] contract = [2] x [0] : tensor<5x4x8xf32>, tensor<8x5x?xf32>
  %0 = cotan.dot_general %a, %b batch = [0] x [1] contract = [2] x [0] : tensor<5x4x8xf32>, tensor<8x5x?xf32>
  // CHECK: cotan.dot_general %[[V]], %[[V]] batch = [] x [] contract = [0] x [0] : tensor<4xi64>, tensor<4xi64>
  %1 = cotan.dot_general %v, %v batch = [] x [] contract = [0] x [0] : tensor<4xi64>, tensor<4xi64>
  // CHECK: cotan.dot_general %[[V]], %[[V]] batch = [] x [] contract = [] x [] : tensor<4xi64>, tensor<4xi64>
  %2 = cotan.dot_general %v, %v batch = [] x [] contract = [] x [] : tensor<4xi64>, tensor<4xi64>
  return %0, %1, %2 : tensor<5x4x?xf32>, tensor<i64>, tensor<4x4xi64>
}
