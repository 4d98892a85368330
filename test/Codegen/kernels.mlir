// The shape of the code: vectors of the selected width, masked remainders, identical kernels made once, no calls in a loop.

// RUN: env COTAN_VECTOR_BITS=128 cotan compile %s --function=flat --emit=llvm | FileCheck %s --check-prefix=FLAT
// FLAT-LABEL: define internal i32 @cotan.flat.k0
// FLAT: load <4 x float>
// FLAT: fmul <4 x float>
// FLAT: store <4 x float>
// FLAT-NOT: fmul float
// FLAT: ret i32 0
func.func @flat(%a: tensor<1003xf32>) -> tensor<1003xf32> {
  %b = cotan.mul %a, %a : tensor<1003xf32>
  return %b : tensor<1003xf32>
}

// Doubles decide the number of lanes; the remainder is masked, never a scalar loop.
// RUN: env COTAN_VECTOR_BITS=128 cotan compile %s --function=mixed --emit=llvm | FileCheck %s --check-prefix=MIXED
// MIXED: load <2 x float>
// MIXED: fpext <2 x float> {{.*}} to <2 x double>
// MIXED: @llvm.masked.load.v2f32
// MIXED: @llvm.masked.store.v2f64
func.func @mixed(%a: tensor<1001xf32>) -> tensor<1001xf64> {
  %b = cotan.cast %a : tensor<1001xf32> to tensor<1001xf64>
  return %b : tensor<1001xf64>
}

// Equal structure and shapes: one kernel, launched twice.
// RUN: cotan compile %s --function=repeated --no-fuse --emit=llvm | FileCheck %s --check-prefix=REPEATED
// REPEATED: define internal i32 @cotan.repeated.k0
// REPEATED-NOT: define internal
// REPEATED: call i32 @cotan.repeated.k0
// REPEATED: call i32 @cotan.repeated.k0
func.func @repeated(%a: tensor<64xf32>) -> tensor<64xf32> {
  %b = cotan.exp %a : tensor<64xf32>
  %c = cotan.exp %b : tensor<64xf32>
  return %c : tensor<64xf32>
}

// Bodies that differ in the order of operands only are two kernels.
// RUN: cotan run %s --function=mirrored --input=2xf32=1,2 --input=2xf32=5,5 | FileCheck %s --check-prefix=MIRRORED
// MIRRORED: [-4.0, -3.0] : tensor<2xf32>
// MIRRORED: [4.0, 3.0] : tensor<2xf32>
#flat = affine_map<(d0) -> (d0)>
func.func @mirrored(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = cotan.kernel extents = [2] reduction_dims = [] inputs(%x, %y) maps [#flat, #flat] outputs maps [#flat] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = cotan.sub %a, %b : f32
    cotan.kernel_yield %s : f32
  }
  %1 = cotan.kernel extents = [2] reduction_dims = [] inputs(%x, %y) maps [#flat, #flat] outputs maps [#flat] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = cotan.sub %b, %a : f32
    cotan.kernel_yield %s : f32
  }
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// A softmax is one kernel; its exponentials are computed once and kept for the last stage.
// RUN: cotan compile %s --function=softmax --emit=kernels | FileCheck %s --check-prefix=SOFTMAX
// SOFTMAX-COUNT-1: cotan.kernel extents
// SOFTMAX-NOT: cotan.kernel extents
// RUN: cotan run %s --function=softmax --input=2x3xf32=0,0,0,1000,1000,-1000 | FileCheck %s --check-prefix=VALUES
// VALUES: {{\[\[}}0.33333334, 0.33333334, 0.33333334],
// VALUES-NEXT: [0.5, 0.5, 0.0]] : tensor<2x3xf32>
func.func @softmax(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %m = cotan.reduce max %x dims = [1] : tensor<2x3xf32>
  %mb = cotan.broadcast %m dims = [0] : tensor<2xf32> to tensor<2x3xf32>
  %d = cotan.sub %x, %mb : tensor<2x3xf32>
  %e = cotan.exp %d : tensor<2x3xf32>
  %s = cotan.reduce sum %e dims = [1] : tensor<2x3xf32>
  %sb = cotan.broadcast %s dims = [0] : tensor<2xf32> to tensor<2x3xf32>
  %q = cotan.div %e, %sb : tensor<2x3xf32>
  return %q : tensor<2x3xf32>
}
