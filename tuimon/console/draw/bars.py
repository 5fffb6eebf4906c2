"""The groups of a distribution as bars: share now against share before, and what each adds to the drift."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tuimon.console import formatting
from tuimon.console.charset import Charset
from tuimon.console.lines import Line, text
from tuimon.values.snapshot import Group
from tuimon.values.text import cell_width, fit


def known(share: float) -> float:
    """Return a share that can be drawn: 0 for NaN and infinities."""
    return share if math.isfinite(share) else 0.0


def bar(now: float, before: float, top: float, cells: int, chars: Charset) -> Line:
    """Return one bar: full up to the share both have, accented for what came, shaded for what went."""
    n, b = (max(0, min(cells, round(known(share) / top * cells))) if top > 0 else 0 for share in (now, before))
    both, more, less = min(n, b), max(0, n - b), max(0, b - n)
    runs = ((chars.full * both, "now"), (chars.full * more, "more"), (chars.shade * less, "base"), (" " * (cells - max(n, b)), "text"))
    return tuple(run for run in runs if run[0])


def group_bars(groups: Sequence[Group], size: tuple[int, int], chars: Charset) -> list[Line]:
    """Return a head and one line a group in its own order; the biggest contributions when not all fit."""
    cells, height = size
    if not groups or height < 2:
        return [text("no distribution yet", "dim")][:height]
    shown = _that_fit(groups, height - 1)
    label = max(8, min(cells // 3, max(cell_width(g.label) for g in shown)))
    fixed = 7 + 7 + (8 if cells >= 44 else 0)
    room = max(4, cells - label - fixed - 2)
    top = max(max(known(g.current), known(g.baseline)) for g in shown)
    named = "group" if len(shown) == len(groups) else f"{len(shown)} of {len(groups)}"
    head = f"{named:<{label}}  {'':<{room}}{'now %':>7}{'base %':>7}" + (f"{'adds':>8}" if cells >= 44 else "")
    return [((head, "label"),), *(_line(g, label, room, top, cells >= 44, chars) for g in shown)]


def _that_fit(groups: Sequence[Group], rows: int) -> list[Group]:
    if len(groups) <= rows:
        return list(groups)
    kept = sorted(range(len(groups)), key=lambda i: -abs(known(groups[i].contribution)))[:rows]
    return [groups[i] for i in sorted(kept)]


def _line(group: Group, label: int, room: int, top: float, wide: bool, chars: Charset) -> Line:
    numbers, base = (
        f"{share * 100:7.1f}" if math.isfinite(share) else f"{formatting.NONE:>7}" for share in (group.current, group.baseline)
    )
    adds = f"{formatting.effect(group.contribution):>8}" if wide else ""
    drawn = bar(group.current, group.baseline, top, room, chars)
    return ((fit(group.label, label) + "  ", "text"), *drawn, (numbers, "bright"), (base, "dim"), (adds, "text"))
