// RUN: cotan-opt %s -split-input-file -verify-diagnostics

func.func @missing(%x: tensor<4xf32>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects callee to be a function, but @f is not one in this module}}
  %0:2 = cotan.vjp @f(%x) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf32>), (tensor<f32>) -> (tensor<f32>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @input_count(%x: tensor<4xf32>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects 2 inputs, got 1}}
  %0:3 = cotan.vjp @f(%x) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf32>), (tensor<f32>) -> (tensor<f32>, tensor<i64>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @input_type(%x: tensor<5xf32>, %n: tensor<i64>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects inputs[0] of type 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents(%ct) of = [0] wrt = [0] : (tensor<5xf32>, tensor<i64>), (tensor<f32>) -> (tensor<f32>, tensor<i64>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @of_range(%x: tensor<4xf32>, %n: tensor<i64>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects of in [0, 2), got 2}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents(%ct) of = [2] wrt = [0] : (tensor<4xf32>, tensor<i64>), (tensor<f32>) -> (tensor<f32>, tensor<i64>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @of_an_integer(%x: tensor<4xf32>, %n: tensor<i64>) {
  // expected-error @+1 {{expects of to list results of f32 or f64, got results[1] of type 'tensor<i64>'}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents(%n) of = [1] wrt = [0] : (tensor<4xf32>, tensor<i64>), (tensor<i64>) -> (tensor<f32>, tensor<i64>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @cotangent_count(%x: tensor<4xf32>, %n: tensor<i64>) {
  // expected-error @+1 {{expects 1 cotangents, got 0}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents() of = [0] wrt = [0] : (tensor<4xf32>, tensor<i64>), () -> (tensor<f32>, tensor<i64>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @cotangent_type(%x: tensor<4xf32>, %n: tensor<i64>) {
  // expected-error @+1 {{expects cotangents[0] of type 'tensor<f32>', got 'tensor<4xf32>'}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents(%x) of = [0] wrt = [0] : (tensor<4xf32>, tensor<i64>), (tensor<4xf32>) -> (tensor<f32>, tensor<i64>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @wrt_an_integer(%x: tensor<4xf32>, %n: tensor<i64>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects wrt to list arguments of f32 or f64, got arguments[1] of type 'tensor<i64>'}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents(%ct) of = [0] wrt = [1] : (tensor<4xf32>, tensor<i64>), (tensor<f32>) -> (tensor<f32>, tensor<i64>, tensor<i64>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @wrt_twice(%x: tensor<4xf32>, %n: tensor<i64>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects distinct wrt, got 0 twice in [0, 0]}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents(%ct) of = [0] wrt = [0, 0] : (tensor<4xf32>, tensor<i64>), (tensor<f32>) -> (tensor<f32>, tensor<i64>, tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @output_count(%x: tensor<4xf32>, %n: tensor<i64>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects 3 outputs, got 1}}
  %0 = cotan.vjp @f(%x, %n) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf32>, tensor<i64>), (tensor<f32>) -> (tensor<4xf32>)
  return
}

// -----

func.func private @f(tensor<4xf32>, tensor<i64>) -> (tensor<f32>, tensor<i64>)

func.func @output_type(%x: tensor<4xf32>, %n: tensor<i64>, %ct: tensor<f32>) {
  // expected-error @+1 {{expects outputs[2] of type 'tensor<4xf32>', got 'tensor<f32>'}}
  %0:3 = cotan.vjp @f(%x, %n) cotangents(%ct) of = [0] wrt = [0] : (tensor<4xf32>, tensor<i64>), (tensor<f32>) -> (tensor<f32>, tensor<i64>, tensor<f32>)
  return
}

// -----

func.func private @g(tensor<4xf32>) -> tensor<f32>

func.func @tangent_type(%x: tensor<4xf32>, %t: tensor<f32>) {
  // expected-error @+1 {{expects tangents[0] of type 'tensor<4xf32>', got 'tensor<f32>'}}
  %0:2 = cotan.jvp @g(%x) tangents(%t) wrt = [0] : (tensor<4xf32>), (tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func private @g(tensor<4xf32>) -> tensor<f32>

func.func @tangent_count(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 1 tangents, got 0}}
  %0:2 = cotan.jvp @g(%x) tangents() wrt = [0] : (tensor<4xf32>), () -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func private @g(tensor<4xf32>) -> tensor<f32>

func.func @jvp_output_count(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 2 outputs, got 1}}
  %0 = cotan.jvp @g(%x) tangents(%x) wrt = [0] : (tensor<4xf32>), (tensor<4xf32>) -> (tensor<f32>)
  return
}

// -----

func.func private @g(tensor<4xf32>) -> tensor<f32>

func.func @jvp_missing(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects callee to be a function, but @nobody is not one in this module}}
  %0 = cotan.jvp @nobody(%x) tangents(%x) wrt = [0] : (tensor<4xf32>), (tensor<4xf32>) -> (tensor<f32>)
  return
}
