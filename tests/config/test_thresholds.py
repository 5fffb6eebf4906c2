from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.config import Override, Settings, Threshold, baseline_for, load, threshold_for
from tuimon.config.settings import Baseline

TEXT = """
[thresholds]
psi = { warning = 0.11 }
[thresholds.models."f*"]
psi = { warning = 0.12, for = "1m" }
[thresholds.models.fraud]
psi = { warning = 0.13, critical = 0.4 }
[thresholds.models.fraud.versions."v*".columns.amount]
psi = { warning = 0.17 }
[thresholds.models.fraud.versions."v*"]
psi = { warning = 0.15 }
[thresholds.models.fraud.columns.amount]
psi = { warning = 0.16 }
[thresholds.columns."a*"]
psi = { warning = 0.14 }
"""


@pytest.mark.parametrize(
    ("model", "version", "column", "warning", "critical", "hold"),
    [
        ("churn", None, "x", 0.11, 0.20, 300.0),
        ("fish", None, "x", 0.12, 0.20, 60.0),
        ("fraud", None, "x", 0.13, 0.40, 60.0),
        ("churn", None, "age", 0.14, 0.20, 300.0),
        ("fraud", None, "age", 0.14, 0.40, 60.0),
        ("fraud", "v3", "x", 0.15, 0.40, 60.0),
        ("fraud", "w", "x", 0.13, 0.40, 60.0),
        ("fraud", None, "amount", 0.16, 0.40, 60.0),
        ("fraud", "v3", "amount", 0.17, 0.40, 60.0),
        ("fraud", "v3", None, 0.15, 0.40, 60.0),
        ("Fraud", None, None, 0.11, 0.20, 300.0),
    ],
)
def test_the_most_specific_table_wins_key_by_key(
    tmp_path: Path, model: str, version: str | None, column: str | None, warning: float, critical: float, hold: float
) -> None:
    (tmp_path / "c.toml").write_text(TEXT)
    found = load(tmp_path / "c.toml")
    assert threshold_for(found, "psi", model, version, column) == Threshold(warning, critical, hold)


def test_a_name_wins_over_a_pattern_wherever_they_stand(tmp_path: Path) -> None:
    tables = {"fraud": "warning = 0.15", "'*'": "warning = 0.05", "'fr*'": "for = '1s'"}
    (tmp_path / "c.toml").write_text("".join(f"[thresholds.models.{name}]\npsi.{limit}\n" for name, limit in tables.items()))
    assert threshold_for(load(tmp_path / "c.toml"), "psi", "fraud") == Threshold(0.15, 0.20, 1.0)


def test_a_table_inside_a_model_is_more_specific_than_one_for_all_models(tmp_path: Path) -> None:
    tables = {"models.fraud.columns.'*'": 0.12, "columns.amount": 0.13, "models.'*'.versions.v1": 0.14, "versions.v1": 0.15}
    (tmp_path / "c.toml").write_text("".join(f"[thresholds.{at}]\npsi.warning = {limit}\n" for at, limit in tables.items()))
    found = load(tmp_path / "c.toml")
    assert threshold_for(found, "psi", "fraud", None, "amount").warning == 0.12
    assert threshold_for(found, "psi", "churn", "v1", "amount").warning == 0.13
    assert threshold_for(found, "psi", "churn", "v1").warning == 0.14


def test_how_an_alert_ends_is_merged_key_by_key(tmp_path: Path) -> None:
    general = 'psi = { keep_firing_for = "10m", clear = 0.08 }\nstale.clear = "1m"\n'
    models = 'models.fraud.psi = { clear = 0.09 }\nmodels.fraud.columns.amount.psi = { keep_firing_for = "0" }\n'
    (tmp_path / "c.toml").write_text(f"[thresholds]\n{general}{models}")
    found = load(tmp_path / "c.toml")
    assert threshold_for(found, "psi", "churn") == Threshold(0.1, 0.2, 300.0, keep_firing=600.0, clear=0.08)
    assert threshold_for(found, "psi", "fraud") == Threshold(0.1, 0.2, 300.0, keep_firing=600.0, clear=0.09)
    assert threshold_for(found, "psi", "fraud", None, "amount") == Threshold(0.1, 0.2, 300.0, clear=0.09)
    assert threshold_for(found, "stale", "fraud") == Threshold(300.0, 900.0, clear=60.0)


_PATTERNS = st.sampled_from([None, "a", "a*", "*", "?b", "[ab]*"])
_NAMES = st.sampled_from(["a", "ab", "b", "[ab]*"])
_OVERRIDES = st.builds(
    Override,
    st.sampled_from(["psi", "stale"]),
    _PATTERNS,
    _PATTERNS,
    _PATTERNS,
    st.sampled_from([None, 1.0, 2.0]),
    st.sampled_from([None, 3.0, 4.0]),
    st.sampled_from([None, 5.0]),
    st.sampled_from([None, "above", "below"]),
    st.sampled_from([None, 6.0]),
    st.sampled_from([None, 0.5]),
)


_MERGED = ("warning", "critical", "hold", "direction", "keep_firing", "clear")


def _slowly(overrides: list[Override], rule: str, names: tuple[str | None, ...]) -> Threshold:
    merged: dict[str, Any] = {}
    for entry in overrides:
        patterns = (entry.model, entry.version, entry.column)
        fits = [p is None or (n is not None and (p == n or fnmatchcase(n, p))) for p, n in zip(patterns, names, strict=True)]
        if entry.rule == rule and all(fits):
            merged |= {k: v for k in _MERGED if (v := getattr(entry, k)) is not None}
    return Threshold(**merged)


@settings(deadline=None, max_examples=200)
@given(st.lists(_OVERRIDES, max_size=8), _NAMES, st.none() | _NAMES, st.none() | _NAMES)
def test_merging_against_a_plain_loop(overrides: list[Override], model: str, version: str | None, column: str | None) -> None:
    one, other = Settings(overrides=tuple(overrides)), Settings(overrides=tuple(overrides[::-1]))
    for _ in range(2):
        assert threshold_for(one, "psi", model, version, column) == _slowly(overrides, "psi", (model, version, column))
        assert threshold_for(other, "psi", model, version, column) == _slowly(overrides[::-1], "psi", (model, version, column))


def test_a_rule_without_a_table_has_no_limits() -> None:
    assert threshold_for(Settings(), "psi", "m") == Threshold()


def test_a_model_may_have_a_baseline_of_its_own() -> None:
    found = Settings(model_baselines=(("fraud", Baseline(version="v1")),))
    assert baseline_for(found, "fraud") == Baseline(version="v1")
    assert baseline_for(found, "churn") == found.baseline


def test_a_share_of_the_baseline_and_a_number_take_each_others_place(tmp_path: Path) -> None:
    text = 'latency_p95_ms.warning = "+20%"\nmodels.a.latency_p95_ms.warning = 90\nmodels.b.latency_p95_ms.critical = "x2"\n'
    (tmp_path / "c.toml").write_text(f"[thresholds]\n{text}")
    found = load(tmp_path / "c.toml")
    common, a, b = (threshold_for(found, "latency_p95_ms", model) for model in ("m", "a", "b"))
    assert (common.warning, common.warning_factor, common.critical) == (None, 1.2, 400)
    assert (a.warning, a.warning_factor) == (90, None)
    assert (b.warning_factor, b.critical, b.critical_factor) == (1.2, None, 2)
