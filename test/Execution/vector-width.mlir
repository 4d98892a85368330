// The bound on vector widths, and that the bits of results do not depend on it.

// RUN: env COTAN_VECTOR_BITS=128 cotan compile %s --emit=asm | FileCheck %s --check-prefix=NARROW
// RUN: env COTAN_VECTOR_BITS=256 cotan compile %s --emit=asm | FileCheck %s --check-prefix=MIDDLE
// RUN: env COTAN_VECTOR_BITS=100 cotan compile %s --emit=mlir 2>&1 | FileCheck %s --check-prefix=INVALID
// RUN: cotan run %s --input=1000xf32=random:3 --output=@%t.512.npy
// RUN: env COTAN_VECTOR_BITS=256 cotan run %s --input=1000xf32=random:3 --output=@%t.256.npy
// RUN: cmp %t.512.npy %t.256.npy
// RUN: cotan run %s --input=1000xf32=random:3 --output=@%t.unfused.npy --no-fuse
// RUN: cmp %t.512.npy %t.unfused.npy

// NARROW-NOT: {{[yz]mm}}
// MIDDLE-NOT: zmm
// INVALID: cotan: warning: COTAN_VECTOR_BITS: expected 128, 256 or 512, got '100'; ignored
func.func @main(%x: tensor<1000xf32>) -> tensor<1000xf32> {
  %y = cotan.mul %x, %x : tensor<1000xf32>
  %z = cotan.add %y, %x : tensor<1000xf32>
  %e = cotan.exp %z : tensor<1000xf32>
  %t = cotan.tanh %e : tensor<1000xf32>
  return %t : tensor<1000xf32>
}
