"""The traffic of the regression: nothing goes wrong with it, so whatever is found there is a false alarm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from making import models
from making.clock import Floats, arrivals, iso, stream

RATE = 0.11
VERSION = "r3"
LABELLED = 0.8
LABEL_DELAY = (30 * 60.0, 120 * 60.0)


@dataclass(frozen=True)
class Traffic:
    """One array entry a request; `rows` is (n, 9)."""

    names: tuple[str, ...]
    times: Floats
    ids: tuple[str, ...]
    rows: Floats
    prediction: Floats
    latency: Floats
    truth: Floats

    def __len__(self) -> int:
        return len(self.times)


def traffic(model: models.Progression) -> Traffic:
    """Return every request of the ten hours."""
    times = arrivals("progression", RATE)
    n, rng = len(times), stream("progression-rows")
    picked = rng.integers(len(model.rows), size=n)
    rows = np.round(model.rows[picked], 4)
    ids = tuple(f"p-{number:012x}" for number in rng.integers(2**48, size=n))
    latency = np.round(8.0 * np.exp(0.35 * rng.standard_normal(n)), 2)
    return Traffic(model.names, times, ids, rows, model.predict(rows), latency, model.truth[picked])


def reference(model: models.Progression, n: int) -> tuple[Floats, Floats]:
    """Return rows and predictions of a validation run."""
    rows = np.round(model.rows[stream("progression-reference").integers(len(model.rows), size=n)], 4)
    return rows, model.predict(rows)


def header(logged: Traffic) -> bytes:
    """Return the first line of the CSV file."""
    return ",".join(("ts", "request_id", "version", *logged.names, "prediction", "latency_ms")).encode()


def line(logged: Traffic, i: int) -> bytes:
    """Return request i as one CSV record without its newline."""
    values = [format(value, "g") for value in logged.rows[i]]
    cells = (iso(logged.times[i]), logged.ids[i], VERSION, *values, str(logged.prediction[i]), str(logged.latency[i]))
    return ",".join(cells).encode()


def labels(logged: Traffic, until: float) -> list[tuple[float, int]]:
    """Return time and request of each label that has arrived by `until`, in order of arrival."""
    rng = stream("progression-labels")
    chosen, delay = rng.random(len(logged)) < LABELLED, rng.uniform(*LABEL_DELAY, size=len(logged))
    due = [(float(time + wait), i) for i, (time, wait) in enumerate(zip(logged.times, delay, strict=True)) if chosen[i]]
    return sorted((time, i) for time, i in due if time < until)
