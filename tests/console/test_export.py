"""Tables and screens as files."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import HandFeed, Stage
from tuimon.console.app import TuimonApp
from tuimon.console.draw.grid import Cell, Column, Row
from tuimon.console.export import as_csv, as_json, as_svg, written

COLUMNS = (Column("subject", 12), Column("value", 6, "right"))
TEXT = st.text()


@given(st.lists(st.tuples(TEXT, st.none() | st.floats(allow_nan=False, allow_infinity=False))))
def test_a_table_reads_back_and_holds_no_formula(found: list[tuple[str, float | None]]) -> None:
    rows = [Row((str(i),), "ok", (Cell(name), Cell("x" if number is None else "1", sort=number))) for i, (name, number) in enumerate(found)]
    back = list(csv.DictReader(io.StringIO(as_csv(COLUMNS, rows))))
    assert len(back) == len(rows)
    for line, (_, number) in zip(back, found, strict=True):
        assert not line["subject"].startswith(("=", "+", "-", "@", "\t"))
        assert line["value"] == ("x" if number is None else str(number))
    parsed = json.loads(as_json(COLUMNS, rows))
    assert [one["value"] for one in parsed] == ["x" if number is None else number for _, number in found]
    assert as_json(COLUMNS, rows).isascii()


def test_nothing_is_overwritten_and_nobody_else_may_read(tmp_path: Path) -> None:
    first, second = (written(tmp_path / "exports", "drift.csv", text) for text in ("one", "two"))
    assert (first.read_text(), second.read_text()) == ("one", "two")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (first, second)} == {0o600}


def test_a_picture_fetches_nothing() -> None:
    assert as_svg("<svg class=x>a</svg>") == '<svg xml:space="preserve" class=x>a</svg>'
    assert "http" not in as_svg("<style>@font-face { src: url('https://x/y.woff2'); }\n.a { fill: red }</style>")


async def test_the_keys_write_what_is_on_the_screen(tmp_path: Path) -> None:
    feed = HandFeed()
    app = TuimonApp(feed, clock=lambda: snapshots.AT, place=tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        stage = Stage(app, feed, pilot)
        await pilot.pause()
        await stage.press("x")
        assert "nothing to write" in stage.text()
        await stage.give(snapshots.hostile())
        await stage.press("2", "x", "X")
        assert "wrote drift-" in stage.text()
        svg, table, records = (next((tmp_path / "exports").glob(f"*.{ending}")).read_text() for ending in ("svg", "csv", "json"))
        assert len(json.loads(records)) == len(app.page.table.rows) == len(list(csv.reader(io.StringIO(table)))) - 1
        assert "\x1b" not in svg + table + records
        assert "http" not in svg.replace("http://www.w3.org", "")
        assert "Drift" in svg


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    feed = HandFeed()
    app = TuimonApp(feed, clock=lambda: snapshots.AT, place=tmp_path / "file")
    async with app.run_test() as pilot:
        stage = Stage(app, feed, pilot)
        await pilot.pause()
        await stage.give(snapshots.busy())
        await stage.press("x")
        assert "cannot write to" in stage.text()
