// A damaged, unwritable or foreign cache directory costs a warning; the results stay right.

// RUN: rm -rf %t && mkdir %t
// RUN: env COTAN_CACHE_DIR=%t/cache cotan run %s --input=2xf32=1,2 | FileCheck %s
// RUN: ls %t/cache | count 1
// RUN: env COTAN_CACHE_DIR=%t/cache cotan run %s --input=2xf32=3,2 | FileCheck %s --check-prefix=HIT
// Damaged: a warning and a compile; what the compile stores is sound again.
// RUN: %python -c "import glob; f = open(glob.glob('%t/cache/*.cotan')[0], 'r+b'); f.seek(300); f.write(b'damage')"
// RUN: env COTAN_CACHE_DIR=%t/cache cotan run %s --input=2xf32=1,2 2>&1 | FileCheck %s --check-prefixes=CHECK,DAMAGED
// RUN: env COTAN_CACHE_DIR=%t/cache cotan run %s --input=2xf32=1,2 2>&1 | FileCheck %s --check-prefixes=CHECK,SOUND
// Not to be made, and open to others.
// RUN: env COTAN_CACHE_DIR=/proc/nowhere/cache cotan run %s --input=2xf32=1,2 2>&1 | FileCheck %s --check-prefixes=CHECK,UNWRITABLE
// RUN: mkdir %t/open && chmod 0777 %t/open
// RUN: env COTAN_CACHE_DIR=%t/open cotan run %s --input=2xf32=1,2 2>&1 | FileCheck %s --check-prefixes=CHECK,OPEN
// RUN: ls %t/open | count 0
// XDG_CACHE_HOME where COTAN_CACHE_DIR is not set.
// RUN: env -u COTAN_CACHE_DIR XDG_CACHE_HOME=%t/xdg cotan run %s --input=2xf32=1,2 | FileCheck %s
// RUN: ls %t/xdg/cotan | count 1

// DAMAGED: cotan: warning: kernel cache: {{.*}} is damaged; compiling again
// SOUND-NOT: warning
// UNWRITABLE: cotan: warning: kernel cache: cannot create /proc/nowhere/cache: {{.*}}; compiling without it
// OPEN: cotan: warning: kernel cache: {{.*}}/open may be written to by others (expected mode 0700); compiling without it
// HIT: [9.0, 4.0] : tensor<2xf32>
// CHECK: [1.0, 4.0] : tensor<2xf32>
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %y = cotan.mul %x, %x : tensor<2xf32>
  return %y : tensor<2xf32>
}
