//===- FreeList.h - blocks of one size --------------------------*- C++ -*-===//
//
// Nodes, tensors and storages come and go with every op; these lists make that a few instructions. Guarded by the context's lock.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_TRACE_FREELIST_H
#define COTAN_COMPILER_TRACE_FREELIST_H

#include <cstddef>
#include <new>

namespace cotan::tracing {

/// Fixed-size blocks from slabs that are never given back.
template <typename T> class FreeList {
public:
  T *allocate() {
    if (!head) [[unlikely]]
      grow();
    Block *block = head;
    head = block->next;
    return reinterpret_cast<T *>(block);
  }
  void release(T *pointer) {
    Block *block = reinterpret_cast<Block *>(pointer);
    block->next = head;
    head = block;
  }

private:
  struct Block {
    Block *next;
  };
  void grow() {
    constexpr size_t count = 512;
    char *slab = static_cast<char *>(::operator new(count * sizeof(T), std::align_val_t(64)));
    for (size_t i = count; i-- > 0;) {
      Block *block = reinterpret_cast<Block *>(slab + i * sizeof(T));
      block->next = head;
      head = block;
    }
  }
  Block *head = nullptr;
};

} // namespace cotan::tracing

#endif // COTAN_COMPILER_TRACE_FREELIST_H
