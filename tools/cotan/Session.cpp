//===- Session.cpp - what the subcommands share ---------------------------===//

#include "Session.h"
#include "cotan-compiler/Driver/Diagnostics.h"
#include "cotan-compiler/Execution/Invoke.h"
#include "cotan-compiler/Runtime/Memory.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <chrono>

using namespace mlir;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace cotan::tool {

Expected<std::string> readSource(const Arguments &arguments) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(arguments.file());
  if (!buffer)
    return createStringError("cannot read " + arguments.file() + ": " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

Expected<OwningOpRef<ModuleOp>> parseSource(driver::Compiler &compiler, const Arguments &arguments, StringRef text) {
  return driver::parseModule(text, arguments.file() == "-" ? "<stdin>" : arguments.file(), &compiler.getContext());
}

Expected<std::string> chooseFunction(ModuleOp module, const Arguments &arguments) {
  if (auto name = arguments.get("function")) {
    StringRef plain = *name;
    plain.consume_front("@");
    if (!module.lookupSymbol<func::FuncOp>(plain))
      return createStringError("no function @" + plain + " in " + arguments.file());
    return plain.str();
  }
  if (module.lookupSymbol<func::FuncOp>("main"))
    return std::string("main");
  std::string only, all;
  int count = 0;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isPrivate())
      continue;
    only = function.getName().str();
    all += (count++ ? ", @" : "@") + only;
  }
  if (count == 1)
    return only;
  if (count == 0)
    return createStringError("no function in " + arguments.file());
  return createStringError("no function @main in " + arguments.file() + "; choose one of " + all + " with --function=NAME");
}

Expected<std::vector<Value>> readInputs(const Arguments &arguments) {
  std::vector<Value> inputs;
  for (const std::string &text : arguments.all("input")) {
    auto value = parseInput(text);
    if (!value)
      return createStringError("--input " + Twine(inputs.size()) + ": " + llvm::toString(value.takeError()));
    inputs.push_back(std::move(*value));
  }
  return inputs;
}

Error checkInputs(StringRef subject, const std::vector<execution::TensorSpec> &specs, const std::vector<Value> &inputs) {
  if (inputs.size() != specs.size()) {
    std::string types;
    for (const execution::TensorSpec &spec : specs)
      types += (types.empty() ? "" : ", ") + formatType(spec);
    return createStringError(subject + ": expected " + Twine(specs.size()) + " inputs (" + types + "), got " + Twine(inputs.size()));
  }
  for (size_t i = 0; i < specs.size(); ++i)
    if (specs[i].type != inputs[i].spec.type || specs[i].shape != inputs[i].spec.shape)
      return createStringError(subject + ": input " + Twine(i) + ": expected " + formatType(specs[i]) + ", got " +
                               formatType(inputs[i].spec));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

Expected<Call> Call::create(std::shared_ptr<const execution::Executable> executable) {
  Call call;
  for (const execution::TensorSpec &spec : executable->outputs) {
    auto value = makeValue(spec);
    if (!value)
      return value.takeError();
    call.outputPointers.push_back(value->memory.get());
    call.outputs.push_back(std::move(*value));
  }
  int64_t bytes = executable->workspaceBytes;
  void *block = runtime::allocate(bytes);
  if (!block)
    return createStringError(runtime::describeOutOfMemory(bytes));
  call.workspace = std::shared_ptr<void>(block, [bytes](void *block) { runtime::deallocate(block, bytes); });
  call.executable = std::move(executable);
  return call;
}

Error Call::operator()(llvm::ArrayRef<Value> inputs) {
  inputPointers.clear();
  for (const Value &input : inputs)
    inputPointers.push_back(input.memory.get());
  cotan_call_context context = {};
  const void *const *in = inputPointers.data();
  void *const *out = outputPointers.data();
  int32_t status = recording ? recording->invoke(*executable, in, out, workspace.get(), &context)
                             : execution::invoke(*executable, in, out, workspace.get(), &context);
  launches = static_cast<int64_t>(context.launches);
  if (status != COTAN_STATUS_OK)
    return createStringError(execution::describeStatus(status, context));
  return Error::success();
}

/// Median seconds of a call, over at least 0.2 s and 5 calls.
static Error printTime(Call &call, llvm::ArrayRef<Value> inputs) {
  using Clock = std::chrono::steady_clock;
  auto seconds = [](Clock::duration duration) { return std::chrono::duration<double>(duration).count(); };
  // A sample repeats short calls, so that reading the clock does not count.
  auto begin = Clock::now();
  if (Error error = call(inputs))
    return error;
  int64_t repeats = std::clamp<int64_t>(2e-5 / std::max(seconds(Clock::now() - begin), 1e-9), 1, 1000);
  std::vector<double> samples;
  for (begin = Clock::now(); samples.size() < 5 || (seconds(Clock::now() - begin) < 0.2 && samples.size() < 10000);) {
    auto start = Clock::now();
    for (int64_t i = 0; i < repeats; ++i)
      if (Error error = call(inputs))
        return error;
    samples.push_back(seconds(Clock::now() - start) / repeats);
  }
  std::nth_element(samples.begin(), samples.begin() + samples.size() / 2, samples.end());
  llvm::outs() << llvm::formatv("time: median {0:e4} s a call ({1} samples of {2} calls), {3} kernel launches a call\n",
                                samples[samples.size() / 2], samples.size(), repeats, call.launches);
  return Error::success();
}

/// The table of at least 0.2 s and 5 calls, to standard error.
static Error printProfile(Call &call, llvm::ArrayRef<Value> inputs) {
  call.recording = std::make_unique<execution::Recording>(); // without the first call, which met cold caches
  const runtime::ProfileRecord &record = call.recording->getRecord();
  uint64_t begin = runtime::readClock();
  for (int count = 0; count < 5 || (runtime::readClock() - begin < 200'000'000 && count < 10000); ++count)
    if (Error error = call(inputs))
      return error;
  llvm::errs() << runtime::formatProfile(record);
  return Error::success();
}

Error runAndReport(std::shared_ptr<const execution::Executable> executable, std::vector<Value> inputs, const Arguments &arguments) {
  const std::string &subject = arguments.file();
  if (Error error = checkInputs(subject, executable->inputs, inputs))
    return error;
  std::vector<std::string> destinations = arguments.all("output");
  if (destinations.size() > executable->outputs.size())
    return createStringError(subject + ": expected at most " + Twine(executable->outputs.size()) + " --output options (one a result), got " +
                             Twine(destinations.size()));
  for (const std::string &destination : destinations)
    if (destination != "-" && (destination.size() < 2 || destination[0] != '@'))
      return createStringError("--output: expected @FILE.npy or -, got '" + destination + "'");
  auto call = Call::create(executable);
  if (!call)
    return call.takeError();
  if (arguments.has("profile"))
    call->recording = std::make_unique<execution::Recording>();
  if (Error error = (*call)(inputs))
    return createStringError(subject + ": " + llvm::toString(std::move(error)));
  for (size_t i = 0; i < call->outputs.size(); ++i) {
    if (i < destinations.size() && destinations[i] != "-") {
      if (Error error = writeNpy(StringRef(destinations[i]).drop_front(), call->outputs[i]))
        return error;
    } else if (!arguments.has("quiet")) {
      llvm::outs() << formatValue(call->outputs[i]) << "\n";
    }
  }
  if (arguments.has("profile"))
    if (Error error = printProfile(*call, inputs))
      return error;
  return arguments.has("time") ? printTime(*call, inputs) : Error::success();
}

Error writeText(const Arguments &arguments, StringRef text) {
  std::string path = arguments.get("o").value_or("-");
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code); // "-" is standard output
  if (code)
    return createStringError("cannot write " + path + ": " + code.message());
  stream << text;
  stream.flush();
  if (stream.has_error()) {
    std::string message = stream.error().message();
    stream.clear_error();
    return createStringError("cannot write " + path + ": " + message);
  }
  return Error::success();
}

Expected<std::vector<int64_t>> parseList(StringRef option, StringRef text) {
  std::vector<int64_t> list;
  llvm::SmallVector<StringRef> parts;
  text.split(parts, ',');
  for (StringRef part : parts) {
    int64_t number;
    if (part.trim().getAsInteger(10, number))
      return createStringError("--" + option + ": expected numbers separated by commas, got '" + text + "'");
    list.push_back(number);
  }
  return list;
}

} // namespace cotan::tool
