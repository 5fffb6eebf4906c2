"""The values to read from each line, and the SQL that reads them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal

from tuimon.formats.engine import identifier, quote
from tuimon.formats.paths import Path, plain, pointer

Read = Literal["text", "number"]


@dataclass(frozen=True)
class Slot:
    """One value of a line: where it stands, and whether it is read as text or as a number."""

    path: Path
    read: Read


@dataclass(frozen=True)
class Plan:
    """How slots are read: most from one bulk transformation of the line, the odd ones by pointer."""

    slots: tuple[Slot, ...]
    direct: frozenset[Slot]

    @property
    def schema(self) -> str:
        """The bulk transformation's schema as JSON text."""
        tree: dict[str, Any] = {}
        for slot in self.slots:
            if slot in self.direct:
                node = tree
                for step in slot.path[:-1]:
                    node = node.setdefault(str(step), {})
                node[str(slot.path[-1])] = "VARCHAR" if slot.read == "text" else "DOUBLE"
        return json.dumps(tree, ensure_ascii=False)

    def select(self, guard: str) -> str:
        """Return a query over `lines(line)` with one column s0, s1, ... a slot; `guard` is "" or "try"."""
        texts = [slot for slot in self.slots if slot not in self.direct and slot.read == "text"]
        numbers = [slot for slot in self.slots if slot not in self.direct and slot.read == "number"]
        inner = []
        if self.direct:
            inner.append(f"{guard}(from_json(line, {quote(self.schema)})) AS r")
        for name, function, odd in (("t", "json_extract_string", texts), ("n", "json_extract", numbers)):
            if odd:
                inner.append(f"{guard}({function}(line, {pointers([slot.path for slot in odd])})) AS {name}")
        columns = [self._column(slot, texts, numbers) + f" AS s{place}" for place, slot in enumerate(self.slots)]
        return f"SELECT {', '.join(columns)} FROM (SELECT {', '.join(inner)} FROM lines)"

    def _column(self, slot: Slot, texts: list[Slot], numbers: list[Slot]) -> str:
        if slot in self.direct:
            return ".".join(("r", *(identifier(str(step)) for step in slot.path)))
        if slot.read == "text":
            return f"t[{texts.index(slot) + 1}]"
        return f"from_json(n[{numbers.index(slot) + 1}], '\"DOUBLE\"')"


def pointers(paths: list[Path]) -> str:
    """Return JSON pointers as an SQL list literal."""
    return "[" + ", ".join(quote(pointer(path)) for path in paths) + "]"


def plan(slots: list[Slot]) -> Plan:
    """Return how to read the slots (without repeats).

    A key goes by pointer when it is an array element, spelled oddly, differs from a sibling in case only, is read in two ways,
    or is at once a value and an object: the bulk schema can say none of these.
    """
    unique = tuple(dict.fromkeys(slots))
    ordered = sorted(unique, key=lambda slot: slot.read == "text")
    siblings: dict[Path, dict[str, str]] = defaultdict(dict)
    leaves: set[Path] = set()
    inner: set[Path] = set()
    direct = set()
    for slot in ordered:
        above = [slot.path[:depth] for depth in range(1, len(slot.path))]
        fits = all(map(plain, slot.path)) and slot.path not in leaves | inner and not leaves.intersection(above)
        if fits and all(siblings[path[:-1]].get(str(path[-1]).lower(), path[-1]) == path[-1] for path in (*above, slot.path)):
            for path in (*above, slot.path):
                siblings[path[:-1]][str(path[-1]).lower()] = str(path[-1])
            leaves.add(slot.path)
            inner.update(above)
            direct.add(slot)
    return Plan(unique, frozenset(direct))
