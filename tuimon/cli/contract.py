"""The machine-readable report: the one shape that scripts rely on."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from tuimon.values.alert import Alert, Silenced
from tuimon.values.snapshot import BaselineState, Drift, Ingest, Latency, Model, Reconstruction, Sampling, Share, Snapshot, Version
from tuimon.values.text import rfc3339

SCHEMA = 1
DRIFT_FIELDS = (
    "column",
    "kind",
    "role",
    "window",
    "rows",
    "baseline_rows",
    "method",
    "bins",
    "groups",
    "value",
    "expected",
    "p99",
    "p_value",
    "false_alarms_per_week",
    "learning",
    "psi",
    "js",
    "hellinger",
    "ks",
    "wasserstein",
    "verdict",
    "baseline_needed",
)
ALERT_FIELDS = (
    "id",
    "rule",
    "model",
    "version",
    "column",
    "window",
    "severity",
    "state",
    "value",
    "threshold",
    "acknowledged",
    "acknowledged_by",
    "acknowledged_note",
    "data",
    "message",
)


def dumps(value: object) -> str:
    """Return indented JSON; NaN and infinities cannot get in."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def moment(seconds: float | None) -> str | None:
    """Return seconds since 1970 as RFC 3339 UTC."""
    if seconds is None:
        return None
    return rfc3339(seconds, "milliseconds" if seconds % 1 else "seconds")


def report(snapshot: Snapshot) -> dict[str, Any]:
    """Return the object that `check --json` prints."""
    return {
        "schema": SCHEMA,
        "at": moment(snapshot.at),
        "status": snapshot.status,
        "ingest": ingest(snapshot.ingest),
        "late": _share(snapshot.late),
        "future": _share(snapshot.future),
        "models": [_model(model) for model in snapshot.models],
        "alerts": [_alert(alert) for alert in snapshot.alerts],
        "silences": [silenced(silence) for silence in snapshot.silences],
        "notices": list(snapshot.notices),
    }


def ingest(totals: Ingest) -> dict[str, int]:
    """Return the object that `ingest --json` prints."""
    return {field.name: getattr(totals, field.name) for field in fields(totals)}


def _share(share: Share | None) -> dict[str, Any] | None:
    return None if share is None else asdict(share)


def _model(model: Model) -> dict[str, Any]:
    return {
        "model": model.model,
        "totals": {"rows": model.rows, "errors": model.errors, "first": moment(model.first), "last": moment(model.last)},
        "window": {
            "width": model.window,
            "start": moment(model.window_start),
            "end": moment(model.window_end),
            "rows": model.window_rows,
            "state": model.window_state,
        },
        "baseline": {"words": model.baseline, **_baseline(model.baseline_state)},
        "traffic": {"rows_per_second": model.rows_per_second, "error_rate": model.error_rate, "sampling": _sampling(model.sampling)},
        "latency_ms": _latency(model.latency),
        "by_version": [_version(version) for version in model.versions],
        "drift": [_drift(row) for row in model.drift],
        "pca": None if model.reconstruction is None else _reconstruction(model.reconstruction),
        "quality": [asdict(row) for row in model.quality],
        "repeated_ids": _share(model.repeated),
        "performance": asdict(model.performance),
    }


def _baseline(state: BaselineState) -> dict[str, Any]:
    return {"rows": state.rows, "provisional": state.provisional, "newest": moment(state.newest), "remarks": list(state.remarks)}


def _latency(latency: Latency) -> dict[str, float | int | None]:
    return asdict(latency)


def _sampling(found: Sampling | None) -> dict[str, Any] | None:
    return None if found is None else {**asdict(found), "mixed": found.mixed}


def _version(version: Version) -> dict[str, Any]:
    return {
        "version": version.version,
        "rows": version.rows,
        "rows_per_second": version.rows_per_second,
        "error_rate": version.error_rate,
        "sampling": _sampling(version.sampling),
        "latency_ms": _latency(version.latency),
    }


def _drift(row: Drift) -> dict[str, Any]:
    change = None if row.change is None else {**asdict(row.change), "since": moment(row.change.since)}
    named = {name: getattr(row, name) for name in DRIFT_FIELDS}
    return {**named, "change": change, "measures": [asdict(measure) for measure in row.measures]}


def _reconstruction(found: Reconstruction) -> dict[str, Any]:
    return {
        "error": found.error,
        "expected": found.expected,
        "bounds": None if found.margin is None else [found.expected - found.margin, found.expected + found.margin],
        "unusual": found.unusual,
        "rows": found.rows,
        "columns": found.columns,
        "left_out": found.left_out,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    named = {name: getattr(alert, name) for name in ALERT_FIELDS}
    quiet = None if alert.silenced is None else silenced(alert.silenced)
    return {**named, "since": moment(alert.since), "acknowledged_at": moment(alert.acknowledged_at), "silenced": quiet}


def silenced(silence: Silenced) -> dict[str, Any]:
    """Return a silence as `check` and `silence` print it."""
    return {**asdict(silence), "until": moment(silence.until)}
