"""Many small files, each with one good line."""

from __future__ import annotations

from pathlib import Path

from benchmarks.hostile.good import SECOND, record


def files(place: Path, count: int) -> int:
    """Files of one family over a hundred directories."""
    for i in range(count):
        directory = place / f"{i % 100:02d}"
        directory.mkdir(exist_ok=True)
        (directory / f"app-{i:06d}.jsonl").write_bytes(record(f"r{i}", SECOND + i % 50, "good"))
    return count


def families(place: Path, count: int) -> int:
    """Files whose names have nothing in common, so that each is looked at on its own."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    for i in range(count):
        name = "".join(letters[i // 26**k % 26] for k in range(4))
        (place / f"{name}.jsonl").write_bytes(record(f"r{i}", SECOND + i % 50, "good"))
    return count
