"""Seconds that a command takes, for tests with a bound: the processor time of it and its children, which unlike the clock does not grow with
what else the machine does. On an idle machine the two are the same for a program of one thread."""

import resource
import subprocess
import time


def run(command, **options):
    """Runs the command; returns (processor seconds, clock seconds). Raises if it fails."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, **options)
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, end - begin
