// RUN: cotan grad %s --function=square | FileCheck %s --check-prefix=IR
// RUN: cotan grad %s --function=square -o %t.mlir && cotan run %t.mlir --function=square_grad --input=2xf64=3,-1 | FileCheck %s --check-prefix=VALUE
// RUN: cotan grad %s --function=square --input=2xf64=3,-1 | FileCheck %s --check-prefix=VALUE
// RUN: cotan grad %s --function=product --wrt=1 --input=2xf64=3,4 --input=2xf64=5,6 --input=2xf64=1,10 | FileCheck %s --check-prefix=WRT
// RUN: not cotan grad %s --function=product --wrt=2 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not cotan grad %s --function=integers 2>&1 | FileCheck %s --check-prefix=INTEGERS

func.func @square(%x: tensor<2xf64>) -> tensor<f64> {
  %y = cotan.mul %x, %x : tensor<2xf64>
  %s = cotan.reduce sum %y dims = [0] : tensor<2xf64>
  return %s : tensor<f64>
}
// IR: func.func @square_grad(%{{.*}}: tensor<2xf64>) -> (tensor<f64>, tensor<2xf64>)
// IR-NOT: cotan.vjp
// IR: return
// VALUE: 10.0 : tensor<f64>
// VALUE-NEXT: [6.0, -2.0] : tensor<2xf64>

func.func @product(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %z = cotan.mul %x, %y : tensor<2xf64>
  return %z : tensor<2xf64>
}
// WRT: [15.0, 24.0] : tensor<2xf64>
// WRT-NEXT: [3.0, 40.0] : tensor<2xf64>
// RANGE: error:

func.func @integers(%x: tensor<2xi64>) -> tensor<2xi64> {
  return %x : tensor<2xi64>
}
// INTEGERS: error:
