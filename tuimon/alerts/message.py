"""One readable sentence for an alert."""

from __future__ import annotations

from collections.abc import Callable

from tuimon.alerts.state import AlertState
from tuimon.values.alert import is_share
from tuimon.values.text import safe_text

_NAMES = {
    "psi": "PSI",
    "js": "JS",
    "hellinger": "Hellinger",
    "ks": "KS",
    "wasserstein": "Wasserstein",
    "chi2": "Cramér's V",
    "linf": "L-infinity",
    "error_rate": "error rate",
    "missing_rate": "missing",
    "invalid_rate": "invalid",
    "unseen_rate": "unseen",
    "out_of_range_rate": "out of range",
    "repeated_rate": "repeated ids",
    "rows_per_second": "traffic",
    "rejected_rate": "rejected lines",
    "late_rate": "late rows",
    "future_rate": "rows from the future",
    "gaps": "files lost before they were read",
    "lag_bytes": "not yet read",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "ece": "ECE",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R²",
}
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_LONGEST_NAME = 120
_MOST_DECIMALS = 9


def message(state: AlertState) -> str:
    """Return one sentence, safe for a screen, such as "amount: PSI 0.41 over 0.20 in the last 1h"."""
    return _subject(state) + (_stale(state) if state.rule == "stale" else _metric(state))


def _subject(state: AlertState) -> str:
    names = [safe_text(name, _LONGEST_NAME) for name in (state.column, state.version) if name is not None]
    if not names:
        return ""
    return f"{names[0]} ({names[1]}): " if len(names) == 2 else f"{names[0]}: "


def _metric(state: AlertState) -> str:
    write = _writer(state)
    window = f" in the last {state.window}" if state.window else ""
    if state.value is None:
        return f"{_name(state.rule)} {_relation(state, write(state.threshold, 0))}{window}"
    value, bound = _distinct(write, state.value, state.threshold)
    against = f" against {safe_text(state.unit, 20)}" if state.rule == "traffic_drop" and state.unit else ""
    return f"{_name(state.rule)} {value}{against} {_relation(state, bound)}{window}{_beside(state, write)}"


def _beside(state: AlertState, write: Callable[[float, int], str]) -> str:
    """Say what a limit that is a share of the baseline's value goes by."""
    if not state.baseline or state.value is None:
        return ""
    return f", x{state.value / state.baseline:.1f} of the baseline's {write(state.baseline, 0)}"


def _relation(state: AlertState, bound: str) -> str:
    above = state.direction == "above"
    word = "over" if above else "below"
    if state.phase != "resolved" and not state.calm:
        return f"{word} {bound}"
    return f"no longer {word} {bound}"


def _name(rule: str) -> str:
    if rule.startswith("latency_") and rule.endswith("_ms"):
        return f"{rule[len('latency_') : -len('_ms')]} latency"
    return _NAMES.get(rule, rule.replace("_", " "))


def _writer(state: AlertState) -> Callable[[float, int], str]:
    """Return the function that writes a number of this rule with so many decimals more than usual."""
    if is_share(state.rule):
        return lambda value, more: f"{_trimmed(value * 100, 1 + more)} %"
    if state.rule.endswith("_ms"):
        return lambda value, more: f"{_trimmed(value, (0 if abs(value) >= 100 else 1) + more)} ms"
    if state.rule == "gaps":
        return lambda value, more: _trimmed(value, more)
    if state.rule == "lag_bytes":
        return _bytes
    unit = f" {safe_text(state.unit, 20)}" if state.unit else ""
    return lambda value, more: f"{value:.{2 + more}f}{unit}" if abs(value) < 1e6 else f"{value:.3g}{unit}"


def _bytes(value: float, more: int) -> str:
    """Return bytes in the unit that gives one digit and more before the point."""
    step, unit = next(((step, unit) for step, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")) if value >= step), (1.0, "B"))
    return f"{_trimmed(value / step, 1 + more)} {unit}"


def _distinct(write: Callable[[float, int], str], value: float, bound: float) -> tuple[str, str]:
    """Return both numbers with as many decimals as it takes to tell them apart: "0.20 over 0.20" would explain nothing."""
    for more in range(_MOST_DECIMALS):
        texts = write(value, more), write(bound, more)
        if value == bound or texts[0] != texts[1]:
            break
    return texts


def _trimmed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}" if abs(value) < 1e9 else f"{value:.3g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _stale(state: AlertState) -> str:
    bound = _span(state.threshold, len(_UNITS))
    if state.value is None:
        return f"no new rows (limit {bound})"
    if state.phase == "resolved":
        return f"rows again, the newest {_span(state.value, 1)} old (limit {bound})"
    return f"no new rows for {_span_over(state.value, state.threshold)} (limit {bound})"


def _span_over(seconds: float, bound: float) -> str:
    """Return a time that is over `bound` as coarsely as still shows it."""
    for parts in range(1, len(_UNITS)):
        if seconds <= bound or _rounded_down(seconds, parts) > bound:
            return _span(seconds, parts)
    return _span(seconds, len(_UNITS))


def _span(seconds: float, parts: int) -> str:
    """Return a time in its `parts` largest units; rounded down, so it is never exaggerated."""
    return " ".join(f"{many}{unit}" for many, unit in _split(seconds)[:parts]) or "0s"


def _rounded_down(seconds: float, parts: int) -> int:
    return sum(many * _UNITS[unit] for many, unit in _split(seconds)[:parts])


def _split(seconds: float) -> list[tuple[int, str]]:
    left = int(min(max(seconds, 0.0), 1e12))
    found: list[tuple[int, str]] = []
    for unit, length in _UNITS.items():
        many, left = divmod(left, length)
        if many:
            found.append((many, unit))
    return found
