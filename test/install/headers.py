#!/usr/bin/env python3
"""Checks the installed headers: each compiles by itself, none reaches MLIR or LLVM, and <cotan/torch.h> compiles in under 2 s."""

import os
import subprocess
import sys
import tempfile

import timing

stage, compiler = sys.argv[1:]
include = os.path.abspath(os.path.join(stage, "include"))
headers = sorted(
    os.path.relpath(os.path.join(folder, file), include)
    for folder, _, files in os.walk(include)
    for file in files
    if file.endswith(".h")
)
assert "cotan/cotan.h" in headers and "cotan/torch.h" in headers and "cotan-c/kernel_abi.h" in headers, headers
assert not any(header.startswith("cotan-compiler") for header in headers), "internal headers are installed"

problems = []
with tempfile.TemporaryDirectory() as work:
    source = os.path.join(work, "header.cpp")
    for header in headers:
        with open(source, "w") as file:
            file.write(f'#include "{header}"\n')
        result = subprocess.run(
            [compiler, "-std=c++20", "-Wall", "-Werror", "-I", include, "-M", source], capture_output=True, text=True
        )
        if result.returncode:
            problems.append(f"{header} does not compile by itself:\n{result.stderr}")
            continue
        for path in result.stdout.replace("\\\n", " ").split():
            if any(part in path for part in ("/mlir/", "/llvm/", "/mlir-c/", "/llvm-c/", "cotan-compiler")):
                problems.append(f"{header} includes {path}")
    with open(os.path.join(work, "abi.c"), "w") as file:
        file.write('#include "cotan-c/kernel_abi.h"\nint main(void) { return COTAN_STATUS_OK; }\n')
    result = subprocess.run(["gcc", "-std=c99", "-Wall", "-Werror", "-I", include, "-c", "abi.c"], cwd=work, capture_output=True, text=True)
    if result.returncode:
        problems.append(f"cotan-c/kernel_abi.h is not C:\n{result.stderr}")

    with open(source, "w") as file:
        file.write("#include <cotan/torch.h>\nint main() { torch::Tensor x = torch::ones({2}); return x.dim() != 1; }\n")
    command = [compiler, "-std=c++20", "-I", include, "-c", source, "-o", os.path.join(work, "header.o")]
    try:
        seconds, wall = min(timing.run(command) for _ in range(3))
        print(f"<cotan/torch.h> compiles in {seconds:.2f} s of processor time, {wall:.2f} s by the clock")
        if seconds >= 2:
            problems.append(f"<cotan/torch.h> takes {seconds:.2f} s to compile, expected less than 2")
    except subprocess.CalledProcessError:
        problems.append("a program that includes <cotan/torch.h> does not compile")

print("\n".join(problems) or f"{len(headers)} headers are sound")
sys.exit(bool(problems))
