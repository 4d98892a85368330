// RUN: cotan-opt %s | cotan-opt | FileCheck %s
// RUN: cotan-opt %s --mlir-print-op-generic | cotan-opt | FileCheck %s

// CHECK-LABEL: func.func @unary_math
func.func @unary_math(%x: tensor<2x3xf32>) {
  // CHECK: cotan.exp %{{.*}} : tensor<2x3xf32>
  %0 = cotan.exp %x : tensor<2x3xf32>
  // CHECK: cotan.exp2 %{{.*}} : tensor<2x3xf32>
  %1 = cotan.exp2 %x : tensor<2x3xf32>
  // CHECK: cotan.expm1 %{{.*}} : tensor<2x3xf32>
  %2 = cotan.expm1 %x : tensor<2x3xf32>
  // CHECK: cotan.log %{{.*}} : tensor<2x3xf32>
  %3 = cotan.log %x : tensor<2x3xf32>
  // CHECK: cotan.log1p %{{.*}} : tensor<2x3xf32>
  %4 = cotan.log1p %x : tensor<2x3xf32>
  // CHECK: cotan.log2 %{{.*}} : tensor<2x3xf32>
  %5 = cotan.log2 %x : tensor<2x3xf32>
  // CHECK: cotan.log10 %{{.*}} : tensor<2x3xf32>
  %6 = cotan.log10 %x : tensor<2x3xf32>
  // CHECK: cotan.sqrt %{{.*}} : tensor<2x3xf32>
  %7 = cotan.sqrt %x : tensor<2x3xf32>
  // CHECK: cotan.rsqrt %{{.*}} : tensor<2x3xf32>
  %8 = cotan.rsqrt %x : tensor<2x3xf32>
  // CHECK: cotan.sin %{{.*}} : tensor<2x3xf32>
  %9 = cotan.sin %x : tensor<2x3xf32>
  // CHECK: cotan.cos %{{.*}} : tensor<2x3xf32>
  %10 = cotan.cos %x : tensor<2x3xf32>
  // CHECK: cotan.tan %{{.*}} : tensor<2x3xf32>
  %11 = cotan.tan %x : tensor<2x3xf32>
  // CHECK: cotan.asin %{{.*}} : tensor<2x3xf32>
  %12 = cotan.asin %x : tensor<2x3xf32>
  // CHECK: cotan.acos %{{.*}} : tensor<2x3xf32>
  %13 = cotan.acos %x : tensor<2x3xf32>
  // CHECK: cotan.atan %{{.*}} : tensor<2x3xf32>
  %14 = cotan.atan %x : tensor<2x3xf32>
  // CHECK: cotan.sinh %{{.*}} : tensor<2x3xf32>
  %15 = cotan.sinh %x : tensor<2x3xf32>
  // CHECK: cotan.cosh %{{.*}} : tensor<2x3xf32>
  %16 = cotan.cosh %x : tensor<2x3xf32>
  // CHECK: cotan.tanh %{{.*}} : tensor<2x3xf32>
  %17 = cotan.tanh %x : tensor<2x3xf32>
  // CHECK: cotan.asinh %{{.*}} : tensor<2x3xf32>
  %18 = cotan.asinh %x : tensor<2x3xf32>
  // CHECK: cotan.acosh %{{.*}} : tensor<2x3xf32>
  %19 = cotan.acosh %x : tensor<2x3xf32>
  // CHECK: cotan.atanh %{{.*}} : tensor<2x3xf32>
  %20 = cotan.atanh %x : tensor<2x3xf32>
  // CHECK: cotan.erf %{{.*}} : tensor<2x3xf32>
  %21 = cotan.erf %x : tensor<2x3xf32>
  // CHECK: cotan.erfc %{{.*}} : tensor<2x3xf32>
  %22 = cotan.erfc %x : tensor<2x3xf32>
  // CHECK: cotan.erfinv %{{.*}} : tensor<2x3xf32>
  %23 = cotan.erfinv %x : tensor<2x3xf32>
  // CHECK: cotan.logistic %{{.*}} : tensor<2x3xf32>
  %24 = cotan.logistic %x : tensor<2x3xf32>
  // CHECK: cotan.floor %{{.*}} : tensor<2x3xf32>
  %25 = cotan.floor %x : tensor<2x3xf32>
  // CHECK: cotan.ceil %{{.*}} : tensor<2x3xf32>
  %26 = cotan.ceil %x : tensor<2x3xf32>
  // CHECK: cotan.round %{{.*}} : tensor<2x3xf32>
  %27 = cotan.round %x : tensor<2x3xf32>
  // CHECK: cotan.trunc %{{.*}} : tensor<2x3xf32>
  %28 = cotan.trunc %x : tensor<2x3xf32>
  return
}

// CHECK-LABEL: func.func @arithmetic_of_floats
func.func @arithmetic_of_floats(%x: tensor<4xf64>, %y: tensor<4xf64>) {
  // CHECK: cotan.neg %{{.*}} : tensor<4xf64>
  %u0 = cotan.neg %x : tensor<4xf64>
  // CHECK: cotan.abs %{{.*}} : tensor<4xf64>
  %u1 = cotan.abs %x : tensor<4xf64>
  // CHECK: cotan.sign %{{.*}} : tensor<4xf64>
  %u2 = cotan.sign %x : tensor<4xf64>
  // CHECK: cotan.add %{{.*}} : tensor<4xf64>
  %b0 = cotan.add %x, %y : tensor<4xf64>
  // CHECK: cotan.sub %{{.*}} : tensor<4xf64>
  %b1 = cotan.sub %x, %y : tensor<4xf64>
  // CHECK: cotan.mul %{{.*}} : tensor<4xf64>
  %b2 = cotan.mul %x, %y : tensor<4xf64>
  // CHECK: cotan.div %{{.*}} : tensor<4xf64>
  %b3 = cotan.div %x, %y : tensor<4xf64>
  // CHECK: cotan.rem %{{.*}} : tensor<4xf64>
  %b4 = cotan.rem %x, %y : tensor<4xf64>
  // CHECK: cotan.max %{{.*}} : tensor<4xf64>
  %b5 = cotan.max %x, %y : tensor<4xf64>
  // CHECK: cotan.min %{{.*}} : tensor<4xf64>
  %b6 = cotan.min %x, %y : tensor<4xf64>
  // CHECK: cotan.pow %{{.*}} : tensor<4xf64>
  %b7 = cotan.pow %x, %y : tensor<4xf64>
  // CHECK: cotan.atan2 %{{.*}} : tensor<4xf64>
  %b8 = cotan.atan2 %x, %y : tensor<4xf64>
  // CHECK: cotan.fma %{{.*}} : tensor<4xf64>
  %f = cotan.fma %x, %y, %x : tensor<4xf64>
  return
}

// CHECK-LABEL: func.func @arithmetic_of_integers
func.func @arithmetic_of_integers(%x: tensor<0x3xi32>, %y: tensor<0x3xi32>) {
  // CHECK: cotan.neg %{{.*}} : tensor<0x3xi32>
  %u0 = cotan.neg %x : tensor<0x3xi32>
  // CHECK: cotan.abs %{{.*}} : tensor<0x3xi32>
  %u1 = cotan.abs %x : tensor<0x3xi32>
  // CHECK: cotan.sign %{{.*}} : tensor<0x3xi32>
  %u2 = cotan.sign %x : tensor<0x3xi32>
  // CHECK: cotan.add %{{.*}} : tensor<0x3xi32>
  %b0 = cotan.add %x, %y : tensor<0x3xi32>
  // CHECK: cotan.sub %{{.*}} : tensor<0x3xi32>
  %b1 = cotan.sub %x, %y : tensor<0x3xi32>
  // CHECK: cotan.mul %{{.*}} : tensor<0x3xi32>
  %b2 = cotan.mul %x, %y : tensor<0x3xi32>
  // CHECK: cotan.div %{{.*}} : tensor<0x3xi32>
  %b3 = cotan.div %x, %y : tensor<0x3xi32>
  // CHECK: cotan.rem %{{.*}} : tensor<0x3xi32>
  %b4 = cotan.rem %x, %y : tensor<0x3xi32>
  // CHECK: cotan.max %{{.*}} : tensor<0x3xi32>
  %b5 = cotan.max %x, %y : tensor<0x3xi32>
  // CHECK: cotan.min %{{.*}} : tensor<0x3xi32>
  %b6 = cotan.min %x, %y : tensor<0x3xi32>
  return
}

// CHECK-LABEL: func.func @bits
func.func @bits(%x: tensor<i64>, %y: tensor<i64>) {
  // CHECK: cotan.not %{{.*}} : tensor<i64>
  %n = cotan.not %x : tensor<i64>
  // CHECK: cotan.and %{{.*}} : tensor<i64>
  %b0 = cotan.and %x, %y : tensor<i64>
  // CHECK: cotan.or %{{.*}} : tensor<i64>
  %b1 = cotan.or %x, %y : tensor<i64>
  // CHECK: cotan.xor %{{.*}} : tensor<i64>
  %b2 = cotan.xor %x, %y : tensor<i64>
  // CHECK: cotan.shl %{{.*}} : tensor<i64>
  %b3 = cotan.shl %x, %y : tensor<i64>
  // CHECK: cotan.shr %{{.*}} : tensor<i64>
  %b4 = cotan.shr %x, %y : tensor<i64>
  // CHECK: cotan.random_bits %{{.*}} : tensor<i64>
  %b5 = cotan.random_bits %x, %y : tensor<i64>
  return
}

// CHECK-LABEL: func.func @logic
func.func @logic(%x: tensor<?xi1>, %y: tensor<?xi1>) {
  // CHECK: cotan.not %{{.*}} : tensor<?xi1>
  %n = cotan.not %x : tensor<?xi1>
  // CHECK: cotan.and %{{.*}} : tensor<?xi1>
  %b0 = cotan.and %x, %y : tensor<?xi1>
  // CHECK: cotan.or %{{.*}} : tensor<?xi1>
  %b1 = cotan.or %x, %y : tensor<?xi1>
  // CHECK: cotan.xor %{{.*}} : tensor<?xi1>
  %b2 = cotan.xor %x, %y : tensor<?xi1>
  return
}

// CHECK-LABEL: func.func @scalars
func.func @scalars(%x: f32, %y: f32, %i: i64, %c: i1) {
  // CHECK: cotan.add %{{.*}} : f32
  %s = cotan.add %x, %y : f32
  // CHECK: cotan.exp %{{.*}} : f32
  %e = cotan.exp %s : f32
  // CHECK: cotan.random_bits %{{.*}} : i64
  %r = cotan.random_bits %i, %i : i64
  // CHECK: cotan.not %{{.*}} : i1
  %n = cotan.not %c : i1
  // CHECK: cotan.cast %{{.*}} : f32 to i64
  %w = cotan.cast %x : f32 to i64
  return
}

// CHECK-LABEL: func.func @comparison
func.func @comparison(%x: tensor<4xf32>, %y: tensor<4xf32>, %a: i32) -> (tensor<4xi1>, i1) {
  // CHECK: cotan.compare eq %{{.*}}, %{{.*}} : tensor<4xf32>
  %eq = cotan.compare eq %x, %y : tensor<4xf32>
  // CHECK: cotan.compare ne %{{.*}}, %{{.*}} : tensor<4xf32>
  %ne = cotan.compare ne %x, %y : tensor<4xf32>
  // CHECK: cotan.compare lt %{{.*}}, %{{.*}} : tensor<4xf32>
  %lt = cotan.compare lt %x, %y : tensor<4xf32>
  // CHECK: cotan.compare le %{{.*}}, %{{.*}} : tensor<4xf32>
  %le = cotan.compare le %x, %y : tensor<4xf32>
  // CHECK: cotan.compare gt %{{.*}}, %{{.*}} : tensor<4xf32>
  %gt = cotan.compare gt %x, %y : tensor<4xf32>
  // CHECK: cotan.compare ge %{{.*}}, %{{.*}} : tensor<4xf32>
  %ge = cotan.compare ge %x, %y : tensor<4xf32>
  // CHECK: cotan.compare lt %{{.*}}, %{{.*}} : i32
  %scalar = cotan.compare lt %a, %a : i32
  return %eq, %scalar : tensor<4xi1>, i1
}

// CHECK-LABEL: func.func @selection
// CHECK-SAME: %[[C:.*]]: tensor<?x3xi1>, %[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<2x3xf32>, %[[S:.*]]: i1, %[[A:.*]]: i64
func.func @selection(%c: tensor<?x3xi1>, %x: tensor<2x3xf32>, %y: tensor<2x3xf32>, %s: i1, %a: i64) {
  // CHECK: cotan.select %[[C]], %[[X]], %[[Y]] : tensor<?x3xi1>, tensor<2x3xf32>
  %0 = cotan.select %c, %x, %y : tensor<?x3xi1>, tensor<2x3xf32>
  // CHECK: cotan.select %[[S]], %[[A]], %[[A]] : i1, i64
  %1 = cotan.select %s, %a, %a : i1, i64
  return
}

// CHECK-LABEL: func.func @casts
func.func @casts(%x: tensor<2xf64>) {
  // CHECK: cotan.cast %{{.*}} : tensor<2xf64> to tensor<2xi32>
  %0 = cotan.cast %x : tensor<2xf64> to tensor<2xi32>
  // CHECK: cotan.cast %{{.*}} : tensor<2xi32> to tensor<2xi1>
  %1 = cotan.cast %0 : tensor<2xi32> to tensor<2xi1>
  // CHECK: cotan.cast %{{.*}} : tensor<2xi1> to tensor<2xf32>
  %2 = cotan.cast %1 : tensor<2xi1> to tensor<2xf32>
  return
}

// CHECK-LABEL: func.func @identities
// CHECK-SAME: %[[X:.*]]: tensor<i1>, %[[Y:.*]]: tensor<i1>
func.func @identities(%x: tensor<i1>, %y: tensor<i1>) {
  // CHECK: cotan.stop_gradient %[[X]] : tensor<i1>
  %0 = cotan.stop_gradient %x : tensor<i1>
  // CHECK: cotan.saved %[[X]], %[[Y]] : tensor<i1>
  %1 = cotan.saved %x, %y : tensor<i1>
  return
}
