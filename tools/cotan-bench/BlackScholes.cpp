//===- BlackScholes.cpp - bs: option prices with their sensitivities ---------===//

#include "Oracle.h"
#include "Witness.h"

#include <cmath>

namespace cotan::bench {
namespace {

//===--- European calls, by the formula ------------------------------------===//

constexpr double rate = 0.03, volatility = 0.2;

Tensor normalDistribution(const Tensor &x) { return 0.5 * (1 + (x * M_SQRT1_2).erf()); }

Tensor callPrice(const Tensor &spot, const Tensor &strike, const Tensor &expiry, const Tensor &vol) {
  Tensor deviation = vol * expiry.sqrt();
  Tensor d1 = ((spot / strike).log() + (rate + 0.5 * vol.square()) * expiry) / deviation;
  return spot * normalDistribution(d1) - strike * (-rate * expiry).exp() * normalDistribution(d1 - deviation);
}

std::vector<Named> prices(const Tensors &in) { return {{"price", callPrice(in[0], in[1], in[2], full_like(in[0], volatility))}}; }

std::vector<Named> pricesAndGreeks(const Tensors &in) {
  auto price = [&](const Tensor &spot, const Tensor &vol) { return callPrice(spot, in[1], in[2], vol); };
  auto [value, pullback] = vjp(price, in[0], full_like(in[0], volatility));
  Tensors greeks = pullback(ones_like(value));
  return {{"price", value}, {"delta", greeks[0]}, {"vega", greeks[1]}};
}

std::vector<Named> optionsClosedForm(const std::vector<Named> &inputs, bool gradient) {
  std::vector<double> spot = toVector(inputs[0].value), strike = toVector(inputs[1].value), expiry = toVector(inputs[2].value);
  std::vector<double> price, delta, vega;
  auto distribution = [](double x) { return 0.5 * std::erfc(-x * M_SQRT1_2); };
  for (size_t i = 0; i < spot.size(); ++i) {
    double deviation = volatility * std::sqrt(expiry[i]);
    double d1 = (std::log(spot[i] / strike[i]) + (rate + 0.5 * volatility * volatility) * expiry[i]) / deviation;
    price.push_back(spot[i] * distribution(d1) - strike[i] * std::exp(-rate * expiry[i]) * distribution(d1 - deviation));
    delta.push_back(distribution(d1));
    vega.push_back(spot[i] * std::sqrt(expiry[i]) * std::exp(-0.5 * d1 * d1) / std::sqrt(2 * M_PI));
  }
  std::vector<int64_t> shape = {int64_t(spot.size())};
  std::vector<Named> results = {{"price", fromVector(price, shape)}};
  if (gradient) {
    results.push_back({"delta", fromVector(delta, shape)});
    results.push_back({"vega", fromVector(vega, shape)});
  }
  return results;
}

/// The hand-written loop on copies of the inputs.
Implementation optionsWitness(const std::vector<Named> &inputs, bool gradient) {
  struct State {
    WitnessArray spot, strike, expiry, price, delta, vega;
  };
  int64_t n = inputs[0].value.numel();
  auto s = std::make_shared<State>(State{WitnessArray(inputs[0].value), WitnessArray(inputs[1].value), WitnessArray(inputs[2].value),
                                         WitnessArray(size_t(n)), WitnessArray(size_t(n)), WitnessArray(size_t(n))});
  return {[=] {
            witness_options(s->spot.data(), s->strike.data(), s->expiry.data(), float(rate), float(volatility), s->price.data(),
                            gradient ? s->delta.data() : nullptr, gradient ? s->vega.data() : nullptr, size_t(n));
          },
          [=] {
            std::vector<Named> results = {{"price", s->price.tensor({n})}};
            if (gradient) {
              results.push_back({"delta", s->delta.tensor({n})});
              results.push_back({"vega", s->vega.tensor({n})});
            }
            return results;
          }};
}

Case makeOptions(int64_t n, bool gradient) {
  Numbers numbers(n);
  Case c;
  c.inputs = {{"spot", numbers.uniform({n}, 80, 120)}, {"strike", numbers.uniform({n}, 80, 120)}, {"expiry", numbers.uniform({n}, 0.1, 2)}};
  c.parameters = {{"rate", rate}, {"volatility", volatility}};
  c.program = gradient ? pricesAndGreeks : prices;
  c.oracle = [=, inputs = c.inputs] { return optionsClosedForm(inputs, gradient); };
  c.tolerance = 1e-5;
  c.bytes = 4.0 * (gradient ? 6 : 4) * double(n);
  c.witness = [=, inputs = c.inputs] { return optionsWitness(inputs, gradient); };
  return c;
}

//===--- An Asian call, by simulation ---------------------------------------===//

constexpr double asianStrike = 100, asianExpiry = 1;

/// Discounted mean of max(mean over time of the price - strike, 0). Inputs: normals [steps, paths], spot [], volatility [].
Tensor asianLoss(const Tensors &in) {
  const Tensor &normals = in[0], &spot = in[1], &vol = in[2];
  int64_t steps = normals.size(0);
  double dt = asianExpiry / double(steps);
  Tensor drift = (rate - 0.5 * vol.square()) * dt, scale = vol * std::sqrt(dt);
  Tensor logPrice = spot.log(), total;
  for (int64_t i = 0; i < steps; ++i) {
    logPrice = logPrice + drift + scale * normals[i];
    total = i == 0 ? logPrice.exp() : total + logPrice.exp();
  }
  return std::exp(-rate * asianExpiry) * (total / double(steps) - asianStrike).relu().mean();
}

/// Pathwise: a price's derivative is price / spot by spot, and price (W - vol t) by volatility, W the path's Brownian motion at t.
std::vector<Named> asianPathwise(const std::vector<Named> &inputs, bool gradient) {
  std::vector<double> normals = toVector(inputs[0].value);
  int64_t steps = inputs[0].value.size(0), paths = inputs[0].value.size(1);
  double spot = toVector(inputs[1].value)[0], vol = toVector(inputs[2].value)[0], dt = asianExpiry / double(steps);
  double payoff = 0, bySpot = 0, byVolatility = 0;
  for (int64_t path = 0; path < paths; ++path) {
    double motion = 0, total = 0, tilted = 0;
    for (int64_t i = 0; i < steps; ++i) {
      motion += std::sqrt(dt) * normals[size_t(i * paths + path)];
      double time = double(i + 1) * dt, price = spot * std::exp((rate - 0.5 * vol * vol) * time + vol * motion);
      total += price;
      tilted += price * (motion - vol * time);
    }
    if (total / double(steps) <= asianStrike)
      continue;
    payoff += total / double(steps) - asianStrike;
    bySpot += total / double(steps) / spot;
    byVolatility += tilted / double(steps);
  }
  double discount = std::exp(-rate * asianExpiry) / double(paths);
  std::vector<Named> results = {{"loss", fromVector({discount * payoff}, {})}};
  if (gradient) {
    results.push_back({"grad_spot", fromVector({discount * bySpot}, {})});
    results.push_back({"grad_volatility", fromVector({discount * byVolatility}, {})});
  }
  return results;
}

Implementation asianWitness(const std::vector<Named> &inputs, bool gradient) {
  AsianOption option = {inputs[1].value.item<float>(), inputs[2].value.item<float>(), float(asianStrike), float(rate), float(asianExpiry)};
  auto normals = std::make_shared<WitnessArray>(inputs[0].value);
  size_t steps = size_t(inputs[0].value.size(0)), paths = size_t(inputs[0].value.size(1));
  auto results = std::make_shared<std::vector<float>>(3);
  return {[=] { witness_asian(normals->data(), steps, paths, option, results->data(), gradient); },
          [=] {
            std::vector<Named> named = {{"loss", fromVector({(*results)[0]}, {})}};
            if (gradient) {
              named.push_back({"grad_spot", fromVector({(*results)[1]}, {})});
              named.push_back({"grad_volatility", fromVector({(*results)[2]}, {})});
            }
            return named;
          }};
}

Case makeAsian(int64_t paths, int64_t steps, bool gradient) {
  Numbers numbers(paths);
  Case c;
  c.inputs = {{"normals", numbers.normal({steps, paths})}, {"spot", cotan::tensor(100.f).eval()}, {"volatility", cotan::tensor(0.2f).eval()}};
  c.parameters = {{"strike", asianStrike}, {"rate", rate}, {"expiry", asianExpiry}};
  c.program = gradient ? lossAndGradients(asianLoss, c.inputs, {"spot", "volatility"}) : lossOnly(asianLoss);
  c.oracle = [=, inputs = c.inputs] { return asianPathwise(inputs, gradient); };
  // Prices are kept as logarithms near 4.6, in f32: each of the additions rounds by up to 2e-7 of a price, 2e-6 of a payoff.
  c.tolerance = 3e-4;
  c.bytes = 4.0 * double(paths * steps);
  // A step of a path: the motion and the exponent (4), the sum (1); with the derivative the tilted sum (4).
  c.flops = double(paths * steps) * (gradient ? 9 : 5);
  c.witness = [=, inputs = c.inputs] { return asianWitness(inputs, gradient); };
  return c;
}

} // namespace

std::vector<CaseMaker> blackScholesCases(const Options &options) {
  std::vector<CaseMaker> cases;
  int64_t n = options.quick ? 1024 : 1000000, paths = options.quick ? 256 : 65536, steps = options.quick ? 8 : 64;
  for (bool gradient : {false, true})
    cases.push_back({"options=" + std::to_string(n), gradient ? "grad" : "primal", "f32", [=] { return makeOptions(n, gradient); }});
  for (bool gradient : {false, true})
    cases.push_back({"asian=" + std::to_string(paths) + "x" + std::to_string(steps), gradient ? "grad" : "primal", "f32",
                     [=] { return makeAsian(paths, steps, gradient); }});
  return cases;
}

} // namespace cotan::bench
