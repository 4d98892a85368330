// RUN: cotan-opt %s -split-input-file -verify-diagnostics

func.func @reduce_sum_of_bools(%x: tensor<2x3xi1>) {
  // expected-error @+1 {{'cotan.reduce' op expects operand of element type f32, f64, i32 or i64 for sum, got 'i1'}}
  %0 = cotan.reduce sum %x dims = [0] : tensor<2x3xi1>
  return
}

// -----

func.func @reduce_all_of_floats(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects operand of element type i1 for all, got 'f32'}}
  %0 = cotan.reduce all %x dims = [0] : tensor<2x3xf32>
  return
}

// -----

func.func @reduce_range(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects dims in [0, 2), got 2}}
  %0 = cotan.reduce sum %x dims = [0, 2] : tensor<2x3xf32>
  return
}

// -----

func.func @reduce_order(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects increasing dims, got [1, 0]}}
  %0 = cotan.reduce sum %x dims = [1, 0] : tensor<2x3xf32>
  return
}

// -----

func.func @reduce_twice(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects distinct dims, got 1 twice in [1, 1]}}
  %0 = cotan.reduce sum %x dims = [1, 1] : tensor<2x3xf32>
  return
}

// -----

func.func @reduce_max_of_nothing(%x: tensor<3x0xf32>) {
  // expected-error @+1 {{expects operand of a non-zero extent in dimension 1 for max, got 'tensor<3x0xf32>'}}
  %0 = cotan.reduce max %x dims = [1] : tensor<3x0xf32>
  return
}

// -----

func.func @reduce_min_of_nothing(%x: tensor<0xi32>) {
  // expected-error @+1 {{expects operand of a non-zero extent in dimension 0 for min, got 'tensor<0xi32>'}}
  %0 = cotan.reduce min %x dims = [0] : tensor<0xi32>
  return
}

// -----

func.func @reduce_result(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{inferred type(s) 'tensor<3xf32>' are incompatible with return type(s) of operation 'tensor<2xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = "cotan.reduce"(%x) <{kind = 0 : i32, dims = array<i64: 0>}> : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @argmax_dim(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects dim in [0, 2) for 'tensor<2x3xf32>', got -1}}
  %0 = cotan.argmax %x dim = -1 : tensor<2x3xf32>
  return
}

// -----

func.func @argmax_of_nothing(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{expects operand of a non-zero extent in dimension 1 for argmax, got 'tensor<2x0xf32>'}}
  %0 = cotan.argmax %x dim = 1 : tensor<2x0xf32>
  return
}

// -----

func.func @argmin_of_nothing(%x: tensor<0xf32>) {
  // expected-error @+1 {{expects operand of a non-zero extent in dimension 0 for argmin, got 'tensor<0xf32>'}}
  %0 = cotan.argmin %x dim = 0 : tensor<0xf32>
  return
}

// -----

func.func @dot_general_element_type(%a: tensor<4x8xf32>, %b: tensor<8x5xf64>) {
  // expected-error @+1 {{expects rhs of element type 'f32', got 'f64'}}
  %0 = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<4x8xf32>, tensor<8x5xf64>
  return
}

// -----

func.func @dot_general_batch_count(%a: tensor<4x8xf32>, %b: tensor<8x5xf32>) {
  // expected-error @+1 {{expects as many batch dimensions of rhs as of lhs, got [0] and []}}
  %0 = cotan.dot_general %a, %b batch = [0] x [] contract = [1] x [0] : tensor<4x8xf32>, tensor<8x5xf32>
  return
}

// -----

func.func @dot_general_contract_count(%a: tensor<4x8xf32>, %b: tensor<8x5xf32>) {
  // expected-error @+1 {{expects as many contracted dimensions of rhs as of lhs, got [1] and [0, 1]}}
  %0 = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0, 1] : tensor<4x8xf32>, tensor<8x5xf32>
  return
}

// -----

func.func @dot_general_range(%a: tensor<4x8xf32>, %b: tensor<8x5xf32>) {
  // expected-error @+1 {{expects rhs batch and contracted dimensions in [0, 2), got 2}}
  %0 = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [2] : tensor<4x8xf32>, tensor<8x5xf32>
  return
}

// -----

func.func @dot_general_twice(%a: tensor<4x8xf32>, %b: tensor<8x5xf32>) {
  // expected-error @+1 {{expects distinct lhs batch and contracted dimensions, got 1 twice in [1, 1]}}
  %0 = cotan.dot_general %a, %b batch = [1] x [0] contract = [1] x [1] : tensor<4x8xf32>, tensor<8x5xf32>
  return
}

// -----

func.func @dot_general_batch_extent(%a: tensor<4x8xf32>, %b: tensor<8x5xf32>) {
  // expected-error @+1 {{expects equal batch extents, got 4 in dimension 0 of lhs 'tensor<4x8xf32>' and 5 in dimension 1 of rhs 'tensor<8x5xf32>'}}
  %0 = cotan.dot_general %a, %b batch = [0] x [1] contract = [1] x [0] : tensor<4x8xf32>, tensor<8x5xf32>
  return
}

// -----

func.func @dot_general_contract_extent(%a: tensor<4x8xf32>, %b: tensor<7x5xf32>) {
  // expected-error @+1 {{expects equal contracted extents, got 8 in dimension 1 of lhs 'tensor<4x8xf32>' and 7 in dimension 0 of rhs 'tensor<7x5xf32>'}}
  %0 = cotan.dot_general %a, %b batch = [] x [] contract = [1] x [0] : tensor<4x8xf32>, tensor<7x5xf32>
  return
}
