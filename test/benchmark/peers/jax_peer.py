"""JAX as a peer: every program is one `jax.jit`, its gradient `jax.value_and_grad` of the loss, recurrences are `lax.scan`."""

import math
import os

import serve

threads = serve.settle_threads()
if threads == 1:
    os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

if threads == 1:  # On one core the caller can only wait for the other thread, and be switched to and fro.
    jax.config.update("jax_cpu_enable_async_dispatch", False)


def on_device(request):
    """The inputs as JAX arrays that own their memory, so that they can be donated; f64 is switched on for programs in f64 only."""
    jax.config.update("jax_enable_x64", request.dtype == "f64")
    return {name: jnp.array(array) for name, array in request.inputs.items()}


def waiting(function, *arguments):
    """The call to time: results are asynchronous until they are waited for."""
    return lambda: jax.block_until_ready(function(*arguments))


def named_gradients(loss, gradients):
    return {"loss": loss} | {f"grad_{name}": value for name, value in gradients.items()}


def program(request, loss, differentiated):
    """The passes primal, grad and step of loss(parameters, data), both dicts of arrays."""
    inputs = on_device(request)
    parameters = {name: inputs.pop(name) for name in differentiated}
    value_and_gradients = jax.value_and_grad(loss)
    if request.pass_name == "primal":
        return waiting(jax.jit(lambda *arguments: {"loss": loss(*arguments)}), parameters, inputs)
    if request.pass_name == "grad":
        return waiting(jax.jit(lambda *arguments: named_gradients(*value_and_gradients(*arguments))), parameters, inputs)
    return training(value_and_gradients, parameters, inputs)


def training(value_and_gradients, parameters, data):
    """Each call is the next step: the parameters are donated, their memory holds the updated ones."""

    def step(parameters, data):
        value, gradients = value_and_gradients(parameters, data)
        return value, jax.tree.map(lambda parameter, gradient: parameter - 0.1 * gradient, parameters, gradients)

    step = jax.jit(step, donate_argnums=0)

    def call():
        nonlocal parameters
        value, parameters = jax.block_until_ready(step(parameters, data))
        return {"loss": value} | {f"new_{name}": array for name, array in parameters.items()}

    return call


# Elementwise programs and reductions


def ew(request):
    def loss(parameters, data):
        x, y = parameters["x"], data["y"]
        return jnp.mean((jax.nn.gelu(x * y + x, approximate=True) * y) ** 2)

    return program(request, loss, ["x"])


def cross_entropy(logits, target):
    picked = jnp.take_along_axis(logits, target[:, None], axis=-1)[:, 0]
    return jnp.mean(jax.nn.logsumexp(logits, axis=-1) - picked)


def xent(request):
    return program(request, lambda parameters, data: cross_entropy(parameters["logits"], data["target"]), ["logits"])


def layer_norm(x, weight, bias):
    mean = jnp.mean(x, axis=-1, keepdims=True)
    variance = jnp.var(x, axis=-1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-5) * weight + bias


def lnorm(request):
    def loss(parameters, data):
        return jnp.sum(layer_norm(**parameters) * data["cotangent"])

    return program(request, loss, ["x", "weight", "bias"])


def call_price(spot, strike, expiry, rate, volatility):
    deviation = volatility * jnp.sqrt(expiry)
    d1 = (jnp.log(spot / strike) + (rate + 0.5 * volatility**2) * expiry) / deviation

    def normal_cdf(x):
        return 0.5 * (1.0 + lax.erf(x * math.sqrt(0.5)))

    return spot * normal_cdf(d1) - strike * jnp.exp(-rate * expiry) * normal_cdf(d1 - deviation)


def bs_options(request):
    inputs = on_device(request)
    rate, volatility = request.parameters["rate"], request.parameters["volatility"]

    def price(spot, volatility, strike, expiry):
        return call_price(spot, strike, expiry, rate, volatility)

    def total_and_prices(*arguments):
        prices = price(*arguments)
        return jnp.sum(prices), prices

    @jax.jit
    def run(spot, strike, expiry):
        arguments = (spot, jnp.full_like(spot, volatility), strike, expiry)
        if request.pass_name == "primal":
            return {"price": price(*arguments)}
        (_, prices), (delta, vega) = jax.value_and_grad(total_and_prices, argnums=(0, 1), has_aux=True)(*arguments)
        return {"price": prices, "delta": delta, "vega": vega}

    return waiting(run, inputs["spot"], inputs["strike"], inputs["expiry"])


def bs_asian(request):
    strike, rate, expiry = (request.parameters[name] for name in ("strike", "rate", "expiry"))

    def loss(parameters, data):
        normals, volatility = data["normals"], parameters["volatility"]
        steps, paths = normals.shape
        dt = expiry / steps

        def advance(carry, normal):
            log_price, total = carry
            log_price = log_price + (rate - 0.5 * volatility**2) * dt + volatility * math.sqrt(dt) * normal
            return (log_price, total + jnp.exp(log_price)), None

        start = jnp.broadcast_to(jnp.log(parameters["spot"]), (paths,))
        (_, total), _ = lax.scan(advance, (start, jnp.zeros_like(start)), normals)
        return math.exp(-rate * expiry) * jnp.mean(jnp.maximum(total / steps - strike, 0.0))

    return program(request, loss, ["spot", "volatility"])


def bs(request):
    return bs_asian(request) if "asian" in request.case else bs_options(request)


# Networks


def linear(x, weight, bias):
    return x @ weight.T + bias


def mlp(request):
    def loss(parameters, data):
        w1, b1, w2, b2, w3, b3 = (parameters[name] for name in ("w1", "b1", "w2", "b2", "w3", "b3"))
        hidden = jax.nn.relu(linear(data["x"], w1, b1))
        hidden = jax.nn.relu(linear(hidden, w2, b2))
        return cross_entropy(linear(hidden, w3, b3), data["target"])

    return program(request, loss, ["w1", "b1", "w2", "b2", "w3", "b3"])


def xformer(request):
    heads = 4

    def loss(p, data):
        x = data["x"]
        batch, length, width = x.shape
        qkv = linear(layer_norm(x, p["ln1_w"], p["ln1_b"]), p["wqkv"], p["bqkv"])
        query, key, value = (part.reshape(batch, length, heads, width // heads) for part in jnp.split(qkv, 3, axis=-1))
        attention = jax.nn.dot_product_attention(query, key, value, is_causal=True).reshape(batch, length, width)
        h = x + linear(attention, p["wo"], p["bo"])
        up = jax.nn.gelu(linear(layer_norm(h, p["ln2_w"], p["ln2_b"]), p["wup"], p["bup"]), approximate=True)
        y = h + linear(up, p["wdown"], p["bdown"])
        return jnp.mean((y - data["target"]) ** 2)

    return program(request, loss, [name for name in request.inputs if name not in ("x", "target")])


def convolution(x, weight, padding):
    return lax.conv_general_dilated(x, weight, (1, 1), [(padding, padding)] * 2, dimension_numbers=("NCHW", "OIHW", "NCHW"))


def max_pool(x):
    """The largest of four strided slices: quicker on a CPU than reduce_window, whose gradient is a select-and-scatter."""
    top, bottom = x[:, :, 0::2], x[:, :, 1::2]
    return jnp.maximum(jnp.maximum(top[..., 0::2], top[..., 1::2]), jnp.maximum(bottom[..., 0::2], bottom[..., 1::2]))


def lenet(request):
    def loss(p, data):
        x = max_pool(jax.nn.relu(convolution(data["x"], p["c1_w"], 2) + p["c1_b"][:, None, None]))
        x = max_pool(jax.nn.relu(convolution(x, p["c2_w"], 0) + p["c2_b"][:, None, None]))
        x = x.reshape(x.shape[0], -1)
        x = jax.nn.relu(linear(x, p["f1_w"], p["f1_b"]))
        x = jax.nn.relu(linear(x, p["f2_w"], p["f2_b"]))
        return cross_entropy(linear(x, p["f3_w"], p["f3_b"]), data["target"])

    return program(request, loss, [name for name in request.inputs if name not in ("x", "target")])


def residual(request):
    def loss(p, data):
        x = data["x"]
        y = jax.nn.relu(x + convolution(jax.nn.relu(convolution(x, p["w1"], 1)), p["w2"], 1))
        return jnp.mean((y - data["target"]) ** 2)

    return program(request, loss, ["w1", "w2"])


def conv(request):
    return residual(request) if request.case == "residual" else lenet(request)


def lstm(request):
    def loss(p, _):
        gates_of_inputs = linear(p["x"], p["w_ih"], p["b_ih"]) + p["b_hh"]  # One product for all steps.

        def advance(carry, gates):
            hidden, cell = carry
            i, f, g, o = jnp.split(gates + hidden @ p["w_hh"].T, 4, axis=-1)
            cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
            hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
            return (hidden, cell), hidden

        _, hiddens = lax.scan(advance, (p["h0"], p["c0"]), gates_of_inputs)
        return jnp.mean(hiddens**2)

    return program(request, loss, ["x", "h0", "c0", "w_ih", "w_hh", "b_ih", "b_hh"])


def hvp(request):
    inputs = on_device(request)
    names = ("w1", "b1", "w2")
    parameters = {name: inputs[name] for name in names}
    direction = {name: inputs["v_" + name] for name in names}

    @jax.jit
    def run(parameters, direction, x, target):
        def f(p):
            return jnp.mean((jnp.tanh(linear(x, p["w1"], p["b1"])) @ p["w2"] - target) ** 2)

        if request.pass_name == "primal":
            return {"loss": f(parameters)}
        _, product = jax.jvp(jax.grad(f), (parameters,), (direction,))
        return {f"hvp_{name}": value for name, value in product.items()}

    return waiting(run, parameters, direction, inputs["x"], inputs["target"])


# ADBench


def gmm(request):
    gamma, m = request.parameters["gamma"], request.parameters["m"]

    def loss(p, data):
        alpha, means, icf, x = p["alpha"], p["means"], p["icf"], data["x"]
        n, d = x.shape
        components = alpha.shape[0]
        log_diagonal, lower = icf[:, :d], icf[:, d:]
        columns, rows = np.triu_indices(d, 1)  # Columns of the strictly lower triangle.
        diagonal = jnp.exp(log_diagonal)
        factors = jnp.zeros((components, d, d), x.dtype).at[:, rows, columns].set(lower)
        factors = factors + diagonal[:, :, None] * jnp.eye(d, dtype=x.dtype)
        whitened = (factors.reshape(-1, d) @ x.T).reshape(components, d, n) - factors @ means[:, :, None]  # All components' in one product.
        log_weights = (alpha + jnp.sum(log_diagonal, axis=1))[:, None] - 0.5 * jnp.sum(whitened**2, axis=1)
        likelihood = jnp.sum(jax.nn.logsumexp(log_weights, axis=0)) - n * jax.nn.logsumexp(alpha)
        prior = 0.5 * gamma**2 * (jnp.sum(diagonal**2) + jnp.sum(lower**2)) - m * jnp.sum(log_diagonal)
        freedom = d + m + 1
        log_gamma_d = 0.25 * d * (d - 1) * math.log(math.pi) + sum(math.lgamma(0.5 * (freedom - j)) for j in range(d))
        constant = freedom * d * (math.log(gamma) - 0.5 * math.log(2)) - log_gamma_d
        return -0.5 * n * d * math.log(2 * math.pi) + likelihood + prior - components * constant

    return program(request, loss, ["alpha", "means", "icf"])


def adlstm(request):
    def loss(p, data):
        state, sequence, extra = data["state"], data["sequence"], p["extra"]
        layers, width = state.shape[0] // 2, state.shape[1]
        weights = p["main"][0::2].reshape(layers, 4, width)
        biases = p["main"][1::2].reshape(layers, 4, width)

        def advance(carry, x):
            hidden, cell = list(carry[0]), list(carry[1])
            for layer in range(layers):
                w, b = weights[layer], biases[layer]
                forget, outgate = jax.nn.sigmoid(x * w[0] + b[0]), jax.nn.sigmoid(x * w[2] + b[2])
                ingate = jax.nn.sigmoid(hidden[layer] * w[1] + b[1])
                change = jnp.tanh(hidden[layer] * w[3] + b[3])
                cell[layer] = cell[layer] * forget + ingate * change
                hidden[layer] = x = outgate * jnp.tanh(cell[layer])
            return (jnp.stack(hidden), jnp.stack(cell)), x

        _, last = lax.scan(advance, (state[0::2], state[1::2]), sequence[:-1] * extra[0])
        output = last * extra[1] + extra[2]
        normalized = output - jnp.log(jnp.sum(jnp.exp(output), axis=1, keepdims=True) + 2)
        return -jnp.mean(sequence[1:] * normalized)

    return program(request, loss, ["main", "extra"])


def reprojection_error(camera, point, weight, feature):
    rotation, centre, focal, principal, radial = camera[:3], camera[3:6], camera[6], camera[7:9], camera[9:]
    angle = jnp.sqrt(jnp.sum(rotation**2))
    axis, moved = rotation / angle, point - centre
    cosine, sine = jnp.cos(angle), jnp.sin(angle)
    rotated = moved * cosine + jnp.cross(axis, moved) * sine + axis * (jnp.dot(axis, moved) * (1 - cosine))
    flat = rotated[:2] / rotated[2]
    squared = jnp.sum(flat**2)
    distorted = flat * (1 + radial[0] * squared + radial[1] * squared**2)
    return weight * (distorted * focal + principal - feature)


def ba(request):
    inputs = on_device(request)

    @jax.jit
    def run(cameras, points, weights, features):
        observation = jnp.arange(weights.shape[0])
        batch = (cameras[observation % cameras.shape[0]], points[observation % points.shape[0]], weights, features)
        if request.pass_name == "primal":
            return {"reprojection": jax.vmap(reprojection_error)(*batch), "weight_error": 1 - weights**2}
        by_camera, by_point, by_weight = jax.vmap(jax.jacrev(reprojection_error, argnums=(0, 1, 2)))(*batch)
        by_own_weight = jax.vmap(jax.grad(lambda weight: 1 - weight**2))(weights)
        return {"jacobian": jnp.concatenate([by_camera, by_point, by_weight[..., None]], -1), "weight_jacobian": by_own_weight}

    return waiting(run, *(inputs[name] for name in ("cameras", "points", "weights", "features")))


# Programs with loops


def lotka_volterra_step(p, state, dt):
    a, b, c, d = p

    def slope(state):
        x, y = state
        return jnp.stack([a * x - b * x * y, -c * y + d * x * y])

    k1 = slope(state)
    k2 = slope(state + 0.5 * dt * k1)
    k3 = slope(state + 0.5 * dt * k2)
    k4 = slope(state + dt * k3)
    return state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def ode(request):
    """The gradient is four tangents: reverse mode, which a loop of unknown length does not have, takes six times as long over a scan of known length."""
    inputs = on_device(request)
    steps = inputs["steps"] if "steps" in inputs else request.number_in_case("steps")

    def loss(p, state, steps):
        return jnp.sum(lax.fori_loop(0, steps, lambda _, state: lotka_volterra_step(p, state, 0.05), state))

    def loss_twice(*arguments):
        value = loss(*arguments)
        return value, value

    @jax.jit
    def run(*arguments):
        if request.pass_name == "primal":
            return {"loss": loss(*arguments)}
        gradient, value = jax.jacfwd(loss_twice, has_aux=True)(*arguments)
        return {"loss": value, "grad_p": gradient}

    return waiting(run, inputs["p"], inputs["state"], steps)


def newton(request):
    inputs = on_device(request)

    def solve(M, e):
        def advance(carry):
            E, _ = carry
            step = (E - e * jnp.sin(E) - M) / (1 - e * jnp.cos(E))
            return E - step, jnp.max(jnp.abs(step))

        return lax.while_loop(lambda carry: carry[1] >= 1e-12, advance, (M, jnp.asarray(jnp.inf, M.dtype)))[0]

    def loss(M, e):
        return {"loss": jnp.sum(solve(M, e))}

    def gradients(M, e):
        """Reverse mode of while_loop is an error. Lanes do not mix, so that a tangent of ones gives each lane its own derivative; both in one loop."""
        ones, zeros = jnp.ones_like(M), jnp.zeros_like(M)
        push = jax.vmap(lambda *tangents: jax.jvp(solve, (M, e), tangents), out_axes=(None, 0))
        E, (by_M, by_e) = push(jnp.stack([ones, zeros]), jnp.stack([zeros, ones]))
        return named_gradients(jnp.sum(E), {"M": by_M, "e": by_e})

    return waiting(jax.jit(gradients if request.gradients_wanted() else loss), inputs["M"], inputs["e"])


# Products, calls and compilation


def gemm(request):
    inputs = on_device(request)
    if request.gradients_wanted():
        return program(request, lambda p, data: jnp.sum(p["a"] @ p["b"] * data["cotangent"]), ["a", "b"])

    @jax.jit
    def run(inputs):
        a = inputs["a"].T if "A'B" in request.case else inputs["a"]
        b = inputs["b"].T if "AB'" in request.case else inputs["b"]
        c = a @ b
        return {"c": jax.nn.gelu(c + inputs["bias"], approximate=True) if "+gelu" in request.case else c}

    return waiting(run, inputs)


def call(request):
    inputs = on_device(request)
    w, x = inputs["w"], inputs["x"]
    if request.case == "1 op":
        return waiting(jax.jit(lambda w, x: {"y": w * x}), w, x)
    if request.case == "100 ops":

        def hundred(y, x):
            for _ in range(100):
                y = y * x
            return {"y": y}

        return waiting(jax.jit(hundred), w, x)

    run = jax.jit(lambda *arguments: named_gradients(*jax.value_and_grad(loss)(*arguments)))

    def loss(parameters, x, s):
        return jnp.sum((jnp.exp(parameters["w"] * x) + s) * x)

    s = float(request.inputs["s"])

    def another_number():
        nonlocal s
        results = jax.block_until_ready(run({"w": w}, x, s))
        s += 0.001
        return results

    return another_number


def compile_chain(request):
    def chain(x):
        y = x
        for position in range(request.number_in_case("chain")):
            y = y + x if position % 2 else y * 1.0001
        return {"y": y}

    return waiting(jax.jit(chain), on_device(request)["x"])


workloads = {function.__name__: function for function in (ew, xent, lnorm, mlp, xformer, conv, lstm, gmm, adlstm, ba, bs, ode, newton, hvp, gemm, call)}
serve.serve("jax", jax.__version__, workloads | {"compile": compile_chain}, forget=jax.clear_caches)
