//===- cotan.cpp - the command-line compiler ------------------------------===//
//
// cotan run | grad | compile | check over .mlir files. A failure prints `error: ...` on standard error and exits with 1.
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Session.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/thread.h"

using namespace cotan::tool;
using llvm::StringRef;

static llvm::ArrayRef<const Subcommand *> subcommands() {
  static const Subcommand *const list[] = {&runSubcommand(), &gradSubcommand(), &compileSubcommand(), &checkSubcommand()};
  return list;
}

static void printUsage(llvm::raw_ostream &out) {
  out << "usage: cotan SUBCOMMAND FILE.mlir [options]\n\n"
         "Differentiates and compiles tensor programs in the cotan dialect.\n\nsubcommands:\n";
  for (const Subcommand *subcommand : subcommands())
    out << "  " << llvm::left_justify(subcommand->name, 10) << subcommand->summary << "\n";
  out << "\ncotan SUBCOMMAND --help shows options and examples.\n\n"
         "environment:\n"
         "  COTAN_LOGS=compiles,recompiles,fusion,cache   explain on standard error what happens\n"
         "  COTAN_DUMP_TO=DIR                             write every stage of every compile\n"
         "  COTAN_CACHE_DIR=DIR                           where compiled code is kept; empty: nowhere\n"
         "  COTAN_VECTOR_BITS=128|256|512                 use no wider vectors\n"
         "  COTAN_GUARD=1                                 every buffer of a call against a guard page\n";
}

static int fail(const llvm::Twine &message) {
  llvm::outs().flush();
  llvm::errs() << "error: " << message << "\n";
  return 1;
}

static int runTool(llvm::ArrayRef<const char *> words) {
  if (words.empty()) {
    printUsage(llvm::errs());
    return 1;
  }
  StringRef name = words[0];
  if (name == "--help" || name == "-h" || name == "help") {
    printUsage(llvm::outs());
    return 0;
  }
  if (name == "--version") {
    llvm::outs() << "cotan " COTAN_VERSION " (LLVM " COTAN_LLVM_VERSION ")\n";
    return 0;
  }
  for (const Subcommand *subcommand : subcommands()) {
    if (subcommand->name != name)
      continue;
    words = words.drop_front();
    for (StringRef word : words)
      if (word == "--help" || word == "-h") {
        llvm::outs() << helpText(*subcommand);
        return 0;
      }
    auto arguments = Arguments::parse(*subcommand, words);
    if (!arguments)
      return fail(llvm::toString(arguments.takeError()));
    if (llvm::Error error = subcommand->run(*arguments))
      return fail(llvm::toString(std::move(error)));
    return 0;
  }
  return fail("unknown subcommand '" + name + "'; see cotan --help");
}

int main(int argc, char **argv) {
  // MLIR's parser and printer recurse on nested types, attributes and regions; what they accept must not exhaust the stack.
  constexpr unsigned stackBytes = 512u << 20;
  int status = 1;
  llvm::thread worker(std::optional<unsigned>(stackBytes), [&] { status = runTool(llvm::ArrayRef(argv, argc).drop_front()); });
  worker.join();
  llvm::outs().flush();
  return status;
}
