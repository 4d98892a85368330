//===- Log.h - messages about what Cotan does -------------------*- C++ -*-===//
//
// COTAN_LOGS=compiles,recompiles,fusion,cache (or `all`) makes each part explain itself on standard error, one line a message:
// `[compiles] ...`. Ask logEnabled before building a costly message. Warnings are always printed, each text once a process.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_RUNTIME_LOG_H
#define COTAN_COMPILER_RUNTIME_LOG_H

#include <string>

namespace cotan::runtime {

enum class LogChannel : unsigned {
  Compiles,   ///< each compile: what, how long, kernels, bytes
  Recompiles, ///< why a signature seen before was compiled again
  Fusion,     ///< what became one kernel
  Cache,      ///< hits and misses, in memory and on disk
};

/// Whether COTAN_LOGS (read at the first call) names the channel. A load and a test: cheap enough for every call.
bool logEnabled(LogChannel channel);

/// Prints `[channel] message` if the channel is enabled.
void log(LogChannel channel, const std::string &message);

/// Prints `cotan: warning: message` the first time that this text is given.
void warnOnce(const std::string &message);

} // namespace cotan::runtime

#endif // COTAN_COMPILER_RUNTIME_LOG_H
