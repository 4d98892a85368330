//===- Target.cpp - the processor that code is compiled for ---------------===//

#include "cotan-compiler/Execution/Target.h"
#include "cotan-compiler/Runtime/Log.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"
#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>

using namespace llvm;

namespace cotan::execution {

static bool startsWithAny(StringRef name, std::initializer_list<StringRef> prefixes) {
  return llvm::any_of(prefixes, [&](StringRef prefix) { return name.starts_with(prefix); });
}

/// Turns off what a processor without wider vectors would lack.
static void limitFeatures(StringMap<bool> &features, unsigned maxVectorBits) {
  for (auto &entry : features) {
    StringRef name = entry.getKey();
    if (maxVectorBits <= 256 && startsWithAny(name, {"avx512", "avx10", "amx", "evex512"}))
      entry.second = false;
    if (maxVectorBits <= 128 &&
        (startsWithAny(name, {"avx", "fma", "f16c", "xop", "vaes", "vpclmulqdq"}) || name == "sha512" || name == "sm3" || name == "sm4"))
      entry.second = false;
  }
}

Target detectHost(unsigned maxVectorBits) {
  Target target;
  target.triple = sys::getProcessTriple();
  target.cpu = sys::getHostCPUName().str();
  StringMap<bool> features = sys::getHostCPUFeatures();
  if (maxVectorBits && maxVectorBits < 512) {
    limitFeatures(features, maxVectorBits);
    target.cpu = "x86-64"; // a name would bring its own features back
  }
  auto has = [&](StringRef name) { return features.lookup(name); };
  if (has("avx512f") && has("avx512bw") && has("avx512dq") && has("avx512vl")) {
    target.vectorBits = 512;
    target.vectorRegisters = 32;
  } else if (has("avx2") && has("fma")) {
    target.vectorBits = 256;
  }
  target.hasFma = has("fma") || StringRef(target.triple).starts_with("aarch64");
  if (StringRef(target.triple).starts_with("aarch64"))
    target.vectorRegisters = 32;

  std::vector<std::string> list;
  for (const auto &entry : features)
    list.push_back((entry.second ? "+" : "-") + entry.getKey().str());
  std::sort(list.begin(), list.end(), [](const std::string &a, const std::string &b) { return a.substr(1) < b.substr(1); });
  for (const std::string &feature : list)
    target.features += (target.features.empty() ? "" : ",") + feature;
  return target;
}

unsigned vectorBitsFromEnvironment() {
  const char *text = std::getenv("COTAN_VECTOR_BITS");
  if (!text || !*text)
    return 0;
  StringRef value(text);
  if (value == "128" || value == "256" || value == "512")
    return std::atoi(text);
  runtime::warnOnce("COTAN_VECTOR_BITS: expected 128, 256 or 512, got '" + value.str() + "'; ignored");
  return 0;
}

std::unique_ptr<TargetMachine> createTargetMachine(const Target &target, std::string &error) {
  static std::once_flag once;
  std::call_once(once, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
  });
  Triple triple(target.triple);
  const llvm::Target *llvmTarget = TargetRegistry::lookupTarget(triple, error);
  if (!llvmTarget)
    return nullptr;
  TargetOptions options;
  options.AllowFPOpFusion = FPOpFusion::Strict; // FMAs are formed in the graph, nowhere else
  auto machine = std::unique_ptr<TargetMachine>(llvmTarget->createTargetMachine(
      triple, target.cpu, target.features, options, Reloc::PIC_, CodeModel::Small, CodeGenOptLevel::Default, /*JIT=*/false));
  if (!machine)
    error = "LLVM has no code generator for " + target.triple;
  return machine;
}

void prepareModule(Module &module, TargetMachine &machine) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
}

void setTargetAttributes(Module &module, const Target &target) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    function.addFnAttr("target-features", target.features);
    // Without this LLVM splits 512-bit operations on processors that it believes to slow down for them.
    function.addFnAttr("prefer-vector-width", std::to_string(target.vectorBits));
    // No unwind tables to emit and to register.
    function.addFnAttr(Attribute::NoUnwind);
    function.removeFnAttr(Attribute::UWTable);
  }
}

} // namespace cotan::execution
