"""Requests as the lines of a prediction log."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from tuimon.cli.demo.model import demo_model
from tuimon.cli.demo.rows import Rows

MODEL = "tumour"


def log_lines(rows: Rows, start: float) -> list[bytes]:
    """Return one line of JSON with its newline for each request; `start` is the epoch of the demo's beginning in seconds."""
    return [_line(rows, i, start) for i in range(len(rows))]


def said(score: float) -> str:
    """Return the class that a probability of malignancy stands for."""
    return "malignant" if score >= 0.5 else "benign"


def _line(rows: Rows, i: int, start: float) -> bytes:
    failed, score = bool(rows.failed[i]), float(rows.score[i])
    values = (None if math.isnan(value) else value for value in rows.features[i].tolist())
    entry = {
        "ts": _iso(start + float(rows.offset[i])),
        "request_id": f"demo-{int(start)}-{int(rows.number[i])}",
        "model": MODEL,
        "version": str(rows.version[i]),
        "features": {**dict(zip(demo_model().names, values, strict=True)), "site": str(rows.site[i])},
        "prediction": None if failed else said(score),
        "score": None if failed else score,
        "latency_ms": float(rows.latency_ms[i]),
        "status": "error" if failed else "ok",
    }
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def _iso(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
