"""Peers that misbehave, by name: what cotan-bench makes of them."""
import sys

kind = sys.argv[1]
if kind == "mute":
    sys.exit(1)
print("peer", kind, "1.0", flush=True)
while (line := sys.stdin.readline().strip()) != "prepare":
    pass
while sys.stdin.readline().strip() != "end":
    pass
print({"refuses": "absent no such thing here", "fails": "failed out of luck", "babbles": "what?"}[kind], flush=True)
