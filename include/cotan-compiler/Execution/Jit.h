//===- Jit.h - LLVM IR to machine code in this process ----------*- C++ -*-===//
//
// A thin layer over LLVM's ORC: a short pass list for IR that is vectorised already, object emission, and linking of objects into
// the process. Each object is linked into a JITDylib of its own that disappears with the executable made from it. Compiled
// code sees the C functions of a fixed list (JitSymbols.cpp), what addLibrary was given, and nothing else of the process.
//
//   auto jit = Jit::create(detectHost());
//   auto object = ((*jit)->optimize(module), (*jit)->emitObject(module));
//   auto code = Jit::load(*jit, *object, "entry");      // code->entry, until the last copy of `code` goes
//
// All may be called from several threads; compiling is done by one at a time.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_EXECUTION_JIT_H
#define COTAN_COMPILER_EXECUTION_JIT_H

#include "cotan-compiler/Execution/Target.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace cotan::execution {

/// Machine code of one object, linked into the process. Unmapped by the destructor.
struct LinkedCode {
  void *entry = nullptr;
  std::shared_ptr<void> owner;
};

class Jit {
public:
  static llvm::Expected<std::shared_ptr<Jit>> create(Target target);
  ~Jit();

  const Target &getTarget() const;
  llvm::TargetMachine &getMachine();

  /// Sets the target attributes and runs the pass list.
  void optimize(llvm::Module &module);

  /// Object code of an optimised module.
  llvm::Expected<llvm::SmallVector<char, 0>> emitObject(llvm::Module &module);
  /// Its assembly text.
  llvm::Expected<std::string> emitAssembly(llvm::Module &module);

  /// Makes the global functions of `object` known to all code that is loaded later, as long as this lives. Each may be there only once.
  llvm::Error addLibrary(llvm::ArrayRef<char> object);

  /// Links `object` and looks `symbol` up. The result keeps `jit` alive.
  static llvm::Expected<LinkedCode> load(const std::shared_ptr<Jit> &jit, llvm::ArrayRef<char> object, llvm::StringRef symbol);

private:
  Jit();
  struct Implementation;
  std::unique_ptr<Implementation> implementation;
};

/// The pass list of Jit::optimize.
void runPasses(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace cotan::execution

#endif // COTAN_COMPILER_EXECUTION_JIT_H
