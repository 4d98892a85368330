"""Eager torch as a peer."""

import serve
import torch_workloads
from torch_workloads import torch

serve.serve("torch", torch.__version__, torch_workloads.Workloads(torch_workloads.identity).all())
