// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// Derivatives of derivatives in any order and mode, calls, and the identities that matter to differentiation.

func.func @f(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.sin %x : tensor<4xf64>
  return %y : tensor<4xf64>
}

// CHECK-LABEL: func.func @reverse(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[COS:.*]] = cotan.cos %[[X]]
// CHECK: %[[DX:.*]] = cotan.mul %[[CT]], %[[COS]]
// CHECK: return %[[DX]]
func.func @reverse(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @f(%x) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[T:.*]]: tensor<4xf64>
// CHECK: %[[COS:.*]] = cotan.cos %[[X]]
// CHECK: %[[DY:.*]] = cotan.mul %[[T]], %[[COS]]
// CHECK: return %[[DY]]
func.func @forward(%x: tensor<4xf64>, %t: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.jvp @f(%x) tangents(%t) wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @reverse_over_reverse(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>, %[[CT2:.*]]: tensor<4xf64>
// CHECK-NOT: cotan.vjp
// CHECK: %[[M:.*]] = cotan.mul %[[CT2]], %[[CT]]
// CHECK: %[[SIN:.*]] = cotan.sin %[[X]]
// CHECK: %[[P:.*]] = cotan.mul %[[M]], %[[SIN]]
// CHECK: %[[R:.*]] = cotan.neg %[[P]]
// CHECK: return %[[R]]
func.func @reverse_over_reverse(%x: tensor<4xf64>, %ct: tensor<4xf64>, %ct2: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @reverse(%x, %ct) cotangents(%ct2) of = [0] wrt = [0]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @forward_over_reverse(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>, %[[T:.*]]: tensor<4xf64>
// CHECK: cotan.sin %[[X]]
// CHECK: %[[SIN:.*]] = cotan.sin %[[X]]
// CHECK: %[[P:.*]] = cotan.mul %[[T]], %[[SIN]]
// CHECK: %[[N:.*]] = cotan.neg %[[P]]
// CHECK: %[[R:.*]] = cotan.mul %[[N]], %[[CT]]
// CHECK: return %[[R]]
func.func @forward_over_reverse(%x: tensor<4xf64>, %ct: tensor<4xf64>, %t: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.jvp @reverse(%x, %ct) tangents(%t) wrt = [0]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @reverse_over_forward(
// CHECK-NOT: cotan.jvp
// CHECK-NOT: cotan.vjp
// CHECK: return
func.func @reverse_over_forward(%x: tensor<4xf64>, %t: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @forward(%x, %t) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

func.func @twice(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = func.call @f(%x) : (tensor<4xf64>) -> tensor<4xf64>
  %z = func.call @f(%y) : (tensor<4xf64>) -> tensor<4xf64>
  return %z : tensor<4xf64>
}

// Calls are inlined.
// CHECK-LABEL: func.func @calls(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.sin %[[X]]
// CHECK: %[[C2:.*]] = cotan.cos %[[Y]]
// CHECK: %[[DY:.*]] = cotan.mul %[[CT]], %[[C2]]
// CHECK: %[[C1:.*]] = cotan.cos %[[X]]
// CHECK: %[[DX:.*]] = cotan.mul %[[DY]], %[[C1]]
// CHECK: return %[[DX]]
func.func @calls(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @twice(%x) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

func.func @product(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.mul %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}

// One value passed twice is two arguments.
// CHECK-LABEL: func.func @same_input_twice(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: cotan.mul %[[X]], %[[X]]
// CHECK: %[[A:.*]] = cotan.mul %[[CT]], %[[X]]
// CHECK-NOT: cotan.add
// CHECK: return %[[A]]
func.func @same_input_twice(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @product(%x, %x) cotangents(%ct) of = [0] wrt = [1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

func.func @loss(%x: tensor<4xf64>, %saved: tensor<4xf64>) -> tensor<4xf64> {
  %c = cotan.exp %x : tensor<4xf64>
  %y = cotan.saved %c, %saved : tensor<4xf64>
  %z = cotan.mul %y, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}

// The value at hand replaces what is computed, in the adjoint too.
// CHECK-LABEL: func.func @saved(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[S:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK-NOT: cotan.saved
// CHECK: %[[A:.*]] = cotan.mul %[[CT]], %[[S]]
// CHECK: %[[B:.*]] = cotan.mul %[[CT]], %[[S]]
// CHECK: %[[DY:.*]] = cotan.add %[[A]], %[[B]]
// CHECK: %[[DX:.*]] = cotan.mul %[[DY]], %[[S]]
// CHECK: return %[[DX]]
func.func @saved(%x: tensor<4xf64>, %saved: tensor<4xf64>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @loss(%x, %saved) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// Without any derivative too.
// CHECK-LABEL: func.func @markers(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>
// CHECK-NEXT: return %[[X]]
func.func @markers(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.stop_gradient %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
