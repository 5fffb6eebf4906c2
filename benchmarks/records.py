"""Prediction records of about 440 bytes and 24 fields, as many as wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

FEATURES = 17
START = datetime(2026, 11, 2, tzinfo=UTC)


def write_lines(
    path: Path,
    rows: int,
    rows_per_second: float,
    *,
    start: datetime = START,
    seed: int = 1,
    model: str = "fraud",
    features: int = FEATURES,
) -> int:
    """Write `rows` JSON lines and return the bytes; 24 fields: 17 features, ts, id, model, version, prediction, score, latency."""
    generator = np.random.default_rng(seed)
    size = 0
    with path.open("wb") as file:
        for first in range(0, rows, 20_000):
            count = min(20_000, rows - first)
            data = _block(generator, first, count, rows_per_second, start, (model, features))
            size += file.write(data)
    return size


def _block(generator: np.random.Generator, first: int, count: int, rows_per_second: float, start: datetime, of: tuple[str, int]) -> bytes:
    model, features_wanted = of
    numbers = generator.normal(size=(count, features_wanted)).round(4)
    scores, latency = generator.beta(2, 5, count).round(5), generator.lognormal(3.0, 0.5, count).round(2)
    country = generator.choice(["de", "fr", "us", "jp", "br"], count)
    lines = []
    for i in range(count):
        moment = start + timedelta(seconds=(first + i) / rows_per_second)
        features = ",".join(f'"feat_{j:02d}":{numbers[i, j]}' for j in range(features_wanted - 1))
        lines.append(
            f'{{"ts":"{moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")}","id":"r{first + i:010d}","model":"{model}",'
            f'"version":"v{1 + i % 2}","features":{{{features},"country":"{country[i]}"}},"prediction":{int(scores[i] > 0.5)},'
            f'"score":{scores[i]},"latency_ms":{latency[i]}}}\n'
        )
    return "".join(lines).encode()


def write_config(directory: Path, logs: str = "*.jsonl", extra: str = "") -> Path:
    """Write a configuration for `logs` in `directory` and return its path."""
    path = directory / "config.toml"
    path.write_text(f'[sources.fraud]\npaths = ["{logs}"]\n{extra}', encoding="utf-8")
    return path
