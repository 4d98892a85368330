"""Runs a program and compares its output with a file, line by line; a line `re:...` is a regular expression."""

import re
import subprocess
import sys

program, expected_path = sys.argv[1:]
run = subprocess.run([program], capture_output=True, text=True)
actual = run.stdout.splitlines()
expected = open(expected_path).read().splitlines()
failures = []
if run.returncode:
    failures.append(f"exit code {run.returncode}: {run.stderr}")
if len(actual) != len(expected):
    failures.append(f"expected {len(expected)} lines, got {len(actual)}")
for number, (want, got) in enumerate(zip(expected, actual), 1):
    matches = re.fullmatch(want[3:], got) if want.startswith("re:") else want == got
    if not matches:
        failures.append(f"line {number}:\n  expected {want}\n  actual   {got}")
print("\n".join(failures) or "output matches")
sys.exit(bool(failures))
