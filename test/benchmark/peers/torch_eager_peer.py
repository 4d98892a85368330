"""Eager torch as a peer."""

import serve
import torch_workloads
from torch_workloads import torch

workloads = torch_workloads.Workloads(torch_workloads.identity).all()
gemm, adlstm = workloads["gemm"], workloads["adlstm"]


def smaller_gemm(request):
    if request.number_in_case("n") > 512:
        raise serve.Absent("of the largest products libtorch's alone, which are the same, are timed")
    return gemm(request)


def shorter_adlstm(request):
    if request.case.startswith("l4_"):
        raise serve.Absent("takes seconds for a call of l4: l2 alone is timed")
    return adlstm(request)


serve.serve("torch", torch.__version__, workloads | {"gemm": smaller_gemm, "adlstm": shorter_adlstm})
