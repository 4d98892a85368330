// RUN: cotan-opt %s --cotan-form-kernels | FileCheck %s

// Every region has its own plan; what it takes from outside is in memory there.
// CHECK-LABEL: @loop
func.func @loop(%x: tensor<16xf32>, %n: index) -> tensor<16xf32> {
  // CHECK: %[[E:.*]] = cotan.kernel extents = [16]
  // CHECK: cotan.exp
  // CHECK: %[[L:.*]] = scf.for {{.*}} iter_args(%[[A:.*]] = %arg0)
  // CHECK: %[[S:.*]] = cotan.kernel extents = [16] reduction_dims = [] inputs(%[[A]], %[[E]])
  // CHECK: cotan.sin
  // CHECK: cotan.mul
  // CHECK: scf.yield %[[S]]
  // CHECK: cotan.kernel extents = [16] reduction_dims = [] inputs(%[[L]])
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = cotan.exp %x : tensor<16xf32>
  %l = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<16xf32> {
    %s = cotan.sin %a : tensor<16xf32>
    %m = cotan.mul %s, %e : tensor<16xf32>
    scf.yield %m : tensor<16xf32>
  }
  %r = cotan.cos %l : tensor<16xf32>
  return %r : tensor<16xf32>
}

// CHECK-LABEL: @condition
func.func @condition(%x: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[C:.*]] = cotan.kernel extents = []
  // CHECK: cotan.compare lt
  // CHECK: %[[B:.*]] = tensor.extract %[[C]][]
  // CHECK: scf.if %[[B]]
  // CHECK: cotan.kernel extents = []
  // CHECK: cotan.exp
  %z = cotan.constant dense<0.0> : tensor<f32>
  %c = cotan.compare lt %x, %z : tensor<f32>
  %b = tensor.extract %c[] : tensor<i1>
  %r = scf.if %b -> tensor<f32> {
    %e = cotan.exp %x : tensor<f32>
    scf.yield %e : tensor<f32>
  } else {
    scf.yield %x : tensor<f32>
  }
  return %r : tensor<f32>
}

// A view that a region uses is copied in front of it.
// CHECK-LABEL: @captured_view
func.func @captured_view(%x: tensor<4x6xf32>, %c: i1) -> tensor<6x4xf32> {
  // CHECK: %[[T:.*]] = cotan.kernel extents = [6, 4]
  // CHECK: scf.if
  // CHECK: scf.yield %[[T]]
  // CHECK: cotan.kernel extents = [6, 4] reduction_dims = [] inputs(%[[T]])
  %t = cotan.transpose %x permutation = [1, 0] : tensor<4x6xf32> to tensor<6x4xf32>
  %r = scf.if %c -> tensor<6x4xf32> {
    scf.yield %t : tensor<6x4xf32>
  } else {
    %e = cotan.exp %t : tensor<6x4xf32>
    scf.yield %e : tensor<6x4xf32>
  }
  return %r : tensor<6x4xf32>
}
