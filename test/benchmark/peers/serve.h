//===- serve.h - the protocol loop of the C++ peers -------------*- C++ -*-===//
//
// A peer gives `serve` its name, its version and a maker: from a request (a workload's id, case, pass, dtype and inputs) it makes a program, or
// throws Absent where it has no such workload. The loop reads the inputs, times with steady_clock and writes results, as README.md tells.
// What a library prints on standard output goes to standard error.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_BENCHMARK_PEERS_SERVE_H
#define COTAN_BENCHMARK_PEERS_SERVE_H

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <time.h>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

namespace peer {

/// The peer has no such workload: answered by `absent`.
struct Absent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <typename T> constexpr const char *dtypeName() {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, int64_t>);
  return std::is_same_v<T, float> ? "f32" : std::is_same_v<T, double> ? "f64" : "i64";
}

/// Memory for an array, on cache lines of its own. A large one gets huge pages as the arrays of the other peers do, whose allocators ask for them.
inline std::shared_ptr<void> allocate(size_t bytes) {
  constexpr size_t kHugePage = size_t(1) << 21;
  size_t alignment = bytes >= kHugePage ? kHugePage : 64;
  size_t rounded = (bytes + alignment) / alignment * alignment;
  void *memory = std::aligned_alloc(alignment, rounded);
  if (!memory)
    throw std::bad_alloc();
  if (alignment == kHugePage)
    madvise(memory, rounded, MADV_HUGEPAGE); // A kernel without them refuses, and the array stays on small pages.
  return {memory, std::free};
}

/// A dense row-major array; copies share the elements.
class Array {
public:
  Array() = default;
  Array(std::string dtype, std::vector<int64_t> shape) : itsDtype(std::move(dtype)), itsShape(std::move(shape)) {
    if (itsDtype != "f32" && itsDtype != "f64" && itsDtype != "i64")
      throw std::runtime_error("unknown dtype '" + itsDtype + "'");
    elements = allocate(bytes());
  }

  const std::string &dtype() const { return itsDtype; }
  const std::vector<int64_t> &shape() const { return itsShape; }
  size_t size() const {
    return size_t(std::accumulate(itsShape.begin(), itsShape.end(), int64_t(1), std::multiplies<>()));
  }
  size_t bytes() const { return size() * (itsDtype == "f32" ? 4 : 8); }
  void *raw() const { return elements.get(); }
  template <typename T> T *data() const {
    if (itsDtype != dtypeName<T>())
      throw std::runtime_error("expected elements of " + std::string(dtypeName<T>()) + ", got " + itsDtype);
    return static_cast<T *>(elements.get());
  }

private:
  std::string itsDtype;
  std::vector<int64_t> itsShape;
  std::shared_ptr<void> elements;
};

template <typename T> Array makeArray(std::vector<int64_t> shape) { return Array(dtypeName<T>(), std::move(shape)); }

struct Request {
  std::string id, caseName, pass, dtype, outputs;
  int threads = 1;
  std::map<std::string, double> parameters;
  std::vector<std::pair<std::string, Array>> inputs; ///< in the host's order

  const Array &input(const std::string &name) const {
    for (auto &[given, value] : inputs)
      if (given == name)
        return value;
    throw std::runtime_error("no input '" + name + "'");
  }
  double parameter(const std::string &name) const {
    auto found = parameters.find(name);
    return found != parameters.end() ? found->second : throw std::runtime_error("no parameter '" + name + "'");
  }
  bool caseHas(const char *part) const { return caseName.find(part) != std::string::npos; }
};

using Results = std::vector<std::pair<std::string, Array>>;

/// `call` does the work; `results` gives what the last call computed.
struct Program {
  std::function<void()> call;
  std::function<Results()> results;
};

using Maker = std::function<Program(const Request &)>;

namespace detail {

inline Array readArray(std::istringstream &words) {
  std::string dtype, path;
  size_t rank = 0;
  words >> dtype >> rank;
  std::vector<int64_t> shape(rank);
  for (int64_t &extent : shape)
    words >> extent;
  words >> path;
  if (!words)
    throw std::runtime_error("malformed line 'input'");
  Array array(dtype, shape);
  std::ifstream file(path, std::ios::binary);
  file.read(static_cast<char *>(array.raw()), std::streamsize(array.bytes()));
  if (!file)
    throw std::runtime_error("'" + path + "' holds fewer elements than its shape says");
  return array;
}

inline void readLine(const std::string &line, Request &request) {
  std::istringstream words(line);
  std::string key, name;
  words >> key >> std::ws;
  if (key == "id")
    words >> request.id;
  else if (key == "case")
    std::getline(words, request.caseName);
  else if (key == "pass")
    words >> request.pass;
  else if (key == "dtype")
    words >> request.dtype;
  else if (key == "threads")
    words >> request.threads;
  else if (key == "parameter" && words >> name)
    words >> request.parameters[name];
  else if (key == "input" && words >> name)
    request.inputs.push_back({name, readArray(words)});
  else if (key == "outputs")
    std::getline(words, request.outputs);
  else
    throw std::runtime_error("unknown line '" + key + "'");
}

/// All lines up to `end` are read even where one is refused: the host has said them.
inline Request readRequest(std::istream &host) {
  Request request;
  std::string refused;
  for (std::string line; std::getline(host, line) && line != "end";) {
    try {
      readLine(line, request);
    } catch (const std::exception &error) {
      refused = error.what();
    }
  }
  if (!refused.empty())
    throw std::runtime_error(refused);
  return request;
}

inline std::string writeResults(const Results &results, const std::string &folder) {
  std::ostringstream lines;
  for (auto &[name, array] : results) {
    std::string path = folder + "/out_" + name;
    std::ofstream file(path, std::ios::binary);
    file.write(static_cast<const char *>(array.raw()), std::streamsize(array.bytes()));
    if (!file.flush())
      throw std::runtime_error("cannot write '" + path + "'");
    lines << "output " << name << " " << array.dtype() << " " << array.shape().size();
    for (int64_t extent : array.shape())
      lines << " " << extent;
    lines << " " << path << "\n";
  }
  return lines.str();
}

inline std::string oneLine(std::string text) {
  for (char &c : text)
    if (c == '\n' || c == '\r')
      c = ' ';
  return text;
}

inline double seconds(const std::function<void()> &work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The seconds of `calls` calls, after others off the clock: the other implementations' turns emptied the caches.
inline double secondsOfCalls(const Program &program, int64_t warming, int64_t calls) {
  for (int64_t i = 0; i < warming; ++i)
    program.call();
  return seconds([&] {
    for (int64_t i = 0; i < calls; ++i)
      program.call();
  });
}

inline double processorSeconds() {
  timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return double(used.tv_sec) + 1e-9 * double(used.tv_nsec);
}

/// Thread pools spin for some milliseconds after the work is done; the next implementation's turn must not pay for that.
inline void waitForIdlePool() {
  for (auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(100); std::chrono::steady_clock::now() < limit;) {
    double used = processorSeconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (processorSeconds() - used < 0.0003)
      return;
  }
}

/// The answer to `prepare`. `program` stays empty when there is none.
inline std::string prepare(std::istream &host, const Maker &maker, Program &program) {
  program = {};
  try {
    Request request = readRequest(host);
    std::ostringstream answer;
    answer.precision(9);
    answer << "ready " << seconds([&] {
      program = maker(request);
      program.call();
    }) << "\n";
    answer << writeResults(program.results(), request.outputs) << "end\n";
    return answer.str();
  } catch (const Absent &absent) {
    program = {};
    return "absent " + oneLine(absent.what()) + "\n";
  } catch (const std::exception &error) {
    program = {};
    return "failed " + oneLine(error.what()) + "\n";
  }
}

} // namespace detail

/// The number of threads the host wants a peer to start with.
inline int threadsFromHost() {
  const char *given = std::getenv("COTAN_PEER_THREADS");
  return given ? std::max(1, std::atoi(given)) : 1;
}

/// Answers the host until it says `quit` or ends its stream; returns main's status.
inline int serve(const std::string &name, const std::string &version, const Maker &maker) {
  std::FILE *host = fdopen(dup(1), "w");
  if (!host || dup2(2, 1) < 0)
    return 1;
  auto answer = [host](const std::string &text) {
    if (threadsFromHost() > 1)
      detail::waitForIdlePool();
    std::fputs(text.c_str(), host);
    std::fflush(host);
  };
  answer("peer " + name + " " + version + "\n");
  Program program;
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    std::istringstream words(line);
    std::string word;
    int64_t warming = 0, calls = 0;
    words >> word;
    if (word == "prepare") {
      answer(detail::prepare(std::cin, maker, program));
    } else if (word == "time" && words >> warming >> calls && program.call) {
      std::ostringstream text;
      text.precision(9);
      text << "took " << detail::secondsOfCalls(program, warming, calls) << "\n";
      answer(text.str());
    } else {
      answer("failed unexpected line '" + line + "'\n");
    }
  }
  return 0;
}

} // namespace peer

#endif // COTAN_BENCHMARK_PEERS_SERVE_H
