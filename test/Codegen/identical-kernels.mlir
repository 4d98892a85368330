// RUN: cotan compile --emit=llvm %s | FileCheck %s
// RUN: cotan run %s --input=4xi1=1,0,1,0 --input=4xf64=1,2,3,4 | FileCheck %s --check-prefix=VALUES

// Two kernels of one structure whose bodies use their operands differently are not identical.
// CHECK: define internal i32 @cotan.main.k0
// CHECK: define internal i32 @cotan.main.k1

// VALUES: [1.0, 0.0, 3.0, 0.0] : tensor<4xf64>
// VALUES: [0.0, 2.0, 0.0, 4.0] : tensor<4xf64>
func.func @main(%c: tensor<4xi1>, %x: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %0 = cotan.constant dense<0.0> : tensor<4xf64>
  %1 = cotan.select %c, %x, %0 : tensor<4xi1>, tensor<4xf64>
  %2 = cotan.select %c, %0, %x : tensor<4xi1>, tensor<4xf64>
  return %1, %2 : tensor<4xf64>, tensor<4xf64>
}
