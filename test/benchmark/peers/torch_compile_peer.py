"""torch.compile as a peer: TorchInductor's default mode, static shapes, one graph without breaks."""

import os
import shutil
import tempfile

import serve

os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = os.environ.get(serve.THREADS_VARIABLE, "1")

import torch_workloads
from torch_workloads import torch

import torch._inductor.utils

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
    kernels = tempfile.mkdtemp(prefix="cotan-peer-inductor-")
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = kernels


try:
    serve.serve("torch.compile", torch.__version__, torch_workloads.Workloads(compiled).all(), forget)
finally:
    if kernels:
        shutil.rmtree(kernels, ignore_errors=True)
