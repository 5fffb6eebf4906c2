"""The latest event times of the generations whose lines were decoded last."""

from __future__ import annotations

KEPT = 10_000
"""Generations: more than can be decoded and not committed. Of the others a chunk brings what the store holds."""


class Newest:
    """Generation -> the latest event time of its rows so far, microseconds; the least recently decoded are forgotten."""

    def __init__(self, times: dict[int, int] | None = None) -> None:
        self._times = times or {}

    def of(self, generation: int) -> int:
        """Return the latest event time of a generation, 0 where none is remembered."""
        return self._times.get(generation, 0)

    def note(self, generation: int, time: int) -> None:
        """Remember a generation's latest event time."""
        self._times.pop(generation, None)
        self._times[generation] = time
        if len(self._times) > KEPT:
            del self._times[next(iter(self._times))]

    def copy(self) -> Newest:
        """Return the same times, to go on from apart."""
        return Newest(dict(self._times))
