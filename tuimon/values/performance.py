"""What predictions turned out to be worth where labels have arrived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Performance:
    """Realised performance where labels have arrived, over the window that panels show."""

    labels: int
    task: Literal["binary", "multiclass", "regression"] | None
    accuracy: float | None = None
    roc_auc: float | None = None
    f1: float | None = None
    mae: float | None = None
    rmse: float | None = None
    r2: float | None = None
    ece: float | None = None


@dataclass(frozen=True)
class Confusion:
    """Rows of a window by what they are and what was predicted."""

    classes: tuple[str, ...]
    """The busiest first, at most `MOST_CLASSES`; the last stands for all others where there are more."""
    counts: tuple[tuple[int, ...], ...]
    """[label][predicted]."""


MOST_CLASSES = 12


@dataclass(frozen=True)
class Reliability:
    """The rows of a window whose scores lie within one tenth of 0 to 1."""

    score: float
    """Their mean score."""
    positive: float
    """The share of them that are positive: the score, of a model that is calibrated."""
    rows: int


@dataclass(frozen=True)
class Realised:
    """What lies behind the performance of a window, for the screens."""

    trend: tuple[Performance, ...]
    """Of the windows, at most an hour wide, that ended at the points of trends; oldest first."""
    baseline: Performance | None
    """None where it has too few labels."""
    confusion: Confusion | None = None
    reliability: tuple[Reliability, ...] = ()
