"""The thread that sends: a receiver that hangs holds up other receivers a little, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from tuimon.monitor.telling.job import Delivery, Job
from tuimon.monitor.telling.outcome import Outcome

Send = Callable[[Job], Iterator[Delivery]]


def send(job: Job) -> Iterator[Delivery]:
    """Send over the network, with libraries that are loaded at the first message."""
    from tuimon.monitor.telling.sending import deliver

    return deliver(job)


class Courier:
    """Takes jobs and hands back deliveries; the thread is begun by the first job."""

    def __init__(self, send: Send = send) -> None:
        self._send = send
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._done: SimpleQueue[Delivery] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def hand(self, job: Job) -> None:
        """Have a job done; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return what became of letters since the last call."""
        found: list[Delivery] = []
        while True:
            try:
                found.append(self._done.get_nowait())
            except Empty:
                return tuple(found)

    def stop(self, timeout: float) -> None:
        """End the thread after what it is doing, or leave it to the end of the process."""
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                for delivery in self._send(job):
                    self._done.put(delivery)
            except Exception as error:  # noqa: BLE001 - one receiver's trouble must not end the telling of others; its text may hold secrets
                self._done.put(Delivery(job.receiver, (), Outcome("failed", type(error).__name__), last=True))
