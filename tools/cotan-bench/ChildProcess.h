//===- ChildProcess.h - a program that is spoken to in lines ----*- C++ -*-===//

#ifndef COTAN_TOOLS_BENCH_CHILD_PROCESS_H
#define COTAN_TOOLS_BENCH_CHILD_PROCESS_H

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace cotan::bench {

/// A started program with pipes to its standard input and from its standard output, bound to the same cores. Its destructor ends it: by closing its input, and if
/// that does not help by a signal.
class ChildProcess {
public:
  /// `command[0]` is looked up in PATH; `folder`: where it starts, empty for here. Throws std::runtime_error when no process can be made.
  ChildProcess(const std::vector<std::string> &command, const std::string &folder,
               const std::vector<std::pair<std::string, std::string>> &environment);
  ~ChildProcess();
  ChildProcess(const ChildProcess &) = delete;
  ChildProcess &operator=(const ChildProcess &) = delete;

  void say(const std::string &text);
  /// The next line without its end. Throws std::runtime_error when the program has ended or says nothing for so long.
  std::string hear(double timeoutSeconds);

  /// Closes the program's input and waits for its end: whether it ended well.
  bool wait();

private:
  void closeInput();
  bool endsWithin(double seconds);

  pid_t process = -1;
  int toChild = -1, fromChild = -1;
  std::string heard; ///< read, but not given out yet
};

} // namespace cotan::bench

#endif // COTAN_TOOLS_BENCH_CHILD_PROCESS_H
