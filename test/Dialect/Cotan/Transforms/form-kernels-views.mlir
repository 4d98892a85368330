// RUN: cotan-opt %s --cotan-form-kernels | FileCheck %s

// CHECK-DAG: #[[FULL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[SWAPPED:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[WINDOW:.*]] = affine_map<(d0, d1) -> (d0 * 2 + 1, -d1 + 5)>
// CHECK-DAG: #[[MOVED:.*]] = affine_map<(d0, d1)[s0] -> (d0 + s0, d1 + 1)>
// CHECK-DAG: #[[FLAT:.*]] = affine_map<(d0, d1, d2) -> (d0 * 12 + d1 * 4 + d2)>
// CHECK-DAG: #[[FRONT:.*]] = affine_map<(d0, d1, d2) -> (d0 * 3 + d1, d2)>

// Views of what lies in memory are read through a map.
// CHECK-LABEL: @maps
func.func @maps(%x: tensor<4x6xf32>, %y: tensor<6x4xf32>, %b: tensor<6xf32>) -> tensor<4x6xf32> {
  // CHECK: cotan.kernel extents = [4, 6] reduction_dims = [] inputs(%arg0, %arg1, %arg2) maps [#[[FULL]], #[[SWAPPED]], #[[COLUMN]]] outputs maps [#[[FULL]]]
  // CHECK-NOT: cotan.transpose
  %t = cotan.transpose %y permutation = [1, 0] : tensor<6x4xf32> to tensor<4x6xf32>
  %bb = cotan.broadcast %b dims = [1] : tensor<6xf32> to tensor<4x6xf32>
  %s = cotan.add %x, %t : tensor<4x6xf32>
  %r = cotan.mul %s, %bb : tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// CHECK-LABEL: @composed
func.func @composed(%x: tensor<9x6xf32>) -> tensor<4x6xf32> {
  // CHECK: cotan.kernel extents = [4, 6] reduction_dims = [] inputs(%arg0) maps [#[[WINDOW]]]
  %s = cotan.slice %x starts = [1, 0] limits = [9, 6] strides = [2, 1] : tensor<9x6xf32> to tensor<4x6xf32>
  %v = cotan.reverse %s dims = [1] : tensor<4x6xf32>
  %r = cotan.neg %v : tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// Start indices known at run time are symbols; constant ones are clamped here.
// CHECK-LABEL: @dynamic
func.func @dynamic(%x: tensor<9x6xf32>, %i: tensor<i64>) -> tensor<4x5xf32> {
  // CHECK: cotan.kernel extents = [4, 5] reduction_dims = [] inputs(%arg0) maps [#[[MOVED]]] offsets(%arg1) limits [5]
  %c = cotan.constant dense<7> : tensor<i64>
  %s = cotan.dynamic_slice %x[%i, %c] : tensor<9x6xf32> to tensor<4x5xf32>
  %r = cotan.neg %s : tensor<4x5xf32>
  return %r : tensor<4x5xf32>
}

// Reshapes split dimensions of the domain; nothing is copied.
// CHECK-LABEL: @reshapes
func.func @reshapes(%x: tensor<2x3x4xf32>, %y: tensor<24xf32>, %z: tensor<6x4xf32>) -> tensor<6x4xf32> {
  // CHECK: cotan.kernel extents = [2, 3, 4] reduction_dims = [] inputs(%arg0, %arg1, %arg2) maps [#{{.*}}, #[[FLAT]], #[[FRONT]]] outputs maps [#[[FRONT]]]
  // CHECK-NOT: cotan.reshape
  // CHECK-NOT: cotan.kernel extents
  %a = cotan.exp %x : tensor<2x3x4xf32>
  %af = cotan.reshape %a : tensor<2x3x4xf32> to tensor<24xf32>
  %b = cotan.add %af, %y : tensor<24xf32>
  %bm = cotan.reshape %b : tensor<24xf32> to tensor<6x4xf32>
  %c = cotan.mul %bm, %z : tensor<6x4xf32>
  return %c : tensor<6x4xf32>
}

// Neither of 4x6 and 6x4 divides the other: the kernels are apart, the reshape an alias.
// CHECK-LABEL: @reshape_apart
func.func @reshape_apart(%x: tensor<4x6xf32>, %y: tensor<6x4xf32>) -> tensor<6x4xf32> {
  // CHECK: %[[A:.*]] = cotan.kernel extents = [4, 6]
  // CHECK: %[[R:.*]] = cotan.reshape %[[A]] : tensor<4x6xf32> to tensor<6x4xf32>
  // CHECK: cotan.kernel extents = [6, 4] reduction_dims = [] inputs(%[[R]], %arg1)
  %a = cotan.exp %x : tensor<4x6xf32>
  %r = cotan.reshape %a : tensor<4x6xf32> to tensor<6x4xf32>
  %b = cotan.add %r, %y : tensor<6x4xf32>
  return %b : tensor<6x4xf32>
}

// A reduction over dimensions that a reshape joins or splits.
// CHECK-LABEL: @reduce_after_reshape
func.func @reduce_after_reshape(%x: tensor<6x4xf32>) -> tensor<2xf32> {
  // CHECK: cotan.kernel extents = [2, 3, 4] reduction_dims = [1, 2] inputs(%arg0) maps [#[[FRONT]]]
  %e = cotan.exp %x : tensor<6x4xf32>
  %r = cotan.reshape %e : tensor<6x4xf32> to tensor<2x12xf32>
  %s = cotan.reduce sum %r dims = [1] : tensor<2x12xf32>
  return %s : tensor<2xf32>
}

// Keeping a reduced dimension as a unit one changes nothing.
// CHECK-LABEL: @keepdim
func.func @keepdim(%x: tensor<6x4xf32>) -> tensor<6x4xf32> {
  // CHECK: cotan.kernel extents = [6, 4] reduction_dims = [1]
  // CHECK-NOT: cotan.kernel extents
  %s = cotan.reduce sum %x dims = [1] : tensor<6x4xf32>
  %k = cotan.reshape %s : tensor<6xf32> to tensor<6x1xf32>
  %e = cotan.exp %k : tensor<6x1xf32>
  %b = cotan.broadcast %e dims = [0, 1] : tensor<6x1xf32> to tensor<6x4xf32>
  %r = cotan.mul %x, %b : tensor<6x4xf32>
  return %r : tensor<6x4xf32>
}

// A view that leaves the function is copied, a reshape is not.
// CHECK-LABEL: @returned
func.func @returned(%x: tensor<4x6xf32>) -> (tensor<6x4xf32>, tensor<24xf32>) {
  // CHECK-DAG: cotan.kernel extents = [6, 4] reduction_dims = [] inputs(%arg0) maps [#[[SWAPPED]]]
  // CHECK-DAG: cotan.reshape %arg0 : tensor<4x6xf32> to tensor<24xf32>
  %t = cotan.transpose %x permutation = [1, 0] : tensor<4x6xf32> to tensor<6x4xf32>
  %r = cotan.reshape %x : tensor<4x6xf32> to tensor<24xf32>
  return %t, %r : tensor<6x4xf32>, tensor<24xf32>
}

// Iotas go through views as well.
// CHECK-LABEL: @iota_through_views
func.func @iota_through_views(%x: tensor<12xi64>) -> tensor<12xi64> {
  // CHECK: cotan.kernel extents = [3, 4]
  // CHECK: cotan.kernel_index 0
  // CHECK: cotan.constant -1 : i64
  %i = cotan.iota dim = 0 : tensor<3x4xi64>
  %v = cotan.reverse %i dims = [0] : tensor<3x4xi64>
  %f = cotan.reshape %v : tensor<3x4xi64> to tensor<12xi64>
  %r = cotan.add %x, %f : tensor<12xi64>
  return %r : tensor<12xi64>
}

// A transposed copy of a computed value leaves its kernel through a transposed map: heads brought to the front for a matrix product.
// CHECK-LABEL: @transposed_output
func.func @transposed_output(%x: tensor<32x24xf32>, %w: tensor<4x8x16xf32>) -> tensor<4x32x16xf32> {
  // CHECK: %[[K:.*]] = cotan.kernel extents = [32, 4, 6] reduction_dims = [] inputs(%arg0) maps [#{{.*}}] outputs maps [#[[HEADS:.*]]] : (tensor<32x24xf32>) -> tensor<4x32x6xf32>
  // CHECK: cotan.exp
  // CHECK: %[[V:.*]] = cotan.kernel extents = [4, 6, 16]
  // CHECK: cotan.dot_general %[[K]], %[[V]]
  %e = cotan.exp %x : tensor<32x24xf32>
  %h = cotan.reshape %e : tensor<32x24xf32> to tensor<32x4x6xf32>
  %t = cotan.transpose %h permutation = [1, 0, 2] : tensor<32x4x6xf32> to tensor<4x32x6xf32>
  %v = cotan.slice %w starts = [0, 0, 0] limits = [4, 6, 16] strides = [1, 1, 1] : tensor<4x8x16xf32> to tensor<4x6x16xf32>
  %r = cotan.dot_general %t, %v batch = [0] x [0] contract = [2] x [1] : tensor<4x32x6xf32>, tensor<4x6x16xf32>
  return %r : tensor<4x32x16xf32>
}

// A table may be a view; a row outside of the view but inside of the tensor must still fail the call.
// CHECK-LABEL: @gather_from_view
func.func @gather_from_view(%x: tensor<80xf32>, %s: tensor<i64>, %i: tensor<3xi64>) -> tensor<3x8xf32> {
  // CHECK: cotan.kernel extents = [3, 8] reduction_dims = [] inputs(%arg2, %arg1) maps [#{{.*}}, #{{.*}}] tables(%arg0)
  // CHECK-NEXT: ^bb0(%[[I:.*]]: i64, %[[S:.*]]: i64, %[[T:.*]]: tensor<80xf32>):
  // CHECK: cotan.constant 8 : i64
  // CHECK: %[[ROW:.*]] = cotan.mul %[[I]]
  // CHECK: cotan.max %[[S]]
  // CHECK: %[[CLAMPED:.*]] = cotan.min
  // CHECK: cotan.mul %[[CLAMPED]]
  // CHECK: cotan.kernel_load %[[T]][%{{.*}}] of %[[I]] below 6 : tensor<80xf32> -> f32
  // CHECK-NOT: cotan.kernel extents
  %z = cotan.constant dense<0> : tensor<i64>
  %m = cotan.reshape %x : tensor<80xf32> to tensor<10x8xf32>
  %v = cotan.dynamic_slice %m[%s, %z] : tensor<10x8xf32> to tensor<6x8xf32>
  %r = cotan.gather %v[%i] : tensor<6x8xf32>, tensor<3xi64>
  return %r : tensor<3x8xf32>
}

// A scalar has no index to check a row by: where the views of a table start from one, the table exists.
// CHECK-LABEL: @gather_from_scalar
func.func @gather_from_scalar(%x: tensor<f32>, %i: tensor<3xi64>) -> tensor<3xf32> {
  // CHECK: %[[T:.*]] = cotan.kernel extents = [5] {{.*}} inputs(%arg0)
  // CHECK: cotan.kernel extents = [3] {{.*}} inputs(%arg1) {{.*}} tables(%[[T]])
  // CHECK: cotan.kernel_load %{{.*}}[%{{.*}}] : tensor<5xf32> -> f32
  %b = cotan.broadcast %x dims = [] : tensor<f32> to tensor<5xf32>
  %r = cotan.gather %b[%i] : tensor<5xf32>, tensor<3xi64>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: @gather_from_reshaped_scalar
func.func @gather_from_reshaped_scalar(%x: tensor<f32>, %i: tensor<3xi64>) -> tensor<3xf32> {
  // CHECK: cotan.kernel_load %{{.*}}[%{{.*}}] of %{{.*}} below 1 : tensor<1xf32> -> f32
  %b = cotan.reshape %x : tensor<f32> to tensor<1xf32>
  %r = cotan.gather %b[%i] : tensor<1xf32>, tensor<3xi64>
  return %r : tensor<3xf32>
}
