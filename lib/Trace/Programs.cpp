//===- Programs.cpp - compiled programs by key ----------------------------===//

#include "Programs.h"
#include "Lowering.h"
#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Runtime/Log.h"
#include <cstdio>
#include <string_view>

using cotan::runtime::LogChannel;

namespace cotan::tracing {

ProgramCache::ProgramCache() = default;
ProgramCache::~ProgramCache() = default;

static std::string locationText(std::source_location where) {
  return where.line() ? std::string(where.file_name()) + ":" + std::to_string(where.line()) : std::string("an unknown line");
}

static std::string hexKey(const ProgramKey &key) {
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(key.low), static_cast<unsigned long long>(key.high));
  return text;
}

const execution::Executable &ProgramCache::lookup(const Walk &walk) {
  if (threadState().recording) [[unlikely]]
    return lookupProfiling(walk);
  auto found = programs.find(walk.key);
  if (found != programs.end()) [[likely]] {
    if (runtime::logEnabled(LogChannel::Cache))
      runtime::log(LogChannel::Cache, "hit in memory for " + std::to_string(walk.nodes.size()) + " nodes at " + locationText(here()));
    return *found->second;
  }
  return *programs.emplace(walk.key, compile(walk)).first->second;
}

const execution::Executable &ProgramCache::lookupProfiling(const Walk &walk) {
  auto found = profiling.find(walk.key);
  if (found != profiling.end())
    return *found->second;
  driver::CompileOptions options;
  options.profile = true;
  return *profiling.emplace(walk.key, build(walk, options)).first->second;
}

/// Says how a program whose structure was compiled before differs from the last one.
void ProgramCache::explain(const Walk &walk) {
  if (!runtime::logEnabled(LogChannel::Recompiles))
    return;
  uint64_t structure = walk.outputs.size();
  for (const Node *node : walk.nodes)
    structure = mixHash(structure, uint64_t(node->kind));
  std::vector<std::string> types;
  for (const Node *input : walk.inputs)
    types.push_back(name(input->dtype) + shapeText(input->shape->ref()));
  auto [entry, inserted] = signatures.try_emplace(structure, types);
  if (inserted)
    return;
  std::string reason = "outputs or static attributes differ";
  for (size_t i = 0; i < types.size() && i < entry->second.size(); ++i) {
    if (types[i] != entry->second[i]) {
      reason = "input " + std::to_string(i) + " was " + entry->second[i] + ", is " + types[i];
      break;
    }
  }
  entry->second = std::move(types);
  runtime::log(LogChannel::Recompiles, "at " + locationText(here()) + ", trace from " + locationText(walk.nodes.front()->where) + ": " + reason);
}

std::shared_ptr<const execution::Executable> ProgramCache::compile(const Walk &walk) {
  Context &context = Context::get();
  explain(walk);
  if (!compiler)
    compiler = std::make_unique<driver::Compiler>();
  driver::CompileOptions options;
  options.cacheKey = hexKey(walk.key);
  if (auto stored = compiler->loadFromDisk(options.cacheKey)) {
    ++context.diskHits;
    if (runtime::logEnabled(LogChannel::Cache))
      runtime::log(LogChannel::Cache, "hit on disk, key " + options.cacheKey + ", at " + locationText(here()));
    return stored;
  }
  if (runtime::logEnabled(LogChannel::Cache))
    runtime::log(LogChannel::Cache, "miss, key " + options.cacheKey + ", at " + locationText(here()) + ", trace from " +
                                        locationText(walk.nodes.front()->where));
  return build(walk, options);
}

std::shared_ptr<const execution::Executable> ProgramCache::build(const Walk &walk, const driver::CompileOptions &options) {
  if (!compiler)
    compiler = std::make_unique<driver::Compiler>();
  ++Context::get().compiles;
  mlir::OwningOpRef<mlir::ModuleOp> module = lowerTrace(walk, compiler->getContext());
  auto compiled = compiler->compile(*module, traceFunctionName, options);
  if (!compiled)
    throw CompileError(llvm::toString(compiled.takeError()), here());
  return std::move(*compiled);
}

} // namespace cotan::tracing
