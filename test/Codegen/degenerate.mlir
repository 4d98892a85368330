// Extents of 0 and 1: nothing to do, identities of reductions, scalars.

// RUN: cotan run %s --function=empty --input=3x0xf32= | FileCheck %s --check-prefix=EMPTY
// EMPTY: [0.0, 0.0, 0.0] : tensor<3xf32>
// EMPTY: 1.0 : tensor<f32>
// EMPTY: [] : tensor<0xf32>
// EMPTY: true : tensor<i1>
// EMPTY: [1.0, 1.0, 1.0] : tensor<3xf32>
func.func @empty(%a: tensor<3x0xf32>) -> (tensor<3xf32>, tensor<f32>, tensor<0xf32>, tensor<i1>, tensor<3xf32>) {
  %s = cotan.reduce sum %a dims = [1] : tensor<3x0xf32>
  %p = cotan.reduce prod %a dims = [0, 1] : tensor<3x0xf32>
  %q = cotan.reduce sum %a dims = [0] : tensor<3x0xf32>
  %c = cotan.compare eq %a, %a : tensor<3x0xf32>
  %all = cotan.reduce all %c dims = [0, 1] : tensor<3x0xi1>
  %one = cotan.constant dense<1.0> : tensor<3xf32>
  %t = cotan.add %s, %one : tensor<3xf32>
  return %s, %p, %q, %all, %t : tensor<3xf32>, tensor<f32>, tensor<0xf32>, tensor<i1>, tensor<3xf32>
}

// The sum of negative zeros is one; that of nothing is not.
// RUN: cotan run %s --function=zeros --input=3xf32=-0.0,-0.0,-0.0 --input=2x0xf32= | FileCheck %s --check-prefix=ZEROS
// ZEROS: -inf : tensor<f32>
// ZEROS: [inf, inf] : tensor<2xf32>
func.func @zeros(%a: tensor<3xf32>, %b: tensor<2x0xf32>) -> (tensor<f32>, tensor<2xf32>) {
  %one = cotan.constant dense<1.0> : tensor<f32>
  %ones = cotan.constant dense<1.0> : tensor<2xf32>
  %s = cotan.reduce sum %a dims = [0] : tensor<3xf32>
  %t = cotan.reduce sum %b dims = [1] : tensor<2x0xf32>
  %u = cotan.div %one, %s : tensor<f32>
  %v = cotan.div %ones, %t : tensor<2xf32>
  return %u, %v : tensor<f32>, tensor<2xf32>
}

// RUN: cotan run %s --function=scalar --input=f32=3 --input=1x1xf32=4 | FileCheck %s --check-prefix=SCALAR
// SCALAR: 9.0 : tensor<f32>
// SCALAR: [16.0] : tensor<1xf32>
func.func @scalar(%a: tensor<f32>, %b: tensor<1x1xf32>) -> (tensor<f32>, tensor<1xf32>) {
  %c = cotan.mul %a, %a : tensor<f32>
  %d = cotan.mul %b, %b : tensor<1x1xf32>
  %e = cotan.reduce sum %d dims = [0] : tensor<1x1xf32>
  return %c, %e : tensor<f32>, tensor<1xf32>
}

// NaN wins every maximum, in a row, across rows, and beyond a whole vector.
// RUN: cotan run %s --function=nan --input=2x3xf32=1,nan,3,4,5,6 | FileCheck %s --check-prefix=NAN
// NAN: [nan, 6.0] : tensor<2xf32>
// NAN: [4.0, nan, 6.0] : tensor<3xf32>
// NAN: [1.0, nan, 3.0] : tensor<3xf32>
func.func @nan(%a: tensor<2x3xf32>) -> (tensor<2xf32>, tensor<3xf32>, tensor<3xf32>) {
  %rows = cotan.reduce max %a dims = [1] : tensor<2x3xf32>
  %columns = cotan.reduce max %a dims = [0] : tensor<2x3xf32>
  %least = cotan.reduce min %a dims = [0] : tensor<2x3xf32>
  return %rows, %columns, %least : tensor<2xf32>, tensor<3xf32>, tensor<3xf32>
}
