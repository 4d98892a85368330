//===- digits.cpp - trains a classifier of handwritten digits -------------===//
//
// 64-128-10 with relu and cross entropy, SGD with momentum, small shifts and noise against overfitting, on the 1,797 digits of digits.csv (README.md names their authors): the
// first 1,437 train, the last 360 test. A training step is recorded as plain tensor code and runs as one compiled call, optimiser
// update included; it is compiled once for each batch shape. Exits with 1 when it does not get there.
//
//   digits [digits.csv]
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cotan/torch.h>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <random>
#include <sstream>

namespace F = torch::nn::functional;
using torch::Tensor;

namespace {

constexpr int64_t pixels = 64, hidden = 128, classes = 10, training_rows = 1437, batch_size = 16;
constexpr int epochs = 60;
constexpr double momentum = 0.9, first_rate = 0.05, noise = 0.2, shifted_share = 0.3;

struct Digits {
  Tensor images; ///< [rows, 64], 0 to 1
  Tensor labels; ///< [rows], int64
};

Digits load(const std::string &path) {
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "error: cannot read %s\n", path.c_str());
    std::exit(1);
  }
  std::vector<float> images;
  std::vector<int64_t> labels;
  for (std::string line; std::getline(file, line);) {
    std::stringstream cells(line);
    std::string cell;
    for (int64_t i = 0; i < pixels && std::getline(cells, cell, ','); ++i)
      images.push_back(std::stof(cell) / 16);
    std::getline(cells, cell, ',');
    labels.push_back(std::stol(cell));
  }
  return {torch::tensor(images).view({-1, pixels}), torch::tensor(labels)};
}

using Parameters = std::vector<Tensor>; // weight, bias, weight, bias

Parameters initialize() {
  Parameters parameters{torch::randn({pixels, hidden}) * std::sqrt(2.0 / pixels), torch::zeros({hidden}),
                        torch::randn({hidden, classes}) * std::sqrt(1.0 / hidden), torch::zeros({classes})};
  for (Tensor &parameter : parameters)
    parameter.eval().requires_grad_(true);
  return parameters;
}

Tensor classify(const Parameters &p, const Tensor &images) {
  return torch::relu(images.matmul(p[0]) + p[1]).matmul(p[2]) + p[3];
}

/// The images moved by at most one pixel each way: nine for each, in nine blocks of rows; the fifth block is the images themselves.
Tensor shifted_copies(const Tensor &images) {
  Tensor padded = torch::zeros({images.size(0), 10, 10});
  padded.slice(1, 1, 9).slice(2, 1, 9).copy_(images.view({-1, 8, 8}));
  std::vector<Tensor> copies;
  for (int64_t down = 0; down < 3; ++down)
    for (int64_t right = 0; right < 3; ++right)
      copies.push_back(padded.slice(1, down, down + 8).slice(2, right, right + 8).reshape({-1, pixels}));
  return torch::cat(copies).eval();
}

/// One step of SGD with momentum; returns the loss. Nothing is computed before somebody asks for the loss.
Tensor train_step(const Parameters &parameters, const Parameters &velocities, const Tensor &images, const Tensor &labels, double rate) {
  for (const Tensor &parameter : parameters)
    parameter.mutable_grad() = Tensor();
  Tensor noisy = images + noise * torch::randn_like(images);
  Tensor loss = F::cross_entropy(classify(parameters, noisy), labels);
  loss.backward();
  torch::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters.size(); ++i) {
    velocities[i].mul_(momentum).add_(parameters[i].grad());
    parameters[i].sub_(rate * velocities[i]);
    parameters[i].mutable_grad() = Tensor();
  }
  return loss;
}

double accuracy(const Parameters &parameters, const Digits &digits) {
  torch::NoGradGuard no_grad;
  Tensor hits = classify(parameters, digits.images).argmax(1) == digits.labels;
  return hits.sum().item<double>() / double(digits.labels.numel());
}

/// The gradient along a random direction against a central difference, in float64: their relative difference.
double check_gradient(const Parameters &parameters, const Tensor &images, const Tensor &labels) {
  Parameters points, directions, shifted[2];
  constexpr double step = 1e-6;
  for (const Tensor &parameter : parameters) {
    points.push_back(parameter.detach().to(torch::kDouble).eval().requires_grad_(true));
    directions.push_back(torch::randn(parameter.sizes(), torch::kDouble).eval());
    for (int side : {0, 1})
      shifted[side].push_back(points.back().detach() + (side ? step : -step) * directions.back());
  }
  Tensor inputs = images.to(torch::kDouble);
  F::cross_entropy(classify(points, inputs), labels).backward();
  double along = 0, difference = 0;
  for (size_t i = 0; i < points.size(); ++i)
    along += (points[i].grad() * directions[i]).sum().item<double>();
  for (int side : {0, 1})
    difference += (side ? 1 : -1) * F::cross_entropy(classify(shifted[side], inputs), labels).item<double>();
  difference /= 2 * step;
  std::printf("gradient along a random direction: %.9f by backward(), %.9f by finite differences\n", along, difference);
  return std::abs(along - difference) / std::abs(difference);
}

} // namespace

int main(int argc, char **argv) try {
  torch::manual_seed(1);
  Digits all = load(argc > 1 ? argv[1] : COTAN_DIGITS_CSV);
  int64_t rows = all.labels.numel();
  Digits train{all.images.narrow(0, 0, training_rows), all.labels.narrow(0, 0, training_rows)};
  Digits test{all.images.narrow(0, training_rows, rows - training_rows).clone().eval(),
              all.labels.narrow(0, training_rows, rows - training_rows).clone().eval()};
  Parameters parameters = initialize(), velocities;
  for (const Tensor &parameter : parameters)
    velocities.push_back(torch::zeros_like(parameter).eval());
  if (check_gradient(parameters, train.images.narrow(0, 0, batch_size), train.labels.narrow(0, 0, batch_size)) > 1e-6) {
    std::fprintf(stderr, "error: the gradient disagrees with finite differences\n");
    return 1;
  }

  Tensor shifted = shifted_copies(train.images);
  std::vector<int64_t> order(training_rows);
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 shuffler(1);
  uint64_t compiles = 0;
  bool constant = true;
  double best_step = 1e9, reached = 0;
  auto begin = std::chrono::steady_clock::now();
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    std::shuffle(order.begin(), order.end(), shuffler);
    double rate = first_rate * 0.5 * (1 + std::cos(M_PI * (epoch - 1) / epochs)), total = 0;
    for (int64_t first = 0; first < training_rows; first += batch_size) {
      int64_t count = std::min(batch_size, training_rows - first);
      std::vector<int64_t> chosen(order.begin() + first, order.begin() + first + count), copies = chosen;
      for (int64_t &row : copies)
        row += training_rows * (shuffler() % 1000 < 1000 * shifted_share ? int64_t(shuffler() % 9) : 4);
      Tensor image_rows = torch::tensor(copies), label_rows = torch::tensor(chosen);
      auto start = std::chrono::steady_clock::now();
      uint64_t calls = torch::statistics().evaluations;
      Tensor loss = train_step(parameters, velocities, shifted.index({image_rows}), train.labels.index({label_rows}), rate);
      total += loss.item<double>() * double(count);
      best_step = std::min(best_step, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      if (torch::statistics().evaluations != calls + 1) {
        std::fprintf(stderr, "error: a training step took %d compiled calls\n", int(torch::statistics().evaluations - calls));
        return 1;
      }
    }
    reached = accuracy(parameters, test);
    uint64_t now = torch::statistics().compiles + torch::statistics().disk_hits;
    constant &= epoch < 3 || now == compiles;
    compiles = now;
    std::printf("%sepoch %2d/%d  loss %.4f  test accuracy %.2f %%  programs %llu", epoch > 1 ? "\r" : "", epoch, epochs,
                total / training_rows, 100 * reached, static_cast<unsigned long long>(compiles));
    std::fflush(stdout);
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("\n%d epochs in %.2f s, %.1f us a step at best, one compiled call a step\n", epochs, seconds, 1e6 * best_step);
  if (!constant || reached < 0.96) {
    std::fprintf(stderr, "error: %s\n", constant ? "less than 96 % of the test digits are right" : "programs were compiled after the first epoch");
    return 1;
  }
} catch (const torch::Error &error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
