//===- Peer.cpp - another library, in a process of its own -----------------===//

#include "Peer.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace cotan::bench {
namespace {

const char *dtypeName(ScalarType type) {
  return type == kFloat ? "f32" : type == kDouble ? "f64" : type == kLong ? "i64" : throw std::logic_error("a dtype peers are not given");
}

template <typename T> void writeElements(const Tensor &tensor, const std::string &path) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char *>(tensor.data_ptr<T>()), std::streamsize(size_t(tensor.numel()) * sizeof(T)));
  if (!file.flush())
    throw std::runtime_error("cannot write '" + path + "'");
}

void writeFile(const Tensor &tensor, const std::string &path) {
  if (tensor.dtype() == kFloat)
    writeElements<float>(tensor, path);
  else if (tensor.dtype() == kDouble)
    writeElements<double>(tensor, path);
  else
    writeElements<int64_t>(tensor, path);
}

template <typename T> Tensor readElements(const std::string &path, const std::vector<int64_t> &shape, ScalarType dtype) {
  size_t count = 1;
  for (int64_t extent : shape)
    count *= size_t(extent);
  std::vector<T> values(count);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char *>(values.data()), std::streamsize(count * sizeof(T)));
  if (!file)
    throw std::runtime_error("'" + path + "' holds fewer elements than its shape says");
  return cotan::tensor(values, dtype).reshape(shape).eval();
}

/// DTYPE RANK EXTENT... FILE, after the name.
Tensor readResult(std::istringstream &words) {
  std::string dtype, path;
  size_t rank = 0;
  words >> dtype >> rank;
  std::vector<int64_t> shape(rank);
  for (int64_t &extent : shape)
    words >> extent;
  words >> path;
  if (!words)
    throw std::runtime_error("malformed line 'output'");
  return dtype == "f32" ? readElements<float>(path, shape, kFloat) : dtype == "f64" ? readElements<double>(path, shape, kDouble) : readElements<int64_t>(path, shape, kLong);
}

} // namespace

Peer::Peer(std::string name, const std::vector<std::string> &command, const std::string &treeOf, int threads) : itsName(std::move(name)), threads(threads) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
    throw std::runtime_error("cannot make a pipe");
  process = fork();
  if (process < 0)
    throw std::runtime_error("cannot start a process");
  if (process == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    std::string count = std::to_string(threads);
    for (const char *variable : {"COTAN_PEER_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"})
      setenv(variable, count.c_str(), 1);
    // A peer that spins between its turns would slow the others.
    setenv("OMP_WAIT_POLICY", "PASSIVE", 1);
    if (chdir(treeOf.c_str()))
      _exit(127);
    std::vector<char *> words;
    for (const std::string &word : command)
      words.push_back(const_cast<char *>(word.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  toPeer = fdopen(in[1], "w");
  fromPeer = fdopen(out[0], "r");
  char made[] = "/tmp/cotan-bench-XXXXXX";
  folder = mkdtemp(made) ? made : throw std::runtime_error("cannot make a temporary folder");
  std::istringstream words(hear());
  std::string word, given;
  words >> word >> given >> itsVersion;
  if (word != "peer")
    throw std::runtime_error("it did not introduce itself");
}

Peer::~Peer() {
  if (toPeer)
    std::fclose(toPeer); // the end of its input ends a peer
  if (fromPeer)
    std::fclose(fromPeer);
  if (process > 0) {
    kill(process, SIGTERM);
    waitpid(process, nullptr, 0);
  }
  std::error_code ignored;
  if (!folder.empty())
    std::filesystem::remove_all(folder, ignored);
}

void Peer::say(const std::string &text) {
  std::fputs(text.c_str(), toPeer);
  std::fflush(toPeer);
}

std::string Peer::hear() {
  std::string line;
  for (int c; (c = std::fgetc(fromPeer)) != '\n';) {
    if (c == EOF)
      throw std::runtime_error("the process ended");
    line += char(c);
  }
  return line;
}

Prepared Peer::prepare(const std::string &id, const CaseMaker &maker, const Case &workload) {
  std::ostringstream message;
  message << "prepare\nid " << id << "\ncase " << maker.name << "\npass " << maker.pass << "\ndtype " << maker.dtype << "\nthreads " << threads << "\n";
  message.precision(17);
  for (auto &[name, value] : workload.parameters)
    message << "parameter " << name << " " << value << "\n";
  for (const Named &input : workload.inputs) {
    std::string path = folder + "/in_" + input.name;
    writeFile(input.value, path);
    message << "input " << input.name << " " << dtypeName(input.value.dtype()) << " " << input.value.dim();
    for (int64_t extent : input.value.sizes())
      message << " " << extent;
    message << " " << path << "\n";
  }
  message << "outputs " << folder << "\nend\n";
  say(message.str());

  Prepared prepared;
  std::string answer = hear();
  std::istringstream words(answer);
  std::string word;
  words >> word;
  if (word != "ready") {
    // "absent REASON" or "failed REASON"; the row says absent in any case.
    prepared.absent = word == "absent" && answer.size() > 7 ? answer.substr(7) : answer;
  } else {
    double seconds = 0;
    words >> seconds;
    prepared.first = seconds;
    for (std::string line = hear(); line != "end"; line = hear()) {
      std::istringstream output(line);
      std::string name;
      output >> word >> name;
      prepared.results.push_back({name, readResult(output)});
    }
  }
  for (auto &entry : std::filesystem::directory_iterator(folder))
    std::filesystem::remove(entry.path());
  return prepared;
}

double Peer::time(int64_t calls) {
  say("time " + std::to_string(calls) + "\n");
  std::istringstream words(hear());
  std::string word;
  double seconds = 0;
  words >> word >> seconds;
  if (word != "took" || !words)
    throw std::runtime_error("a timing was answered by: " + words.str());
  return seconds;
}

std::vector<std::pair<std::string, std::vector<std::string>>> readPeerList(const std::string &path) {
  std::vector<std::pair<std::string, std::vector<std::string>>> peers;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    std::vector<std::string> command;
    for (std::string word; words >> word;)
      command.push_back(word);
    if (!command.empty())
      peers.push_back({name, command});
  }
  return peers;
}

} // namespace cotan::bench
