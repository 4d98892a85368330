// COTAN_DUMP_TO: every stage of every compile, in the pipeline's order, each compile in a directory of its own.

// RUN: rm -rf %t
// RUN: env COTAN_DUMP_TO=%t/a/b cotan run %s --input=8xf32=1
// RUN: env COTAN_DUMP_TO=%t/a/b cotan run %s --input=8xf32=1
// RUN: ls %t/a/b %t/a/b/0000-main %t/a/b/0001-main | FileCheck %s
// RUN: FileCheck %s --check-prefix=KERNELS --input-file=%t/a/b/0001-main/07-cotan-form-kernels.mlir
// RUN: FileCheck %s --check-prefix=ASM --input-file=%t/a/b/0001-main/10-machine.s
// A stage can be taken up again from its file.
// RUN: cotan run %t/a/b/0000-main/03-cotan-simplify-graph.mlir --input=8xf32=2 | FileCheck %s --check-prefix=AGAIN
// A directory that cannot be made is a warning, and the result is right.
// RUN: env COTAN_DUMP_TO=/proc/nowhere cotan run %s --input=8xf32=2 2>&1 | FileCheck %s --check-prefix=UNWRITABLE

// CHECK: 0000-main
// CHECK-NEXT: 0001-main
// CHECK: 0000-main:
// CHECK-NEXT: 00-input.mlir
// CHECK-NEXT: 01-inline-calls.mlir
// CHECK-NEXT: 02-cotan-expand-derivatives.mlir
// CHECK-NEXT: 03-cotan-simplify-graph.mlir
// CHECK-NEXT: 04-cotan-decompose-ops.mlir
// CHECK-NEXT: 05-cotan-simplify-graph.mlir
// CHECK-NEXT: 06-cotan-form-fma.mlir
// CHECK-NEXT: 07-cotan-form-kernels.mlir
// CHECK-NEXT: 08-llvm.ll
// CHECK-NEXT: 09-llvm-optimized.ll
// CHECK-NEXT: 10-machine.s
// CHECK: 0001-main:
// CHECK-NEXT: 00-input.mlir
// KERNELS: cotan.kernel
// ASM: .globl
// AGAIN: [4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]
// UNWRITABLE-DAG: cotan: warning: COTAN_DUMP_TO: cannot write /proc/nowhere: No such file or directory
// UNWRITABLE-DAG: [4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = func.call @square(%x) : (tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}
func.func private @square(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = cotan.mul %x, %x : tensor<8xf32>
  return %y : tensor<8xf32>
}
