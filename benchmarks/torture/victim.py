"""Who is killed: a process that has imported everything and forks one reader after the other, so that kills cost little time."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from tuimon.cli.main import run
from tuimon.config import load
from tuimon.monitor.engine import LiveEngine


def main() -> None:
    """For each line on stdin, "ingest" or "live", start such a reader; kill it at the next line and print its status and peak memory.

    Nothing is opened before the fork, so a reader is what the command is.
    """
    config, state, opens = (Path(argument) for argument in sys.argv[1:4])
    while order := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            os._exit(_ingest(config, state) if order.strip() == "ingest" else _live(config, state, opens))
        sys.stdin.readline()
        # One that has ended is a zombie until it is waited for, so the number is still its own.
        os.kill(child, signal.SIGKILL)
        _, status, usage = os.wait4(child, 0)
        print(status, usage.ru_maxrss, flush=True)


def _ingest(config: Path, state: Path) -> int:
    os.umask(0o077)
    sys.stdin.close()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return run(["ingest", "-c", str(config), "--state", str(state)])


def _live(config: Path, state: Path, opens: Path) -> int:
    """The engine of the console without the screen, for ever; how long the store took to open is noted."""
    os.umask(0o077)
    engine = LiveEngine(load(config), state, "torture")
    began = time.perf_counter()
    engine.open()
    with opens.open("a") as file:
        file.write(f"{time.perf_counter() - began}\n")
    engine.start(lambda _: None)
    while engine.failure is None:
        time.sleep(0.1)
    sys.stderr.write(f"{engine.failure}\n")
    return 1


if __name__ == "__main__":
    main()
