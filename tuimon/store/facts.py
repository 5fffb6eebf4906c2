"""What the store knows of models and of their columns, as frozen values for the other packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tuimon.stats import NumericGrid
from tuimon.values.alert import Event
from tuimon.values.batch import Kind, Role
from tuimon.values.chunk import Generation

Measure = Literal["traffic", "latency", "id", "sampling", "confusion", "score_label", "error_abs", "error_sq", "label", "label_sq"]
"""Columns that the store derives: traffic and latency from every row, id from rows with one, sampling from rows
of a sampled log, the others from rows whose label is known."""


@dataclass(frozen=True)
class ModelFacts:
    """One model; times are seconds since 1970."""

    name: str
    versions: tuple[str, ...]
    rows: int
    errors: int
    first: float | None
    """Event time of the earliest row; rows from the future do not count."""
    watermark: float | None
    last_arrival: float | None
    """Wall time of the last commit that had rows of it."""
    historic: bool
    """No row was ever less than a day old when it was read."""


@dataclass(frozen=True)
class ColumnFacts:
    """One column of a model whose cells have its `number`."""

    number: int
    role: Role | Measure
    name: str
    kind: Kind
    grid: NumericGrid | None
    """None for categories, and until a numeric column has had its first thousand finite values."""
    values: tuple[str, ...]
    """Names of the category bins 0, 1, …; for "confusion" the classes, where bin = predicted · 512 + label."""
    first_seen: float


@dataclass(frozen=True)
class Committed:
    """What a commit did."""

    generations: tuple[Generation, ...]
    """The generation of each batch as it is after it, with all its books."""
    touched: Mapping[str, int]
    """Model -> start in seconds of the oldest minute whose cells changed."""
    rows: int


@dataclass(frozen=True)
class Proof:
    """The result of one check of the books; `ok` is false when something does not add up."""

    file: str
    """The path of the generation that was checked, or the model."""
    ok: bool
    lines: int
    position: int
    problem: str
    """What does not add up, in one sentence; empty when all does."""
    generation: bool = True
    """False for the proof of a model."""


@dataclass(frozen=True)
class Judged:
    """What one evaluation, or one thing that somebody did, leaves behind; texts are the alerts package's."""

    states: str
    """Alert states as JSON."""
    evaluated: Mapping[str, float]
    """Model -> event time in seconds up to which it was judged."""
    silences: str | None = None
    """As JSON; None leaves them as they are."""
    letters: Mapping[tuple[str, str, int], str | None] = field(default_factory=dict)
    """What receivers are to be told, by receiver, alert and episode; None removes a letter."""
    events: tuple[Event, ...] = ()
    journal: tuple[tuple[int, str], ...] = ()
    """Numbered lines of the journal."""
