"""What an analysis says, as frozen values. Names that come from logs have passed `safe_text`; None is "cannot be said"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tuimon.values.alert import Severity
from tuimon.values.batch import Kind, Role
from tuimon.values.performance import Performance
from tuimon.values.snapshot import Status

ChunkVerdict = Literal["no_reference", "insufficient", "ok", "watch", "drift"]


@dataclass(frozen=True)
class Measured:
    """One number with the bounds that are usual for it."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    alarm: bool = False
    """Whether it lies outside its bounds."""


@dataclass(frozen=True)
class ColumnResult:
    """One column in one chunk."""

    column: str
    kind: Kind
    role: Role
    rows: int
    """Values that were compared."""
    values: tuple[Measured, ...]
    rates: tuple[Measured, ...]
    """Shares of the chunk's rows: missing, not finite, unseen, out of range."""
    method: str | None
    """The method whose value decides the verdict."""
    verdict: ChunkVerdict
    severity: Severity | None


@dataclass(frozen=True)
class ChunkResult:
    """One chunk; times in seconds since 1970."""

    index: int
    start: float
    end: float
    rows: int
    columns: tuple[ColumnResult, ...]
    pca: Measured | None
    performance: Performance
    metrics: tuple[Measured, ...]
    """The numbers of `performance` with their bounds."""
    severity: Severity | None
    """What the performance comes to: by its bounds and by the configured limits of accuracy."""
    drifted: bool | None
    """Whether the chunk as a whole has drifted, by the conventions that say so."""
    status: Status


@dataclass(frozen=True)
class Stored:
    """Which rows there are."""

    start: float
    end: float
    rows: int


@dataclass(frozen=True)
class Header:
    """What was analysed, and against what."""

    model: str
    convention: str
    methods: tuple[str, ...]
    stored: Stored
    """All stored rows of the model."""
    start: float
    end: float
    """The range that was asked for, within what is stored."""
    chunk_seconds: float | None
    chunk_rows: int | None
    reference: str
    """What the reference is, in words; "none" without one."""
    reference_rows: int
    reference_chunks: int
    """Chunks of the reference that bounds were learned from; 0 for fixed ones."""
    columns: tuple[str, ...]
