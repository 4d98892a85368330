// With every buffer of a call against a guard page, odd extents included, no kernel reads or writes outside.
// (That a planted overrun is caught: test/unit/Runtime/GuardedCallTest.cpp.)

// RUN: env COTAN_GUARD=1 cotan run %s --input=37xf32=2 --input=7x13xf64=1 | FileCheck %s
// RUN: env COTAN_GUARD=1 cotan check %s --function=mixed
// RUN: env COTAN_GUARD=1 not cotan run %s --function=rows --input=3x5xf32=1 --input=2xi64=0,3 2>&1 | FileCheck %s --check-prefix=INDEX
// RUN: env COTAN_GUARD=1 cotan run %s --function=product --input=17x33xf32=1 --input=33x19xf32=2 --output=@%t.npy

// CHECK: 148.0 : tensor<f32>
// CHECK-NEXT: [7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0] : tensor<13xf64>
func.func @main(%x: tensor<37xf32>, %y: tensor<7x13xf64>) -> (tensor<f32>, tensor<13xf64>) {
  %m = cotan.mul %x, %x : tensor<37xf32>
  %s = cotan.reduce sum %m dims = [0] : tensor<37xf32>
  %c = cotan.reduce sum %y dims = [0] : tensor<7x13xf64>
  return %s, %c : tensor<f32>, tensor<13xf64>
}

func.func @mixed(%x: tensor<5x3xf64>, %y: tensor<3xf64>) -> tensor<3x5xf64> {
  %b = cotan.broadcast %y dims = [1] : tensor<3xf64> to tensor<5x3xf64>
  %m = cotan.mul %x, %b : tensor<5x3xf64>
  %t = cotan.transpose %m permutation = [1, 0] : tensor<5x3xf64> to tensor<3x5xf64>
  %e = cotan.exp %t : tensor<3x5xf64>
  %s = cotan.reduce sum %e dims = [1] : tensor<3x5xf64>
  %sb = cotan.broadcast %s dims = [0] : tensor<3xf64> to tensor<3x5xf64>
  %q = cotan.div %e, %sb : tensor<3x5xf64>
  return %q : tensor<3x5xf64>
}

// INDEX: error: {{.*}}: index 3 is out of range for an extent of 3
func.func @rows(%x: tensor<3x5xf32>, %i: tensor<2xi64>) -> tensor<2x5xf32> {
  %r = cotan.gather %x[%i] : tensor<3x5xf32>, tensor<2xi64>
  return %r : tensor<2x5xf32>
}

func.func @product(%a: tensor<17x33xf32>, %b: tensor<33x19xf32>) -> tensor<17x19xf32> {
  %c = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<17x33xf32>, tensor<33x19xf32>
  return %c : tensor<17x19xf32>
}
