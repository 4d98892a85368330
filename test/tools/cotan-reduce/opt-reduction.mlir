// RUN: cotan-reduce %s -opt-reduction-pass='opt-pass=symbol-dce test=%S/Inputs/has-erf.sh' | FileCheck %s --check-prefix=DCE
// RUN: cotan-reduce %s -opt-reduction-pass='opt-pass=canonicalize test=%S/Inputs/has-erf.sh' | FileCheck %s --check-prefix=CANONICAL

// A pass is kept if the failure, an erf, is still there after it.
// DCE-NOT: @unused
// DCE: func.func @kept
// CANONICAL: @unused
func.func private @unused(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = cotan.exp %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// DCE: cotan.erf
// Canonicalising would remove it.
// CANONICAL: cotan.erf
func.func @kept(%x: tensor<4xf32>) {
  %0 = cotan.erf %x : tensor<4xf32>
  return
}
