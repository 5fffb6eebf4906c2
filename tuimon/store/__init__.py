"""The DuckDB file: rows, cells and position committed together, and everything read back from them."""

from tuimon.store.cells import Cells
from tuimon.store.classes import CLASSES, SCORE_BINS, positive_class
from tuimon.store.directory import JOURNAL
from tuimon.store.errors import StoreDamaged, StoreError, StoreGone, StoreLocked, StoreMemory, StoreUnwritable
from tuimon.store.facts import ColumnFacts, Committed, Judged, Measure, ModelFacts, Proof
from tuimon.store.finding import Which
from tuimon.store.states import MOST_EVENTS
from tuimon.store.store import Store

__all__ = [
    "CLASSES",
    "JOURNAL",
    "MOST_EVENTS",
    "SCORE_BINS",
    "Cells",
    "ColumnFacts",
    "Committed",
    "Judged",
    "Measure",
    "ModelFacts",
    "Proof",
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreGone",
    "StoreLocked",
    "StoreMemory",
    "StoreUnwritable",
    "Which",
    "positive_class",
]
