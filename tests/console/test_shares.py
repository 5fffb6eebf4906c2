"""Shares stand beside what they may be in truth, and only where there is something to say."""

from __future__ import annotations

from dataclasses import replace

from tests.console import snapshots
from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.charset import UNICODE
from tuimon.console.panels import files
from tuimon.console.rows.worst import worst_rows
from tuimon.values.snapshot import Snapshot


def facts(snapshot: Snapshot) -> str:
    return "\n".join("".join(piece for piece, _ in line) for line in files.facts(Board(snapshot)).draw(400, 2))


def test_late_rows_have_an_interval_once_they_are_more_than_next_to_nothing() -> None:
    made = snapshots.busy()
    assert "late 31   future 2 " in facts(made)
    many = replace(made, ingest=replace(made.ingest, late=33_000), late=snapshots.share(33_000, 3_326_997))
    assert "late 33.0k (0.98-1.00 %)   future 2 " in facts(many)


def test_an_interval_reads_as_one_number_where_its_ends_do() -> None:
    assert formatting.between((0.0, 0.0127)) == "0-1.27 %"
    assert formatting.between((0.123401, 0.123402)) == "12.3 %"
    assert formatting.between(None) == "-"


def test_repeated_ids_are_a_row_of_overview_from_one_in_a_thousand_on() -> None:
    for part, shown in ((2, []), (90, [("flow of rows", "repeats", "3.00 %")])):
        model = replace(snapshots.model(), repeated=snapshots.share(part, 3_000))
        rows = worst_rows(Board(snapshots.busy(models=(model,))), UNICODE)
        found = [tuple(cell.text for cell in (row.cells[0], row.cells[2], row.cells[3])) for row in rows]
        assert [cells for cells in found if cells[1] == "repeats"] == shown
