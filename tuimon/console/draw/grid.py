"""A table as lines: which columns fit, how wide they are, and each row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from tuimon.console.board import Subject
from tuimon.console.charset import Charset
from tuimon.console.lines import Line
from tuimon.console.status import Status, glyph, rank
from tuimon.values.text import cell_width, fit

LEAST = 4
"""Cells below which a part of a name says nothing."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    title: str
    width: int
    align: Literal["left", "right"] = "left"
    drop: int = 0
    """0 stays always; of the others the highest goes first when the table is narrow."""
    grow: bool = False
    """Takes the room that is left."""

    @property
    def name(self) -> str:
        """What it is known by; a trend is one whatever time it is over."""
        return self.title.split(" ", 1)[1] if self.title[:1].isdigit() and " " in self.title else self.title


@dataclass(frozen=True)
class Cell:
    """One value: its text, its look and, when it sorts differently from its text, its number."""

    text: str
    role: str = "text"
    sort: float | None = None


@dataclass(frozen=True)
class Row:
    """One row, known by its key whatever its place."""

    key: tuple[str, ...]
    status: Status
    cells: tuple[Cell, ...]
    subject: Subject | None = None
    alerts: frozenset[str] = frozenset()
    """Alerts whose change makes this row flash."""
    names: tuple[str, ...] = ()
    """What one cell goes on with: as many as fit, then how many more. Part of the text for a filter."""
    short: str = ""
    """What stands before them in that cell's place where not all of them fit."""
    listing: int = 0
    """The cell that does."""
    span: int = 1
    """How many columns it takes."""

    @property
    def text(self) -> str:
        return "  ".join((*(cell.text for cell in self.cells if cell.text.strip()), *self.names))


@dataclass(frozen=True)
class Sort:
    """Column by which rows are ordered, None for the order they come in (worst first)."""

    column: int | None = None
    reverse: bool = False


def ordered(rows: Sequence[Row], sort: Sort) -> list[Row]:
    """Return the rows in the order that `sort` asks for; what has no value comes last either way."""
    if sort.column is None:
        return list(reversed(rows)) if sort.reverse else list(rows)
    at = sort.column
    if at < 0:
        return sorted(rows, key=lambda row: rank(row.status), reverse=sort.reverse)
    known = [row for row in rows if row.cells[at].sort is not None or row.cells[at].text not in ("", "-")]
    numeric = any(row.cells[at].sort is not None for row in known)
    if numeric:
        known = [row for row in known if row.cells[at].sort is not None]
        known.sort(key=lambda row: row.cells[at].sort or 0.0, reverse=not sort.reverse)
    else:
        known.sort(key=lambda row: row.cells[at].text.casefold(), reverse=sort.reverse)
    kept = {id(row) for row in known}
    return known + [row for row in rows if id(row) not in kept]


def widths(columns: Sequence[Column], cells: int, hidden: Collection[str] = ()) -> list[int]:
    """Return the cells of each column, 0 for those left out, of which those named in `hidden`; the growing one takes the rest."""
    out = [0 if column.name in hidden and not column.grow else column.width for column in columns]
    for _ in columns:
        if sum(w + 2 for w in out if w) + 2 <= cells:
            break
        droppable = [i for i, column in enumerate(columns) if column.drop and out[i]]
        if not droppable:
            break
        out[max(droppable, key=lambda i: columns[i].drop)] = 0
    grow = next((i for i, column in enumerate(columns) if column.grow), None)
    if grow is not None:
        others = sum(w + 2 for i, w in enumerate(out) if w and i != grow)
        out[grow] = max(6, min(44, cells - 4 - others))
    return out


def head_line(columns: Sequence[Column], sizes: Sequence[int], sort: Sort, chars: Charset) -> Line:
    """Return the titles, the sorted one with an arrow."""
    arrow = chars.up if sort.reverse else chars.down
    first = " st " if sort.column != -1 else f" st{arrow}"
    out: list[tuple[str, str]] = [(first, "label")]
    for i, column in enumerate(columns):
        if sizes[i]:
            title = column.title + arrow if sort.column == i else column.title
            gap = "  " if len(out) > 1 else ""
            out.append((gap + fit(title, sizes[i], column.align), "accent" if sort.column == i else "label"))
    return tuple(out)


def row_line(row: Row, columns: Sequence[Column], sizes: Sequence[int], selected: bool, chars: Charset) -> Line:
    """Return one row as a line: cursor, status, cells."""
    out: list[tuple[str, str]] = [(chars.cursor if selected else " ", "accent"), (glyph(row.status, chars) + " ", row.status)]
    covered = range(row.listing + 1, row.listing + row.span)
    for at, (cell, column, cells) in enumerate(zip(row.cells, columns, sizes, strict=True)):
        if not cells or at in covered:
            continue
        gap, words, room = "  " if len(out) > 2 else "", cell.text, cells
        if row.names and at == row.listing:
            room += sum(sizes[i] + 2 for i in covered if sizes[i])
            words = listed(words, row.short, row.names, room)
        out.append((gap + fit(words, room, column.align), cell.role))
    return tuple(out)


def listed(words: str, short: str, names: Sequence[str], cells: int) -> str:
    """Return words and all names if they fit into `cells` cells, else the short words, as many names as fit and how many more.

    A single name may be cut or, for want of room, left out.
    """
    whole = words + ", ".join(names)
    if cell_width(whole) <= cells:
        return whole
    for shown in range(len(names), 0, -1):
        more = f", +{len(names) - shown}" if shown < len(names) else ""
        line = short + ", ".join(names[:shown]) + more
        if cell_width(line) <= cells:
            return line
    room = cells - cell_width(short) - cell_width(more)
    return short + fit(names[0], room).rstrip() + more if room >= LEAST else short.rstrip(": ")
