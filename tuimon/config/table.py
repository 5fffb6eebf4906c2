"""A table of the file that hands out checked values and knows where each of them stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tuimon.config.errors import ConfigError
from tuimon.config.locate import KeyPath, Step
from tuimon.config.quantities import shown

T = TypeVar("T")
D = TypeVar("D")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Document:
    """The file that a table belongs to."""

    file: Path
    lines: Mapping[KeyPath, int]

    def line(self, path: KeyPath) -> int | None:
        """Return the line of `path`, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


@dataclass(frozen=True)
class Table:
    """A TOML table; every getter raises ConfigError that names file, line and key."""

    document: Document
    path: KeyPath
    values: Mapping[str, Any]

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def error(self, key: Step | None, sentence: str) -> ConfigError:
        """Return the error that `sentence` is the end of: "[table] 'key' sentence"."""
        path = self.path if key is None else (*self.path, key)
        scope = f"[{dotted(self.path)}] " if self.path else ""
        subject = "" if key is None else f"{_quoted(key)} "
        return ConfigError(self.document.file, self.document.line(path), dotted(path), scope + subject + sentence)

    def only(self, known: tuple[str, ...], noun: str = "setting") -> None:
        """Refuse any key that is not `known`."""
        for key in self.values:
            if key not in known:
                raise self.error(key, f"is not a {noun} here; {_advice(key, known)}")

    def get(self, key: str, check: Callable[[object], T], default: D) -> T | D:
        """Return the checked value of `key`, or `default` when it is not there."""
        return self.need(key, check) if key in self.values else default

    def need(self, key: str, check: Callable[[object], T]) -> T:
        """Return the checked value of `key`."""
        if key not in self.values:
            raise self.error(None, f"needs {_quoted(key)}")
        try:
            return check(self.values[key])
        except ValueError as wrong:
            raise self.error(key, str(wrong)) from None

    def items(self, key: str, check: Callable[[object], T]) -> tuple[T, ...]:
        """Return the checked elements of the array `key`; () when it is not there."""
        values = self.get(key, _array, None)
        return tuple(self._item(key, index, value, check) for index, value in enumerate(values or ()))

    def _item(self, key: str, index: int, value: object, check: Callable[[object], T]) -> T:
        try:
            return check(value)
        except ValueError as wrong:
            error = self.error(key, str(wrong))
            line = self.document.line((*self.path, key, index))
            raise ConfigError(error.file, line, error.key, error.message) from None

    def table(self, key: str) -> Table:
        """Return the table `key`; an empty one when it is not there."""
        return Table(self.document, (*self.path, key), self.get(key, _table, {}))

    def tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """Yield name and table of every table in the table `key`, in the order of the file."""
        parent = self.table(key)
        for name in parent.values:
            if not name:
                raise parent.error(name, "must not be an empty name")
            yield name, parent.table(name)


def dotted(path: KeyPath) -> str:
    """Return a key path as TOML writes it, with names quoted where they need it."""
    return ".".join(str(step) if isinstance(step, int) or _BARE.fullmatch(step) else shown(step) for step in path)


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """Return the one of `known` that is most like `name`; None when none is much like it."""
    return next(iter(difflib.get_close_matches(name, known, 1, 0.5)), None)


def _advice(key: str, known: tuple[str, ...]) -> str:
    near = nearest(key, known)
    return f"did you mean '{near}'?" if near else "known are " + ", ".join(f"'{name}'" for name in known)


def _quoted(key: Step) -> str:
    return shown(key) if isinstance(key, str) else f"[{key}]"


def _array(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"must be a list, not {shown(value)}")
    return value


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table, not {shown(value)}")
    return value
