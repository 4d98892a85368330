//===- RoutineLibrary.cpp - code that programs share ----------------------===//

#include "RoutineLibrary.h"
#include "cotan-compiler/Codegen/Matmul.h"
#include "cotan-compiler/Runtime/Log.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

namespace cotan::driver {

codegen::TargetDescription describeTarget(const execution::Target &target) {
  codegen::TargetDescription description;
  description.vectorBits = target.vectorBits;
  description.vectorRegisters = target.vectorRegisters;
  description.hasFma = target.hasFma;
  return description;
}

llvm::Expected<llvm::SmallVector<char, 0>> RoutineLibrary::compile(execution::Jit &jit, llvm::StringRef name) {
  auto begin = std::chrono::steady_clock::now();
  llvm::LLVMContext context;
  llvm::Module module(name, context);
  execution::prepareModule(module, jit.getMachine());
  if (!codegen::emitMatmulRoutine(module, name, describeTarget(jit.getTarget())))
    return llvm::createStringError("no routine is called " + name);
  jit.optimize(module);
  auto object = jit.emitObject(module);
  if (object && runtime::logEnabled(runtime::LogChannel::Compiles)) {
    double milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    runtime::log(runtime::LogChannel::Compiles, llvm::formatv("routine {0}: {1:F2} ms, {2} bytes of object code", name, milliseconds, object->size()));
  }
  return object;
}

llvm::Error RoutineLibrary::provide(execution::Jit &jit, llvm::ArrayRef<std::string> names) {
  std::lock_guard lock(mutex);
  for (const std::string &name : names) {
    if (known.contains(name))
      continue;
    std::string key = "routine " + name;
    std::optional<execution::CachedObject> cached;
    if (cache.isEnabled())
      cached = cache.load(key);
    if (!cached) {
      auto object = compile(jit, name);
      if (!object)
        return object.takeError();
      cached.emplace();
      cached->entrySymbol = name;
      cached->object = std::move(*object);
      if (cache.isEnabled())
        cache.store(key, *cached);
    }
    if (llvm::Error error = jit.addLibrary(cached->object))
      return error;
    known.insert(name);
  }
  return llvm::Error::success();
}

} // namespace cotan::driver
