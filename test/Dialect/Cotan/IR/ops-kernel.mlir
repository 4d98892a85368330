// RUN: cotan-opt %s | cotan-opt | FileCheck %s
// RUN: cotan-opt %s --mlir-print-op-generic | cotan-opt | FileCheck %s

// CHECK-DAG: #[[FULL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[OFFSET:.*]] = affine_map<(d0)[s0] -> (d0 * 2 + s0)>
// CHECK-DAG: #[[LINE:.*]] = affine_map<(d0)[s0] -> (d0)>
// CHECK-DAG: #[[POINT:.*]] = affine_map<(d0) -> (d0)>
#full = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func @softmax_and_its_maximum
func.func @softmax_and_its_maximum(%x: tensor<8x100xf32>, %b: tensor<8xf32>) -> (tensor<8x100xf32>, tensor<8xf32>) {
  // CHECK: cotan.kernel extents = [8, 100] reduction_dims = [1] inputs(%{{.*}}, %{{.*}}) maps [#[[FULL]], #[[ROW]]]
  // CHECK-SAME: outputs maps [#[[FULL]], #[[ROW]]] : (tensor<8x100xf32>, tensor<8xf32>) -> (tensor<8x100xf32>, tensor<8xf32>) {
  %y, %max = cotan.kernel extents = [8, 100] reduction_dims = [1] inputs(%x, %b) maps [#full, #row] outputs maps [#full, #row]
      : (tensor<8x100xf32>, tensor<8xf32>) -> (tensor<8x100xf32>, tensor<8xf32>) {
  ^bb0(%a: f32, %c: f32):
    %scaled = cotan.mul %a, %c : f32
    // CHECK: cotan.kernel_reduce max %{{.*}} : f32
    %m = cotan.kernel_reduce max %scaled : f32
    %s = cotan.sub %scaled, %m : f32
    %e = cotan.exp %s : f32
    // CHECK: cotan.kernel_reduce sum %{{.*}} : f32
    %t = cotan.kernel_reduce sum %e : f32
    %q = cotan.div %e, %t : f32
    // CHECK: cotan.kernel_yield %{{.*}}, %{{.*}} : f32, f32
    cotan.kernel_yield %q, %m : f32, f32
  }
  return %y, %max : tensor<8x100xf32>, tensor<8xf32>
}

#offset = affine_map<(d0)[s0] -> (d0 * 2 + s0)>
#line = affine_map<(d0)[s0] -> (d0)>

// CHECK-LABEL: func.func @offset_and_dest
func.func @offset_and_dest(%x: tensor<9xf32>, %start: tensor<i64>) -> tensor<12xf32> {
  // CHECK: %[[D:.*]] = cotan.empty : tensor<12xf32>
  %d = cotan.empty : tensor<12xf32>
  // CHECK: cotan.kernel extents = [4] reduction_dims = [] inputs(%{{.*}}) maps [#[[OFFSET]]]
  // CHECK-SAME: offsets(%{{.*}}) limits [2] dests(%[[D]]) of [0] outputs maps [#[[LINE]]]
  %y = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#offset] offsets(%start) limits [2] dests(%d) of [0]
      outputs maps [#line] : (tensor<9xf32>, tensor<i64>, tensor<12xf32>) -> tensor<12xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return %y : tensor<12xf32>
}

#point = affine_map<(d0) -> (d0)>

// CHECK-LABEL: func.func @gather_rows
func.func @gather_rows(%t: tensor<10x4xf32>, %i: tensor<3xi64>) -> tensor<3xf32> {
  // CHECK: cotan.kernel extents = [3] reduction_dims = [] inputs(%{{.*}}) maps [#[[POINT]]] tables(%{{.*}}) outputs maps [#[[POINT]]]
  %y = cotan.kernel extents = [3] reduction_dims = [] inputs(%i) maps [#point] tables(%t) outputs maps [#point]
      : (tensor<3xi64>, tensor<10x4xf32>) -> tensor<3xf32> {
  ^bb0(%row: i64, %table: tensor<10x4xf32>):
    // CHECK: %[[C:.*]] = cotan.kernel_index 0
    %column = cotan.kernel_index 0
    // CHECK: cotan.kernel_load %{{.*}}[%{{.*}}, %[[C]]] : tensor<10x4xf32> -> f32
    %v = cotan.kernel_load %table[%row, %column] : tensor<10x4xf32> -> f32
    // CHECK: cotan.kernel_load %{{.*}}[%[[C]], %[[C]]] of %{{.*}} below 6 : tensor<10x4xf32> -> f32
    %w = cotan.kernel_load %table[%column, %column] of %row below 6 : tensor<10x4xf32> -> f32
    cotan.kernel_yield %v : f32
  }
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @scalar
func.func @scalar(%x: tensor<f32>) -> tensor<f32> {
  // CHECK: cotan.kernel extents = [] reduction_dims = []
  %y = cotan.kernel extents = [] reduction_dims = [] inputs(%x) maps [affine_map<() -> ()>] outputs maps [affine_map<() -> ()>]
      : (tensor<f32>) -> tensor<f32> {
  ^bb0(%a: f32):
    %e = cotan.exp %a : f32
    cotan.kernel_yield %e : f32
  }
  return %y : tensor<f32>
}
