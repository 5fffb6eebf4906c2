"""A threshold is changed in the text of the file: everything else in it stays as it is, to the byte."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import tomli

from tuimon.config.errors import ConfigError
from tuimon.config.load import parse
from tuimon.config.locate import KeyPath, Layout, layout
from tuimon.config.quantities import duration_text, size_text
from tuimon.config.settings import Override, Settings
from tuimon.config.table import dotted

BOM = "\ufeff"
_LIMITS = ("warning", "critical", "hold", "keep_firing", "clear")
_WRITTEN = {"hold": "for", "keep_firing": "keep_firing_for"}
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PATTERN = re.compile(r"([*?\[])")
_KEY = re.compile(r"^([ \t]*)([A-Za-z0-9_-]+)([ \t]*)=")


@dataclass(frozen=True)
class ThresholdEdit:
    """New limits of one rule for all series, or for those of a model, version or column; None leaves one as it is. Names are exact."""

    rule: str
    model: str | None = None
    version: str | None = None
    column: str | None = None
    warning: float | None = None
    critical: float | None = None
    hold: float | None = None
    """Seconds, as `keep_firing`."""
    keep_firing: float | None = None
    clear: float | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """The table that the limits stand in, its rule last."""
        levels = (("models", self.model), ("versions", self.version), ("columns", self.column))
        return ("thresholds", *(step for level, name in levels if name is not None for step in (level, _exactly(name))), self.rule)

    def limits(self) -> Iterator[tuple[str, str]]:
        """Yield the keys that are given and their values as TOML writes them."""
        for name in _LIMITS:
            value = getattr(self, name)
            if value is not None:
                yield _WRITTEN.get(name, name), self._text(name, value)

    def _text(self, name: str, value: float) -> str:
        if name in _WRITTEN or self.rule == "stale":
            return f'"{duration_text(value)}"'
        if self.rule == "lag_bytes" and math.isfinite(value):
            return f'"{size_text(round(value))}"'
        return _number(value, whole=self.rule.endswith("_ms"))


def edited(data: bytes, path: Path, edit: ThresholdEdit) -> bytes:
    """Return the content of the file `path` with other limits; comments, order and all other bytes stay.

    Raises ConfigError where the present content is not good, where the new limits are not, or where the file says them in a way that
    has no place for the change.
    """
    before = parse(data, path)
    text = data.decode("utf-8-sig")
    for key, value in edit.limits():
        text = _with(text, edit.path, key, value)
        if not _is_toml(text):
            raise _by_hand(path, edit)
    new = ((BOM if data.startswith(BOM.encode()) else "") + text).encode("utf-8", "replace")
    after = parse(new, path)
    same = replace(after, overrides=()) == replace(before, overrides=()) and _others(before, edit) == _others(after, edit)
    if not same or not _says(after, edit):
        raise _by_hand(path, edit)
    return new


def _by_hand(path: Path, edit: ThresholdEdit) -> ConfigError:
    key = dotted(edit.path)
    return ConfigError(path, None, key, f"has no place for {key} that a program could find: write it by hand")


def _is_toml(text: str) -> bool:
    try:
        tomli.loads(text)
    except ValueError:
        return False
    return True


def difference(old: bytes, new: bytes) -> tuple[str, ...]:
    """Return the lines that were taken away, after "-", and that came, after "+"."""
    before, after = (_lines(data.decode("utf-8-sig")) for data in (old, new))
    return tuple(line for line in difflib.ndiff(before, after) if line[0] in "+-")


def _lines(text: str) -> list[str]:
    """Return the lines as TOML counts them: other characters that break lines elsewhere may stand in a name."""
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []


def _with(text: str, path: KeyPath, key: str, value: str) -> str:
    """Return the text with one key of the rule `path` set: where it stands, else in the way that the tables around it are written."""
    found = layout(text)
    if (*path, key) in found.values:
        begin, end = found.values[*path, key]
        return text[:begin] + value + text[end:]
    known = path in found.bodies or any(place[: len(path)] == path for place in found.values)
    steps, value = ((*path, key), value) if known else (path, f"{{ {key} = {value} }}")
    table = steps[:-1]
    inline = next((table[:length] for length in range(len(table), 0, -1) if table[:length] in found.values), None)
    if inline is not None:
        return _into_inline_table(text, found, inline, f"{_dotted_key(steps[len(inline) :])} = {value}")
    at, home = max(_dotted_homes(found, table), default=(found.bodies.get(table), table))
    if at is not None:
        return _after_line(text, at, _aligned(f"{_dotted_key(steps[len(home) :])} = {value}", text, at))
    kin = [(_shared(body, table), end) for body, end in found.bodies.items() if body[:1] == table[:1]]
    place = max(kin)[1] if kin else len(text)
    return _after_line(text, place, *([""] if text.strip() else []), f"[{_dotted_key(table)}]", f"{_dotted_key(steps[-1:])} = {value}")


def _dotted_homes(found: Layout, table: KeyPath) -> Iterator[tuple[int, KeyPath]]:
    """Yield end and header of each assignment whose dotted key makes a part of `table`, under the header of a table around it."""
    for known, (_, end) in found.values.items():
        if known[: len(table)] == table:
            _, home = min((stop, body) for body, stop in found.bodies.items() if stop >= end)
            if len(home) < len(table):
                yield end, home


def _shared(one: KeyPath, other: KeyPath) -> int:
    """Return how many steps from the top two paths have in common."""
    return next((at for at, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), min(len(one), len(other)))


def _into_inline_table(text: str, found: Layout, path: KeyPath, assignment: str) -> str:
    """Return the text with an assignment behind the last one in the inline table `path`, before any comma or comment after it."""
    inside = [end for known, (_, end) in found.values.items() if len(known) > len(path) and known[: len(path)] == path]
    if inside:
        return f"{text[: max(inside)]}, {assignment}{text[max(inside) :]}"
    begin = found.values[path][0] + 1
    return f"{text[:begin]} {assignment} {text[begin:].lstrip(' ')}"


def _after_line(text: str, at: int, *lines: str) -> str:
    """Return the text with lines after the one that holds offset `at`."""
    newline = "\r\n" if "\r\n" in text else "\n"
    stop = text.find("\n", at)
    head, tail = (text, "") if stop < 0 else (text[: stop + 1], text[stop + 1 :])
    if head and not head.endswith("\n"):
        head += newline
    return head + "".join(line + newline for line in lines) + tail


def _aligned(line: str, text: str, at: int) -> str:
    """Return an assignment indented and aligned like the one that ends at `at`."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    model, mine = _KEY.match(before), _KEY.match(line)
    if model is None or mine is None:
        return before[: len(before) - len(before.lstrip(" \t"))] + line
    room = max(len(model[2]) + len(model[3]), len(mine[2]) + 1)
    return f"{model[1]}{mine[2]:<{room}}{line[mine.end() - 1 :]}"


def _number(value: float, whole: bool) -> str:
    text = f"{value:.12g}"
    text = text if float(text) == value else repr(value)
    return text if whole or not text.lstrip("-").isdigit() else f"{text}.0"


def _dotted_key(path: KeyPath) -> str:
    """Return a path as a TOML key."""
    return ".".join(str(name) if _BARE.fullmatch(str(name)) else f'"{"".join(map(_escaped, str(name)))}"' for name in path)


def _escaped(mark: str) -> str:
    """Return a character in a quoted key; what cannot be seen, or turns a line around, is written as its number."""
    if mark.isascii() and mark != "\x7f":
        return json.dumps(mark)[1:-1]
    number = ord(mark)
    return mark if mark.isprintable() else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _exactly(name: str) -> str:
    """Return the pattern that matches this name alone."""
    return _PATTERN.sub(r"[\1]", name)


def _mine(entry: Override, edit: ThresholdEdit) -> bool:
    scope = (edit.rule, *(None if name is None else _exactly(name) for name in (edit.model, edit.version, edit.column)))
    return (entry.rule, entry.model, entry.version, entry.column) == scope


def _others(settings: Settings, edit: ThresholdEdit) -> list[Override]:
    return [entry for entry in settings.overrides if not _mine(entry, edit)]


def _says(settings: Settings, edit: ThresholdEdit) -> bool:
    """Whether the last table of the edit's scope has the new limits."""
    mine = [entry for entry in settings.overrides if _mine(entry, edit)]
    return bool(mine) and all(getattr(edit, name) in (None, getattr(mine[-1], name)) for name in _LIMITS)
