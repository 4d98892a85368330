//===- Compile.cpp - cotan compile ----------------------------------------===//

#include "Session.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace cotan::tool {

static void describeList(llvm::raw_ostream &out, StringRef kind, const std::vector<execution::TensorSpec> &specs) {
  for (auto [index, spec] : llvm::enumerate(specs))
    out << " *   " << kind << "[" << index << "]: " << formatType(spec) << "\n";
}

/// What a C program needs to call the object.
static std::string headerText(StringRef symbol, const execution::Executable &description) {
  std::string guard = StringRef(symbol).upper();
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "/* Made by cotan compile. Dense row-major tensors; bool is one byte. The buffers need the alignment of their elements only,\n"
         " * the workspace that of 64 bytes; outputs must not overlap inputs. Link with -lm.\n"
         " *\n";
  describeList(out, "inputs", description.inputs);
  describeList(out, "outputs", description.outputs);
  out << " */\n#ifndef " << guard << "_H\n#define " << guard << "_H\n\n"
      << "#include <stdint.h>\n#include \"cotan-c/kernel_abi.h\"\n\n"
      << "#if COTAN_KERNEL_ABI_VERSION != " << COTAN_KERNEL_ABI_VERSION << "\n#error \"made for version " << COTAN_KERNEL_ABI_VERSION
      << " of the kernel ABI\"\n#endif\n\n"
      << "#define " << guard << "_WORKSPACE_BYTES " << description.workspaceBytes << "\n\n"
      << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n/* Returns a cotan_status; context: zeroed. */\nint32_t " << symbol
      << "(const void *const *inputs, void *const *outputs, void *workspace, cotan_call_context *context);\n\n"
      << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return text;
}

static Error writeFile(StringRef path, StringRef contents) {
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  if (code)
    return createStringError("cannot write " + path + ": " + code.message());
  stream << contents;
  stream.close();
  if (!stream.has_error())
    return Error::success();
  std::string message = stream.error().message();
  stream.clear_error();
  return createStringError("cannot write " + path + ": " + message);
}

static Error compile(const Arguments &arguments) {
  std::string emit = arguments.get("emit").value_or("obj");
  auto kind = llvm::StringSwitch<std::optional<driver::EmitKind>>(emit)
                  .Case("mlir", driver::EmitKind::Mlir)
                  .Case("kernels", driver::EmitKind::Kernels)
                  .Case("llvm", driver::EmitKind::Llvm)
                  .Case("asm", driver::EmitKind::Assembly)
                  .Case("obj", driver::EmitKind::Object)
                  .Default(std::nullopt);
  if (!kind)
    return createStringError("--emit: expected mlir, kernels, llvm, asm or obj, got '" + emit + "'");
  std::string path = arguments.get("o").value_or("-");
  if (kind == driver::EmitKind::Object && path == "-")
    return createStringError("--emit=obj needs -o FILE.o; FILE.h is written beside it");
  auto text = readSource(arguments);
  if (!text)
    return text.takeError();
  driver::Compiler compiler;
  auto module = parseSource(compiler, arguments, *text);
  if (!module)
    return module.takeError();
  auto function = chooseFunction(**module, arguments);
  if (!function)
    return function.takeError();
  driver::CompileOptions options;
  options.fuse = !arguments.has("no-fuse");
  execution::Executable description;
  std::string symbol;
  auto result = compiler.emit(**module, *function, *kind, options, &description, &symbol);
  if (!result)
    return result.takeError();
  if (kind != driver::EmitKind::Object)
    return writeText(arguments, *result);
  if (Error error = writeFile(path, *result))
    return error;
  llvm::SmallString<128> header(path);
  llvm::sys::path::replace_extension(header, "h");
  return writeFile(header, headerText(symbol, description));
}

const Subcommand &compileSubcommand() {
  static const Subcommand subcommand = {
      "compile",
      "write a stage of a function's compilation",
      "Compiles a function of the file for this processor and writes one stage: the graph with derivatives expanded (mlir), the fusion\n"
      "plan (kernels), optimised LLVM IR (llvm), assembly (asm), or an object file with a C header (obj). The object calls\n"
      "nothing but the C library; its function is cotan_NAME.",
      {{"emit", "STAGE", "mlir, kernels, llvm, asm or obj (default: obj, which needs -o)"},
       {"o", "FILE", "where to; FILE.o and FILE.h for obj (default for the others: standard output)"},
       {"function", "NAME", "the function to compile (default: @main, or the only one)"},
       {"no-fuse", "", "one op a kernel"}},
      "  cotan compile f.mlir --emit=kernels\n"
      "  cotan compile f.mlir --emit=asm | less\n"
      "  cotan compile f.mlir -o f.o && cc -c user.c && cc user.o f.o -lm\n",
      compile};
  return subcommand;
}

} // namespace cotan::tool
