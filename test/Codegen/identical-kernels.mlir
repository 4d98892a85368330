// RUN: cotan compile --emit=llvm %s | FileCheck %s
// RUN: cotan run %s --input=4xi1=1,0,1,0 --input=4xf64=1,2,3,4 | FileCheck %s --check-prefix=VALUES

// Kernels with one structure and different operands of their ops are not identical.
// CHECK: define internal i32 @cotan.main.k0
// CHECK: define internal i32 @cotan.main.k1
// CHECK-NOT: define internal i32 @cotan.main.k2

// VALUES: [1, 0, 3, 0]
// VALUES: [0, 2, 0, 4]
// VALUES: [0, 2, 0, 4]
func.func @main(%c: tensor<4xi1>, %x: tensor<4xf64>) -> (tensor<4xf64>, tensor<2x2xf64>, tensor<4xf64>) {
  %0 = cotan.constant dense<0.0> : tensor<4xf64>
  %1 = cotan.select %c, %x, %0 : tensor<4xi1>, tensor<4xf64>
  %2 = cotan.select %c, %0, %x : tensor<4xi1>, tensor<4xf64>
  %3 = cotan.reshape %2 : tensor<4xf64> to tensor<2x2xf64>
  return %1, %3, %2 : tensor<4xf64>, tensor<2x2xf64>, tensor<4xf64>
}
