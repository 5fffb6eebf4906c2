"""How far off a share may be that was counted in some rows."""

from __future__ import annotations

import math

Z = 1.959963984540054
"""Standard normal deviations that leave out 2.5 % on either side."""


def share_interval(part: int, rows: int) -> tuple[float, float] | None:
    """Return (low, high) of the share that `part` of `rows` stands for, at 95 %; None without rows.

    Wilson's score interval (1927): it stays within 0 and 1, and none of n rows say at most 3.84/(n + 3.84). Rows count as independent.
    Of 10 rows none has it: 0 to 0.2775; half of 100 rows have it: 0.4038 to 0.5962.

    >>> [round(end, 4) for end in share_interval(0, 10)], [round(end, 4) for end in share_interval(50, 100)]
    ([0.0, 0.2775], [0.4038, 0.5962])
    """
    if rows <= 0:
        return None
    share, weight = part / rows, Z * Z / rows
    middle = (share + weight / 2) / (1 + weight)
    half = math.sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight)
    return (0.0 if part == 0 else middle - half, 1.0 if part == rows else middle + half)
