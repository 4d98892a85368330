// RUN: cotan-opt %s --cotan-form-kernels | FileCheck %s

// Softmax is one kernel, the mean of its row values another: it reduces over what was parallel.
// CHECK-LABEL: @reduction_of_rows
func.func @reduction_of_rows(%x: tensor<8x100xf32>) -> tensor<f32> {
  // CHECK: %[[R:.*]] = cotan.kernel extents = [8, 100] reduction_dims = [1]
  // CHECK: cotan.kernel extents = [8] reduction_dims = [0] inputs(%[[R]])
  %m = cotan.reduce max %x dims = [1] : tensor<8x100xf32>
  %e = cotan.exp %m : tensor<8xf32>
  %s = cotan.reduce sum %e dims = [0] : tensor<8xf32>
  return %s : tensor<f32>
}

// A view of a value of the kernel itself.
// CHECK-LABEL: @transposed_value
func.func @transposed_value(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: %[[E:.*]] = cotan.kernel extents = [8, 8]
  // CHECK: cotan.kernel extents = [8, 8] reduction_dims = [] inputs(%[[E]], %[[E]]) maps [#{{.*}}, #{{.*}}]
  %e = cotan.exp %x : tensor<8x8xf32>
  %t = cotan.transpose %e permutation = [1, 0] : tensor<8x8xf32> to tensor<8x8xf32>
  %r = cotan.add %e, %t : tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// A row value broadcast along the wrong dimension of a square.
// CHECK-LABEL: @misaligned_row
func.func @misaligned_row(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: cotan.kernel extents = [8, 8] reduction_dims = [1]
  // CHECK: cotan.kernel extents = [8, 8] reduction_dims = []
  %s = cotan.reduce sum %x dims = [1] : tensor<8x8xf32>
  %b = cotan.broadcast %s dims = [1] : tensor<8xf32> to tensor<8x8xf32>
  %r = cotan.mul %x, %b : tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// Nothing large is walked twice: the second pass is a kernel of its own. The expensive value goes through memory.
// CHECK-LABEL: @long_row
func.func @long_row(%x: tensor<200000xf32>) -> tensor<200000xf32> {
  // CHECK: %[[K:.*]]:2 = cotan.kernel extents = [200000] reduction_dims = [0]
  // CHECK: cotan.exp
  // CHECK: cotan.kernel extents = [200000] reduction_dims = []
  // CHECK-NOT: cotan.exp
  // CHECK: return
  %e = cotan.exp %x : tensor<200000xf32>
  %s = cotan.reduce sum %e dims = [0] : tensor<200000xf32>
  %b = cotan.broadcast %s dims = [] : tensor<f32> to tensor<200000xf32>
  %r = cotan.div %e, %b : tensor<200000xf32>
  return %r : tensor<200000xf32>
}

// A cheap one is computed again.
// CHECK-LABEL: @long_row_recomputed
func.func @long_row_recomputed(%x: tensor<200000xf32>) -> tensor<200000xf32> {
  // CHECK: %[[K:.*]] = cotan.kernel extents = [200000] reduction_dims = [0] inputs(%arg0)
  // CHECK-SAME: -> tensor<f32>
  // CHECK: cotan.kernel extents = [200000] reduction_dims = [] inputs(%arg0, %[[K]])
  // CHECK: cotan.mul
  // CHECK: cotan.div
  %p = cotan.mul %x, %x : tensor<200000xf32>
  %s = cotan.reduce sum %p dims = [0] : tensor<200000xf32>
  %b = cotan.broadcast %s dims = [] : tensor<f32> to tensor<200000xf32>
  %r = cotan.div %p, %b : tensor<200000xf32>
  return %r : tensor<200000xf32>
}

// Rows and columns of one product: two kernels, the product made in both.
// CHECK-LABEL: @two_reductions
func.func @two_reductions(%x: tensor<64x128xf32>, %y: tensor<64x128xf32>) -> (tensor<64xf32>, tensor<128xf32>) {
  // CHECK: cotan.kernel extents = [64, 128] reduction_dims = [1] inputs(%arg0, %arg1)
  // CHECK: cotan.kernel extents = [64, 128] reduction_dims = [0] inputs(%arg0, %arg1)
  // CHECK: cotan.mul
  %p = cotan.mul %x, %y : tensor<64x128xf32>
  %r = cotan.reduce sum %p dims = [1] : tensor<64x128xf32>
  %c = cotan.reduce sum %p dims = [0] : tensor<64x128xf32>
  return %r, %c : tensor<64xf32>, tensor<128xf32>
}

// The product is one kernel's input and output of another through a matrix product: merging would close a cycle.
// CHECK-LABEL: @cycle
func.func @cycle(%x: tensor<32x32xf32>, %w: tensor<32x32xf32>) -> tensor<32x32xf32> {
  // CHECK: %[[E:.*]] = cotan.kernel extents = [32, 32]
  // CHECK: %[[D:.*]] = cotan.dot_general %[[E]], %arg1
  // CHECK: cotan.kernel extents = [32, 32] reduction_dims = [] inputs(%[[E]], %[[D]])
  %e = cotan.exp %x : tensor<32x32xf32>
  %d = cotan.dot_general %e, %w batch = [] x [] contract = [1] x [0] : tensor<32x32xf32>, tensor<32x32xf32>
  %r = cotan.mul %e, %d : tensor<32x32xf32>
  return %r : tensor<32x32xf32>
}

// The cheap max could be made again, were it not also read reversed: in one kernel that would be a view of its own value.
// CHECK-LABEL: @not_recomputed
func.func @not_recomputed(%x: tensor<12xf32>) -> tensor<12xf32> {
  // CHECK: %[[M:.*]]:2 = cotan.kernel extents = [12]
  // CHECK: cotan.max
  // CHECK: cotan.kernel extents = [12] reduction_dims = [] inputs(%[[M]]#0, %[[M]]#1)
  // CHECK-NOT: cotan.max
  // CHECK: return
  %m = cotan.max %x, %x : tensor<12xf32>
  %s = cotan.mul %m, %x : tensor<12xf32>
  %v = cotan.reverse %m dims = [0] : tensor<12xf32>
  %r = cotan.sub %v, %s : tensor<12xf32>
  return %r : tensor<12xf32>
}
