"""The thresholds that hold when the file says nothing."""

from __future__ import annotations

from dataclasses import replace

from tuimon.config.settings import Method, Override, Settings

_DISTANCES: dict[Method, tuple[float, float]] = {
    "psi": (0.10, 0.20),
    "js": (0.10, 0.20),
    "hellinger": (0.10, 0.20),
    "ks": (0.10, 0.20),
    "wasserstein": (0.10, 0.25),
    "chi2": (0.10, 0.20),
    "linf": (0.10, 0.20),
}
"""Warning and critical of each drift method. Wasserstein is in standard deviations of the baseline; chi2 is judged by Cramér's V."""

_COMMON = (
    Override("latency_p95_ms", None, None, None, 150.0, 400.0, 30.0),
    Override("latency_p99_ms", None, None, None, 300.0, 800.0, 30.0),
    Override("error_rate", None, None, None, 0.01, 0.05),
    Override("missing_rate", None, None, None, 0.05, 0.20, 30.0),
    Override("invalid_rate", None, None, None, 0.01, 0.10),
    Override("unseen_rate", None, None, None, 0.01, 0.05),
    Override("stale", None, None, None, 300.0, 900.0),
    *(Override(rule, None, None, None, direction="below") for rule in ("accuracy", "f1", "roc_auc", "r2", "rows_per_second")),
)
"""What is good when it is large has a direction and no limits: which accuracy is good is for its owner to say."""

_DRIFT_HOLD = 300.0


def default_overrides(method: Method) -> tuple[Override, ...]:
    """Return the built-in thresholds: those of `method`, and of the rules that do not depend on it."""
    return (Override(method, None, None, None, *_DISTANCES[method], _DRIFT_HOLD), *_COMMON)


def default_settings() -> Settings:
    """Return what an empty file gives: every default, and no source."""
    usual = Settings()
    return replace(usual, overrides=default_overrides(usual.drift.method))
