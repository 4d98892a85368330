// Cotan in a process that has loaded another version of LLVM with all its symbols global (as some graphics drivers are).

#include <cotan/cotan.h>
#include <cmath>
#include <cstdio>
#include <dlfcn.h>

int main() {
  void *other = nullptr;
  for (const char *name : {"libLLVM-14.so.1", "libLLVM-15.so.1", "libLLVM-16.so.1", "libLLVM.so.19.1"})
    if ((other = dlopen(name, RTLD_NOW | RTLD_GLOBAL))) {
      std::printf("loaded %s\n", name);
      break;
    }
  if (!other) {
    std::printf("error: no other LLVM to load: %s\n", dlerror());
    return 1;
  }
  // The other one has to work beside: make a context with it, before and after Cotan compiles.
  auto create = reinterpret_cast<void *(*)()>(dlsym(other, "LLVMContextCreate"));
  auto dispose = reinterpret_cast<void (*)(void *)>(dlsym(other, "LLVMContextDispose"));
  if (!create || !dispose)
    return 1;
  void *context = create();
  auto x = cotan::tensor({1.0, 2.0}, cotan::dtype(cotan::kDouble).requires_grad(true));
  auto y = cotan::exp(x).sum();
  y.backward();
  bool good = std::abs(y.item<double>() - (std::exp(1.0) + std::exp(2.0))) < 1e-12 &&
              std::abs(x.grad()[1].item<double>() - std::exp(2.0)) < 1e-12;
  dispose(context);
  std::printf(good ? "other-llvm: all right\n" : "other-llvm: wrong results\n");
  return !good;
}
