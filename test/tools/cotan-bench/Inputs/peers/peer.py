"""Peers that misbehave, by name: what cotan-bench makes of them."""
import os
import shutil
import struct
import sys


def do_nothing(lines):
    """A training step that leaves the parameters as they are, with a loss of about what it should be."""
    outputs = next(line.split(" ", 1)[1] for line in lines if line.startswith("outputs "))
    answer = ["ready 0.001"]
    for line in lines:
        if line.startswith("input ") and line.split()[1] not in ("x", "target"):
            name, description = line.split(" ", 2)[1:]
            path = os.path.join(outputs, f"new_{name}")
            shutil.copy(description.split()[-1], path)
            answer.append(f"output new_{name} {description.rsplit(' ', 1)[0]} {path}")
    loss = os.path.join(outputs, "loss")
    with open(loss, "wb") as file:
        file.write(struct.pack("<f", 2.3))
    return "\n".join([*answer, f"output loss f32 0 {loss}", "end"])


def multiply(lines):
    """y = w * x, as the case `1 op` of `call` wants it."""
    inputs = {line.split()[1]: open(line.split()[-1], "rb").read() for line in lines if line.startswith("input ")}
    outputs = next(line.split(" ", 1)[1] for line in lines if line.startswith("outputs "))
    values = [struct.unpack(f"<{len(inputs[name]) // 4}f", inputs[name]) for name in ("w", "x")]
    path = os.path.join(outputs, "y")
    with open(path, "wb") as file:
        file.write(struct.pack(f"<{len(values[0])}f", *(w * x for w, x in zip(*values))))
    return f"ready 0.001\noutput y f32 1 {len(values[0])} {path}\nend"


kind = sys.argv[1]
if kind == "mute":
    sys.exit(1)
print("peer", kind, "1.0", flush=True)
while (line := sys.stdin.readline().strip()) != "prepare":
    pass
lines = []
while (line := sys.stdin.readline().strip()) != "end":
    lines.append(line)
if kind == "idle":
    print(do_nothing(lines), flush=True)
elif kind in ("multiplies", "dies"):
    print(multiply(lines), flush=True)
    while kind == "multiplies" and (line := sys.stdin.readline().split())[:1] == ["time"]:
        print(f"took {1e-3 * int(line[2])}", flush=True)
else:
    print({"refuses": "absent no such thing here", "fails": "failed out of luck", "babbles": "what?"}[kind], flush=True)
