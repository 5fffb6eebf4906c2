"""Lines that cannot be taken: counted, kept with a reason in plain words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pyarrow as pa

from tuimon.formats.privacy import Privacy
from tuimon.values import REJECT_SCHEMA

NOTHING = "nothing to record: no prediction, feature, label or latency"
NO_ID = "a label without an id"
NOT_LABEL = "not a label: no id or no label"


@dataclass
class Rejects:
    """The rejects of one chunk."""

    privacy: Privacy
    rows: list[tuple[int, int, str, str]] = field(default_factory=list)

    def add(self, line: int, offset: int, reason: str, raw: bytes) -> None:
        """Keep one reject."""
        self.rows.append((int(line), int(offset), reason, self.privacy.text(raw)))

    def overlong(self, line: int, offset: int, size: int) -> None:
        """Keep a line that was passed over for its length."""
        self.rows.append((int(line), int(offset), f"longer than the line limit: {size} bytes", ""))

    def table(self) -> pa.Table:
        """Return the rejects by REJECT_SCHEMA, in file order."""
        columns = list(zip(*sorted(self.rows), strict=True)) or [(), (), (), ()]
        return pa.table([pa.array(column, kind.type) for column, kind in zip(columns, REJECT_SCHEMA, strict=True)], schema=REJECT_SCHEMA)


def explain(raw: bytes) -> str:
    """Return why a line is not taken as a JSON object, in plain words."""
    try:
        value = json.loads(raw.decode("utf-8").rstrip())
    except UnicodeDecodeError as wrong:
        return f"invalid UTF-8 at byte {wrong.start + 1}"
    except RecursionError:
        return "too deeply nested"
    except json.JSONDecodeError as wrong:
        return f"not JSON: it stops making sense at character {wrong.pos + 1}"
    except ValueError:
        return "not JSON: a number with too many digits"
    if not isinstance(value, dict):
        return f"not an object: {_called(value)}"
    return "not JSON: a text that is not valid Unicode"


def _called(value: object) -> str:
    if value is None:
        return "null"
    return {list: "an array", str: "a text", bool: "a truth value"}.get(type(value), "a number")
