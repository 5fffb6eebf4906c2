"""The stored rows behind a number, as lines."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.charset import Charset
from tuimon.console.draw.grid import Cell, Column, Row, Sort, head_line, row_line, widths
from tuimon.console.lines import Line, crop, text
from tuimon.console.panels.picture import wrapped
from tuimon.values.evidence import SeenRow, Witnesses


def columns_of(found: Witnesses) -> tuple[Column, ...]:
    """Return the columns; that of the value only where a column is asked for."""
    return (
        Column("time UTC", 12),
        Column("version", 8, drop=5),
        Column("id", 16, drop=2),
        Column(found.asked.column or "value", 14 if found.asked.column else 0, "right", drop=0 if found.asked.column else 9),
        Column("predicted", 10, drop=3),
        Column("score", 6, "right", drop=6),
        Column("label", 8, drop=7),
        Column("ms", 6, "right", drop=0 if found.asked.rule.startswith("latency") else 4),
        Column("err", 3, drop=4),
        Column("file:line", 20, drop=1, grow=True),
    )


def _row(row: SeenRow) -> Row:
    name = row.file.rpartition("/")[2]
    return Row(
        (row.file, str(row.line)),
        "none",
        (
            Cell(f"{formatting.clock(row.at, seconds=True)}{row.at % 1:.3f}".replace("0.", ".", 1)[:12]),
            Cell(row.version),
            Cell(row.id or formatting.NONE, "dim"),
            Cell(row.value or "missing", "bright" if row.value else "warning"),
            Cell(row.prediction),
            Cell(formatting.number(row.score)),
            Cell(row.label or formatting.NONE),
            Cell(formatting.bare_ms(row.latency_ms)),
            Cell("!!" if row.error else "", "critical"),
            Cell(f"{name}:{row.line}", "dim"),
        ),
    )


def head_of(found: Witnesses, cells: int) -> list[Line]:
    """Return what the rows are, how many there are, and why there are none."""
    between = f"{formatting.date(found.asked.start)} to {formatting.clock(found.asked.end)} UTC"
    if not found.stored:
        kept = "no row of that time is stored: [store] keep_rows says for how long rows are kept, and counts stay longer"
        return [*wrapped(found.words, cells, "bright"), text(between, "dim"), *wrapped(kept, cells)]
    newest = f", the newest {len(found.rows)}" if found.count > len(found.rows) else ""
    counted = f"{found.count:,} of {found.stored:,} stored rows{newest}, {between}"
    return [*wrapped(found.words, cells, "bright"), *wrapped(counted, cells)]


def table_of(found: Witnesses, offset: int, size: tuple[int, int], chars: Charset) -> list[Line]:
    """Return the head and the rows from `offset` on that fit into size = (width, height)."""
    cells, height = size
    columns = columns_of(found)
    sizes = widths(columns, cells)
    rows = [_row(row) for row in found.rows[offset : offset + max(0, height - 1)]]
    # The sign of a status says nothing of a row: its cells begin at the left edge.
    lines = [row_line(row, columns, sizes, False, chars)[2:] for row in rows]
    head = head_line(columns, sizes, Sort(), chars)[1:]
    return [crop(line, cells) for line in (head, *lines)]
