// RUN: cotan-opt %s -split-input-file -verify-diagnostics

func.func @constant_kind() {
  // expected-error @+1 {{expects value to be a number or dense elements, got sparse<0, 1.000000e+00> : tensor<2xf32>}}
  %0 = cotan.constant sparse<0, 1.0> : tensor<2xf32>
  return
}

// -----

func.func @constant_type() {
  // expected-error @+1 {{result #0 must be tensor or scalar of f32, f64, i32, i64 or i1, but got 'vector<2xf32>'}}
  %0 = cotan.constant dense<1.0> : vector<2xf32>
  return
}

// -----

func.func @iota_dim() {
  // expected-error @+1 {{expects dim in [0, 2) for 'tensor<2x3xi64>', got 2}}
  %0 = cotan.iota dim = 2 : tensor<2x3xi64>
  return
}

// -----

func.func @iota_of_a_scalar() {
  // expected-error @+1 {{expects dim in [0, 0) for 'tensor<i64>', got 0}}
  %0 = cotan.iota dim = 0 : tensor<i64>
  return
}

// -----

func.func @broadcast_count(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects one entry of dims for each of 2 dimensions, got [1]}}
  %0 = cotan.broadcast %x dims = [1] : tensor<2x3xf32> to tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_range(%x: tensor<3xf32>) {
  // expected-error @+1 {{expects dims in [0, 2), got 2}}
  %0 = cotan.broadcast %x dims = [2] : tensor<3xf32> to tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_order(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects increasing dims, got [1, 0]}}
  %0 = cotan.broadcast %x dims = [1, 0] : tensor<2x3xf32> to tensor<3x2xf32>
  return
}

// -----

func.func @broadcast_twice(%x: tensor<3x3xf32>) {
  // expected-error @+1 {{expects distinct dims, got 0 twice in [0, 0]}}
  %0 = cotan.broadcast %x dims = [0, 0] : tensor<3x3xf32> to tensor<3x3xf32>
  return
}

// -----

func.func @broadcast_extent(%x: tensor<2xf32>) {
  // expected-error @+1 {{expects operand extent 0 to be 1 or result extent 1, 3, got 2}}
  %0 = cotan.broadcast %x dims = [1] : tensor<2xf32> to tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_element_type(%x: tensor<3xf32>) {
  // expected-error @+1 {{expects result of element type 'f32', got 'f64'}}
  %0 = cotan.broadcast %x dims = [1] : tensor<3xf32> to tensor<2x3xf64>
  return
}

// -----

func.func @reshape_count(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects result of 6 elements as the operand 'tensor<2x3xf32>', got 8 in 'tensor<8xf32>'}}
  %0 = cotan.reshape %x : tensor<2x3xf32> to tensor<8xf32>
  return
}

// -----

func.func @reshape_element_type(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects result of element type 'f32', got 'i32'}}
  %0 = cotan.reshape %x : tensor<2x3xf32> to tensor<6xi32>
  return
}

// -----

func.func @transpose_count(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expects one entry of permutation for each of 2 dimensions, got [0]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.transpose %x permutation = [0] : tensor<2x3xf32> to tensor<2x3xf32>
  return
}

// -----

func.func @transpose_twice(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expects distinct permutation, got 1 twice in [1, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.transpose %x permutation = [1, 1] : tensor<2x3xf32> to tensor<3x3xf32>
  return
}

// -----

func.func @transpose_result(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{inferred type(s) 'tensor<3x2xf32>' are incompatible with return type(s) of operation 'tensor<2x3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.transpose %x permutation = [1, 0] : tensor<2x3xf32> to tensor<2x3xf32>
  return
}

// -----

func.func @slice_count(%x: tensor<4x4xf32>) {
  // expected-error @+2 {{expects one entry of limits for each of 2 dimensions, got [4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.slice %x starts = [0, 0] limits = [4] strides = [1, 1] : tensor<4x4xf32> to tensor<4x4xf32>
  return
}

// -----

func.func @slice_stride(%x: tensor<4xf32>) {
  // expected-error @+2 {{expects positive strides, got 0 for dimension 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.slice %x starts = [0] limits = [4] strides = [0] : tensor<4xf32> to tensor<4xf32>
  return
}

// -----

func.func @slice_limit(%x: tensor<4xf32>) {
  // expected-error @+2 {{expects 0 <= start <= limit <= extent for dimension 0 of 'tensor<4xf32>', got start 1 and limit 5}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.slice %x starts = [1] limits = [5] strides = [1] : tensor<4xf32> to tensor<4xf32>
  return
}

// -----

func.func @slice_start(%x: tensor<?xf32>) {
  // expected-error @+2 {{expects 0 <= start <= limit <= extent for dimension 0 of 'tensor<?xf32>', got start 3 and limit 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.slice %x starts = [3] limits = [2] strides = [1] : tensor<?xf32> to tensor<0xf32>
  return
}

// -----

func.func @slice_result(%x: tensor<4xf32>) {
  // expected-error @+2 {{inferred type(s) 'tensor<2xf32>' are incompatible with return type(s) of operation 'tensor<3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.slice %x starts = [1] limits = [4] strides = [2] : tensor<4xf32> to tensor<3xf32>
  return
}

// -----

func.func @pad_value(%x: tensor<4xf32>, %v: tensor<f64>) {
  // expected-error @+2 {{expects value of type 'tensor<f32>', got 'tensor<f64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.pad %x, %v low = [0] high = [1] interior = [0] : tensor<4xf32>, tensor<f64> to tensor<5xf32>
  return
}

// -----

func.func @pad_count(%x: tensor<4xf32>, %v: tensor<f32>) {
  // expected-error @+2 {{expects one entry of interior for each of 1 dimensions, got []}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.pad %x, %v low = [0] high = [1] interior = [] : tensor<4xf32>, tensor<f32> to tensor<5xf32>
  return
}

// -----

func.func @pad_negative(%x: tensor<4xf32>, %v: tensor<f32>) {
  // expected-error @+2 {{expects high not to be negative, got [-1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.pad %x, %v low = [0] high = [-1] interior = [0] : tensor<4xf32>, tensor<f32> to tensor<3xf32>
  return
}

// -----

func.func @concatenate_nothing() {
  // expected-error @+2 {{expects at least one operand}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = "cotan.concatenate"() <{dim = 0 : i64}> : () -> tensor<4xf32>
  return
}

// -----

func.func @concatenate_dim(%x: tensor<4xf32>) {
  // expected-error @+2 {{expects dim in [0, 1) for 'tensor<4xf32>', got 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.concatenate %x dim = 1 : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @concatenate_extent(%x: tensor<4x2xf32>, %y: tensor<4x3xf32>) {
  // expected-error @+2 {{expects operands that differ only in extent 0, got 'tensor<4x2xf32>' and 'tensor<4x3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.concatenate %x, %y dim = 0 : (tensor<4x2xf32>, tensor<4x3xf32>) -> tensor<8x2xf32>
  return
}

// -----

func.func @concatenate_element_type(%x: tensor<4xf32>, %y: tensor<4xf64>) {
  // expected-error @+2 {{expects operands that differ only in extent 0, got 'tensor<4xf32>' and 'tensor<4xf64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.concatenate %x, %y dim = 0 : (tensor<4xf32>, tensor<4xf64>) -> tensor<8xf32>
  return
}

// -----

func.func @concatenate_rank(%x: tensor<4xf32>, %y: tensor<f32>) {
  // expected-error @+2 {{expects operands that differ only in extent 0, got 'tensor<4xf32>' and 'tensor<f32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.concatenate %x, %y dim = 0 : (tensor<4xf32>, tensor<f32>) -> tensor<5xf32>
  return
}

// -----

func.func @reverse_dim(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects dims in [0, 1), got -1}}
  %0 = cotan.reverse %x dims = [-1] : tensor<4xf32>
  return
}

// -----

func.func @empty_type() {
  // expected-error @+1 {{must be dense tensor of fewer than 2^60 elements of 32-bit float or 64-bit float or 32-bit signless integer or 64-bit signless integer or 1-bit signless integer values, but got 'tensor<4xf16>'}}
  %0 = cotan.empty : tensor<4xf16>
  return
}

// -----

func.func @pad_overflow(%x: tensor<4xf32>, %v: tensor<f32>) {
  // expected-error @+2 {{expects result extent 0 to fit into 64 bits, got low 9223372036854775807, high 1 and interior 0 for 'tensor<4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = cotan.pad %x, %v low = [9223372036854775807] high = [1] interior = [0] : tensor<4xf32>, tensor<f32> to tensor<4xf32>
  return
}

// -----

func.func @too_many_elements(%x: tensor<4294967296x4294967296xf32>) {
  // expected-error @+1 {{operand #0 must be dense tensor of fewer than 2^60 elements of 32-bit float or 64-bit float or 32-bit signless integer or 64-bit signless integer or 1-bit signless integer values, but got 'tensor<4294967296x4294967296xf32>'}}
  %0 = cotan.reshape %x : tensor<4294967296x4294967296xf32> to tensor<0xf32>
  return
}

// -----

// An empty tensor has few elements whatever its other extents.
func.func @empty(%x: tensor<4294967296x0x4294967296xf32>) {
  %0 = cotan.reshape %x : tensor<4294967296x0x4294967296xf32> to tensor<0xf32>
  return
}

// -----

func.func @encoding(%x: tensor<4xf32, "column-major">) {
  // expected-error @+1 {{operand #0 must be dense tensor of fewer than 2^60 elements of}}
  %0 = cotan.reshape %x : tensor<4xf32, "column-major"> to tensor<4xf32>
  return
}

// -----

func.func @resource_without_data() {
  // expected-error @+1 {{expects value to be a resource that has data, got 'nowhere' without}}
  %0 = cotan.constant dense_resource<nowhere> : tensor<2xf32>
  return
}

// -----

func.func @resource_of_too_few_bytes() {
  // expected-error @+1 {{expects 12 bytes of data for 'tensor<3xf32>', got 8 in resource 'pair'}}
  %0 = cotan.constant dense_resource<pair> : tensor<3xf32>
  return
}

{-#
  dialect_resources: {
    builtin: {
      pair: "0x040000000000803F00000040"
    }
  }
#-}

// -----

// A bool takes one byte.
func.func @resource_of_bools() {
  %0 = cotan.constant dense_resource<bools> : tensor<3xi1>
  // expected-error @+1 {{expects 2 bytes of data for 'tensor<2xi1>', got 3 in resource 'bools'}}
  %1 = cotan.constant dense_resource<bools> : tensor<2xi1>
  return
}

{-#
  dialect_resources: {
    builtin: {
      bools: "0x01000000010001"
    }
  }
#-}
