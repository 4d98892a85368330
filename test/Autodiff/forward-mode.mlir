// RUN: cotan-opt %s --cotan-expand-derivatives --canonicalize | FileCheck %s

// Tangents beside values: rules that differ from reverse mode, and control flow.

func.func @product(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.mul %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
// CHECK-LABEL: func.func @product_jvp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[TX:.*]]: tensor<4xf64>, %[[TY:.*]]: tensor<4xf64>
// CHECK-DAG: %[[A:.*]] = cotan.mul %[[TX]], %[[Y]]
// CHECK-DAG: %[[B:.*]] = cotan.mul %[[TY]], %[[X]]
// CHECK: %[[R:.*]] = cotan.add %[[A]], %[[B]]
// CHECK: return %[[R]]
func.func @product_jvp(%x: tensor<4xf64>, %y: tensor<4xf64>, %tx: tensor<4xf64>, %ty: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.jvp @product(%x, %y) tangents(%tx, %ty) wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>, tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

func.func @matmul(%x: tensor<2x3xf64>, %y: tensor<3x4xf64>) -> tensor<2x4xf64> {
  %z = cotan.dot_general %x, %y batch = [] x [] contract = [1] x [0] : tensor<2x3xf64>, tensor<3x4xf64>
  return %z : tensor<2x4xf64>
}
// CHECK-LABEL: func.func @matmul_jvp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[Y:.*]]: tensor<3x4xf64>, %[[TX:.*]]: tensor<2x3xf64>, %[[TY:.*]]: tensor<3x4xf64>
// CHECK-DAG: %[[A:.*]] = cotan.dot_general %[[TX]], %[[Y]]
// CHECK-DAG: %[[B:.*]] = cotan.dot_general %[[X]], %[[TY]]
// CHECK: %[[R:.*]] = cotan.add %[[A]], %[[B]]
// CHECK: return %[[R]]
func.func @matmul_jvp(%x: tensor<2x3xf64>, %y: tensor<3x4xf64>, %tx: tensor<2x3xf64>, %ty: tensor<3x4xf64>) -> tensor<2x4xf64> {
  %r:2 = cotan.jvp @matmul(%x, %y) tangents(%tx, %ty) wrt = [0, 1]
      : (tensor<2x3xf64>, tensor<3x4xf64>), (tensor<2x3xf64>, tensor<3x4xf64>) -> (tensor<2x4xf64>, tensor<2x4xf64>)
  return %r#1 : tensor<2x4xf64>
}

// A linear op is applied to the tangents; indices stay, an operand without tangent counts as zero.
func.func @scatter(%x: tensor<8xf64>, %i: tensor<3xi64>, %u: tensor<3xf64>) -> tensor<8xf64> {
  %z = cotan.scatter_add %x[%i], %u : tensor<8xf64>, tensor<3xi64>, tensor<3xf64>
  return %z : tensor<8xf64>
}
// CHECK-LABEL: func.func @scatter_jvp(
// CHECK-SAME: %{{.*}}: tensor<8xf64>, %[[I:.*]]: tensor<3xi64>, %{{.*}}: tensor<3xf64>, %[[T:.*]]: tensor<3xf64>
// CHECK: %[[ZERO:.*]] = cotan.constant dense<0.000000e+00> : tensor<8xf64>
// CHECK: %[[R:.*]] = cotan.scatter_add %[[ZERO]][%[[I]]], %[[T]]
// CHECK: return %[[R]]
func.func @scatter_jvp(%x: tensor<8xf64>, %i: tensor<3xi64>, %u: tensor<3xf64>, %t: tensor<3xf64>) -> tensor<8xf64> {
  %r:2 = cotan.jvp @scatter(%x, %i, %u) tangents(%t) wrt = [2]
      : (tensor<8xf64>, tensor<3xi64>, tensor<3xf64>), (tensor<3xf64>) -> (tensor<8xf64>, tensor<8xf64>)
  return %r#1 : tensor<8xf64>
}

func.func @max(%x: tensor<2x3xf64>) -> tensor<2xf64> {
  %z = cotan.reduce max %x dims = [1] : tensor<2x3xf64>
  return %z : tensor<2xf64>
}
// CHECK-LABEL: func.func @max_jvp(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64>, %[[T:.*]]: tensor<2x3xf64>
// CHECK: %[[Y:.*]] = cotan.reduce max %[[X]]
// CHECK: %[[B:.*]] = cotan.broadcast %[[Y]]
// CHECK: %[[E:.*]] = cotan.compare eq %[[X]], %[[B]]
// CHECK: %[[M:.*]] = cotan.cast %[[E]]
// CHECK: %[[N:.*]] = cotan.reduce sum %[[M]]
// CHECK: %[[TM:.*]] = cotan.mul %[[T]], %[[M]]
// CHECK: %[[S:.*]] = cotan.reduce sum %[[TM]]
// CHECK: %[[R:.*]] = cotan.div %[[S]], %[[N]]
// CHECK: return %[[R]]
func.func @max_jvp(%x: tensor<2x3xf64>, %t: tensor<2x3xf64>) -> tensor<2xf64> {
  %r:2 = cotan.jvp @max(%x) tangents(%t) wrt = [0] : (tensor<2x3xf64>), (tensor<2x3xf64>) -> (tensor<2xf64>, tensor<2xf64>)
  return %r#1 : tensor<2xf64>
}

func.func @prod(%x: tensor<2xf64>) -> tensor<f64> {
  %z = cotan.reduce prod %x dims = [0] : tensor<2xf64>
  return %z : tensor<f64>
}
// CHECK-LABEL: func.func @prod_jvp(
// CHECK-SAME: %[[X:.*]]: tensor<2xf64>, %[[T:.*]]: tensor<2xf64>
// CHECK-DAG: %[[B:.*]] = cotan.slice %[[X]] starts = [1] limits = [2]
// CHECK-DAG: %[[A:.*]] = cotan.slice %[[X]] starts = [0] limits = [1]
// CHECK-DAG: %[[TB:.*]] = cotan.slice %[[T]] starts = [1] limits = [2]
// CHECK-DAG: %[[TA:.*]] = cotan.slice %[[T]] starts = [0] limits = [1]
// CHECK: %[[P:.*]] = cotan.mul %[[TA]], %[[B]]
// CHECK: %[[Q:.*]] = cotan.mul %[[A]], %[[TB]]
// CHECK: %[[S:.*]] = cotan.add %[[P]], %[[Q]]
// CHECK: %[[R:.*]] = cotan.reshape %[[S]] : tensor<1xf64> to tensor<f64>
// CHECK: return %[[R]]
func.func @prod_jvp(%x: tensor<2xf64>, %t: tensor<2xf64>) -> tensor<f64> {
  %r:2 = cotan.jvp @prod(%x) tangents(%t) wrt = [0] : (tensor<2xf64>), (tensor<2xf64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}

// Loops and branches carry tangents of what varies; trip counts need not be known.
func.func @while(%x: tensor<f64>, %step: tensor<f64>) -> tensor<f64> {
  %limit = cotan.constant dense<1000.0> : tensor<f64>
  %r:2 = scf.while (%a = %x, %k = %step) : (tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<f64>) {
    %below = cotan.compare lt %a, %limit : tensor<f64>
    %c = tensor.extract %below[] : tensor<i1>
    scf.condition(%c) %k, %a : tensor<f64>, tensor<f64>
  } do {
  ^bb0(%k: tensor<f64>, %a: tensor<f64>):
    %b = cotan.mul %a, %k : tensor<f64>
    scf.yield %b, %k : tensor<f64>, tensor<f64>
  }
  return %r#1 : tensor<f64>
}
// CHECK-LABEL: func.func @while_jvp(
// CHECK-SAME: %[[X:.*]]: tensor<f64>, %[[STEP:.*]]: tensor<f64>, %[[T:.*]]: tensor<f64>
// CHECK: %[[R:.*]]:2 = scf.while (%[[A:.*]] = %[[X]], %[[TA:.*]] = %[[T]])
// CHECK: scf.condition(%{{.*}}) %[[A]], %[[TA]]
// CHECK: ^bb0(%[[A2:.*]]: tensor<f64>, %[[TA2:.*]]: tensor<f64>):
// CHECK-DAG: %[[B:.*]] = cotan.mul %[[A2]], %[[STEP]]
// CHECK-DAG: %[[TB:.*]] = cotan.mul %[[TA2]], %[[STEP]]
// CHECK: scf.yield %[[B]], %[[TB]]
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @while_jvp(%x: tensor<f64>, %step: tensor<f64>, %t: tensor<f64>) -> (tensor<f64>, tensor<f64>) {
  %r:2 = cotan.jvp @while(%x, %step) tangents(%t) wrt = [0] : (tensor<f64>, tensor<f64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#0, %r#1 : tensor<f64>, tensor<f64>
}

func.func @for(%x: tensor<f64>, %n: tensor<i64>) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.extract %n[] : tensor<i64>
  %end = arith.index_cast %e : i64 to index
  %r = scf.for %i = %c0 to %end step %c1 iter_args(%a = %x) -> tensor<f64> {
    %b = cotan.sin %a : tensor<f64>
    scf.yield %b : tensor<f64>
  }
  return %r : tensor<f64>
}
// CHECK-LABEL: func.func @for_jvp(
// CHECK-SAME: %[[X:.*]]: tensor<f64>, %{{.*}}: tensor<i64>, %[[T:.*]]: tensor<f64>
// CHECK: %[[R:.*]]:2 = scf.for {{.*}} iter_args(%[[A:.*]] = %[[X]], %[[TA:.*]] = %[[T]])
// CHECK-DAG: %[[B:.*]] = cotan.sin %[[A]]
// CHECK-DAG: %[[C:.*]] = cotan.cos %[[A]]
// CHECK: %[[TB:.*]] = cotan.mul %[[TA]], %[[C]]
// CHECK: scf.yield %[[B]], %[[TB]]
// CHECK: return %[[R]]#1
func.func @for_jvp(%x: tensor<f64>, %n: tensor<i64>, %t: tensor<f64>) -> tensor<f64> {
  %r:2 = cotan.jvp @for(%x, %n) tangents(%t) wrt = [0] : (tensor<f64>, tensor<i64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}

// Bounds that are compared without signs still are.
func.func @for_unsigned(%x: tensor<f64>, %n: tensor<i64>) -> tensor<f64> {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %end = tensor.extract %n[] : tensor<i64>
  %r = scf.for unsigned %i = %c0 to %end step %c1 iter_args(%a = %x) -> (tensor<f64>) : i64 {
    %b = cotan.sin %a : tensor<f64>
    scf.yield %b : tensor<f64>
  }
  return %r : tensor<f64>
}
// CHECK-LABEL: func.func @for_unsigned_jvp(
// CHECK: scf.for unsigned
func.func @for_unsigned_jvp(%x: tensor<f64>, %n: tensor<i64>, %t: tensor<f64>) -> tensor<f64> {
  %r:2 = cotan.jvp @for_unsigned(%x, %n) tangents(%t) wrt = [0] : (tensor<f64>, tensor<i64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}

func.func @if(%x: tensor<f64>, %p: tensor<i1>) -> (tensor<f64>, tensor<i1>) {
  %c = tensor.extract %p[] : tensor<i1>
  %r = scf.if %c -> tensor<f64> {
    %b = cotan.exp %x : tensor<f64>
    scf.yield %b : tensor<f64>
  } else {
    %zero = cotan.constant dense<0.0> : tensor<f64>
    scf.yield %zero : tensor<f64>
  }
  return %r, %p : tensor<f64>, tensor<i1>
}
// A result that has no derivative has a tangent of zeros.
// CHECK-LABEL: func.func @if_jvp(
// CHECK-SAME: %[[X:.*]]: tensor<f64>, %[[P:.*]]: tensor<i1>, %[[T:.*]]: tensor<f64>
// CHECK-DAG: %[[FALSE:.*]] = cotan.constant dense<false> : tensor<i1>
// CHECK-DAG: %[[ZERO:.*]] = cotan.constant dense<0.000000e+00> : tensor<f64>
// CHECK: %[[R:.*]] = scf.if %{{.*}} -> (tensor<f64>) {
// CHECK: %[[E:.*]] = cotan.exp %[[X]]
// CHECK: %[[TE:.*]] = cotan.mul %[[T]], %[[E]]
// CHECK: scf.yield %[[TE]]
// CHECK: } else {
// CHECK: scf.yield %[[ZERO]]
// CHECK: return %[[R]], %[[FALSE]]
func.func @if_jvp(%x: tensor<f64>, %p: tensor<i1>, %t: tensor<f64>) -> (tensor<f64>, tensor<i1>) {
  %r:4 = cotan.jvp @if(%x, %p) tangents(%t) wrt = [0] : (tensor<f64>, tensor<i1>), (tensor<f64>) -> (tensor<f64>, tensor<i1>, tensor<f64>, tensor<i1>)
  return %r#2, %r#3 : tensor<f64>, tensor<i1>
}
