"""The serving process: appends numbered lines, some torn over several writes with pauses between, until it is told to stop."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START = 1_763_000_000
NO_LOCK = Path("/dev/null")


def main() -> None:
    """Write at least `least` lines, and go on until the file `stop` exists; print how many there are."""
    log, lock, stop, reopening = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    least, seconds, seed = int(sys.argv[5]), float(sys.argv[6]), int(sys.argv[7])
    file, chance, written = Log(log, reopening), random.Random(seed), 0
    print("ready", flush=True)
    began = time.monotonic()
    while written < least or not stop.exists():
        with held(lock):
            file.follow()
            count = chance.randint(1, 400)
            file.append(b"".join(line(number, chance) for number in range(written, written + count)), chance)
            written += count
        # Spread over the whole run: on a slow machine blocks are larger only in time, never fewer.
        ahead = written / least * seconds - (time.monotonic() - began)
        time.sleep(0.001 if stop.exists() else min(max(ahead, 0.001), 0.05))
    print(written)


class Log:
    """The log as a server has it open: for appending, until it finds that it was rotated."""

    def __init__(self, path: Path, reopening: str) -> None:
        self._path, self._reopening = path, reopening
        self._descriptor = self._open()
        self._told = False
        signal.signal(signal.SIGHUP, self._hear)

    def follow(self) -> None:
        """Open the log again if it is time to."""
        if self._told if self._reopening == "signal" else self._moved():
            self._told = False
            os.close(self._descriptor)
            self._descriptor = self._open()

    def append(self, data: bytes, chance: random.Random) -> None:
        """Write all of it: half of the time at once, else torn inside lines, with a pause at each tear."""
        tears = sorted(chance.randrange(len(data)) for _ in range(chance.choice((0, 0, 1, 2))))
        for start, end in zip([0, *tears], [*tears, len(data)], strict=True):
            self._all(data[start:end])
            if end < len(data):
                time.sleep(0.2 if chance.random() < 0.02 else 0.01 * chance.random())

    def _all(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._descriptor, data) :]

    def _hear(self, _number: int, _frame: object) -> None:
        self._told = True

    def _moved(self) -> bool:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return self._reopening == "inode"
        return found.st_ino != os.fstat(self._descriptor).st_ino

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def line(number: int, chance: random.Random) -> bytes:
    """Return one record; its id is its number."""
    text = f'{{"ts":{START + number / 100:.2f},"id":"{number}","latency_ms":{chance.random() * 50:.2f},"prediction":{number % 2},"amount":'
    return f"{text}{chance.gauss(0, 1):.4f}}}\n".encode()


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock file for the length of a `with` block; NO_LOCK holds nobody up."""
    if lock == NO_LOCK:
        yield
        return
    with lock.open("r") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main()
