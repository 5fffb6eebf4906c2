"""Files: one row a file generation, the ones that need a look first."""

from __future__ import annotations

import os

from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.draw.grid import Cell, Column, Row
from tuimon.console.status import Status, rank
from tuimon.values.snapshot import File

COLUMNS = (
    Column("file", 14, grow=True),
    Column("state", 10, drop=3),
    Column("kind", 12, drop=6),
    Column("size", 7, "right", drop=5),
    Column("position", 8, "right", drop=7),
    Column("lag", 7, "right"),
    Column("rows/s", 6, "right", drop=1),
    Column("rows", 5, "right", drop=8),
    Column("bad", 5, "right", drop=2),
    Column("newest", 11, "right", drop=9),
    Column("note", 18, drop=4),
)


def file_rows(board: Board) -> list[Row]:
    """Return a row for each generation: unreadable and damaged ones first, then by what is still to read, then by name."""
    above = _common([file.path for file in board.snapshot.files])
    found = [(file, _row(board, file, file.path[len(above) :])) for file in board.snapshot.files]
    found.sort(key=lambda pair: (rank(pair[1].status), -pair[0].lag_bytes, pair[0].path))
    return [row for _, row in found]


def _common(paths: list[str]) -> str:
    """The directory that all paths share, with its slash: a narrow screen has room only for what tells files apart."""
    directories = [os.path.dirname(path) for path in paths]
    absolute = bool(paths) and all(path.startswith("/") for path in paths)
    return os.path.commonpath(directories).rstrip("/") + "/" if absolute else ""


def _status(file: File) -> Status:
    if file.life in ("unreadable", "lost") and (file.life == "unreadable" or file.lag_bytes or file.gap):
        return "critical"
    if file.gap or file.rejected:
        return "warning"
    if file.life == "ignored":
        return "none"
    return "none" if file.lines == 0 and file.size == 0 else "ok"


def _note(file: File) -> str:
    if file.note:
        return file.note
    if file.gap:
        return f"{formatting.size(file.gap)} lost unread"
    return "empty" if file.size == 0 and file.lines == 0 else file.sampled


def _row(board: Board, file: File, name: str) -> Row:
    status = _status(file)
    kind = " ".join(part for part in (file.container, file.compression) if part)
    return Row(
        key=(file.source, file.path, f"{file.life} {file.gap}"),
        status=status,
        cells=(
            Cell(name, "text" if status == "ok" else "bright"),
            Cell(file.life, "dim" if file.life in ("live", "finished", "rotated") else "critical"),
            Cell(kind, "dim"),
            Cell(formatting.size(file.size), "text", float(file.size)),
            Cell(
                formatting.size(file.position) if file.container != "parquet" else formatting.count(file.position),
                "dim",
                float(file.position),
            ),
            Cell(
                formatting.size(file.lag_bytes) if file.lag_bytes else "0",
                "warning" if file.lag_bytes > 10**7 else "text",
                float(file.lag_bytes),
            ),
            Cell(formatting.rate(file.rows_per_second) if file.life == "live" else "-", "bright", file.rows_per_second),
            Cell(formatting.count(file.rows), "text", float(file.rows)),
            Cell(formatting.count(file.rejected) if file.rejected else "0", "warning" if file.rejected else "dim", float(file.rejected)),
            Cell(formatting.when(file.newest, board.snapshot.at), "dim", file.newest),
            Cell(_note(file), "dim"),
        ),
    )
