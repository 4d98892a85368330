// RUN: cotan-opt %s --cotan-form-kernels --verify-diagnostics --split-input-file

func.func @dynamic_shape(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error@+1 {{expects static shapes where kernels are formed, got 'tensor<?xf32>'}}
  %e = cotan.exp %x : tensor<?xf32>
  return %e : tensor<?xf32>
}
