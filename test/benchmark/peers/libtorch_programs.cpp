//===- libtorch_programs.cpp - libtorch: workloads that are not a loss -----===//

#include "libtorch_peer.h"

#include <cmath>

namespace peer {

using torch::autograd::grad;

Computation matrixProduct(const Request &request, Inputs inputs) {
  Tensor a = inputs["a"], b = inputs["b"];
  if (request.pass == "grad") {
    a.requires_grad_();
    b.requires_grad_();
    return [a, b, cotangent = inputs["cotangent"], inputs]() -> Named {
      Tensor c = at::mm(a, b);
      auto gradients = grad({c}, {a, b}, {cotangent});
      Tensor loss = at::dot(c.detach().view(-1), cotangent.view(-1));
      return {{"loss", loss}, {"grad_a", gradients[0]}, {"grad_b", gradients[1]}};
    };
  }
  Tensor left = request.caseHas("A'B") ? a.t() : a, right = request.caseHas("AB'") ? b.t() : b;
  if (request.caseHas("+gelu"))
    return [left, right, bias = inputs["bias"], inputs]() -> Named {
      c10::InferenceMode guard;
      Tensor c = at::addmm(bias, left, right);
      return {{"c", at::gelu_(c, "tanh")}};
    };
  return [left, right, inputs]() -> Named {
    c10::InferenceMode guard;
    return {{"c", at::mm(left, right)}};
  };
}

namespace {

/// erf, not erfc, which takes half as long again.
Tensor normalDistribution(const Tensor &x) { return at::erf(x * M_SQRT1_2).add_(1).mul_(0.5); }

/// Black and Scholes' call price for a strike each.
Tensor callPrice(const Tensor &spot, const Tensor &strike, const Tensor &expiry, const Tensor &volatility, double rate) {
  Tensor deviation = volatility * expiry.sqrt();
  Tensor d1 = (at::log(spot / strike) + (rate + 0.5 * volatility.square()) * expiry) / deviation;
  return spot * normalDistribution(d1) - strike * at::exp(expiry * -rate) * normalDistribution(d1 - deviation);
}

} // namespace

Computation europeanOptions(const Request &request, Inputs inputs) {
  Tensor spot = inputs["spot"], strike = inputs["strike"], expiry = inputs["expiry"];
  double rate = request.parameter("rate"), sigma = request.parameter("volatility");
  if (request.pass == "primal")
    return [=]() -> Named {
      c10::InferenceMode guard;
      return {{"price", callPrice(spot, strike, expiry, at::scalar_tensor(sigma, spot.options()), rate)}};
    };
  spot.requires_grad_();
  Tensor volatility = at::full_like(strike, sigma).requires_grad_();
  return [=]() -> Named {
    Tensor price = callPrice(spot, strike, expiry, volatility, rate);
    auto greeks = grad({price.sum()}, {spot, volatility});
    return {{"price", price.detach()}, {"delta", greeks[0]}, {"vega", greeks[1]}};
  };
}

Computation chain(const Request &request, Inputs inputs) {
  int64_t length = std::stoll(request.caseName.substr(request.caseName.find('=') + 1));
  return [length, x = inputs["x"], inputs]() -> Named {
    c10::InferenceMode guard;
    Tensor y = x;
    for (int64_t i = 0; i < length; ++i)
      y = i % 2 == 0 ? y * 1.0001 : y + x;
    return {{"y", y}};
  };
}

/// The gradient's own vector-Jacobian product with v: the Hessian is symmetric.
Computation hessianVectorProduct(const Request &request, Inputs inputs) {
  auto loss = [inputs](const std::vector<Tensor> &of) {
    Tensor out = at::mv(at::tanh(at::linear(inputs["x"], of[0], of[1])), of[2]);
    return at::mse_loss(out, inputs["target"]);
  };
  if (request.pass == "primal")
    return [loss, of = std::vector<Tensor>{inputs["w1"], inputs["b1"], inputs["w2"]}]() -> Named {
      c10::InferenceMode guard;
      return {{"loss", loss(of)}};
    };
  std::vector<Tensor> variables, vector;
  for (const char *name : {"w1", "b1", "w2"}) {
    variables.push_back(inputs[name].requires_grad_());
    vector.push_back(inputs[std::string("v_") + name]);
  }
  return [loss, variables, vector]() -> Named {
    auto first = grad({loss(variables)}, variables, {}, /*retain_graph=*/true, /*create_graph=*/true);
    auto second = grad(first, variables, vector);
    return {{"hvp_w1", second[0]}, {"hvp_b1", second[1]}, {"hvp_w2", second[2]}};
  };
}

Computation smallCalls(const Request &request, Inputs inputs) {
  Tensor w = inputs["w"], x = inputs["x"];
  if (request.caseName.rfind("1 op", 0) == 0 || request.caseName.rfind("100 ops", 0) == 0) {
    int64_t products = request.caseName.rfind("1 op", 0) == 0 ? 1 : 100;
    return [w, x, products, inputs]() -> Named {
      c10::InferenceMode guard;
      Tensor y = w;
      for (int64_t i = 0; i < products; ++i)
        y = y * x;
      return {{"y", y}};
    };
  }
  if (request.caseName.rfind("5 ops", 0) != 0)
    throw Absent("no case '" + request.caseName + "'");
  w.requires_grad_();
  auto s = std::make_shared<double>(inputs["s"].item<double>());
  return [w, x, s, inputs]() -> Named {
    Tensor loss = (((w * x).exp() + *s) * x).sum();
    *s += 1e-3; // another number at each call
    return {{"loss", loss.detach()}, {"grad_w", grad({loss}, {w})[0]}};
  };
}

} // namespace peer
