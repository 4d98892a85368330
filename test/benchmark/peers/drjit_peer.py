"""Dr.Jit as a peer, on its LLVM backend: the elementwise workloads, which are what it is for.

Programs are frozen: the first call traces, the later ones launch its kernels. A frozen function takes the arrays as arguments, what it closes over
is built in.
"""

import math
import os
import shutil

import serve

threads = serve.settle_threads()
# Dr.Jit keeps compiled kernels under HOME, and a first call must not find those of an earlier run.
home = os.environ["HOME"] = serve.own_temporary_folder("drjit")

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


def program(request, loss, differentiated, frozen=True):
    """The passes primal and grad of loss(inputs), a dict of arrays."""
    inputs = arrays(request)

    def primal(inputs):
        return {"loss": loss(inputs)}

    def gradient(inputs):
        leaves = {name: dr.detach(inputs[name]) for name in differentiated}
        dr.enable_grad(leaves)
        value = loss(inputs | leaves)
        dr.backward(value)
        return {"loss": dr.detach(value)} | {f"grad_{name}": dr.grad(leaf) for name, leaf in leaves.items()}

    run = dr.freeze(gradient if request.gradients_wanted() else primal, enabled=frozen)
    return lambda: shaped(request, evaluated(run(inputs)))


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

    def normal_cdf(x):
        return 0.5 * (1 + dr.erf(x * math.sqrt(0.5)))

    def price(spot, volatility, strike, expiry):
        deviation = volatility * dr.sqrt(expiry)
        d1 = (dr.log(spot / strike) + (rate + 0.5 * volatility * volatility) * expiry) / deviation
        return spot * normal_cdf(d1) - strike * dr.exp(-rate * expiry) * normal_cdf(d1 - deviation)

    def primal(spot, strike, expiry):
        return {"price": price(spot, Float32(volatility), strike, expiry)}

    def gradient(spot, strike, expiry):
        spot, volatilities = dr.detach(spot), dr.full(Float32, volatility, len(strike))
        dr.enable_grad(spot, volatilities)
        prices = price(spot, volatilities, strike, expiry)
        dr.backward(prices)
        return {"price": dr.detach(prices), "delta": dr.grad(spot), "vega": dr.grad(volatilities)}

    run = dr.freeze(gradient if request.gradients_wanted() else primal)
    return lambda: shaped(request, evaluated(run(inputs["spot"], inputs["strike"], inputs["expiry"])))


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
    """An evaluated loop, a kernel for each trip: a symbolic one of unknown length has no reverse mode. The whole is not frozen, as the loop reads an
    array, and the trip is frozen for the primal only, as derivatives do not pass through a frozen function."""

    def trip(E, M, e):
        step = (E - e * dr.sin(E) - M) / (1 - e * dr.cos(E))
        return E - step, dr.max(dr.abs(dr.detach(step)))

    trip = dr.freeze(trip, enabled=not request.gradients_wanted())

    def loss(p):
        M, e = p["M"], p["e"]
        E, largest = M, math.inf
        while largest >= 1e-12:
            E, largest = trip(E, M, e)
            dr.eval(E, largest)
            largest = largest[0]
        return dr.sum(E)

    return program(request, loss, ["M", "e"], frozen=False)


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
    """Scalars are arrays of one lane. The gradient is in forward mode, each parameter's tangent in a lane of its own: a loop of unknown length has no
    reverse mode, and reverse mode of 200 unrolled steps compiles for many seconds."""
    steps = int(request.inputs["steps"]) if "steps" in request.inputs else request.number_in_case("steps")
    inputs = arrays(request) | {"steps": dr.opaque(UInt32, steps)}

    def loss(p, state, steps):
        def advance(step, x, y):
            return (step + 1, *lotka_volterra_step(p, x, y, 0.05))

        x, y = (dr.gather(Float64, state, dr.full(UInt32, index, dr.width(p[0]))) for index in range(2))
        _, x, y = dr.while_loop((UInt32(0), x, y), lambda step, x, y: step < steps, advance)
        return x + y

    def primal(inputs):
        return {"loss": loss([dr.gather(Float64, inputs["p"], index) for index in range(4)], inputs["state"], inputs["steps"])}

    def gradient(inputs):
        lane = dr.arange(UInt32, 4)
        p = [dr.gather(Float64, inputs["p"], dr.full(UInt32, index, 4)) for index in range(4)]
        dr.enable_grad(p)
        for index in range(4):
            dr.set_grad(p[index], dr.select(lane == index, Float64(1), Float64(0)))
        values = loss(p, inputs["state"], inputs["steps"])
        gradient = dr.forward_to(values)
        return {"loss": dr.gather(Float64, dr.detach(values), UInt32(0)), "grad_p": gradient}

    run = dr.freeze(gradient if request.gradients_wanted() else primal)
    return lambda: shaped(request, evaluated(run(inputs)))


def ba(request):
    inputs = arrays(request)
    count = len(inputs["weights"])
    cameras, points = (request.inputs[name].shape[0] for name in ("cameras", "points"))

    def columns(array, row, width):
        return [dr.gather(Float64, array, row * width + column) for column in range(width)]

    def errors(camera, point, weight, feature):
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

    def own(inputs):
        observation = dr.arange(UInt32, count)
        camera = columns(inputs["cameras"], observation % cameras, 11)
        point = columns(inputs["points"], observation % points, 3)
        return camera, point, dr.gather(Float64, inputs["weights"], observation), columns(inputs["features"], observation, 2)

    def interleaved(arrays):
        """The arrays of one row each as the row-major matrix of a row an observation."""
        matrix, observation = dr.empty(Float64, count * len(arrays)), dr.arange(UInt32, count)
        for column, array in enumerate(arrays):
            dr.scatter(matrix, array, observation * len(arrays) + column)
        return matrix

    def primal(inputs):
        return {"reprojection": interleaved(errors(*own(inputs))), "weight_error": 1 - dr.square(inputs["weights"])}

    def jacobian(inputs):
        rows = []
        for axis in range(2):
            camera, point, weight, feature = own(inputs)
            variables = [*camera, *point, weight]
            dr.enable_grad(variables)
            dr.backward(errors(camera, point, weight, feature)[axis])
            rows += [dr.grad(variable) for variable in variables]
        weight = dr.detach(inputs["weights"])
        dr.enable_grad(weight)
        dr.backward(1 - dr.square(weight))
        return {"jacobian": interleaved(rows), "weight_jacobian": dr.grad(weight)}

    run = dr.freeze(primal if request.pass_name == "primal" else jacobian)
    shapes = {"reprojection": (count, 2), "weight_error": (count,), "jacobian": (count, 2, 15), "weight_jacobian": (count,)}
    return lambda: {name: Result(array, shapes[name]) for name, array in evaluated(run(inputs)).items()}


def call(request):
    if request.case == "5 ops":
        return five_ops(request)
    inputs = arrays(request)

    @dr.freeze(enabled=request.case != "1 op")  # One operation is traced quicker than a frozen function looks at its arguments.
    def multiply(w, x):
        y = w
        for _ in range(1 if request.case == "1 op" else 100):
            y = y * x
        return {"y": y}

    return lambda: shaped(request, evaluated(multiply(inputs["w"], inputs["x"])))


def five_ops(request):
    inputs = arrays(request)
    number = float(request.inputs["s"])

    @dr.freeze
    def run(w, x, s):
        w = dr.detach(w)
        dr.enable_grad(w)
        loss = dr.sum((dr.exp(w * x) + s) * x)
        dr.backward(loss)
        return {"loss": dr.detach(loss), "grad_w": dr.grad(w)}

    def another_number():
        nonlocal number
        results = run(inputs["w"], inputs["x"], dr.opaque(Float32, number))
        number += 0.001
        return shaped(request, evaluated(results))

    return another_number


def compile_chain(request):
    inputs = arrays(request)
    length = request.number_in_case("chain")

    @dr.freeze
    def chain(x):
        y = x
        for position in range(length):
            y = y + x if position % 2 else y * 1.0001
        return {"y": y}

    return lambda: shaped(request, evaluated(chain(inputs["x"])))


def elementwise_only(request):
    raise serve.Absent("only elementwise programs are Dr.Jit's")


def forget():
    dr.flush_kernel_cache()
    shutil.rmtree(os.path.join(home, ".drjit"), ignore_errors=True)
    os.makedirs(os.path.join(home, ".drjit"), exist_ok=True)


others = ("xent", "lnorm", "mlp", "xformer", "conv", "lstm", "gmm", "adlstm", "hvp", "gemm")
workloads = {name: elementwise_only for name in others} | {"compile": compile_chain}
workloads |= {function.__name__: function for function in (ew, bs, newton, ode, ba, call)}
serve.serve("drjit", dr.__version__, workloads, forget)
