"""Requests of the demo and the model's answers, a second of traffic at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.cli.demo.model import Floats, demo_model
from tuimon.cli.demo.script import DemoScript

DRIFTING = "mean_texture"
"""The standard deviation of grey values: a sensor whose gain creeps up scales it and nothing else."""
MISSING = "mean_concavity"

SITES, SITE_SHARES = ("north", "south", "east"), (0.5, 0.3, 0.2)
SLOW_VERSION = "v2"
MEDIAN_MS, SLOWER, SPREAD = 22.0, 1.9, 0.4
"""Latency is log-normal; v2 takes `SLOWER` times as long."""
USUAL_ERRORS = 0.001


@dataclass(frozen=True)
class Rows:
    """Requests in order of time; `offset` is seconds after the beginning of the demo, negative before it."""

    offset: Floats
    number: npt.NDArray[np.int64]
    version: npt.NDArray[np.str_]
    site: npt.NDArray[np.str_]
    features: Floats
    score: Floats
    latency_ms: Floats
    failed: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.offset)


def second_of(script: DemoScript, second: int) -> Rows:
    """Return the requests of one whole second, always the same for the same script and second."""
    rate = script.rows_per_second if second >= 0 else script.past_rows_per_second
    first, last = (int(np.floor(rate * end)) for end in (second, second + 1))
    n, rng = last - first, np.random.default_rng([script.seed, int(second < 0), abs(second)])
    offset = second + np.sort(np.floor(rng.random(n) * 1000) / 1000)
    slow = rng.random(n) < 0.5
    site = rng.choice(SITES, size=n, p=SITE_SHARES)
    features = _features(script, rng, second, n)
    latency = MEDIAN_MS * np.where(slow, SLOWER * script.factor("latency", second), 1.0) * np.exp(SPREAD * rng.standard_normal(n))
    failed = rng.random(n) < max(USUAL_ERRORS, script.share("errors", second))
    version = np.where(slow, SLOW_VERSION, "v1")
    return Rows(offset, np.arange(first, last), version, site, features, demo_model().scores(features), np.round(latency, 2), failed)


def _features(script: DemoScript, rng: np.random.Generator, second: int, n: int) -> Floats:
    """Return real rows (n, k), one feature distorted and one partly missing where the script says so."""
    model = demo_model()
    features = model.rows[rng.integers(len(model.rows), size=n)]
    features[:, model.names.index(DRIFTING)] *= script.factor("drift", second)
    features[rng.random(n) < script.share("missing", second), model.names.index(MISSING)] = np.nan
    return np.round(features, 5)
