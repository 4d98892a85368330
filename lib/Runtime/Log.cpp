//===- Log.cpp - messages about what Cotan does ---------------------------===//

#include "cotan-compiler/Runtime/Log.h"
#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string_view>

namespace cotan::runtime {

static constexpr std::array<std::string_view, 4> channelNames = {"compiles", "recompiles", "fusion", "cache"};

static unsigned parseChannels() {
  const char *text = std::getenv("COTAN_LOGS");
  std::string_view rest = text ? text : "";
  unsigned mask = 0;
  while (!rest.empty()) {
    size_t comma = rest.find(',');
    std::string_view name = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    bool known = name.empty() || name == "all";
    if (name == "all")
      mask = ~0u;
    for (size_t i = 0; i < channelNames.size(); ++i)
      if (name == channelNames[i]) {
        mask |= 1u << i;
        known = true;
      }
    if (!known)
      warnOnce("COTAN_LOGS: unknown channel '" + std::string(name) + "' (known: compiles, recompiles, fusion, cache, all)");
  }
  return mask;
}

bool logEnabled(LogChannel channel) {
  static const unsigned mask = parseChannels();
  return mask >> static_cast<unsigned>(channel) & 1;
}

void log(LogChannel channel, const std::string &message) {
  if (!logEnabled(channel))
    return;
  // One call, so that lines of several threads do not mix.
  std::string line = "[" + std::string(channelNames[static_cast<unsigned>(channel)]) + "] " + message + "\n";
  std::fputs(line.c_str(), stderr);
}

void warnOnce(const std::string &message) {
  // Never destroyed: warnings may come while static objects die.
  static std::mutex &mutex = *new std::mutex;
  static std::set<std::string> &seen = *new std::set<std::string>;
  std::lock_guard lock(mutex);
  if (seen.insert(message).second)
    std::fputs(("cotan: warning: " + message + "\n").c_str(), stderr);
}

} // namespace cotan::runtime
