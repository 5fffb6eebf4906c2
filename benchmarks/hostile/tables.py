"""Bad CSV and Parquet files, with the good lines in a file beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.hostile.good import GOOD, MOMENT, neighbour
from benchmarks.hostile.records import MEGABYTE


def wide_csv(place: Path) -> int:
    """Ten thousand columns, a header and a thousand rows."""
    rest = ",".join("1.5" for _ in range(9_997))
    with (place / "bad.csv").open("w", encoding="utf-8") as file:
        file.write("ts,id,prediction," + ",".join(f"c{i}" for i in range(9_997)) + "\n")
        file.writelines(f"{MOMENT + i},r{i},1,{rest}\n" for i in range(1_000))
    neighbour(place)
    return 1_001 + GOOD


def open_quote(place: Path) -> None:
    """A quote that nobody closes, and then 100 MB of rows; how many are lost with it is a matter of policy."""
    with (place / "bad.csv").open("wb") as file:
        file.write(b"ts,id,prediction,note\n" + b"".join(f"{MOMENT + i},r{i},1,fine\n".encode() for i in range(100)))
        file.write(f'{MOMENT},quote,1,"never closed\n'.encode())
        row = f"{MOMENT},row,1,fine\n".encode()
        for _ in range(100):
            file.write(row * (MEGABYTE // len(row)))
    neighbour(place)


def row_group(place: Path, count: int) -> int:
    """One row group of so many rows."""
    chance = np.random.default_rng(1)
    names = pa.array(np.arange(count).astype(str))
    columns = {"ts": pa.array(MOMENT + np.arange(count) / 1_000.0), "id": names, "prediction": chance.integers(0, 2, count)}
    features = {f"f{i}": chance.normal(size=count) for i in range(10)}
    pq.write_table(pa.table({**columns, **features}), place / "bad.parquet", row_group_size=count)
    neighbour(place)
    return count + GOOD
