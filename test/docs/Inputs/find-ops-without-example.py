"""Prints the ops of a generated dialect page whose section shows no MLIR code."""

import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
sections = re.split(r"^#### `(cotan\.\w+)`.*$", page, flags=re.MULTILINE)[1:]
assert len(sections) > 2 * 60, "the page lists the dialect's ops"
for name, text in zip(sections[::2], sections[1::2]):
    if "```mlir" not in text:
        print(name)
