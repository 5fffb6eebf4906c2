"""What a convention is: which measures it has, how each is computed, and when its value is an alarm."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tuimon.stats.exact.categories import Counts
from tuimon.stats.exact.sample import Sample

Wanted = Collection[str]
"""Names of methods."""
Values = dict[str, float]
"""Name of a number -> the number; NaN where it cannot be said."""
NumericMeasure = Callable[[Sample, Sample, Wanted], Values]
CategoryMeasure = Callable[[Counts, Counts, Wanted], Values]
Side = Literal["above", "reached", "below"]
Learning = Literal["prediction", "three_sigma", "none"]


@dataclass(frozen=True)
class Fixed:
    """A limit that does not depend on the reference: the value that is judged, and when it alarms."""

    name: str
    limit: float
    side: Side


@dataclass(frozen=True)
class Facts:
    """What the choice of an alarm may depend on: the rows of the reference and the distinct values of both sides together."""

    numeric: bool
    reference_rows: int
    distinct: int


@dataclass(frozen=True)
class Convention:
    """One way to measure drift.

    The two preparations take the whole reference of a column and return a function of (reference or a part of it, chunk, methods):
    bins that the reference decides stay those of the whole.
    """

    name: str
    numeric: tuple[str, ...]
    """Methods for numbers, the usual one first."""
    category: tuple[str, ...]
    prepare_numeric: Callable[[Sample], NumericMeasure]
    prepare_category: Callable[[Counts], CategoryMeasure]
    learning: Learning
    """How limits are learned from chunks of the reference."""
    fixed: Mapping[str, Fixed] = field(default_factory=dict)
    """Method -> its limit, where it has one of its own."""
    fixed_rates: Mapping[str, float] = field(default_factory=dict)
    """Rate of quality -> the limit above which it alarms."""
    alarm: Callable[[Facts], str | None] = lambda _: None
    """The method that alarms for a column; None when it is to be asked of the settings."""
    whole_rows_only: bool = False
    """Rows with any missing value are left out of drift."""
    dataset_share: float | None = None
    """The share of columns with an alarm from which on the chunk as a whole has drifted."""

    def methods(self, numeric: bool) -> tuple[str, ...]:
        """Return the methods for numbers or for categories."""
        return self.numeric if numeric else self.category
