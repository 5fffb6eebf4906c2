from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.config import duration, duration_text
from tuimon.config.quantities import alarm_rate, size, size_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("250ms", 0.25), ("30s", 30), ("5m", 300), ("1h", 3600), ("7d", 604800), ("0", 0), (0, 0), ("1.5h", 5400), (" 2 s ", 2), ("0s", 0)],
)
def test_durations(text: object, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "5", 5, "5 minutes", "-5m", "5M", "1h30m", "nan", "1e3s", True, False, None, [], "٣s", "99999999d", 1.5]
)
def test_what_is_not_a_duration(text: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (300, "5m"),
        (3600, "1h"),
        (86400, "24h"),
        (172800, "2d"),
        (604800, "7d"),
        (30, "30s"),
        (0.25, "250ms"),
        (90, "90s"),
        (0, "0s"),
        (0.0005, "0.5ms"),
    ],
)
def test_duration_text(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**14))
def test_a_duration_reads_back_from_its_text(micros: int) -> None:
    assert abs(duration(duration_text(micros / 1e6)) - micros / 1e6) < 1e-6


@pytest.mark.parametrize(
    ("text", "many"), [("256MB", 256_000_000), ("2GB", 2_000_000_000), ("1GiB", 2**30), ("1.5kb", 1500), ("10 B", 10), ("1tb", 10**12)]
)
def test_sizes(text: str, many: int) -> None:
    assert size(text) == many


@pytest.mark.parametrize("text", ["256", 256, "0MB", "-1MB", "MB", "1 megabyte", "99999999TB", None])
def test_what_is_not_a_size(text: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        size(text)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 10**17))
def test_a_size_reads_back_from_its_text(many: int) -> None:
    assert size(size_text(many)) == pytest.approx(many, rel=1e-15)


def test_alarm_rates() -> None:
    assert alarm_rate("1/week") == (1.0, 604800.0)
    assert alarm_rate("2/day") == (2.0, 86400.0)
    assert alarm_rate("1/month") == (1.0, 30 * 86400.0)
    assert alarm_rate("0.5 / hour") == (0.5, 3600.0)


@pytest.mark.parametrize("text", ["week", "0/week", "-1/week", "1/fortnight", 1, "1 week", "1e3/day"])
def test_what_is_not_an_alarm_rate(text: object) -> None:
    with pytest.raises(ValueError, match="must be a rate"):
        alarm_rate(text)
