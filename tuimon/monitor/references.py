"""Baseline files into the store: counted once per content, under the model they speak of."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tuimon.config import Settings, Source
from tuimon.formats import LayoutError, UnreadableChunk, read_baseline
from tuimon.store import Store
from tuimon.values import Records, safe_text

ANY_MODEL = ""
DROPPED = ""
"""The key of a baseline without rows."""


class UnusableBaselineError(Exception):
    """A baseline file gives no rows; one sentence says which and why."""


def count(settings: Settings, store: Store) -> tuple[str, ...]:
    """Count every baseline file that changed since it was counted last; return a sentence for each that cannot be used."""
    wanted = [(ANY_MODEL, settings.baseline.source), *((model, baseline.source) for model, baseline in settings.model_baselines)]
    problems = tuple(problem for model, path in wanted if path and (problem := _count(settings, store, model, Path(path))))
    if settings.baseline.source and not problems and _drop_former(settings, store):
        _count(settings, store, ANY_MODEL, Path(settings.baseline.source))
    return problems


def _drop_former(settings: Settings, store: Store) -> bool:
    """Drop baselines that no file of these settings gives any more, and return whether there were any.

    A line of the file for all may speak of such a model, so that file is then to be counted anew.
    """
    own = {model for model, baseline in settings.model_baselines if baseline.source}
    common = store.baseline_key(ANY_MODEL)
    former = [
        facts.name for facts in store.models() if facts.name not in own and store.baseline_key(facts.name) not in (None, DROPPED, common)
    ]
    for name in (*former, *([ANY_MODEL] if former else [])):
        store.set_baseline(name, DROPPED, ())
    return bool(former)


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
