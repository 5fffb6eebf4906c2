"""Values as files, the same bytes every time."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from making import progression, tumour
from making.clock import Floats, iso


def lines(path: Path, content: list[bytes]) -> None:
    """Write lines, each ended by a newline; gzipped without a time stamp when the name ends in .gz."""
    data = b"".join(line + b"\n" for line in content)
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
            file.write(data)
        data = buffer.getvalue()
    path.write_bytes(data)


def indented(path: Path, value: Any) -> None:
    """Write JSON for people to read."""
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def tumour_reference(path: Path, names: tuple[str, ...], before: tumour.Reference) -> None:
    """Write the classifier's baseline: the fields of its JSON lines, the features in a struct column."""
    columns: list[Any] = [pa.array(before.rows[:, i]) for i in range(len(names))]
    features = pa.StructArray.from_arrays(
        [*columns, pa.array(before.site.tolist()), pa.array(before.scanner.tolist())], [*names, "site", "scanner"]
    )
    n = len(before.score)
    table = pa.table({
        "ts": _times(n),
        "model": ["tumour"] * n,
        "version": before.version.tolist(),
        "features": features,
        "prediction": [tumour.said(value) for value in before.score],
        "score": before.score,
    })  # fmt: skip
    pq.write_table(table, path, compression="zstd")


def progression_reference(path: Path, names: tuple[str, ...], rows: Floats, prediction: Floats) -> None:
    """Write the regression's baseline: the columns of its CSV file."""
    features = {name: rows[:, i] for i, name in enumerate(names)}
    n = len(rows)
    pq.write_table(
        pa.table({"ts": _times(n), "version": [progression.VERSION] * n, **features, "prediction": prediction}), path, compression="zstd"
    )


def _times(n: int) -> list[str]:
    """Two days before the logs begin, ten seconds apart."""
    return [iso(-2 * 86400 + 10 * i) for i in range(n)]
