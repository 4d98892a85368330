"""Runs `cotan run` on random bytes and on damaged copies of a sound module: each must end with 0 or 1, never by a signal.

usage: fuzz.py COTAN DIRECTORY COUNT
"""

import os
import random
import subprocess
import sys

tool, directory, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.makedirs(directory, exist_ok=True)
sound = b"""func.func @main(%x: tensor<4x3xf32>) -> (tensor<4xf32>, tensor<3x4xf32>) {
  %c = cotan.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %b = cotan.broadcast %c dims = [1] : tensor<3xf32> to tensor<4x3xf32>
  %m = cotan.mul %x, %b : tensor<4x3xf32>
  %s = cotan.reduce sum %m dims = [1] : tensor<4x3xf32>
  %t = cotan.transpose %m permutation = [1, 0] : tensor<4x3xf32> to tensor<3x4xf32>
  return %s, %t : tensor<4xf32>, tensor<3x4xf32>
}
"""
tokens = sound.split()
random.seed(20260101)
for number in range(count):
    kind = number % 4
    if kind == 0:
        data = bytes(random.randrange(256) for _ in range(random.randrange(1, 2000)))
    elif kind == 1:
        data = bytearray(sound)
        for _ in range(random.randrange(1, 6)):
            data[random.randrange(len(data))] = random.randrange(256)
    elif kind == 2:
        begin = random.randrange(len(sound))
        data = sound[:begin] + sound[random.randrange(begin, len(sound)) :]
    else:
        mixed = list(tokens)
        for _ in range(random.randrange(1, 5)):
            mixed[random.randrange(len(mixed))] = random.choice(tokens)
        data = b" ".join(mixed)
    path = os.path.join(directory, f"{number}.mlir")
    with open(path, "wb") as file:
        file.write(bytes(data))
    result = subprocess.run([tool, "run", path, "--input=4x3xf32=1"], capture_output=True, timeout=60)
    if result.returncode not in (0, 1) or (result.returncode == 1 and not result.stderr.startswith(b"error: ")):
        sys.exit(f"{path}: exit code {result.returncode}: {result.stderr[:2000]!r}")
