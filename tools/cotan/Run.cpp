//===- Run.cpp - cotan run ------------------------------------------------===//

#include "Session.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using llvm::Error;
using llvm::Expected;

namespace cotan::tool {

/// Everything that decides what is compiled: the file's text and the choice of function.
static std::string cacheKey(const Arguments &arguments, llvm::StringRef text) {
  llvm::SHA256 hash;
  hash.update(arguments.get("function").value_or(""));
  hash.update(llvm::StringRef("\0", 1));
  hash.update(text);
  return "cotan run " + llvm::toHex(hash.final(), /*LowerCase=*/true);
}

static Error run(const Arguments &arguments) {
  auto inputs = readInputs(arguments);
  if (!inputs)
    return inputs.takeError();
  auto text = readSource(arguments);
  if (!text)
    return text.takeError();
  driver::Compiler compiler;
  driver::CompileOptions options;
  options.cacheKey = cacheKey(arguments, *text);
  options.fuse = !arguments.has("no-fuse");
  // A hit goes from the text to machine code; what is stored has been parsed and verified before.
  options.profile = arguments.has("profile");
  auto executable = options.profile ? nullptr : compiler.loadFromDisk(options.cacheKey, options.fuse);
  if (!executable) {
    auto module = parseSource(compiler, arguments, *text);
    if (!module)
      return module.takeError();
    auto function = chooseFunction(**module, arguments);
    if (!function)
      return function.takeError();
    auto compiled = compiler.compile(**module, *function, options);
    if (!compiled)
      return compiled.takeError();
    executable = *compiled;
  }
  return runAndReport(executable, std::move(*inputs), arguments);
}

const Subcommand &runSubcommand() {
  static const Subcommand subcommand = {
      "run",
      "compile a function and call it",
      "Compiles a function of the file for this processor, calls it and prints its results: @main, or the only\n"
      "public function, or the one that --function names.",
      {{"function", "NAME", "the function to run"},
       {"input", "TYPE=VALUES", "the next argument: 2x3xf32=1,2,3,4,5,6 or f32=2.5 (one value fills a tensor),"},
       {"input", "TYPE=@FILE", "from a .npy file; TYPE= may be left out;"},
       {"input", "TYPE=random[:SEED]", "floats in [0.25, 1.75), integers in [0, 8)"},
       {"output", "@FILE", "the next result goes to a .npy file; - prints it"},
       {"quiet", "", "print no results"},
       {"time", "", "print the median time of a call and its kernel launches"},
       {"profile", "", "print a table of the kernels to standard error: time, share, GB/s, GFLOP/s, what is fused"},
       {"no-fuse", "", "one op a kernel; the results have the same bits"}},
      "  cotan run f.mlir --input=3xf32=1,2,3\n"
      "  cotan run f.mlir --function=f --input=2x3xf32=@a.npy --input=f32=2.5 --output=@b.npy\n"
      "  cotan run f.mlir --input=1048576xf32=random --quiet --time\n"
      "  cotan run f.mlir --input=1048576xf32=random --quiet --profile\n"
      "  cat f.mlir | cotan run -\n",
      run};
  return subcommand;
}

} // namespace cotan::tool
