"""Baseline files into the store: counted once per content, under the model they speak of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tuimon.config import Settings, Source
from tuimon.formats import LayoutError, UnreadableChunk, read_baseline
from tuimon.store import Store
from tuimon.values import Records, safe_text

ANY_MODEL = ""


def count(settings: Settings, store: Store) -> tuple[str, ...]:
    """Count every baseline file that changed since it was counted last; return a sentence for each that cannot be used."""
    wanted = [(ANY_MODEL, settings.baseline.source), *((model, baseline.source) for model, baseline in settings.model_baselines)]
    return tuple(problem for model, path in wanted if path and (problem := _count(settings, store, model, Path(path))))


def _count(settings: Settings, store: Store, model: str, path: Path) -> str | None:
    try:
        digest = _digest(path)
        if store.baseline_key(model) == digest:
            return None
        records = read_baseline(path, _source(settings, model), None, store.secret())
    except OSError as error:
        return f"baseline {safe_text(str(path))} cannot be read: {error.strerror or error}"
    except (LayoutError, UnreadableChunk) as error:
        return f"baseline {safe_text(str(path))} cannot be used: {safe_text(str(error))}"
    for name, own in _by_model(records, model).items():
        store.set_baseline(name, digest, own)
    return None


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
