"""The DuckDB file: rows, cells and position committed together, and everything read back from them."""

from tuimon.store.cells import Cells
from tuimon.store.classes import CLASSES, SCORE_BINS, positive_class
from tuimon.store.errors import StoreDamaged, StoreError, StoreGone, StoreLocked, StoreMemory, StoreUnwritable
from tuimon.store.facts import ColumnFacts, Committed, Measure, ModelFacts, Proof
from tuimon.store.states import MOST_EVENTS
from tuimon.store.store import Store

__all__ = [
    "CLASSES",
    "MOST_EVENTS",
    "SCORE_BINS",
    "Cells",
    "ColumnFacts",
    "Committed",
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
    "positive_class",
]
