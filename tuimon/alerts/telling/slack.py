"""A message for a Slack incoming webhook, or for what understands the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tuimon.alerts.telling.letter import Letter
from tuimon.alerts.telling.wording import spell, title

_LONGEST = 500
"""Characters of one alert: twenty of them stay below what Slack takes."""
_MARK = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)|@")
"""Signs that format at the edge of a word; those inside of one, as in a column's name, do not."""


def payload(letters: Sequence[Letter]) -> dict[str, Any]:
    """Return the message: one section an alert, and a plain text for what shows no sections."""
    firing = sum(letter.episode.ended is None for letter in letters)
    over = len(letters) - firing
    counts = ", ".join(f"{many} {word}" for many, word in ((firing, "firing"), (over, "resolved")) if many)
    plain = title(letters[0].episode) if len(letters) == 1 else f"tuimon: {counts}"
    return {"text": _escaped(plain), "blocks": [_section(letter) for letter in letters]}


def _section(letter: Letter) -> dict[str, Any]:
    episode = letter.episode
    mark = (
        ":large_green_circle:"
        if episode.ended is not None
        else ":red_circle:"
        if episode.severity == "critical"
        else ":large_yellow_circle:"
    )
    text = f"{mark} {_escaped(title(episode))}\n{spell(episode)}"
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _escaped(text: str) -> str:
    """Return a text in which names from logs are neither links nor calls to people, nor formatting."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text[:_LONGEST].replace(sign, written)
    return _MARK.sub("\u200b\\g<0>", text)
