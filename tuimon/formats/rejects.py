"""Lines that cannot be taken: counted, kept with a reason in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from tuimon.formats.privacy import SHOWN, Privacy
from tuimon.values.batch import REJECT_SCHEMA

NOTHING = "nothing to record: no prediction, feature, label or latency"
NO_ID = "a label without an id"
NOT_LABEL = "not a label: no id or no label"
TOO_DEEP = "too deeply nested"
MOST_TEXTS = 10_000
"""Rejects of a chunk whose text is kept."""

LONG = 65_536
"""Bytes from which on a line is asked how deep it goes: what takes it apart needs 50 times its size when it does nothing else."""
MOST_DEEP = 500

_SPACE = " \t\r\n"
_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]
"""Reads one value and says where it ends; raises StopIteration where none begins, which is half the price of a JSONDecodeError."""
_TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_NAMED = {type(None): "null", list: "an array", str: "a text", bool: "a truth value"}
_Row = tuple[int, int, str, bytes]


@dataclass
class Rejects:
    """The rejects of one chunk."""

    privacy: Privacy
    rows: list[_Row] = field(default_factory=list)
    """(line, offset, reason, first bytes)"""

    def add(self, line: int, offset: int, reason: str, raw: bytes) -> None:
        """Keep one reject."""
        self.rows.append((int(line), int(offset), reason, raw[:SHOWN]))

    def overlong(self, line: int, offset: int, size: int) -> None:
        """Keep a line that was passed over for its length."""
        self.rows.append((int(line), int(offset), f"longer than the line limit: {size} bytes", b""))

    def table(self) -> pa.Table:
        """Return the rejects by REJECT_SCHEMA, in file order; those after the first MOST_TEXTS without their text."""
        self.rows.sort(key=_place)
        texts = [self.privacy.text(raw) if raw else "" for _, _, _, raw in self.rows[:MOST_TEXTS]]
        texts += [""] * (len(self.rows) - len(texts))
        columns = [[row[0] for row in self.rows], [row[1] for row in self.rows], [row[2] for row in self.rows], texts]
        return pa.table([pa.array(column, kind.type) for column, kind in zip(columns, REJECT_SCHEMA, strict=True)], schema=REJECT_SCHEMA)


def _place(row: _Row) -> tuple[int, int]:
    return row[:2]


def explain(raw: bytes) -> str:
    """Return why a line is not taken as a JSON object, in plain words."""
    try:
        text = raw.decode("utf-8").rstrip(_SPACE)
        value, end = _scan(text, len(text) - len(text.lstrip(_SPACE)))
    except UnicodeDecodeError as wrong:
        return f"invalid UTF-8 at byte {wrong.start + 1}"
    except RecursionError:
        return TOO_DEEP
    except StopIteration as wrong:
        return _stops_at(wrong.value)
    except json.JSONDecodeError as wrong:
        return _stops_at(wrong.pos)
    except ValueError:
        return "not JSON: a number with too many digits"
    if end < len(text):
        return _stops_at(len(text) - len(text[end:].lstrip(_SPACE)))
    if not isinstance(value, dict):
        return f"not an object: {_NAMED.get(type(value), 'a number')}"
    return "not JSON: a text that is not valid Unicode"


def _stops_at(place: int) -> str:
    return f"not JSON: it stops making sense at character {place + 1}"


def too_deep(raw: bytes) -> bool:
    """Return whether a line has more than MOST_DEEP objects and arrays inside one another."""
    if raw.count(b"[") + raw.count(b"{") <= MOST_DEEP:
        return False
    brackets = np.frombuffer(_TEXTS.sub(b"", raw).translate(None, _NO_BRACKETS), np.uint8)
    # "[" and "{" leave 3 when divided by 8, "]" and "}" 5.
    return bool(np.cumsum(np.where(brackets % 8 == 3, 1, -1)).max(initial=0) > MOST_DEEP)
