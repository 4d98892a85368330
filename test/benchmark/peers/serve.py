"""The protocol loop shared by the peers written in Python; README.md beside this file defines the protocol.

A peer calls `threads = serve.settle_threads()` before it imports its library, since thread pools and malloc are set up once, then

    serve.serve("name", version, {"ew": make_ew, ...}, forget=drop_caches)

where `make_ew(request)` brings the inputs into the library's own arrays and returns a function of no arguments. That function makes one
call of the workload, waits for its results and returns them as {name: array}. It may carry state from one call to the next (the parameters
of a training step). The first call is the one that is checked and whose time is the first call; the later ones are timed.
"""

import atexit
import gc
import os
import re
import shutil
import signal
import sys
import tempfile
import time

THREADS_VARIABLE = "COTAN_PEER_THREADS"
_temporary_folder = None


class Absent(Exception):
    """The peer has no such workload; the text says why."""


class Request:
    """What `prepare` asks for. `inputs` are numpy arrays, `parameters` Python numbers."""

    def __init__(self):
        self.id = ""
        self.case = ""
        self.pass_name = "primal"
        self.dtype = "f32"
        self.threads = 1
        self.parameters = {}
        self.inputs = {}
        self.outputs = "."

    def gradients_wanted(self):
        return self.pass_name != "primal"

    def number_in_case(self, name):
        """The N of `name=N` in the case's name."""
        found = re.search(rf"\b{re.escape(name)}=(\d+)", self.case)
        if not found:
            raise ValueError(f"no {name}=NUMBER in the case '{self.case}'")
        return int(found.group(1))


def settle_threads():
    """Makes the libraries that are imported after this start the threads which the host asks for; returns that number."""
    threads = int(os.environ.get(THREADS_VARIABLE, "1"))
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC"):
        os.environ[variable] = str(threads)
    return threads


def own_temporary_folder(name):
    """A new folder, which from now on holds all temporary files of this process and those it starts. It is removed when the process ends, at
    SIGTERM too."""
    global _temporary_folder
    folder = _temporary_folder = tempfile.mkdtemp(prefix=f"cotan-peer-{name}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # Registered before the library's own, thus run after them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    return folder


def _numpy_dtype(name):
    return {"f32": "<f4", "f64": "<f8", "i64": "<i8"}[name]


def _read_input(words):
    """NAME DTYPE RANK EXTENT... FILE, of which the file's name may hold blanks."""
    import numpy

    name, dtype, rank, rest = words.split(" ", 3)
    parts = rest.split(" ", int(rank))
    shape = tuple(int(extent) for extent in parts[:-1])
    return name, numpy.fromfile(parts[-1], dtype=_numpy_dtype(dtype)).reshape(shape)


def _lines_until_end(lines):
    block = []
    for line in lines:
        if line.strip() == "end":
            return block
        block.append(line.rstrip("\n"))
    raise EOFError("prepare: the host closed its end before 'end'")


def _read_request(block):
    request = Request()
    for line in block:
        word, _, rest = line.partition(" ")
        if word == "pass":
            request.pass_name = rest
        elif word == "threads":
            request.threads = int(rest)
        elif word == "parameter":
            name, number = rest.split(" ")
            request.parameters[name] = float(number)
        elif word == "input":
            name, array = _read_input(rest)
            request.inputs[name] = array
        elif word in ("id", "case", "dtype", "outputs"):
            setattr(request, word, rest)
        else:
            raise ValueError(f"prepare: unknown line '{line}'")
    return request


def _write_outputs(results, directory):
    import numpy

    lines = []
    for name, value in results.items():
        array = numpy.ascontiguousarray(numpy.asarray(value)).reshape(numpy.shape(value))
        dtype = {"float32": "f32", "float64": "f64", "int64": "i64"}.get(array.dtype.name)
        if dtype is None:
            raise ValueError(f"the result {name} has dtype {array.dtype}")
        path = os.path.join(directory, name + ".bin")
        array.astype(_numpy_dtype(dtype), copy=False).tofile(path)
        extents = "".join(f" {extent}" for extent in array.shape)
        lines.append(f"output {name} {dtype} {array.ndim}{extents} {path}")
    return lines


def _prepare(block, workloads):
    """Makes the program and calls it once: the function to time, and the lines of the answer."""
    request = _read_request(block)
    if request.id not in workloads:
        raise Absent("no such workload here")
    call = workloads[request.id](request)
    start = time.perf_counter()
    results = call()
    seconds = time.perf_counter() - start
    return call, [f"ready {seconds:.9f}", *_write_outputs(results, request.outputs), "end"]


def _time(call, warming, count):
    if call is None:
        raise ValueError("nothing is prepared")
    gc.disable()
    try:
        for _ in range(warming):  # The other implementations' turns emptied the caches.
            call()
        start = time.perf_counter()
        for _ in range(count):
            call()
        return time.perf_counter() - start
    finally:
        gc.enable()


def _wait_for_idle_pool():
    """Thread pools spin for some milliseconds after the work is done; the next implementation's turn must not pay for that."""
    limit = time.perf_counter() + 0.1
    while time.perf_counter() < limit:
        used = time.process_time()
        time.sleep(0.001)
        if time.process_time() - used < 0.0003:
            return


def _one_line(error):
    return " ".join(f"{type(error).__name__}: {error}".split())[:400]


def serve(name, version, workloads, forget=lambda: None):
    """Answers the host until it says `quit`. `forget` empties the library's caches of compiled programs before each `prepare`."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What libraries print is no answer.
    sys.stdout = sys.stderr
    threads = int(os.environ.get(THREADS_VARIABLE, "1"))
    call = None

    def answer(lines):
        if threads > 1:
            _wait_for_idle_pool()
        answers.write("\n".join(lines) + "\n")
        answers.flush()

    def prepare(block):
        nonlocal call
        call = None
        forget()
        gc.collect()
        call, lines = _prepare(block, workloads)
        return lines

    try:
        answer([f"peer {name} {version}"])
        for line in iter(sys.stdin.readline, ""):
            word, _, rest = line.strip().partition(" ")
            try:
                if word == "quit":
                    return
                if word == "prepare":
                    answer(prepare(_lines_until_end(iter(sys.stdin.readline, ""))))
                elif word == "time":
                    answer([f"took {_time(call, *map(int, rest.split())):.9f}"])
                elif word:
                    raise ValueError(f"unknown request '{word}'")
            except Absent as reason:
                answer([f"absent {reason}"])
            except Exception as error:  # A library's failure is the host's to report, not this loop's end.
                answer([f"failed {_one_line(error)}"])
    finally:
        if _temporary_folder:  # A library may take seconds to end, longer than the host waits.
            shutil.rmtree(_temporary_folder, ignore_errors=True)
