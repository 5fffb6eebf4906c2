"""What a monitor must find in the sample logs, as a value that tests can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from making import incidents, progression, tumour
from making.clock import END, HOUR, Flags, between, minute
from making.spoiling import Line


@dataclass(frozen=True)
class Counted:
    """Lines of one file by what they are counted as."""

    records: int = 0
    labels: int = 0
    rejects: int = 0
    blank: int = 0
    skipped: int = 0

    def as_json(self) -> dict[str, int]:
        """Return the counts under the names of `tuimon ingest --json`."""
        total = self.records + self.labels + self.rejects + self.blank + self.skipped
        return {
            "lines": total,
            "record_lines": self.records,
            "label_lines": self.labels,
            "skipped": self.skipped,
            "rejected": self.rejects,
            "blank": self.blank,
        }


def counted(lines: list[Line]) -> Counted:
    """Return the counts of a log of records."""
    kinds = [line.kind for line in lines]
    return Counted(records=kinds.count("record"), rejects=kinds.count("reject"), blank=kinds.count("blank"))


def rejects(files: dict[str, list[Line]]) -> list[dict[str, Any]]:
    """Return file, line number and kind of every reject."""
    return [
        {"file": name, "line": number, "what": line.reason}
        for name, lines in files.items()
        for number, line in enumerate(lines, 1)
        if line.kind == "reject"
    ]


def found_incidents(logged: tumour.Traffic, kept: Flags, hours: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Return the incidents with what the one-hour window that ends at `at` shows, computed exactly from the values."""
    drifted, slow, lost = incidents.DRIFT_COLUMN, incidents.LATENCY_VERSION, incidents.MISSING_COLUMN
    return [
        _incident("error_rate", None, None, incidents.ERRORS, 4 * HOUR, "warning", _errors(logged, kept, 4 * HOUR)),
        _incident("latency_p95_ms", slow, None, incidents.LATENCY, 6 * HOUR, "critical", _p95(logged, kept, 6 * HOUR)),
        _incident("missing_rate", None, lost, incidents.MISSING, 7.25 * HOUR, "warning", _missing(logged, kept, 7.25 * HOUR)),
        _incident("psi", None, drifted, (incidents.DRIFT, END), END, "critical", hours[drifted][-1]),
        _incident("psi", None, "site", (incidents.SITE, END), END, "critical", hours["site"][-1]),
    ]


def _incident(
    rule: str, version: str | None, column: str | None, during: tuple[float, float], at: float, severity: str, value: float
) -> dict[str, Any]:
    return {
        "model": "tumour",
        "version": version,
        "column": column,
        "rule": rule,
        "start": minute(during[0]),
        "end": minute(during[1]),
        "window": "1h",
        "at": minute(at),
        "value": round(value, 4),
        "severity": severity,
    }


def _errors(logged: tumour.Traffic, kept: Flags, at: float) -> float:
    return float(logged.failed[kept & between(logged.times, at - HOUR, at)].mean())


def _p95(logged: tumour.Traffic, kept: Flags, at: float) -> float:
    chosen = kept & between(logged.times, at - HOUR, at) & (logged.version == incidents.LATENCY_VERSION)
    return float(np.quantile(logged.latency[chosen], 0.95))


def _missing(logged: tumour.Traffic, kept: Flags, at: float) -> float:
    place = logged.names.index(incidents.MISSING_COLUMN)
    return float(np.isnan(logged.rows[kept & between(logged.times, at - HOUR, at), place]).mean())


def tumour_facts(logged: tumour.Traffic, kept: Flags, labelled: list[int]) -> dict[str, Any]:
    """Return totals of the classifier, its labels, and the accuracy over the labels that meet a record."""
    joined = [i for i in labelled if kept[i]]
    right = [(logged.score[i] >= 0.5) == logged.malignant[i] for i in joined]
    return {
        "rows": int(kept.sum()),
        "errors": int(logged.failed[kept].sum()),
        "versions": {version: int((logged.version[kept] == version).sum()) for version in ("v1", "v2")},
        "labels": len(labelled),
        "labels_joined": len(joined),
        "labels_waiting": len(labelled) - len(joined),
        "accuracy": round(float(np.mean(right)), 4),
    }


def progression_facts(logged: progression.Traffic, labelled: list[int]) -> dict[str, Any]:
    """Return totals of the regression and its mean absolute error over the labels."""
    missed = np.abs(logged.prediction[labelled] - logged.truth[labelled])
    return {
        "rows": len(logged),
        "errors": 0,
        "versions": {progression.VERSION: len(logged)},
        "labels": len(labelled),
        "labels_joined": len(labelled),
        "labels_waiting": 0,
        "mae": round(float(missed.mean()), 3),
    }
