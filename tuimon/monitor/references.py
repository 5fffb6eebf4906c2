"""Baseline files into the store: counted once per content, under the model they speak of."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tuimon.config import Settings, Source
from tuimon.formats import LayoutError, UnreadableChunk, read_baseline
from tuimon.store import Store
from tuimon.values.batch import Records
from tuimon.values.text import safe_text

ANY_MODEL = ""
DROPPED = ""
"""The key of a baseline without rows."""
_OTHER = (
    "the store holds the counts of another baseline than {}: read the logs into a store of their own, "
    "`tuimon ingest -c FILE --state DIR`, and name it with --state"
)


class UnusableBaselineError(Exception):
    """A baseline file gives no rows; one sentence says which and why."""


def count(settings: Settings, store: Store) -> tuple[str, ...]:
    """Count every baseline file that changed since it was counted last; return a sentence for each that cannot be used."""
    problems = tuple(problem for model, path in _wanted(settings) if (problem := _count(settings, store, model, Path(path))))
    if settings.baseline.source and not problems and _drop_former(settings, store):
        _count(settings, store, ANY_MODEL, Path(settings.baseline.source))
    return problems


def differing(settings: Settings, store: Store) -> str | None:
    """Return a sentence when the store holds counts of other baseline files than the settings name; one that is not there is not asked."""
    for model, path in _wanted(settings):
        with suppress(OSError):
            if store.baseline_key(model) != _digest(Path(path)):
                return _OTHER.format(safe_text(path))
    return _OTHER.format(safe_text(settings.baseline.source)) if settings.baseline.source and _former(settings, store) else None


def _wanted(settings: Settings) -> list[tuple[str, str]]:
    every = [(ANY_MODEL, settings.baseline.source), *((model, baseline.source) for model, baseline in settings.model_baselines)]
    return [(model, path) for model, path in every if path]


def _drop_former(settings: Settings, store: Store) -> bool:
    """Drop baselines that no file of these settings gives any more, and return whether there were any.

    A line of the file for all may speak of such a model, so that file is then to be counted anew.
    """
    former = _former(settings, store)
    for name in (*former, *([ANY_MODEL] if former else [])):
        store.set_baseline(name, DROPPED, ())
    return bool(former)


def _former(settings: Settings, store: Store) -> list[str]:
    """Models whose stored baseline comes from a file that these settings do not name."""
    own = {model for model, baseline in settings.model_baselines if baseline.source}
    common = store.baseline_key(ANY_MODEL)
    names = (facts.name for facts in store.models() if facts.name not in own)
    return [name for name in names if store.baseline_key(name) not in (None, DROPPED, common)]


def read(settings: Settings, store: Store, model: str) -> list[Records] | None:
    """Return the rows of the configured baseline file that hold for a model, as they are in it; None when no file is configured.

    Raises UnusableBaselineError.
    """
    own = next((baseline for name, baseline in settings.model_baselines if name == model), None)
    path = (own or settings.baseline).source
    if not path:
        return None
    found = _by_model(_records(settings, store, model if own else ANY_MODEL, Path(path)), model if own else ANY_MODEL)
    return found.get(model) or found.get(ANY_MODEL, [])


def _count(settings: Settings, store: Store, model: str, path: Path) -> str | None:
    try:
        digest = _digest(path)
        if store.baseline_key(model) == digest:
            return None
        records = _records(settings, store, model, path)
    except OSError as error:
        return _unreadable(path, error)
    except UnusableBaselineError as error:
        return str(error)
    for name, own in _by_model(records, model).items():
        store.set_baseline(name, digest, own)
    return None


def _records(settings: Settings, store: Store, model: str, path: Path) -> tuple[Records, ...]:
    try:
        return read_baseline(path, _source(settings, model), None, store.secret())
    except OSError as error:
        raise UnusableBaselineError(_unreadable(path, error)) from error
    except (LayoutError, UnreadableChunk) as error:
        raise UnusableBaselineError(f"baseline {safe_text(str(path))} cannot be used: {safe_text(str(error))}") from error
    except (EOFError, zlib.error) as error:
        damage = f"its compressed data is damaged ({safe_text(str(error))}); copy it again"
        raise UnusableBaselineError(f"baseline {safe_text(str(path))} cannot be used: {damage}") from error


def _unreadable(path: Path, error: OSError) -> str:
    return f"baseline {safe_text(str(path))} cannot be read: {error.strerror or error}"


def _by_model(records: Iterable[Records], model: str) -> dict[str, list[Records]]:
    """A file of one model belongs to it whatever its lines say; in a file for all, each line's own model counts."""
    found: dict[str, list[Records]] = {model: []}
    for part in records:
        name = model or part.model
        found.setdefault(name, []).append(replace(part, model=name))
    return found


def _source(settings: Settings, model: str) -> Source:
    """The source whose fields describe the file: the one named like the model, else the first that is not of labels."""
    full = [source for source in settings.sources if source.part != "label"] or [Source("baseline", ())]
    return next((source for source in full if source.name == model), full[0])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
