//===- Grad.cpp - cotan grad ----------------------------------------------===//

#include "Session.h"
#include "cotan-compiler/Autodiff/Gradient.h"
#include "cotan-compiler/Driver/Diagnostics.h"

using llvm::Error;
using llvm::Expected;

namespace cotan::tool {

static Error grad(const Arguments &arguments) {
  auto inputs = readInputs(arguments);
  if (!inputs)
    return inputs.takeError();
  std::vector<int64_t> wrt;
  if (auto list = arguments.get("wrt")) {
    auto parsed = parseList("wrt", *list);
    if (!parsed)
      return parsed.takeError();
    wrt = std::move(*parsed);
  }
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
  std::string gradient;
  {
    driver::DiagnosticCollector diagnostics(&compiler.getContext());
    auto created = autodiff::createGradFunction(**module, *function, wrt);
    if (mlir::failed(created))
      return diagnostics.takeError("no gradient function can be made of @" + *function);
    gradient = created->getName().str();
  }
  if (inputs->empty()) {
    auto expanded = compiler.emit(**module, gradient, driver::EmitKind::Mlir);
    return expanded ? writeText(arguments, *expanded) : expanded.takeError();
  }
  auto executable = compiler.compile(**module, gradient);
  if (!executable)
    return executable.takeError();
  return runAndReport(*executable, std::move(*inputs), arguments);
}

const Subcommand &gradSubcommand() {
  static const Subcommand subcommand = {
      "grad",
      "print or run a function's adjoint",
      "Writes the function @NAME_grad: the results of @NAME, then the gradient of each argument in --wrt. If @NAME has one\n"
      "result and that is a 0-d float tensor, its cotangent is 1; otherwise a cotangent for each float result follows the\n"
      "arguments. With --input the function is called instead, as by cotan run.",
      {{"function", "NAME", "the function to differentiate (default: @main, or the only one)"},
       {"wrt", "0,1,...", "the arguments to differentiate by (default: all of floating point)"},
       {"o", "FILE", "write the adjoint to a file"},
       {"input", "TYPE=VALUES", "call the adjoint: the next argument, as for cotan run"},
       {"output", "@FILE", "the next result goes to a .npy file; - prints it"},
       {"quiet", "", "print no results"},
       {"time", "", "print the median time of a call and its kernel launches"}},
      "  cotan grad f.mlir\n"
      "  cotan grad f.mlir --function=loss --wrt=0,1 -o loss_grad.mlir\n"
      "  cotan grad f.mlir --wrt=0 --input=3xf32=1,2,3\n",
      grad};
  return subcommand;
}

} // namespace cotan::tool
