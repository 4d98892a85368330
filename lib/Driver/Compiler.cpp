//===- Compiler.cpp - from a cotan module to an executable ----------------===//

#include "cotan-compiler/Driver/Compiler.h"
#include "Dump.h"
#include "RoutineLibrary.h"
#include "cotan-compiler/Codegen/EmitFunction.h"
#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Driver/Pipeline.h"
#include "cotan-compiler/Execution/DiskCache.h"
#include "cotan-compiler/Execution/Jit.h"
#include "cotan-compiler/Runtime/Log.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include <chrono>
#include <mutex>

using namespace mlir;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace cotan::driver {

CompilerOptions CompilerOptions::fromEnvironment() {
  CompilerOptions options;
  options.maxVectorBits = execution::vectorBitsFromEnvironment();
  options.cacheDirectory = execution::defaultCacheDirectory();
  if (const char *directory = std::getenv("COTAN_DUMP_TO"))
    options.dumpDirectory = directory;
  return options;
}

//===----------------------------------------------------------------------===//
// State
//===----------------------------------------------------------------------===//

static std::string cacheSalt(const execution::Target &target) {
  const void *anchors[] = {reinterpret_cast<const void *>(&cacheSalt), reinterpret_cast<const void *>(&llvm::TargetRegistry::printRegisteredTargetsForVersion),
                           reinterpret_cast<const void *>(&mlir::registerPassManagerCLOptions)};
  return execution::buildIdentity(anchors) + ";" + target.triple + ";" + target.cpu + ";" + target.features + ";" +
         std::to_string(target.vectorBits);
}

struct Compiler::Implementation {
  explicit Implementation(CompilerOptions options)
      : options(std::move(options)), target(execution::detectHost(this->options.maxVectorBits)),
        cache(this->options.cacheDirectory, cacheSalt(target)), routines(cache) {}

  MLIRContext &getContext() {
    if (!context) {
      DialectRegistry registry;
      registerDialects(registry);
      context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
      context->loadAllAvailableDialects();
      context->printOpOnDiagnostic(false); // messages name the op and its place
    }
    return *context;
  }

  Expected<std::shared_ptr<execution::Jit>> getJit() {
    std::lock_guard lock(jitMutex);
    if (!jit) {
      auto created = execution::Jit::create(target);
      if (!created)
        return created.takeError();
      jit = std::move(*created);
    }
    return jit;
  }

  CompilerOptions options;
  execution::Target target;
  execution::DiskCache cache;
  std::unique_ptr<MLIRContext> context;
  std::mutex jitMutex;
  std::shared_ptr<execution::Jit> jit;
  RoutineLibrary routines; ///< in jit
};

Compiler::Compiler() : Compiler(CompilerOptions::fromEnvironment()) {}
Compiler::Compiler(CompilerOptions options) : implementation(std::make_unique<Implementation>(std::move(options))) {}
Compiler::~Compiler() = default;
MLIRContext &Compiler::getContext() { return implementation->getContext(); }

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

static std::optional<execution::ElementType> elementTypeOf(Type type) {
  if (type.isF32())
    return execution::ElementType::F32;
  if (type.isF64())
    return execution::ElementType::F64;
  if (type.isSignlessInteger(32))
    return execution::ElementType::I32;
  if (type.isSignlessInteger(64))
    return execution::ElementType::I64;
  if (type.isSignlessInteger(1))
    return execution::ElementType::I1;
  return std::nullopt;
}

/// Describes arguments or results, or emits an error that names the first that compiled code cannot have.
static LogicalResult describe(func::FuncOp function, TypeRange types, StringRef kind, std::vector<execution::TensorSpec> &specs) {
  for (auto [index, type] : llvm::enumerate(types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    auto element = tensor ? elementTypeOf(tensor.getElementType()) : std::nullopt;
    if (!element || !tensor.hasStaticShape())
      return function.emitError() << kind << " " << index << " of @" << function.getName()
                                  << ": expected a tensor of f32, f64, i32, i64 or i1 of static shape, got " << type;
    specs.push_back({*element, tensor.getShape().vec()});
  }
  return success();
}

static func::FuncOp findFunction(ModuleOp module, StringRef name) {
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function) {
    module.emitError("no function @") << name << " in the module";
    return nullptr;
  }
  if (function.isExternal()) {
    function.emitError("function @") << name << " has no body";
    return nullptr;
  }
  return function;
}

//===----------------------------------------------------------------------===//
// Logs
//===----------------------------------------------------------------------===//

namespace {

/// Milliseconds of the parts of a compile.
class Stopwatch {
public:
  void lap(StringRef part) {
    auto now = std::chrono::steady_clock::now();
    text += llvm::formatv("{0}{1} {2:F2}", text.empty() ? "" : ", ", part, std::chrono::duration<double, std::milli>(now - last).count());
    last = now;
  }
  std::string str() const {
    return llvm::formatv("{0:F2} ms ({1})", std::chrono::duration<double, std::milli>(last - begin).count(), text);
  }

private:
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now(), last = begin;
  std::string text;
};

template <typename Printable> std::string print(Printable &printable) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if constexpr (std::is_same_v<Printable, ModuleOp>)
    printable->print(stream, OpPrintingFlags().enableDebugInfo(false));
  else
    printable.print(stream, nullptr);
  return text;
}

//===----------------------------------------------------------------------===//
// One compile
//===----------------------------------------------------------------------===//

/// The machine's side of a compile between its steps.
struct Compilation {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  std::string entrySymbol;
  execution::Executable description;
  Stopwatch watch;
};

/// To kernel form; then, unless `kernelsOnly`, to optimised LLVM IR.
Error lower(ModuleOp module, StringRef name, const CompileOptions &options, bool kernelsOnly, bool sharesRoutines, execution::Jit *jit, Dump &dump,
            Compilation &result) {
  DiagnosticCollector diagnostics(module.getContext());
  func::FuncOp function = findFunction(module, name);
  if (!function || failed(describe(function, function.getArgumentTypes(), "argument", result.description.inputs)) ||
      failed(describe(function, function.getResultTypes(), "result", result.description.outputs)))
    return diagnostics.takeError("invalid function");
  std::string owned = name.str(); // the caller's text may be the symbol that the pipeline rewrites
  auto observe = [&](StringRef stage) { dump.write(stage, "mlir", print(module)); };
  if (dump.isEnabled())
    observe("input");
  if (failed(lowerToKernels(module, owned, options.fuse, dump.isEnabled() ? StageObserver(observe) : StageObserver())))
    return diagnostics.takeError("the compile pipeline failed");
  function = module.lookupSymbol<func::FuncOp>(owned);
  result.watch.lap("graph");
  if (kernelsOnly)
    return Error::success();

  result.module = std::make_unique<llvm::Module>(owned, result.context);
  execution::prepareModule(*result.module, jit->getMachine());
  const execution::Target &target = jit->getTarget();
  codegen::EmitOptions emitOptions;
  emitOptions.profile = options.profile;
  emitOptions.sharesRoutines = sharesRoutines && !dump.isEnabled(); // what is dumped is whole
  auto emitted = codegen::emitFunction(function, *result.module, describeTarget(target), emitOptions);
  if (failed(emitted))
    return diagnostics.takeError("code generation failed");
  result.entrySymbol = emitted->entrySymbol;
  result.description.workspaceBytes = emitted->workspaceBytes;
  result.description.kernels = emitted->kernels;
  result.description.launches = std::move(emitted->launches);
  result.description.routines = std::move(emitted->routines);
  result.watch.lap("llvm ir");
  if (dump.isEnabled())
    dump.write("llvm", "ll", print(*result.module));
#ifndef NDEBUG
  std::string problem;
  llvm::raw_string_ostream stream(problem);
  if (llvm::verifyModule(*result.module, &stream))
    return llvm::createStringError("code generation gave invalid LLVM IR: " + problem);
#endif
  jit->optimize(*result.module);
  result.watch.lap("passes");
  if (dump.isEnabled()) {
    dump.write("llvm-optimized", "ll", print(*result.module));
    auto clone = llvm::CloneModule(*result.module); // emission changes the module
    auto assembly = jit->emitAssembly(*clone);
    if (!assembly)
      return assembly.takeError();
    dump.write("machine", "s", *assembly);
    result.watch.lap("dump");
  }
  return Error::success();
}

Expected<std::shared_ptr<const execution::Executable>> link(const std::shared_ptr<execution::Jit> &jit, ArrayRef<char> object,
                                                            StringRef symbol, execution::Executable description) {
  auto code = execution::Jit::load(jit, object, symbol);
  if (!code)
    return code.takeError();
  auto executable = std::make_shared<execution::Executable>(std::move(description));
  executable->entry = reinterpret_cast<cotan_entry>(code->entry);
  executable->code = std::move(code->owner);
  return executable;
}

/// In an object file that others link, the entry is `cotan_<function>` and nothing else has a name.
std::string renameForLinking(llvm::Module &module, StringRef entry, StringRef function) {
  std::string symbol = "cotan_";
  for (char c : function)
    symbol += llvm::isAlnum(c) ? c : '_';
  for (llvm::Function &other : module)
    if (!other.isDeclaration() && other.getName() != entry)
      other.setLinkage(llvm::GlobalValue::InternalLinkage);
  for (llvm::GlobalVariable &variable : module.globals())
    if (!variable.isDeclaration())
      variable.setLinkage(llvm::GlobalValue::InternalLinkage);
  module.getFunction(entry)->setName(symbol);
  return symbol;
}

std::string fullKey(StringRef key, bool fuse) { return (key + (fuse ? "" : ";unfused")).str(); }

} // namespace

Expected<std::shared_ptr<const execution::Executable>> Compiler::compile(ModuleOp module, StringRef function, const CompileOptions &options) {
  auto jit = implementation->getJit();
  if (!jit)
    return jit.takeError();
  std::string name = function.str();
  Dump dump(implementation->options.dumpDirectory, name);
  Compilation compilation;
  if (Error error = lower(module, name, options, /*kernelsOnly=*/false, /*sharesRoutines=*/true, jit->get(), dump, compilation))
    return std::move(error);
  auto object = (*jit)->emitObject(*compilation.module);
  if (!object)
    return object.takeError();
  compilation.watch.lap("machine code");
  if (Error error = implementation->routines.provide(**jit, compilation.description.routines))
    return std::move(error);
  if (!compilation.description.routines.empty())
    compilation.watch.lap("routines");
  auto executable = link(*jit, *object, compilation.entrySymbol, compilation.description);
  if (!executable)
    return executable;
  compilation.watch.lap("link");
  if (runtime::logEnabled(runtime::LogChannel::Compiles))
    runtime::log(runtime::LogChannel::Compiles,
                 llvm::formatv("@{0}: {1}, {2} kernels, {3} bytes of workspace, {4} bytes of object code", name, compilation.watch.str(),
                               compilation.description.kernels, compilation.description.workspaceBytes, object->size()));
  // The profiling form is for a look at one process: its description is not worth a place on disk.
  if (!options.profile && !options.cacheKey.empty() && implementation->cache.isEnabled()) {
    implementation->cache.store(fullKey(options.cacheKey, options.fuse), {compilation.description, compilation.entrySymbol, std::move(*object)});
    runtime::log(runtime::LogChannel::Cache, "disk: stored @" + name + " in " + implementation->cache.getDirectory());
  }
  return executable;
}

std::shared_ptr<const execution::Executable> Compiler::loadFromDisk(StringRef cacheKey, bool fuse) {
  // With dumps asked for, a hit would have nothing to show.
  if (cacheKey.empty() || !implementation->cache.isEnabled() || !implementation->options.dumpDirectory.empty())
    return nullptr;
  Stopwatch watch;
  auto cached = implementation->cache.load(fullKey(cacheKey, fuse));
  if (!cached) {
    runtime::log(runtime::LogChannel::Cache, "disk: miss in " + implementation->cache.getDirectory());
    return nullptr;
  }
  watch.lap("read");
  auto executable = [&]() -> Expected<std::shared_ptr<const execution::Executable>> {
    auto jit = implementation->getJit();
    if (!jit)
      return jit.takeError();
    if (Error error = implementation->routines.provide(**jit, cached->description.routines))
      return std::move(error);
    return link(*jit, cached->object, cached->entrySymbol, cached->description);
  }();
  if (!executable) {
    runtime::warnOnce("kernel cache: " + llvm::toString(executable.takeError()) + "; compiling again");
    return nullptr;
  }
  watch.lap("link");
  if (runtime::logEnabled(runtime::LogChannel::Cache))
    runtime::log(runtime::LogChannel::Cache, llvm::formatv("disk: hit for @{0}, {1}, {2} kernels", cached->entrySymbol, watch.str(),
                                                           cached->description.kernels));
  return *executable;
}

Expected<std::string> Compiler::emit(ModuleOp module, StringRef function, EmitKind kind, const CompileOptions &options,
                                     execution::Executable *description, std::string *entrySymbol) {
  std::string name = function.str();
  if (kind == EmitKind::Mlir) {
    DiagnosticCollector diagnostics(module.getContext());
    if (!findFunction(module, name) || failed(optimizeGraph(module, name)))
      return diagnostics.takeError("the compile pipeline failed");
    return print(module);
  }
  auto jit = implementation->getJit();
  if (!jit)
    return jit.takeError();
  Dump dump(implementation->options.dumpDirectory, name);
  Compilation compilation;
  if (Error error = lower(module, name, options, kind == EmitKind::Kernels, /*sharesRoutines=*/false, jit->get(), dump, compilation))
    return std::move(error);
  if (description)
    *description = compilation.description;
  switch (kind) {
  case EmitKind::Mlir:
  case EmitKind::Kernels:
    return print(module);
  case EmitKind::Llvm:
    return print(*compilation.module);
  case EmitKind::Assembly:
    return (*jit)->emitAssembly(*compilation.module);
  case EmitKind::Object:
    break;
  }
  compilation.entrySymbol = renameForLinking(*compilation.module, compilation.entrySymbol, name);
  if (entrySymbol)
    *entrySymbol = compilation.entrySymbol;
  auto object = (*jit)->emitObject(*compilation.module);
  if (!object)
    return object.takeError();
  return std::string(object->begin(), object->end());
}

} // namespace cotan::driver
