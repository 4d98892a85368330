//===- gemm.cpp - speed of the compiled matrix product --------------------===//
//
// GF/s of square products beside the FMA peak of the same core, measured in turns with it: both are timed for some milliseconds
// after one another, many times over, and medians of the times and of the ratios are printed. OpenBLAS joins where it can be
// loaded (one thread: OPENBLAS_NUM_THREADS=1).
//
// --help lists the options.
//
//===----------------------------------------------------------------------===//

#include "../../unit/Codegen/MatmulRunner.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/IRBuilder.h"
#include <algorithm>
#include <dlfcn.h>
#include <functional>
#include <random>
#include <vector>

using namespace cotan;
using namespace cotan::codegen;
using namespace cotan::codegen::testing;

namespace {

struct Options {
  bool f32 = true, f64 = true, assembly = false;
  std::string form = "nn";
  std::vector<int64_t> sizes = {16, 31, 64, 128, 257, 512, 1024, 2048};
  unsigned bits = 0;
  int rounds = 31;
};

/// A function of 24 independent chains of FMAs; `iterations` steps of each.
template <typename T> struct Peak {
  execution::LinkedCode code;
  double flopsEach = 0; ///< of one iteration

  explicit Peak(const std::shared_ptr<execution::Jit> &jit) {
    llvm::LLVMContext context;
    llvm::Module module("peak", context);
    execution::prepareModule(module, jit->getMachine());
    llvm::IRBuilder<> builder(context);
    unsigned lanes = jit->getTarget().vectorBits / (8 * sizeof(T)), chains = jit->getTarget().vectorRegisters * 3 / 4;
    auto *type = llvm::FixedVectorType::get(elementType<T>(context), lanes);
    auto *function =
        llvm::Function::Create(llvm::FunctionType::get(builder.getVoidTy(), {builder.getPtrTy(), builder.getInt64Ty()}, false),
                               llvm::Function::ExternalLinkage, "peak", module);
    auto *entry = llvm::BasicBlock::Create(context, "entry", function);
    auto *loop = llvm::BasicBlock::Create(context, "loop", function), *done = llvm::BasicBlock::Create(context, "done", function);
    builder.SetInsertPoint(entry);
    llvm::Value *factor = builder.CreateAlignedLoad(type, function->getArg(0), llvm::Align(64));
    builder.CreateBr(loop);
    builder.SetInsertPoint(loop);
    auto *index = builder.CreatePHI(builder.getInt64Ty(), 2);
    std::vector<llvm::PHINode *> sums;
    for (unsigned i = 0; i < chains; ++i) {
      sums.push_back(builder.CreatePHI(type, 2));
      sums.back()->addIncoming(factor, entry);
    }
    llvm::Value *total = nullptr;
    for (auto *sum : sums) {
      llvm::Value *next = builder.CreateIntrinsic(llvm::Intrinsic::fma, {type}, {sum, factor, factor});
      sum->addIncoming(next, loop);
      total = next;
    }
    llvm::Value *next = builder.CreateSub(index, builder.getInt64(1));
    index->addIncoming(function->getArg(1), entry), index->addIncoming(next, loop);
    builder.CreateCondBr(builder.CreateICmpNE(next, builder.getInt64(0)), loop, done);
    builder.SetInsertPoint(done);
    for (auto *sum : sums)
      total = builder.CreateFAdd(total, sum->getIncomingValueForBlock(loop));
    builder.CreateAlignedStore(total, function->getArg(0), llvm::Align(64));
    builder.CreateRetVoid();
    jit->optimize(module);
    code = require(execution::Jit::load(jit, require(jit->emitObject(module)), "peak"));
    flopsEach = 2.0 * lanes * chains;
  }

  double flops(int64_t iterations) const {
    alignas(64) T values[64 / sizeof(T)] = {};
    reinterpret_cast<void (*)(T *, int64_t)>(code.entry)(values, iterations);
    return flopsEach * iterations;
  }
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

/// Repetitions of `work` that take about `target` seconds.
int64_t calibrate(const std::function<void()> &work, double target) {
  work();
  for (int64_t count = 1;; count *= 2) {
    double start = threadSeconds();
    for (int64_t i = 0; i < count; ++i)
      work();
    double time = threadSeconds() - start;
    if (time > target / 4)
      return std::max<int64_t>(1, int64_t(count * target / time));
  }
}

double timeOf(const std::function<void()> &work, int64_t count) {
  double start = threadSeconds();
  for (int64_t i = 0; i < count; ++i)
    work();
  return (threadSeconds() - start) / count;
}

template <typename T>
using Blas = void (*)(int order, int transA, int transB, int m, int n, int k, T alpha, const T *a, int lda, const T *b, int ldb,
                      T beta, T *c, int ldc);

template <typename T> Blas<T> findBlas() {
  static void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  return library ? reinterpret_cast<Blas<T>>(dlsym(library, sizeof(T) == 4 ? "cblas_sgemm" : "cblas_dgemm")) : nullptr;
}

template <typename T> T *allocate(int64_t elements) {
  return static_cast<T *>(std::aligned_alloc(64, (elements * sizeof(T) + 127) / 64 * 64));
}

template <typename T> void run(const std::shared_ptr<execution::Jit> &jit, const Options &options, int64_t n) {
  bool transposedA = options.form[0] == 't', transposedB = options.form[1] == 't';
  MatmulOperand aView = transposedA ? transposedOperand(n, n) : denseOperand(n, n);
  MatmulOperand bView = transposedB ? transposedOperand(n, n) : denseOperand(n, n);
  if (options.assembly) {
    std::string text;
    compileProduct<T>(jit, {1, n, n, n}, aView, bView, &text);
    std::fputs(text.c_str(), stdout);
    return;
  }
  std::vector<double> compile;
  CompiledProduct product;
  for (int i = 0; i < 5; ++i) {
    product = compileProduct<T>(jit, {1, n, n, n}, aView, bView);
    compile.push_back(product.passesSeconds + product.emitSeconds);
  }
  Peak<T> peak(jit);
  T *a = allocate<T>(n * n), *b = allocate<T>(n * n), *c = allocate<T>(n * n);
  char *scratch = allocate<char>(product.scratchBytes);
  std::mt19937 random(1);
  std::uniform_real_distribution<T> distribution(-1, 1);
  for (int64_t i = 0; i < n * n; ++i)
    a[i] = distribution(random), b[i] = distribution(random);
  Blas<T> blas = findBlas<T>();
  auto ours = [&] { product(a, b, c, scratch, 0, product.blocks); };
  auto theirs = [&] { blas(101, transposedA ? 112 : 111, transposedB ? 112 : 111, n, n, n, 1, a, n, b, n, 0, c, n); };
  double flops = 2.0 * n * n * n;
  int64_t peakSteps = 20000, count = calibrate(ours, 3e-3), theirCount = blas ? calibrate(theirs, 3e-3) : 0;
  std::vector<double> speeds, peaks, ratios, theirSpeeds;
  for (int round = 0; round < options.rounds; ++round) {
    double start = threadSeconds(), peakFlops = peak.flops(peakSteps), peakSpeed = peakFlops / (threadSeconds() - start);
    double speed = flops / timeOf(ours, count);
    start = threadSeconds(), peakFlops = peak.flops(peakSteps);
    peakSpeed = std::max(peakSpeed, peakFlops / (threadSeconds() - start));
    speeds.push_back(speed * 1e-9), peaks.push_back(peakSpeed * 1e-9), ratios.push_back(speed / peakSpeed);
    if (blas)
      theirSpeeds.push_back(flops / timeOf(theirs, theirCount) * 1e-9);
  }
  char peer[32] = "absent";
  if (blas)
    std::snprintf(peer, sizeof peer, "%.1f", median(theirSpeeds));
  std::printf("%s %s n %5ld  %7.1f GF/s  peak %7.1f  %5.1f %% (best %5.1f %%)  openblas %7s  llvm %5.1f ms  scratch %7ld\n",
              sizeof(T) == 4 ? "f32" : "f64", options.form.c_str(), long(n), median(speeds), median(peaks), 100 * median(ratios),
              100 * *std::max_element(ratios.begin(), ratios.end()), peer, 1e3 * median(compile), long(product.scratchBytes));
  std::fflush(stdout);
  std::free(a), std::free(b), std::free(c), std::free(scratch);
}

constexpr const char *usage = R"(usage: gemm-benchmark [options]

GF/s of square matrix products as Cotan compiles them, beside the FMA peak of the same core and, where it can be loaded, OpenBLAS.

options:
  --dtype=f32|f64            one element type; both by default
  --form=nn|tn|nt|tt         which operands are transposed; nn by default
  --sizes=N,N,...            16,31,64,128,257,512,1024,2048 by default
  --rounds=N                 timings of each, whose median counts; 31 by default
  --bits=128|256|512         vector width; the widest by default
  --asm                      print the assembly instead
  --help                     this text

example:
  OPENBLAS_NUM_THREADS=1 taskset -c 1 build/bin/gemm-benchmark --dtype=f32 --sizes=257,512
)";

bool oneOf(llvm::StringRef value, std::initializer_list<llvm::StringRef> choices) { return llvm::is_contained(choices, value); }

/// False when the value is not one that the option takes.
bool parseOption(llvm::StringRef name, llvm::StringRef value, Options &options) {
  if (name == "--dtype" && oneOf(value, {"f32", "f64"})) {
    options.f32 = value == "f32", options.f64 = value == "f64";
  } else if (name == "--form" && oneOf(value, {"nn", "tn", "nt", "tt"})) {
    options.form = value.str();
  } else if (name == "--sizes") {
    options.sizes.clear();
    for (llvm::StringRef part : llvm::split(value, ','))
      if (int64_t n; part.getAsInteger(10, n) || n <= 0)
        return false;
      else
        options.sizes.push_back(n);
  } else if (name == "--bits" && oneOf(value, {"128", "256", "512"})) {
    value.getAsInteger(10, options.bits);
  } else if (name == "--asm" && value.empty()) {
    options.assembly = true;
  } else {
    return name == "--rounds" && !value.getAsInteger(10, options.rounds) && options.rounds > 0;
  }
  return true;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    auto [name, value] = llvm::StringRef(argv[i]).split('=');
    if (name == "--help")
      return std::fputs(usage, stdout), 0;
    if (!parseOption(name, value, options)) {
      std::fprintf(stderr, "error: no such option or value: '%s'; see --help\n", argv[i]);
      return 1;
    }
  }
  auto jit = createJit(options.bits);
  if (!jit) {
    std::fprintf(stderr, "error: this machine has no vectors of %u bits\n", options.bits);
    return 1;
  }
  for (int64_t n : options.sizes)
    if (options.f32)
      run<float>(jit, options, n);
  for (int64_t n : options.sizes)
    if (options.f64)
      run<double>(jit, options, n);
}
