// Tensors and scalars carried by scf: copies happen all at once, values die and are reused, results are right whichever way was taken.

// RUN: cotan run %s --function=swap --input=i64=3 --input=3xf32=1,2,3 --input=3xf32=4,5,6 | FileCheck %s --check-prefix=SWAP3
// RUN: cotan run %s --function=swap --input=i64=0 --input=3xf32=1,2,3 --input=3xf32=4,5,6 | FileCheck %s --check-prefix=SWAP0
// SWAP3: [4.0, 5.0, 6.0] : tensor<3xf32>
// SWAP3: [1.0, 2.0, 3.0] : tensor<3xf32>
// SWAP3: 3 : tensor<i64>
// SWAP0: [1.0, 2.0, 3.0] : tensor<3xf32>
// SWAP0: [4.0, 5.0, 6.0] : tensor<3xf32>
// SWAP0: 0 : tensor<i64>
func.func @swap(%n: tensor<i64>, %a: tensor<3xf32>, %b: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<i64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %trips = tensor.extract %n[] : tensor<i64>
  %limit = arith.index_cast %trips : i64 to index
  %r:3 = scf.for %i = %c0 to %limit step %c1 iter_args(%x = %a, %y = %b, %s = %zero) -> (tensor<3xf32>, tensor<3xf32>, i64) {
    %ii = arith.index_cast %i : index to i64
    %next = arith.addi %s, %ii : i64
    scf.yield %y, %x, %next : tensor<3xf32>, tensor<3xf32>, i64
  }
  %sum = tensor.from_elements %r#2 : tensor<i64>
  return %r#0, %r#1, %sum : tensor<3xf32>, tensor<3xf32>, tensor<i64>
}

// Fibonacci by tensors: both carried values are read after one of them could have been overwritten.
// RUN: cotan run %s --function=fibonacci --input=i64=10 | FileCheck %s --check-prefix=FIBONACCI
// FIBONACCI: [55.0, 110.0] : tensor<2xf32>
// FIBONACCI: [89.0, 178.0] : tensor<2xf32>
func.func @fibonacci(%n: tensor<i64>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = cotan.constant dense<0.0> : tensor<2xf32>
  %b = cotan.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %trips = tensor.extract %n[] : tensor<i64>
  %limit = arith.index_cast %trips : i64 to index
  %r:2 = scf.for %i = %c0 to %limit step %c1 iter_args(%x = %a, %y = %b) -> (tensor<2xf32>, tensor<2xf32>) {
    %s = cotan.add %x, %y : tensor<2xf32>
    scf.yield %y, %s : tensor<2xf32>, tensor<2xf32>
  }
  return %r#0, %r#1 : tensor<2xf32>, tensor<2xf32>
}

// Nested loops; the inner one starts from a value that the outer one still needs.
// RUN: cotan run %s --function=nested --input=2xf32=1,2 | FileCheck %s --check-prefix=NESTED
// NESTED: [40.0, 80.0] : tensor<2xf32>
func.func @nested(%a: tensor<2xf32>) -> tensor<2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = cotan.constant dense<0.0> : tensor<2xf32>
  %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%x = %zero) -> (tensor<2xf32>) {
    %p = scf.for %j = %c0 to %c2 step %c1 iter_args(%y = %x) -> (tensor<2xf32>) {
      %s = cotan.add %y, %a : tensor<2xf32>
      scf.yield %s : tensor<2xf32>
    }
    %t = cotan.mul %p, %p : tensor<2xf32>
    %d = cotan.div %t, %a : tensor<2xf32>
    %u = cotan.add %d, %x : tensor<2xf32>
    scf.yield %u : tensor<2xf32>
  }
  return %r : tensor<2xf32>
}

// RUN: cotan run %s --function=branch --input=i1=1 --input=3xf32=1,2,3 | FileCheck %s --check-prefix=THEN
// RUN: cotan run %s --function=branch --input=i1=0 --input=3xf32=1,2,3 | FileCheck %s --check-prefix=ELSE
// THEN: [2.0, 4.0, 6.0] : tensor<3xf32>
// THEN: 7 : tensor<i64>
// ELSE: [1.0, 2.0, 3.0] : tensor<3xf32>
// ELSE: 8 : tensor<i64>
func.func @branch(%p: tensor<i1>, %a: tensor<3xf32>) -> (tensor<3xf32>, tensor<i64>) {
  %seven = arith.constant 7 : i64
  %eight = arith.constant 8 : i64
  %taken = tensor.extract %p[] : tensor<i1>
  %r:2 = scf.if %taken -> (tensor<3xf32>, i64) {
    %b = cotan.add %a, %a : tensor<3xf32>
    scf.yield %b, %seven : tensor<3xf32>, i64
  } else {
    scf.yield %a, %eight : tensor<3xf32>, i64
  }
  %n = tensor.from_elements %r#1 : tensor<i64>
  return %r#0, %n : tensor<3xf32>, tensor<i64>
}

// The number of trips depends on the data; the carried value lives in the output from the beginning.
// RUN: cotan run %s --function=roots --input=4xf32=1,4,9,100 | FileCheck %s --check-prefix=ROOTS
// ROOTS: [1.0, 2.0, 3.0, 10.0] : tensor<4xf32>
func.func @roots(%a: tensor<4xf32>) -> tensor<4xf32> {
  %r = scf.while (%x = %a) : (tensor<4xf32>) -> tensor<4xf32> {
    %square = cotan.mul %x, %x : tensor<4xf32>
    %error = cotan.sub %square, %a : tensor<4xf32>
    %size = cotan.abs %error : tensor<4xf32>
    %worst = cotan.reduce max %size dims = [0] : tensor<4xf32>
    %enough = cotan.constant dense<1.0e-5> : tensor<f32>
    %more = cotan.compare gt %worst, %enough : tensor<f32>
    %flag = tensor.extract %more[] : tensor<i1>
    scf.condition(%flag) %x : tensor<4xf32>
  } do {
  ^bb0(%x: tensor<4xf32>):
    %half = cotan.constant dense<0.5> : tensor<4xf32>
    %q = cotan.div %a, %x : tensor<4xf32>
    %s = cotan.add %q, %x : tensor<4xf32>
    %n = cotan.mul %s, %half : tensor<4xf32>
    scf.yield %n : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// A while loop that forwards something else than it carries.
// RUN: cotan run %s --function=collatz --input=i64=27 | FileCheck %s --check-prefix=COLLATZ
// COLLATZ: 111 : tensor<i64>
func.func @collatz(%n: tensor<i64>) -> tensor<i64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %three = arith.constant 3 : i64
  %start = tensor.extract %n[] : tensor<i64>
  %steps:2 = scf.while (%x = %start, %count = %zero) : (i64, i64) -> (i64, i64) {
    %more = arith.cmpi ne, %x, %one : i64
    scf.condition(%more) %count, %x : i64, i64
  } do {
  ^bb0(%count: i64, %x: i64):
    %next = arith.addi %count, %one : i64
    %rest = arith.remsi %x, %two : i64
    %odd = arith.cmpi eq, %rest, %one : i64
    %half = arith.divsi %x, %two : i64
    %triple = arith.muli %x, %three : i64
    %up = arith.addi %triple, %one : i64
    %y = arith.select %odd, %up, %half : i64
    scf.yield %y, %next : i64, i64
  }
  %r = tensor.from_elements %steps#0 : tensor<i64>
  return %r : tensor<i64>
}

// Scalar floats as carried values: arith ops of the entry.
// RUN: cotan run %s --function=harmonic --input=i64=4 | FileCheck %s --check-prefix=HARMONIC
// HARMONIC: 2.0833333333333{{[0-9]*}} : tensor<f64>
// HARMONIC: true : tensor<i1>
func.func @harmonic(%n: tensor<i64>) -> (tensor<f64>, tensor<i1>) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %two = arith.constant 2.0 : f64
  %trips = tensor.extract %n[] : tensor<i64>
  %last = arith.index_cast %trips : i64 to index
  %end = arith.addi %last, %c1 : index
  %r = scf.for %i = %c1 to %end step %c1 iter_args(%sum = %zero) -> (f64) {
    %ii = arith.index_cast %i : index to i64
    %x = arith.sitofp %ii : i64 to f64
    %q = arith.divf %one, %x : f64
    %next = arith.addf %sum, %q : f64
    scf.yield %next : f64
  }
  %above = arith.cmpf ogt, %r, %two : f64
  %s = tensor.from_elements %r : tensor<f64>
  %t = tensor.from_elements %above : tensor<i1>
  return %s, %t : tensor<f64>, tensor<i1>
}

// A step that only the data decides: none but a positive one advances, so with others there are no iterations.
// RUN: cotan run %s --function=stepped --input=i64=3 | FileCheck %s --check-prefix=STEP3
// RUN: cotan run %s --function=stepped --input=i64=0 | FileCheck %s --check-prefix=STEP-NONE
// RUN: cotan run %s --function=stepped --input=i64=-1 | FileCheck %s --check-prefix=STEP-NONE
// STEP3: 16.0 : tensor<f32>
// STEP-NONE: 1.0 : tensor<f32>
func.func @stepped(%s: tensor<i64>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : index
  %one = cotan.constant dense<1.0> : tensor<f32>
  %extracted = tensor.extract %s[] : tensor<i64>
  %step = arith.index_cast %extracted : i64 to index
  %r = scf.for %i = %c0 to %c10 step %step iter_args(%x = %one) -> (tensor<f32>) {
    %d = cotan.add %x, %x : tensor<f32>
    scf.yield %d : tensor<f32>
  }
  return %r : tensor<f32>
}

// A constant one is a mistake of the program.
// RUN: not cotan run %s --function=step_zero --input=f32=1 2>&1 | FileCheck %s --check-prefix=STEP-ZERO
// STEP-ZERO: error: {{.*}}'scf.for' op expects step to be positive, got 0
func.func @step_zero(%a: tensor<f32>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : index
  %r = scf.for %i = %c0 to %c10 step %c0 iter_args(%x = %a) -> (tensor<f32>) {
    %d = cotan.add %x, %x : tensor<f32>
    scf.yield %d : tensor<f32>
  }
  return %r : tensor<f32>
}

// RUN: not cotan run %s --function=step_negative --input=f32=1 2>&1 | FileCheck %s --check-prefix=STEP-NEGATIVE
// STEP-NEGATIVE: error: {{.*}}'scf.for' op expects step to be positive, got -2
func.func @step_negative(%a: tensor<f32>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : index
  %down = arith.constant -2 : index
  %r = scf.for %i = %c0 to %c10 step %down iter_args(%x = %a) -> (tensor<f32>) {
    %d = cotan.add %x, %x : tensor<f32>
    scf.yield %d : tensor<f32>
  }
  return %r : tensor<f32>
}

// Loops end where their bounds say, also at the end of the index type, where the next index would wrap and be below the bound again.
// RUN: cotan run %s --function=last_indices --input=i64=9223372036854775804 --input=i64=9223372036854775807 --input=i64=2 | FileCheck %s --check-prefix=LAST
// LAST: [9223372036854775804, 2] : tensor<2xi64>
// RUN: cotan run %s --function=last_indices --input=i64=-9223372036854775808 --input=i64=9223372036854775807 --input=i64=9223372036854775807 | FileCheck %s --check-prefix=WHOLE
// WHOLE: [-9223372036854775808, 3] : tensor<2xi64>
// RUN: cotan run %s --function=last_indices --input=i64=5 --input=i64=5 --input=i64=1 | FileCheck %s --check-prefix=NONE
// NONE: [-1, 0] : tensor<2xi64>
// RUN: cotan run %s --function=last_indices --input=i64=5 --input=i64=8 --input=i64=-1 | FileCheck %s --check-prefix=NONE
func.func @last_indices(%begin: tensor<i64>, %end: tensor<i64>, %step: tensor<i64>) -> tensor<2xi64> {
  %none = arith.constant -1 : i64
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %b = tensor.extract %begin[] : tensor<i64>
  %e = tensor.extract %end[] : tensor<i64>
  %s = tensor.extract %step[] : tensor<i64>
  %r:2 = scf.for %i = %b to %e step %s iter_args(%first = %none, %count = %zero) -> (i64, i64) : i64 {
    %n = arith.addi %count, %one : i64
    %is_first = arith.cmpi eq, %count, %zero : i64
    %f = arith.select %is_first, %i, %first : i64
    scf.yield %f, %n : i64, i64
  }
  %t = tensor.from_elements %r#0, %r#1 : tensor<2xi64>
  return %t : tensor<2xi64>
}

// Bounds that are compared without signs: -2 is the last but one of all numbers, and far above 1.
// RUN: cotan run %s --function=without_signs --input=i64=-5 --input=i64=-2 | FileCheck %s --check-prefix=UNSIGNED3
// UNSIGNED3: 3 : tensor<i64>
// RUN: cotan run %s --function=without_signs --input=i64=-2 --input=i64=1 | FileCheck %s --check-prefix=UNSIGNED0
// UNSIGNED0: 0 : tensor<i64>
// RUN: cotan run %s --function=without_signs --input=i64=9223372036854775806 --input=i64=-9223372036854775807 | FileCheck %s --check-prefix=UNSIGNED3
func.func @without_signs(%begin: tensor<i64>, %end: tensor<i64>) -> tensor<i64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %b = tensor.extract %begin[] : tensor<i64>
  %e = tensor.extract %end[] : tensor<i64>
  %r = scf.for unsigned %i = %b to %e step %one iter_args(%count = %zero) -> (i64) : i64 {
    %n = arith.addi %count, %one : i64
    scf.yield %n : i64
  }
  %t = tensor.from_elements %r : tensor<i64>
  return %t : tensor<i64>
}
