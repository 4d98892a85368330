// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// Arithmetic, selection, casts.

// CHECK-LABEL: func.func @neg_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[N:.*]] = cotan.neg %[[CT]]
// CHECK: return %[[N]]
func.func @neg(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.neg %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @neg_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @neg(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @abs_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.sign %[[X]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @abs(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.abs %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @abs_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @abs(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @sign_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00> : tensor<4xf64>
// CHECK: return %[[Z]]
func.func @sign(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.sign %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @sign_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @sign(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @add_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: return %[[CT]], %[[CT]]
func.func @add(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.add %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @add_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @add(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @sub_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[N:.*]] = cotan.neg %[[CT]]
// CHECK: return %[[CT]], %[[N]]
func.func @sub(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.sub %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @sub_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @sub(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @mul_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[A:.*]] = cotan.mul %[[CT]], %[[Y]]
// CHECK: %[[B:.*]] = cotan.mul %[[CT]], %[[X]]
// CHECK: return %[[A]], %[[B]]
func.func @mul(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.mul %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @mul_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @mul(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @div_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.div %[[X]], %[[Y]]
// CHECK: %[[A:.*]] = cotan.div %[[CT]], %[[Y]]
// CHECK: %[[Q:.*]] = cotan.div %[[CT]], %[[Y]]
// CHECK: %[[M:.*]] = cotan.mul %[[Q]], %[[Z]]
// CHECK: %[[B:.*]] = cotan.neg %[[M]]
// CHECK: return %[[A]], %[[B]]
func.func @div(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.div %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @div_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @div(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @rem_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[D:.*]] = cotan.div %[[X]], %[[Y]]
// CHECK: %[[T:.*]] = cotan.trunc %[[D]]
// CHECK: %[[M:.*]] = cotan.mul %[[CT]], %[[T]]
// CHECK: %[[B:.*]] = cotan.neg %[[M]]
// CHECK: return %[[CT]], %[[B]]
func.func @rem(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.rem %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @rem_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @rem(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @max_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[E:.*]] = cotan.compare eq %[[X]], %[[Y]]
// CHECK: %[[H:.*]] = cotan.constant dense<5.000000e-01> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[CT]], %[[H]]
// CHECK: %[[C:.*]] = cotan.select %[[E]], %[[S]], %[[CT]]
// CHECK: %[[L:.*]] = cotan.compare lt %[[X]], %[[Y]]
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: %[[A:.*]] = cotan.select %[[L]], %[[Z]], %[[C]]
// CHECK: %[[E2:.*]] = cotan.compare eq %[[Y]], %[[X]]
// CHECK: %[[C2:.*]] = cotan.select %[[E2]]
// CHECK: %[[L2:.*]] = cotan.compare lt %[[Y]], %[[X]]
// CHECK: %[[B:.*]] = cotan.select %[[L2]], %{{.*}}, %[[C2]]
// CHECK: return %[[A]], %[[B]]
func.func @max(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.max %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @max_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @max(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @min_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[L:.*]] = cotan.compare gt %[[X]], %[[Y]]
// CHECK: %[[A:.*]] = cotan.select %[[L]]
// CHECK: %[[L2:.*]] = cotan.compare gt %[[Y]], %[[X]]
// CHECK: %[[B:.*]] = cotan.select %[[L2]]
// CHECK: return %[[A]], %[[B]]
func.func @min(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.min %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @min_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @min(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @pow_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[P:.*]] = cotan.pow %[[X]], %[[Y]]
// CHECK: %[[ABS:.*]] = cotan.abs %[[X]]
// CHECK: %[[G:.*]] = cotan.compare gt %[[ABS]]
// CHECK: %[[I:.*]] = cotan.not %[[G]]
// CHECK: %[[E:.*]] = cotan.compare eq %[[Y]]
// CHECK: %[[M:.*]] = cotan.and %[[E]], %[[I]]
// CHECK: %[[S:.*]] = cotan.select %[[M]], %{{.*}}, %[[X]]
// CHECK: %[[D:.*]] = cotan.add %[[Y]]
// CHECK: %[[Q:.*]] = cotan.pow %[[S]], %[[D]]
// CHECK: %[[T:.*]] = cotan.mul %[[Y]], %[[Q]]
// CHECK: %[[A:.*]] = cotan.mul %[[CT]], %[[T]]
// CHECK: %[[E2:.*]] = cotan.compare eq %[[X]]
// CHECK: %[[G2:.*]] = cotan.compare ge %[[Y]]
// CHECK: %[[M2:.*]] = cotan.and %[[E2]], %[[G2]]
// CHECK: %[[S2:.*]] = cotan.select %[[M2]], %{{.*}}, %[[X]]
// CHECK: %[[L:.*]] = cotan.log %[[S2]]
// CHECK: %[[U:.*]] = cotan.mul %[[P]], %[[L]]
// CHECK: %[[B:.*]] = cotan.mul %[[CT]], %[[U]]
// CHECK: return %[[A]], %[[B]]
func.func @pow(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.pow %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @pow_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @pow(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @atan2_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[XX:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[YY:.*]] = cotan.mul %[[Y]], %[[Y]]
// CHECK: %[[N:.*]] = cotan.add %[[XX]], %[[YY]]
// CHECK: %[[M:.*]] = cotan.mul %[[CT]], %[[Y]]
// CHECK: %[[A:.*]] = cotan.div %[[M]], %[[N]]
// CHECK: %[[NEG:.*]] = cotan.neg %[[X]]
// CHECK: %[[M2:.*]] = cotan.mul %[[CT]], %[[NEG]]
// CHECK: %[[B:.*]] = cotan.div %[[M2]]
// CHECK: return %[[A]], %[[B]]
func.func @atan2(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.atan2 %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @atan2_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @atan2(%x, %y) cotangents(%ct) of = [0] wrt = [0, 1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @fma_vjp(
// CHECK-SAME: %[[A:.*]]: tensor<4xf64>, %[[B:.*]]: tensor<4xf64>, %[[C:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[DA:.*]] = cotan.mul %[[CT]], %[[B]]
// CHECK: %[[DB:.*]] = cotan.mul %[[CT]], %[[A]]
// CHECK: return %[[DA]], %[[DB]], %[[CT]]
func.func @fma(%a: tensor<4xf64>, %b: tensor<4xf64>, %c: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.fma %a, %b, %c : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @fma_vjp(%a: tensor<4xf64>, %b: tensor<4xf64>, %c: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %r:4 = cotan.vjp @fma(%a, %b, %c) cotangents(%ct) of = [0] wrt = [0, 1, 2]
      : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2, %r#3 : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @select_vjp(
// CHECK-SAME: %[[P:.*]]: tensor<4xi1>, %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: %[[A:.*]] = cotan.select %[[P]], %[[CT]], %[[Z]]
// CHECK: %[[Z2:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: %[[B:.*]] = cotan.select %[[P]], %[[Z2]], %[[CT]]
// CHECK: return %[[A]], %[[B]]
func.func @select(%p: tensor<4xi1>, %x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %z = cotan.select %p, %x, %y : tensor<4xi1>, tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @select_vjp(%p: tensor<4xi1>, %x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %r:3 = cotan.vjp @select(%p, %x, %y) cotangents(%ct) of = [0] wrt = [1, 2]
      : (tensor<4xi1>, tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  return %r#1, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @cast_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[R:.*]] = cotan.cast %[[CT]] : tensor<4xf64> to tensor<4xf32>
// CHECK: return %[[R]]
func.func @cast(%x: tensor<4xf32>) -> tensor<4xf64> {
  %y = cotan.cast %x : tensor<4xf32> to tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @cast_vjp(%x: tensor<4xf32>, %ct: tensor<4xf64>) -> (tensor<4xf32>) {
  %r:2 = cotan.vjp @cast(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf32>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// CHECK-LABEL: func.func @cast_through_integer_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: return %[[Z]]
func.func @cast_through_integer(%x: tensor<4xf64>) -> tensor<4xf64> {
  %i = cotan.cast %x : tensor<4xf64> to tensor<4xi64>
  %y = cotan.cast %i : tensor<4xi64> to tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @cast_through_integer_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @cast_through_integer(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @compared_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[Y:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: return %[[Z]]
func.func @compared(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  %p = cotan.compare lt %x, %y : tensor<4xf64>
  %z = cotan.select %p, %x, %x : tensor<4xi1>, tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @compared_vjp(%x: tensor<4xf64>, %y: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @compared(%x, %y) cotangents(%ct) of = [0] wrt = [1]
      : (tensor<4xf64>, tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @stop_gradient_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[X]]
// CHECK: return %[[R]]
func.func @stop_gradient(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.stop_gradient %x : tensor<4xf64>
  %z = cotan.mul %x, %y : tensor<4xf64>
  return %z : tensor<4xf64>
}
func.func @stop_gradient_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @stop_gradient(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}
