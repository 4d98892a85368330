//===- Session.h - what the subcommands share -----------------------------===//

#ifndef COTAN_TOOLS_COTAN_SESSION_H
#define COTAN_TOOLS_COTAN_SESSION_H

#include "Options.h"
#include "Value.h"
#include "cotan-compiler/Driver/Compiler.h"
#include "cotan-compiler/Execution/Recording.h"
#include "mlir/IR/OwningOpRef.h"

namespace cotan::tool {

/// The text of the file that the arguments name, or of standard input.
llvm::Expected<std::string> readSource(const Arguments &arguments);

/// The module of `text`, verified.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> parseSource(driver::Compiler &compiler, const Arguments &arguments, llvm::StringRef text);

/// --function, else @main, else the only public function.
llvm::Expected<std::string> chooseFunction(mlir::ModuleOp module, const Arguments &arguments);

/// The values of --input options, checked against what the function takes.
llvm::Expected<std::vector<Value>> readInputs(const Arguments &arguments);
llvm::Error checkInputs(llvm::StringRef subject, const std::vector<execution::TensorSpec> &specs, const std::vector<Value> &inputs);

/// Outputs and workspace for any number of calls.
class Call {
public:
  static llvm::Expected<Call> create(std::shared_ptr<const execution::Executable> executable);
  /// One call; an error if it reports one.
  llvm::Error operator()(llvm::ArrayRef<Value> inputs);
  std::vector<Value> outputs;
  int64_t launches = 0; ///< of the last call
  std::unique_ptr<execution::Recording> recording; ///< to be set when the executable is of the profiling form

private:
  std::shared_ptr<const execution::Executable> executable;
  std::shared_ptr<void> workspace;
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
};

/// Calls, prints or writes the results as --output says, and with --time or --profile prints what the calls take.
llvm::Error runAndReport(std::shared_ptr<const execution::Executable> executable, std::vector<Value> inputs, const Arguments &arguments);

/// To standard output, or to the file named by -o.
llvm::Error writeText(const Arguments &arguments, llvm::StringRef text);

/// Comma-separated numbers.
llvm::Expected<std::vector<int64_t>> parseList(llvm::StringRef option, llvm::StringRef text);

const Subcommand &runSubcommand();
const Subcommand &gradSubcommand();
const Subcommand &compileSubcommand();
const Subcommand &checkSubcommand();

} // namespace cotan::tool

#endif // COTAN_TOOLS_COTAN_SESSION_H
