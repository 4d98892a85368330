"""Writes .npy files byte for byte as numpy.save does, and damaged ones, into a directory."""

import os
import struct
import sys

directory = sys.argv[1]


def npy(descr, shape, data, version=1, fortran=False, header=None):
    if header is None:
        header = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"
    length = 2 if version == 1 else 4
    padding = 64 - (6 + 2 + length + len(header) + 1) % 64
    header = header.encode() + b" " * (padding % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + data


six = struct.pack("<6f", *range(6))
files = {
    "f4": npy("'<f4'", "(2, 3)", six),
    "f8": npy("'<f8'", "()", struct.pack("<d", 0.1)),
    "i4": npy("'<i4'", "(2,)", struct.pack("<2i", -5, 7)),
    "i8": npy("'<i8'", "(0,)", b""),
    "b1": npy("'|b1'", "(3,)", b"\1\0\1"),
    "v2": npy("'<f4'", "(2, 3)", six, version=2),
    "v3": npy("'<f4'", "(2, 3)", six, version=3),
    "text": b"1 2 3\n",
    "empty": b"",
    "v9": npy("'<f4'", "(2, 3)", six, version=9),
    "fortran": npy("'<f4'", "(2, 3)", six, fortran=True),
    "big": npy("'>f4'", "(2, 3)", six),
    "half": npy("'<f2'", "(2, 3)", six[:12]),
    "record": npy("[('a', '<f4')]", "(6,)", six),
    "short": npy("'<f4'", "(2, 3)", six[:20]),
    "long": npy("'<f4'", "(2, 3)", six + b"x"),
    "header": npy(None, None, six, header="{'descr': '<f4', 'shape': (2, 3)}"),
    "cut": npy("'<f4'", "(2, 3)", six)[:40],
    "negative": npy("'<f4'", "(2, -3)", six),
    "huge": npy("'<f4'", "(4294967296, 4294967296)", six),
}
for name, data in files.items():
    with open(os.path.join(directory, f"{name}.npy"), "wb") as file:
        file.write(data)
