"""Interrupts cotan-bench after its first rows: what it ends with, and what it leaves behind.

usage: interrupt.py COTAN_BENCH FOLDER SIGNAL
"""
import json
import os
import signal
import subprocess
import sys

bench, folder, name = sys.argv[1:]
temporary = os.path.join(folder, "temporary")
os.makedirs(temporary)
environment = {key: value for key, value in os.environ.items() if key != "COTAN_CACHE_DIR"}
# In a process group of its own, which the signal is sent to as a terminal does: to the children too.
run = subprocess.Popen([bench, "--quick", "--json=" + os.path.join(folder, "report.json")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                       env={**environment, "TMPDIR": temporary}, start_new_session=True)
for line in run.stdout:
    if line.startswith("ew "):
        break
assert os.listdir(temporary), "no disk cache of the run"
if name == "SIGINT":
    os.killpg(run.pid, signal.SIGINT)
else:
    run.terminate()
_, errors = run.communicate(timeout=120)
rows = json.load(open(os.path.join(folder, "report.json")))["results"]
print("ended with", run.returncode)
print(errors.splitlines()[-1].split("\r")[-1])
print("failed:", " ".join(row["impl"] for row in rows if row["status"] == "failed") or "nothing")
print("workloads:", " ".join(sorted({row["id"] for row in rows})))
print("left behind:", " ".join(os.listdir(temporary)) or "nothing")
