/* kernel_abi.h - the ABI between compiled code and whoever runs it.
 *
 * A compiled function is one symbol of type `cotan_entry`; it calls its kernels itself and needs nothing from the host but the
 * memory passed in. All tensors are dense and row-major. bool is one byte, 0 or 1. A 0-d tensor is one element.
 */
#ifndef COTAN_C_KERNEL_ABI_H
#define COTAN_C_KERNEL_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised with every incompatible change of what is declared here. */
#define COTAN_KERNEL_ABI_VERSION 1

/* What an entry or a kernel returns. */
typedef enum cotan_status {
  COTAN_STATUS_OK = 0,
  COTAN_STATUS_INTEGER_DIVISION_BY_ZERO = 1,
  COTAN_STATUS_INDEX_OUT_OF_RANGE = 2, /* error_value and error_limit say which */
} cotan_status;

/* State of one call, owned by the caller, zeroed before it. */
typedef struct cotan_call_context {
  uint64_t launches;   /* kernels launched by this call, counted by the entry */
  int64_t error_value; /* INDEX_OUT_OF_RANGE: the index */
  int64_t error_limit; /* INDEX_OUT_OF_RANGE: the extent it must be below */
} cotan_call_context;

/* What one place of an entry that launches a kernel took, summed over calls. */
typedef struct cotan_kernel_time {
  uint64_t launches;
  uint64_t nanoseconds; /* between two readings of the clock, so with the time of one reading for each launch */
} cotan_kernel_time;

/* What an entry of the profiling form takes in the place of a cotan_call_context. Entries of the usual form neither know nor need it. */
typedef struct cotan_profile_context {
  cotan_call_context call;
  uint64_t (*clock)(void);  /* nanoseconds since any moment */
  cotan_kernel_time *times; /* one for each launch of the entry, in the order of their description; the entry adds to them */
} cotan_profile_context;

/* inputs, outputs: one pointer for each tensor, in the order of the function's arguments and results; outputs must not overlap inputs.
 * workspace: scratch of the size the compiler reported, 64-byte aligned; may be null when that is 0. Contents on return are unspecified. */
typedef int32_t (*cotan_entry)(const void *const *inputs, void *const *outputs, void *workspace, cotan_call_context *context);

/* One kernel over the blocks [begin, end) of its grid; buffers: the pointers its launch lists. */
typedef int32_t (*cotan_kernel)(void *const *buffers, int64_t begin, int64_t end, cotan_call_context *context);

#ifdef __cplusplus
}
static_assert(sizeof(cotan_call_context) == 24, "compiled code knows this layout");
static_assert(offsetof(cotan_call_context, error_value) == 8 && offsetof(cotan_call_context, error_limit) == 16,
              "compiled code knows this layout");
static_assert(offsetof(cotan_profile_context, clock) == 24 && offsetof(cotan_profile_context, times) == 32 &&
                  sizeof(cotan_kernel_time) == 16 && offsetof(cotan_kernel_time, nanoseconds) == 8,
              "compiled code knows this layout");
#endif

#endif /* COTAN_C_KERNEL_ABI_H */
