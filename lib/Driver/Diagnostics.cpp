//===- Diagnostics.cpp - MLIR's diagnostics as text -----------------------===//

#include "cotan-compiler/Driver/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace cotan::driver {

std::string formatLocation(Location location) {
  std::string text;
  if (auto file = location->findInstanceOf<FileLineColLoc>()) {
    llvm::raw_string_ostream stream(text);
    stream << file.getFilename().getValue();
    if (file.getLine()) // a module made of a whole file has none
      stream << ':' << file.getLine() << ':' << file.getColumn();
  }
  return text;
}

static std::string format(Diagnostic &diagnostic) {
  std::string location = formatLocation(diagnostic.getLocation());
  return (location.empty() ? "" : location + ": ") + diagnostic.str();
}

DiagnosticCollector::DiagnosticCollector(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error) {
          bool warning = diagnostic.getSeverity() == DiagnosticSeverity::Warning;
          llvm::errs() << (warning ? "warning: " : "remark: ") << format(diagnostic) << "\n";
          return success();
        }
        text += (text.empty() ? "" : "\n") + format(diagnostic);
        for (Diagnostic &note : diagnostic.getNotes())
          text += "\n  note: " + format(note);
        return success();
      }) {}

llvm::Error DiagnosticCollector::takeError(llvm::StringRef fallback) {
  std::string message = text.empty() ? fallback.str() : std::exchange(text, "");
  return llvm::createStringError(message);
}

/// Where brackets nest deeper than `limit`, outside strings and comments, or npos. The parser recurses on each.
static size_t findTooDeep(llvm::StringRef text, int limit) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i)
        if (text[i] == '\\')
          ++i;
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '/') {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '(' || c == '[' || c == '{' || (c == '<' && !text.substr(i).starts_with("<-"))) {
      if (++depth > limit)
        return i;
    } else if (c == ')' || c == ']' || c == '}' || (c == '>' && i && text[i - 1] != '-' && text[i - 1] != '=')) {
      depth -= depth > 0;
    }
  }
  return llvm::StringRef::npos;
}

llvm::Expected<OwningOpRef<ModuleOp>> parseModule(llvm::StringRef text, llvm::StringRef name, MLIRContext *context) {
  if (text.starts_with("ML\xefR"))
    return llvm::createStringError(name + ": expected MLIR text, got bytecode");
  if (size_t position = findTooDeep(text, 1000); position != llvm::StringRef::npos)
    return llvm::createStringError(llvm::Twine(name) + ":" + llvm::Twine(text.take_front(position).count('\n') + 1) +
                                   ": nested more than 1000 brackets deep");
  DiagnosticCollector diagnostics(context);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, name), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, ParserConfig(context));
  if (!module)
    return diagnostics.takeError(name.str() + ": not a module");
  return module;
}

} // namespace cotan::driver
