// RUN: cotan run %s --function=mul_add --input=3xf32=1,2,3 --input=f32=2.5 | FileCheck %s --check-prefix=MULADD
// RUN: cotan run %s --function=@mul_add --input=3xf32=2 --input=f32=2.5 | FileCheck %s --check-prefix=SPLAT
// RUN: cotan run %s --function=rows --input='2x3xf64=[[1,2,3],[4,5,6]]' | FileCheck %s --check-prefix=ROWS
// RUN: cotan run %s --function=types --input=2xi32=-7,7 --input=2xi64=-9223372036854775808,9 --input=2xi1=true,0 | FileCheck %s --check-prefix=TYPES
// RUN: cotan run %s --function=special --input=4xf32=inf,-inf,nan,-0 | FileCheck %s --check-prefix=SPECIAL
// RUN: cotan run %s --function=empty --input=0x3xf32= | FileCheck %s --check-prefix=EMPTY
// RUN: cotan run %s --function=large | FileCheck %s --check-prefix=LARGE
// RUN: cotan run - --function=mul_add --input=3xf32=1,2,3 --input=f32=2.5 < %s | FileCheck %s --check-prefix=MULADD
// RUN: cotan run %s --function=mul_add --input=3xf32=1,2,3 --input=f32=2.5 --no-fuse | FileCheck %s --check-prefix=MULADD
// RUN: cotan run %s --function=mul_add --input=3xf32=random:1 --input=f32=2.5 --quiet --time | FileCheck %s --check-prefix=TIME
// RUN: cotan run %s --function=calls --input=3xf32=1,2,3 | FileCheck %s --check-prefix=CALLS

func.func @mul_add(%x: tensor<3xf32>, %s: tensor<f32>) -> tensor<3xf32> {
  %b = cotan.broadcast %s dims = [] : tensor<f32> to tensor<3xf32>
  %m = cotan.mul %x, %b : tensor<3xf32>
  %y = cotan.add %m, %x : tensor<3xf32>
  return %y : tensor<3xf32>
}
// MULADD: [3.5, 7.0, 10.5] : tensor<3xf32>
// SPLAT: [7.0, 7.0, 7.0] : tensor<3xf32>
// TIME-NOT: tensor
// TIME: time: median {{[0-9.e+-]+}} s a call ({{[0-9]+}} samples of {{[0-9]+}} calls), 1 kernel launches a call

func.func @rows(%x: tensor<2x3xf64>) -> (tensor<2xf64>, tensor<2x3xf64>) {
  %s = cotan.reduce sum %x dims = [1] : tensor<2x3xf64>
  %y = cotan.neg %x : tensor<2x3xf64>
  return %s, %y : tensor<2xf64>, tensor<2x3xf64>
}
// ROWS: [6.0, 15.0] : tensor<2xf64>
// ROWS-NEXT: {{\[\[}}-1.0, -2.0, -3.0],
// ROWS-NEXT: [-4.0, -5.0, -6.0]] : tensor<2x3xf64>

func.func @types(%a: tensor<2xi32>, %b: tensor<2xi64>, %c: tensor<2xi1>) -> (tensor<2xi32>, tensor<2xi64>, tensor<2xi1>) {
  %x = cotan.neg %a : tensor<2xi32>
  %y = cotan.neg %b : tensor<2xi64>
  %z = cotan.not %c : tensor<2xi1>
  return %x, %y, %z : tensor<2xi32>, tensor<2xi64>, tensor<2xi1>
}
// TYPES: [7, -7] : tensor<2xi32>
// TYPES-NEXT: [-9223372036854775808, -9] : tensor<2xi64>
// TYPES-NEXT: [false, true] : tensor<2xi1>

func.func @special(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = cotan.neg %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
// SPECIAL: [-inf, inf, nan, 0.0] : tensor<4xf32>

func.func @empty(%x: tensor<0x3xf32>) -> (tensor<0x3xf32>, tensor<3xf32>) {
  %y = cotan.neg %x : tensor<0x3xf32>
  %s = cotan.reduce sum %x dims = [0] : tensor<0x3xf32>
  return %y, %s : tensor<0x3xf32>, tensor<3xf32>
}
// EMPTY: [] : tensor<0x3xf32>
// EMPTY-NEXT: [0.0, 0.0, 0.0] : tensor<3xf32>

func.func @large() -> tensor<2000xi64> {
  %y = cotan.iota dim = 0 : tensor<2000xi64>
  return %y : tensor<2000xi64>
}
// LARGE: [0, 1, 2, ..., 1997, 1998, 1999] : tensor<2000xi64>

func.func @calls(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = cotan.constant dense<2.5> : tensor<f32>
  %y = func.call @mul_add(%x, %c) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %z = func.call @mul_add(%y, %c) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  return %z : tensor<3xf32>
}
// CALLS: [12.25, 24.5, 36.75] : tensor<3xf32>
