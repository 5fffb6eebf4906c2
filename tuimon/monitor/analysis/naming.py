"""Names of columns as they are shown: safe, and different for different columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tuimon.monitor.analysis.blocks import Key
from tuimon.values.text import safe_text


def labels_of(keys: Sequence[Key]) -> dict[Key, str]:
    """Return a name for each column: its own, with role and kind where several share it, and a number where they still do."""
    shared = Counter(safe_text(key.name) for key in keys)
    labels: dict[Key, str] = {}
    taken: Counter[str] = Counter()
    for key in keys:
        name = safe_text(key.name)
        label = name if shared[name] == 1 else f"{name} ({key.role}, {key.kind})"
        taken[label] += 1
        labels[key] = label if taken[label] == 1 else f"{label} {taken[label]}"
    return labels
