"""Dr.Jit as a peer, on its LLVM backend: the elementwise workloads, which are what it is for."""

import math
import os
import shutil
import tempfile

import serve

threads = serve.settle_threads()
# Dr.Jit keeps compiled kernels under HOME, and a first call must not find those of an earlier run.
home = tempfile.mkdtemp(prefix="cotan-peer-drjit-")
os.environ["HOME"] = home

import drjit as dr
import numpy as np
from drjit.llvm import UInt32
from drjit.llvm.ad import Float32, Float64

dr.set_thread_count(threads)


def arrays(request):
    """The inputs as arrays that live in memory: a scalar would otherwise be a literal, which is built into the kernel."""
    kind = Float64 if request.dtype == "f64" else Float32
    made = {name: kind(np.ascontiguousarray(array).ravel()) for name, array in request.inputs.items() if array.dtype.kind == "f"}
    dr.make_opaque(made)
    dr.sync_thread()
    return made


def evaluated(results):
    """Runs the kernel and waits for it."""
    dr.eval(results)
    dr.sync_thread()
    return results


class Result:
    """What the protocol's loop writes: an array with the shape that is asked for."""

    def __init__(self, array, shape):
        self.array, self.shape = array, shape

    def __array__(self, dtype=None, copy=None):
        return np.asarray(dr.detach(self.array)).reshape(self.shape)


def shaped(request, results):
    """Results by name; a `loss` is a scalar, a gradient has its input's shape, others are one-dimensional."""
    named = {}
    for name, array in results.items():
        shape = () if name == "loss" else request.inputs[name[5:]].shape if name.startswith("grad_") else np.shape(array)
        named[name] = Result(array, shape)
    return named


def program(request, loss, differentiated):
    """The passes primal and grad of loss(inputs), a dict of arrays."""
    inputs = arrays(request)

    def primal():
        return shaped(request, evaluated({"loss": loss(inputs)}))

    def gradient():
        leaves = {name: dr.detach(inputs[name]) for name in differentiated}
        dr.enable_grad(leaves)
        value = loss(inputs | leaves)
        dr.backward(value)
        results = {"loss": dr.detach(value)} | {f"grad_{name}": dr.grad(leaf) for name, leaf in leaves.items()}
        return shaped(request, evaluated(results))

    return gradient if request.gradients_wanted() else primal


def ew(request):
    def loss(p):
        x, y = p["x"], p["y"]
        z = x * y + x
        gelu = 0.5 * z * (1 + dr.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z)))
        return dr.mean(dr.square(gelu * y))

    return program(request, loss, ["x"])


def bs(request):
    return bs_asian(request) if "asian" in request.case else bs_options(request)


def bs_options(request):
    inputs = arrays(request)
    rate, volatility = request.parameters["rate"], request.parameters["volatility"]
    strike, expiry = inputs["strike"], inputs["expiry"]

    def normal_cdf(x):
        return 0.5 * (1 + dr.erf(x * math.sqrt(0.5)))

    def price(spot, volatility):
        deviation = volatility * dr.sqrt(expiry)
        d1 = (dr.log(spot / strike) + (rate + 0.5 * volatility * volatility) * expiry) / deviation
        return spot * normal_cdf(d1) - strike * dr.exp(-rate * expiry) * normal_cdf(d1 - deviation)

    def primal():
        return shaped(request, evaluated({"price": price(inputs["spot"], Float32(volatility))}))

    def gradient():
        spot, volatilities = dr.detach(inputs["spot"]), dr.full(Float32, volatility, len(strike))
        dr.enable_grad(spot, volatilities)
        prices = price(spot, volatilities)
        dr.backward(prices)
        return shaped(request, evaluated({"price": dr.detach(prices), "delta": dr.grad(spot), "vega": dr.grad(volatilities)}))

    return gradient if request.gradients_wanted() else primal


def bs_asian(request):
    """The steps of a path are unrolled into one kernel. The scalars are widened once: each use of a scalar by all paths would reduce by itself."""
    strike, rate, expiry = (request.parameters[name] for name in ("strike", "rate", "expiry"))
    steps, paths = request.inputs["normals"].shape
    dt = expiry / steps

    def loss(p):
        path = dr.arange(UInt32, paths)
        spot, volatility = (dr.gather(Float32, p[name], dr.zeros(UInt32, paths)) for name in ("spot", "volatility"))
        log_price, total = dr.log(spot), Float32(0)
        drift, scale = (rate - 0.5 * dr.square(volatility)) * dt, volatility * math.sqrt(dt)
        for step in range(steps):
            log_price = log_price + drift + scale * dr.gather(Float32, p["normals"], path + step * paths)
            total += dr.exp(log_price)
        return math.exp(-rate * expiry) * dr.mean(dr.maximum(total / steps - strike, 0))

    return program(request, loss, ["spot", "volatility"])


def newton(request):
    """An evaluated loop, a kernel for each trip: a symbolic one of unknown length has no reverse mode."""

    def loss(p):
        M, e = p["M"], p["e"]
        E, largest = M, math.inf
        while largest >= 1e-12:
            step = (E - e * dr.sin(E) - M) / (1 - e * dr.cos(E))
            E = E - step
            largest = dr.max(dr.abs(dr.detach(step)))
            dr.eval(E, largest)
            largest = largest[0]
        return dr.sum(E)

    return program(request, loss, ["M", "e"])


def lotka_volterra_step(p, x, y, dt):
    a, b, c, d = p

    def slope(x, y):
        return a * x - b * x * y, -c * y + d * x * y

    kx1, ky1 = slope(x, y)
    kx2, ky2 = slope(x + 0.5 * dt * kx1, y + 0.5 * dt * ky1)
    kx3, ky3 = slope(x + 0.5 * dt * kx2, y + 0.5 * dt * ky2)
    kx4, ky4 = slope(x + dt * kx3, y + dt * ky3)
    return x + dt / 6 * (kx1 + 2 * kx2 + 2 * kx3 + kx4), y + dt / 6 * (ky1 + 2 * ky2 + 2 * ky3 + ky4)


def ode(request):
    """Scalars are arrays of one lane. For the gradient the steps are unrolled in the trace, since a loop has no reverse mode."""
    counted_by_input = "steps" in request.inputs
    if counted_by_input and request.gradients_wanted():
        raise serve.Absent("reverse mode of a loop of unknown length is an error")
    steps = int(request.inputs["steps"]) if counted_by_input else request.number_in_case("steps")
    limit = dr.opaque(UInt32, steps)

    def loss(inputs):
        p = [dr.gather(Float64, inputs["p"], index) for index in range(4)]
        x, y = (dr.gather(Float64, inputs["state"], index) for index in range(2))
        if request.gradients_wanted():
            for _ in range(steps):
                x, y = lotka_volterra_step(p, x, y, 0.05)
            return x + y

        def advance(step, x, y):
            return (step + 1, *lotka_volterra_step(p, x, y, 0.05))

        _, x, y = dr.while_loop((UInt32(0), x, y), lambda step, x, y: step < limit, advance)
        return x + y

    return program(request, loss, ["p"])


def ba(request):
    inputs = arrays(request)
    count = len(inputs["weights"])
    cameras, points = (request.inputs[name].shape[0] for name in ("cameras", "points"))
    observation = dr.arange(UInt32, count)

    def columns(name, row, width):
        return [dr.gather(Float64, inputs[name], row * width + column) for column in range(width)]

    def errors(camera, point, weight):
        feature = columns("features", observation, 2)
        rotation, centre, focal, principal, radial = camera[:3], camera[3:6], camera[6], camera[7:9], camera[9:]
        angle = dr.sqrt(sum(dr.square(r) for r in rotation))
        u, v, w = (r / angle for r in rotation)
        x, y, z = (p - c for p, c in zip(point, centre))
        sine, cosine = dr.sincos(angle)
        along = (u * x + v * y + w * z) * (1 - cosine)
        depth = z * cosine + (u * y - v * x) * sine + w * along
        flat = [(x * cosine + (v * z - w * y) * sine + u * along) / depth, (y * cosine + (w * x - u * z) * sine + v * along) / depth]
        squared = dr.square(flat[0]) + dr.square(flat[1])
        factor = focal * (1 + radial[0] * squared + radial[1] * dr.square(squared))
        return [weight * (flat[axis] * factor + principal[axis] - feature[axis]) for axis in range(2)]

    def own():
        camera = columns("cameras", observation % cameras, 11)
        return camera, columns("points", observation % points, 3), dr.gather(Float64, inputs["weights"], observation)

    def interleaved(arrays):
        """The arrays of one row each as the row-major matrix of a row an observation."""
        matrix = dr.empty(Float64, count * len(arrays))
        for column, array in enumerate(arrays):
            dr.scatter(matrix, array, observation * len(arrays) + column)
        return matrix

    def primal():
        reprojection = interleaved(errors(*own()))
        results = evaluated({"reprojection": reprojection, "weight_error": 1 - dr.square(inputs["weights"])})
        return {"reprojection": Result(results["reprojection"], (count, 2)), "weight_error": Result(results["weight_error"], (count,))}

    def jacobian():
        rows = []
        for axis in range(2):
            camera, point, weight = own()
            variables = [*camera, *point, weight]
            dr.enable_grad(variables)
            dr.backward(errors(camera, point, weight)[axis])
            rows += [dr.grad(variable) for variable in variables]
        weight = dr.detach(inputs["weights"])
        dr.enable_grad(weight)
        dr.backward(1 - dr.square(weight))
        results = evaluated({"jacobian": interleaved(rows), "weight_jacobian": dr.grad(weight)})
        return {"jacobian": Result(results["jacobian"], (count, 2, 15)), "weight_jacobian": Result(results["weight_jacobian"], (count,))}

    return primal if request.pass_name == "primal" else jacobian


def call(request):
    if request.case == "5 ops":
        return five_ops(request)
    inputs = arrays(request)
    w, x = inputs["w"], inputs["x"]

    def multiply():
        y = w
        for _ in range(1 if request.case == "1 op" else 100):
            y = y * x
        return shaped(request, evaluated({"y": y}))

    return multiply


def five_ops(request):
    inputs = arrays(request)
    x, number = inputs["x"], float(request.inputs["s"])

    def another_number():
        nonlocal number
        w, s = dr.detach(inputs["w"]), dr.opaque(Float32, number)
        dr.enable_grad(w)
        loss = dr.sum((dr.exp(w * x) + s) * x)
        dr.backward(loss)
        number += 0.001
        return shaped(request, evaluated({"loss": dr.detach(loss), "grad_w": dr.grad(w)}))

    return another_number


def compile_chain(request):
    inputs = arrays(request)
    length = request.number_in_case("chain")

    def chain():
        x = y = inputs["x"]
        for position in range(length):
            y = y + x if position % 2 else y * 1.0001
        return shaped(request, evaluated({"y": y}))

    return chain


def elementwise_only(request):
    raise serve.Absent("only elementwise programs are Dr.Jit's")


def forget():
    dr.flush_kernel_cache()
    shutil.rmtree(os.path.join(home, ".drjit"), ignore_errors=True)
    os.makedirs(os.path.join(home, ".drjit"), exist_ok=True)


try:
    others = ("xent", "lnorm", "mlp", "xformer", "conv", "lstm", "gmm", "adlstm", "hvp", "gemm")
    workloads = {name: elementwise_only for name in others} | {"compile": compile_chain}
    workloads |= {function.__name__: function for function in (ew, bs, newton, ode, ba, call)}
    serve.serve("drjit", dr.__version__, workloads, forget)
finally:
    shutil.rmtree(home, ignore_errors=True)
