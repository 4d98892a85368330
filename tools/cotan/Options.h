//===- Options.h - the tool's command line --------------------------------===//
//
// A small parser of its own: LLVM's option registry is process-wide, and linking LLVM's library fills it with hundreds of LLVM's
// options, which --help would show.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_COTAN_OPTIONS_H
#define COTAN_TOOLS_COTAN_OPTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace cotan::tool {

/// One option of a subcommand. `value` is empty for a flag, else what stands for its value in the help.
struct OptionSpec {
  llvm::StringRef name, value, help;
};

struct Subcommand;

/// The arguments of a subcommand, in order; option names without dashes.
class Arguments {
public:
  /// `--name=value`, `--name value`, `-o value`; one positional argument.
  static llvm::Expected<Arguments> parse(const Subcommand &subcommand, llvm::ArrayRef<const char *> words);

  const std::string &file() const { return positional; }
  bool has(llvm::StringRef name) const { return get(name).has_value(); }
  std::optional<std::string> get(llvm::StringRef name) const; ///< the last
  std::vector<std::string> all(llvm::StringRef name) const;

private:
  std::string positional;
  std::vector<std::pair<std::string, std::string>> options;
};

struct Subcommand {
  llvm::StringRef name, summary, description;
  std::vector<OptionSpec> options;
  llvm::StringRef examples;
  llvm::Error (*run)(const Arguments &arguments);
};

std::string helpText(const Subcommand &subcommand);

} // namespace cotan::tool

#endif // COTAN_TOOLS_COTAN_OPTIONS_H
