"""torch.compile as a peer: TorchInductor's default mode, static shapes, one graph without breaks."""

import os
import shutil
import sys
import tempfile

import serve

serve.own_temporary_folder("inductor")
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = os.environ.get(serve.THREADS_VARIABLE, "1")

import torch_workloads
from torch_workloads import torch

import torch._inductor.codecache
import torch._inductor.utils

# Precompiling the C++ headers takes half a minute, so they are kept from one run to the next.
torch._inductor.codecache._HEADER_DIR = os.path.join(sys.prefix, "precompiled_headers")

kernels = None


def compiled(function):
    return torch.compile(function, fullgraph=True, dynamic=False)


def warm_up():
    """What is done once in a process or on a machine is no program's compilation: importing the compiler, probing the vector instructions and
    precompiling its C++ headers."""
    x = torch.ones(8, requires_grad=True)
    compiled(lambda x: x.exp().sum())(x).backward()


def forget():
    """A first call compiles anew: neither the graphs of this process nor the kernels that Inductor keeps on disk are there."""
    global kernels
    if not kernels:
        warm_up()
    torch.compiler.reset()
    torch._inductor.utils.clear_caches()
    if kernels:
        shutil.rmtree(kernels, ignore_errors=True)
    kernels = tempfile.mkdtemp(prefix="kernels-")
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = kernels


SLOW_TO_COMPILE = ("xformer", "conv", "gmm", "adlstm", "ba", "ode", "newton")


def sparingly(make):
    def made(request):
        if not request.gradients_wanted() or request.threads > 1:
            raise serve.Absent("what compiles for so long is timed for its derivatives on one thread alone")
        if request.case.startswith("l4_"):
            raise serve.Absent("compiles for so long that l2 alone is timed")
        return make(request)

    return made


class Workloads(torch_workloads.Workloads):
    def all(self):
        return {name: sparingly(make) if name in SLOW_TO_COMPILE else make for name, make in super().all().items()}

    def gemm(self, request):
        if not request.case.startswith("AB+gelu"):
            raise serve.Absent("products are torch's own, their gradients too; what is compiled, the epilogue, is timed with the form AB")
        return super().gemm(request)

    def lstm(self, request):
        raise serve.Absent("torch.compile unrolls the 64 steps of torch.lstm and compiles for minutes; left uncompiled, it is the peer torch")


serve.serve("torch.compile", torch.__version__, Workloads(compiled).all(), forget)
