// RUN: cotan-opt %s --cotan-expand-derivatives --canonicalize | FileCheck %s

// Reverse mode through scf.for and scf.if. Canonicalised, so that unused results are out of the way.

// The iteration argument is stacked; exp of the invariant is hoisted and kept once; its cotangent is summed over the iterations.
func.func @loop(%x: tensor<4xf64>, %w: tensor<4xf64>) -> tensor<4xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x) -> tensor<4xf64> {
    %e = cotan.exp %w : tensor<4xf64>
    %m = cotan.mul %a, %e : tensor<4xf64>
    scf.yield %m : tensor<4xf64>
  }
  return %r : tensor<4xf64>
}
// CHECK-LABEL: func.func @loop_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[W:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[E:.*]] = cotan.exp %[[W]]
// CHECK: %[[EMPTY:.*]] = cotan.empty : tensor<5x4xf64>
// CHECK: %[[PRIMAL:.*]]:2 = scf.for %[[I:.*]] = %c0 to %c5 step %c1 iter_args(%[[A:.*]] = %[[X]], %[[STACK:.*]] = %[[EMPTY]])
// CHECK: %[[M:.*]] = cotan.mul %[[A]], %[[E]]
// CHECK: %[[I64:.*]] = arith.index_cast %[[I]]
// CHECK: %[[K:.*]] = tensor.from_elements %[[I64]]
// CHECK: %[[SLOT:.*]] = cotan.reshape %[[A]] : tensor<4xf64> to tensor<1x4xf64>
// CHECK: %[[PUSHED:.*]] = cotan.dynamic_update_slice %[[STACK]], %[[SLOT]][%[[K]], %{{.*}}]
// CHECK: scf.yield %[[M]], %[[PUSHED]]
// CHECK: %[[ADJ:.*]]:2 = scf.for %[[J:.*]] = %c0 to %c5 step %c1 iter_args(%[[DA:.*]] = %[[CT]], %[[DE:.*]] = %{{.*}})
// CHECK: %[[BACK:.*]] = arith.subi %c4, %[[J]]
// CHECK: %[[B64:.*]] = arith.index_cast %[[BACK]]
// CHECK: %[[KB:.*]] = tensor.from_elements %[[B64]]
// CHECK: %[[READ:.*]] = cotan.dynamic_slice %[[PRIMAL]]#1[%[[KB]], %{{.*}}]
// CHECK: %[[A2:.*]] = cotan.reshape %[[READ]] : tensor<1x4xf64> to tensor<4xf64>
// CHECK: %[[NEXT:.*]] = cotan.mul %[[DA]], %[[E]]
// CHECK: %[[TERM:.*]] = cotan.mul %[[DA]], %[[A2]]
// CHECK: %[[SUM:.*]] = cotan.add %[[DE]], %[[TERM]]
// CHECK: scf.yield %[[NEXT]], %[[SUM]]
// CHECK: %[[DW:.*]] = cotan.mul %[[ADJ]]#1, %[[E]]
// CHECK: return %[[PRIMAL]]#0, %[[ADJ]]#0, %[[DW]]
func.func @loop_vjp(%x: tensor<4xf64>, %w: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @loop(%x, %w) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#0, %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}

// Three values are used, but all can be recomputed from one.
func.func @recomputed(%x: tensor<4xf64>) -> tensor<4xf64> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c7 = arith.constant 7 : index
  %r = scf.for %i = %c0 to %c7 step %c2 iter_args(%a = %x) -> tensor<4xf64> {
    %b = cotan.sin %a : tensor<4xf64>
    %c = cotan.sin %b : tensor<4xf64>
    %d = cotan.sin %c : tensor<4xf64>
    scf.yield %d : tensor<4xf64>
  }
  return %r : tensor<4xf64>
}
// CHECK-LABEL: func.func @recomputed_vjp(
// CHECK: %[[PRIMAL:.*]]:2 = scf.for {{.*}} -> (tensor<4xf64>, tensor<4x4xf64>) {
// CHECK: arith.divsi
// CHECK: scf.for %[[J:.*]] = %c0 to %c7 step %c2
// CHECK: %[[BACK:.*]] = arith.subi %c6, %[[J]]
// CHECK: arith.divsi %[[BACK]], %c2
// CHECK: cotan.dynamic_slice %[[PRIMAL]]#1
// CHECK: %[[A:.*]] = cotan.reshape
// CHECK-DAG: %[[B:.*]] = cotan.sin %[[A]]
// CHECK-DAG: %[[C:.*]] = cotan.sin %[[B]]
// CHECK-DAG: cotan.cos %[[C]]
// CHECK-DAG: cotan.cos %[[B]]
// CHECK-DAG: cotan.cos %[[A]]
func.func @recomputed_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:2 = cotan.vjp @recomputed(%x) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#0, %r#1 : tensor<4xf64>, tensor<4xf64>
}

// No value of an iteration is needed, so the trip count need not be known; rows are added in place.
func.func @sum_of_rows(%x: tensor<8x3xf64>, %n: tensor<i64>) -> tensor<1x3xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.extract %n[] : tensor<i64>
  %end = arith.index_cast %e : i64 to index
  %zero = cotan.constant dense<0> : tensor<i64>
  %init = cotan.constant dense<0.0> : tensor<1x3xf64>
  %r = scf.for %i = %c0 to %end step %c1 iter_args(%a = %init) -> tensor<1x3xf64> {
    %i64 = arith.index_cast %i : index to i64
    %k = tensor.from_elements %i64 : tensor<i64>
    %row = cotan.dynamic_slice %x[%k, %zero] : tensor<8x3xf64> to tensor<1x3xf64>
    %b = cotan.add %a, %row : tensor<1x3xf64>
    scf.yield %b : tensor<1x3xf64>
  }
  return %r : tensor<1x3xf64>
}
// CHECK-LABEL: func.func @sum_of_rows_vjp(
// CHECK-SAME: %{{.*}}: tensor<8x3xf64>, %{{.*}}: tensor<i64>, %[[CT:.*]]: tensor<1x3xf64>
// CHECK: %[[END:.*]] = arith.index_cast
// CHECK: %[[ADJ:.*]] = scf.for %[[J:.*]] = %c0 to %[[END]] step %c1 iter_args(%[[DX:.*]] = %{{.*}}) -> (tensor<8x3xf64>) {
// CHECK: %[[BACK:.*]] = arith.subi %{{.*}}, %[[J]]
// CHECK: %[[B64:.*]] = arith.index_cast %[[BACK]]
// CHECK: %[[K:.*]] = tensor.from_elements %[[B64]]
// CHECK: %[[ROW:.*]] = cotan.dynamic_slice %[[DX]][%[[K]], %{{.*}}]
// CHECK: %[[SUM:.*]] = cotan.add %[[ROW]], %[[CT]]
// CHECK: %[[NEXT:.*]] = cotan.dynamic_update_slice %[[DX]], %[[SUM]][%[[K]], %{{.*}}]
// CHECK: scf.yield %[[NEXT]]
// CHECK: return %[[ADJ]]
func.func @sum_of_rows_vjp(%x: tensor<8x3xf64>, %n: tensor<i64>, %ct: tensor<1x3xf64>) -> tensor<8x3xf64> {
  %r:2 = cotan.vjp @sum_of_rows(%x, %n) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<8x3xf64>, tensor<i64>), (tensor<1x3xf64>) -> (tensor<1x3xf64>, tensor<8x3xf64>)
  return %r#1 : tensor<8x3xf64>
}

// What the adjoint of a branch needs is a result more; the other branch gives nothing for it.
func.func @branch(%x: tensor<4xf64>, %w: tensor<4x4xf64>, %p: tensor<i1>) -> tensor<4xf64> {
  %c = tensor.extract %p[] : tensor<i1>
  %s = scf.if %c -> tensor<4xf64> {
    %d = cotan.dot_general %x, %w batch = [] x [] contract = [0] x [0] : tensor<4xf64>, tensor<4x4xf64>
    %t = cotan.tanh %d : tensor<4xf64>
    scf.yield %t : tensor<4xf64>
  } else {
    scf.yield %x : tensor<4xf64>
  }
  %r = cotan.sin %s : tensor<4xf64>
  return %r : tensor<4xf64>
}
// CHECK-LABEL: func.func @branch_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[W:.*]]: tensor<4x4xf64>, %[[P:.*]]: tensor<i1>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = tensor.extract %[[P]]
// CHECK: %[[PRIMAL:.*]]:2 = scf.if %[[C]] -> (tensor<4xf64>, tensor<4xf64>) {
// CHECK: cotan.dot_general
// CHECK: %[[T:.*]] = cotan.tanh
// CHECK: scf.yield %[[T]], %[[T]]
// CHECK: } else {
// CHECK: %[[NOTHING:.*]] = cotan.empty
// CHECK: scf.yield %[[X]], %[[NOTHING]]
// CHECK: %[[COS:.*]] = cotan.cos %[[PRIMAL]]#0
// CHECK: %[[DS:.*]] = cotan.mul %[[CT]], %[[COS]]
// CHECK: %[[ADJ:.*]] = scf.if %[[C]] -> (tensor<4xf64>) {
// CHECK: cotan.mul %[[PRIMAL]]#1, %[[PRIMAL]]#1
// CHECK: %[[DX:.*]] = cotan.dot_general {{.*}}, %[[W]]
// CHECK: scf.yield %[[DX]]
// CHECK: } else {
// CHECK: scf.yield %[[DS]]
// CHECK: return %[[ADJ]]
func.func @branch_vjp(%x: tensor<4xf64>, %w: tensor<4x4xf64>, %p: tensor<i1>, %ct: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @branch(%x, %w, %p) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>, tensor<4x4xf64>, tensor<i1>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// Loops in loops: stacks of the inner one are stacked by the outer.
func.func @nested(%x: tensor<4xf64>, %w: tensor<4x4xf64>) -> tensor<4xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x) -> tensor<4xf64> {
    %s = scf.for %j = %c0 to %c2 step %c1 iter_args(%b = %a) -> tensor<4xf64> {
      %d = cotan.dot_general %b, %w batch = [] x [] contract = [0] x [0] : tensor<4xf64>, tensor<4x4xf64>
      scf.yield %d : tensor<4xf64>
    }
    scf.yield %s : tensor<4xf64>
  }
  return %r : tensor<4xf64>
}
// CHECK-LABEL: func.func @nested_vjp(
// CHECK: %[[PRIMAL:.*]]:2 = scf.for {{.*}} -> (tensor<4xf64>, tensor<3x2x4xf64>) {
// CHECK: %[[INNER:.*]]:2 = scf.for {{.*}} -> (tensor<4xf64>, tensor<2x4xf64>) {
// CHECK: cotan.reshape %[[INNER]]#1 : tensor<2x4xf64> to tensor<1x2x4xf64>
// CHECK: scf.for {{.*}} -> (tensor<4xf64>, tensor<4x4xf64>) {
// CHECK: cotan.dynamic_slice %[[PRIMAL]]#1[{{.*}}] : tensor<3x2x4xf64> to tensor<1x2x4xf64>
// CHECK: %[[STACK:.*]] = cotan.reshape %{{.*}} : tensor<1x2x4xf64> to tensor<2x4xf64>
// CHECK: scf.for
// CHECK: cotan.dynamic_slice %[[STACK]]
func.func @nested_vjp(%x: tensor<4xf64>, %w: tensor<4x4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4x4xf64>) {
  %r:2 = cotan.vjp @nested(%x, %w) cotangents(%ct) of = [0] wrt = [1]
      : (tensor<4xf64>, tensor<4x4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4x4xf64>)
  return %r#0, %r#1 : tensor<4xf64>, tensor<4x4xf64>
}
