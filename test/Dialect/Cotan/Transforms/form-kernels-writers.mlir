// RUN: cotan-opt %s --cotan-form-kernels | FileCheck %s

// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1) -> (d0 + 8, d1)>
// CHECK-DAG: #[[SPREAD:.*]] = affine_map<(d0, d1) -> (d0, d1 * 2 + 1)>
// CHECK-DAG: #[[MOVED:.*]] = affine_map<(d0, d1)[s0] -> (d0 + s0, d1)>

// CHECK-LABEL: @concatenate
func.func @concatenate(%x: tensor<8x6xf32>, %y: tensor<2x6xf32>) -> tensor<10x6xf32> {
  // CHECK: %[[E:.*]] = cotan.empty : tensor<10x6xf32>
  // CHECK: %[[A:.*]] = cotan.kernel extents = [8, 6] reduction_dims = [] inputs(%arg0) maps [#{{.*}}] dests(%[[E]]) of [0]
  // CHECK: %[[B:.*]] = cotan.kernel extents = [2, 6] reduction_dims = [] inputs(%arg1) maps [#{{.*}}] dests(%[[A]]) of [0] outputs maps [#[[SECOND]]]
  // CHECK: return %[[B]]
  %c = cotan.concatenate %x, %y dim = 0 : (tensor<8x6xf32>, tensor<2x6xf32>) -> tensor<10x6xf32>
  return %c : tensor<10x6xf32>
}

// CHECK-LABEL: @pad
func.func @pad(%x: tensor<8x6xf32>, %v: tensor<f32>) -> tensor<9x13xf32> {
  // CHECK: %[[F:.*]] = cotan.kernel extents = [9, 13] reduction_dims = [] inputs(%arg1)
  // CHECK: %[[P:.*]] = cotan.kernel extents = [8, 6] reduction_dims = [] inputs(%arg0) maps [#{{.*}}] dests(%[[F]]) of [0] outputs maps [#[[SPREAD]]]
  // CHECK: return %[[P]]
  %p = cotan.pad %x, %v low = [0, 1] high = [1, 1] interior = [0, 1] : tensor<8x6xf32>, tensor<f32> to tensor<9x13xf32>
  return %p : tensor<9x13xf32>
}

// Where the whole dimension is replaced no index is needed.
// CHECK-LABEL: @update
func.func @update(%x: tensor<8x6xf32>, %y: tensor<2x6xf32>, %i: tensor<i64>) -> tensor<8x6xf32> {
  // CHECK: cotan.kernel extents = [2, 6] reduction_dims = [] inputs(%arg1) maps [#{{.*}}] offsets(%arg2) limits [6] dests(%arg0) of [0] outputs maps [#[[MOVED]]]
  %u = cotan.dynamic_update_slice %x, %y[%i, %i] : tensor<8x6xf32>, tensor<2x6xf32>
  return %u : tensor<8x6xf32>
}
