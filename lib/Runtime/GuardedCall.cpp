//===- GuardedCall.cpp - calls whose buffers end at guard pages -----------===//

#include "cotan-compiler/Runtime/GuardedCall.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>

namespace cotan::runtime {
namespace {

constexpr unsigned char canary = 0xC7;

/// Memory of `bytes` bytes that ends at an inaccessible page and begins after one (or after canaries up to it).
class GuardedBuffer {
public:
  explicit GuardedBuffer(int64_t bytes) {
    int64_t page = sysconf(_SC_PAGESIZE);
    body = (bytes + page - 1) / page * page;
    mapped = body + 2 * page;
    map = static_cast<unsigned char *>(mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (map == MAP_FAILED || (body && mprotect(map + page, body, PROT_READ | PROT_WRITE) != 0)) {
      std::fprintf(stderr, "cotan: guard mode: cannot map %lld bytes\n", static_cast<long long>(mapped));
      std::abort();
    }
    front = map + page;
    data = front + body - bytes;
    std::memset(front, canary, data - front);
    // A value that is read before it is written shows: as a float it is a NaN.
    std::memset(data, 0xFF, bytes);
  }
  ~GuardedBuffer() { munmap(map, mapped); }
  GuardedBuffer(const GuardedBuffer &) = delete;
  GuardedBuffer &operator=(const GuardedBuffer &) = delete;

  void check(const char *kind, size_t index) const {
    for (unsigned char *byte = front; byte < data; ++byte)
      if (*byte != canary) {
        std::fprintf(stderr, "cotan: guard mode: a kernel wrote %lld bytes before %s %zu\n", static_cast<long long>(data - byte), kind,
                     index);
        std::abort();
      }
  }

  unsigned char *data;

private:
  int64_t body, mapped;
  unsigned char *map, *front;
};

using Buffers = std::vector<std::unique_ptr<GuardedBuffer>>;

} // namespace

bool guardEnabled() {
  static const bool enabled = [] {
    const char *value = std::getenv("COTAN_GUARD");
    return value && *value && std::strcmp(value, "0") != 0;
  }();
  return enabled;
}

int32_t guardedCall(cotan_entry entry, const void *const *inputs, const std::vector<int64_t> &inputBytes, void *const *outputs,
                    const std::vector<int64_t> &outputBytes, int64_t workspaceBytes, cotan_call_context *context) {
  Buffers in, out;
  std::vector<const void *> inPointers;
  std::vector<void *> outPointers;
  for (size_t i = 0; i < inputBytes.size(); ++i) {
    in.push_back(std::make_unique<GuardedBuffer>(inputBytes[i]));
    if (inputBytes[i])
      std::memcpy(in.back()->data, inputs[i], inputBytes[i]);
    inPointers.push_back(in.back()->data);
  }
  for (int64_t bytes : outputBytes) {
    out.push_back(std::make_unique<GuardedBuffer>(bytes));
    outPointers.push_back(out.back()->data);
  }
  // The arena is promised 64-byte alignment, so it is rounded up; its plan rounds to the same.
  GuardedBuffer workspace((workspaceBytes + 63) / 64 * 64);
  int32_t status = entry(inPointers.data(), outPointers.data(), workspace.data, context);
  workspace.check("the workspace", 0);
  for (size_t i = 0; i < in.size(); ++i) {
    in[i]->check("input", i);
    if (inputBytes[i] && std::memcmp(in[i]->data, inputs[i], inputBytes[i]) != 0) {
      std::fprintf(stderr, "cotan: guard mode: a kernel wrote to input %zu\n", i);
      std::abort();
    }
  }
  for (size_t i = 0; i < out.size(); ++i) {
    out[i]->check("output", i);
    if (outputBytes[i])
      std::memcpy(outputs[i], out[i]->data, outputBytes[i]);
  }
  return status;
}

} // namespace cotan::runtime
