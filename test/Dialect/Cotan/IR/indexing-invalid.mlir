// RUN: cotan-opt %s -split-input-file -verify-diagnostics

func.func @dynamic_slice_shape(%x: tensor<?xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects result of static shape, got 'tensor<?xf32>'}}
  %0 = cotan.dynamic_slice %x[%i] : tensor<?xf32> to tensor<?xf32>
  return
}

// -----

func.func @dynamic_slice_element_type(%x: tensor<4xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects result of element type 'f32', got 'f64'}}
  %0 = cotan.dynamic_slice %x[%i] : tensor<4xf32> to tensor<2xf64>
  return
}

// -----

func.func @dynamic_slice_rank(%x: tensor<4x4xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects result of rank 2, the operand's, got 'tensor<2xf32>'}}
  %0 = cotan.dynamic_slice %x[%i, %i] : tensor<4x4xf32> to tensor<2xf32>
  return
}

// -----

func.func @dynamic_slice_starts(%x: tensor<4x4xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects 2 starts, one for each dimension of the operand, got 1}}
  %0 = cotan.dynamic_slice %x[%i] : tensor<4x4xf32> to tensor<2x4xf32>
  return
}

// -----

func.func @dynamic_slice_extent(%x: tensor<4xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects result no larger than the operand 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0 = cotan.dynamic_slice %x[%i] : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @dynamic_slice_start_type(%x: tensor<4xf32>, %i: tensor<1xi64>) {
  // expected-error @+1 {{operand #1 must be variadic of 0-d tensor of i64, but got 'tensor<1xi64>'}}
  %0 = "cotan.dynamic_slice"(%x, %i) : (tensor<4xf32>, tensor<1xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @dynamic_update_slice_extent(%x: tensor<4xf32>, %u: tensor<5xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects update no larger than the operand 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0 = cotan.dynamic_update_slice %x, %u[%i] : tensor<4xf32>, tensor<5xf32>
  return
}

// -----

func.func @gather_of_a_scalar(%x: tensor<f32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects operand of at least one dimension, got 'tensor<f32>'}}
  %0 = cotan.gather %x[%i] : tensor<f32>, tensor<i64>
  return
}

// -----

func.func @gather_result(%x: tensor<4x2xf32>, %i: tensor<3xi64>) {
  // expected-error @+2 {{inferred type(s) 'tensor<3x2xf32>' are incompatible with return type(s) of operation 'tensor<3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = "cotan.gather"(%x, %i) : (tensor<4x2xf32>, tensor<3xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @gather_indices(%x: tensor<4x2xf32>, %i: tensor<3xf32>) {
  // expected-error @+1 {{operand #1 must be dense tensor of fewer than 2^60 elements of 32-bit signless integer or 64-bit signless integer values, but got 'tensor<3xf32>'}}
  %0 = cotan.gather %x[%i] : tensor<4x2xf32>, tensor<3xf32>
  return
}

// -----

func.func @scatter_add_of_a_scalar(%x: tensor<f32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects operand of at least one dimension, got 'tensor<f32>'}}
  %0 = cotan.scatter_add %x[%i], %x : tensor<f32>, tensor<i64>, tensor<f32>
  return
}

// -----

func.func @scatter_add_updates(%x: tensor<4x2xf32>, %i: tensor<3xi64>, %u: tensor<3xf32>) {
  // expected-error @+1 {{expects updates of type 'tensor<3x2xf32>' (the indices' shape, then a row's), got 'tensor<3xf32>'}}
  %0 = cotan.scatter_add %x[%i], %u : tensor<4x2xf32>, tensor<3xi64>, tensor<3xf32>
  return
}

// -----

func.func @scatter_add_element_type(%x: tensor<4x2xf32>, %i: tensor<3xi64>, %u: tensor<3x2xf64>) {
  // expected-error @+1 {{expects updates of type 'tensor<3x2xf32>' (the indices' shape, then a row's), got 'tensor<3x2xf64>'}}
  %0 = cotan.scatter_add %x[%i], %u : tensor<4x2xf32>, tensor<3xi64>, tensor<3x2xf64>
  return
}
