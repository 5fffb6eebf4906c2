"""On which line of a TOML text each key is defined. The text must be one that the TOML parser has accepted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

import tomli

Step = str | int
KeyPath = tuple[Step, ...]
"""Keys from the top of the document; an int is the index of an array's element."""

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*)
      | (?P<newline>\n)
      | (?P<string>\"\"\"(?:[^\\]|\\.)*?\"{3,5} | '''.*?'{3,5} | "(?:[^"\\\n]|\\.)*" | '[^'\n]*')
      | (?P<mark>[\[\]{},=.])
      | (?P<bare>[^\s\[\]{},=.\#"']+)""",
    re.VERBOSE | re.DOTALL,
)


def locate(text: str) -> Mapping[KeyPath, int]:
    """Return the 1-based line of every key and array element, tables that are only implied included.

    A key that is named by its own header or assignment has that line; one that others imply has the first of theirs.
    """
    scanner = _Scanner(text)
    scanner.document()
    return {**scanner.implied, **scanner.named}


@dataclass(frozen=True)
class Layout:
    """Where the parts of a TOML text stand, as offsets into it."""

    values: Mapping[KeyPath, tuple[int, int]]
    """Begin and end of each assigned value, those inside inline tables included."""
    bodies: Mapping[KeyPath, int]
    """For each header, and () for the top, where its last assignment ends, or the header itself where it has none."""


def layout(text: str) -> Layout:
    """Return where values and tables stand; the text must be one that the TOML parser has accepted."""
    scanner = _Scanner(text)
    scanner.document()
    return Layout(scanner.values, scanner.bodies)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.named: dict[KeyPath, int] = {}
        self.implied: dict[KeyPath, int] = {}
        self.values: dict[KeyPath, tuple[int, int]] = {}
        self.bodies: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        """Elements so far of each array of tables."""
        self._tokens = [(str(m.lastgroup), m.group(), m.start()) for m in _TOKEN.finditer(text) if m.lastgroup != "blank"]
        self._tokens.append(("end", "", len(text)))
        self._next = 0
        self._newlines = [m.start() for m in re.finditer("\n", text)]

    def document(self) -> None:
        table: KeyPath = ()
        while self._kind() != "end":
            if self._kind() == "newline":
                self._next += 1
            elif self._text() == "[":
                table = self._header()
                self.bodies[table] = self._before()
            else:
                self._assignment(table)
                self.bodies[table] = self._before()

    def _token(self) -> tuple[str, str, int]:
        return self._tokens[min(self._next, len(self._tokens) - 1)]

    def _before(self) -> int:
        """Return where the token before the present one ends."""
        _, words, begin = self._tokens[self._next - 1]
        return begin + len(words)

    def _kind(self) -> str:
        return self._token()[0]

    def _text(self) -> str:
        return self._token()[1]

    def _line(self) -> int:
        return bisect_right(self._newlines, self._token()[2] - 1) + 1

    def _header(self) -> KeyPath:
        line = self._line()
        self._next += 1
        array = self._text() == "["
        self._next += array
        keys = self._keys()
        self._next += 1 + array
        return self._array_table(keys, line) if array else self._note(self._inside((), keys[:-1], line), keys[-1], line)

    def _array_table(self, keys: list[str], line: int) -> KeyPath:
        path = self._note(self._inside((), keys[:-1], line), keys[-1], line)
        index = self._counts.get(path, 0)
        self._counts[path] = index + 1
        return self._note(path, index, line)

    def _assignment(self, table: KeyPath) -> None:
        line = self._line()
        keys = self._keys()
        path = self._note(self._inside(table, keys[:-1], line), keys[-1], line)
        self._next += 1
        begin = self._token()[2]
        self._value(path)
        self.values[path] = (begin, self._before())

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._text() == ".":
            self._next += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        kind, text, _ = self._token()
        self._next += 1
        return str(tomli.loads("key = " + text)["key"]) if kind == "string" else text

    def _inside(self, path: KeyPath, keys: list[str], line: int) -> KeyPath:
        """Follow `keys` through tables, and through the last element of arrays of tables."""
        for key in keys:
            path = (*path, key)
            self.implied.setdefault(path, line)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _note(self, path: KeyPath, step: Step, line: int) -> KeyPath:
        path = (*path, step)
        self.named.setdefault(path, line)
        return path

    def _value(self, path: KeyPath) -> None:
        if self._text() == "[":
            self._array(path)
        elif self._text() == "{":
            self._inline_table(path)
        else:
            self._next += 1
            while self._text() not in (",", "]", "}") and self._kind() not in ("newline", "end"):
                self._next += 1

    def _array(self, path: KeyPath) -> None:
        self._next += 1
        index = 0
        while self._more("]"):
            self._value(self._note(path, index, self._line()))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._next += 1
        while self._more("}"):
            self._assignment(path)

    def _more(self, closing: str) -> bool:
        """Pass line ends and a comma; False, and past it, at the closing mark."""
        while self._kind() == "newline" or self._text() == ",":
            self._next += 1
        done = self._text() == closing or self._kind() == "end"
        self._next += done
        return not done
