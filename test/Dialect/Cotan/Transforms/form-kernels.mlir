// RUN: cotan-opt %s --cotan-form-kernels | FileCheck %s
// RUN: cotan-opt %s --cotan-form-kernels=fuse=false | FileCheck %s --check-prefix=APART

// CHECK-LABEL: @elementwise
// APART-LABEL: @elementwise
func.func @elementwise(%x: tensor<16xf32>, %y: tensor<16xf32>) -> tensor<16xf32> {
  // CHECK: %[[K:.*]] = cotan.kernel extents = [16] reduction_dims = [] inputs(%arg0, %arg1)
  // CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32):
  // CHECK-NEXT: %[[S:.*]] = cotan.add %[[A]], %[[B]] : f32
  // CHECK-NEXT: %[[E:.*]] = cotan.exp %[[S]] : f32
  // CHECK-NEXT: %[[M:.*]] = cotan.mul %[[E]], %[[A]] : f32
  // CHECK-NEXT: kernel_yield %[[M]] : f32
  // CHECK-NOT: cotan.kernel extents
  // CHECK: return %[[K]]
  // APART-COUNT-3: cotan.kernel extents
  %s = cotan.add %x, %y : tensor<16xf32>
  %e = cotan.exp %s : tensor<16xf32>
  %m = cotan.mul %e, %x : tensor<16xf32>
  return %m : tensor<16xf32>
}

// Max, subtract, exp, sum, divide over one row.
// CHECK-LABEL: @softmax
// APART-LABEL: @softmax
func.func @softmax(%x: tensor<8x100xf32>) -> tensor<8x100xf32> {
  // CHECK: cotan.kernel extents = [8, 100] reduction_dims = [1]
  // CHECK: %[[M:.*]] = cotan.kernel_reduce max
  // CHECK: %[[S:.*]] = cotan.sub %{{.*}}, %[[M]]
  // CHECK: %[[E:.*]] = cotan.exp %[[S]]
  // CHECK: %[[T:.*]] = cotan.kernel_reduce sum %[[E]]
  // CHECK: %[[Q:.*]] = cotan.div %[[E]], %[[T]]
  // CHECK: kernel_yield %[[Q]]
  // CHECK-NOT: cotan.kernel extents
  // APART-COUNT-5: cotan.kernel extents
  %m = cotan.reduce max %x dims = [1] : tensor<8x100xf32>
  %b = cotan.broadcast %m dims = [0] : tensor<8xf32> to tensor<8x100xf32>
  %s = cotan.sub %x, %b : tensor<8x100xf32>
  %e = cotan.exp %s : tensor<8x100xf32>
  %t = cotan.reduce sum %e dims = [1] : tensor<8x100xf32>
  %tb = cotan.broadcast %t dims = [0] : tensor<8xf32> to tensor<8x100xf32>
  %r = cotan.div %e, %tb : tensor<8x100xf32>
  return %r : tensor<8x100xf32>
}

// The reduced dimension is in front: the domain keeps the operand's order.
// CHECK-LABEL: @leading_reduction
func.func @leading_reduction(%x: tensor<8x100xf32>) -> tensor<100xf32> {
  // CHECK: cotan.kernel extents = [8, 100] reduction_dims = [0] inputs(%arg0) maps [#[[FULL:.*]]] outputs maps [#[[ROW:.*]]] :
  %e = cotan.exp %x : tensor<8x100xf32>
  %r = cotan.reduce sum %e dims = [0] : tensor<8x100xf32>
  return %r : tensor<100xf32>
}

// Value and gradient of mean((x * y)^2): one pass over x and y, the division by n on the row.
// CHECK-LABEL: @value_and_gradient
func.func @value_and_gradient(%x: tensor<1000x1000xf32>, %y: tensor<1000x1000xf32>) -> (tensor<f32>, tensor<1000x1000xf32>) {
  // CHECK: %[[K:.*]]:2 = cotan.kernel extents = [1000, 1000] reduction_dims = [0, 1]
  // CHECK: %[[T:.*]] = cotan.kernel_reduce sum
  // CHECK: %[[L:.*]] = cotan.div %[[T]], %{{.*}} : f32
  // CHECK: cotan.kernel_yield %[[L]], %{{.*}}
  // CHECK-NOT: cotan.kernel extents
  // CHECK: return %[[K]]#0, %[[K]]#1
  %p = cotan.mul %x, %y : tensor<1000x1000xf32>
  %q = cotan.mul %p, %p : tensor<1000x1000xf32>
  %s = cotan.reduce sum %q dims = [0, 1] : tensor<1000x1000xf32>
  %n = cotan.constant dense<3.0e6> : tensor<f32>
  %l = cotan.div %s, %n : tensor<f32>
  %two = cotan.constant dense<6.6e-7> : tensor<1000x1000xf32>
  %g = cotan.mul %p, %two : tensor<1000x1000xf32>
  %d = cotan.mul %g, %y : tensor<1000x1000xf32>
  return %l, %d : tensor<f32>, tensor<1000x1000xf32>
}

// Ops on rows before and after the reduction belong to the kernel: computed once a row.
// CHECK-LABEL: @row_values
func.func @row_values(%x: tensor<64x100xf32>, %w: tensor<64xf32>) -> tensor<64x100xf32> {
  // CHECK: cotan.kernel extents = [64, 100] reduction_dims = [1] inputs(%arg1, %arg0) maps [#[[ROW:.*]], #[[FULL:.*]]] outputs
  // CHECK: cotan.exp %[[W:.*]] : f32
  // CHECK: cotan.kernel_reduce sum
  // CHECK-NOT: cotan.kernel extents
  %e = cotan.exp %w : tensor<64xf32>
  %s = cotan.reduce sum %x dims = [1] : tensor<64x100xf32>
  %q = cotan.div %e, %s : tensor<64xf32>
  %b = cotan.broadcast %q dims = [0] : tensor<64xf32> to tensor<64x100xf32>
  %r = cotan.mul %x, %b : tensor<64x100xf32>
  return %r : tensor<64x100xf32>
}

// Two that read the same large tensor become one, though neither needs the other.
// CHECK-LABEL: @siblings
func.func @siblings(%x: tensor<1024xf32>, %y: tensor<1024xf32>) -> (tensor<1024xf32>, tensor<1024xf32>) {
  // CHECK: %[[K:.*]]:2 = cotan.kernel extents = [1024]
  // CHECK-NOT: cotan.kernel extents
  %a = cotan.exp %x : tensor<1024xf32>
  %b = cotan.mul %x, %y : tensor<1024xf32>
  return %a, %b : tensor<1024xf32>, tensor<1024xf32>
}

// Scalar ops without a tensor kernel share one.
// CHECK-LABEL: @scalars
func.func @scalars(%a: tensor<f64>, %b: tensor<f64>) -> (tensor<f64>, tensor<f64>) {
  // CHECK: %[[K:.*]]:2 = cotan.kernel extents = [] reduction_dims = []
  // CHECK-NOT: cotan.kernel extents
  %x = cotan.exp %a : tensor<f64>
  %y = cotan.log %b : tensor<f64>
  return %x, %y : tensor<f64>, tensor<f64>
}

// Splats and iotas are made in the body.
// CHECK-LABEL: @generated
func.func @generated(%x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  // CHECK: cotan.kernel extents = [4, 6] reduction_dims = [] inputs(%arg0)
  // CHECK: %[[I:.*]] = cotan.kernel_index 1
  // CHECK: %[[F:.*]] = cotan.cast %[[I]] : i64 to f32
  // CHECK: %[[M:.*]] = cotan.mul %{{.*}}, %[[F]]
  // CHECK: %[[C:.*]] = cotan.constant 2.000000e+00 : f32
  // CHECK: cotan.add %[[M]], %[[C]]
  %i = cotan.iota dim = 1 : tensor<4x6xf32>
  %c = cotan.constant dense<2.0> : tensor<4x6xf32>
  %m = cotan.mul %x, %i : tensor<4x6xf32>
  %r = cotan.add %m, %c : tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// CHECK-LABEL: @generated_in_memory
func.func @generated_in_memory() -> (tensor<100xi64>, tensor<100xf32>, tensor<2xf32>, tensor<2x2xi64>) {
  // CHECK-DAG: cotan.kernel_index 0
  // CHECK-DAG: cotan.constant 5.000000e-01 : f32
  // CHECK-DAG: cotan.constant dense<7.000000e+00> : tensor<2xf32>
  // CHECK-DAG: cotan.constant dense<{{\[}}[0, 1], [0, 1]]> : tensor<2x2xi64>
  %i = cotan.iota dim = 0 : tensor<100xi64>
  %c = cotan.constant dense<0.5> : tensor<100xf32>
  %d = cotan.constant dense<7.0> : tensor<2xf32>
  %j = cotan.iota dim = 1 : tensor<2x2xi64>
  return %i, %c, %d, %j : tensor<100xi64>, tensor<100xf32>, tensor<2xf32>, tensor<2x2xi64>
}

// CHECK-LABEL: @gather
func.func @gather(%t: tensor<10x4xf32>, %i: tensor<3xi32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  // CHECK: cotan.kernel extents = [3, 4] reduction_dims = [] inputs(%arg1, %arg2) maps [#{{.*}}, #{{.*}}] tables(%arg0)
  // CHECK-NEXT: ^bb0(%[[I:.*]]: i32, %[[Y:.*]]: f32, %[[T:.*]]: tensor<10x4xf32>):
  // CHECK-NEXT: %[[W:.*]] = cotan.cast %[[I]] : i32 to i64
  // CHECK-NEXT: %[[D:.*]] = cotan.kernel_index 1
  // CHECK-NEXT: %[[L:.*]] = cotan.kernel_load %[[T]][%[[W]], %[[D]]]
  // CHECK-NEXT: cotan.add %[[L]], %[[Y]]
  %g = cotan.gather %t[%i] : tensor<10x4xf32>, tensor<3xi32>
  %r = cotan.add %g, %y : tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// Matrix products stay, with an epilogue kernel.
// CHECK-LABEL: @matrix_product
func.func @matrix_product(%a: tensor<16x32xf32>, %b: tensor<32x24xf32>, %c: tensor<24xf32>) -> tensor<16x24xf32> {
  // CHECK: %[[D:.*]] = cotan.dot_general
  // CHECK: cotan.kernel extents = [16, 24] reduction_dims = [] inputs(%[[D]], %arg2)
  %d = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<16x32xf32>, tensor<32x24xf32>
  %cb = cotan.broadcast %c dims = [1] : tensor<24xf32> to tensor<16x24xf32>
  %r = cotan.add %d, %cb : tensor<16x24xf32>
  return %r : tensor<16x24xf32>
}

// CHECK-LABEL: @empty_tensors
func.func @empty_tensors(%x: tensor<0x3xf32>) -> (tensor<0x3xf32>, tensor<3xf32>) {
  // CHECK-DAG: cotan.kernel extents = [0, 3] reduction_dims = [] inputs(%arg0)
  // CHECK-DAG: cotan.kernel extents = [0, 3] reduction_dims = [0] inputs(%arg0)
  %e = cotan.exp %x : tensor<0x3xf32>
  %s = cotan.reduce sum %x dims = [0] : tensor<0x3xf32>
  return %e, %s : tensor<0x3xf32>, tensor<3xf32>
}

// Nothing to compute.
// CHECK-LABEL: @nothing
// CHECK-NEXT: return %arg0
func.func @nothing(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
