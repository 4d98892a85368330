// RUN: cotan-opt %s --cotan-form-fma | FileCheck %s

// CHECK-LABEL: @add
// CHECK-SAME: %[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>, %[[C:.*]]: tensor<4xf32>
func.func @add(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: cotan.fma %[[A]], %[[B]], %[[C]]
  // CHECK-NEXT: cotan.fma %[[A]], %[[C]], %[[B]]
  // CHECK-NEXT: return
  %p = cotan.mul %a, %b : tensor<4xf32>
  %x = cotan.add %p, %c : tensor<4xf32>
  %q = cotan.mul %a, %c : tensor<4xf32>
  %y = cotan.add %b, %q : tensor<4xf32>
  return %x, %y : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @sub
// CHECK-SAME: %[[A:.*]]: tensor<4xf64>, %[[B:.*]]: tensor<4xf64>, %[[C:.*]]: tensor<4xf64>
func.func @sub(%a: tensor<4xf64>, %b: tensor<4xf64>, %c: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  // CHECK-NEXT: %[[NC:.*]] = cotan.neg %[[C]]
  // CHECK-NEXT: cotan.fma %[[A]], %[[B]], %[[NC]]
  // CHECK-NEXT: %[[NA:.*]] = cotan.neg %[[A]]
  // CHECK-NEXT: cotan.fma %[[NA]], %[[B]], %[[C]]
  // CHECK-NEXT: return
  %p = cotan.mul %a, %b : tensor<4xf64>
  %x = cotan.sub %p, %c : tensor<4xf64>
  %q = cotan.mul %a, %b : tensor<4xf64>
  %y = cotan.sub %c, %q : tensor<4xf64>
  return %x, %y : tensor<4xf64>, tensor<4xf64>
}

// Of two products the left one is contracted.
// CHECK-LABEL: @two_products
// CHECK-SAME: %[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>
func.func @two_products(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: %[[Q:.*]] = cotan.mul %[[B]], %[[B]]
  // CHECK-NEXT: cotan.fma %[[A]], %[[A]], %[[Q]]
  %p = cotan.mul %a, %a : tensor<4xf32>
  %q = cotan.mul %b, %b : tensor<4xf32>
  %s = cotan.add %p, %q : tensor<4xf32>
  return %s : tensor<4xf32>
}

// CHECK-LABEL: @used_twice
// CHECK-NOT: cotan.fma
func.func @used_twice(%a: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %p = cotan.mul %a, %b : tensor<4xf32>
  %s = cotan.add %p, %a : tensor<4xf32>
  return %p, %s : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @integers
// CHECK-NOT: cotan.fma
func.func @integers(%a: tensor<4xi32>, %b: tensor<4xi32>) -> tensor<4xi32> {
  %p = cotan.mul %a, %b : tensor<4xi32>
  %s = cotan.add %p, %a : tensor<4xi32>
  return %s : tensor<4xi32>
}

// CHECK-LABEL: @square_added_to_itself
// CHECK-NOT: cotan.fma
func.func @square_added_to_itself(%a: tensor<4xf32>) -> tensor<4xf32> {
  %p = cotan.mul %a, %a : tensor<4xf32>
  %s = cotan.add %p, %p : tensor<4xf32>
  return %s : tensor<4xf32>
}

// A product outside of a loop is not moved into it.
// CHECK-LABEL: @across_regions
// CHECK-NOT: cotan.fma
func.func @across_regions(%a: tensor<f32>, %c: i1) -> tensor<f32> {
  %p = cotan.mul %a, %a : tensor<f32>
  %r = scf.if %c -> tensor<f32> {
    %s = cotan.add %p, %a : tensor<f32>
    scf.yield %s : tensor<f32>
  } else {
    scf.yield %a : tensor<f32>
  }
  return %r : tensor<f32>
}
