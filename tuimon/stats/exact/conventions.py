"""All conventions by name."""

from __future__ import annotations

from tuimon.stats.exact import azure, evidently, nannyml, own, vertex
from tuimon.stats.exact.convention import Convention

NAMES = ("tuimon", "nannyml", "evidently", "azure", "vertex")


def convention_of(name: str, bins: int = 10) -> Convention:
    """Return a convention; `bins` is for tuimon's own. Raises KeyError for a name that is not in NAMES."""
    made = {
        "nannyml": nannyml.convention,
        "evidently": evidently.convention,
        "azure": azure.convention,
        "vertex": vertex.convention,
    }
    return own.convention(bins) if name == "tuimon" else made[name]()
