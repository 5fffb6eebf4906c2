"""What a filter line means: a part of the row, a pattern, a status, each also turned round."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tuimon.console.charset import Charset
from tuimon.console.draw.grid import Row
from tuimon.console.status import glyph

LONGEST = 100
"""Characters of a pattern."""
LOOKED_AT = 160
"""Characters of a row that a pattern is held against."""
MOST_REPEATS, MOST_GROUPS = 2, 3
"""Each one more multiplies the time that the worst row takes."""
_REPEAT = re.compile(r"(?<![\\(])[*+?{]")
_FOREVER = re.compile(r"\)[*+?{]|\\[1-9]|\(\?P?[=(]")
"""A repeated group, or a reference back to one: together with another repeat such a pattern can take for ever."""


@dataclass(frozen=True)
class Filter:
    """Which rows are shown."""

    holds: Callable[[Row], bool]
    problem: str = ""
    """Why it filters nothing, empty when it does."""


def parsed(needle: str, chars: Charset) -> Filter:
    """Return the filter of a line: "age", "!age", "re:^age|^income", "st:crit", "!st:ok"; an empty one holds for all."""
    inverted = needle.startswith("!") and len(needle) > 1
    found = _plain(needle.removeprefix("!"), chars)
    return Filter(lambda row: not found.holds(row), found.problem) if inverted and not found.problem else found


def _plain(needle: str, chars: Charset) -> Filter:
    if needle.startswith("re:"):
        return _pattern(needle[3:], chars)
    if needle.startswith("st:"):
        status = needle[3:].casefold().strip()
        return Filter(lambda row: row.status.startswith(status) or glyph(row.status, chars).strip() == status)
    word = needle.casefold()
    return Filter(lambda row: word in _whole(row, chars).casefold())


def _pattern(pattern: str, chars: Charset) -> Filter:
    costs = len(_REPEAT.findall(pattern)) > MOST_REPEATS or pattern.count("(") > MOST_GROUPS
    if len(pattern) > LONGEST or costs or _FOREVER.search(pattern):
        return Filter(lambda _row: True, "too much of a pattern")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError):
        return Filter(lambda _row: True, "not a whole pattern")
    return Filter(lambda row: compiled.search(_whole(row, chars)[:LOOKED_AT]) is not None)


def _whole(row: Row, chars: Charset) -> str:
    return f"{glyph(row.status, chars)} {row.status} {row.text}"
