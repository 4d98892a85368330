// RUN: cotan-opt %s --cotan-expand-derivatives | FileCheck %s

// Transcendental and rounding functions; formulas in the result where there is one.

// CHECK-LABEL: func.func @exp_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.exp %[[X]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[Y]]
// CHECK: return %[[R]]
func.func @exp(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.exp %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @exp_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @exp(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @exp2_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.exp2 %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<0.69314718055994529> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[Y]], %[[C]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @exp2(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.exp2 %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @exp2_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @exp2(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @expm1_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.expm1 %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.add %[[Y]], %[[C]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @expm1(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.expm1 %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @expm1_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @expm1(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @log_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[R:.*]] = cotan.div %[[CT]], %[[X]]
// CHECK: return %[[R]]
func.func @log(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.log %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @log_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @log(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @log1p_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.add %[[X]], %[[C]]
// CHECK: %[[R:.*]] = cotan.div %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @log1p(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.log1p %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @log1p_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @log1p(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @log2_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = cotan.constant dense<0.69314718055994529> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[C]]
// CHECK: %[[R:.*]] = cotan.div %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @log2(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.log2 %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @log2_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @log2(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @log10_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = cotan.constant dense<2.3025850929940459> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[C]]
// CHECK: %[[R:.*]] = cotan.div %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @log10(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.log10 %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @log10_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @log10(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @sqrt_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.sqrt %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<2.000000e+00> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[Y]], %[[C]]
// CHECK: %[[R:.*]] = cotan.div %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @sqrt(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.sqrt %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @sqrt_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @sqrt(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @rsqrt_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.rsqrt %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<-5.000000e-01> : tensor<4xf64>
// CHECK: %[[H:.*]] = cotan.mul %[[CT]], %[[C]]
// CHECK: %[[S:.*]] = cotan.mul %[[Y]], %[[Y]]
// CHECK: %[[T:.*]] = cotan.mul %[[S]], %[[Y]]
// CHECK: %[[R:.*]] = cotan.mul %[[H]], %[[T]]
// CHECK: return %[[R]]
func.func @rsqrt(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.rsqrt %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @rsqrt_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @rsqrt(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @sin_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = cotan.cos %[[X]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[C]]
// CHECK: return %[[R]]
func.func @sin(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.sin %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @sin_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @sin(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @cos_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.sin %[[X]]
// CHECK: %[[M:.*]] = cotan.mul %[[CT]], %[[S]]
// CHECK: %[[R:.*]] = cotan.neg %[[M]]
// CHECK: return %[[R]]
func.func @cos(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.cos %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @cos_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @cos(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @tan_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.tan %[[X]]
// CHECK: %[[S:.*]] = cotan.mul %[[Y]], %[[Y]]
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[A:.*]] = cotan.add %[[S]], %[[C]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[A]]
// CHECK: return %[[R]]
func.func @tan(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.tan %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @tan_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @tan(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @asin_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[D:.*]] = cotan.sub %[[C]], %[[S]]
// CHECK: %[[Q:.*]] = cotan.rsqrt %[[D]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[Q]]
// CHECK: return %[[R]]
func.func @asin(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.asin %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @asin_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @asin(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @acos_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[D:.*]] = cotan.sub
// CHECK: %[[Q:.*]] = cotan.rsqrt %[[D]]
// CHECK: %[[M:.*]] = cotan.mul %[[CT]], %[[Q]]
// CHECK: %[[R:.*]] = cotan.neg %[[M]]
// CHECK: return %[[R]]
func.func @acos(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.acos %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @acos_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @acos(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @atan_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[A:.*]] = cotan.add %[[S]]
// CHECK: %[[R:.*]] = cotan.div %[[CT]], %[[A]]
// CHECK: return %[[R]]
func.func @atan(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.atan %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @atan_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @atan(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @sinh_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = cotan.cosh %[[X]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[C]]
// CHECK: return %[[R]]
func.func @sinh(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.sinh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @sinh_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @sinh(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @cosh_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.sinh %[[X]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[S]]
// CHECK: return %[[R]]
func.func @cosh(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.cosh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @cosh_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @cosh(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @tanh_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.tanh %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[Y]], %[[Y]]
// CHECK: %[[D:.*]] = cotan.sub %[[C]], %[[S]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[D]]
// CHECK: return %[[R]]
func.func @tanh(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.tanh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @tanh_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @tanh(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @asinh_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[A:.*]] = cotan.add %[[S]], %[[C]]
// CHECK: %[[Q:.*]] = cotan.rsqrt %[[A]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[Q]]
// CHECK: return %[[R]]
func.func @asinh(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.asinh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @asinh_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @asinh(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @acosh_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<-1.000000e+00> : tensor<4xf64>
// CHECK: %[[A:.*]] = cotan.add %[[S]], %[[C]]
// CHECK: %[[Q:.*]] = cotan.rsqrt %[[A]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[Q]]
// CHECK: return %[[R]]
func.func @acosh(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.acosh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @acosh_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @acosh(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @atanh_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[D:.*]] = cotan.sub %[[C]], %[[S]]
// CHECK: %[[R:.*]] = cotan.div %[[CT]], %[[D]]
// CHECK: return %[[R]]
func.func @atanh(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.atanh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @atanh_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @atanh(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @erf_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[N:.*]] = cotan.neg %[[S]]
// CHECK: %[[E:.*]] = cotan.exp %[[N]]
// CHECK: %[[C:.*]] = cotan.constant dense<1.1283791670955126> : tensor<4xf64>
// CHECK: %[[P:.*]] = cotan.mul %[[E]], %[[C]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[P]]
// CHECK: return %[[R]]
func.func @erf(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.erf %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @erf_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @erf(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @erfc_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[S:.*]] = cotan.mul %[[X]], %[[X]]
// CHECK: %[[N:.*]] = cotan.neg %[[S]]
// CHECK: %[[E:.*]] = cotan.exp %[[N]]
// CHECK: %[[C:.*]] = cotan.constant dense<-1.1283791670955126> : tensor<4xf64>
// CHECK: %[[P:.*]] = cotan.mul %[[E]], %[[C]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[P]]
// CHECK: return %[[R]]
func.func @erfc(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.erfc %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @erfc_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @erfc(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @erfinv_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.erfinv %[[X]]
// CHECK: %[[S:.*]] = cotan.mul %[[Y]], %[[Y]]
// CHECK: %[[E:.*]] = cotan.exp %[[S]]
// CHECK: %[[C:.*]] = cotan.constant dense<0.88622692545275805> : tensor<4xf64>
// CHECK: %[[P:.*]] = cotan.mul %[[E]], %[[C]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[P]]
// CHECK: return %[[R]]
func.func @erfinv(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.erfinv %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @erfinv_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @erfinv(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @logistic_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Y:.*]] = cotan.logistic %[[X]]
// CHECK: %[[C:.*]] = cotan.constant dense<1.000000e+00> : tensor<4xf64>
// CHECK: %[[D:.*]] = cotan.sub %[[C]], %[[Y]]
// CHECK: %[[P:.*]] = cotan.mul %[[Y]], %[[D]]
// CHECK: %[[R:.*]] = cotan.mul %[[CT]], %[[P]]
// CHECK: return %[[R]]
func.func @logistic(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.logistic %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @logistic_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @logistic(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @floor_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: return %[[Z]]
func.func @floor(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.floor %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @floor_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @floor(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @ceil_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: return %[[Z]]
func.func @ceil(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.ceil %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @ceil_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @ceil(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @round_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: return %[[Z]]
func.func @round(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.round %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @round_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @round(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// CHECK-LABEL: func.func @trunc_vjp(
// CHECK-SAME: %[[X:.*]]: tensor<4xf64>, %[[CT:.*]]: tensor<4xf64>
// CHECK: %[[Z:.*]] = cotan.constant dense<0.000000e+00>
// CHECK: return %[[Z]]
func.func @trunc(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = cotan.trunc %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @trunc_vjp(%x: tensor<4xf64>, %ct: tensor<4xf64>) -> (tensor<4xf64>) {
  %r:2 = cotan.vjp @trunc(%x) cotangents(%ct) of = [0] wrt = [0]
      : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}
