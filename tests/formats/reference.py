"""The slow, obvious way: one line at a time with the standard library, for the shape of record that TEMPLATE shows."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_LINE = (
    '{"id":"t","ts":"2026-11-22T19:00:00Z",%s"version":"v","features":{"n1":1.5,"n2":2.5,"c1":"red"},'
    '"prediction":"yes","score":0.5,"latency_ms":1.5,"error":null}\n'
)
TEMPLATE = _LINE % '"model":"m",' + _LINE % '"model":"other",' + _LINE % "" + '{"id":"t","ts":"2026-11-22T19:00:00Z","label":"yes"}\n'
"""What fixes roles and kinds for the three models that the tests use."""


KEYS = {"id", "ts", "model", "version", "features", "prediction", "score", "latency_ms", "error", "label"}
FEATURES = {"n1", "n2", "c1"}


@dataclass
class Outcome:
    """What one line comes to."""

    what: str
    """record, label, both, blank or reject; other for a line with keys that the template has not."""
    model: str = ""
    base: tuple[Any, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    invalid: frozenset[str] = frozenset()
    label: tuple[Any, ...] = ()
    time: Any = None
    """The time as it is written."""


def judge(raw: bytes, modified: int) -> Outcome:
    """Return what a line comes to."""
    if not raw.strip(b" \t\r\n"):
        return Outcome("blank")
    try:
        record = read(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return Outcome("reject")
    if not isinstance(record, dict):
        return Outcome("reject")
    inner = record["features"] if isinstance(record.get("features"), dict) else {}
    return _object(record, modified) if record.keys() <= KEYS and inner.keys() <= FEATURES else Outcome("other")


MARK = "\ue000"
"""Stands before a number that Python's JSON cannot spell."""


class Number(float):
    """A JSON number that remembers how a text column shows it: whole ones and too large ones as written, others as floats print."""

    def __new__(cls, text: str) -> Number:
        return super().__new__(cls, text)

    def __init__(self, text: str) -> None:
        whole = text.lstrip("-").isdigit()
        finite = math.isfinite(self)
        self.text = ("0" if text == "-0" else text) if whole or not finite else repr(float(text))

    def __repr__(self) -> str:
        return self.text


def read(text: str) -> Any:
    """Return a JSON value, the first of two equal keys winning. A comma before a closing bracket, NaN and infinity are allowed."""
    outside = re.split(r'("(?:[^"\\]|\\.)*")', text)
    for place in range(0, len(outside), 2):
        before = r"([^\s,{\[:]\s*|^\s*)" if place else r"([^\s,{\[:]\s*)"
        outside[place] = re.sub(before + r",(\s*[}\]])", r"\1\2", outside[place])
        outside[place] = re.sub(r"(?<![\w.])(-?)(nan|inf|infinity)(?![\w.])", _unbounded, outside[place], flags=re.IGNORECASE)
    return json.loads("".join(outside), object_pairs_hook=_object_of, parse_int=Number, parse_float=Number)


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the first of equal keys; raises ValueError where a text, even of one that does not count, is no Unicode."""
    json.dumps(pairs, ensure_ascii=False).encode("utf-8")
    return {key: Number(value[1:]) if isinstance(value, str) and value.startswith(MARK) else value for key, value in reversed(pairs)}


def _unbounded(found: re.Match[str]) -> str:
    return f'"{MARK}{found[0]}"'


def _object(record: dict[str, Any], modified: int) -> Outcome:
    features = record.get("features") if isinstance(record.get("features"), dict) else {}
    assert features is not None
    cast = {
        "prediction": _category(record.get("prediction"), short=True),
        "score": _number(record.get("score")),
        "n1": _number(features.get("n1")),
        "n2": _number(features.get("n2")),
        "c1": _category(features.get("c1")),
    }
    latency, _ = _number(record.get("latency_ms"))
    name = _text(record.get("id"))
    label, _ = _category(record.get("label"), short=True)
    telling = latency is not None or any(value is not None or wrong for value, wrong in cast.values())
    error = _text(record.get("error")) not in (None, "", "false", "0", "none", "null", "[]", "{}")
    ts, estimated = _time(record.get("ts"), modified)
    stamp = (name, label, None if estimated else ts)
    if label is not None and name is not None and not telling:
        return Outcome("label", label=stamp)
    if not telling and not (error and name is not None):
        return Outcome("reject")
    good = latency is not None and math.isfinite(latency) and latency >= 0
    return Outcome(
        what="record" if label is None else "both",
        model=(_text(record.get("model")) or "app")[:256],
        base=(
            ts,
            estimated,
            (_text(record.get("version")) or "")[:256] if record.get("version") is not None else "-",
            name,
            latency if good else None,
            error,
        ),
        values={key: value for key, (value, _) in cast.items()},
        invalid=frozenset(key for key, (_, wrong) in cast.items() if wrong),
        label=stamp,
        time=record.get("ts"),
    )


def _number(value: Any) -> tuple[float | None, bool]:
    if value is None:
        return None, False
    # Python also reads digits of other scripts, and numbers between odd spaces.
    if isinstance(value, (list, dict)) or (isinstance(value, str) and not re.fullmatch(r"[\x20-\x7e\t-\r]*", value)):
        return None, True
    try:
        return float(value), False
    except ValueError:
        return None, True


def _category(value: Any, short: bool = False) -> tuple[str | None, bool]:
    if isinstance(value, (list, dict)):
        return None, True
    text = None if value is None else str(_text(value))[:1000]
    if short and text is not None and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", text) and not text.lstrip("-").isdigit():
        number = float(text)
        return (str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)), False
    return text, False


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Number):
        return value.text
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _time(value: Any, modified: int) -> tuple[int, bool]:
    text = _text(value) or ""
    try:
        micros = (
            round(float(text) * 1_000_000) if 1e8 <= float(text) < 1e11 else round(float(text) * 1000) if 1e11 <= float(text) < 1e14 else 0
        )
    except ValueError:
        micros = _iso(text)
    return (micros, False) if 946_684_800_000_000 <= micros < 253_402_300_800_000_000 else (modified, True)


def _iso(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        return 0
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    whole = moment.replace(microsecond=0)
    return int(whole.timestamp()) * 1_000_000 + moment.microsecond
