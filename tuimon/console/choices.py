"""What the columns of a model are compared with on the screen: its baseline, or something else that was asked for."""

from __future__ import annotations

from tuimon.values.snapshot import Against, Model


def following(model: Model, now: Against | None, step: int) -> Against | None:
    """Return the choice `step` places after the present one, round the end; None is the baseline."""
    choices = (None, *model.choices)
    place = choices.index(now) if now in choices else 0
    return choices[(place + step) % len(choices)]


def compared_words(model: Model) -> str:
    """Return what the columns are compared with, in words with its rows."""
    aside = model.aside
    if aside is None:
        return "no baseline" if model.baseline == "none" else f"baseline {model.baseline}"
    return f"{aside.words}, {aside.rows:,} rows" if aside.rows else f"{aside.words}: no rows there"
