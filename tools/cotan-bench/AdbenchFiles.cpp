//===- AdbenchFiles.cpp - inputs of the ADBench suite ----------------------===//

#include "AdbenchFiles.h"

#include "llvm/Support/JSON.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace cotan::bench {
namespace {

std::string contentsOf(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw std::runtime_error("cannot read '" + path + "'");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The numbers of a text file, one after the other.
class NumberReader {
public:
  explicit NumberReader(const std::string &path) : path(path), text(contentsOf(path)) {}

  double number(const char *what) {
    std::string_view word = nextWord();
    double value = 0;
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || error != std::errc() || end != word.data() + word.size() || !std::isfinite(value))
      fail("expected a number for " + std::string(what) + ", got " + (word.empty() ? "the end of the file" : "'" + std::string(word) + "'"));
    return value;
  }

  void size(const char *what, int64_t expected) {
    double value = number(what);
    if (value != double(expected))
      fail("expected " + std::string(what) + " to be " + std::to_string(expected) + ", got " + std::to_string(int64_t(value)));
  }

  std::vector<double> numbers(const char *what, int64_t count) {
    std::vector<double> values(static_cast<size_t>(count));
    for (double &value : values)
      value = number(what);
    return values;
  }

  Tensor tensor(const char *what, std::vector<int64_t> shape) {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    return fromVector(numbers(what, count), shape);
  }

  /// `row`, as often as `rows` says.
  Tensor replicated(const char *what, int64_t rows, int64_t length) {
    std::vector<double> row = numbers(what, length), all;
    for (int64_t i = 0; i < rows; ++i)
      all.insert(all.end(), row.begin(), row.end());
    return fromVector(all, {rows, length});
  }

  void end() {
    std::string_view word = nextWord();
    if (!word.empty())
      fail("expected the end of the file, got '" + std::string(word) + "'");
  }

private:
  std::string_view nextWord() {
    while (position < text.size() && std::isspace(static_cast<unsigned char>(text[position])))
      line += text[position++] == '\n';
    size_t start = position;
    while (position < text.size() && !std::isspace(static_cast<unsigned char>(text[position])))
      ++position;
    return std::string_view(text).substr(start, position - start);
  }

  [[noreturn]] void fail(const std::string &message) const { throw std::runtime_error(path + ":" + std::to_string(line) + ": " + message); }

  std::string path, text;
  size_t position = 0;
  int line = 1;
};

/// The path of a file that exists, or nothing.
std::optional<std::string> find(const std::string &folder, const std::string &name) {
  if (folder.empty())
    return std::nullopt;
  if (!std::filesystem::is_directory(folder))
    throw std::runtime_error("no folder '" + folder + "' with ADBench's files");
  std::string path = folder + "/" + name;
  return std::filesystem::exists(path) ? std::optional(path) : std::nullopt;
}

} // namespace

GmmData gmmData(const std::string &folder, const std::string &name, int64_t d, int64_t components, int64_t points) {
  GmmData data;
  std::vector<int64_t> factors = {components, d * (d + 1) / 2};
  if (auto path = find(folder, name + ".txt")) {
    NumberReader reader(*path);
    reader.size("the dimension", d);
    reader.size("the number of components", components);
    reader.size("the number of points", points);
    data.alpha = reader.tensor("alpha", {components});
    data.means = reader.tensor("the means", {components, d});
    data.icf = reader.tensor("the inverse covariance factors", factors);
    data.x = reader.tensor("x", {points, d});
    data.gamma = reader.number("gamma");
    data.m = reader.number("m");
    reader.end();
    return data;
  }
  Numbers numbers(d);
  data.alpha = numbers.normal({components}, 1, kDouble);
  data.means = numbers.uniform({components, d}, 0, 1, kDouble);
  data.icf = numbers.normal(factors, 1, kDouble);
  data.x = numbers.normal({points, d}, 1, kDouble);
  return data;
}

LstmData lstmData(const std::string &folder, const std::string &name, int64_t layers, int64_t steps, int64_t width) {
  LstmData data;
  if (auto path = find(folder, name + ".txt")) {
    NumberReader reader(*path);
    reader.size("the number of layers", layers);
    reader.size("the length of the sequence", steps);
    reader.size("the width", width);
    data.main = reader.tensor("the main parameters", {2 * layers, 4 * width});
    data.extra = reader.tensor("the extra parameters", {3, width});
    data.state = reader.tensor("the state", {2 * layers, width});
    data.sequence = reader.tensor("the sequence", {steps, width});
    reader.end();
    return data;
  }
  Numbers numbers(layers);
  data.main = numbers.uniform({2 * layers, 4 * width}, 0, 1, kDouble);
  data.extra = numbers.uniform({3, width}, 0, 1, kDouble);
  data.state = numbers.uniform({2 * layers, width}, 0, 1, kDouble);
  data.sequence = numbers.integers({steps, width}, 2).to(kDouble).eval(); // bits of characters
  return data;
}

namespace {

/// Rows that differ a little, so that a wrong one shows.
Tensor scattered(Numbers &numbers, int64_t rows, const std::vector<double> &centre) {
  std::vector<double> all;
  for (int64_t i = 0; i < rows; ++i)
    for (double value : centre)
      all.push_back(value * (1 + numbers.uniform(-0.05, 0.05)));
  return fromVector(all, {rows, int64_t(centre.size())});
}

} // namespace

BundleData bundleData(const std::string &folder, const std::string &name, int64_t cameras, int64_t points, int64_t observations) {
  BundleData data;
  if (auto path = find(folder, name + ".txt")) {
    NumberReader reader(*path);
    reader.size("the number of cameras", cameras);
    reader.size("the number of points", points);
    reader.size("the number of observations", observations);
    data.cameras = reader.replicated("the camera", cameras, 11);
    data.points = reader.replicated("the point", points, 3);
    data.weights = reader.replicated("the weight", observations, 1).reshape({observations}).eval();
    data.features = reader.replicated("the feature", observations, 2);
    reader.end();
    return data;
  }
  Numbers numbers(observations);
  data.cameras = scattered(numbers, cameras, {-0.76, -1.1, -0.85, 35, 40, 54, 420, 5.9, -8.5, 0.088, 0.0027});
  data.points = scattered(numbers, points, {7.2, 0.0011, 3.0});
  data.weights = numbers.uniform({observations}, 0.2, 0.8, kDouble);
  data.features = scattered(numbers, observations, {270, 830});
  return data;
}

std::optional<Golden> goldenResult(const std::string &folder, const std::string &name) {
  auto path = find(folder, "golden.json");
  if (!path || !find(folder, name + ".txt"))
    return std::nullopt;
  auto fail = [&](const std::string &message) -> std::runtime_error { return std::runtime_error(*path + ": " + message); };
  llvm::Expected<llvm::json::Value> all = llvm::json::parse(contentsOf(*path));
  if (!all)
    throw fail(llvm::toString(all.takeError()));
  const llvm::json::Object *object = all->getAsObject();
  if (!object)
    throw fail("expected an object");
  const llvm::json::Value *value = object->get(name);
  if (!value)
    return std::nullopt;
  const llvm::json::Object *entry = value->getAsObject();
  const llvm::json::Array *gradient = entry ? entry->getArray("gradient") : nullptr;
  if (!gradient || !entry->getNumber("objective"))
    throw fail("expected an objective and a gradient for '" + name + "'");
  Golden golden{*entry->getNumber("objective"), {}};
  for (const llvm::json::Value &element : *gradient) {
    if (!element.getAsNumber())
      throw fail("expected numbers in the gradient of '" + name + "'");
    golden.gradient.push_back(*element.getAsNumber());
  }
  return golden;
}

std::vector<Named> goldenAs(const Golden &golden, const std::vector<Named> &results, const std::string &name) {
  std::vector<Named> expected;
  size_t position = 0;
  for (const Named &result : results) {
    size_t count = size_t(result.value.numel());
    std::vector<double> wanted = {golden.objective};
    if (result.name != "loss") {
      if (position + count > golden.gradient.size())
        throw WrongResult(name + ": the gradient has more elements than ADBench's, " + std::to_string(golden.gradient.size()));
      wanted.assign(golden.gradient.begin() + int64_t(position), golden.gradient.begin() + int64_t(position + count));
      position += count;
    }
    expected.push_back({result.name, fromVector(wanted, result.value.sizes().vec())});
  }
  if (position != golden.gradient.size())
    throw WrongResult(name + ": the gradient has " + std::to_string(position) + " elements, ADBench's has " + std::to_string(golden.gradient.size()));
  return expected;
}

std::vector<Named> checkGolden(const Golden &golden, const std::vector<Named> &results, const std::string &name) {
  std::vector<Named> expected = goldenAs(golden, results, name);
  for (size_t r = 0; r < results.size(); ++r) {
    std::vector<double> actual = toVector(results[r].value), wanted = toVector(expected[r].value);
    for (size_t i = 0; i < actual.size(); ++i) {
      double error = std::fabs(actual[i] - wanted[i]) / std::max(1.0, std::fabs(actual[i]) + std::fabs(wanted[i]));
      if (!(error < 1e-8))
        throw WrongResult(name + ": " + results[r].name + "[" + std::to_string(i) + "] is " + std::to_string(actual[i]) + ", ADBench's is " +
                          std::to_string(wanted[i]));
    }
  }
  return expected;
}

} // namespace cotan::bench
