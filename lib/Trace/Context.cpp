//===- Context.cpp - lock, scopes, interned lists -------------------------===//

#include "Context.h"
#include "Programs.h"
#include "cotan-compiler/Runtime/Log.h"
#include "cotan-compiler/Trace/Evaluate.h"
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <unordered_set>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace cotan::tracing {

//===----------------------------------------------------------------------===//
// Lock and scopes
//===----------------------------------------------------------------------===//

namespace {

/// Whether the process has one thread only. The state is kept all the same, so the answer may change between lock and unlock.
inline bool isAlone() {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded;
#else
  return false;
#endif
}

/// A mutex of three states (free, held, held and awaited): two atomic exchanges when nobody waits, none in a process of one thread.
struct Mutex {
  std::atomic<uint32_t> state{0};
  void lock() {
    if (isAlone()) {
      state.store(1, std::memory_order_relaxed);
      return;
    }
    uint32_t expected = 0;
    if (state.compare_exchange_strong(expected, 1, std::memory_order_acquire)) [[likely]]
      return;
    while (state.exchange(2, std::memory_order_acquire) != 0)
      state.wait(2, std::memory_order_relaxed);
  }
  void unlock() {
    if (isAlone()) {
      state.store(0, std::memory_order_relaxed);
      return;
    }
    if (state.exchange(0, std::memory_order_release) == 2)
      state.notify_one();
  }
};

Mutex mutex;
/// Deleters of host memory that was let go of while the lock was held; null: none wait. Guarded by the lock.
std::vector<HostMemory> *released = nullptr;
[[gnu::tls_model("initial-exec")]] thread_local ThreadState currentThread;

} // namespace

ThreadState &threadState() { return currentThread; }

ContextLock::ContextLock() {
  if (currentThread.lockDepth++ == 0)
    mutex.lock();
}

ContextLock::~ContextLock() {
  if (--currentThread.lockDepth)
    return;
  auto *memory = std::exchange(released, nullptr);
  mutex.unlock();
  if (!memory) [[likely]]
    return;
  for (const HostMemory &each : *memory) { // a program's functions, which may wait for other threads that use the library
    try {
      each.deleter(each.data);
    } catch (const std::exception &error) {
      runtime::warnOnce(std::string("the deleter of from_blob memory threw, and must not: ") + error.what());
    } catch (...) {
      runtime::warnOnce("the deleter of from_blob memory threw, and must not");
    }
  }
  delete memory;
}

void releaseUnlocked(HostMemory memory) {
  if (!released)
    released = new std::vector<HostMemory>;
  released->push_back(memory);
}

OpScope::OpScope(const PublicOp &op, std::source_location where) : outermost(currentThread.op == nullptr) {
  if (outermost) {
    currentThread.op = &op;
    currentThread.where = where;
    Context &context = Context::get();
    if (context.cutCandidate && !currentThread.frame) [[unlikely]] {
      Value candidate = std::move(context.cutCandidate);
      try {
        evaluate(candidate.get());
      } catch (...) {
        currentThread.op = nullptr;
        throw;
      }
    }
  }
}

OpScope::~OpScope() {
  if (outermost) {
    currentThread.op = nullptr;
    currentThread.where = std::source_location();
  }
}

const char *opName() { return currentThread.op ? currentThread.op->name : "cotan"; }

std::string shapeText(IntArrayRef shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

Context &Context::get() {
  static Context *context = [] {
    auto *created = new Context; // never destroyed
    created->programs = std::make_unique<ProgramCache>();
    return created;
  }();
  return *context;
}

//===----------------------------------------------------------------------===//
// Interned lists
//===----------------------------------------------------------------------===//

namespace {

uint64_t hashList(IntArrayRef list) {
  uint64_t hash = mixHash(0x1f83d9abfb41bd6bull, list.size());
  for (int64_t value : list)
    hash = mixHash(hash, uint64_t(value));
  return hash;
}

/// Open addressing over pointers; lists are never removed (distinct shapes of a program are few).
class ListTable {
public:
  const IntList *find(IntArrayRef list) {
    uint64_t hash = hashList(list);
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      IntList *entry = slots[i];
      if (!entry)
        return insert(list, hash, i);
      if (entry->hash == hash && entry->ref() == list)
        return entry;
    }
  }

private:
  const IntList *insert(IntArrayRef list, uint64_t hash, size_t slot) {
    size_t extra = list.size() > 1 ? list.size() - 1 : 0;
    auto *entry = static_cast<IntList *>(std::malloc(sizeof(IntList) + extra * sizeof(int64_t)));
    entry->hash = hash;
    entry->count = uint32_t(list.size());
    int64_t product = 1;
    bool overflow = false, empty = false;
    for (size_t i = 0; i < list.size(); ++i) {
      entry->values[i] = list[i];
      empty |= list[i] == 0;
      overflow |= __builtin_mul_overflow(product, list[i], &product);
    }
    entry->product = empty ? 0 : overflow ? INT64_MAX : product;
    slots[slot] = entry;
    if (++used * 2 > slots.size())
      grow();
    return entry;
  }
  void grow() {
    std::vector<IntList *> old(slots.size() * 2, nullptr);
    old.swap(slots);
    mask = slots.size() - 1;
    for (IntList *entry : old) {
      if (!entry)
        continue;
      size_t i = entry->hash & mask;
      while (slots[i])
        i = (i + 1) & mask;
      slots[i] = entry;
    }
  }
  std::vector<IntList *> slots = std::vector<IntList *>(1024, nullptr);
  size_t mask = 1023, used = 0;
};

} // namespace

const IntList *intern(IntArrayRef list) {
  static ListTable *table = new ListTable;
  return table->find(list);
}

} // namespace cotan::tracing

std::ostream &cotan::operator<<(std::ostream &stream, IntArrayRef list) { return stream << tracing::shapeText(list); }
