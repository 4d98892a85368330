//===- Peer.cpp - another library, in a process of its own -----------------===//

#include "Peer.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace cotan::bench {
namespace {

const char *dtypeName(ScalarType type) {
  return type == kFloat ? "f32" : type == kDouble ? "f64" : type == kLong ? "i64" : throw std::logic_error("a dtype peers are not given");
}

template <typename T> void writeElements(const Tensor &tensor, const std::string &path) {
  std::ofstream file(path, std::ios::binary);
  std::vector<T> elements = tensor.to_vector<T>(); // a copy: data_ptr() would pin the input
  file.write(reinterpret_cast<const char *>(elements.data()), std::streamsize(elements.size() * sizeof(T)));
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

/// Longer than any compile that a reader of the table would wait for.
constexpr double patience = 240;

std::vector<std::pair<std::string, std::string>> threadSettings(int threads) {
  std::string count = std::to_string(threads);
  return {{"COTAN_PEER_THREADS", count}, {"OMP_NUM_THREADS", count}, {"OPENBLAS_NUM_THREADS", count}, {"MKL_NUM_THREADS", count}};
}

} // namespace

TemporaryFolder::TemporaryFolder(const char *purpose) {
  path = std::filesystem::temp_directory_path().string() + "/" + purpose + "-XXXXXX";
  if (!mkdtemp(path.data()))
    throw std::runtime_error("cannot make a temporary folder");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

Peer::Peer(const std::vector<std::string> &command, const std::string &treeOf, int threads)
    : threads(threads), folder("cotan-bench-peer"), process(command, treeOf, threadSettings(threads)) {
  std::istringstream words(process.hear(patience));
  std::string word, given;
  words >> word >> given >> itsVersion;
  if (word != "peer")
    throw std::runtime_error("it did not introduce itself");
}

Prepared Peer::prepare(const std::string &id, const CaseMaker &maker, const Case &workload) {
  std::ostringstream message;
  message << "prepare\nid " << id << "\ncase " << maker.name << "\npass " << maker.pass << "\ndtype " << maker.dtype << "\nthreads " << threads << "\n";
  message.precision(17);
  for (auto &[name, value] : workload.parameters)
    message << "parameter " << name << " " << value << "\n";
  for (const Named &input : workload.inputs) {
    std::string path = folder.path + "/in_" + input.name;
    writeFile(input.value, path);
    message << "input " << input.name << " " << dtypeName(input.value.dtype()) << " " << input.value.dim();
    for (int64_t extent : input.value.sizes())
      message << " " << extent;
    message << " " << path << "\n";
  }
  message << "outputs " << folder.path << "\nend\n";
  process.say(message.str());

  Prepared prepared;
  std::string answer = process.hear(patience);
  std::istringstream words(answer);
  std::string word;
  words >> word;
  if (word != "ready") {
    if (word != "absent" && word != "failed")
      throw std::runtime_error("'prepare' was answered by: " + answer);
    prepared.status = word;
    prepared.reason = answer.substr(std::min(answer.size(), word.size() + 1));
  } else {
    double seconds = 0;
    words >> seconds;
    prepared.first = seconds;
    for (std::string line = process.hear(patience); line != "end"; line = process.hear(patience)) {
      std::istringstream output(line);
      std::string name;
      output >> word >> name;
      prepared.results.push_back({name, readResult(output)});
    }
  }
  for (auto &entry : std::filesystem::directory_iterator(folder.path))
    std::filesystem::remove(entry.path());
  return prepared;
}

double Peer::time(Slice slice) {
  process.say("time " + std::to_string(slice.warming) + " " + std::to_string(slice.calls) + "\n");
  std::istringstream words(process.hear(patience));
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
