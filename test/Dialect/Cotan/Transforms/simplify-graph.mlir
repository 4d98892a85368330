// RUN: cotan-opt %s --cotan-simplify-graph | FileCheck %s

// CHECK-LABEL: @merges_equal_ops
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[Y:.*]]: tensor<4xf32>
func.func @merges_equal_ops(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[S:.*]] = cotan.add %[[X]], %[[Y]]
  // CHECK-NEXT: %[[E:.*]] = cotan.exp %[[S]]
  // CHECK-NEXT: return %[[E]], %[[E]]
  %a = cotan.add %x, %y : tensor<4xf32>
  %b = cotan.add %y, %x : tensor<4xf32>
  %e = cotan.exp %a : tensor<4xf32>
  %f = cotan.exp %b : tensor<4xf32>
  return %e, %f : tensor<4xf32>, tensor<4xf32>
}

// Attributes are part of an op's identity.
// CHECK-LABEL: @keeps_different_attributes
func.func @keeps_different_attributes(%x: tensor<4x4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: cotan.reduce sum
  // CHECK: cotan.reduce sum
  %a = cotan.reduce sum %x dims = [0] : tensor<4x4xf32>
  %b = cotan.reduce sum %x dims = [1] : tensor<4x4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @removes_dead_ops
func.func @removes_dead_ops(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: return
  %a = cotan.exp %x : tensor<4xf32>
  %b = cotan.log %a : tensor<4xf32>
  return %x : tensor<4xf32>
}

// A fold's constant feeds the next fold, in one walk.
// CHECK-LABEL: @folds_through
func.func @folds_through(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: return %arg0
  %two = cotan.constant dense<2.0> : tensor<4xf32>
  %three = cotan.constant dense<3.0> : tensor<4xf32>
  %one = cotan.sub %three, %two : tensor<4xf32>
  %r = cotan.mul %one, %x : tensor<4xf32>
  return %r : tensor<4xf32>
}

// x + 0.0 turns -0.0 into 0.0: it stays.
// CHECK-LABEL: @keeps_addition_of_zero
func.func @keeps_addition_of_zero(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: cotan.add
  %zero = cotan.constant dense<0.0> : tensor<4xf32>
  %r = cotan.add %x, %zero : tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: @signs
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[Y:.*]]: tensor<4xf32>
func.func @signs(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: cotan.sub %[[X]], %[[Y]]
  // CHECK-DAG: cotan.add %[[X]], %[[Y]]
  // CHECK-DAG: cotan.mul %[[X]], %[[Y]]
  // CHECK-NOT: cotan.neg
  %nx = cotan.neg %x : tensor<4xf32>
  %ny = cotan.neg %y : tensor<4xf32>
  %a = cotan.add %x, %ny : tensor<4xf32>
  %b = cotan.sub %x, %ny : tensor<4xf32>
  %c = cotan.mul %nx, %ny : tensor<4xf32>
  return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @divisions
func.func @divisions(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[EIGHTH:.*]] = cotan.constant dense<1.250000e-01>
  // CHECK-DAG: cotan.mul %{{.*}}, %[[EIGHTH]]
  // CHECK-DAG: cotan.div
  %eight = cotan.constant dense<8.0> : tensor<4xf32>
  %three = cotan.constant dense<3.0> : tensor<4xf32>
  %a = cotan.div %x, %eight : tensor<4xf32>
  %b = cotan.div %x, %three : tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @square
func.func @square(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[R:.*]] = cotan.mul %[[X:.*]], %[[X]]
  // CHECK: return %[[R]]
  %two = cotan.constant dense<2.0> : tensor<4xf32>
  %r = cotan.pow %x, %two : tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: @unit_dimensions
// CHECK-SAME: %[[B:.*]]: tensor<3xf32>, %[[X:.*]]: tensor<4x1x3xf32>
func.func @unit_dimensions(%b: tensor<3xf32>, %x: tensor<4x1x3xf32>) -> (tensor<8x3xf32>, tensor<1x4x3xf32>, tensor<4x3xf32>) {
  // CHECK-DAG: cotan.broadcast %[[B]] dims = [1] : tensor<3xf32> to tensor<8x3xf32>
  // CHECK-DAG: cotan.reshape %[[X]] : tensor<4x1x3xf32> to tensor<1x4x3xf32>
  // CHECK-DAG: cotan.reshape %[[X]] : tensor<4x1x3xf32> to tensor<4x3xf32>
  %r = cotan.reshape %b : tensor<3xf32> to tensor<1x3xf32>
  %a = cotan.broadcast %r dims = [0, 1] : tensor<1x3xf32> to tensor<8x3xf32>
  %t = cotan.transpose %x permutation = [1, 0, 2] : tensor<4x1x3xf32> to tensor<1x4x3xf32>
  %s = cotan.reduce sum %x dims = [1] : tensor<4x1x3xf32>
  return %a, %t, %s : tensor<8x3xf32>, tensor<1x4x3xf32>, tensor<4x3xf32>
}

// CHECK-LABEL: @view_of_broadcast_scalar
// CHECK-SAME: %[[S:.*]]: tensor<f32>
func.func @view_of_broadcast_scalar(%s: tensor<f32>) -> tensor<3x2xf32> {
  // CHECK-NEXT: %[[R:.*]] = cotan.broadcast %[[S]] dims = [] : tensor<f32> to tensor<3x2xf32>
  // CHECK-NEXT: return %[[R]]
  %b = cotan.broadcast %s dims = [] : tensor<f32> to tensor<4x3xf32>
  %c = cotan.slice %b starts = [0, 0] limits = [2, 3] strides = [1, 1] : tensor<4x3xf32> to tensor<2x3xf32>
  %t = cotan.transpose %c permutation = [1, 0] : tensor<2x3xf32> to tensor<3x2xf32>
  return %t : tensor<3x2xf32>
}

// CHECK-LABEL: @computes_before_broadcasting
// CHECK-SAME: %[[A:.*]]: tensor<8xf32>, %[[B:.*]]: tensor<8xf32>
func.func @computes_before_broadcasting(%a: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<8x100xf32> {
  // CHECK-NEXT: %[[S:.*]] = cotan.sub %[[A]], %[[B]] : tensor<8xf32>
  // CHECK-NEXT: %[[E:.*]] = cotan.exp %[[S]] : tensor<8xf32>
  // CHECK-NEXT: cotan.broadcast %[[E]] dims = [0]
  %x = cotan.broadcast %a dims = [0] : tensor<8xf32> to tensor<8x100xf32>
  %y = cotan.broadcast %b dims = [0] : tensor<8xf32> to tensor<8x100xf32>
  %s = cotan.sub %x, %y : tensor<8x100xf32>
  %e = cotan.exp %s : tensor<8x100xf32>
  return %e : tensor<8x100xf32>
}

// Ops of a region merge with those around it, never the other way.
// CHECK-LABEL: @regions
func.func @regions(%x: tensor<f32>, %c: i1) -> (tensor<f32>, tensor<f32>) {
  // CHECK: %[[E:.*]] = cotan.exp
  // CHECK: scf.if
  // CHECK-NEXT: scf.yield %[[E]]
  // CHECK: %[[L:.*]] = cotan.log
  // CHECK-NEXT: scf.yield %[[L]]
  // CHECK: %[[M:.*]] = cotan.log
  // CHECK: return %{{.*}}, %[[M]]
  %e = cotan.exp %x : tensor<f32>
  %r = scf.if %c -> tensor<f32> {
    %f = cotan.exp %x : tensor<f32>
    scf.yield %f : tensor<f32>
  } else {
    %l = cotan.log %e : tensor<f32>
    scf.yield %l : tensor<f32>
  }
  %m = cotan.log %e : tensor<f32>
  return %r, %m : tensor<f32>, tensor<f32>
}
