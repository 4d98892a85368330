// RUN: cotan-opt %s --cotan-decompose-ops | FileCheck %s

// CHECK-LABEL: @argmax
// CHECK-SAME: %[[X:.*]]: tensor<4x5xf32>
func.func @argmax(%x: tensor<4x5xf32>) -> tensor<4xi64> {
  // CHECK: %[[M:.*]] = cotan.reduce max %[[X]] dims = [1]
  // CHECK: %[[B:.*]] = cotan.broadcast %[[M]] dims = [0]
  // CHECK: %[[E:.*]] = cotan.compare eq %[[X]], %[[B]]
  // CHECK: %[[N:.*]] = cotan.compare ne %[[X]], %[[X]]
  // CHECK: %[[C:.*]] = cotan.or %[[E]], %[[N]]
  // CHECK: %[[I:.*]] = cotan.iota dim = 1 : tensor<4x5xi64>
  // CHECK: %[[O:.*]] = cotan.constant dense<5> : tensor<4x5xi64>
  // CHECK: %[[S:.*]] = cotan.select %[[C]], %[[I]], %[[O]]
  // CHECK: %[[R:.*]] = cotan.reduce min %[[S]] dims = [1]
  // CHECK: return %[[R]]
  %r = cotan.argmax %x dim = 1 : tensor<4x5xf32>
  return %r : tensor<4xi64>
}

// Integers have no NaN.
// CHECK-LABEL: @argmin_integers
func.func @argmin_integers(%x: tensor<4x5xi32>) -> tensor<5xi64> {
  // CHECK: cotan.reduce min %{{.*}} dims = [0]
  // CHECK-NOT: cotan.compare ne
  // CHECK: cotan.reduce min %{{.*}} dims = [0] : tensor<4x5xi64>
  %r = cotan.argmin %x dim = 0 : tensor<4x5xi32>
  return %r : tensor<5xi64>
}

// CHECK-LABEL: @identities
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[Y:.*]]: tensor<4xf32>
func.func @identities(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: return %[[X]], %[[Y]]
  %a = cotan.stop_gradient %x : tensor<4xf32>
  %e = cotan.exp %x : tensor<4xf32>
  %b = cotan.saved %e, %y : tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @canonical_stays
func.func @canonical_stays(%a: tensor<3x16x8xf32>, %b: tensor<3x12x8xf32>) -> tensor<3x16x12xf32> {
  // CHECK-NEXT: %[[R:.*]] = cotan.dot_general %arg0, %arg1 batch = [0] x [0] contract = [2] x [2]
  // CHECK-NEXT: return %[[R]]
  %r = cotan.dot_general %a, %b batch = [0] x [0] contract = [2] x [2] : tensor<3x16x8xf32>, tensor<3x12x8xf32>
  return %r : tensor<3x16x12xf32>
}

// CHECK-LABEL: @folds_transposes
// CHECK-SAME: %[[A:.*]]: tensor<8x16xf32>, %[[B:.*]]: tensor<12x8xf32>
func.func @folds_transposes(%a: tensor<8x16xf32>, %b: tensor<12x8xf32>) -> tensor<16x12xf32> {
  // CHECK-NEXT: cotan.dot_general %[[A]], %[[B]] batch = [] x [] contract = [0] x [1]
  // CHECK-NEXT: return
  %at = cotan.transpose %a permutation = [1, 0] : tensor<8x16xf32> to tensor<16x8xf32>
  %bt = cotan.transpose %b permutation = [1, 0] : tensor<12x8xf32> to tensor<8x12xf32>
  %r = cotan.dot_general %at, %bt batch = [] x [] contract = [1] x [0] : tensor<16x8xf32>, tensor<8x12xf32>
  return %r : tensor<16x12xf32>
}

// Groups that lie together are reshaped; the result is brought back.
// CHECK-LABEL: @groups_dimensions
// CHECK-SAME: %[[A:.*]]: tensor<4x6x8xf32>, %[[B:.*]]: tensor<8x2x5xf32>
func.func @groups_dimensions(%a: tensor<4x6x8xf32>, %b: tensor<8x2x5xf32>) -> tensor<4x6x2x5xf32> {
  // CHECK-NEXT: %[[L:.*]] = cotan.reshape %[[A]] : tensor<4x6x8xf32> to tensor<24x8xf32>
  // CHECK-NEXT: %[[R:.*]] = cotan.reshape %[[B]] : tensor<8x2x5xf32> to tensor<8x10xf32>
  // CHECK-NEXT: %[[D:.*]] = cotan.dot_general %[[L]], %[[R]] batch = [] x [] contract = [1] x [0]
  // CHECK-NEXT: cotan.reshape %[[D]] : tensor<24x10xf32> to tensor<4x6x2x5xf32>
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [2] x [0] : tensor<4x6x8xf32>, tensor<8x2x5xf32>
  return %r : tensor<4x6x2x5xf32>
}

// Attention scores before the heads are brought to the front: a transpose is needed.
// CHECK-LABEL: @transposes_batch_to_front
func.func @transposes_batch_to_front(%q: tensor<2x16x4x8xf32>, %k: tensor<2x16x4x8xf32>) -> tensor<2x4x16x16xf32> {
  // CHECK: cotan.transpose %arg0 permutation = [0, 2, 1, 3]
  // CHECK: cotan.transpose %arg1 permutation = [0, 2, 3, 1]
  // CHECK: cotan.dot_general %{{.*}} batch = [0] x [0] contract = [2] x [1] : tensor<8x16x8xf32>, tensor<8x8x16xf32>
  %r = cotan.dot_general %q, %k batch = [0, 2] x [0, 2] contract = [3] x [3] : tensor<2x16x4x8xf32>, tensor<2x16x4x8xf32>
  return %r : tensor<2x4x16x16xf32>
}

// CHECK-LABEL: @matrix_vector
// CHECK-SAME: %[[A:.*]]: tensor<64x32xf32>, %[[V:.*]]: tensor<32xf32>
func.func @matrix_vector(%a: tensor<64x32xf32>, %v: tensor<32xf32>) -> tensor<64xf32> {
  // CHECK-NEXT: %[[B:.*]] = cotan.broadcast %[[V]] dims = [1] : tensor<32xf32> to tensor<64x32xf32>
  // CHECK-NEXT: %[[P:.*]] = cotan.mul %[[A]], %[[B]]
  // CHECK-NEXT: cotan.reduce sum %[[P]] dims = [1]
  %r = cotan.dot_general %a, %v batch = [] x [] contract = [1] x [0] : tensor<64x32xf32>, tensor<32xf32>
  return %r : tensor<64xf32>
}

// The matrix is read as it lies in memory: the reduced dimension stays in front.
// CHECK-LABEL: @vector_matrix
func.func @vector_matrix(%v: tensor<1x32xf32>, %a: tensor<32x64xf32>) -> tensor<1x64xf32> {
  // CHECK: cotan.mul %{{.*}} : tensor<1x32x64xf32>
  // CHECK: cotan.reduce sum %{{.*}} dims = [1]
  %r = cotan.dot_general %v, %a batch = [] x [] contract = [1] x [0] : tensor<1x32xf32>, tensor<32x64xf32>
  return %r : tensor<1x64xf32>
}

// CHECK-LABEL: @dot
func.func @dot(%a: tensor<1000xf64>, %b: tensor<1000xf64>) -> tensor<f64> {
  // CHECK-NEXT: %[[P:.*]] = cotan.mul %arg0, %arg1 : tensor<1000xf64>
  // CHECK-NEXT: cotan.reduce sum %[[P]] dims = [0]
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [0] x [0] : tensor<1000xf64>, tensor<1000xf64>
  return %r : tensor<f64>
}

// CHECK-LABEL: @outer
func.func @outer(%a: tensor<64xf32>, %b: tensor<32xf32>) -> tensor<64x32xf32> {
  // CHECK-NOT: cotan.reduce
  // CHECK: cotan.mul %{{.*}} : tensor<64x32xf32>
  // CHECK-NOT: cotan.reduce
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [] x [] : tensor<64xf32>, tensor<32xf32>
  return %r : tensor<64x32xf32>
}

// CHECK-LABEL: @integer_product
func.func @integer_product(%a: tensor<16x32xi64>, %b: tensor<32x20xi64>) -> tensor<16x20xi64> {
  // CHECK-DAG: cotan.broadcast %arg0 dims = [0, 1] : tensor<16x32xi64> to tensor<16x32x20xi64>
  // CHECK-DAG: cotan.broadcast %arg1 dims = [1, 2] : tensor<32x20xi64> to tensor<16x32x20xi64>
  // CHECK: cotan.mul
  // CHECK: cotan.reduce sum %{{.*}} dims = [1] : tensor<16x32x20xi64>
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<16x32xi64>, tensor<32x20xi64>
  return %r : tensor<16x20xi64>
}

// Seven by eight by nine multiplications fuse; ten more do not.
// CHECK-LABEL: @small
func.func @small(%a: tensor<7x8xf32>, %b: tensor<8x9xf32>, %c: tensor<8x10xf32>) -> (tensor<7x9xf32>, tensor<7x10xf32>) {
  // CHECK: cotan.reduce sum
  // CHECK: cotan.dot_general %arg0, %arg2
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<7x8xf32>, tensor<8x9xf32>
  %s = cotan.dot_general %a, %c batch = [] x [] contract = [1] x [0] : tensor<7x8xf32>, tensor<8x10xf32>
  return %r, %s : tensor<7x9xf32>, tensor<7x10xf32>
}

// CHECK-LABEL: @empty_contraction
func.func @empty_contraction(%a: tensor<3x0xf32>, %b: tensor<0x4xf32>) -> tensor<3x4xf32> {
  // CHECK-NEXT: cotan.constant dense<0.000000e+00> : tensor<3x4xf32>
  // CHECK-NEXT: return
  %r = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<3x0xf32>, tensor<0x4xf32>
  return %r : tensor<3x4xf32>
}

// The same transpose on both sides goes once.
// CHECK-LABEL: @same_operand_twice
func.func @same_operand_twice(%a: tensor<8x16xf32>) -> tensor<16x16xf32> {
  // CHECK-NEXT: cotan.dot_general %arg0, %arg0 batch = [] x [] contract = [0] x [0]
  // CHECK-NEXT: return
  %t = cotan.transpose %a permutation = [1, 0] : tensor<8x16xf32> to tensor<16x8xf32>
  %r = cotan.dot_general %t, %t batch = [] x [] contract = [1] x [1] : tensor<16x8xf32>, tensor<16x8xf32>
  return %r : tensor<16x16xf32>
}
