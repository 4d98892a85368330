// What is wrong with a call is said before it is made; what fails in it ends with exit code 1, not an abort.

// RUN: not cotan run %s 2>&1 | FileCheck %s --check-prefix=COUNT0
// RUN: not cotan run %s --input=2xi32=1,2 2>&1 | FileCheck %s --check-prefix=COUNT1
// RUN: not cotan run %s --input=3xi32=1,2,3 --input=2xi32=1,2 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not cotan run %s --input=2xi64=1,2 --input=2xi32=1,2 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not cotan run %s --input=2xi32=1,2,3 2>&1 | FileCheck %s --check-prefix=VALUES
// RUN: not cotan run %s --input=2xi32=1,x 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not cotan run %s --input=2xi32=1,2147483648 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not cotan run %s --input=2xq8=1,2 2>&1 | FileCheck %s --check-prefix=ELEMENT
// RUN: not cotan run %s --input=2,3xi32=1 2>&1 | FileCheck %s --check-prefix=EXTENTS
// RUN: not cotan run %s --input=1,2 2>&1 | FileCheck %s --check-prefix=SPEC
// RUN: not cotan run %s --input=99999999999x99999999999xf32=1 2>&1 | FileCheck %s --check-prefix=HUGE
// RUN: not cotan run %s --input=99999999999xf32=1 2>&1 | FileCheck %s --check-prefix=MEMORY
// RUN: not cotan run %s --input=2xi32=1,2 --input=2xi32=1,2 --output=b.npy 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not cotan run %s --input=2xi32=1,2 --input=2xi32=1,2 --output=- --output=- 2>&1 | FileCheck %s --check-prefix=OUTPUTS
// RUN: not cotan run %s --input=2xi32=1,2 --input=2xi32=1,2 --output=@/nonexistent/b.npy 2>&1 | FileCheck %s --check-prefix=WRITE
// RUN: not cotan run %s --input=2xi32=1,2 --input=2xi32=1,0 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: cotan run %s --input=2xi32=-2147483648,7 --input=2xi32=-1,2 | FileCheck %s --check-prefix=WRAPS
// RUN: not cotan run %s --function=rows --input=3xf32=1,2,3 --input=2xi64=0,3 2>&1 | FileCheck %s --check-prefix=INDEX
// RUN: not cotan run %s --function=rows --input=3xf32=1,2,3 --input=2xi64=-1,0 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not cotan run %s --function=dynamic --input=2xf32=1 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not cotan run %s --function=counts --input=3xf32=1 2>&1 | FileCheck %s --check-prefix=COUNTS
// RUN: not cotan run %s --function=scalar --input=f32=1 2>&1 | FileCheck %s --check-prefix=SCALAR
// RUN: not cotan run %s --function=recursive --input=f32=1 2>&1 | FileCheck %s --check-prefix=RECURSIVE
// RUN: not cotan run %s --function=outside --input=f32=1 2>&1 | FileCheck %s --check-prefix=OUTSIDE

// COUNT0: error: {{.*}}run-errors.mlir: expected 2 inputs (tensor<2xi32>, tensor<2xi32>), got 0
// COUNT1: error: {{.*}}run-errors.mlir: expected 2 inputs (tensor<2xi32>, tensor<2xi32>), got 1
// SHAPE: error: {{.*}}run-errors.mlir: input 0: expected tensor<2xi32>, got tensor<3xi32>
// TYPE: error: {{.*}}run-errors.mlir: input 0: expected tensor<2xi32>, got tensor<2xi64>
// VALUES: error: --input 0: expected 2 values for tensor<2xi32>, got 3
// NUMBER: error: --input 0: invalid i32 value 'x'
// RANGE: error: --input 0: invalid i32 value '2147483648'
// ELEMENT: error: --input 0: invalid type '2xq8': expected an element type f32, f64, i32, i64 or i1, got 'q8'
// EXTENTS: error: --input 0: invalid type '2,3xi32': expected extents and an element type, as 2x3xf32
// SPEC: error: --input 0: expected TYPE=VALUES or TYPE=@FILE.npy, as 3xf32=1,2,3
// HUGE: error: --input 0: invalid type '99999999999x99999999999xf32': too many elements
// MEMORY: error: --input 0: out of memory: tried to allocate 399999999996 bytes, {{[0-9]+}} in use, limit {{[0-9]+}}
// OUTPUT: error: --output: expected @FILE.npy or -, got 'b.npy'
// OUTPUTS: error: {{.*}}run-errors.mlir: expected at most 1 --output options (one a result), got 2
// WRITE: error: cannot write /nonexistent/b.npy: No such file or directory
// ZERO: error: {{.*}}run-errors.mlir: integer division by zero
// WRAPS: [-2147483648, 3] : tensor<2xi32>
func.func @main(%a: tensor<2xi32>, %b: tensor<2xi32>) -> tensor<2xi32> {
  %q = cotan.div %a, %b : tensor<2xi32>
  return %q : tensor<2xi32>
}

// INDEX: error: {{.*}}run-errors.mlir: index 3 is out of range for an extent of 3
// NEGATIVE: error: {{.*}}run-errors.mlir: index -1 is out of range for an extent of 3
func.func @rows(%x: tensor<3xf32>, %i: tensor<2xi64>) -> tensor<2xf32> {
  %r = cotan.gather %x[%i] : tensor<3xf32>, tensor<2xi64>
  return %r : tensor<2xf32>
}

// DYNAMIC: error: {{.*}}run-errors.mlir:{{[0-9]+}}:{{[0-9]+}}: argument 0 of @dynamic: expected a tensor of f32, f64, i32, i64 or i1 of static shape, got 'tensor<?xf32>'
func.func @dynamic(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// COUNTS: error: {{.*}}run-errors.mlir:{{[0-9]+}}:{{[0-9]+}}: 'cotan.reshape' op expects static shapes where kernels are formed, got 'tensor<?xf32>'
func.func @counts(%x: tensor<3xf32>) -> tensor<4xf32> {
  %0 = cotan.reshape %x : tensor<3xf32> to tensor<?xf32>
  %1 = cotan.reshape %0 : tensor<?xf32> to tensor<4xf32>
  return %1 : tensor<4xf32>
}

// SCALAR: error: {{.*}}run-errors.mlir:{{[0-9]+}}:{{[0-9]+}}: argument 0 of @scalar: expected a tensor of f32, f64, i32, i64 or i1 of static shape, got 'f32'
func.func @scalar(%x: f32) -> f32 {
  return %x : f32
}

// RECURSIVE: error: {{.*}}run-errors.mlir:{{[0-9]+}}:{{[0-9]+}}: 'func.call' op is recursive: @recursive reaches this call again
func.func @recursive(%x: tensor<f32>) -> tensor<f32> {
  %y = call @recursive(%x) : (tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// OUTSIDE: error: {{.*}}run-errors.mlir:{{[0-9]+}}:{{[0-9]+}}: 'func.call' op callee @elsewhere has no body
func.func private @elsewhere(%x: tensor<f32>) -> tensor<f32>
func.func @outside(%x: tensor<f32>) -> tensor<f32> {
  %y = call @elsewhere(%x) : (tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}
