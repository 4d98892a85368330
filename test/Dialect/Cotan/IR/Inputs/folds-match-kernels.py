"""Computes each op that folds twice, at compile time on constants and in a kernel on inputs, and compares the bits.

    folds-match-kernels.py DIRECTORY ELEMENT_TYPE
"""

import itertools
import os
import struct
import subprocess
import sys

FORMATS = {"f32": "f", "f64": "d", "i32": "i", "i64": "q"}
SMALLEST = {"f32": 2.0**-149, "f64": 2.0**-1074}
LARGEST = {"f32": 2.0**128 - 2.0**104, "f64": sys.float_info.max}


def operands(element):
    """64 pairs of values; the third list has no zeros, so that it can divide."""
    if element[0] == "f":
        left = [0.0, -0.0, 1.5, -2.75, SMALLEST[element], -LARGEST[element], 1.0 / 3.0, 3.0e9]
        right = [-0.0, 1.0, -0.5, 7.25, -SMALLEST[element], LARGEST[element], 2.5, -1.0e-30]
        divisors = [0.75, 1.0, -0.5, 7.25, -SMALLEST[element], LARGEST[element], 3.5, -1.0e-30]
    else:
        lowest = -(2 ** (int(element[1:]) - 1))
        left = [0, 1, -1, 7, -7, lowest, -lowest - 1, 12345]
        right = [0, 1, -1, 3, 31, lowest, -lowest - 1, 64]
        divisors = [2, 1, -1, 3, -31, lowest, -lowest - 1, 64]
    pairs = list(itertools.product(left, range(8)))
    return [x for x, _ in pairs], [right[i] for _, i in pairs], [divisors[i] for _, i in pairs]


def operations(element):
    """Lines of MLIR over %x, %y and %z with the type of each result."""
    tensor = f"tensor<64x{element}>"
    unary, binary = ["neg", "abs"], ["add", "sub", "mul"]
    nonzero = ["div", "rem", "max", "min"]
    if element[0] == "f":
        unary += ["floor", "ceil", "round", "trunc"]
    else:
        unary += ["sign", "not"]
        binary += ["and", "or", "xor", "shl", "shr", "max", "min"]
    lines = [(f"cotan.{op} %x : {tensor}", element) for op in unary]
    lines += [(f"cotan.{op} %x, %y : {tensor}", element) for op in binary]
    lines += [(f"cotan.{op} %x, %z : {tensor}", element) for op in nonzero]
    if element[0] == "f":
        lines += [(f"cotan.sign %z : {tensor}", element), (f"cotan.fma %x, %z, %y : {tensor}", element)]
    lines += [(f"cotan.compare {p} %x, %y : {tensor}", "i1") for p in ("eq", "ne", "lt", "le", "gt", "ge")]
    lines += [(f"cotan.cast %x : {tensor} to tensor<64x{to}>", to) for to in (*FORMATS, "i1") if to != element]
    return lines


def write_npy(path, element, values):
    header = f"{{'descr': '<{element[0]}{int(element[1:]) // 8}', 'fortran_order': False, 'shape': ({len(values)},), }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack(f"<{len(values)}{FORMATS[element]}", *values))


def read_elements(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    size = (len(data) - start) // 64
    return [data[start + i * size : start + (i + 1) * size] for i in range(64)]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(directory, element):
    os.makedirs(directory, exist_ok=True)
    place = lambda name: os.path.join(directory, f"{element}-{name}")
    tensor = f"tensor<64x{element}>"
    values, lines = operands(element), operations(element)
    names = ", ".join(f"%r{i}" for i in range(len(lines)))
    types = ", ".join(f"tensor<64x{to}>" for _, to in lines)
    body = "".join(f"  %r{i} = {line}\n" for i, (line, _) in enumerate(lines)) + f"  return {names} : {types}\n}}\n"
    constants = ""
    for name, list_ in zip("xyz", values):
        bits = struct.pack(f"<64{FORMATS[element]}", *list_).hex().upper()
        constants += f'  %{name} = cotan.constant dense<"0x{bits}"> : {tensor}\n'
        write_npy(place(f"{name}.npy"), element, list_)
    with open(place("kernel.mlir"), "w") as file:
        file.write(f"func.func @main(%x: {tensor}, %y: {tensor}, %z: {tensor}) -> ({types}) {{\n{body}")
    with open(place("constant.mlir"), "w") as file:
        file.write(f"func.func @main() -> ({types}) {{\n{constants}{body}")

    folded = run("cotan-opt", "-canonicalize", place("constant.mlir"))
    left = [line for line in folded.splitlines() if "cotan." in line and "cotan.constant" not in line]
    assert not left, f"not folded: {left}"
    with open(place("folded.mlir"), "w") as file:
        file.write(folded)

    def outputs(kind):
        return [f"--output=@{place(f'{kind}-{i}.npy')}" for i in range(len(lines))]

    inputs = [f"--input={tensor[7:-1]}=@{place(f'{name}.npy')}" for name in "xyz"]
    run("cotan", "run", place("kernel.mlir"), *inputs, *outputs("kernel"))
    run("cotan", "run", place("folded.mlir"), *outputs("folded"))
    wrong = 0
    for i, (line, _) in enumerate(lines):
        kernel, fold = read_elements(place(f"kernel-{i}.npy")), read_elements(place(f"folded-{i}.npy"))
        for j in range(64):
            if kernel[j] != fold[j]:
                wrong += 1
                print(f"{line}: x={values[0][j]!r} y={values[1][j]!r} z={values[2][j]!r}: "
                      f"kernel {kernel[j].hex()}, fold {fold[j].hex()}")
    sys.exit(wrong > 0)


main(*sys.argv[1:])
