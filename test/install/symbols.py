#!/usr/bin/env python3
"""Checks that libcotan.so defines no dynamic symbol outside cotan:: and cotan_*."""

import re
import subprocess
import sys

lines = subprocess.run(["nm", "-D", "--defined-only", sys.argv[1]], capture_output=True, text=True, check=True).stdout.splitlines()
symbols = [line.split()[-1].split("@")[0] for line in lines]
demangled = subprocess.run(["c++filt"], input="\n".join(symbols), capture_output=True, text=True, check=True).stdout.splitlines()

# cotan::..., with what belongs to its types (vtables, typeinfo, guards of statics), operators that return its types included.
own = re.compile(r"^(?:(?:vtable|typeinfo|typeinfo name|VTT|guard variable|construction vtable|reference temporary|non-virtual thunk to) ?(?:for )?)?cotan(?:::|_)")
foreign = [name for name in demangled if not own.match(name)]
# The names and nothing but the public ones: internal layers are not exported either.
internal = [name for name in demangled if re.search(r"cotan::(?:ir|autodiff|transforms|codegen|execution|driver|trace|runtime)::", name.split("(")[0])]
for name in foreign:
    print(f"foreign: {name}")
for name in internal:
    print(f"internal: {name}")
print(f"{len(symbols)} dynamic symbols, {len(foreign)} foreign, {len(internal)} internal")
sys.exit(bool(foreign or internal or not symbols))
