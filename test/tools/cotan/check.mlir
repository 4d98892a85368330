// RUN: cotan check %s --function=f64 | FileCheck %s --check-prefix=F64
// RUN: cotan check %s --function=f32 | FileCheck %s --check-prefix=F32
// RUN: cotan check %s --function=f64 --input=3xf64=0.1,0.2,0.3 --input=2x3xf64=1,2,3,4,5,6 --rtol=1e-6 | FileCheck %s --check-prefix=F64
// The derivative of a stopped gradient is 0 and the function's slope is not.
// RUN: not cotan check %s --function=stopped 2>&1 | FileCheck %s --check-prefix=STOPPED
// RUN: not cotan check %s --function=f64 --input=3xf64=1 2>&1 | FileCheck %s --check-prefix=COUNT
// RUN: not cotan check %s --function=f64 --rtol=-1 2>&1 | FileCheck %s --check-prefix=TOLERANCE

func.func @f64(%x: tensor<3xf64>, %w: tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<f64>) {
  %b = cotan.broadcast %x dims = [1] : tensor<3xf64> to tensor<2x3xf64>
  %e = cotan.exp %b : tensor<2x3xf64>
  %y = cotan.mul %e, %w : tensor<2x3xf64>
  %s = cotan.reduce sum %y dims = [0, 1] : tensor<2x3xf64>
  %t = cotan.tanh %s : tensor<f64>
  return %y, %t : tensor<2x3xf64>, tensor<f64>
}
// F64: input 0, tensor<3xf64>: 3 of 3 derivatives checked, largest difference {{.*}}
// F64-NEXT: input 1, tensor<2x3xf64>: 6 of 6 derivatives checked
// F64-NEXT: adjoint and finite differences agree in 9 derivatives

func.func @f32(%x: tensor<100xf32>, %n: tensor<i64>) -> tensor<f32> {
  %y = cotan.sin %x : tensor<100xf32>
  %s = cotan.reduce sum %y dims = [0] : tensor<100xf32>
  return %s : tensor<f32>
}
// F32: input 0, tensor<100xf32>: 50 of 100 derivatives checked
// F32-NEXT: adjoint and finite differences agree in 50 derivatives

func.func @stopped(%x: tensor<f64>) -> tensor<f64> {
  %y = cotan.stop_gradient %x : tensor<f64>
  %z = cotan.mul %x, %y : tensor<f64>
  return %z : tensor<f64>
}
// STOPPED: error: {{.*}}check.mlir: input 0 element 0: the adjoint gives {{.*}}, finite differences give {{.*}}; they differ by
// COUNT: error: {{.*}}check.mlir: expected 2 inputs (tensor<3xf64>, tensor<2x3xf64>), got 1
// TOLERANCE: error: {{.*}}check.mlir: --rtol: expected a number that is not negative, got '-1'
