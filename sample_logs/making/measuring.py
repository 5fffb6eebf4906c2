"""What a window of the sample logs shows, computed exactly from the values: the yardstick for what is found in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from making import progression, tumour
from making.clock import END, HOUR, Flags, Floats, between


@dataclass(frozen=True)
class Column:
    """A column of the baseline and of the live traffic, numeric or text."""

    name: str
    before: np.ndarray
    now: np.ndarray


def psi(before: np.ndarray, now: np.ndarray) -> float:
    """Return the population stability index over deciles of `before` (or its values, for text), missing values left out.

    Empty shares count as half a row, so that the logarithm exists.
    """
    if before.dtype == object:
        kinds = np.unique(before.astype(str))
        p, q = (np.array([np.sum(side == kind) for kind in kinds], float) for side in (before, now))
    else:
        edges = np.unique(np.quantile(before, np.arange(1, 10) / 10))
        p, q = (np.bincount(np.searchsorted(edges, side[~np.isnan(side)]), minlength=len(edges) + 1) for side in (before, now))
    p, q = np.maximum(p, 0.5) / len(before), np.maximum(q, 0.5) / max(1, len(now))
    return float(np.sum((q / q.sum() - p / p.sum()) * np.log((q / q.sum()) / (p / p.sum()))))


def tumour_columns(logged: tumour.Traffic, kept: Flags, before: tumour.Reference) -> list[Column]:
    """Return the columns of the classifier; `kept` tells which requests left a record. Failed ones said nothing."""
    answered = kept & ~logged.failed
    said, live = (np.array([tumour.said(value) for value in scores], dtype=object) for scores in (before.score, logged.score))
    live[~answered] = None
    numeric = [Column(name, before.rows[:, i], logged.rows[kept, i]) for i, name in enumerate(logged.names)]
    return [
        *numeric,
        Column("site", before.site, logged.site[kept]),
        Column("scanner", before.scanner, logged.scanner[kept]),
        Column("prediction", said, live[kept]),
        Column("score", before.score, np.where(answered, logged.score, np.nan)[kept]),
    ]


def progression_columns(logged: progression.Traffic, rows: Floats, prediction: Floats) -> list[Column]:
    """Return the columns of the regression."""
    numeric = [Column(name, rows[:, i], logged.rows[:, i]) for i, name in enumerate(logged.names)]
    return [*numeric, Column("prediction", prediction, logged.prediction)]


def hourly(columns: list[Column], times: Floats) -> dict[str, list[float]]:
    """Return the PSI of every column in each of the ten hours, three decimals."""
    hours = [between(times, start, start + HOUR) for start in np.arange(0, END, HOUR)]
    return {column.name: [round(psi(column.before, column.now[hour]), 3) for hour in hours] for column in columns}
