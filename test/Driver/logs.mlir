// What COTAN_LOGS shows of a compile: time, kernels and bytes; the fusion plan; the cache's hits and misses.

// RUN: rm -rf %t.cache
// RUN: env COTAN_CACHE_DIR=%t.cache COTAN_LOGS=compiles,fusion,cache cotan run %s --input=8xf32=1 2>&1 >/dev/null | FileCheck %s --check-prefix=FIRST
// RUN: env COTAN_CACHE_DIR=%t.cache COTAN_LOGS=all cotan run %s --input=8xf32=1 2>&1 >/dev/null | FileCheck %s --check-prefix=SECOND
// RUN: env COTAN_CACHE_DIR=%t.cache cotan run %s --input=8xf32=1 2>&1 >/dev/null | count 0
// RUN: env COTAN_LOGS=compile cotan run %s --input=8xf32=1 2>&1 >/dev/null | FileCheck %s --check-prefix=UNKNOWN
// RUN: env COTAN_CACHE_DIR= COTAN_LOGS=cache cotan run %s --input=8xf32=1 2>&1 >/dev/null | count 0

// FIRST: [cache] disk: miss in
// FIRST: [fusion] @main: 1 kernels
// FIRST: [compiles] @main: {{[0-9.]+}} ms (graph {{[0-9.]+}}, llvm ir {{[0-9.]+}}, passes {{[0-9.]+}}, machine code {{[0-9.]+}}, link {{[0-9.]+}}), 1 kernels, 0 bytes of workspace, {{[0-9]+}} bytes of object code
// FIRST: [cache] disk: stored @main in
// SECOND-NOT: [compiles]
// SECOND: [cache] disk: hit for @{{.*}}main, {{[0-9.]+}} ms (read {{[0-9.]+}}, link {{[0-9.]+}}), 1 kernels
// SECOND-NOT: [compiles]
// UNKNOWN: cotan: warning: COTAN_LOGS: unknown channel 'compile' (known: compiles, recompiles, fusion, cache, all)
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = cotan.mul %x, %x : tensor<8xf32>
  %z = cotan.exp %y : tensor<8xf32>
  return %z : tensor<8xf32>
}
