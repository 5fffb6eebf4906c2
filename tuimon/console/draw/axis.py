"""Round numbers for axes."""

from __future__ import annotations

import math

from tuimon.console import formatting


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most `most` (2 at least) round values in [low, high], steps of 1, 2 or 5 times a power of ten."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low] if math.isfinite(low) else [0.0]
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next((power * f for f in (1, 2, 5, 10) if power * f >= rough), power * 10)
    first = math.ceil(low / step)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)][:most] or [low]


def times(start: float, end: float, cells: int, most: int = 7) -> str:
    """Return times of day below a chart from `start` to `end`, spread over `cells` cells; dates where it spans more than two days."""
    write = formatting.clock if end - start <= 172_800 else formatting.day
    labels = min(most, cells // 12)
    if labels < 2:
        return write(start).ljust(cells)[:cells]
    out = [" "] * cells
    for i in range(labels):
        words = write(start + (end - start) * i / (labels - 1))
        at = min(round(i * (cells - 1) / (labels - 1)), cells - len(words))
        out[at : at + len(words)] = words
    return "".join(out)[:cells]
