//===- MatmulRoutines.cpp - the routines that products share, by name -----===//

#include "MatmulEmitter.h"

using namespace llvm;

namespace cotan::codegen {

using namespace matmul;

static constexpr StringLiteral prefix = "cotan.matmul.";

std::string Emitter::symbol(const Twine &suffix) const {
  return (prefix + (element->isDoubleTy() ? "f64." : "f32.") + suffix).str();
}

Function *Emitter::routine(StringRef suffix) {
  if (suffix == "driver")
    return driver();
  if (suffix == "copy")
    return copyRoutine();
  for (PackKind kind : {PackKind::Rows, PackKind::Transpose, PackKind::Strided})
    if (suffix == packNames[static_cast<unsigned>(kind)])
      return packRoutine(kind);
  unsigned height = 0, vectors = 0;
  constexpr unsigned most = 32; // of either: no tile has as many registers
  if (!suffix.consume_front("panel.") || suffix.consumeInteger(10, height) || !suffix.consume_front("x") ||
      suffix.getAsInteger(10, vectors) || height == 0 || height > most || vectors == 0 || vectors > most)
    return nullptr;
  return panelRoutine(height, vectors);
}

std::vector<std::string> getDeclaredMatmulRoutines(const Module &module) {
  std::vector<std::string> names;
  for (const Function &function : module)
    if (function.isDeclaration() && function.getName().starts_with(prefix))
      names.push_back(function.getName().str());
  return names;
}

bool emitMatmulRoutine(Module &module, StringRef name, const TargetDescription &target) {
  StringRef suffix = name;
  Type *element = nullptr;
  if (!suffix.consume_front(prefix))
    return false;
  if (suffix.consume_front("f32."))
    element = Type::getFloatTy(module.getContext());
  else if (suffix.consume_front("f64."))
    element = Type::getDoubleTy(module.getContext());
  else
    return false;
  Function *function = Emitter(module, element, target, MatmulRoutines::Defined).routine(suffix);
  if (function)
    function->setLinkage(Function::ExternalLinkage);
  return function;
}

} // namespace cotan::codegen
