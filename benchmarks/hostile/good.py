"""The good lines that stand behind or beside the bad input: they must be read whatever comes before them."""

from __future__ import annotations

from pathlib import Path

GOOD = 3
BEGINNING = 50
SECOND = 1_772_323_200
"""Seconds since 1970 of the minute in which the good lines, and nothing else of the corpus, lie."""
MOMENT = 1_763_000_000
"""Where the others begin."""


def line(number: int, model: str = "good") -> bytes:
    """Return one good line."""
    return record(f"good-{number}", SECOND + number, model)


def lines() -> bytes:
    """Return the good lines."""
    return b"".join(line(number) for number in range(GOOD))


def beginning() -> bytes:
    """Return usable lines by which a file is known for what it is."""
    return b"".join(record(f"first-{i}", MOMENT + i) for i in range(BEGINNING))


def neighbour(place: Path) -> None:
    """Write the good lines into a file of their own."""
    (place / "neighbour.jsonl").write_bytes(lines())


def record(name: str, moment: float, model: str = "bad", version: str = "v1", extra: str = "") -> bytes:
    """Return one usable line; `extra` are more members of its features."""
    own = f'"ts":{moment},"id":"{name}","model":"{model}","version":"{version}"'
    return f'{{{own},"latency_ms":7.5,"prediction":1,"features":{{"amount":1.5{extra}}}}}\n'.encode()
