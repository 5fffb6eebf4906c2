"""What is on the screen as files: the table of a view as CSV and JSON, the screen itself as SVG."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from tuimon.console.draw.grid import Column, Row
from tuimon.console.filters import clean

_FORMULA = ("=", "+", "-", "@", "\t")
_FONT = re.compile(r"@font-face\s*{[^}]*}")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def as_csv(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Return a table with a line of titles; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["status", *_titles(columns)])
    for row in rows:
        writer.writerow([row.status, *(_harmless(value) for value in _values(columns, row))])
    return out.getvalue()


def as_json(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Return a list of one object a row, in ASCII, with numbers as they are known rather than as they are shown."""
    return json.dumps([_object(columns, row) for row in rows], indent=1) + "\n"


def as_object(columns: Sequence[Column], row: Row) -> str:
    """Return one row as a JSON object in one line, in ASCII, as `as_json` has it."""
    return json.dumps(_object(columns, row))


def as_svg(screenshot: str) -> str:
    """Return a picture that names no address and keeps its blanks in every viewer: the font is the reader's own monospaced one."""
    return _COMMENT.sub("", _FONT.sub("", screenshot)).replace("<svg ", '<svg xml:space="preserve" ', 1)


def written(folder: Path, name: str, content: str) -> Path:
    """Write a file that only this user may read and return its path; a number is added where there is one of that name. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem, ending = name.rsplit(".", 1)
    number = 1
    while True:
        path = folder / (f"{stem}.{ending}" if number == 1 else f"{stem}-{number}.{ending}")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            number += 1
            continue
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        return path


def _object(columns: Sequence[Column], row: Row) -> dict[str, str | float | None]:
    return {"status": row.status, **dict(zip(_titles(columns), _values(columns, row), strict=True))}


def _titles(columns: Sequence[Column]) -> list[str]:
    return [column.title for column in columns]


def _values(columns: Sequence[Column], row: Row) -> list[str | float | None]:
    """A number where a cell has one; the names that a cell goes on with belong to it."""
    found: list[str | float | None] = []
    for place, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        text = cell.text + ", ".join(row.names) if row.names and place == row.listing else cell.text
        numeric = cell.sort is not None and column.align == "right"
        found.append(cell.sort if numeric else None if text.strip() in ("", "-") else clean(text.strip()))
    return found


def _harmless(value: str | float | None) -> str | float | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
