"""How data arrives: rejected lines, the engine and the store."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.lines import Line, flow, text
from tuimon.console.panels.picture import Picture, message
from tuimon.values.snapshot import Reject, Share

NOTABLE = 0.0001
"""A share of rows that is surely below this is not told."""


def rejects(board: Board) -> Picture:
    """Return the lines that could not be taken, newest first."""
    found = board.snapshot.rejects
    if not found:
        return message("Rejected lines", "none: every line so far was taken")
    total = board.snapshot.ingest.rejected
    note = text(f"last {len(found)} of {formatting.count(max(total, len(found)))}", "dim")
    return Picture(text("Rejected lines", "title"), lambda _w, h: [_reject(r) for r in reversed(found[-h:])], note)


def _reject(reject: Reject) -> Line:
    name = reject.file.rsplit("/", 1)[-1]
    return ((f"{name}:{reject.line} ", "accent"), (f"{reject.reason}  ", "warning"), (reject.text, "dim"))


def facts(board: Board) -> Picture:
    """Return counters of the books, the engine and the store, in as many lines as the box has."""
    parts = _facts(board)
    return Picture(text("Engine and store", "title"), lambda width, height: flow(parts, width, "   ")[:height])


def _facts(board: Board) -> list[Line]:
    engine, ingest = board.snapshot.engine, board.snapshot.ingest
    found: list[tuple[str, str]] = [
        ("rows", formatting.count(ingest.rows)),
        ("lines", formatting.count(ingest.lines)),
        ("rejected", formatting.count(ingest.rejected)),
        ("skipped", formatting.count(ingest.skipped)),
        ("labels", f"{formatting.count(ingest.labels)} ({formatting.count(ingest.labels_joined)} joined)"),
        ("read", formatting.size(ingest.bytes)),
        ("to read", formatting.size(ingest.lag_bytes)),
        ("gaps", formatting.count(ingest.gaps)),
        ("late", _share(ingest.late, board.snapshot.late)),
        ("future", _share(ingest.future, board.snapshot.future)),
        ("store", formatting.size(engine.store_bytes)),
        ("tick", formatting.milliseconds(round(engine.tick_ms)) if engine.tick_ms else "-"),
        ("watch", engine.watch),
        ("refresh", formatting.interval(engine.refresh)),
        ("last read", formatting.clock(engine.newest_read, seconds=True)),
    ]
    return [((f"{name} ", "label"), (value, "bright")) for name, value in found]


def _share(part: int, share: Share | None) -> str:
    """A count, and where its share of all rows may lie unless that is next to nothing."""
    count = formatting.count(part)
    return f"{count} ({formatting.between(share.interval)})" if share and part and share.interval[1] >= NOTABLE else count
