"""A threshold is changed in the text of the file: everything else in it stays as it is, to the byte."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import tomli

from tuimon.config.errors import ConfigError
from tuimon.config.load import parse
from tuimon.config.locate import KeyPath, Layout, layout
from tuimon.config.quantities import duration_text
from tuimon.config.settings import Override, Settings
from tuimon.config.table import dotted

BOM = "\ufeff"
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
        for name in ("warning", "critical", "hold", "keep_firing", "clear"):
            value = getattr(self, name)
            if value is not None:
                in_time = name in _WRITTEN or self.rule == "stale"
                yield _WRITTEN.get(name, name), f'"{duration_text(value)}"' if in_time else _number(value, whole=self.rule.endswith("_ms"))


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
    before, after = (data.decode("utf-8-sig").splitlines() for data in (old, new))
    return tuple(line for line in difflib.ndiff(before, after) if line[0] in "+-")


def _with(text: str, path: KeyPath, key: str, value: str) -> str:
    """Return the text with one key of a rule set."""
    found = layout(text)
    if (*path, key) in found.values:
        begin, end = found.values[*path, key]
        return text[:begin] + value + text[end:]
    if path in found.values:
        return _into_inline_table(text, found.values[path][1], f"{key} = {value}")
    if path in found.bodies:
        return _after_line(text, found.bodies[path], _aligned(f"{key} = {value}", text, found.bodies[path]))
    dotted_end = max((span for known, span in found.values.items() if known[:-1] == path), default=None)
    if dotted_end is not None:
        return _after_line(text, dotted_end[1], f"{_left_of(text, dotted_end[0])}.{key} = {value}")
    return _with_rule(text, found, path, f"{{ {key} = {value} }}")


def _left_of(text: str, begin: int) -> str:
    """Return the dotted key of the value that begins there, without its last part and indented as it is."""
    return text[text.rfind("\n", 0, begin) + 1 : begin].rpartition("=")[0].rpartition(".")[0]


def _with_rule(text: str, found: Layout, path: KeyPath, value: str) -> str:
    """Return the text with a rule that its table did not have, or in a new table behind the last one about thresholds."""
    table, rule = path[:-1], str(path[-1])
    if table in found.values:
        return _into_inline_table(text, found.values[table][1], f"{rule} = {value}")
    if table in found.bodies:
        return _after_line(text, found.bodies[table], _aligned(f"{rule} = {value}", text, found.bodies[table]))
    header = f"[{'.'.join(_key(str(name)) for name in table)}]"
    others = [end for path, end in found.bodies.items() if path[:1] == ("thresholds",)]
    return _after_line(text, max(others, default=len(text)), *([""] if text.strip() else []), header, f"{rule} = {value}")


def _into_inline_table(text: str, end: int, assignment: str) -> str:
    """Return the text with an assignment before the brace that ends at `end`."""
    inside = text[: end - 1].rstrip()
    gap = " " if inside.endswith(("{", ",")) else ", "
    return f"{inside}{gap}{assignment} {text[end - 1 :]}"


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
    model, mine = _KEY.match(text[text.rfind("\n", 0, at) + 1 : at]), _KEY.match(line)
    if model is None or mine is None:
        return line
    room = max(len(model[2]) + len(model[3]), len(mine[2]) + 1)
    return f"{model[1]}{mine[2]:<{room}}{line[mine.end() - 1 :]}"


def _number(value: float, whole: bool) -> str:
    text = f"{value:.12g}"
    return text if whole or not text.lstrip("-").isdigit() else f"{text}.0"


def _key(name: str) -> str:
    """Return a name as a TOML key."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


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
    given = [part.name for part in fields(edit) if part.name in ("warning", "critical", "hold", "keep_firing", "clear")]
    return bool(mine) and all(getattr(edit, name) in (None, getattr(mine[-1], name)) for name in given)
