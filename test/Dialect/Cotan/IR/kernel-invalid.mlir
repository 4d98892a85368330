// RUN: cotan-opt %s -split-input-file -verify-diagnostics

#id = affine_map<(d0) -> (d0)>
func.func @negative_extent(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects extents not to be negative, got [-1]}}
  %0 = cotan.kernel extents = [-1] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @reduction_dim(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects reduction_dims in [0, 1), got 1}}
  %0 = cotan.kernel extents = [4] reduction_dims = [1] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#in = affine_map<(d0)[s0] -> (d0 + s0)>
#out = affine_map<(d0)[s0] -> (d0)>
func.func @limit_count(%x: tensor<4xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects one limit for each of 1 offsets, got []}}
  %0 = cotan.kernel extents = [2] reduction_dims = [] inputs(%x) maps [#in] offsets(%i) limits [] outputs maps [#out] : (tensor<4xf32>, tensor<i64>) -> tensor<2xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#in = affine_map<(d0)[s0] -> (d0 + s0)>
#out = affine_map<(d0)[s0] -> (d0)>
func.func @negative_limit(%x: tensor<4xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects limits not to be negative, got [-2]}}
  %0 = cotan.kernel extents = [2] reduction_dims = [] inputs(%x) maps [#in] offsets(%i) limits [-2] outputs maps [#out] : (tensor<4xf32>, tensor<i64>) -> tensor<2xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @input_map_count(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects one of input_maps for each of 1 tensors, got 2}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id, #id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
#two = affine_map<(d0, d1) -> (d0)>
func.func @map_dimensions(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects input_maps[0] of 1 dimensions and 0 symbols, got affine_map<(d0, d1) -> (d0)>}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#two] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
#symbol = affine_map<(d0)[s0] -> (d0)>
func.func @map_symbols(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects output_maps[0] of 1 dimensions and 0 symbols, got affine_map<(d0)[s0] -> (d0)>}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#symbol] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @map_rank(%x: tensor<4x4xf32>) {
  // expected-error @+1 {{expects input_maps[0] of 2 results, the rank of 'tensor<4x4xf32>', got affine_map<(d0) -> (d0)>}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4x4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @input_too_small(%x: tensor<3xf32>) {
  // expected-error @+1 {{expects input_maps[0] in range of 'tensor<3xf32>', got indices 0 to 3 in dimension 0}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<3xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
#reverse = affine_map<(d0) -> (2 - d0)>
func.func @negative_index(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects input_maps[0] in range of 'tensor<4xf32>', got indices -1 to 2 in dimension 0}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#reverse] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#in = affine_map<(d0)[s0] -> (d0 + s0)>
#out = affine_map<(d0)[s0] -> (d0)>
func.func @limit_beyond_the_input(%x: tensor<4xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{expects input_maps[0] in range of 'tensor<4xf32>', got indices 0 to 4 in dimension 0}}
  %0 = cotan.kernel extents = [2] reduction_dims = [] inputs(%x) maps [#in] offsets(%i) limits [3] outputs maps [#out] : (tensor<4xf32>, tensor<i64>) -> tensor<2xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @dest_of_count(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects one entry of dest_of for each of 1 results, got [0, -1]}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] dests(%x) of [0, -1] outputs maps [#id] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @dest_of_range(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects dest_of in [-1, 1), got 1 for result 0}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] dests(%x) of [1] outputs maps [#id] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @dest_of_twice(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects dests to start one result each, got dest 0 for result 1 again}}
  %0:2 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] dests(%x) of [0, 0] outputs maps [#id, #id] : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%a: f32):
    cotan.kernel_yield %a, %a : f32, f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @dest_type(%x: tensor<4xf32>, %d: tensor<5xf32>) {
  // expected-error @+1 {{expects dest 0 of the type of result 0, 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] dests(%d) of [0] outputs maps [#id] : (tensor<4xf32>, tensor<5xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @argument_count(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 1 body arguments, one for each input and table, got 2}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32, %b: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @argument_type(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects body argument 0 of type 'f32', got 'f64'}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf64> {
  ^bb0(%a: f64):
    cotan.kernel_yield %a : f64
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @foreign_op(%x: tensor<4xf32>) {
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    // expected-error @+1 {{'arith.addf' op is not expected in the body of a kernel, which holds elementwise ops, constants, kernel_reduce, kernel_index and kernel_load}}
    %b = arith.addf %a, %a : f32
    cotan.kernel_yield %b : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @no_yield(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects body to end with cotan.kernel_yield}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    llvm.unreachable
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @yield_count(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects body to yield 1 values, one for each result, got 0}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @yield_type(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects yielded value 0 of type 'f64', got 'f32'}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf64> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#full = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_value_at_full_map(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects output_maps[0] of a row value to use parallel dimensions only, got affine_map<(d0, d1) -> (d0, d1)>}}
  %0 = cotan.kernel extents = [2, 3] reduction_dims = [1] inputs(%x) maps [#full] outputs maps [#full] : (tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%a: f32):
    %s = cotan.kernel_reduce sum %a : f32
    %e = cotan.exp %s : f32
    cotan.kernel_yield %e : f32
  }
  return
}

// -----

#full = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @full_value_at_row_map(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects output_maps[0] to use dimension 1, along which the value varies, got affine_map<(d0, d1) -> (d0)>}}
  %0 = cotan.kernel extents = [2, 3] reduction_dims = [1] inputs(%x) maps [#full] outputs maps [#row] : (tensor<2x3xf32>) -> tensor<2xf32> {
  ^bb0(%a: f32):
    %s = cotan.kernel_reduce sum %a : f32
    %e = cotan.mul %s, %a : f32
    cotan.kernel_yield %e : f32
  }
  return
}

// -----

#full = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @parallel_dim_unused(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects output_maps[0] to use dimension 1, which is parallel, got affine_map<(d0, d1) -> (d0)>}}
  %0 = cotan.kernel extents = [2, 3] reduction_dims = [] inputs(%x) maps [#full] outputs maps [#row] : (tensor<2x3xf32>) -> tensor<2xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @not_covered(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects output_maps[0] to cover 'tensor<5xf32>', which has no dest, got indices 0 to 3 in dimension 0}}
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<5xf32> {
  ^bb0(%a: f32):
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @reduce_without_reduction(%x: tensor<4xf32>) {
  %0 = cotan.kernel extents = [4] reduction_dims = [] inputs(%x) maps [#id] outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    // expected-error @+1 {{expects a kernel with reduction dimensions}}
    %b = cotan.kernel_reduce sum %a : f32
    cotan.kernel_yield %b : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @reduce_kind(%x: tensor<4xf32>) {
  %0 = cotan.kernel extents = [4] reduction_dims = [0] inputs(%x) maps [#id] outputs maps [#none] : (tensor<4xf32>) -> tensor<f32> {
  ^bb0(%a: f32):
    // expected-error @+1 {{expects operand of element type i1 for any, got 'f32'}}
    %b = cotan.kernel_reduce any %a : f32
    cotan.kernel_yield %b : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @index_dim() {
  %0 = cotan.kernel extents = [4] reduction_dims = [] maps [] outputs maps [#id] : () -> tensor<4xi64> {
    // expected-error @+1 {{expects dim in [0, 1), the domain's dimensions, got 1}}
    %b = cotan.kernel_index 1
    cotan.kernel_yield %b : i64
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @load_indices(%t: tensor<4x4xf32>) {
  %0 = cotan.kernel extents = [4] reduction_dims = [] maps [] tables(%t) outputs maps [#id] : (tensor<4x4xf32>) -> tensor<4xf32> {
  ^bb0(%table: tensor<4x4xf32>):
    %i = cotan.kernel_index 0
    // expected-error @+1 {{expects 2 indices into 'tensor<4x4xf32>', got 1}}
    %a = cotan.kernel_load %table[%i] : tensor<4x4xf32> -> f32
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @load_row_without_extent(%t: tensor<4xf32>) {
  %0 = cotan.kernel extents = [4] reduction_dims = [] maps [] tables(%t) outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%table: tensor<4xf32>):
    %i = cotan.kernel_index 0
    // expected-error @+1 {{expects row and rows together}}
    %a = "cotan.kernel_load"(%table, %i, %i) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<4xf32>, i64, i64) -> f32
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @load_type(%t: tensor<4xf32>) {
  %0 = cotan.kernel extents = [4] reduction_dims = [] maps [] tables(%t) outputs maps [#id] : (tensor<4xf32>) -> tensor<4xf64> {
  ^bb0(%table: tensor<4xf32>):
    %i = cotan.kernel_index 0
    // expected-error @+1 {{expects result of element type 'f32', got 'f64'}}
    %a = cotan.kernel_load %table[%i] : tensor<4xf32> -> f64
    cotan.kernel_yield %a : f64
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>
func.func @load_from_a_constant() {
  %0 = cotan.kernel extents = [4] reduction_dims = [] maps [] outputs maps [#id] : () -> tensor<4xf32> {
    %table = cotan.constant dense<1.0> : tensor<4xf32>
    %i = cotan.kernel_index 0
    // expected-error @+1 {{expects table to be an argument of the kernel's body}}
    %a = cotan.kernel_load %table[%i] : tensor<4xf32> -> f32
    cotan.kernel_yield %a : f32
  }
  return
}

// -----

func.func @outside(%a: f32) {
  // expected-error @+1 {{expects parent op 'cotan.kernel'}}
  %b = cotan.kernel_reduce sum %a : f32
  return
}
