//===- adolc_peer.cpp - ADOL-C: gmm and ode --------------------------------===//
//
// A program is written once for a scalar type: in double for the primal, in adouble for the gradient. It is taped by the first call and the tape
// replayed by the others, but where the trip count is an input: a tape holds one trip count, so each call tapes anew.
//
//===----------------------------------------------------------------------===//

#include "serve.h"

#include <adolc/adolc.h>
#include <cmath>

namespace {

using peer::Array;
using peer::Request;
using std::exp, std::fmax, std::log;

constexpr short kTape = 1;

/// Makes room for a tape of so many operations in memory: a buffer that overflows goes to a file.
void startTape(size_t operations) {
  auto room = [&](size_t perOperation) { return unsigned(operations * perOperation + (1 << 16)); };
  trace_on(kTape, /*keep=*/1, room(1), room(4), room(1), room(2));
}

/// The value at `at` and the gradient there by the tape.
double replay(std::vector<double> &at, std::vector<double> &gradient) {
  double value = 0, one = 1;
  if (zos_forward(kTape, 1, int(at.size()), 1, at.data(), &value) < 0)
    throw std::runtime_error("the tape does not hold for these inputs");
  fos_reverse(kTape, 1, int(at.size()), &one, gradient.data());
  return value;
}

//===-- gmm -------------------------------------------------------------------===//

struct Mixture {
  int64_t n, d, k;
  double gamma, m;
  const double *points;
};

/// log of the multivariate gamma function.
double logGamma(double a, int64_t d) {
  double sum = 0.25 * double(d * (d - 1)) * log(M_PI);
  for (int64_t j = 1; j <= d; ++j)
    sum += std::lgamma(a + 0.5 * double(1 - j));
  return sum;
}

template <typename T> T logSumExp(const T *x, int64_t count) {
  T largest = x[0];
  for (int64_t i = 1; i < count; ++i)
    largest = fmax(largest, x[i]);
  T sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += exp(x[i] - largest);
  return log(sum) + largest;
}

/// |L (x - mean)|^2 with exp(q) on L's diagonal and `lower` below it, column after column.
template <typename T> T squaredDistance(const double *x, const T *mean, const T *diagonal, const T *lower, int64_t d, T *from, T *to) {
  for (int64_t i = 0; i < d; ++i) {
    from[i] = x[i] - mean[i];
    to[i] = diagonal[i] * from[i];
  }
  for (int64_t column = 0; column < d; ++column) {
    for (int64_t row = column + 1; row < d; ++row)
      to[row] += lower[row - column - 1] * from[column];
    lower += d - column - 1;
  }
  T sum = 0;
  for (int64_t i = 0; i < d; ++i)
    sum += to[i] * to[i];
  return sum;
}

/// ADBench's objective.
template <typename T> T objective(const Mixture &mixture, const T *alpha, const T *means, const T *icf) {
  auto [n, d, k, gamma, m, points] = mixture;
  int64_t perComponent = d * (d + 1) / 2;
  auto scratch = [](int64_t count) { return std::vector<T>(size_t(count)); };
  std::vector<T> diagonals = scratch(k * d), sums = scratch(k), terms = scratch(k), from = scratch(d), to = scratch(d);
  T prior = 0, likelihood = 0;
  for (int64_t j = 0; j < k; ++j) {
    const T *q = icf + j * perComponent;
    T sum = 0, squares = 0;
    for (int64_t i = 0; i < d; ++i) {
      T &diagonal = diagonals[size_t(j * d + i)];
      diagonal = exp(q[i]);
      sum += q[i];
      squares += diagonal * diagonal;
    }
    for (int64_t i = d; i < perComponent; ++i)
      squares += q[i] * q[i];
    prior += 0.5 * gamma * gamma * squares - m * sum;
    sums[size_t(j)] = sum + alpha[j];
  }
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < k; ++j)
      terms[size_t(j)] = sums[size_t(j)] - 0.5 * squaredDistance(points + i * d, means + j * d, &diagonals[size_t(j * d)],
                                                                 icf + j * perComponent + d, d, from.data(), to.data());
    likelihood += logSumExp(terms.data(), k);
  }
  double degrees = double(d) + m + 1;
  double constant = -0.5 * double(n * d) * log(2 * M_PI) -
                    double(k) * (degrees * double(d) * (log(gamma) - 0.5 * log(2.0)) - logGamma(0.5 * degrees, d));
  return likelihood - double(n) * logSumExp(alpha, k) + prior + constant;
}

/// Results of the pass: the loss, and for the gradient the parts of `gradient` in the inputs' shapes.
struct Outcome {
  double loss = 0;
  std::vector<double> at, gradient;
  std::vector<std::pair<std::string, std::vector<int64_t>>> parts;

  peer::Results results(bool grad) const {
    Array value = peer::makeArray<double>({});
    *value.data<double>() = loss;
    peer::Results all = {{"loss", value}};
    const double *next = gradient.data();
    for (auto &[name, shape] : parts) {
      if (!grad)
        break;
      Array part = peer::makeArray<double>(shape);
      std::copy(next, next + part.size(), part.data<double>());
      next += part.size();
      all.push_back({"grad_" + name, part});
    }
    return all;
  }

  void add(const Request &request, const std::string &name) {
    const Array &input = request.input(name);
    at.insert(at.end(), input.data<double>(), input.data<double>() + input.size());
    gradient.resize(at.size());
    parts.push_back({name, input.shape()});
  }
};

bool wantsGradient(const Request &request) {
  if (request.dtype != "f64" || (request.pass != "primal" && request.pass != "grad"))
    throw peer::Absent("ADOL-C differentiates functions of doubles, in the passes primal and grad");
  return request.pass == "grad";
}

peer::Program mixture(const Request &request) {
  bool grad = wantsGradient(request);
  Array x = request.input("x");
  Mixture mixture{x.shape()[0], x.shape()[1], request.input("alpha").shape()[0], request.parameter("gamma"), request.parameter("m"), x.data<double>()};
  size_t operations = size_t(mixture.n * mixture.k * (mixture.d * (mixture.d + 1) / 2 + 6 * mixture.d + 16));
  if (grad && operations > 20'000'000)
    throw peer::Absent("the tape would take more than a GB");
  auto outcome = std::make_shared<Outcome>();
  for (const char *name : {"alpha", "means", "icf"})
    outcome->add(request, name);
  size_t means = size_t(mixture.k), icf = means + size_t(mixture.k * mixture.d);
  if (grad) {
    startTape(operations);
    std::vector<adouble> in(outcome->at.size());
    for (size_t i = 0; i < in.size(); ++i)
      in[i] <<= outcome->at[i];
    adouble loss = objective<adouble>(mixture, &in[0], &in[means], &in[icf]);
    loss >>= outcome->loss;
    trace_off();
  }
  auto call = [outcome, mixture, grad, means, icf, x] {
    const double *in = outcome->at.data();
    outcome->loss = grad ? replay(outcome->at, outcome->gradient) : objective<double>(mixture, in, in + means, in + icf);
  };
  return {call, [outcome, grad] { return outcome->results(grad); }};
}

//===-- ode -------------------------------------------------------------------===//

/// x + y after so many steps of RK4 on x' = a x - b x y, y' = -c y + d x y.
template <typename T> T lotkaVolterra(const T *p, const double *state, int64_t steps) {
  constexpr double dt = 0.05;
  const T &a = p[0], &b = p[1], &c = p[2], &d = p[3];
  T x = state[0], y = state[1];
  auto slopeX = [&](const T &u, const T &v) -> T { return u * (a - b * v); };
  auto slopeY = [&](const T &u, const T &v) -> T { return v * (d * u - c); };
  for (int64_t i = 0; i < steps; ++i) {
    T x1 = slopeX(x, y), y1 = slopeY(x, y);
    T u = x + 0.5 * dt * x1, v = y + 0.5 * dt * y1;
    T x2 = slopeX(u, v), y2 = slopeY(u, v);
    u = x + 0.5 * dt * x2, v = y + 0.5 * dt * y2;
    T x3 = slopeX(u, v), y3 = slopeY(u, v);
    u = x + dt * x3, v = y + dt * y3;
    T x4 = slopeX(u, v), y4 = slopeY(u, v);
    x += dt / 6 * (x1 + 2 * (x2 + x3) + x4);
    y += dt / 6 * (y1 + 2 * (y2 + y3) + y4);
  }
  return x + y;
}

double tapeOde(const std::vector<double> &at, const double *state, int64_t steps) {
  startTape(size_t(steps) * 120);
  std::vector<adouble> p(at.size());
  for (size_t i = 0; i < p.size(); ++i)
    p[i] <<= at[i];
  adouble loss = lotkaVolterra(p.data(), state, steps);
  double value = 0;
  loss >>= value;
  trace_off();
  return value;
}

peer::Program ode(const Request &request) {
  bool grad = wantsGradient(request);
  auto outcome = std::make_shared<Outcome>();
  outcome->add(request, "p");
  Array state = request.input("state"), trips;
  bool given = request.caseName == "steps=input";
  if (given)
    trips = request.input("steps");
  int64_t fixed = given ? 0 : std::stoll(request.caseName.substr(request.caseName.find('=') + 1));
  if (grad && !given)
    tapeOde(outcome->at, state.data<double>(), fixed);
  auto call = [=] {
    int64_t steps = given ? *trips.data<int64_t>() : fixed;
    if (!grad) {
      outcome->loss = lotkaVolterra(outcome->at.data(), state.data<double>(), steps);
    } else if (given) {
      // What the tape needs for the reverse sweep is kept while it is made: no forward sweep.
      outcome->loss = tapeOde(outcome->at, state.data<double>(), steps);
      double one = 1;
      fos_reverse(kTape, 1, int(outcome->at.size()), &one, outcome->gradient.data());
    } else {
      outcome->loss = replay(outcome->at, outcome->gradient);
    }
  };
  return {call, [outcome, grad] { return outcome->results(grad); }};
}

peer::Program make(const Request &request) {
  if (request.id == "gmm")
    return mixture(request);
  if (request.id == "ode")
    return ode(request);
  throw peer::Absent("a tape of scalars is for gmm and ode");
}

} // namespace

int main() {
  return peer::serve("adolc", ADOLC_VERSION, make);
}
