"""Round numbers for axes."""

from __future__ import annotations

import math


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
