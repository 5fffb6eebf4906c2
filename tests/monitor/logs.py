"""Prediction logs made for tests, with everything known about them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from tuimon.config import Settings, load
from tuimon.monitor.session import Session
from tuimon.values.snapshot import Engine, Snapshot

START = 1_793_577_600.0
"""2026-11-02T00:00:00Z"""


@dataclass
class Traffic:
    """Rows of one model as columns; what a log of them must be counted to."""

    ts: npt.NDArray[np.float64]
    amount: npt.NDArray[np.float64]
    country: npt.NDArray[np.str_]
    latency: npt.NDArray[np.float64]
    error: npt.NDArray[np.bool_]
    missing: npt.NDArray[np.bool_]
    score: npt.NDArray[np.float64]
    version: npt.NDArray[np.str_]
    ids: list[str] = field(default_factory=list)


def traffic(rows: int, per_second: float, seed: int, start: float = START, shift: float = 0.0) -> Traffic:
    """Return healthy traffic; `shift` moves `amount` by so many standard deviations."""
    generator = np.random.default_rng(seed)
    return Traffic(
        ts=start + np.arange(rows) / per_second,
        amount=np.round(generator.normal(100 + 15 * shift, 15, rows), 3),
        country=generator.choice(["de", "fr", "us"], rows, p=[0.5, 0.3, 0.2]),
        latency=np.round(generator.lognormal(3, 0.4, rows), 3),
        error=np.zeros(rows, bool),
        missing=np.zeros(rows, bool),
        score=np.round(generator.beta(2, 3, rows), 4),
        version=np.where(np.arange(rows) % 3 == 0, "v1", "v2"),
        ids=[f"{seed}-{i}" for i in range(rows)],
    )


def stamp(seconds: float) -> str:
    """Return RFC 3339 with milliseconds."""
    return datetime.fromtimestamp(round(seconds, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def lines(rows: Traffic, model: str = "fraud") -> list[str]:
    """Return the rows as JSON lines, newline included."""
    return [_line(rows, i, model) for i in range(len(rows.ts))]


def _line(rows: Traffic, i: int, model: str) -> str:
    amount = None if rows.missing[i] else float(rows.amount[i])
    record = {
        "ts": stamp(float(rows.ts[i])),
        "request_id": rows.ids[i],
        "model": model,
        "version": str(rows.version[i]),
        "features": {"amount": amount, "country": str(rows.country[i])},
        "prediction": "yes" if rows.score[i] > 0.5 else "no",
        "score": float(rows.score[i]),
        "latency_ms": float(rows.latency[i]),
        "status": "error" if rows.error[i] else "ok",
    }
    return json.dumps(record) + "\n"


def write(path: Path, rows: Traffic, model: str = "fraud", mode: str = "w") -> None:
    """Write the rows to a log."""
    with path.open(mode, encoding="utf-8") as file:
        file.writelines(lines(rows, model))


def write_baseline(path: Path, rows: Traffic) -> None:
    """Write the rows as a Parquet baseline with nested features."""
    features = [
        {"amount": None if m else float(a), "country": str(c)} for a, c, m in zip(rows.amount, rows.country, rows.missing, strict=True)
    ]
    labels = ["yes" if s > 0.5 else "no" for s in rows.score]
    pq.write_table(pa.table({"features": features, "prediction": labels, "score": rows.score.tolist()}), path)


CONFIG = """
[sources.fraud]
paths = ["*.jsonl*"]
[baseline]
source = "baseline.parquet"
"""


def settings(directory: Path, text: str = CONFIG) -> Settings:
    """Write and load a configuration."""
    path = directory / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def open_session(directory: Path, text: str = CONFIG, now: float = START + 86_400) -> Session:
    """Open a session on a directory with a clock that stands still."""
    session = Session(settings(directory, text), directory / "state", lambda: now)
    session.begin()
    return session


def look(session: Session) -> Snapshot:
    """Read everything and evaluate."""
    while not session.ingest(lambda: False)[1]:
        pass
    return session.evaluate(Engine("test", 2.0, "polling", "live"), judge_alerts=True)


def snapshot_of(directory: Path, text: str = CONFIG, now: float = START + 86_400) -> Snapshot:
    """Read a directory once and return what is known then."""
    session = open_session(directory, text, now)
    try:
        return look(session)
    finally:
        session.close()
