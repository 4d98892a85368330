"""Drives peers through the protocol on random inputs and compares their results with one another.

    python selftest.py COMMAND... [-- COMMAND...]     each COMMAND starts a peer, e.g. `build-peers/venv/bin/python jax_peer.py`
    --only=ID    --full (the sizes of docs/Benchmarks.md, with the time of a call)    --adbench=DIR (and its golden values)

Every peer that has a workload must agree with the first one that has it, to 1e-4 in f32 and 1e-8 in f64. Ends with 1 if one does not.
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np

FULL = False
TOLERANCES = {"f32": 1e-4, "f64": 1e-8}
DTYPES = {"f32": "<f4", "f64": "<f8", "i64": "<i8"}


class Case:
    def __init__(self, id, name, passes, inputs, dtype="f32", **parameters):
        self.id, self.name, self.passes, self.inputs, self.dtype, self.parameters = id, name, passes, inputs, dtype, parameters


random = np.random.default_rng(1)


def normal(*shape, scale=1.0):
    return random.standard_normal(shape) * scale


def uniform(low, high, *shape):
    return random.uniform(low, high, shape)


def size(small, full):
    return full if FULL else small


def layer(outputs, inputs):
    return normal(outputs, inputs, scale=inputs**-0.5)


def elementwise_cases():
    for n in size([37], [1024, 16384, 1048576, 16777216]):
        yield Case("ew", f"n={n}", ["primal", "grad"], {"x": normal(n), "y": normal(n)})
    for b, c in size([(5, 13)], [(512, 1000), (2048, 32000)]):
        inputs = {"logits": normal(b, c), "target": random.integers(0, c, b)}
        yield Case("xent", f"{b}x{c}", ["primal", "grad"], inputs)
    b, d = size((6, 10), (4096, 768))
    inputs = {"x": normal(b, d), "weight": normal(d), "bias": normal(d), "cotangent": normal(b, d)}
    yield Case("lnorm", f"{b}x{d}", ["primal", "grad"], inputs)
    n = size(100, 1000000)
    inputs = {"spot": uniform(50, 150, n), "strike": uniform(50, 150, n), "expiry": uniform(0.1, 2, n)}
    yield Case("bs", f"options={n}", ["primal", "grad"], inputs, rate=0.03, volatility=0.2)
    paths, steps = size((512, 8), (65536, 64))
    inputs = {"normals": normal(steps, paths), "spot": np.array(100.0), "volatility": np.array(0.2)}
    yield Case("bs", f"asian={paths}x{steps}", ["primal", "grad"], inputs, strike=100, rate=0.03, expiry=1)


def network_cases():
    for batch in size([4], [32, 256]):
        inputs = {"x": uniform(0, 1, batch, 784), "target": random.integers(0, 10, batch)}
        inputs |= {"w1": layer(512, 784), "b1": normal(512, scale=0.1), "w2": layer(512, 512), "b2": normal(512, scale=0.1)}
        inputs |= {"w3": layer(10, 512), "b3": normal(10, scale=0.1)}
        yield Case("mlp", f"batch={batch}", ["primal", "step"], inputs)
    b, t, d = 8, 128, 256
    inputs = {"x": normal(b, t, d), "target": normal(b, t, d), "ln1_w": 1 + normal(d, scale=0.1), "ln1_b": normal(d, scale=0.1)}
    inputs |= {"wqkv": layer(3 * d, d), "bqkv": normal(3 * d, scale=0.1), "wo": layer(d, d), "bo": normal(d, scale=0.1)}
    inputs |= {"ln2_w": 1 + normal(d, scale=0.1), "ln2_b": normal(d, scale=0.1), "wup": layer(4 * d, d), "bup": normal(4 * d, scale=0.1)}
    inputs |= {"wdown": layer(d, 4 * d), "bdown": normal(d, scale=0.1)}
    yield Case("xformer", f"b={b},t={t},d={d}", ["primal", "step"], inputs)
    n = size(3, 64)
    inputs = {"x": uniform(0, 1, n, 1, 28, 28), "target": random.integers(0, 10, n)}
    for name, shape in {"c1": (6, 1, 5, 5), "c2": (16, 6, 5, 5), "f1": (120, 400), "f2": (84, 120), "f3": (10, 84)}.items():
        inputs |= {name + "_w": normal(*shape, scale=np.prod(shape[1:]) ** -0.5), name + "_b": normal(shape[0], scale=0.1)}
    yield Case("conv", "lenet", ["primal", "step"], inputs)
    n = size(2, 8)
    inputs = {"x": normal(n, 64, 32, 32), "target": normal(n, 64, 32, 32)}
    inputs |= {name: normal(64, 64, 3, 3, scale=576**-0.5) for name in ("w1", "w2")}
    yield Case("conv", "residual", ["primal", "step"], inputs)
    t, b, n, h = size((5, 3, 8, 12), (64, 32, 128, 256))
    inputs = {"x": normal(t, b, n), "h0": normal(b, h), "c0": normal(b, h), "w_ih": layer(4 * h, n), "w_hh": layer(4 * h, h)}
    inputs |= {"b_ih": normal(4 * h, scale=0.1), "b_hh": normal(4 * h, scale=0.1)}
    yield Case("lstm", f"t={t},b={b}", ["primal", "grad"], inputs)
    inputs = {"x": normal(256, 64), "target": normal(256), "w1": layer(128, 64), "b1": normal(128), "w2": normal(128, scale=0.1)}
    inputs |= {"v_w1": normal(128, 64), "v_b1": normal(128), "v_w2": normal(128)}
    yield Case("hvp", "batch=256", ["primal", "grad"], inputs)


def gmm_case(file):
    numbers = iter(open(file).read().split())
    d, k, n = (int(next(numbers)) for _ in range(3))

    def take(*shape):
        return np.array([float(next(numbers)) for _ in range(int(np.prod(shape)))]).reshape(shape)

    inputs = {"alpha": take(k), "means": take(k, d), "icf": take(k, d * (d + 1) // 2), "x": take(n, d)}
    gamma, m = take(2)
    return Case("gmm", f"d{d}_K{k}", ["primal", "grad"], inputs, "f64", gamma=gamma, m=m)


def adlstm_case(file):
    numbers = iter(open(file).read().split())
    l, c, b = (int(next(numbers)) for _ in range(3))

    def take(*shape):
        return np.array([float(next(numbers)) for _ in range(int(np.prod(shape)))]).reshape(shape)

    inputs = {"main": take(2 * l, 4 * b), "extra": take(3, b), "state": take(2 * l, b), "sequence": take(c, b)}
    return Case("adlstm", f"l{l}_c{c}", ["primal", "grad"], inputs, "f64")


def adbench_cases():
    n, k = size((20, 4), (1000, 25))
    for d in size([5], [10, 20, 64]):
        inputs = {"alpha": normal(k), "means": uniform(0, 1, k, d), "icf": normal(k, d * (d + 1) // 2), "x": normal(n, d)}
        yield Case("gmm", f"d{d}_K{k}", ["primal", "grad"], inputs, "f64", gamma=1.0, m=0.0)
    for l, c in size([(2, 6)], [(2, 1024), (4, 4096)]):
        inputs = {"main": normal(2 * l, 56), "extra": normal(3, 14), "state": normal(2 * l, 14), "sequence": normal(c, 14)}
        yield Case("adlstm", f"l{l}_c{c}", ["primal", "grad"], inputs, "f64")
    n, m, p = size((3, 5, 20), (49, 7776, 31843))
    camera = np.array([0.015, -0.013, -0.004, -0.034, -0.107, 1.12, 399.7, 0, 0, -3.2e-7, 5.9e-13])
    inputs = {"cameras": camera + uniform(0, 0.1, n, 11), "points": uniform(-1, 1, m, 3) + np.array([0, 0, 5.0])}
    inputs |= {"weights": uniform(0.5, 1, p), "features": normal(p, 2)}
    yield Case("ba", f"n{n}_m{m}_p{p}", ["primal", "jacobian"], inputs, "f64")


def loop_cases():
    inputs = {"p": np.array([1.5, 1.0, 3.0, 1.0]), "state": np.array([1.0, 1.0])}
    steps = size(20, 200)
    yield Case("ode", f"steps={steps}", ["primal", "grad"], inputs, "f64")
    yield Case("ode", "steps=input", ["primal", "grad"], inputs | {"steps": np.array(steps)}, "f64")
    lanes = size(64, 65536)
    inputs = {"M": uniform(0.01, 6.27, lanes), "e": uniform(0, 0.9, lanes)}
    yield Case("newton", f"lanes={lanes}", ["primal", "grad"], inputs, "f64")


def product_and_call_cases():
    for n in size([16, 31], [16, 31, 64, 128, 257, 512, 1024, 2048]):
        for dtype in ("f32", "f64"):
            inputs = {"a": normal(n, n), "b": normal(n, n)}
            for form in ("AB", "A'B", "AB'"):
                yield Case("gemm", f"{form} n={n}", ["primal"], inputs, dtype)
                yield Case("gemm", f"{form}+gelu n={n}", ["primal"], inputs | {"bias": normal(n)}, dtype)
            yield Case("gemm", f"AB n={n}", ["grad"], inputs | {"cotangent": normal(n, n)}, dtype)
    inputs = {"w": uniform(0.9, 1.1, 64), "x": uniform(0.9, 1.1, 64)}
    yield Case("call", "1 op", ["primal"], inputs)
    yield Case("call", "5 ops", ["grad"], inputs | {"s": np.array(0.5)})
    yield Case("call", "100 ops", ["primal"], inputs)
    for length in size([10, 100], [10, 100, 1000, 10000]):
        yield Case("compile", f"chain={length}", ["primal"], {"x": normal(1024)})


def all_cases():
    for family in (elementwise_cases, network_cases, adbench_cases, loop_cases, product_and_call_cases):
        yield from family()


class Peer:
    def __init__(self, command):
        environment = {"COTAN_PEER_THREADS": "1"} | os.environ
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        _, self.name, self.version = self.read().split(" ")

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise EOFError("the peer ended")
        return line.rstrip("\n")

    def say(self, *lines):
        self.process.stdin.write("\n".join(lines) + "\n")
        self.process.stdin.flush()

    def prepare(self, case, pass_name, directory):
        """The first call's time and results, or what the peer says instead."""
        lines = ["prepare", f"id {case.id}", f"case {case.name}", f"pass {pass_name}", f"dtype {case.dtype}"]
        lines.append("threads " + os.environ.get("COTAN_PEER_THREADS", "1"))
        lines += [f"parameter {name} {float(value)!r}" for name, value in case.parameters.items()]
        for name, array in case.inputs.items():
            dtype = "i64" if array.dtype.kind == "i" else case.dtype
            file = os.path.join(directory, name + ".in")
            array.astype(DTYPES[dtype]).tofile(file)
            lines.append(" ".join(["input", name, dtype, str(array.ndim), *map(str, array.shape), file]))
        self.say(*lines, f"outputs {directory}", "end")
        answer = self.read()
        if not answer.startswith("ready "):
            return answer, None
        results = {}
        while (line := self.read()) != "end":
            _, name, dtype, rank, *rest = line.split(" ")
            if dtype != case.dtype:
                return f"failed {name} has dtype {dtype}", None
            shape = tuple(int(extent) for extent in rest[: int(rank)])
            results[name] = np.fromfile(rest[-1], DTYPES[dtype]).reshape(shape)
        return float(answer.split(" ")[1]), results

    def seconds_of_a_call(self):
        count = 1
        while True:
            self.say(f"time 1 {count}")
            seconds = float(self.read().split(" ")[1])
            if seconds > 0.2:
                return seconds / count
            count = max(count * 2, int(count * 0.3 / max(seconds, 1e-6)))


def difference(actual, expected):
    """The largest difference over the largest expected element, the worst of all results; names and shapes must be the same."""
    worst = 0.0
    for name in expected.keys() | actual.keys():
        a, e = actual.get(name), expected.get(name)
        if a is None or e is None or a.shape != e.shape:
            print(f"    {name}: {None if a is None else a.shape}, expected {None if e is None else e.shape}")
            return float("inf")
        error = np.max(np.abs(a - e), initial=0) / max(np.max(np.abs(e), initial=0), 1e-300)
        worst = max(worst, float(error)) if np.isfinite(error) else float("inf")
    return worst


def check(peers, case, pass_name):
    """Prints a line for each peer; returns the number that disagree or failed, and the results of the first that has the workload."""
    wrong, expected = 0, None
    for peer in peers:
        with tempfile.TemporaryDirectory() as directory:
            first, results = peer.prepare(case, pass_name, directory)
        label = f"{case.id} {case.name} {pass_name} {case.dtype} {peer.name}"
        if results is None:
            wrong += not first.startswith("absent ")
            print(f"{label}: {first}", flush=True)
            continue
        if expected is None:
            expected = results
        error = difference(results, expected)
        ok = error <= TOLERANCES[case.dtype]
        wrong += not ok
        timing = f", {peer.seconds_of_a_call() * 1e3:.4g} ms a call" if FULL else ""
        print(f"{label}: {'ok' if ok else 'WRONG'}, differs by {error:.1e}, first call {first:.3g} s{timing}", flush=True)
    return wrong, expected


def check_golden(peers, adbench):
    wrong = 0
    for file, golden in json.load(open(os.path.join(adbench, "golden.json"))).items():
        path = os.path.join(adbench, file if file.endswith(".txt") else file + ".txt")
        case = gmm_case(path) if file.startswith("gmm") else adlstm_case(path)
        for peer in peers:
            counted, results = check([peer], case, "grad")
            wrong += counted
            if results is None:
                continue
            names = ("grad_alpha", "grad_means", "grad_icf") if case.id == "gmm" else ("grad_main", "grad_extra")
            gradient = np.concatenate([results[name].ravel() for name in names])
            actual = np.concatenate([[results["loss"]], gradient])
            expected = np.concatenate([[golden["objective"]], golden["gradient"]])
            error = np.max(np.abs(actual - expected) / np.maximum(1, np.abs(actual) + np.abs(expected)))
            wrong += not error < 1e-8
            print(f"    against the golden values of {file}: {'ok' if error < 1e-8 else 'WRONG'}, {error:.1e}", flush=True)
    return wrong


def main(arguments):
    global FULL
    options = [argument for argument in arguments if argument.startswith("--") and argument != "--"]
    FULL = "--full" in options
    commands = [[]]
    for word in (argument for argument in arguments if argument not in options):
        commands.append([]) if word == "--" else commands[-1].append(word)
    peers = [Peer(command) for command in commands if command]
    chosen = [option[len("--only=") :] for option in options if option.startswith("--only=")]
    wrong = 0
    for case in all_cases():
        if not chosen or case.id in chosen:
            for pass_name in case.passes:
                wrong += check(peers, case, pass_name)[0]
    for option in options:
        if option.startswith("--adbench="):
            wrong += check_golden(peers, option[len("--adbench=") :])
    for peer in peers:
        peer.say("quit")
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
