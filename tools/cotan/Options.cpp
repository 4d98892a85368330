//===- Options.cpp - the tool's command line ------------------------------===//

#include "Options.h"
#include "llvm/ADT/STLExtras.h"

using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;

namespace cotan::tool {

Expected<Arguments> Arguments::parse(const Subcommand &subcommand, llvm::ArrayRef<const char *> words) {
  Arguments arguments;
  auto hint = [&] { return "; see cotan " + subcommand.name.str() + " --help"; };
  for (size_t i = 0; i < words.size(); ++i) {
    StringRef word = words[i];
    if (word == "-" || !word.starts_with("-")) {
      if (!arguments.positional.empty())
        return createStringError("expected one file, got '" + arguments.positional + "' and '" + word.str() + "'");
      arguments.positional = word.str();
      continue;
    }
    auto [name, value] = word.ltrim('-').split('=');
    bool hasValue = word.contains('=');
    auto spec = llvm::find_if(subcommand.options, [&](const OptionSpec &option) { return option.name == name; });
    if (spec == subcommand.options.end())
      return createStringError("unknown option '" + word.split('=').first.str() + "'" + hint());
    if (spec->value.empty() && hasValue)
      return createStringError("option --" + name.str() + " takes no value");
    if (!spec->value.empty() && !hasValue) {
      if (i + 1 == words.size())
        return createStringError("option --" + name.str() + " needs a value: " + spec->value.str());
      value = words[++i];
    }
    arguments.options.emplace_back(name.str(), value.str());
  }
  if (arguments.positional.empty())
    return createStringError("expected a file (- reads standard input)" + hint());
  return arguments;
}

std::optional<std::string> Arguments::get(StringRef name) const {
  for (const auto &[key, value] : llvm::reverse(options))
    if (key == name)
      return value;
  return std::nullopt;
}

std::vector<std::string> Arguments::all(StringRef name) const {
  std::vector<std::string> values;
  for (const auto &[key, value] : options)
    if (key == name)
      values.push_back(value);
  return values;
}

std::string helpText(const Subcommand &subcommand) {
  std::string text = "usage: cotan " + subcommand.name.str() + " FILE.mlir [options]   (FILE - reads standard input)\n\n";
  text += subcommand.description.str() + "\n\noptions:\n";
  for (const OptionSpec &option : subcommand.options) {
    std::string left = (option.name.size() == 1 ? "  -" : "  --") + option.name.str();
    if (!option.value.empty())
      left += (option.name.size() == 1 ? " " : "=") + option.value.str();
    left.resize(std::max<size_t>(left.size() + 2, 30), ' ');
    text += left + option.help.str() + "\n";
  }
  text += "  --help                      this text\n\nexamples:\n" + subcommand.examples.str();
  return text;
}

} // namespace cotan::tool
