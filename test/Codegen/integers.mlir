// Integers wrap, shifts beyond the width give 0, casts saturate; none of it depends on where in a vector an element is.

// RUN: cotan run %s --function=wrap --input=3xi32=2147483647,-2147483648,5 | FileCheck %s --check-prefix=WRAP
// WRAP: [-2, 0, 10] : tensor<3xi32>
// WRAP: [1, 0, 25] : tensor<3xi32>
// WRAP: [-2147483647, -2147483648, -5] : tensor<3xi32>
// WRAP: [2147483647, -2147483648, 5] : tensor<3xi32>
// WRAP: [1, -1, 1] : tensor<3xi32>
func.func @wrap(%a: tensor<3xi32>) -> (tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>) {
  %b = cotan.add %a, %a : tensor<3xi32>
  %c = cotan.mul %a, %a : tensor<3xi32>
  %d = cotan.neg %a : tensor<3xi32>
  %e = cotan.abs %a : tensor<3xi32>
  %f = cotan.sign %a : tensor<3xi32>
  return %b, %c, %d, %e, %f : tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>
}

// RUN: cotan run %s --function=shift --input=4xi64=1,1,-1,-1 --input=4xi64=3,64,-1,60 | FileCheck %s --check-prefix=SHIFT
// SHIFT: [8, 0, 0, -1152921504606846976] : tensor<4xi64>
// SHIFT: [0, 0, 0, 15] : tensor<4xi64>
func.func @shift(%a: tensor<4xi64>, %n: tensor<4xi64>) -> (tensor<4xi64>, tensor<4xi64>) {
  %l = cotan.shl %a, %n : tensor<4xi64>
  %r = cotan.shr %a, %n : tensor<4xi64>
  return %l, %r : tensor<4xi64>, tensor<4xi64>
}

// RUN: cotan run %s --function=cast --input=5xf32=1.9,-1.9,1e20,-1e20,nan | FileCheck %s --check-prefix=CAST
// CAST: [1, -1, 2147483647, -2147483648, 0] : tensor<5xi32>
// CAST: [1, -1, 9223372036854775807, -9223372036854775808, 0] : tensor<5xi64>
// CAST: [true, true, true, true, true] : tensor<5xi1>
// CAST: [1.0, 1.0, 1.0, 1.0, 1.0] : tensor<5xf64>
func.func @cast(%a: tensor<5xf32>) -> (tensor<5xi32>, tensor<5xi64>, tensor<5xi1>, tensor<5xf64>) {
  %b = cotan.cast %a : tensor<5xf32> to tensor<5xi32>
  %c = cotan.cast %a : tensor<5xf32> to tensor<5xi64>
  %d = cotan.cast %a : tensor<5xf32> to tensor<5xi1>
  %e = cotan.cast %d : tensor<5xi1> to tensor<5xf64>
  return %b, %c, %d, %e : tensor<5xi32>, tensor<5xi64>, tensor<5xi1>, tensor<5xf64>
}

// RUN: cotan run %s --function=logic --input=4xi1=1,1,0,0 --input=4xi1=1,0,1,0 | FileCheck %s --check-prefix=LOGIC
// LOGIC: [true, false, false, false] : tensor<4xi1>
// LOGIC: [false, true, true, false] : tensor<4xi1>
// LOGIC: [false, true, false, false] : tensor<4xi1>
// LOGIC: [false, false, true, true] : tensor<4xi1>
func.func @logic(%a: tensor<4xi1>, %b: tensor<4xi1>) -> (tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>) {
  %c = cotan.and %a, %b : tensor<4xi1>
  %d = cotan.xor %a, %b : tensor<4xi1>
  %e = cotan.compare gt %a, %b : tensor<4xi1>
  %f = cotan.not %a : tensor<4xi1>
  return %c, %d, %e, %f : tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>
}
