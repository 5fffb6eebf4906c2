"""The traffic of the classifier: which held-out row is asked about when, what the model says, and what the log keeps of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from making import incidents, models
from making.clock import Flags, Floats, arrivals, between, iso, stream

RATE = 0.13
LABELLED = 0.92
LABEL_DELAY = (20 * 60.0, 90 * 60.0)
LATENCY = {"v1": (20.0, 0.40), "v2": (62.0, 0.40)}
"""Median in milliseconds and sigma of a log-normal distribution."""

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Traffic:
    """One array entry a request: `rows` (n, 10) is what the model saw, with NaN where a value is missing."""

    names: tuple[str, ...]
    times: Floats
    ids: tuple[str, ...]
    version: Texts
    rows: Floats
    site: Texts
    scanner: Texts
    score: Floats
    latency: Floats
    failed: Flags
    malignant: Flags

    def __len__(self) -> int:
        return len(self.times)


@dataclass(frozen=True)
class Reference:
    """A healthy validation run: both versions in equal parts, no incidents."""

    rows: Floats
    version: Texts
    site: Texts
    scanner: Texts
    score: Floats


def traffic(model: models.Tumour) -> Traffic:
    """Return every request of the ten hours."""
    times = arrivals("tumour", RATE)
    n, rng = len(times), stream("tumour-rows")
    picked = rng.integers(len(model.rows), size=n)
    version = _versions(np.where(times < incidents.TAKEOVER, 0.4, 0.6))
    rows = _distorted(model, times, model.rows[picked])
    ids = tuple(f"t-{number:012x}" for number in stream("tumour-ids").integers(2**48, size=n))
    return Traffic(
        model.names, times, ids, version, rows, _sites(times), _scanners(times), _scores(model, version, rows),
        _latencies(times, version), _failures(times), model.malignant[picked],
    )  # fmt: skip


def reference(model: models.Tumour, n: int) -> Reference:
    """Return `n` requests of a validation run."""
    rng = stream("tumour-reference")
    rows = np.round(model.rows[rng.integers(len(model.rows), size=n)], 5)
    version = np.where(rng.random(n) < 0.5, "v2", "v1").astype(object)
    site, scanner = _choice(rng, incidents.SITE_SHARES, n), _choice(rng, incidents.SCANNER_SHARES, n)
    return Reference(rows, version, site, scanner, _scores(model, version, rows))


def record(logged: Traffic, i: int) -> dict[str, Any]:
    """Return request i as it is logged."""
    failed, score = bool(logged.failed[i]), float(logged.score[i])
    values = (None if np.isnan(value) else float(value) for value in logged.rows[i])
    return {
        "ts": iso(logged.times[i]),
        "request_id": logged.ids[i],
        "model": "tumour",
        "version": logged.version[i],
        "features": {**dict(zip(logged.names, values, strict=True)), "site": logged.site[i], "scanner": logged.scanner[i]},
        "prediction": None if failed else said(score),
        "score": None if failed else score,
        "latency_ms": float(logged.latency[i]),
        "status": "error" if failed else "ok",
        "email": f"reader{i % 23}@clinic.example",
    }


def said(score: float) -> str:
    """Return the class that a probability of malignancy stands for."""
    return "malignant" if score >= 0.5 else "benign"


def line(entry: dict[str, Any]) -> bytes:
    """Return an entry as one line of JSON without its newline."""
    return json.dumps(entry, separators=(",", ":")).encode()


def labels(logged: Traffic, until: float) -> list[tuple[float, int]]:
    """Return time and request of each label that has arrived by `until`, in order of arrival; failed requests get none."""
    rng = stream("tumour-labels")
    chosen, delay = rng.random(len(logged)) < LABELLED, rng.uniform(*LABEL_DELAY, size=len(logged))
    due = [(float(time + wait), i) for i, (time, wait) in enumerate(zip(logged.times, delay, strict=True)) if chosen[i]]
    return sorted((time, i) for time, i in due if time < until and not logged.failed[i])


def _versions(share: Floats) -> Texts:
    return np.where(stream("tumour-version").random(len(share)) < share, "v2", "v1").astype(object)


def _distorted(model: models.Tumour, times: Floats, rows: Floats) -> Floats:
    seen, rng = rows.copy(), stream("tumour-missing")
    seen[times >= incidents.DRIFT, model.names.index(incidents.DRIFT_COLUMN)] *= incidents.DRIFT_GAIN
    lost = between(times, *incidents.MISSING) & (rng.random(len(times)) < incidents.MISSING_SHARE)
    seen[lost, model.names.index(incidents.MISSING_COLUMN)] = np.nan
    return np.round(seen, 5)


def _scores(model: models.Tumour, version: Texts, rows: Floats) -> Floats:
    return np.where(version == "v2", model.scores("v2", rows), model.scores("v1", rows))


def _choice(rng: np.random.Generator, shares: dict[str, float], n: int) -> Texts:
    return np.array(rng.choice(list(shares), size=n, p=list(shares.values())), dtype=object)


def _sites(times: Floats) -> Texts:
    rng, n = stream("tumour-site"), len(times)
    before, after = _choice(rng, incidents.SITE_SHARES, n), _choice(rng, incidents.SITE_SHARES_AFTER, n)
    sites = np.where(times < incidents.SITE, before, after)
    when, value = incidents.BRACKET_VALUE
    sites[np.searchsorted(times, when)] = value
    return sites


def _scanners(times: Floats) -> Texts:
    scanners = _choice(stream("tumour-scanner"), incidents.SCANNER_SHARES, len(times))
    when, value = incidents.ESCAPE_VALUE
    scanners[np.searchsorted(times, when)] = value
    return scanners


def _latencies(times: Floats, version: Texts) -> Floats:
    usual = stream("tumour-latency").standard_normal(len(times))
    median = np.where(version == "v2", LATENCY["v2"][0], LATENCY["v1"][0])
    slow = between(times, *incidents.LATENCY) & (version == incidents.LATENCY_VERSION)
    sigma = np.where(version == "v2", LATENCY["v2"][1], LATENCY["v1"][1])
    milliseconds: Floats = np.round(median * np.exp(sigma * usual) * np.where(slow, incidents.LATENCY_FACTOR, 1.0), 2)
    return milliseconds


def _failures(times: Floats) -> Flags:
    """A stray failure now and then; in the burst exactly its share of the requests, whichever they are."""
    rng = stream("tumour-failures")
    failed: Flags = rng.random(len(times)) < incidents.USUAL_ERROR_SHARE
    burst = np.flatnonzero(between(times, *incidents.ERRORS))
    failed[rng.choice(burst, size=round(incidents.ERROR_SHARE * len(burst)), replace=False)] = True
    return failed
