//===- Jit.cpp - LLVM IR to machine code in this process ------------------===//

#include "cotan-compiler/Execution/Jit.h"
#include "JitSymbols.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include <atomic>
#include <mutex>

using namespace llvm;

namespace cotan::execution {

namespace {

/// The code generator's passes. Setting them up costs as much as compiling a small kernel, so they are kept; they may run on one module
/// after another (llc -compile-twice tests that).
struct ObjectEmitter {
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream{bytes};
  legacy::PassManager passes;
};

} // namespace

struct Jit::Implementation {
  Target target;
  std::unique_ptr<TargetMachine> machine;
  std::unique_ptr<ObjectEmitter> emitter; ///< refers to machine
  std::unique_ptr<orc::ExecutionSession> session;
  std::unique_ptr<orc::ObjectLinkingLayer> layer;
  orc::JITDylib *library = nullptr; ///< the C functions that compiled code may call
  orc::JITDylib *shared = nullptr;  ///< what addLibrary was given
  std::mutex compileMutex;          ///< guards machine and emitter
  std::atomic<uint64_t> next = 0;
  std::mutex mutex;
  std::string reported; ///< what the session reported beside the errors it returned

  /// `error` with the session's reports appended.
  Error explain(Error error) {
    std::string text = toString(std::move(error));
    std::lock_guard lock(mutex);
    if (!reported.empty())
      text += ": " + std::exchange(reported, "");
    return createStringError(text);
  }
};

Jit::Jit() : implementation(std::make_unique<Implementation>()) {}

Jit::~Jit() {
  if (implementation->session)
    consumeError(implementation->session->endSession());
}

Expected<std::shared_ptr<Jit>> Jit::create(Target target) {
  std::shared_ptr<Jit> jit(new Jit);
  Implementation &self = *jit->implementation;
  self.target = std::move(target);
  std::string error;
  self.machine = createTargetMachine(self.target, error);
  if (!self.machine)
    return createStringError(error);
  // Tasks run on the calling thread: nothing of LLVM's outlives a call.
  auto control = orc::SelfExecutorProcessControl::Create(nullptr, std::make_unique<orc::InPlaceTaskDispatcher>());
  if (!control)
    return control.takeError();
  self.session = std::make_unique<orc::ExecutionSession>(std::move(*control));
  // LLVM's default prints; lookup's own error does not say which symbol is missing.
  self.session->setErrorReporter([&self](Error error) {
    std::lock_guard lock(self.mutex);
    self.reported += (self.reported.empty() ? "" : "; ") + toString(std::move(error));
  });
  self.layer = std::make_unique<orc::ObjectLinkingLayer>(*self.session);
  self.library = &self.session->createBareJITDylib("<c library>");
  orc::SymbolMap symbols;
  for (const LibrarySymbol &symbol : librarySymbols())
    symbols[self.session->intern(symbol.name)] = {orc::ExecutorAddr::fromPtr(symbol.address), JITSymbolFlags::Exported};
  if (Error error = self.library->define(orc::absoluteSymbols(std::move(symbols))))
    return std::move(error);
  self.shared = &self.session->createBareJITDylib("<shared routines>");
  self.shared->setLinkOrder({{self.library, orc::JITDylibLookupFlags::MatchExportedSymbolsOnly}});
  return jit;
}

const Target &Jit::getTarget() const { return implementation->target; }
TargetMachine &Jit::getMachine() { return *implementation->machine; }

void Jit::optimize(Module &module) {
  std::lock_guard lock(implementation->compileMutex);
  setTargetAttributes(module, implementation->target);
  runPasses(module, *implementation->machine);
}

Expected<SmallVector<char, 0>> Jit::emitObject(Module &module) {
  std::lock_guard lock(implementation->compileMutex);
  std::unique_ptr<ObjectEmitter> &emitter = implementation->emitter;
  if (!emitter) {
    auto created = std::make_unique<ObjectEmitter>();
    if (implementation->machine->addPassesToEmitFile(created->passes, created->stream, nullptr, CodeGenFileType::ObjectFile,
                                                     /*DisableVerify=*/true))
      return createStringError("this target cannot emit object files");
    emitter = std::move(created);
  }
  emitter->passes.run(module);
  SmallVector<char, 0> object(emitter->bytes.begin(), emitter->bytes.end());
  emitter->bytes.clear();
  return object;
}

Expected<std::string> Jit::emitAssembly(Module &module) {
  std::lock_guard lock(implementation->compileMutex);
  SmallVector<char, 0> text;
  raw_svector_ostream stream(text);
  legacy::PassManager passes;
  if (implementation->machine->addPassesToEmitFile(passes, stream, nullptr, CodeGenFileType::AssemblyFile, /*DisableVerify=*/true))
    return createStringError("this target cannot emit assembly");
  passes.run(module);
  return std::string(text.begin(), text.end());
}

Error Jit::addLibrary(ArrayRef<char> object) {
  Error error = implementation->layer->add(*implementation->shared, MemoryBuffer::getMemBufferCopy(StringRef(object.data(), object.size()), "cotan"));
  return error ? implementation->explain(std::move(error)) : Error::success();
}

Expected<LinkedCode> Jit::load(const std::shared_ptr<Jit> &jit, ArrayRef<char> object, StringRef symbol) {
  Implementation &self = *jit->implementation;
  orc::JITDylib &library = self.session->createBareJITDylib("code" + std::to_string(self.next++));
  library.setLinkOrder({{self.library, orc::JITDylibLookupFlags::MatchExportedSymbolsOnly},
                        {self.shared, orc::JITDylibLookupFlags::MatchExportedSymbolsOnly}});
  orc::JITDylibSP reference(&library);
  std::shared_ptr<void> owner(&library, [jit, reference](void *) mutable {
    consumeError(jit->implementation->session->removeJITDylib(*reference));
  });
  auto buffer = MemoryBuffer::getMemBufferCopy(StringRef(object.data(), object.size()), "cotan");
  if (Error error = self.layer->add(library, std::move(buffer)))
    return self.explain(std::move(error));
  auto address = self.session->lookup({&library}, self.session->intern(symbol));
  if (!address)
    return self.explain(address.takeError());
  return LinkedCode{address->getAddress().toPtr<void *>(), std::move(owner)};
}

} // namespace cotan::execution
