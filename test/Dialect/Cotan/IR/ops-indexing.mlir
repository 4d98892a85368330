// RUN: cotan-opt %s | cotan-opt | FileCheck %s
// RUN: cotan-opt %s --mlir-print-op-generic | cotan-opt | FileCheck %s

// CHECK-LABEL: func.func @dynamic_slice
// CHECK-SAME: %[[X:.*]]: tensor<8x?xf32>, %[[I:.*]]: tensor<i64>, %[[S:.*]]: tensor<i1>
func.func @dynamic_slice(%x: tensor<8x?xf32>, %i: tensor<i64>, %s: tensor<i1>) {
  // CHECK: cotan.dynamic_slice %[[X]][%[[I]], %[[I]]] : tensor<8x?xf32> to tensor<1x4xf32>
  %0 = cotan.dynamic_slice %x[%i, %i] : tensor<8x?xf32> to tensor<1x4xf32>
  // CHECK: cotan.dynamic_slice %[[S]][] : tensor<i1> to tensor<i1>
  %1 = cotan.dynamic_slice %s[] : tensor<i1> to tensor<i1>
  return
}

// CHECK-LABEL: func.func @dynamic_update_slice
// CHECK-SAME: %[[X:.*]]: tensor<8x4xf32>, %[[U:.*]]: tensor<2x4xf32>, %[[I:.*]]: tensor<i64>
func.func @dynamic_update_slice(%x: tensor<8x4xf32>, %u: tensor<2x4xf32>, %i: tensor<i64>) -> tensor<8x4xf32> {
  // CHECK: cotan.dynamic_update_slice %[[X]], %[[U]][%[[I]], %[[I]]] : tensor<8x4xf32>, tensor<2x4xf32>
  %0 = cotan.dynamic_update_slice %x, %u[%i, %i] : tensor<8x4xf32>, tensor<2x4xf32>
  return %0 : tensor<8x4xf32>
}

// CHECK-LABEL: func.func @gather
// CHECK-SAME: %[[X:.*]]: tensor<10x4xf32>, %[[I:.*]]: tensor<2x?xi64>, %[[J:.*]]: tensor<i32>
func.func @gather(%x: tensor<10x4xf32>, %i: tensor<2x?xi64>, %j: tensor<i32>) -> (tensor<2x?x4xf32>, tensor<4xf32>) {
  // CHECK: cotan.gather %[[X]][%[[I]]] : tensor<10x4xf32>, tensor<2x?xi64>
  %0 = cotan.gather %x[%i] : tensor<10x4xf32>, tensor<2x?xi64>
  // CHECK: cotan.gather %[[X]][%[[J]]] : tensor<10x4xf32>, tensor<i32>
  %1 = cotan.gather %x[%j] : tensor<10x4xf32>, tensor<i32>
  return %0, %1 : tensor<2x?x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @scatter_add
// CHECK-SAME: %[[X:.*]]: tensor<10x4xf32>, %[[I:.*]]: tensor<3xi32>, %[[U:.*]]: tensor<3x4xf32>
func.func @scatter_add(%x: tensor<10x4xf32>, %i: tensor<3xi32>, %u: tensor<3x4xf32>) -> tensor<10x4xf32> {
  // CHECK: cotan.scatter_add %[[X]][%[[I]]], %[[U]] : tensor<10x4xf32>, tensor<3xi32>, tensor<3x4xf32>
  %0 = cotan.scatter_add %x[%i], %u : tensor<10x4xf32>, tensor<3xi32>, tensor<3x4xf32>
  return %0 : tensor<10x4xf32>
}
