"""What is too old goes: rows by the time they were read, minutes and hours by event time; the books keep count of it."""

from __future__ import annotations

from collections import Counter

from tuimon.config import Keep
from tuimon.store.blocks import HOUR, MINUTE, Blocks
from tuimon.store.books import Ledger
from tuimon.store.database import Database
from tuimon.store.joint_table import JointTable
from tuimon.store.labels import Labels
from tuimon.store.models import Models
from tuimon.store.rows import Rows, Segment

LABELS_AT_LEAST = 7 * 86_400.0
"""Seconds that labels, and the predictions kept for them, stay when no rows are kept."""
MOST_STEPS = 8
"""Steps of freeing space in one call, each with a checkpoint: the next call goes on."""


class Retention:
    """Removes what the limits leave out; each method is to be called inside a transaction."""

    def __init__(
        self, database: Database, rows: Rows, ledger: Ledger, models: Models, blocks: Blocks, joints: JointTable, labels: Labels
    ) -> None:
        self._database, self._rows, self._ledger = database, rows, ledger
        self._models, self._blocks, self._joints, self._labels = models, blocks, joints, labels

    def rows(self, now: float, keep: Keep) -> None:
        """Remove rows that were read too long ago, and labels with them."""
        cutoff = now - keep.rows
        for segment in list(self._rows.segments.values()):
            self._remove(segment, cutoff)
        labelled = now - (keep.rows if keep.rows > 0 else LABELS_AT_LEAST)
        self._database.run("DELETE FROM predictions WHERE read_at < ?", [labelled])
        self._labels.drop("read_at < ?", [labelled])

    def cells(self, keep: Keep) -> None:
        """Remove minutes and hours that lie too far behind the watermark of their model."""
        for state in self._models.all():
            if state.watermark is None:
                continue
            mark = state.watermark // 1_000_000
            minutes = int(mark - keep.minutes) // HOUR * HOUR
            if state.minutes_from is None or minutes > state.minutes_from:
                self._models.of(state.number, state.name).minutes_from = minutes
                self._database.run("DELETE FROM blocks WHERE model = ? AND width = ? AND start < ?", [state.number, MINUTE, minutes])
                self._joints.remove(state.number, MINUTE, minutes)
            hours = int(mark - keep.history) // HOUR * HOUR
            old = [state.number, HOUR, hours]
            gone = self._database.number("SELECT sum(row_count)::BIGINT FROM blocks WHERE model = ? AND width = ? AND start < ?", old)
            if gone:
                self._models.of(state.number, state.name).expired_hours += gone
                self._database.run("DELETE FROM blocks WHERE model = ? AND width = ? AND start < ?", old)
                self._joints.remove(state.number, HOUR, hours)
        self._blocks.drop_held()

    def oldest(self) -> bool:
        """Remove the rows that were read first, a segment or a quarter of one, and return whether there were any."""
        segments = [segment for segment in self._rows.segments.values() if segment.row_count]
        if not segments:
            return False
        first = min(segments, key=lambda segment: (self._first_read(segment), segment.number))
        if not first.open:
            self._remove(first, float("inf"))
            return True
        # Deleting a part of a table frees none of its space soon: the rest moves to a table of its own.
        gone = f"rowid <= (SELECT quantile_disc(rowid, 0.25) FROM {first.table})"
        counts = self._database.rows(f"SELECT generation, count(*) FROM {first.table} WHERE {gone} GROUP BY generation")
        self._ledger.adjust(dict(counts), forgotten=False)
        self._rows.move(first, f"NOT ({gone})")
        return True

    def _remove(self, segment: Segment, cutoff: float) -> None:
        """Remove the rows of a segment that were read before `cutoff`."""
        counts = self._database.rows(f"SELECT generation, count(*) FROM {segment.table} WHERE read_at < ? GROUP BY generation", [cutoff])
        if not counts:
            return
        removed: Counter[int] = Counter(dict(counts))
        self._ledger.adjust(removed, forgotten=False)
        if not segment.open and removed.total() == segment.row_count:
            self._rows.drop(segment)
            return
        self._database.run(f"DELETE FROM {segment.table} WHERE read_at < ?", [cutoff])
        self._rows.recount(segment)

    def _first_read(self, segment: Segment) -> float:
        return float(self._database.rows(f"SELECT min(read_at) FROM {segment.table}")[0][0])
