// RUN: cotan compile %s --emit=mlir | FileCheck %s --check-prefix=MLIR
// RUN: cotan compile %s --emit=kernels | FileCheck %s --check-prefix=KERNELS
// RUN: cotan compile %s --emit=llvm | FileCheck %s --check-prefix=LLVM
// RUN: cotan compile %s --emit=asm -o %t.s && FileCheck %s --check-prefix=ASM < %t.s
// RUN: not cotan compile %s --emit=asm -o /nonexistent/a.s 2>&1 | FileCheck %s --check-prefix=WRITE

// MLIR: cotan.tanh
// MLIR-NOT: cotan.vjp
// KERNELS: cotan.kernel
// KERNELS-NOT: cotan.kernel {{.*}}extents
// LLVM: define {{.*}}i32 @
// LLVM-SAME: ptr
// ASM: .globl
// WRITE: error: cannot write /nonexistent/a.s: No such file or directory
func.func @main(%x: tensor<64xf32>) -> (tensor<64xf32>, tensor<64xf32>) {
  %one = cotan.constant dense<1.0> : tensor<64xf32>
  %y, %dx = cotan.vjp @f(%x) cotangents(%one) of = [0] wrt = [0] : (tensor<64xf32>), (tensor<64xf32>) -> (tensor<64xf32>, tensor<64xf32>)
  return %y, %dx : tensor<64xf32>, tensor<64xf32>
}
func.func private @f(%x: tensor<64xf32>) -> tensor<64xf32> {
  %y = cotan.tanh %x : tensor<64xf32>
  return %y : tensor<64xf32>
}
