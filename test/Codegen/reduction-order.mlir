// The order of a reduction is part of its meaning: the same bits whatever the vectors' width, with and without fusion.
// 20007 elements are a whole chunk, a partial one, and a partial vector at the end; 301 x 67 are reduced along rows and columns.

// RUN: env COTAN_VECTOR_BITS=512 cotan run %s --function=rows --output=@%t.512.npy
// RUN: env COTAN_VECTOR_BITS=256 cotan run %s --function=rows --output=@%t.256.npy
// RUN: env COTAN_VECTOR_BITS=128 cotan run %s --function=rows --output=@%t.128.npy
// RUN: env COTAN_VECTOR_BITS=512 cotan run %s --function=rows --no-fuse --output=@%t.unfused.npy
// RUN: cmp %t.512.npy %t.256.npy
// RUN: cmp %t.512.npy %t.128.npy
// RUN: cmp %t.512.npy %t.unfused.npy
func.func @rows() -> tensor<301xf32> {
  %i = cotan.iota dim = 1 : tensor<301x67xf32>
  %j = cotan.iota dim = 0 : tensor<301x67xf32>
  %p = cotan.mul %i, %j : tensor<301x67xf32>
  %x = cotan.sin %p : tensor<301x67xf32>
  %r = cotan.reduce sum %x dims = [1] : tensor<301x67xf32>
  return %r : tensor<301xf32>
}

// RUN: env COTAN_VECTOR_BITS=512 cotan run %s --function=columns --output=@%t.c512.npy
// RUN: env COTAN_VECTOR_BITS=256 cotan run %s --function=columns --output=@%t.c256.npy
// RUN: env COTAN_VECTOR_BITS=128 cotan run %s --function=columns --output=@%t.c128.npy
// RUN: cmp %t.c512.npy %t.c256.npy
// RUN: cmp %t.c512.npy %t.c128.npy
func.func @columns() -> tensor<67xf32> {
  %i = cotan.iota dim = 1 : tensor<301x67xf32>
  %j = cotan.iota dim = 0 : tensor<301x67xf32>
  %p = cotan.mul %i, %j : tensor<301x67xf32>
  %x = cotan.sin %p : tensor<301x67xf32>
  %r = cotan.reduce sum %x dims = [0] : tensor<301x67xf32>
  return %r : tensor<67xf32>
}

// RUN: env COTAN_VECTOR_BITS=512 cotan run %s --function=all | tee %t.all | FileCheck %s
// RUN: env COTAN_VECTOR_BITS=256 cotan run %s --function=all | diff - %t.all
// RUN: env COTAN_VECTOR_BITS=128 cotan run %s --function=all | diff - %t.all
// The exact sum is 2669267510091; one accumulator would end at 2669269745664.
// CHECK: 2669267386368.0 : tensor<f32>
// CHECK: 20006.0 : tensor<f64>
// CHECK: -1 : tensor<i32>
func.func @all() -> (tensor<f32>, tensor<f64>, tensor<i32>) {
  %x = cotan.iota dim = 0 : tensor<20007xf32>
  %square = cotan.mul %x, %x : tensor<20007xf32>
  %sum = cotan.reduce sum %square dims = [0] : tensor<20007xf32>
  %y = cotan.iota dim = 0 : tensor<20007xf64>
  %max = cotan.reduce max %y dims = [0] : tensor<20007xf64>
  %z = cotan.iota dim = 0 : tensor<20007xi32>
  %one = cotan.constant dense<1> : tensor<20007xi32>
  %minus = cotan.sub %z, %one : tensor<20007xi32>
  %min = cotan.reduce min %minus dims = [0] : tensor<20007xi32>
  return %sum, %max, %min : tensor<f32>, tensor<f64>, tensor<i32>
}
