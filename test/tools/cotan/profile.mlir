// The table of --profile goes to standard error, the results to standard output as ever. It has a row for each kernel: launches, time,
// rates, and what is fused in it at which line.

// RUN: cotan run %s --function=step --input=64x128xf32=random:1 --input=128x32xf32=random:2 --quiet --profile 2>&1 >%t.out \
// RUN:   | FileCheck %s --check-prefix=STEP --match-full-lines
// RUN: count 0 < %t.out
// STEP: profile of [[#%u,CALLS:]] calls: [[#%u,LAUNCHES:]] kernel launches, {{[0-9]+\.[0-9]+}} ms, [[#%u,]] bytes of workspace a call
// STEP-NEXT: kernel {{ *}}launches {{ *}}ms {{ *}}us each {{ *}}% {{ *}}GB/s {{ *}}GFLOP/s {{ *}}Gfunc/s domain {{ *}}operations {{ *}}location
// STEP-DAG: step.k0 {{ *}}[[#CALLS]] {{ *[0-9.]+ *[0-9.]+ *[0-9.]+ *[0-9.]+ *[0-9.]+}} {{ *}}- m=64 n=32 k=128 {{ *}}dot_general {{ *}}{{.*}}profile.mlir:[[#@LINE+10]]
// STEP-DAG: step.k1 {{ *}}[[#CALLS]] {{ *[0-9.]+ *[0-9.]+ *[0-9.]+ *[0-9.]+ *[0-9.]+ *[0-9.]+}} 64x32 {{ *}}exp, reduce_sum, div {{.*}}profile.mlir:[[#@LINE+13]]
// STEP: (between kernels) {{ *[0-9.]+ *[0-9.]+}}

// The results are printed as without it.
// RUN: cotan run %s --function=loop --input=4xf32=1,2,3,4 --profile 2>%t.err | FileCheck %s --check-prefix=RESULT
// RUN: FileCheck %s --check-prefix=LOOP < %t.err
// RESULT: [4.0, 5.0, 6.0, 7.0] : tensor<4xf32>

func.func @step(%x: tensor<64x128xf32>, %w: tensor<128x32xf32>) -> tensor<64x32xf32> {
  %h = cotan.dot_general %x, %w batch = [] x [] contract = [1] x [0] : tensor<64x128xf32>, tensor<128x32xf32>
  %e = cotan.exp %h : tensor<64x32xf32>
  %s = cotan.reduce sum %e dims = [1] : tensor<64x32xf32>
  %b = cotan.broadcast %s dims = [0] : tensor<64xf32> to tensor<64x32xf32>
  %y = cotan.div %e, %b : tensor<64x32xf32>
  return %y : tensor<64x32xf32>
}

// A kernel in a loop is one row, with all its launches.
// LOOP: profile of [[#%u,CALLS:]] calls:
// LOOP-SAME: [[#mul(3,CALLS)]] kernel launches
// LOOP: loop.k0 {{ *}}[[#mul(3,CALLS)]] {{.*}} 4 {{ *}}add
func.func @loop(%x: tensor<4xf32>) -> tensor<4xf32> {
  %one = cotan.constant dense<1.0> : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x) -> (tensor<4xf32>) {
    %n = cotan.add %a, %one : tensor<4xf32>
    scf.yield %n : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// A function without kernels has a table too.
// RUN: cotan run %s --function=nothing --input=4xf32=1,2,3,4 --quiet --profile 2>&1 | FileCheck %s --check-prefix=NOTHING
// NOTHING: profile of {{[1-9][0-9]*}} calls: 0 kernel launches
// NOTHING: (between kernels)
func.func @nothing(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
