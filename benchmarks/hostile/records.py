"""Bad JSON lines, each followed by the good ones."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from benchmarks.hostile.good import BEGINNING, GOOD, MOMENT, beginning, lines, neighbour, record
from benchmarks.records import write_lines

MEGABYTE = 1_000_000


def _write(place: Path, parts: Iterable[bytes], count: int) -> int:
    """Write usable lines, by which the file is known for what it is, the parts and the good lines; return how many lines there are."""
    with (place / "bad.jsonl").open("wb") as file:
        file.write(beginning())
        file.writelines(parts)
        file.write(lines())
    return BEGINNING + count + GOOD


def long_line(place: Path) -> int:
    """Bytes that are no JSON, without an end of line for 100 MB."""
    return _write(place, [*(b"x" * MEGABYTE for _ in range(100)), b"\n"], 1)


def long_string(place: Path) -> int:
    """A record that would be sound if it were not so long."""
    return _write(place, [b'{"ts":1763000000,"id":"', *(b"x" * MEGABYTE for _ in range(50)), b'","prediction":1}\n'], 1)


def large_records(place: Path) -> int:
    """Records just below the longest line that is taken."""
    return _write(place, (record(str(i), MOMENT + i, extra=f',"text":"{"x" * MEGABYTE}"') for i in range(200)), 200)


def sparse(place: Path) -> int | None:
    """A hole with the good lines behind it; how many lines a hole is, is a matter of policy."""
    with (place / "bad.jsonl").open("wb") as file:
        file.write(beginning())
        file.truncate(100 << 30)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + lines())
    return None


def nuls(place: Path) -> int | None:
    """What a writer without O_APPEND leaves after its file was truncated."""
    _write(place, [*(b"\0" * MEGABYTE for _ in range(64)), b"\n"], 1)
    return None


def blank_lines(place: Path) -> int:
    """Nothing, many times."""
    return _write(place, (b"\n" * MEGABYTE for _ in range(58)), 58 * MEGABYTE)


def wide(place: Path) -> int:
    """More fields than a table has columns."""
    return _write(place, [record("wide", MOMENT, extra="".join(f',"k{i}":{i}' for i in range(100_000)))], 1)


def widening(place: Path) -> int:
    """A hundred fields in each line that were in none before."""
    extras = ("".join(f',"k{i}_{j}":{j}' for j in range(100)) for i in range(1_000))
    return _write(place, (record(f"r{i}", MOMENT + i, extra=extra) for i, extra in enumerate(extras)), 1_000)


def deep(place: Path) -> int:
    """Nesting that ends a parser's stack."""
    depth = 100_000
    return _write(place, [b'{"a":' * depth, b"1", b"}" * depth, b"\n", b"[" * depth, b"]" * depth, b"\n"], 2)


def numbers(place: Path) -> int:
    """Numbers that no double, no integer of 64 bits and no JSON has."""
    spelled = "1e400 -1e400 NaN Infinity -Infinity 18446744073709551616 1e-400 -0 0x10 1. 01"
    odd = [*spelled.split(), "9" * 400, "1" * 5_000]
    kept = [record(f"r{i}", MOMENT + i, extra=f',"odd":{number}') for i, number in enumerate(odd)]
    moments = [record(f"t{i}", 0).replace(b'"ts":0', b'"ts":' + number.encode()) for i, number in enumerate(odd)]
    return _write(place, kept + moments, len(kept) + len(moments))


def repeated(place: Path, line: bytes, count: int) -> int:
    """One short line again and again."""
    block = 10_000
    return _write(place, (line * min(block, count - first) for first in range(0, count, block)), count)


def models(place: Path, count: int) -> int:
    """A model of its own for each record."""
    return _write(place, (record(f"r{i}", MOMENT + i / 100, model=f"model-{i}") for i in range(count)), count)


def versions(place: Path, count: int) -> int:
    """A version of its own for each record."""
    return _write(place, (record(f"r{i}", MOMENT + i / 100, version=f"v{i}") for i in range(count)), count)


def values(place: Path, count: int) -> int:
    """A category that never repeats."""
    return _write(place, (record(f"r{i}", MOMENT + i / 100, extra=f',"color":"c{i % 7 and i}"') for i in range(count)), count)


def labels(place: Path, count: int) -> int:
    """Truth about records that never come."""
    return _write(place, (f'{{"id":"none-{i}","label":{i % 2},"ts":{MOMENT + i / 100}}}\n'.encode() for i in range(count)), count)


def scattered(place: Path, count: int) -> int:
    """Every record in an hour of its own, over centuries."""
    return _write(place, (record(f"r{i}", MOMENT - 7_200 * i) for i in range(count)), count)


def ordinary(place: Path, count: int) -> int:
    """Nothing bad but its size."""
    write_lines(place / "bad.jsonl", count, rows_per_second=100)
    neighbour(place)
    return count + GOOD
