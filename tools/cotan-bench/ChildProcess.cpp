//===- ChildProcess.cpp - a program that is spoken to in lines -------------===//

#include "ChildProcess.h"

#include "Limits.h"
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace cotan::bench {
namespace {

struct Pipe {
  int ends[2];
  Pipe() {
    if (pipe2(ends, O_CLOEXEC))
      throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  }
};

} // namespace

ChildProcess::ChildProcess(const std::vector<std::string> &command, const std::string &folder,
                           const std::vector<std::pair<std::string, std::string>> &environment) {
  Pipe in, out;
  process = fork();
  if (process == 0) {
    dup2(in.ends[0], 0);
    dup2(out.ends[1], 1);
    for (auto &[name, value] : environment)
      setenv(name.c_str(), value.c_str(), 1);
    std::signal(SIGINT, SIG_IGN); // an interrupt at the terminal is sent to both; it is the parent's to end what it started
    if (!folder.empty() && chdir(folder.c_str()))
      _exit(127);
    std::vector<char *> words;
    for (const std::string &word : command)
      words.push_back(const_cast<char *>(word.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  int error = errno;
  close(in.ends[0]);
  close(out.ends[1]);
  toChild = in.ends[1];
  fromChild = out.ends[0];
  if (process < 0) {
    close(toChild);
    close(fromChild);
    throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(error));
  }
}

ChildProcess::~ChildProcess() {
  closeInput(); // which asks it to end
  if (process > 0 && !endsWithin(2)) {
    kill(process, SIGTERM);
    if (!endsWithin(1)) {
      kill(process, SIGKILL);
      waitpid(process, nullptr, 0);
    }
  }
  close(fromChild);
}

bool ChildProcess::endsWithin(double seconds) {
  for (double deadline = now() + seconds; waitpid(process, nullptr, WNOHANG) == 0; usleep(10'000))
    if (now() > deadline)
      return false;
  return true;
}

void ChildProcess::closeInput() {
  if (toChild >= 0)
    close(toChild);
  toChild = -1;
}

void ChildProcess::say(const std::string &text) {
  for (size_t done = 0; done < text.size();) {
    ssize_t count = write(toChild, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR)
      throw std::runtime_error("the process has ended");
    done += count > 0 ? size_t(count) : 0;
  }
}

std::string ChildProcess::hear(double timeoutSeconds) {
  double deadline = now() + timeoutSeconds;
  for (;;) {
    if (size_t end = heard.find('\n'); end != std::string::npos) {
      std::string line = heard.substr(0, end);
      heard.erase(0, end + 1);
      return line;
    }
    pollfd wanted{fromChild, POLLIN, 0};
    int left = int((deadline - now()) * 1e3);
    int ready = left > 0 ? poll(&wanted, 1, left) : 0;
    if (ready < 0 && errno == EINTR)
      continue; // `read` would be restarted, and wait beyond the deadline
    if (ready == 0)
      throw std::runtime_error("the process said nothing for " + std::to_string(int(timeoutSeconds)) + " s");
    char buffer[4096];
    ssize_t count = read(fromChild, buffer, sizeof(buffer));
    if (count == 0)
      throw std::runtime_error("the process has ended");
    if (count > 0)
      heard.append(buffer, size_t(count));
  }
}

bool ChildProcess::wait() {
  closeInput();
  int status = 0;
  bool waited = waitpid(process, &status, 0) == process;
  process = -1;
  return waited && status == 0;
}

} // namespace cotan::bench
