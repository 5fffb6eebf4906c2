"""Whether every directory below the watched ones is really watched: the library passes over those that it has no watch left for."""

from __future__ import annotations

import os
from collections.abc import Iterable

from watchdog.observers.api import BaseObserver


def covers(observer: BaseObserver, roots: Iterable[str]) -> bool:
    """Return whether each directory at or below the roots that can be read has a watch; True where the library does not tell."""
    watched: set[bytes] = set()
    for emitter in observer.emitters:
        # Nothing public tells: with the limit on watches reached, `start` succeeds and the rest of the tree is silent.
        paths = getattr(getattr(emitter, "_inotify", None), "_active_callbacks_by_path", None)
        if paths is None:
            return True
        watched.update(tuple(paths))
    return all(path in watched for root in roots for path in _directories(os.fsencode(root)))


def _directories(root: bytes) -> Iterable[bytes]:
    yield root
    for above, names, _ in os.walk(root):
        for name in names:
            path = os.path.join(above, name)
            if not os.path.islink(path) and os.access(path, os.R_OK):
                yield path
