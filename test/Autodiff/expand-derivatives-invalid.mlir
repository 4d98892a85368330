// RUN: cotan-opt %s --cotan-expand-derivatives --split-input-file --verify-diagnostics

func.func @no_rule(%x: tensor<4xf64>) -> tensor<4xf64> {
  // expected-error @below {{no derivative rule for 'math.tanh'}}
  // expected-note @below {{implement DifferentiableOpInterface for it (docs/AddAnOp.md), or put cotan.stop_gradient on its operands if they should count as constant}}
  %y = math.tanh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @g(%x: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @no_rule(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// -----

func.func @no_forward_rule(%x: tensor<4xf64>) -> tensor<4xf64> {
  // expected-error @below {{no derivative rule for 'math.tanh'}}
  // expected-note @below {{implement DifferentiableOpInterface}}
  %y = math.tanh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @g(%x: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.jvp @no_forward_rule(%x) tangents(%x) wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// -----

// expected-note @below {{it reaches itself through this op; use scf control flow instead}}
func.func @recursive(%x: tensor<4xf64>) -> tensor<4xf64> {
  // expected-error @below {{cannot differentiate the recursive function 'recursive'}}
  %y = func.call @recursive(%x) : (tensor<4xf64>) -> tensor<4xf64>
  return %y : tensor<4xf64>
}
func.func @g(%x: tensor<4xf64>) -> tensor<4xf64> {
  %r:2 = cotan.vjp @recursive(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// -----

// expected-note @below {{declared here}}
func.func private @elsewhere(%x: tensor<4xf64>) -> tensor<4xf64>
func.func @g(%x: tensor<4xf64>) -> tensor<4xf64> {
  // expected-error @below {{cannot differentiate 'elsewhere', it has no body}}
  %r:2 = cotan.vjp @elsewhere(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// -----

// expected-note @below {{expected one block with control flow in scf ops, got 2 blocks}}
func.func @unstructured(%x: tensor<4xf64>) -> tensor<4xf64> {
  cf.br ^next
^next:
  return %x : tensor<4xf64>
}
func.func @g(%x: tensor<4xf64>) -> tensor<4xf64> {
  // expected-error @below {{cannot differentiate 'unstructured', its control flow is not structured}}
  %r:2 = cotan.vjp @unstructured(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<4xf64>), (tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>)
  return %r#1 : tensor<4xf64>
}

// -----

func.func @while(%x: tensor<f64>) -> tensor<f64> {
  %limit = cotan.constant dense<1000.0> : tensor<f64>
  // expected-error @below {{cannot differentiate 'scf.while' in reverse mode, the number of its iterations is not known}}
  // expected-note @below {{use scf.for with constant bounds, or forward mode (cotan.jvp)}}
  %r = scf.while (%a = %x) : (tensor<f64>) -> tensor<f64> {
    %below = cotan.compare lt %a, %limit : tensor<f64>
    %c = tensor.extract %below[] : tensor<i1>
    scf.condition(%c) %a : tensor<f64>
  } do {
  ^bb0(%a: tensor<f64>):
    %b = cotan.mul %a, %a : tensor<f64>
    scf.yield %b : tensor<f64>
  }
  return %r : tensor<f64>
}
func.func @g(%x: tensor<f64>) -> tensor<f64> {
  %r:2 = cotan.vjp @while(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<f64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}

// -----

func.func @unknown_trip_count(%x: tensor<f64>, %n: index) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{cannot differentiate an 'scf.for' of unknown trip count in reverse mode, since values of each iteration are needed}}
  // expected-note @below {{this value is needed}}
  // expected-note @below {{give the loop constant bounds (an scf.if inside can skip iterations), or use forward mode (cotan.jvp)}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<f64> {
    %b = cotan.sin %a : tensor<f64>
    scf.yield %b : tensor<f64>
  }
  return %r : tensor<f64>
}
func.func @from_tensor(%x: tensor<f64>, %n: tensor<i64>) -> tensor<f64> {
  %e = tensor.extract %n[] : tensor<i64>
  %i = arith.index_cast %e : i64 to index
  %r = func.call @unknown_trip_count(%x, %i) : (tensor<f64>, index) -> tensor<f64>
  return %r : tensor<f64>
}
func.func @g(%x: tensor<f64>, %n: tensor<i64>) -> tensor<f64> {
  %r:2 = cotan.vjp @from_tensor(%x, %n) cotangents(%x) of = [0] wrt = [0] : (tensor<f64>, tensor<i64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}

// -----

func.func @scalar_carried(%x: tensor<f64>) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %one = arith.constant 1 : i64
  // expected-error @below {{cannot keep a value of type 'i64' of 'scf.for' for reverse mode}}
  // expected-note @below {{the value; make it a tensor}}
  %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x, %k = %one) -> (tensor<f64>, i64) {
    %kt = tensor.from_elements %k : tensor<i64>
    %kf = cotan.cast %kt : tensor<i64> to tensor<f64>
    %b = cotan.mul %a, %kf : tensor<f64>
    %k2 = arith.addi %k, %one : i64
    scf.yield %b, %k2 : tensor<f64>, i64
  }
  return %r#0 : tensor<f64>
}
func.func @g(%x: tensor<f64>) -> tensor<f64> {
  %r:2 = cotan.vjp @scalar_carried(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<f64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}

// -----

func.func @unsigned_bounds(%x: tensor<f64>) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  // expected-error @below {{cannot differentiate an 'scf.for' that compares its bounds without signs; leave out 'unsigned'}}
  %r = scf.for unsigned %i = %c0 to %c3 step %c1 iter_args(%a = %x) -> tensor<f64> {
    %b = cotan.sin %a : tensor<f64>
    scf.yield %b : tensor<f64>
  }
  return %r : tensor<f64>
}
func.func @g(%x: tensor<f64>) -> tensor<f64> {
  %r:2 = cotan.vjp @unsigned_bounds(%x) cotangents(%x) of = [0] wrt = [0] : (tensor<f64>), (tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}
