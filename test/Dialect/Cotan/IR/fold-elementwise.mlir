// RUN: cotan-opt %s -canonicalize | FileCheck %s

//===----------------------------------------------------------------------===//
// Identities
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @float_identities
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @float_identities(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = cotan.constant dense<0.0> : tensor<4xf32>
  %negative_zero = cotan.constant dense<-0.0> : tensor<4xf32>
  %one = cotan.constant dense<1.0> : tensor<4xf32>
  %0 = cotan.add %x, %negative_zero : tensor<4xf32>
  %1 = cotan.sub %x, %zero : tensor<4xf32>
  %2 = cotan.mul %one, %x : tensor<4xf32>
  %3 = cotan.div %x, %one : tensor<4xf32>
  %n = cotan.neg %x : tensor<4xf32>
  %4 = cotan.neg %n : tensor<4xf32>
  %5 = cotan.max %x, %x : tensor<4xf32>
  %6 = cotan.min %x, %x : tensor<4xf32>
  // CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
  return %0, %1, %2, %3, %4, %5, %6 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// What would be wrong for a signed zero, an infinity or a NaN.
// CHECK-LABEL: func.func @not_identities_of_floats
func.func @not_identities_of_floats(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi1>) {
  %zero = cotan.constant dense<0.0> : tensor<4xf32>
  %negative_zero = cotan.constant dense<-0.0> : tensor<4xf32>
  // CHECK: cotan.add
  %0 = cotan.add %x, %zero : tensor<4xf32>
  // CHECK: cotan.sub
  %1 = cotan.sub %x, %negative_zero : tensor<4xf32>
  // CHECK: cotan.mul
  %2 = cotan.mul %x, %zero : tensor<4xf32>
  // CHECK: cotan.sub
  %3 = cotan.sub %x, %x : tensor<4xf32>
  // CHECK: cotan.div
  %4 = cotan.div %x, %x : tensor<4xf32>
  // CHECK: cotan.compare eq
  %5 = cotan.compare eq %x, %x : tensor<4xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi1>
}

// CHECK-LABEL: func.func @integer_identities
// CHECK-SAME: %[[X:.*]]: tensor<4xi32>
func.func @integer_identities(%x: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>) {
  %zero = cotan.constant dense<0> : tensor<4xi32>
  %one = cotan.constant dense<1> : tensor<4xi32>
  %ones = cotan.constant dense<-1> : tensor<4xi32>
  %0 = cotan.add %x, %zero : tensor<4xi32>
  %1 = cotan.mul %x, %one : tensor<4xi32>
  %2 = cotan.mul %x, %zero : tensor<4xi32>
  %3 = cotan.and %x, %ones : tensor<4xi32>
  %4 = cotan.or %x, %zero : tensor<4xi32>
  %5 = cotan.xor %x, %zero : tensor<4xi32>
  %6 = cotan.shl %x, %zero : tensor<4xi32>
  // CHECK: %[[ZERO:.*]] = cotan.constant dense<0> : tensor<4xi32>
  // CHECK-NEXT: return %[[X]], %[[X]], %[[ZERO]], %[[X]], %[[X]], %[[X]], %[[X]]
  return %0, %1, %2, %3, %4, %5, %6 : tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>
}

// CHECK-LABEL: func.func @bools
// CHECK-SAME: %[[X:.*]]: tensor<4xi1>
func.func @bools(%x: tensor<4xi1>) -> (tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>) {
  %true = cotan.constant dense<true> : tensor<4xi1>
  %false = cotan.constant dense<false> : tensor<4xi1>
  %0 = cotan.and %x, %true : tensor<4xi1>
  %1 = cotan.or %x, %x : tensor<4xi1>
  %n = cotan.not %x : tensor<4xi1>
  %2 = cotan.not %n : tensor<4xi1>
  %3 = cotan.or %x, %true : tensor<4xi1>
  // CHECK: %[[TRUE:.*]] = cotan.constant dense<true> : tensor<4xi1>
  // CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[TRUE]]
  return %0, %1, %2, %3 : tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>
}

// CHECK-LABEL: func.func @stop_gradient_stays
func.func @stop_gradient_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: cotan.stop_gradient
  %0 = cotan.stop_gradient %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @float_constants
func.func @float_constants() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %x = cotan.constant dense<[1.0, -2.5, 4.0]> : tensor<3xf32>
  %y = cotan.constant dense<2.0> : tensor<3xf32>
  // CHECK-DAG: %[[ADD:.*]] = cotan.constant dense<[3.000000e+00, -5.000000e-01, 6.000000e+00]>
  %0 = cotan.add %x, %y : tensor<3xf32>
  // CHECK-DAG: %[[SUB:.*]] = cotan.constant dense<[-1.000000e+00, -4.500000e+00, 2.000000e+00]>
  %1 = cotan.sub %x, %y : tensor<3xf32>
  // CHECK-DAG: %[[MUL:.*]] = cotan.constant dense<[2.000000e+00, -5.000000e+00, 8.000000e+00]>
  %2 = cotan.mul %x, %y : tensor<3xf32>
  // CHECK-DAG: %[[DIV:.*]] = cotan.constant dense<[5.000000e-01, -1.250000e+00, 2.000000e+00]>
  %3 = cotan.div %x, %y : tensor<3xf32>
  // CHECK-DAG: %[[REM:.*]] = cotan.constant dense<[1.000000e+00, -5.000000e-01, 0.000000e+00]>
  %4 = cotan.rem %x, %y : tensor<3xf32>
  // CHECK-DAG: %[[MAX:.*]] = cotan.constant dense<[2.000000e+00, 2.000000e+00, 4.000000e+00]>
  %5 = cotan.max %x, %y : tensor<3xf32>
  // CHECK-DAG: %[[FMA:.*]] = cotan.constant dense<[3.000000e+00, -7.500000e+00, 1.200000e+01]>
  %6 = cotan.fma %x, %y, %x : tensor<3xf32>
  // CHECK: return %[[ADD]], %[[SUB]], %[[MUL]], %[[DIV]], %[[REM]], %[[MAX]], %[[FMA]]
  return %0, %1, %2, %3, %4, %5, %6 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @rounding
func.func @rounding() -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %x = cotan.constant dense<[2.5, -2.5, 3.5, 0.25]> : tensor<4xf64>
  // CHECK-DAG: %[[FLOOR:.*]] = cotan.constant dense<[2.000000e+00, -3.000000e+00, 3.000000e+00, 0.000000e+00]>
  %0 = cotan.floor %x : tensor<4xf64>
  // CHECK-DAG: %[[CEIL:.*]] = cotan.constant dense<[3.000000e+00, -2.000000e+00, 4.000000e+00, 1.000000e+00]>
  %1 = cotan.ceil %x : tensor<4xf64>
  // CHECK-DAG: %[[ROUND:.*]] = cotan.constant dense<[2.000000e+00, -2.000000e+00, 4.000000e+00, 0.000000e+00]>
  %2 = cotan.round %x : tensor<4xf64>
  // CHECK-DAG: %[[TRUNC:.*]] = cotan.constant dense<[2.000000e+00, -2.000000e+00, 3.000000e+00, 0.000000e+00]>
  %3 = cotan.trunc %x : tensor<4xf64>
  // CHECK: return %[[FLOOR]], %[[CEIL]], %[[ROUND]], %[[TRUNC]]
  return %0, %1, %2, %3 : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}

// The hardware chooses the bits of these.
// CHECK-LABEL: func.func @left_to_the_hardware
func.func @left_to_the_hardware() -> (tensor<f32>, tensor<f32>, tensor<f32>) {
  %zero = cotan.constant dense<0.0> : tensor<f32>
  %negative_zero = cotan.constant dense<-0.0> : tensor<f32>
  %inf = cotan.constant dense<0x7F800000> : tensor<f32>
  // CHECK: cotan.div
  %0 = cotan.div %zero, %zero : tensor<f32>
  // CHECK: cotan.mul
  %1 = cotan.mul %zero, %inf : tensor<f32>
  // CHECK: cotan.max
  %2 = cotan.max %zero, %negative_zero : tensor<f32>
  return %0, %1, %2 : tensor<f32>, tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func.func @integer_constants
func.func @integer_constants() -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) {
  %x = cotan.constant dense<[-7, -2147483648]> : tensor<2xi32>
  %y = cotan.constant dense<[2, -1]> : tensor<2xi32>
  // CHECK-DAG: %[[DIV:.*]] = cotan.constant dense<[-3, -2147483648]>
  %0 = cotan.div %x, %y : tensor<2xi32>
  // CHECK-DAG: %[[REM:.*]] = cotan.constant dense<[-1, 0]>
  %1 = cotan.rem %x, %y : tensor<2xi32>
  // CHECK-DAG: %[[ADD:.*]] = cotan.constant dense<[-5, 2147483647]>
  %2 = cotan.add %x, %y : tensor<2xi32>
  // CHECK-DAG: %[[SHL:.*]] = cotan.constant dense<[-28, 0]>
  %3 = cotan.shl %x, %y : tensor<2xi32>
  // CHECK-DAG: %[[SIGN:.*]] = cotan.constant dense<[1, -1]>
  %4 = cotan.sign %y : tensor<2xi32>
  // CHECK: return %[[DIV]], %[[REM]], %[[ADD]], %[[SHL]], %[[SIGN]]
  return %0, %1, %2, %3, %4 : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
}

// The call must fail, so the division must stay.
// CHECK-LABEL: func.func @division_by_zero
func.func @division_by_zero() -> (tensor<i64>, tensor<i64>) {
  %x = cotan.constant dense<1> : tensor<i64>
  %y = cotan.constant dense<0> : tensor<i64>
  // CHECK: cotan.div
  %0 = cotan.div %x, %y : tensor<i64>
  // CHECK: cotan.rem
  %1 = cotan.rem %x, %y : tensor<i64>
  return %0, %1 : tensor<i64>, tensor<i64>
}

// CHECK-LABEL: func.func @large_splat
func.func @large_splat() -> tensor<1024x1024xf32> {
  %x = cotan.constant dense<3.0> : tensor<1024x1024xf32>
  // CHECK: %[[R:.*]] = cotan.constant dense<9.000000e+00> : tensor<1024x1024xf32>
  // CHECK-NEXT: return %[[R]]
  %0 = cotan.mul %x, %x : tensor<1024x1024xf32>
  return %0 : tensor<1024x1024xf32>
}

// CHECK-LABEL: func.func @empty
func.func @empty() -> tensor<0x3xf32> {
  %x = cotan.constant dense<> : tensor<0x3xf32>
  // CHECK: %[[R:.*]] = cotan.constant dense<> : tensor<0x3xf32>
  // CHECK-NEXT: return %[[R]]
  %0 = cotan.add %x, %x : tensor<0x3xf32>
  return %0 : tensor<0x3xf32>
}

// CHECK-LABEL: func.func @scalars
func.func @scalars() -> (f32, i1) {
  %x = cotan.constant 1.5 : f32
  %y = cotan.constant 2.0 : f32
  // CHECK-DAG: %[[P:.*]] = cotan.constant 3.000000e+00 : f32
  %0 = cotan.mul %x, %y : f32
  // CHECK-DAG: %[[T:.*]] = cotan.constant true
  %1 = cotan.compare lt %x, %y : f32
  // CHECK: return %[[P]], %[[T]]
  return %0, %1 : f32, i1
}

// Functions that are not rounded correctly are the kernels' to compute.
// CHECK-LABEL: func.func @transcendental
func.func @transcendental() -> tensor<f32> {
  %x = cotan.constant dense<1.0> : tensor<f32>
  // CHECK: cotan.exp
  %0 = cotan.exp %x : tensor<f32>
  return %0 : tensor<f32>
}

//===----------------------------------------------------------------------===//
// Comparison, selection, casts
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @comparison
func.func @comparison() -> (tensor<3xi1>, tensor<3xi1>, tensor<2xi1>) {
  %x = cotan.constant dense<[1.0, 0x7FC00000, -0.0]> : tensor<3xf32>
  %y = cotan.constant dense<[2.0, 0x7FC00000, 0.0]> : tensor<3xf32>
  // CHECK-DAG: %[[LE:.*]] = cotan.constant dense<[true, false, true]>
  %0 = cotan.compare le %x, %y : tensor<3xf32>
  // CHECK-DAG: %[[NE:.*]] = cotan.constant dense<[true, true, false]>
  %1 = cotan.compare ne %x, %y : tensor<3xf32>
  %a = cotan.constant dense<[true, false]> : tensor<2xi1>
  %b = cotan.constant dense<[false, true]> : tensor<2xi1>
  // CHECK-DAG: %[[GT:.*]] = cotan.constant dense<[true, false]>
  %2 = cotan.compare gt %a, %b : tensor<2xi1>
  // CHECK: return %[[LE]], %[[NE]], %[[GT]]
  return %0, %1, %2 : tensor<3xi1>, tensor<3xi1>, tensor<2xi1>
}

// CHECK-LABEL: func.func @selection
// CHECK-SAME: %[[C:.*]]: tensor<2xi1>, %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>
func.func @selection(%c: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) {
  %true = cotan.constant dense<true> : tensor<2xi1>
  %false = cotan.constant dense<false> : tensor<2xi1>
  %mixed = cotan.constant dense<[true, false]> : tensor<2xi1>
  %one = cotan.constant dense<1.0> : tensor<2xf32>
  %two = cotan.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %0 = cotan.select %true, %x, %y : tensor<2xi1>, tensor<2xf32>
  %1 = cotan.select %false, %x, %y : tensor<2xi1>, tensor<2xf32>
  %2 = cotan.select %c, %x, %x : tensor<2xi1>, tensor<2xf32>
  %3 = cotan.select %c, %true, %false : tensor<2xi1>, tensor<2xi1>
  // CHECK-DAG: %[[K:.*]] = cotan.constant dense<[1.000000e+00, 3.000000e+00]>
  %4 = cotan.select %mixed, %one, %two : tensor<2xi1>, tensor<2xf32>
  // CHECK-DAG: %[[SWAPPED:.*]] = cotan.select %[[C]], %[[Y]], %[[X]]
  %n = cotan.not %c : tensor<2xi1>
  %5 = cotan.select %n, %x, %y : tensor<2xi1>, tensor<2xf32>
  // CHECK: return %[[X]], %[[Y]], %[[X]], %[[C]], %[[K]], %[[SWAPPED]]
  return %0, %1, %2, %3, %4, %5 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi1>, tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @cast_chains
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>, %[[I:.*]]: tensor<2xi64>
func.func @cast_chains(%x: tensor<2xf32>, %i: tensor<2xi64>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xi64>, tensor<2xi32>) {
  %0 = cotan.cast %x : tensor<2xf32> to tensor<2xf32>
  // Widening loses nothing.
  %wide = cotan.cast %x : tensor<2xf32> to tensor<2xf64>
  %1 = cotan.cast %wide : tensor<2xf64> to tensor<2xf32>
  // Narrowing does.
  // CHECK: %[[N:.*]] = cotan.cast %[[I]] : tensor<2xi64> to tensor<2xf64>
  // CHECK: %[[B:.*]] = cotan.cast %[[N]] : tensor<2xf64> to tensor<2xi64>
  %narrow = cotan.cast %i : tensor<2xi64> to tensor<2xf64>
  %2 = cotan.cast %narrow : tensor<2xf64> to tensor<2xi64>
  // CHECK: %[[C:.*]] = cotan.cast %[[X]] : tensor<2xf32> to tensor<2xi32>
  %3 = cotan.cast %wide : tensor<2xf64> to tensor<2xi32>
  // CHECK: return %[[X]], %[[X]], %[[B]], %[[C]]
  return %0, %1, %2, %3 : tensor<2xf32>, tensor<2xf32>, tensor<2xi64>, tensor<2xi32>
}

// CHECK-LABEL: func.func @cast_constants
func.func @cast_constants() -> (tensor<5xi32>, tensor<5xi1>, tensor<2xf32>, tensor<2xi32>, tensor<2xf64>) {
  %x = cotan.constant dense<[-1.75, 3.0e9, -3.0e9, 0x7FC00000, 0.5]> : tensor<5xf32>
  // CHECK-DAG: %[[I:.*]] = cotan.constant dense<[-1, 2147483647, -2147483648, 0, 0]> : tensor<5xi32>
  %0 = cotan.cast %x : tensor<5xf32> to tensor<5xi32>
  // CHECK-DAG: %[[B:.*]] = cotan.constant dense<true> : tensor<5xi1>
  %1 = cotan.cast %x : tensor<5xf32> to tensor<5xi1>
  %b = cotan.constant dense<[true, false]> : tensor<2xi1>
  // CHECK-DAG: %[[F:.*]] = cotan.constant dense<[1.000000e+00, 0.000000e+00]> : tensor<2xf32>
  %2 = cotan.cast %b : tensor<2xi1> to tensor<2xf32>
  %w = cotan.constant dense<[4294967297, -1]> : tensor<2xi64>
  // CHECK-DAG: %[[W:.*]] = cotan.constant dense<[1, -1]> : tensor<2xi32>
  %3 = cotan.cast %w : tensor<2xi64> to tensor<2xi32>
  // CHECK-DAG: %[[D:.*]] = cotan.constant dense<[0x41F0000000100000, -1.000000e+00]> : tensor<2xf64>
  %4 = cotan.cast %w : tensor<2xi64> to tensor<2xf64>
  // CHECK: return %[[I]], %[[B]], %[[F]], %[[W]], %[[D]]
  return %0, %1, %2, %3, %4 : tensor<5xi32>, tensor<5xi1>, tensor<2xf32>, tensor<2xi32>, tensor<2xf64>
}
