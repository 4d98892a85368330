// A program of somebody else's: the installed headers and library, another compiler.

#include <cotan/torch.h>
#include <cmath>
#include <cstdio>
#include <cstring>

static int failures = 0;

static void expect(bool condition, const char *what) {
  if (!condition) {
    std::printf("failed: %s\n", what);
    ++failures;
  }
}

int main(int argc, char **argv) {
  auto x = torch::tensor({0.5f, 1.0f, 2.0f}, torch::requires_grad());
  auto y = (torch::sin(x) * x).sum();
  y.backward();
  float expected = 0, gradient = std::sin(1.0f) + std::cos(1.0f);
  for (float v : {0.5f, 1.0f, 2.0f})
    expected += std::sin(v) * v;
  expect(std::abs(y.item<float>() - expected) < 1e-5f, "the value");
  expect(std::abs(x.grad()[1].item<float>() - gradient) < 1e-5f, "the gradient");
  if (argc > 1 && std::strcmp(argv[1], "--first-result") == 0)
    return failures;
  // Exceptions cross the library's boundary with their types.
  bool caught = false;
  try {
    torch::ones({2, 3}).add(torch::ones({4}));
  } catch (const c10::Error &error) {
    caught = std::strstr(error.what(), "size") != nullptr;
  }
  expect(caught, "the exception");
  std::printf(failures ? "%d failures\n" : "consumer: all right\n", failures);
  return failures;
}
