// RUN: cotan-opt %s | cotan-opt | FileCheck %s
// RUN: cotan-opt %s --mlir-print-op-generic | cotan-opt | FileCheck %s

// CHECK-LABEL: func.func @constants
func.func @constants() -> (tensor<2x2xf32>, tensor<i1>, tensor<0x3xi64>, f64, i32, i1) {
  // CHECK: cotan.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
  %0 = cotan.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  // CHECK: cotan.constant dense<true> : tensor<i1>
  %1 = cotan.constant dense<true> : tensor<i1>
  // CHECK: cotan.constant dense<> : tensor<0x3xi64>
  %2 = cotan.constant dense<> : tensor<0x3xi64>
  // CHECK: cotan.constant 2.500000e+00 : f64
  %3 = cotan.constant 2.5 : f64
  // CHECK: cotan.constant -1 : i32
  %4 = cotan.constant -1 : i32
  // CHECK: cotan.constant true
  %5 = cotan.constant true
  return %0, %1, %2, %3, %4, %5 : tensor<2x2xf32>, tensor<i1>, tensor<0x3xi64>, f64, i32, i1
}

// CHECK-LABEL: func.func @iota
func.func @iota() {
  // CHECK: cotan.iota dim = 1 : tensor<2x3xi64>
  %0 = cotan.iota dim = 1 : tensor<2x3xi64>
  // CHECK: cotan.iota dim = 0 : tensor<?xf32>
  %1 = cotan.iota dim = 0 : tensor<?xf32>
  return
}

// CHECK-LABEL: func.func @broadcast
// CHECK-SAME: %[[S:.*]]: tensor<f32>, %[[X:.*]]: tensor<1x3xf32>, %[[D:.*]]: tensor<?xf32>
func.func @broadcast(%s: tensor<f32>, %x: tensor<1x3xf32>, %d: tensor<?xf32>) {
  // CHECK: cotan.broadcast %[[S]] dims = [] : tensor<f32> to tensor<2x3xf32>
  %0 = cotan.broadcast %s dims = [] : tensor<f32> to tensor<2x3xf32>
  // CHECK: cotan.broadcast %[[X]] dims = [0, 2] : tensor<1x3xf32> to tensor<4x2x3xf32>
  %1 = cotan.broadcast %x dims = [0, 2] : tensor<1x3xf32> to tensor<4x2x3xf32>
  // CHECK: cotan.broadcast %[[D]] dims = [1] : tensor<?xf32> to tensor<2x?xf32>
  %2 = cotan.broadcast %d dims = [1] : tensor<?xf32> to tensor<2x?xf32>
  return
}

// CHECK-LABEL: func.func @reshape
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>, %[[E:.*]]: tensor<0x3xf32>, %[[D:.*]]: tensor<?x4xf32>
func.func @reshape(%x: tensor<2x3xf32>, %e: tensor<0x3xf32>, %d: tensor<?x4xf32>) {
  // CHECK: cotan.reshape %[[X]] : tensor<2x3xf32> to tensor<6x1xf32>
  %0 = cotan.reshape %x : tensor<2x3xf32> to tensor<6x1xf32>
  // CHECK: cotan.reshape %[[E]] : tensor<0x3xf32> to tensor<0xf32>
  %1 = cotan.reshape %e : tensor<0x3xf32> to tensor<0xf32>
  // CHECK: cotan.reshape %[[D]] : tensor<?x4xf32> to tensor<?xf32>
  %2 = cotan.reshape %d : tensor<?x4xf32> to tensor<?xf32>
  return
}

// CHECK-LABEL: func.func @transpose
// CHECK-SAME: %[[X:.*]]: tensor<2x3x?xi1>, %[[S:.*]]: tensor<f32>
func.func @transpose(%x: tensor<2x3x?xi1>, %s: tensor<f32>) {
  // CHECK: cotan.transpose %[[X]] permutation = [2, 0, 1] : tensor<2x3x?xi1> to tensor<?x2x3xi1>
  %0 = cotan.transpose %x permutation = [2, 0, 1] : tensor<2x3x?xi1> to tensor<?x2x3xi1>
  // CHECK: cotan.transpose %[[S]] permutation = [] : tensor<f32> to tensor<f32>
  %1 = cotan.transpose %s permutation = [] : tensor<f32> to tensor<f32>
  return
}

// CHECK-LABEL: func.func @slice
// CHECK-SAME: %[[X:.*]]: tensor<7x?xf32>
func.func @slice(%x: tensor<7x?xf32>) {
  // CHECK: cotan.slice %[[X]] starts = [1, 0] limits = [6, 4] strides = [2, 1] : tensor<7x?xf32> to tensor<3x4xf32>
  %0 = cotan.slice %x starts = [1, 0] limits = [6, 4] strides = [2, 1] : tensor<7x?xf32> to tensor<3x4xf32>
  // CHECK: cotan.slice %[[X]] starts = [7, 2] limits = [7, 4] strides = [1, 1] : tensor<7x?xf32> to tensor<0x2xf32>
  %1 = cotan.slice %x starts = [7, 2] limits = [7, 4] strides = [1, 1] : tensor<7x?xf32> to tensor<0x2xf32>
  return
}

// CHECK-LABEL: func.func @pad
// CHECK-SAME: %[[X:.*]]: tensor<3x?xf32>, %[[E:.*]]: tensor<0xf32>, %[[V:.*]]: tensor<f32>
func.func @pad(%x: tensor<3x?xf32>, %e: tensor<0xf32>, %v: tensor<f32>) {
  // CHECK: cotan.pad %[[X]], %[[V]] low = [1, 0] high = [2, 0] interior = [3, 0] : tensor<3x?xf32>, tensor<f32> to tensor<12x?xf32>
  %0 = cotan.pad %x, %v low = [1, 0] high = [2, 0] interior = [3, 0] : tensor<3x?xf32>, tensor<f32> to tensor<12x?xf32>
  // Nothing lies between the elements of an empty tensor.
  // CHECK: cotan.pad %[[E]], %[[V]] low = [1] high = [1] interior = [5] : tensor<0xf32>, tensor<f32> to tensor<2xf32>
  %1 = cotan.pad %e, %v low = [1] high = [1] interior = [5] : tensor<0xf32>, tensor<f32> to tensor<2xf32>
  return
}

// CHECK-LABEL: func.func @concatenate
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<?x1xf32>, %[[Z:.*]]: tensor<2x?xf32>
func.func @concatenate(%x: tensor<2x3xf32>, %y: tensor<?x1xf32>, %z: tensor<2x?xf32>) {
  // CHECK: cotan.concatenate %[[X]], %[[Y]] dim = 1 : (tensor<2x3xf32>, tensor<?x1xf32>) -> tensor<2x4xf32>
  %0 = cotan.concatenate %x, %y dim = 1 : (tensor<2x3xf32>, tensor<?x1xf32>) -> tensor<2x4xf32>
  // CHECK: cotan.concatenate %[[X]], %[[Z]] dim = 1 : (tensor<2x3xf32>, tensor<2x?xf32>) -> tensor<2x?xf32>
  %1 = cotan.concatenate %x, %z dim = 1 : (tensor<2x3xf32>, tensor<2x?xf32>) -> tensor<2x?xf32>
  return
}

// CHECK-LABEL: func.func @reverse
// CHECK-SAME: %[[X:.*]]: tensor<2x3xi32>
func.func @reverse(%x: tensor<2x3xi32>) {
  // CHECK: cotan.reverse %[[X]] dims = [1, 0] : tensor<2x3xi32>
  %0 = cotan.reverse %x dims = [1, 0] : tensor<2x3xi32>
  return
}
