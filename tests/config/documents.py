"""Random TOML documents, written in every style, with the line of each key known from the writing."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

_TEXT = st.text(alphabet="ab #\"'[]{}=,.\\\n\tü€", max_size=8)
_KEYS = st.one_of(st.sampled_from(["a", "b", "c-d", "7", "warning"]), st.text(alphabet="xy .\"'#]=é", max_size=4))
_LEAVES = st.one_of(_TEXT, st.integers(-9, 10**6), st.booleans(), st.sampled_from([1.5, -2e10]))


def _tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(_KEYS, values, max_size=4)


TREES = _tables(st.recursive(_LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), _tables(inner)), max_leaves=12))
"""Contents of a document: nested tables and arrays."""


class Writer:
    """Writes one tree; `text` is the document, `lines` the line of each path."""

    def __init__(self, tree: dict[str, Any], random: Random) -> None:
        self.text = ""
        self.lines: dict[Path, int] = {}
        self._random = random
        self._table((), (), tree, headed=True)

    def _write(self, text: str) -> None:
        self.text += text

    def _line(self) -> int:
        return self.text.count("\n") + 1

    def _noise(self) -> None:
        self._write(self._random.choice(["", "", "\n", "# [no.table] = 1\n", "   \t\n\n", '  # """\n']))

    def _table(self, path: Path, names: tuple[str, ...], tree: dict[str, Any], headed: bool) -> None:
        """Write the table's own header and keys first, last, or only its sections; below a header keys must come first."""
        sections = {key: value for key, value in tree.items() if self._is_sectioned(value)}
        body = {key: value for key, value in tree.items() if key not in sections}
        order = "first" if headed or not sections else self._random.choice(["first", "last"] if body else ["first", "last", "none"])
        if order == "first":
            self._body(path, names, body, headed)
        for key, value in sections.items():
            self._section(path, names, key, value)
        if order == "last":
            self._body(path, names, body, headed)

    def _is_sectioned(self, value: Any) -> bool:
        tables = isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
        return (isinstance(value, dict) or tables) and self._random.random() < 0.6

    def _section(self, path: Path, names: tuple[str, ...], key: str, value: Any) -> None:
        inner = (*path, key)
        if isinstance(value, dict):
            self._table(inner, (*names, key), value, headed=False)
            return
        for index, item in enumerate(value):
            self._header((*inner, index), "[[" + self._dotted((*names, key)) + "]]\n")
            self._table((*inner, index), (*names, key), item, headed=True)

    def _header(self, path: Path, text: str) -> None:
        self._noise()
        for length in range(1, len(path)):
            self.lines.setdefault(path[:length], self._line())
        self.lines[path] = self._line()
        self._write(text)

    def _body(self, path: Path, names: tuple[str, ...], body: dict[str, Any], headed: bool) -> None:
        if not headed:
            self._header(path, self._random.choice(["", "  "]) + "[" + self._dotted(names) + "]\n")
        for key, value in body.items():
            self._noise()
            self._assignment(path, (key,), value, "\n")
            self._write(self._random.choice(["\n", " # x = 1\n", "\n\n"]))

    def _assignment(self, path: Path, keys: tuple[str, ...], value: Any, between: str) -> None:
        """Write `a = 1`, or for a table `a.b = 1` key by key, or `a = {…}`."""
        inner = (*path, *keys)
        if isinstance(value, dict) and value and self._random.random() < 0.5:
            for index, (key, item) in enumerate(value.items()):
                self._write(between if index else "")
                self._assignment(path, (*keys, key), item, between)
            return
        for length in range(len(path) + 1, len(inner)):
            self.lines.setdefault(inner[:length], self._line())
        self.lines[inner] = self._line()
        self._write(self._dotted(keys) + self._random.choice(["=", " = ", "\t="]))
        self._value(inner, value)

    def _value(self, path: Path, value: Any) -> None:
        if isinstance(value, list):
            self._array(path, value)
        elif isinstance(value, dict):
            self._inline(path, value)
        elif isinstance(value, str):
            self._write(self._string(value))
        else:
            self._write(json.dumps(value))

    def _array(self, path: Path, values: list[Any]) -> None:
        gaps = ["", " ", "\n", " # ], [\n  "]
        self._write("[")
        for index, value in enumerate(values):
            self._write(self._random.choice(gaps))
            self.lines[(*path, index)] = self._line()
            self._value((*path, index), value)
            self._write(self._random.choice(gaps))
            if index + 1 < len(values) or self._random.random() < 0.3:
                self._write(",")
        self._write(self._random.choice(gaps) + "]")

    def _inline(self, path: Path, table: dict[str, Any]) -> None:
        self._write("{ ")
        for index, (key, value) in enumerate(table.items()):
            self._write(", " if index else "")
            self._assignment(path, (key,), value, ", ")
        self._write(" }")

    def _dotted(self, keys: tuple[str, ...]) -> str:
        return self._random.choice([".", " . "]).join(map(self._key, keys))

    def _key(self, key: str) -> str:
        styles = [json.dumps(key, ensure_ascii=False)]
        if re.fullmatch(r"[A-Za-z0-9_-]+", key):
            styles.append(key)
        if "'" not in key:
            styles.append(f"'{key}'")
        return self._random.choice(styles)

    def _string(self, value: str) -> str:
        escaped = value.replace("\\", "\\\\")
        styles = [json.dumps(value, ensure_ascii=False), '"""\n' + escaped.replace('"""', '""\\"') + '"""']
        if "'" not in value:
            styles.append("'''\n" + value + "'''")
            if "\n" not in value:
                styles.append(f"'{value}'")
        return self._random.choice(styles)
