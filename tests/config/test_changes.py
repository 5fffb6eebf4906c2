from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.test_load import FULL
from tuimon.config import Settings, changes, default_settings, load


def _load(directory: Path, text: str) -> Settings:
    (directory / "c.toml").write_text(text)
    return load(directory / "c.toml")


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("thresholds.psi.warning = 0.1", "thresholds.psi.warning = 0.15", ("thresholds.psi.warning 0.1 -> 0.15",)),
        ("", "thresholds.psi = { warning = 0.15 }", ("thresholds.psi.warning 0.1 -> 0.15",)),
        ("", "thresholds.psi = { warning = 0.1 } # same", ()),
        ("", "thresholds.error_rate.warning = '+20%'", ("thresholds.error_rate.warning 0.01 -> x1.2",)),
        ("", "thresholds.lag_bytes.warning = '50MB'", ("thresholds.lag_bytes.warning not set -> 50MB",)),
        ("", "thresholds.stale.warning = '1m'", ("thresholds.stale.warning 5m -> 1m",)),
        ("", "refresh = '500ms'", ("refresh 2s -> 500ms",)),
        ("", "windows.widths = ['5m', '24h']", ("windows.widths 5m, 1h, 24h -> 5m, 24h",)),
        ("baseline.version = 'v1'", "baseline.version = 'v2'", ("baseline.version 'v1' -> 'v2'",)),
        ("baseline.first = '24h'", "baseline.first = '5 rows'", ("baseline.first 24h -> 5 rows",)),
        ("baseline.max_age = '90d'", "baseline.max_age = '7d'", ("baseline.max_age 90d -> 7d",)),
        ("", "store.max_size = '1GB'", ("store.max_size 2GB -> 1GB",)),
        (
            "",
            "thresholds.stale = { keep_firing_for = '10m', clear = '1m' }",
            ("thresholds.stale.keep_firing_for not set -> 10m", "thresholds.stale.clear not set -> 1m"),
        ),
        (
            "",
            "thresholds.models.'f*'.columns.a.psi.for = '0'",
            ("thresholds.models.'f*'.columns.a.psi.for not set -> 0s",),
        ),
    ],
)
def test_one_readable_line_a_difference(tmp_path: Path, before: str, after: str, lines: tuple[str, ...]) -> None:
    assert changes(_load(tmp_path, before), _load(tmp_path, after)) == lines


def test_every_setting_of_the_full_file_shows(tmp_path: Path) -> None:
    full = _load(tmp_path, FULL)
    assert changes(full, full) == ()
    there, back = changes(default_settings(), full), changes(full, default_settings())
    assert len(there) == len(back) > 30
    text = "\n".join(there)
    for part in ("sources.app.fields.latency not set -> 'took' in ms", "sources.'truth/1'.labels_for", "baseline.models.churn.same_hours"):
        assert part in text
