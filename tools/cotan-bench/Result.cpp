//===- Result.cpp - reading and writing reports ----------------------------===//

#include "Result.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <stdexcept>

namespace cotan::bench {
namespace {

using llvm::json::Object;
using llvm::json::Value;

/// The optional members by their names in the file, for both directions.
template <typename R, typename Visit> void eachNumber(R &result, Visit visit) {
  visit("median_s", result.median);
  visit("min_s", result.minimum);
  visit("q1_s", result.lowerQuartile);
  visit("q3_s", result.upperQuartile);
  visit("undisturbed_s", result.undisturbed);
  visit("ratio", result.ratio);
  visit("ratio_error", result.ratioError);
  visit("rounds", result.rounds);
  visit("bound_s", result.bound);
  visit("bytes", result.bytes);
  visit("flops", result.flops);
  visit("first_s", result.first);
  visit("disk_s", result.disk);
  visit("again_s", result.again);
  visit("process_s", result.process);
  visit("max_rel_err", result.error);
  visit("kernels", result.kernels);
  visit("planned_bytes", result.plannedBytes);
  visit("rss_bytes", result.rssBytes);
}

Object write(const Result &result) {
  Object object{{"id", result.id},           {"case", result.caseName},         {"pass", result.pass},     {"dtype", result.dtype},
                {"threads", result.threads}, {"impl", result.implementation}, {"status", result.status}, {"note", result.note}};
  object["disturbed"] = result.disturbed;
  eachNumber(result, [&](const char *name, auto &number) { object[name] = number ? Value(*number) : Value(nullptr); });
  return object;
}

std::string text(const Object &object, const char *name) { return object.getString(name).value_or("").str(); }

Result readResult(const Object &object) {
  Result result;
  result.id = text(object, "id");
  result.caseName = text(object, "case");
  result.pass = text(object, "pass");
  result.dtype = text(object, "dtype");
  result.implementation = text(object, "impl");
  result.threads = int(object.getInteger("threads").value_or(1));
  result.status = text(object, "status");
  result.note = text(object, "note");
  result.disturbed = object.getBoolean("disturbed").value_or(false);
  eachNumber(result, [&](const char *name, auto &number) {
    if (auto value = object.getNumber(name))
      number = *value;
  });
  return result;
}

template <typename Map> Object numbers(const Map &map) {
  Object object;
  for (auto &[key, value] : map) {
    if constexpr (std::is_same_v<std::decay_t<decltype(key)>, int>)
      object[std::to_string(key)] = value;
    else
      object[key] = value;
  }
  return object;
}

} // namespace

void writeReport(const Report &report, const std::string &path) {
  Object peers, limits{{"fma_f32_gflops", numbers(report.fmaF32)}, {"fma_f64_gflops", numbers(report.fmaF64)}, {"triad_gbs", numbers(report.triad)}};
  for (auto &[name, version] : report.peers)
    peers[name] = version;
  llvm::json::Array results;
  for (const Result &result : report.results)
    results.push_back(write(result));
  Object host{{"processor", report.processor},
              {"vector_bits", report.vectorBits},
              {"valid", report.valid ? Value(*report.valid) : Value(nullptr)},
              {"seconds", report.seconds},
              {"date", report.date},
              {"quick", report.quick},
              {"adbench", report.adbench},
              {"filtered", report.filtered},
              {"complete", report.complete},
              {"peers", std::move(peers)}};
  Value whole = Object{{"host", std::move(host)}, {"limits", std::move(limits)}, {"results", std::move(results)}};
  // Beside it first: a disk that is full, or an end in the middle, must not take the earlier figures.
  std::string beside = path + ".new";
  std::error_code error;
  llvm::raw_fd_ostream stream(beside, error);
  if (!error) {
    stream << llvm::formatv("{0:1}\n", whole);
    stream.close();
    error = stream.error();
    stream.clear_error();
    if (!error)
      error = llvm::sys::fs::rename(beside, path);
  }
  if (error)
    throw std::runtime_error("cannot write '" + path + "': " + error.message());
}

Report readReport(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    throw std::runtime_error("cannot read '" + path + "': " + buffer.getError().message());
  auto parsed = llvm::json::parse((*buffer)->getBuffer());
  if (!parsed)
    throw std::runtime_error("'" + path + "' is not JSON: " + llvm::toString(parsed.takeError()));
  const Object *whole = parsed->getAsObject();
  const llvm::json::Array *results = whole ? whole->getArray("results") : nullptr;
  if (!results)
    throw std::runtime_error("'" + path + "' is not a report of cotan-bench: it has no list 'results'");
  Report report;
  if (const Object *host = whole->getObject("host")) {
    report.processor = text(*host, "processor");
    if (auto valid = host->getBoolean("valid"))
      report.valid = *valid;
    report.quick = host->getBoolean("quick").value_or(false);
    report.adbench = host->getBoolean("adbench").value_or(false);
    report.filtered = host->getBoolean("filtered").value_or(false);
    if (const Object *peers = host->getObject("peers"))
      for (auto &[name, version] : *peers)
        report.peers[name.str()] = version.getAsString().value_or("").str();
  }
  if (const Object *limits = whole->getObject("limits"))
    if (const Object *peak = limits->getObject("fma_f32_gflops"))
      for (auto &[threads, value] : *peak)
        report.fmaF32[std::atoi(threads.str().c_str())] = value.getAsNumber().value_or(0);
  for (const Value &value : *results)
    if (const Object *object = value.getAsObject())
      report.results.push_back(readResult(*object));
  return report;
}

} // namespace cotan::bench
