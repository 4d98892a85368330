// Failures that only the data decides come back as a status with the numbers, and the process lives on.

// RUN: cotan run %s --function=divide --input=4xi32=7,-7,5,-2147483648 --input=4xi32=2,2,-3,-1 | FileCheck %s --check-prefix=DIVIDE
// DIVIDE: [3, -3, -1, -2147483648] : tensor<4xi32>
// DIVIDE: [1, -1, 2, 0] : tensor<4xi32>
// RUN: not cotan run %s --function=divide --input=4xi32=1,2,3,4 --input=4xi32=1,1,1,0 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: error: {{.*}}integer division by zero
func.func @divide(%a: tensor<4xi32>, %b: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>) {
  %q = cotan.div %a, %b : tensor<4xi32>
  %r = cotan.rem %a, %b : tensor<4xi32>
  return %q, %r : tensor<4xi32>, tensor<4xi32>
}

// Lanes beyond the end do not divide.
// RUN: cotan run %s --function=divide_long --input=3xi64=9223372036854775807,-9223372036854775808,-9 --input=3xi64=10,-1,4 | FileCheck %s --check-prefix=LONG
// LONG: [922337203685477580, -9223372036854775808, -2] : tensor<3xi64>
func.func @divide_long(%a: tensor<3xi64>, %b: tensor<3xi64>) -> tensor<3xi64> {
  %q = cotan.div %a, %b : tensor<3xi64>
  return %q : tensor<3xi64>
}

// RUN: cotan run %s --function=gather --input=5x2xf32=1,2,3,4,5,6,7,8,9,10 --input=4xi64=4,0,0,2 | FileCheck %s --check-prefix=GATHER
// GATHER: {{\[\[}}9.0, 10.0],
// GATHER-NEXT: [1.0, 2.0],
// GATHER-NEXT: [1.0, 2.0],
// GATHER-NEXT: [5.0, 6.0]] : tensor<4x2xf32>
// RUN: not cotan run %s --function=gather --input=5x2xf32=1,2,3,4,5,6,7,8,9,10 --input=4xi64=4,0,-3,2 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: {{.*}}index -3 is out of range for an extent of 5
func.func @gather(%a: tensor<5x2xf32>, %i: tensor<4xi64>) -> tensor<4x2xf32> {
  %r = cotan.gather %a[%i] : tensor<5x2xf32>, tensor<4xi64>
  return %r : tensor<4x2xf32>
}

// RUN: cotan run %s --function=scatter --input=3x2xf32=1,2,3,4,5,6 --input=3xi64=2,0,2 --input=3x2xf32=10,20,30,40,50,60 | FileCheck %s --check-prefix=SCATTER
// SCATTER: {{\[\[}}31.0, 42.0],
// SCATTER-NEXT: [3.0, 4.0],
// SCATTER-NEXT: [65.0, 86.0]] : tensor<3x2xf32>
// RUN: not cotan run %s --function=scatter --input=3x2xf32=1,2,3,4,5,6 --input=3xi64=2,0,3 --input=3x2xf32=1,2,3,4,5,6 2>&1 | FileCheck %s --check-prefix=BEYOND
// BEYOND: error: {{.*}}index 3 is out of range for an extent of 3
func.func @scatter(%a: tensor<3x2xf32>, %i: tensor<3xi64>, %u: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %r = cotan.scatter_add %a[%i], %u : tensor<3x2xf32>, tensor<3xi64>, tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// A table that is a broadcast scalar.
// RUN: cotan run %s --function=gather_scalar --input=f32=7 --input=3xi64=4,0,2 | FileCheck %s --check-prefix=SCALAR
// SCALAR: [7.0, 7.0, 7.0] : tensor<3xf32>
// RUN: not cotan run %s --function=gather_scalar --input=f32=7 --input=3xi64=4,0,5 2>&1 | FileCheck %s --check-prefix=SCALAR-BEYOND
// SCALAR-BEYOND: error: {{.*}}index 5 is out of range for an extent of 5
func.func @gather_scalar(%x: tensor<f32>, %i: tensor<3xi64>) -> tensor<3xf32> {
  %b = cotan.broadcast %x dims = [] : tensor<f32> to tensor<5xf32>
  %r = cotan.gather %b[%i] : tensor<5xf32>, tensor<3xi64>
  return %r : tensor<3xf32>
}

// A row outside of the table that a gather names is refused also where the table is a view and the tensor behind it has
// an element there.
// RUN: cotan run %s --function=gather_slice --input=10xf32=0,1,2,3,4,5,6,7,8,9 --input=3xi64=3,0,1 | FileCheck %s --check-prefix=VIEW
// VIEW: [5.0, 2.0, 3.0] : tensor<3xf32>
// The error names the index that the program gave and the extent of the view.
// RUN: not cotan run %s --function=gather_slice --input=10xf32=1 --input=3xi64=3,4,1 2>&1 | FileCheck %s --check-prefix=VIEW-BEYOND
// VIEW-BEYOND: error: {{.*}}index 4 is out of range for an extent of 4
// RUN: not cotan run %s --function=gather_slice --input=10xf32=1 --input=3xi64=3,-2,1 2>&1 | FileCheck %s --check-prefix=VIEW-BELOW
// VIEW-BELOW: error: {{.*}}index -2 is out of range for an extent of 4
// RUN: not cotan run %s --function=gather_row --input=10x3xf32=1 --input=2xi64=0,6 2>&1 | FileCheck %s --check-prefix=VIEW-ROW
// VIEW-ROW: error: {{.*}}index 6 is out of range for an extent of 1
func.func @gather_slice(%x: tensor<10xf32>, %i: tensor<3xi64>) -> tensor<3xf32> {
  %v = cotan.slice %x starts = [2] limits = [6] strides = [1] : tensor<10xf32> to tensor<4xf32>
  %r = cotan.gather %v[%i] : tensor<4xf32>, tensor<3xi64>
  return %r : tensor<3xf32>
}

func.func @gather_row(%x: tensor<10x3xf32>, %i: tensor<2xi64>) -> tensor<2x3xf32> {
  %v = cotan.slice %x starts = [4, 0] limits = [5, 3] strides = [1, 1] : tensor<10x3xf32> to tensor<1x3xf32>
  %r = cotan.gather %v[%i] : tensor<1x3xf32>, tensor<2xi64>
  return %r : tensor<2x3xf32>
}
