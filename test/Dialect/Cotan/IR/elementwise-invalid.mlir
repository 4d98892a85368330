// RUN: cotan-opt %s -split-input-file -verify-diagnostics

func.func @different_shapes(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{requires the same type for all operands and results}}
  %0 = "cotan.add"(%x, %y) : (tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @different_element_types(%x: tensor<2xf32>, %y: tensor<2xf64>) {
  // expected-error @+1 {{requires the same type for all operands and results}}
  %0 = "cotan.mul"(%x, %y) : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @tensor_with_scalar(%x: tensor<2xf32>, %y: f32) {
  // expected-error @+1 {{requires the same type for all operands and results}}
  %0 = "cotan.add"(%x, %y) : (tensor<2xf32>, f32) -> tensor<2xf32>
  return
}

// -----

func.func @arithmetic_of_bools(%x: tensor<2xi1>) {
  // expected-error @+1 {{operand #0 must be tensor or scalar of f32, f64, i32 or i64, but got 'tensor<2xi1>'}}
  %0 = cotan.add %x, %x : tensor<2xi1>
  return
}

// -----

func.func @math_of_integers(%x: tensor<2xi32>) {
  // expected-error @+1 {{operand #0 must be tensor or scalar of f32 or f64, but got 'tensor<2xi32>'}}
  %0 = cotan.exp %x : tensor<2xi32>
  return
}

// -----

func.func @bits_of_floats(%x: tensor<2xf32>) {
  // expected-error @+1 {{operand #0 must be tensor or scalar of i32, i64 or i1, but got 'tensor<2xf32>'}}
  %0 = cotan.and %x, %x : tensor<2xf32>
  return
}

// -----

func.func @element_type(%x: tensor<2xf16>) {
  // expected-error @+1 {{operand #0 must be tensor or scalar of f32, f64, i32 or i64, but got 'tensor<2xf16>'}}
  %0 = cotan.neg %x : tensor<2xf16>
  return
}

// -----

func.func @compare_element_types(%x: tensor<2xf32>, %y: tensor<2xf64>) {
  // expected-error @+1 {{requires all operands to have the same type}}
  %0 = "cotan.compare"(%x, %y) <{predicate = 0 : i32}> : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xi1>
  return
}

// -----

func.func @compare_result(%x: tensor<2xf32>) {
  // expected-error @+2 {{inferred type(s) 'tensor<2xi1>' are incompatible with return type(s) of operation 'tensor<3xi1>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = "cotan.compare"(%x, %x) <{predicate = 0 : i32}> : (tensor<2xf32>, tensor<2xf32>) -> tensor<3xi1>
  return
}

// -----

func.func @compare_predicate(%x: tensor<2xf32>) {
  // expected-error @+1 {{expected string or keyword containing one of the following enum values for attribute 'predicate' [eq, ne, lt, le, gt, ge]}}
  %0 = cotan.compare ult %x, %x : tensor<2xf32>
  return
}

// -----

func.func @select_condition_shape(%c: tensor<3xi1>, %x: tensor<2xf32>) {
  // expected-error @+1 {{expects condition of the values' shape, got condition 'tensor<3xi1>' and values 'tensor<2xf32>'}}
  %0 = cotan.select %c, %x, %x : tensor<3xi1>, tensor<2xf32>
  return
}

// -----

func.func @select_scalar_condition(%c: i1, %x: tensor<2xf32>) {
  // expected-error @+1 {{expects condition of the values' shape, got condition 'i1' and values 'tensor<2xf32>'}}
  %0 = cotan.select %c, %x, %x : i1, tensor<2xf32>
  return
}

// -----

func.func @cast_shape(%x: tensor<2xf32>) {
  // expected-error @+1 {{expects result of the operand's shape, got operand 'tensor<2xf32>' and result 'tensor<3xf64>'}}
  %0 = cotan.cast %x : tensor<2xf32> to tensor<3xf64>
  return
}

// -----

func.func @cast_to_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{expects result of the operand's shape, got operand 'tensor<f32>' and result 'f64'}}
  %0 = cotan.cast %x : tensor<f32> to f64
  return
}
