// RUN: cotan-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @identities
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>, %[[D:.*]]: tensor<?x3xf32>, %[[V:.*]]: tensor<f32>, %[[I:.*]]: tensor<i64>
func.func @identities(%x: tensor<2x3xf32>, %d: tensor<?x3xf32>, %v: tensor<f32>, %i: tensor<i64>)
    -> (tensor<2x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = cotan.broadcast %x dims = [0, 1] : tensor<2x3xf32> to tensor<2x3xf32>
  %1 = cotan.reshape %d : tensor<?x3xf32> to tensor<?x3xf32>
  %2 = cotan.transpose %d permutation = [0, 1] : tensor<?x3xf32> to tensor<?x3xf32>
  %3 = cotan.slice %x starts = [0, 0] limits = [2, 3] strides = [1, 1] : tensor<2x3xf32> to tensor<2x3xf32>
  %4 = cotan.pad %x, %v low = [0, 0] high = [0, 0] interior = [0, 0] : tensor<2x3xf32>, tensor<f32> to tensor<2x3xf32>
  %5 = cotan.concatenate %x dim = 0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %6 = cotan.reverse %x dims = [] : tensor<2x3xf32>
  %7 = cotan.reduce sum %x dims = [] : tensor<2x3xf32>
  %8 = cotan.dynamic_slice %x[%i, %i] : tensor<2x3xf32> to tensor<2x3xf32>
  %o = cotan.empty : tensor<2x3xf32>
  %9 = cotan.dynamic_update_slice %o, %x[%i, %i] : tensor<2x3xf32>, tensor<2x3xf32>
  // CHECK-NEXT: return %[[X]], %[[D]], %[[D]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9
    : tensor<2x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// Equal types with two unknown extents need not be equal shapes.
// CHECK-LABEL: func.func @not_identities
func.func @not_identities(%d: tensor<?x?xf32>, %u: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>) {
  // CHECK: cotan.reshape
  %0 = cotan.reshape %d : tensor<?x?xf32> to tensor<?x?xf32>
  // CHECK: cotan.broadcast
  %1 = cotan.broadcast %u dims = [0] : tensor<?xf32> to tensor<?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?xf32>
}

//===----------------------------------------------------------------------===//
// Compositions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @broadcast_of_broadcast
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>
func.func @broadcast_of_broadcast(%x: tensor<3xf32>) -> tensor<4x2x3xf32> {
  %0 = cotan.broadcast %x dims = [1] : tensor<3xf32> to tensor<2x3xf32>
  // CHECK-NEXT: %[[R:.*]] = cotan.broadcast %[[X]] dims = [2] : tensor<3xf32> to tensor<4x2x3xf32>
  // CHECK-NEXT: return %[[R]]
  %1 = cotan.broadcast %0 dims = [1, 2] : tensor<2x3xf32> to tensor<4x2x3xf32>
  return %1 : tensor<4x2x3xf32>
}

// CHECK-LABEL: func.func @broadcast_of_unit_reshape
// CHECK-SAME: %[[X:.*]]: tensor<2x1x3xf32>
func.func @broadcast_of_unit_reshape(%x: tensor<2x1x3xf32>) -> tensor<5x2x7x4x3xf32> {
  %0 = cotan.reshape %x : tensor<2x1x3xf32> to tensor<2x1x1x3xf32>
  // CHECK-NEXT: %[[R:.*]] = cotan.broadcast %[[X]] dims = [1, 2, 4] : tensor<2x1x3xf32> to tensor<5x2x7x4x3xf32>
  // CHECK-NEXT: return %[[R]]
  %1 = cotan.broadcast %0 dims = [1, 2, 3, 4] : tensor<2x1x1x3xf32> to tensor<5x2x7x4x3xf32>
  return %1 : tensor<5x2x7x4x3xf32>
}

// CHECK-LABEL: func.func @broadcast_of_other_reshape
func.func @broadcast_of_other_reshape(%x: tensor<6xf32>) -> tensor<5x2x3xf32> {
  // CHECK: cotan.reshape
  %0 = cotan.reshape %x : tensor<6xf32> to tensor<2x3xf32>
  %1 = cotan.broadcast %0 dims = [1, 2] : tensor<2x3xf32> to tensor<5x2x3xf32>
  return %1 : tensor<5x2x3xf32>
}

// CHECK-LABEL: func.func @reshape_of_reshape
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>
func.func @reshape_of_reshape(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
  %0 = cotan.reshape %x : tensor<2x3xf32> to tensor<6xf32>
  // CHECK-NEXT: %[[R:.*]] = cotan.reshape %[[X]] : tensor<2x3xf32> to tensor<3x2xf32>
  %1 = cotan.reshape %0 : tensor<6xf32> to tensor<3x2xf32>
  %2 = cotan.reshape %0 : tensor<6xf32> to tensor<2x3xf32>
  // CHECK-NEXT: return %[[R]], %[[X]]
  return %1, %2 : tensor<3x2xf32>, tensor<2x3xf32>
}

// An unknown extent in between hides that the counts of elements differ: folding would make 4 elements of 3.
// CHECK-LABEL: func.func @reshape_through_unknown
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>, %[[U:.*]]: tensor<?xf32>
func.func @reshape_through_unknown(%x: tensor<3xf32>, %u: tensor<?xf32>) -> (tensor<4xf32>, tensor<3x1xf32>, tensor<3x1xf32>) {
  // CHECK-DAG: %[[D:.*]] = cotan.reshape %[[X]] : tensor<3xf32> to tensor<?xf32>
  // CHECK-DAG: %[[R:.*]] = cotan.reshape %[[D]] : tensor<?xf32> to tensor<4xf32>
  // CHECK-DAG: %[[S:.*]] = cotan.reshape %[[X]] : tensor<3xf32> to tensor<3x1xf32>
  // CHECK-DAG: %[[P:.*]] = cotan.reshape %[[U]] : tensor<?xf32> to tensor<3xf32>
  // CHECK-DAG: %[[Q:.*]] = cotan.reshape %[[P]] : tensor<3xf32> to tensor<3x1xf32>
  // CHECK: return %[[R]], %[[S]], %[[Q]]
  %0 = cotan.reshape %x : tensor<3xf32> to tensor<?xf32>
  %1 = cotan.reshape %0 : tensor<?xf32> to tensor<4xf32>
  %2 = cotan.reshape %0 : tensor<?xf32> to tensor<3x1xf32>
  %3 = cotan.reshape %u : tensor<?xf32> to tensor<3xf32>
  %4 = cotan.reshape %3 : tensor<3xf32> to tensor<3x1xf32>
  return %1, %2, %4 : tensor<4xf32>, tensor<3x1xf32>, tensor<3x1xf32>
}

// CHECK-LABEL: func.func @transpose_of_transpose
// CHECK-SAME: %[[X:.*]]: tensor<2x3x4xf32>
func.func @transpose_of_transpose(%x: tensor<2x3x4xf32>) -> (tensor<2x3x4xf32>, tensor<4x2x3xf32>) {
  %0 = cotan.transpose %x permutation = [1, 2, 0] : tensor<2x3x4xf32> to tensor<3x4x2xf32>
  %1 = cotan.transpose %0 permutation = [2, 0, 1] : tensor<3x4x2xf32> to tensor<2x3x4xf32>
  // CHECK-NEXT: %[[R:.*]] = cotan.transpose %[[X]] permutation = [2, 0, 1] : tensor<2x3x4xf32> to tensor<4x2x3xf32>
  %2 = cotan.transpose %0 permutation = [1, 2, 0] : tensor<3x4x2xf32> to tensor<4x2x3xf32>
  // CHECK-NEXT: return %[[X]], %[[R]]
  return %1, %2 : tensor<2x3x4xf32>, tensor<4x2x3xf32>
}

// CHECK-LABEL: func.func @slice_of_slice
// CHECK-SAME: %[[X:.*]]: tensor<20xf32>
func.func @slice_of_slice(%x: tensor<20xf32>) -> tensor<3xf32> {
  // Elements 1, 4, 7, 10, 13, 16.
  %0 = cotan.slice %x starts = [1] limits = [19] strides = [3] : tensor<20xf32> to tensor<6xf32>
  // CHECK-NEXT: %[[R:.*]] = cotan.slice %[[X]] starts = [4] limits = [17] strides = [6] : tensor<20xf32> to tensor<3xf32>
  // CHECK-NEXT: return %[[R]]
  %1 = cotan.slice %0 starts = [1] limits = [6] strides = [2] : tensor<6xf32> to tensor<3xf32>
  return %1 : tensor<3xf32>
}

// CHECK-LABEL: func.func @reverse_of_reverse
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>
func.func @reverse_of_reverse(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = cotan.reverse %x dims = [1] : tensor<2x3xf32>
  %1 = cotan.reverse %0 dims = [1] : tensor<2x3xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @concatenate_empty
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>, %[[E:.*]]: tensor<0xf32>
func.func @concatenate_empty(%x: tensor<2xf32>, %e: tensor<0xf32>) -> (tensor<2xf32>, tensor<0xf32>) {
  %0 = cotan.concatenate %e, %x, %e dim = 0 : (tensor<0xf32>, tensor<2xf32>, tensor<0xf32>) -> tensor<2xf32>
  %1 = cotan.concatenate %e, %e dim = 0 : (tensor<0xf32>, tensor<0xf32>) -> tensor<0xf32>
  // CHECK-NEXT: return %[[X]], %[[E]]
  return %0, %1 : tensor<2xf32>, tensor<0xf32>
}

// CHECK-LABEL: func.func @dynamic_slice_at_constants
// CHECK-SAME: %[[X:.*]]: tensor<5x6xf32>
func.func @dynamic_slice_at_constants(%x: tensor<5x6xf32>) -> tensor<2x2xf32> {
  %low = cotan.constant dense<-3> : tensor<i64>
  %high = cotan.constant dense<9> : tensor<i64>
  // CHECK-NEXT: %[[R:.*]] = cotan.slice %[[X]] starts = [0, 4] limits = [2, 6] strides = [1, 1] : tensor<5x6xf32> to tensor<2x2xf32>
  // CHECK-NEXT: return %[[R]]
  %0 = cotan.dynamic_slice %x[%low, %high] : tensor<5x6xf32> to tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @small_constants
func.func @small_constants() -> (tensor<2x2x3xi32>, tensor<3x2xi32>, tensor<3x2xi32>, tensor<2x2xi32>, tensor<2x3xi32>) {
  %x = cotan.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  // CHECK-DAG: %[[B:.*]] = cotan.constant dense<{{\[\[\[}}1, 2, 3], [1, 2, 3]], {{\[\[}}4, 5, 6], [4, 5, 6]]]> : tensor<2x2x3xi32>
  %0 = cotan.broadcast %x dims = [0, 2] : tensor<2x3xi32> to tensor<2x2x3xi32>
  // CHECK-DAG: %[[R:.*]] = cotan.constant dense<{{\[\[}}1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
  %1 = cotan.reshape %x : tensor<2x3xi32> to tensor<3x2xi32>
  // CHECK-DAG: %[[T:.*]] = cotan.constant dense<{{\[\[}}1, 4], [2, 5], [3, 6]]> : tensor<3x2xi32>
  %2 = cotan.transpose %x permutation = [1, 0] : tensor<2x3xi32> to tensor<3x2xi32>
  // CHECK-DAG: %[[S:.*]] = cotan.constant dense<{{\[\[}}1, 3], [4, 6]]> : tensor<2x2xi32>
  %3 = cotan.slice %x starts = [0, 0] limits = [2, 3] strides = [1, 2] : tensor<2x3xi32> to tensor<2x2xi32>
  // CHECK-DAG: %[[V:.*]] = cotan.constant dense<{{\[\[}}3, 2, 1], [6, 5, 4]]> : tensor<2x3xi32>
  %4 = cotan.reverse %x dims = [1] : tensor<2x3xi32>
  // CHECK: return %[[B]], %[[R]], %[[T]], %[[S]], %[[V]]
  return %0, %1, %2, %3, %4 : tensor<2x2x3xi32>, tensor<3x2xi32>, tensor<3x2xi32>, tensor<2x2xi32>, tensor<2x3xi32>
}

// CHECK-LABEL: func.func @splats
func.func @splats() -> (tensor<1000x3xf32>, tensor<3000xf32>, tensor<12xf32>, tensor<9xf32>, tensor<1x3xi64>) {
  %s = cotan.constant dense<2.0> : tensor<f32>
  %x = cotan.constant dense<2.0> : tensor<4xf32>
  // CHECK-DAG: %[[B:.*]] = cotan.constant dense<2.000000e+00> : tensor<1000x3xf32>
  %0 = cotan.broadcast %s dims = [] : tensor<f32> to tensor<1000x3xf32>
  // CHECK-DAG: %[[R:.*]] = cotan.constant dense<2.000000e+00> : tensor<3000xf32>
  %1 = cotan.reshape %0 : tensor<1000x3xf32> to tensor<3000xf32>
  // CHECK-DAG: %[[C:.*]] = cotan.constant dense<2.000000e+00> : tensor<12xf32>
  %2 = cotan.concatenate %x, %x, %x dim = 0 : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<12xf32>
  // CHECK-DAG: %[[P:.*]] = cotan.constant dense<2.000000e+00> : tensor<9xf32>
  %3 = cotan.pad %x, %s low = [1] high = [1] interior = [1] : tensor<4xf32>, tensor<f32> to tensor<9xf32>
  // CHECK-DAG: %[[I:.*]] = cotan.constant dense<0> : tensor<1x3xi64>
  %4 = cotan.iota dim = 0 : tensor<1x3xi64>
  // CHECK: return %[[B]], %[[R]], %[[C]], %[[P]], %[[I]]
  return %0, %1, %2, %3, %4 : tensor<1000x3xf32>, tensor<3000xf32>, tensor<12xf32>, tensor<9xf32>, tensor<1x3xi64>
}

// A constant of a hundred different elements is cheaper to move at run time than to keep twice.
// CHECK-LABEL: func.func @large_constant
func.func @large_constant(%i: tensor<i1>) -> tensor<9x9xi32> {
  %x = cotan.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8]> : tensor<9xi32>
  // CHECK: cotan.broadcast
  %0 = cotan.broadcast %x dims = [1] : tensor<9xi32> to tensor<9x9xi32>
  return %0 : tensor<9x9xi32>
}
