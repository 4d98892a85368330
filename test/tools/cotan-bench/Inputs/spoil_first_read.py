"""Runs cotan-bench with a file of ADBench's that is spoiled for its first reader, the new process of the first call, and whole for all others.

usage: spoil_first_read.py COTAN_BENCH FOLDER FILE    FOLDER/FILE is the whole one
"""
import os
import subprocess
import sys

bench, folder, file = sys.argv[1:]
path = os.path.join(folder, file)
os.rename(path, path + ".whole")
os.mkfifo(path)
run = subprocess.Popen([bench, "--quick", "--only=gmm", "--pass=primal", "--adbench=" + folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
with open(path, "w") as pipe:  # returns when the first reader has opened it
    os.replace(path + ".whole", path)
    pipe.write("not ADBench's\n")
print(run.communicate(timeout=120)[0], end="")
sys.exit(run.returncode)
