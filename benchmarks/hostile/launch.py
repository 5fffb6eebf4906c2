"""Runs one command under limits and prints [exit code, peak memory in MB, seconds, why it was stopped] as JSON.

A process of its own: the peak of a child begins with the memory of the process that it was forked from, and this one is small.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """The arguments are: descriptors, seconds, megabytes, the file for what is said, and the command."""
    descriptors, patience, most = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    began, stopped = time.monotonic(), ""
    with Path(sys.argv[4]).open("wb") as said:
        process = subprocess.Popen(sys.argv[5:], stdout=said, stderr=said)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if resident(process.pid) > most or time.monotonic() - began > patience:
            stopped = stopped or ("time" if time.monotonic() - began > patience else "memory")
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.02)
    process.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps([process.returncode, usage.ru_maxrss / 1024, time.monotonic() - began, stopped]))


def resident(pid: int) -> float:
    """Return the memory of a process in MB, 0 when it has just ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE / (1 << 20)
    except (OSError, IndexError):
        return 0.0


if __name__ == "__main__":
    main()
