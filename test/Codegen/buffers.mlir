// Where values live: results directly in their output, everything else in one arena; no aliasing that shows.

// A value returned twice, a view of it, an argument and a constant: each output is its own memory.
// RUN: cotan run %s --function=twice --input=4xf32=1,2,3,4 | FileCheck %s --check-prefix=TWICE
// TWICE: [0.5, 1.0, 1.5, 2.0] : tensor<4xf32>
// TWICE: [0.5, 1.0, 1.5, 2.0] : tensor<4xf32>
// TWICE: {{\[\[}}0.5, 1.0],
// TWICE-NEXT: [1.5, 2.0]] : tensor<2x2xf32>
// TWICE: [1.0, 2.0, 3.0, 4.0] : tensor<4xf32>
// TWICE: [1.0, 2.0, 3.0] : tensor<3xf32>
func.func @twice(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<2x2xf32>, tensor<4xf32>, tensor<3xf32>) {
  %half = cotan.constant dense<0.5> : tensor<4xf32>
  %constant = cotan.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %n = cotan.mul %a, %half : tensor<4xf32>
  %view = cotan.reshape %n : tensor<4xf32> to tensor<2x2xf32>
  return %n, %n, %view, %a, %constant : tensor<4xf32>, tensor<4xf32>, tensor<2x2xf32>, tensor<4xf32>, tensor<3xf32>
}

// A window is written into a copy of the argument, which itself must not change; the offsets are clamped.
// RUN: cotan run %s --function=update --input=3x3xf32=1,2,3,4,5,6,7,8,9 --input=2x2xf32=-1,-2,-3,-4 --input=i64=9 --input=i64=-1 | FileCheck %s --check-prefix=UPDATE
// UPDATE: {{\[\[}}1.0, 2.0, 3.0],
// UPDATE-NEXT: [-1.0, -2.0, 6.0],
// UPDATE-NEXT: [-3.0, -4.0, 9.0]] : tensor<3x3xf32>
// UPDATE: {{\[\[}}1.0, 2.0, 3.0],
// UPDATE-NEXT: [4.0, 5.0, 6.0],
// UPDATE-NEXT: [7.0, 8.0, 9.0]] : tensor<3x3xf32>
func.func @update(%a: tensor<3x3xf32>, %u: tensor<2x2xf32>, %i: tensor<i64>, %j: tensor<i64>) -> (tensor<3x3xf32>, tensor<3x3xf32>) {
  %n = cotan.dynamic_update_slice %a, %u[%i, %j] : tensor<3x3xf32>, tensor<2x2xf32>
  return %n, %a : tensor<3x3xf32>, tensor<3x3xf32>
}

// Unfused, the chain needs one buffer besides the output: each value dies as the next is made, in place.
// RUN: cotan compile %s --function=chain --no-fuse -o %t.o && FileCheck %s --check-prefix=CHAIN < %t.h
// CHAIN: WORKSPACE_BYTES 0{{$}}
func.func @chain(%a: tensor<1024xf32>) -> tensor<1024xf32> {
  %b = cotan.exp %a : tensor<1024xf32>
  %c = cotan.sin %b : tensor<1024xf32>
  %d = cotan.cos %c : tensor<1024xf32>
  return %d : tensor<1024xf32>
}

// A transposed read may not happen in place.
// RUN: cotan run %s --function=transposed --no-fuse --input=2x2xf32=1,2,3,4 | FileCheck %s --check-prefix=TRANSPOSED
// TRANSPOSED: {{\[\[}}2.0, 4.0],
// TRANSPOSED-NEXT: [6.0, 8.0]] : tensor<2x2xf32>
// TRANSPOSED: {{\[\[}}2.0, 6.0],
// TRANSPOSED-NEXT: [4.0, 8.0]] : tensor<2x2xf32>
func.func @transposed(%a: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %b = cotan.add %a, %a : tensor<2x2xf32>
  %t = cotan.transpose %b permutation = [1, 0] : tensor<2x2xf32> to tensor<2x2xf32>
  return %b, %t : tensor<2x2xf32>, tensor<2x2xf32>
}

// Two temporaries alive at once, two that follow them in the same memory.
// RUN: cotan compile %s --function=arena --no-fuse -o %t.o && FileCheck %s --check-prefix=ARENA < %t.h
// ARENA: WORKSPACE_BYTES 8192{{$}}
func.func @arena(%a: tensor<1024xf32>) -> tensor<f32> {
  %b = cotan.exp %a : tensor<1024xf32>
  %c = cotan.reverse %b dims = [0] : tensor<1024xf32>
  %d = cotan.mul %b, %c : tensor<1024xf32>
  %e = cotan.reverse %d dims = [0] : tensor<1024xf32>
  %f = cotan.mul %d, %e : tensor<1024xf32>
  %g = cotan.reduce sum %f dims = [0] : tensor<1024xf32>
  return %g : tensor<f32>
}
