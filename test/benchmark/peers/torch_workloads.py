"""The workloads in torch, for the peers `torch` and `torch.compile`.

Both run the same programs: eager calls the loss as it stands, the compiling peer hands it to `torch.compile` and trains with the backward that
comes with it. Loops of hundreds of trips are not unrolled into one graph, which would compile for many minutes; their bodies are compiled.
"""

import math

import serve

threads = serve.settle_threads()

import torch
import torch.nn.functional as F

torch.set_num_threads(threads)
torch.set_num_interop_threads(1)


class Workloads:
    """`compiled` is what every function goes through: the identity or torch.compile."""

    def __init__(self, compiled):
        self.compiled = compiled
        self.compiles = compiled is not identity

    def all(self):
        names = ("ew", "xent", "lnorm", "mlp", "xformer", "conv", "lstm", "gmm", "adlstm", "ba", "bs", "ode", "newton", "hvp", "gemm", "call", "compile")
        return {name: getattr(self, name) for name in names}

    # The three passes of loss(parameters, data), both dicts of tensors.

    def program(self, request, loss, differentiated, whole=True):
        """With `whole` false the loss is left as it stands: it compiles its own loop bodies."""
        data = tensors(request)
        parameters = {name: data.pop(name) for name in differentiated}
        loss = self.compiled(loss) if whole else loss
        if request.pass_name == "primal":
            return without_gradients(lambda: {"loss": loss(parameters, data)})
        leaves = [parameter.requires_grad_() for parameter in parameters.values()]
        if request.pass_name == "step":
            return self.training(loss, parameters, data)

        def call():
            value = loss(parameters, data)
            gradients = torch.autograd.grad(value, leaves)
            return {"loss": value.detach()} | {f"grad_{name}": gradient for name, gradient in zip(parameters, gradients)}

        return call

    def training(self, loss, parameters, data):
        """Each call is the next step: the parameters are updated in place."""
        optimizer = torch.optim.SGD(parameters.values(), lr=0.1, fused=True)

        def call():
            optimizer.zero_grad(set_to_none=True)
            value = loss(parameters, data)
            value.backward()
            optimizer.step()
            return {"loss": value.detach()} | {f"new_{name}": parameter.detach() for name, parameter in parameters.items()}

        return call

    # Elementwise programs and reductions

    def ew(self, request):
        def loss(p, data):
            x, y = p["x"], data["y"]
            return (F.gelu(x * y + x, approximate="tanh") * y).square().mean()

        return self.program(request, loss, ["x"])

    def xent(self, request):
        return self.program(request, lambda p, data: F.cross_entropy(p["logits"], data["target"]), ["logits"])

    def lnorm(self, request):
        def loss(p, data):
            return (F.layer_norm(p["x"], p["weight"].shape, p["weight"], p["bias"], 1e-5) * data["cotangent"]).sum()

        return self.program(request, loss, ["x", "weight", "bias"])

    def bs(self, request):
        return self.bs_asian(request) if "asian" in request.case else self.bs_options(request)

    def bs_options(self, request):
        data = tensors(request)
        rate, volatility = request.parameters["rate"], request.parameters["volatility"]

        @self.compiled
        def price(spot, strike, expiry, volatility):
            deviation = volatility * expiry.sqrt()
            d1 = ((spot / strike).log() + (rate + 0.5 * volatility**2) * expiry) / deviation
            return spot * torch.special.ndtr(d1) - strike * (-rate * expiry).exp() * torch.special.ndtr(d1 - deviation)

        spot, strike, expiry = data["spot"], data["strike"], data["expiry"]
        if request.pass_name == "primal":
            return without_gradients(lambda: {"price": price(spot, strike, expiry, volatility)})
        volatilities = torch.full_like(spot, volatility).requires_grad_()
        spot.requires_grad_()
        ones = torch.ones_like(strike)

        def call():
            prices = price(spot, strike, expiry, volatilities)
            delta, vega = torch.autograd.grad(prices, (spot, volatilities), ones)
            return {"price": prices.detach(), "delta": delta, "vega": vega}

        return call

    def bs_asian(self, request):
        strike, rate, expiry = (request.parameters[name] for name in ("strike", "rate", "expiry"))

        def loss(p, data):
            normals, volatility = data["normals"], p["volatility"]
            dt = expiry / normals.shape[0]
            increments = (rate - 0.5 * volatility**2) * dt + volatility * math.sqrt(dt) * normals
            average = (p["spot"].log() + increments.cumsum(0)).exp().mean(0)
            return math.exp(-rate * expiry) * (average - strike).relu().mean()

        return self.program(request, loss, ["spot", "volatility"])

    # Networks

    def mlp(self, request):
        def loss(p, data):
            hidden = F.linear(data["x"], p["w1"], p["b1"]).relu()
            hidden = F.linear(hidden, p["w2"], p["b2"]).relu()
            return F.cross_entropy(F.linear(hidden, p["w3"], p["b3"]), data["target"])

        return self.program(request, loss, ["w1", "b1", "w2", "b2", "w3", "b3"])

    def xformer(self, request):
        heads = 4

        def loss(p, data):
            x = data["x"]
            batch, length, width = x.shape
            qkv = F.linear(F.layer_norm(x, (width,), p["ln1_w"], p["ln1_b"], 1e-5), p["wqkv"], p["bqkv"])
            query, key, value = (part.view(batch, length, heads, width // heads).transpose(1, 2) for part in qkv.split(width, -1))
            attention = F.scaled_dot_product_attention(query, key, value, is_causal=True)
            h = x + F.linear(attention.transpose(1, 2).reshape(batch, length, width), p["wo"], p["bo"])
            up = F.linear(F.layer_norm(h, (width,), p["ln2_w"], p["ln2_b"], 1e-5), p["wup"], p["bup"])
            y = h + F.linear(F.gelu(up, approximate="tanh"), p["wdown"], p["bdown"])
            return F.mse_loss(y, data["target"])

        return self.program(request, loss, [name for name in request.inputs if name not in ("x", "target")])

    def conv(self, request):
        def residual(p, data):
            x = data["x"]
            y = (x + F.conv2d(F.conv2d(x, p["w1"], padding=1).relu(), p["w2"], padding=1)).relu()
            return F.mse_loss(y, data["target"])

        def lenet(p, data):
            x = F.max_pool2d(F.conv2d(data["x"], p["c1_w"], p["c1_b"], padding=2).relu(), 2)
            x = F.max_pool2d(F.conv2d(x, p["c2_w"], p["c2_b"]).relu(), 2).flatten(1)
            x = F.linear(x, p["f1_w"], p["f1_b"]).relu()
            x = F.linear(x, p["f2_w"], p["f2_b"]).relu()
            return F.cross_entropy(F.linear(x, p["f3_w"], p["f3_b"]), data["target"])

        parameters = [name for name in request.inputs if name not in ("x", "target")]
        return self.program(request, residual if request.case == "residual" else lenet, parameters)

    def lstm(self, request):
        """torch.nn.LSTM's own kernel, to which the module hands its weights."""

        def loss(p, _):
            weights = [p["w_ih"], p["w_hh"], p["b_ih"], p["b_hh"]]
            state = (p["h0"][None], p["c0"][None])
            hiddens, _, _ = torch.lstm(p["x"], state, weights, True, 1, 0.0, request.gradients_wanted(), False, False)
            return hiddens.square().mean()

        names = ["x", "h0", "c0", "w_ih", "w_hh", "b_ih", "b_hh"]
        return self.program(request, loss, names)

    def hvp(self, request):
        """Eagerly two reverse passes are quickest; forward over reverse, which does less work, pays once it is compiled."""
        data = tensors(request)
        names = ("w1", "b1", "w2")
        x, target = data["x"], data["target"]
        parameters = tuple(data[name] for name in names)
        direction = tuple(data["v_" + name] for name in names)

        def f(w1, b1, w2):
            return (F.linear(x, w1, b1).tanh() @ w2 - target).square().mean()

        def twice_reverse(parameters, direction):
            gradient = torch.autograd.grad(f(*parameters), parameters, create_graph=True)
            return torch.autograd.grad(gradient, parameters, direction)

        if request.pass_name == "primal":
            loss = self.compiled(f)
            return without_gradients(lambda: {"loss": loss(*parameters)})

        @self.compiled
        def forward_over_reverse(parameters, direction):
            return torch.func.jvp(torch.func.grad(f, argnums=(0, 1, 2)), parameters, direction)[1]

        def named(products):
            return dict(zip(("hvp_w1", "hvp_b1", "hvp_w2"), products))

        if self.compiles:
            return without_gradients(lambda: named(forward_over_reverse(parameters, direction)))
        for parameter in parameters:
            parameter.requires_grad_()
        return lambda: named(twice_reverse(parameters, direction))

    # ADBench

    def gmm(self, request):
        gamma, m = request.parameters["gamma"], request.parameters["m"]

        def loss(p, data):
            alpha, means, icf, x = p["alpha"], p["means"], p["icf"], data["x"]
            n, d = x.shape
            components = alpha.shape[0]
            log_diagonal, lower = icf[:, :d], icf[:, d:]
            columns, rows = torch.triu_indices(d, d, 1)  # Columns of the strictly lower triangle.
            diagonal = log_diagonal.exp()
            factors = torch.diag_embed(diagonal).index_put((torch.arange(components)[:, None], rows, columns), lower)
            whitened = (factors.reshape(-1, d) @ x.T).view(components, d, n) - factors @ means[:, :, None]
            log_weights = (alpha + log_diagonal.sum(1))[:, None] - 0.5 * whitened.square().sum(1)
            likelihood = log_weights.logsumexp(0).sum() - n * alpha.logsumexp(0)
            prior = 0.5 * gamma**2 * (diagonal.square().sum() + lower.square().sum()) - m * log_diagonal.sum()
            freedom = d + m + 1
            log_gamma_d = 0.25 * d * (d - 1) * math.log(math.pi) + sum(math.lgamma(0.5 * (freedom - j)) for j in range(d))
            constant = freedom * d * (math.log(gamma) - 0.5 * math.log(2)) - log_gamma_d
            return -0.5 * n * d * math.log(2 * math.pi) + likelihood + prior - components * constant

        return self.program(request, loss, ["alpha", "means", "icf"])

    def adlstm(self, request):
        @self.compiled
        def advance(x, hidden, cell, from_input, from_hidden):
            hidden, cell = list(hidden), list(cell)
            for layer in range(len(hidden)):
                forget, outgate = torch.addcmul(from_input[layer][1], x, from_input[layer][0]).sigmoid()
                ingate, change = torch.addcmul(from_hidden[layer][1], hidden[layer], from_hidden[layer][0])
                cell[layer] = torch.addcmul(cell[layer] * forget, ingate.sigmoid(), change.tanh())
                hidden[layer] = x = outgate * cell[layer].tanh()
            return hidden, cell

        def loss(p, data):
            state, sequence, extra = data["state"], data["sequence"], p["extra"]
            layers, width = state.shape[0] // 2, state.shape[1]
            main = p["main"].view(layers, 2, 4, width)
            from_input = main[:, :, 0::2].unbind()  # Weights and biases of the forget and the out gate,
            from_hidden = main[:, :, 1::2].unbind()  # and of the in gate and the change.
            hidden, cell = list(state[0::2].unbind()), list(state[1::2].unbind())
            last = []
            for x in (sequence[:-1] * extra[0]).unbind():
                hidden, cell = advance(x, hidden, cell, from_input, from_hidden)
                last.append(hidden[-1])
            output = torch.addcmul(extra[2], torch.stack(last), extra[1])
            return -(sequence[1:] * (output - (output.exp().sum(1, keepdim=True) + 2).log())).mean()

        return self.program(request, loss, ["main", "extra"], whole=False)

    def ba(self, request):
        data = tensors(request)
        observation = torch.arange(data["weights"].shape[0])
        cameras = observation % data["cameras"].shape[0]
        points = observation % data["points"].shape[0]

        @self.compiled
        def primal(data):
            reprojection = reprojection_error(data["cameras"][cameras], data["points"][points], data["weights"], data["features"])
            return {"reprojection": reprojection, "weight_error": 1 - data["weights"].square()}

        @self.compiled
        def jacobian(data):
            """Observations are independent: two reverse passes over the sums of u and of v give every row."""
            own = (data["cameras"][cameras], data["points"][points], data["weights"])
            reprojection, pull_back = torch.func.vjp(lambda *own: reprojection_error(*own, data["features"]), *own)
            rows = []
            for axis in range(2):
                seed = torch.zeros_like(reprojection)
                seed[:, axis] = 1
                by_camera, by_point, by_weight = pull_back(seed)
                rows.append(torch.cat([by_camera, by_point, by_weight[:, None]], 1))
            weight_jacobian = torch.func.grad(lambda weights: (1 - weights.square()).sum())(data["weights"])
            return {"jacobian": torch.stack(rows, 1), "weight_jacobian": weight_jacobian}

        function = primal if request.pass_name == "primal" else jacobian
        return without_gradients(lambda: function(data))

    # Programs with loops

    def ode(self, request):
        dt = 0.05

        @self.compiled
        def advance(state, rates, couplings):
            def slope(state):
                return state * torch.addcmul(rates, couplings, state.flip(0))

            k1 = slope(state)
            k2 = slope(state.add(k1, alpha=0.5 * dt))
            k3 = slope(state.add(k2, alpha=0.5 * dt))
            k4 = slope(state.add(k3, alpha=dt))
            return state.add(k1 + k4, alpha=dt / 6).add(k2 + k3, alpha=dt / 3)

        signs = torch.tensor([1.0, -1.0], dtype=torch.float64)

        def loss(p, data):
            state = data["state"]
            rates, couplings = p["p"][0::2] * signs, p["p"][1::2] * -signs
            for _ in range(int(data["steps"]) if "steps" in data else request.number_in_case("steps")):
                state = advance(state, rates, couplings)
            return state.sum()

        return self.program(request, loss, ["p"], whole=False)

    def newton(self, request):
        @self.compiled
        def advance(E, M, e):
            step = (E - e * E.sin() - M) / (1 - e * E.cos())
            return E - step, step.detach().abs().max()

        def loss(p, _):
            E, largest = p["M"], math.inf
            while largest >= 1e-12:
                E, largest = advance(E, p["M"], p["e"])
            return E.sum()

        return self.program(request, loss, ["M", "e"], whole=False)

    # Products, calls and compilation

    def gemm(self, request):
        if request.gradients_wanted():
            return self.program(request, lambda p, data: (p["a"] @ p["b"] * data["cotangent"]).sum(), ["a", "b"])

        @self.compiled
        def product(data):
            a = data["a"].T if "A'B" in request.case else data["a"]
            b = data["b"].T if "AB'" in request.case else data["b"]
            return {"c": F.gelu(torch.addmm(data["bias"], a, b), approximate="tanh") if "+gelu" in request.case else a @ b}

        data = tensors(request)
        return without_gradients(lambda: product(data))

    def call(self, request):
        if request.case == "5 ops":
            return self.five_ops(request)

        @self.compiled
        def multiply(y, x):
            for _ in range(1 if request.case == "1 op" else 100):
                y = y * x
            return y

        data = tensors(request)
        w, x = data["w"], data["x"]
        return without_gradients(lambda: {"y": multiply(w, x)})

    def five_ops(self, request):
        data = tensors(request)
        w, x, s = data["w"].requires_grad_(), data["x"], data["s"].item()
        loss = self.compiled(lambda w, x, s: (((w * x).exp() + s) * x).sum())

        def call():
            nonlocal s
            value = loss(w, x, torch.tensor(s) if self.compiles else s)  # A number would be built into what is compiled.
            (gradient,) = torch.autograd.grad(value, w)
            s += 0.001
            return {"loss": value.detach(), "grad_w": gradient}

        return call

    def compile(self, request):
        if not self.compiles:
            raise serve.Absent("eager torch compiles nothing")
        length = request.number_in_case("chain")
        if length > 1000:
            raise serve.Absent("a graph of so many operations compiles for more than three minutes")

        @self.compiled
        def chain(x):
            y = x
            for position in range(length):
                y = y + x if position % 2 else y * 1.0001
            return y

        x = tensors(request)["x"]
        return without_gradients(lambda: {"y": chain(x)})


def identity(function):
    return function


def tensors(request):
    return {name: torch.from_numpy(array).clone() for name, array in request.inputs.items()}


def without_gradients(call):
    return torch.no_grad()(call)


def reprojection_error(camera, point, weight, feature):
    """ADBench's, for all observations at once: each argument has a row for each."""
    rotation, centre, focal, principal, radial = camera.split([3, 3, 1, 2, 2], 1)
    angle = rotation.square().sum(1, keepdim=True).sqrt()
    axis, moved = rotation / angle, point - centre
    cosine = angle.cos()
    along = (axis * moved).sum(1, keepdim=True) * (1 - cosine)
    rotated = moved * cosine + torch.linalg.cross(axis, moved) * angle.sin() + axis * along
    flat = rotated[:, :2] / rotated[:, 2:]
    squared = flat.square().sum(1, keepdim=True)
    distorted = flat * (1 + radial[:, :1] * squared + radial[:, 1:] * squared.square())
    return weight[:, None] * (distorted * focal + principal - feature)
