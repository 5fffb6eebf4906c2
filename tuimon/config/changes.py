"""What differs between two settings, in readable lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from tuimon.config.quantities import duration_text, shown, size_text
from tuimon.config.settings import Baseline, FieldPath, Fields, Keep, Override, Receiver, SecretPlace, Settings, Source
from tuimon.config.table import dotted

Line = tuple[str, str]
"""A dotted key and its value as text."""
_WRITTEN = {"hold": "for", "keep_firing": "keep_firing_for"}
"""Limits that are times, and how the file calls them."""


def changes(old: Settings, new: Settings) -> tuple[str, ...]:
    """Return one line for each setting that differs, such as "thresholds.psi.warning 0.1 -> 0.15"."""
    before, after = dict(_lines(old)), dict(_lines(new))
    keys = list(dict.fromkeys((*before, *after)))
    return tuple(f"{key} {before.get(key, 'not set')} -> {after.get(key, 'not set')}" for key in keys if before.get(key) != after.get(key))


def _lines(settings: Settings) -> Iterator[Line]:
    yield "refresh", duration_text(settings.refresh)
    for source in settings.sources:
        yield from _source(source)
    yield from _baseline(("baseline",), settings.baseline)
    for model, baseline in settings.model_baselines:
        yield from _baseline(("baseline", "models", model), baseline)
    windows, drift = settings.windows, settings.drift
    yield "windows.widths", ", ".join(map(duration_text, windows.widths))
    yield "windows.current", "auto" if windows.current is None else duration_text(windows.current)
    yield "windows.min_rows", str(windows.min_rows)
    yield "drift.method", drift.method
    yield "drift.bins", str(drift.bins)
    yield "drift.false_alarms", f"{drift.false_alarms:g} in {duration_text(drift.false_alarms_seconds)}"
    yield from _thresholds(settings.overrides)
    for receiver in settings.receivers:
        yield from _receiver(receiver)
    for action, keys in settings.keys:
        yield f"keys.{action}", " ".join(keys) or "none"
    yield from _keep(settings.store)


def _source(source: Source) -> Iterator[Line]:
    at = dotted(("sources", source.name))
    yield f"{at}.paths", _list(source.paths)
    yield f"{at}.preset", source.preset
    yield f"{at}.part", source.part
    yield f"{at}.tz", source.tz
    if source.sample_rate != 1:
        yield f"{at}.sample_rate", f"{source.sample_rate:g}"
    if source.labels_for is not None:
        yield f"{at}.labels_for", shown(source.labels_for)
    for key, value in source.where:
        yield f"{at}.where.{dotted((key,))}", shown(value)
    for name, texts in (("drop", source.drop), ("hash", source.hash)):
        if texts:
            yield f"{at}.{name}", _list(texts)
    yield from _fields(f"{at}.fields", source.fields)


def _fields(at: str, given: Fields) -> Iterator[Line]:
    for entry in fields(given):
        value: FieldPath | tuple[str, ...] | None = getattr(given, entry.name)
        if isinstance(value, FieldPath):
            unit = f" in {value.unit}" if value.unit else ""
            yield f"{at}.{entry.name}", shown(value.path) + unit + (f", ok {_list(value.ok)}" if value.ok else "")
        elif value:
            yield f"{at}.{entry.name}", _list(value)


def _baseline(path: tuple[str, ...], baseline: Baseline) -> Iterator[Line]:
    at = dotted(path)
    for name, text in (("source", baseline.source), ("version", baseline.version)):
        if text is not None:
            yield f"{at}.{name}", shown(text)
    if baseline.first_rows is not None:
        yield f"{at}.first", f"{baseline.first_rows} rows"
    seconds = (("first", baseline.first_seconds), ("previous", baseline.previous), ("same_hours", baseline.same_hours))
    for name, value in seconds:
        if value is not None:
            yield f"{at}.{name}", duration_text(value)
    yield f"{at}.max_age", duration_text(baseline.max_age)


def _thresholds(overrides: tuple[Override, ...]) -> Iterator[Line]:
    """Yield the limits of each table; a table that names the same scope as a default stands for both."""
    scopes: dict[tuple[str, ...], list[Override]] = {}
    for entry in overrides:
        levels = (("models", entry.model), ("versions", entry.version), ("columns", entry.column))
        names = tuple(step for level, name in levels if name is not None for step in (level, name))
        scopes.setdefault((*names, entry.rule), []).append(entry)
    for path, entries in scopes.items():
        yield from _limits(dotted(("thresholds", *path)), entries)


def _limits(at: str, entries: list[Override]) -> Iterator[Line]:
    """Yield the keys that the tables of one scope give, the last one's where several do."""
    for name in ("warning", "critical", "hold", "keep_firing", "clear", "direction"):
        factors = [value for entry in entries if (value := getattr(entry, f"{name}_factor", None)) is not None]
        given = [value for entry in entries if (value := getattr(entry, name)) is not None]
        if factors and getattr(entries[-1], name) is None:
            yield f"{at}.{name}", f"x{factors[-1]:.12g}"
        elif given:
            rule = "stale" if name in _WRITTEN else entries[0].rule
            number = duration_text if rule == "stale" else _bytes_text if rule == "lag_bytes" else "{:.12g}".format
            yield f"{at}.{_WRITTEN.get(name, name)}", given[-1] if name == "direction" else number(given[-1])


def _bytes_text(limit: float) -> str:
    return size_text(int(limit))


def _receiver(receiver: Receiver) -> Iterator[Line]:
    at = dotted(("notify", receiver.name))
    yield f"{at}.type", receiver.type
    yield f"{at}.min_severity", receiver.min_severity
    secret = receiver.secret or SecretPlace()
    texts = {
        "address": receiver.address,
        "secret_file": secret.file,
        "secret_env": secret.env,
        "from": receiver.sender,
        "user": receiver.user,
    }
    for name, text in texts.items():
        if text:
            yield f"{at}.{name}", shown(text)
    for name, several in (("models", receiver.models), ("to", receiver.to)):
        if several:
            yield f"{at}.{name}", _list(several)
    if receiver.allow_http:
        yield f"{at}.allow_http", "true"
    if receiver.type == "email":
        yield f"{at}.tls", receiver.tls


def _keep(keep: Keep) -> Iterator[Line]:
    for name, seconds in (("keep_rows", keep.rows), ("keep_minutes", keep.minutes), ("keep_history", keep.history)):
        yield f"store.{name}", duration_text(seconds)
    yield "store.max_size", size_text(keep.max_size)
    yield "store.memory_limit", size_text(keep.memory_limit)


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(repr, texts)) + "]"
